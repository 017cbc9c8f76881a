"""Full disks, read-only folders, databases that others hold: one line, and nothing lost. Readers read meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from resolver import InputError, Resolver
from resolver.table import partial
from resolver.table.publish import resolve_file

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX limits and modes")


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text("id,actor\n" + "".join(f"{i},{('Ankara', 'Georgia', 'Nowheristan')[i % 3]}\n" for i in range(300)))
    return path


def resolved(target: Path) -> int:
    with duckdb.connect(str(target), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM events_resolved WHERE actor_qid = 'Q3640'").fetchall()[0][0])


@contextmanager
def held(path: Path, *, read_only: bool) -> Iterator[None]:
    """Another process that has the database open."""
    code = (
        "import duckdb, sys\n"
        f"con = duckdb.connect(sys.argv[1], read_only={read_only})\nprint('open', flush=True)\nsys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "open"
    try:
        yield
    finally:
        process.communicate()


def command(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "resolver", *map(str, args)], capture_output=True, text=True, timeout=120
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done
    *before, line = done.stderr.splitlines()
    assert all(told.endswith("…") for told in before), done.stderr
    return line


def test_readers_work_while_a_run_writes(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.duckdb"
    resolve_file(events, column="actor", into=target, resolver=mini)
    with events.open("a") as file:
        file.write("300,Ankara\n")
    seen = []

    def progress(stage: str, _part: float) -> None:
        code = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('FROM events').count('*'))"
        if stage in ("reading names", "checking rows"):
            read = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True)
            seen.append(read.returncode)

    with held(target, read_only=True):
        resolve_file(events, column="actor", into=target, resolver=mini, progress=progress)
    assert seen == [0, 0]
    assert resolved(target) == 101


def test_a_target_that_another_process_writes(mini_path: Path, mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.duckdb"
    resolve_file(events, column="actor", into=target, resolver=mini)
    with held(target, read_only=False):
        line = refusal(command("resolve-table", events, "-c", "actor", "--into", target, "-g", mini_path))
        assert "open for writing in another process (PID" in line
        for reading in (["worklist", target], ["diff", target, "-g", mini_path]):
            assert "in another process" in refusal(command(*reading))
    assert resolved(target) == 100


def test_another_run_into_the_same_target(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.duckdb"
    duckdb.connect(str(tmp_path / "events.duckdb.partial")).close()
    with (
        held(tmp_path / "events.duckdb.partial", read_only=False),
        pytest.raises(InputError, match="another run writes"),
    ):
        resolve_file(events, column="actor", into=target, resolver=mini)
    resolve_file(events, column="actor", into=target, resolver=mini)
    assert resolved(target) == 100


def test_a_target_that_changes_meanwhile(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.duckdb"
    resolve_file(events, column="actor", into=target, resolver=mini)

    def meddle(stage: str, _part: float) -> None:
        if stage == "checking rows":
            with duckdb.connect(str(target)) as con:
                con.execute("CREATE OR REPLACE TABLE mine AS SELECT 1 AS n")

    with pytest.raises(InputError, match="was changed by another process meanwhile"):
        resolve_file(events, column="actor", into=target, resolver=mini, progress=meddle)
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("FROM mine").fetchall() == [(1,)]
    resolve_file(events, column="actor", into=target, resolver=mini)  # what the other run left is not gone on with
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("FROM mine").fetchall() == [(1,)]


def test_a_log_that_a_crashed_writer_left(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "events.duckdb"
    resolve_file(events, column="actor", into=target, resolver=mini)
    code = (
        "import duckdb, os, sys\ncon = duckdb.connect(sys.argv[1])\n"
        "con.execute('CREATE TABLE mine AS SELECT 7 AS n')\nos._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert (tmp_path / "events.duckdb.wal").exists()
    resolve_file(events, column="actor", into=target, resolver=mini)
    assert resolved(target) == 100
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("FROM mine").fetchall() == [(7,)]


@posix
@pytest.mark.parametrize("suffix", ["duckdb", "parquet", "csv"])
def test_a_full_disk(mini_path: Path, mini: Resolver, events: Path, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out.{suffix}"
    resolve_file(events, column="actor", into=target, resolver=mini)
    before = target.read_bytes()
    code = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from resolver.cli import main\nsys.argv = ['resolver', *sys.argv[1:]]\nmain()"
    )
    args = ["resolve-table", str(events), "-c", "actor", "--into", str(target), "-g", str(mini_path), "--fresh"]
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=120)
    assert f"can't write {target}" in refusal(done)
    assert target.read_bytes() == before
    resolve_file(events, column="actor", into=target, resolver=mini)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_nobody_may_write(mini_path: Path, events: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        line = refusal(command("resolve-table", events, "-c", "actor", "--into", folder / "x.duckdb", "-g", mini_path))
    finally:
        folder.chmod(0o700)
    assert "can't write" in line


def test_a_folder_that_refuses(mini: Resolver, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied", "x")

    monkeypatch.setattr(partial, "_create", refuse)
    with pytest.raises(InputError, match=r"can't write .*Permission denied.*nothing|can't write .*Permission denied"):
        resolve_file(events, column="actor", into=tmp_path / "x.duckdb", resolver=mini)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.csv"]


@pytest.mark.parametrize(
    ("into", "told"),
    [
        ("nowhere/x.duckdb", "no folder"),
        ("folder.duckdb", "is a folder"),
        ("text.duckdb", "no DuckDB database, or is damaged"),
        ("events.csv", "is the input itself"),
    ],
)
def test_targets_that_cannot_be(mini: Resolver, events: Path, tmp_path: Path, into: str, told: str) -> None:
    (tmp_path / "folder.duckdb").mkdir()
    (tmp_path / "text.duckdb").write_text("nothing of the kind\n" * 1000)
    before = events.read_bytes()
    with pytest.raises(InputError, match=told):
        resolve_file(events, column="actor", into=tmp_path / into, resolver=mini)
    assert events.read_bytes() == before


@pytest.mark.parametrize("slip", [{"column": "nobody"}, {"column": "actor", "kind": "planet"}, {"column": []}])
def test_a_slip_leaves_no_file_behind(mini: Resolver, events: Path, tmp_path: Path, slip: dict[str, str]) -> None:
    with pytest.raises(InputError):
        resolve_file(events, into=tmp_path / "x.duckdb", resolver=mini, **slip)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["events.csv"]


def test_a_table_of_the_users_is_never_replaced(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.duckdb"
    with duckdb.connect(str(target)) as con:
        con.execute("CREATE TABLE events AS SELECT 'precious' AS mine")
    for _ in range(2):
        with pytest.raises(InputError, match="which no run has made; choose another name with --table"):
            resolve_file(events, column="actor", into=target, resolver=mini)
    resolve_file(events, column="actor", into=target, table="other", resolver=mini)
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("FROM events").fetchall() == [("precious",)]
        assert con.execute("SELECT count(*) FROM other_resolved").fetchall() == [(300,)]


def test_a_table_inside_the_target(mini: Resolver, tmp_path: Path) -> None:
    target = tmp_path / "mine.duckdb"
    with duckdb.connect(str(target)) as con:
        con.execute("CREATE TABLE places AS SELECT unnest(['Ankara', 'Georgia']) AS place; CREATE TABLE b AS SELECT 1")
    with pytest.raises(InputError, match="b, places; choose one with --table"):
        resolve_file(target, column="place", into=target, resolver=mini)
    summary = resolve_file(target, column="place", into=target, table="places", resolver=mini)
    assert (summary.rows, summary.view) == (2, "places_resolved")
    assert resolve_file(target, column="place", into=target, table="places", resolver=mini).resolved == 0


def test_two_threads_of_one_process(mini: Resolver, events: Path, tmp_path: Path) -> None:
    target, failed = tmp_path / "events.duckdb", []

    def work() -> None:
        try:
            resolve_file(events, column="actor", into=target, resolver=mini)
        except InputError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    resolve_file(events, column="actor", into=target, resolver=mini)
    assert resolved(target) == 100
    assert all("another" in told or "can't write" in told for told in failed), failed
