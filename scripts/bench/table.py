"""Whole tables beside the bare DuckDB join of the same rows on a ready key, and the function `resolve`.

    python scripts/bench/table.py [GAZETTEER.duckdb] [--rows 10000000] [--names 100000] [--folder DIR]

All names are exact and come as often as Zipf's law says. Each side is a process of its own, one after the other, with
seconds of the wall and of the processor and the most memory it held; the ratios are within one run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from resolver import Resolver

SEED, SKEW = 20_251_122, 1.2
MEASURED = """
import json, os, resource, sys, time
began = time.perf_counter()
{work}
took = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3]))
"""
COUNT = """
import duckdb
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.execute(f"ATTACH '{sys.argv[1]}' AS gaz (READ_ONLY)")
con.execute(f'''SELECT count(a.qid)
    FROM '{sys.argv[2]}' e LEFT JOIN gaz.alias_lookup a ON a.key = e.key AND a.is_match''').fetchall()
"""
JOIN = """
import duckdb
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
con.execute(f"ATTACH '{sys.argv[1]}' AS gaz (READ_ONLY)")
con.execute(f"ATTACH '{sys.argv[3]}' AS out (STORAGE_VERSION 'v1.2.0')")
con.execute(f'''CREATE TABLE out.joined AS
    SELECT e.id, e.actor, e.n, a.qid, a.label, a.kind, a.probability
    FROM '{sys.argv[2]}' e LEFT JOIN gaz.alias_lookup a ON a.key = e.key AND a.is_match''')
con.execute("CHECKPOINT out")
"""
TABLE = """
from resolver import Resolver
from resolver.table.publish import resolve_file
resolver = Resolver.open(sys.argv[1], overrides=False)
summary = resolve_file(sys.argv[2], column="actor", into=sys.argv[3], resolver=resolver)
assert summary.rows == {rows}, summary
"""
UDF = """
import duckdb
from resolver import Resolver, register
con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
register(con, resolver=Resolver.open(sys.argv[1], overrides=False))
con.execute(f"CREATE TABLE e AS SELECT actor FROM '{sys.argv[2]}' LIMIT {rows}")
con.execute("SELECT count(resolve(actor).qid) FROM (SELECT DISTINCT actor FROM e)").fetchall()
began = time.perf_counter()
con.execute("SELECT count(resolve(actor).qid) FROM e").fetchall()
"""


def make_events(gazetteer: Path, path: Path, rows: int, names: int) -> None:
    """Rows of exact names with a ready key, each name at least once."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{gazetteer}' AS gaz (READ_ONLY)")
        found = con.execute(
            "SELECT alias FROM (SELECT DISTINCT alias FROM gaz.alias_lookup WHERE is_match AND NOT cased)"
            f" ORDER BY hash(alias) LIMIT {names}"
        ).fetchall()
        weights = np.arange(1, len(found) + 1) ** -SKEW
        picked = np.random.default_rng(SEED).choice(len(found), rows, p=weights / weights.sum())
        picked[: min(rows, len(found))] = np.arange(min(rows, len(found)))
        actors = pa.DictionaryArray.from_arrays(pa.array(picked.astype("i4")), pa.array([name for (name,) in found]))
        con.register("events", pa.table({"id": np.arange(rows), "actor": actors.cast(pa.string()), "n": picked % 97}))
        con.execute(f"COPY (SELECT *, gaz.name_key(actor) AS key FROM events) TO '{path}' (FORMAT parquet)")


def measured(work: str, *args: object) -> tuple[float, float, float]:
    """Seconds of the wall, seconds of the processor, megabytes at the most."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(work=work), *map(str, args)], capture_output=True, text=True, check=True
    )
    wall, processor, memory = json.loads(done.stdout)
    return wall, processor, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gazetteer", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="Where to keep the rows between runs; default: nowhere.")
    options = parser.parse_args()
    gazetteer = Resolver.open(options.gazetteer).database
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        events = folder / f"events-{options.rows}-{options.names}.parquet"
        if not events.exists():
            make_events(gazetteer, events, options.rows, options.names)
        print(f"{options.rows:,} rows, {options.names:,} distinct names, all exact")
        sides = [
            ("bare join, rows counted", COUNT, ""),
            ("bare join into a .duckdb file", JOIN, "joined.duckdb"),
            ("resolve-table, all of it", TABLE.replace("{rows}", str(options.rows)), "events.duckdb"),
            ("resolve-table again", TABLE.replace("{rows}", str(options.rows)), "events.duckdb"),
        ]
        took = {}
        for label, work, target in sides:
            took[label] = measured(work, gazetteer, events, Path(scratch) / target)
            wall, processor, memory = took[label]
            print(f"{label:30} {wall:7.1f} s  {processor:7.1f} s of processor  {memory:6.0f} MB")
        base, ours = took["bare join into a .duckdb file"], took["resolve-table, all of it"]
        print(f"ratio {ours[0] / base[0]:.2f} by the wall, {ours[1] / base[1]:.2f} by the processor")
        rows = min(options.rows, 1_000_000)
        wall, _, memory = measured(UDF.replace("{rows}", str(rows)), gazetteer, events)
        print(f"resolve(actor).qid, names seen before: {rows / wall:,.0f} rows a second, {memory:.0f} MB")


if __name__ == "__main__":
    main()
