"""Speed of the exact tier in pure SQL: name_key() and a join, against the same join on keys that are ready.

    python scripts/bench/sql.py [GAZETTEER.duckdb] [--rows N] [--rounds N]

Two columns of distinct names: spellings of the gazetteer in all its scripts, of which six in ten need more than
ASCII, and names in ASCII only, as most event tables hold. Rounds are interleaved; medians are printed, and ratios
of CPU time beside, which other jobs on the machine disturb less. The macro is that of this checkout, so that it can
be measured before a gazetteer is compiled again.
"""

from __future__ import annotations

import argparse
import statistics
import time

import duckdb

from resolver.sql_key import sql_name_key

JOIN = "SELECT e.*, a.qid, a.label FROM {source} e LEFT JOIN gaz.alias_lookup a ON a.key = e.key AND a.is_match"
COLUMNS = {
    "names in all scripts": "SELECT DISTINCT text AS actor FROM gaz.alias",
    # Not so many ASCII spellings are held, so that numbered copies fill up: every one still has to be read.
    "names in ASCII": """
        SELECT DISTINCT CASE WHEN copy = 0 THEN text ELSE text || ' ' || copy END AS actor
        FROM gaz.alias, range(3) AS copies(copy) WHERE strlen(text) = length(text)
    """,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gazetteer", nargs="?", help="a compiled gazetteer; the bundled one by default")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    path = given.gazetteer or bundled()
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS gaz (READ_ONLY)")
        con.execute(f"CREATE MACRO name_key(name) AS {sql_name_key('name')}")
        print(f"DuckDB {duckdb.__version__}, {given.rows:,} distinct rows")
        for label, query in COLUMNS.items():
            measure(con, label, query, given.rows, given.rounds)


def bundled() -> str:
    """Path of the bundled gazetteer; imported here, so that a bare DuckDB of another version can run the rest."""
    from resolver import Resolver

    with Resolver.open() as resolver:
        return str(resolver.database)


def measure(con: duckdb.DuckDBPyConnection, label: str, query: str, rows: int, rounds: int) -> None:
    """Print the times of one column."""
    con.execute(f"""
        CREATE OR REPLACE TABLE plain AS
        SELECT row_number() OVER () AS id, actor FROM ({query} ORDER BY hash(actor) LIMIT {rows});
        CREATE OR REPLACE TABLE ready AS SELECT *, name_key(actor) AS key FROM plain;
    """)
    statements = {
        "join on a ready key": JOIN.format(source="ready"),
        "name_key() alone": "SELECT name_key(actor) AS key FROM plain",
        "name_key() and join": JOIN.format(source="(SELECT *, name_key(actor) AS key FROM plain)"),
    }
    times: dict[str, list[float]] = {name: [] for name in statements}
    work: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(rounds):
        for name, statement in statements.items():
            started, spent = time.perf_counter(), time.process_time()
            con.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {statement}")
            times[name].append(time.perf_counter() - started)
            work[name].append(time.process_time() - spent)
    wide, total = con.execute(
        "SELECT count(*) FILTER (WHERE strlen(actor) > length(actor)), count(*) FROM plain"
    ).fetchall()[0]
    print(f"{label}: {total:,} rows, {wide / total:.0%} beyond ASCII")
    base, base_work = (statistics.median(spent["join on a ready key"]) for spent in (times, work))
    for name in statements:
        middle, cpu = statistics.median(times[name]), statistics.median(work[name])
        print(
            f"  {name:22} {middle:6.2f} s {total / middle:12,.0f} rows/s   ratio {middle / base:.2f}"
            f"   of CPU time {cpu / base_work:.2f}"
        )


if __name__ == "__main__":
    main()
