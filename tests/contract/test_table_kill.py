"""Runs that are killed: the target stays as it was, the next run goes on, and the end is the same to the byte.

"The same" is what a reader gets: the tables and views of answers, exported in order. The file itself differs from run
to run, since a database lays out its pages as it comes.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")

RUN = """
import os, signal, sys
from resolver import Resolver
from resolver.table import run
from resolver.table.publish import resolve_file
run.BATCH = run.SLOW_BATCH = 8
stop, told = sys.argv[4], 0
def progress(stage, part):
    global told
    told += 1
    if stop in (str(told), stage):
        os.kill(os.getpid(), signal.SIGKILL)
summary = resolve_file(sys.argv[2], column=["actor1", "actor2"], as_of="day", into=sys.argv[3],
                       resolver=Resolver.open(sys.argv[1], overrides=False), progress=progress)
print(told, summary.resolved, summary.kept)
"""
EXPORTS = (
    "FROM events_resolved ORDER BY row_number",
    "FROM resolution ORDER BY name, hint_kind, as_of",
    "FROM resolution_use ORDER BY ALL",
    "FROM resolution_worklist",
    "FROM decision ORDER BY ALL",
    "SELECT run, gazetteer_version, config_hash, input, columns, rows, names, matched, unmatched FROM run ORDER BY run",
)


@pytest.fixture
def events(tmp_path: Path) -> Path:
    chance = random.Random(7)
    names = ["Ankara", "Georgia", "YPG/PKK", "Türkiye", "Zelenskiy", "", *(f"Nowhere {i}" for i in range(30))]
    rows = [f"{i},{chance.choice(names)},{chance.choice(names)},20{chance.randrange(20, 23)}-01-01" for i in range(400)]
    path = tmp_path / "events.csv"
    path.write_text("id,actor1,actor2,day\n" + "\n".join(rows) + "\n")
    return path


def run(
    gazetteer: Path, events: Path, target: Path, *, stop: int | str = 0, after: float | None = None
) -> list[int] | None:
    """Run once; None where it was killed, at its `stop`th report of progress or at a stage, or `after` some seconds."""
    code = [sys.executable, "-c", RUN, str(gazetteer), str(events), str(target), str(stop)]
    process = subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if after is not None:
        time.sleep(after)
        process.kill()
    out, err = process.communicate(timeout=120)
    if process.returncode == -signal.SIGKILL:
        return None
    assert process.returncode == 0, err
    return [int(number) for number in out.split()]


def exported(target: Path, folder: Path) -> Iterator[bytes]:
    with duckdb.connect(str(target), read_only=True) as con:
        for query in EXPORTS:
            path = folder / "export.csv"
            con.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")
            yield path.read_bytes()


def readable(path: Path) -> None:
    if path.exists():
        with duckdb.connect(str(path), read_only=True) as con:
            for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                con.execute(f'SELECT count(*) FROM "{table}"').fetchall()


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_points(mini_path: Path, events: Path, tmp_path: Path, rounds: int) -> None:
    undisturbed, target = tmp_path / "undisturbed.duckdb", tmp_path / "events.duckdb"
    began = time.monotonic()
    done = run(mini_path, events, undisturbed)
    took = time.monotonic() - began
    assert done is not None
    reports, resolved, _ = done
    expected = list(exported(undisturbed, tmp_path))
    chance, kills = random.Random(), 0
    points = sorted(chance.sample(range(2, reports), min(rounds, reports - 2)))
    for stop, after in [
        *((stop, None) for stop in points),
        *((0, took * chance.uniform(0.4, 0.9)) for _ in range(rounds)),
    ]:
        kills += run(mini_path, events, target, stop=stop, after=after) is None
        readable(tmp_path / "events.duckdb.partial")
        if target.exists():  # a blow that came too late
            assert list(exported(target, tmp_path)) == expected
            target.unlink()
    assert kills >= rounds / 2
    last = run(mini_path, events, target)
    assert last is not None
    assert last[1] + last[2] == resolved
    assert list(exported(target, tmp_path)) == expected
    assert not [path.name for path in tmp_path.iterdir() if "partial" in path.name]


@pytest.mark.parametrize("suffix", ["csv", pytest.param("parquet", marks=pytest.mark.slow)])
def test_files_are_written_whole_or_not_at_all(mini_path: Path, events: Path, tmp_path: Path, suffix: str) -> None:
    undisturbed, target = tmp_path / f"undisturbed.{suffix}", tmp_path / f"out.{suffix}"
    done = run(mini_path, events, undisturbed)
    assert done is not None
    target.write_bytes(b"what was there")
    for stop in (done[0] // 2, "writing"):
        assert run(mini_path, events, target, stop=stop) is None
        assert target.read_bytes() == b"what was there"
    last = run(mini_path, events, target)
    assert last is not None
    assert last[2] > 0, "nothing of what the killed runs had resolved was kept"
    if suffix == "csv":
        assert target.read_bytes() == undisturbed.read_bytes()
    else:
        rows = [duckdb.sql(f"FROM '{path}'").fetchall() for path in (target, undisturbed)]
        assert rows[0] == rows[1]
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
