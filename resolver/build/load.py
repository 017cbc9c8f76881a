"""Source tables -> merged tables in DuckDB: entity, alias, position, relation.

Folders are read in order; a later folder (curated rows) has the last word on every cell it fills, and adds
its languages and sources. The table formats are in docs/design.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.redirects import read_redirects

if TYPE_CHECKING:
    import duckdb

TABLES: dict[str, dict[str, str]] = {
    "entities": {
        "qid": "VARCHAR",
        "kind": "VARCHAR",
        "label": "VARCHAR",
        "description": "VARCHAR",
        "countries": "VARCHAR[]",
        "codes": "VARCHAR[]",
        "valid_from": "VARCHAR",
        "valid_to": "VARCHAR",
        "population": "BIGINT",
        "office": "VARCHAR",
        "capital": "VARCHAR",
        "provisional": "BOOLEAN",
        "sources": "VARCHAR[]",
        "sitelinks": "BIGINT",
    },
    "aliases": {
        "qid": "VARCHAR",
        "text": "VARCHAR",
        "langs": "VARCHAR[]",
        "role": "VARCHAR",
        "register": "VARCHAR",
        "strength": "VARCHAR",
        "cased": "BOOLEAN",
        "valid_from": "VARCHAR",
        "valid_to": "VARCHAR",
        "sources": "VARCHAR[]",
    },
    "positions": {
        "qid": "VARCHAR",
        "title": "VARCHAR",
        "country": "VARCHAR",
        "valid_from": "VARCHAR",
        "valid_to": "VARCHAR",
        "sources": "VARCHAR[]",
    },
    "relations": {
        "subject": "VARCHAR",
        "relation": "VARCHAR",
        "object": "VARCHAR",
        "valid_from": "VARCHAR",
        "valid_to": "VARCHAR",
        "sources": "VARCHAR[]",
    },
}
"""Columns of the source tables, with their DuckDB types."""

OPTIONAL = ("sitelinks",)
"""Last columns that a table may lack."""


def load(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """Create the merged tables from the source tables in `folders`, later folders over earlier ones.

    Args:
        con: Connection in whose current schema the tables are made.
        folders: Theme folders, each with any of entities, aliases, positions and relations as .parquet or .tsv.

    Raises:
        InputError: a table can't be read, or an alias or relation names an unknown entity.
    """
    read_raw(con, folders)
    con.execute(_MERGE)
    _check_references(con)


def read_raw(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """Create the tables raw_entities, raw_aliases, raw_positions and raw_relations: all rows of all folders.

    Raises:
        InputError: a table can't be read.
    """
    for name, columns in TABLES.items():
        definition = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE raw_{name} (layer INTEGER, bulk BOOLEAN, {definition})")
        for layer, folder in enumerate(folders):
            for path in sorted(folder.glob(f"{name}.*")):
                _read(con, name, _present(columns, path), layer, path)
    _follow(con, read_redirects(folders))


def _follow(con: duckdb.DuckDBPyConnection, redirects: dict[str, str]) -> None:
    """Rows that name an item by an id it had before belong to the item; a curated row may be older than a redirect."""
    if not redirects:
        return
    con.execute(
        "CREATE OR REPLACE TEMP TABLE redirect AS SELECT unnest(?::VARCHAR[]) AS old, unnest(?::VARCHAR[]) AS new",
        [list(redirects), list(redirects.values())],
    )
    for name, columns in TABLES.items():
        for column in columns.keys() & {"qid", "subject", "object", "country"}:
            con.execute(f"UPDATE raw_{name} SET {column} = redirect.new FROM redirect WHERE {column} = redirect.old")
    con.execute("DELETE FROM raw_relations WHERE subject = object")
    # A local id that has got its item waits for no confirmation.
    con.execute("UPDATE raw_entities SET provisional = false FROM redirect WHERE qid = redirect.new AND old LIKE 'x-%'")


def _present(columns: dict[str, str], path: Path) -> dict[str, str]:
    """The columns a file should have: all, or all but the optional ones it lacks."""
    if not columns.keys() & set(OPTIONAL):
        return columns
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            held = set(pq.read_schema(path).names)
        except (OSError, pa.ArrowException):
            return columns  # what is wrong with it is told when it is read
    else:
        with path.open(encoding="utf-8", errors="replace") as lines:
            held = set(next(lines, "").rstrip("\r\n").split("\t"))
    return {column: kind for column, kind in columns.items() if column in held or column not in OPTIONAL}


def _read(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], layer: int, path: Path) -> None:
    import duckdb

    if path.suffix == ".parquet":
        cells = ", ".join(f"CAST({column} AS {kind})" for column, kind in columns.items())
        source = f"read_parquet({_quote(str(path))})"
    elif path.suffix == ".tsv":
        cells = ", ".join(
            f"string_split({column}, '|')" if kind.endswith("[]") else f"CAST({column} AS {kind})"
            for column, kind in columns.items()
        )
        names = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
        source = (
            f"read_csv({_quote(str(path))}, delim='\t', header=true, quote='', escape='', nullstr='',"
            f" columns={{{names}}}, auto_detect=false)"
        )
    else:
        return
    try:
        bulk = path.suffix == ".parquet"
        held = ", ".join(["layer", "bulk", *columns])
        con.execute(f"INSERT INTO raw_{name} ({held}) SELECT {layer}, {bulk}, {cells} FROM {source}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"can't read {path}: {reason}; expected the columns {', '.join(columns)}") from error


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _last(column: str) -> str:
    return f"arg_max({column}, layer) FILTER (WHERE {column} IS NOT NULL)"


def _last_list(column: str) -> str:
    return f"coalesce(arg_max({column}, layer) FILTER (WHERE len({column}) > 0), [])"


def _union(column: str) -> str:
    return f"coalesce(list_sort(list_distinct(flatten(list({column}) FILTER (WHERE {column} IS NOT NULL)))), [])"


def _day(column: str, *, end: bool) -> str:
    """A partial date as DATE: the first day it can mean, or the last."""
    last = "+ INTERVAL 1 {} - INTERVAL 1 DAY" if end else ""
    return (
        f"CASE length({column}) WHEN 4 THEN CAST(CAST({column} || '-01-01' AS DATE) {last.format('YEAR')} AS DATE) "
        f"WHEN 7 THEN CAST(CAST({column} || '-01' AS DATE) {last.format('MONTH')} AS DATE) "
        f"ELSE TRY_CAST({column} AS DATE) END"
    )


_SPAN = f"{_day(_last('valid_from'), end=False)} AS valid_from, {_day(_last('valid_to'), end=True)} AS valid_to"

_MERGE = f"""
CREATE OR REPLACE TEMP TABLE repeated AS SELECT qid, text FROM raw_aliases GROUP BY ALL HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE merged_alias AS
SELECT qid, text, {_union("langs")} AS langs, coalesce({_last("role")}, 'alias') AS role,
       coalesce({_last("register")}, 'neutral') AS register, coalesce({_last("strength")}, 'strong') AS strength,
       coalesce({_last("cased")}, false) AS cased, {_SPAN}, {_union("sources")} AS sources,
       bool_or(bulk) AS bulk
FROM raw_aliases SEMI JOIN repeated USING (qid, text) GROUP BY qid, text
UNION ALL
-- Nearly every name stands in one table only and needs no grouping, which halves the time of this stage.
SELECT qid, text, coalesce(list_sort(langs), []), coalesce(role, 'alias'), coalesce(register, 'neutral'),
       coalesce(strength, 'strong'), coalesce(cased, false), {_day("valid_from", end=False)},
       {_day("valid_to", end=True)}, coalesce(sources, []), bulk
FROM raw_aliases ANTI JOIN repeated USING (qid, text);

CREATE OR REPLACE TEMP TABLE merged_entity AS
SELECT qid, {_last("kind")} AS kind, {_last("label")} AS label, coalesce({_last("description")}, '') AS description,
       {_last_list("countries")} AS countries, {_union("codes")} AS codes, {_SPAN},
       {_last("population")} AS population, {_last("office")} AS office, {_last("capital")} AS capital,
       coalesce({_last("provisional")}, false) AS provisional, {_union("sources")} AS sources,
       {_last("sitelinks")} AS sitelinks
FROM raw_entities GROUP BY qid;

CREATE OR REPLACE TABLE position AS
SELECT qid, title, coalesce({_last("country")}, '') AS country,
       {_day("valid_from", end=False)} AS valid_from, {_day(_last("valid_to"), end=True)} AS valid_to,
       {_union("sources")} AS sources
FROM raw_positions GROUP BY qid, title, raw_positions.valid_from ORDER BY ALL;

CREATE OR REPLACE TABLE relation AS
SELECT subject, relation, object, {_SPAN}, {_union("sources")} AS sources
FROM raw_relations GROUP BY subject, relation, object ORDER BY subject, relation, object;
"""


def _check_references(con: duckdb.DuckDBPyConnection) -> None:
    """Every row must point to an entity with a kind and a label."""
    checks = {
        "entity without kind or label": "SELECT qid FROM merged_entity WHERE kind IS NULL OR label IS NULL",
        "alias of an unknown entity": "SELECT qid FROM merged_alias ANTI JOIN merged_entity USING (qid)",
        "position of an unknown entity": "SELECT qid FROM position ANTI JOIN merged_entity USING (qid)",
        "relation from an unknown entity": (
            "SELECT subject FROM relation r ANTI JOIN merged_entity e ON e.qid = r.subject"
        ),
        "relation to nothing": "SELECT object FROM relation r ANTI JOIN merged_entity e ON e.qid = r.object",
    }
    for problem, query in checks.items():
        rows = con.execute(f"SELECT DISTINCT * FROM ({query}) ORDER BY 1 LIMIT 5").fetchall()
        if rows:
            raise InputError(f"source tables: {problem}: {', '.join(str(row[0]) for row in rows)}")
