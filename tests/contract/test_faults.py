"""Killed builds, full disks, damaged and foreign files: what was there stays, and one line says what to do."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from resolver import (
    GazetteerCorrupt,
    GazetteerError,
    GazetteerNotFound,
    GazetteerVersionError,
    Resolver,
    __version__,
    bundle,
)
from resolver.arrays import MAGIC
from resolver.build import compile as compiling
from resolver.build.compile import compile_gazetteer

MINI = Path(__file__).parents[1] / "data" / "mini"
COMPILE = "import sys; from pathlib import Path; from resolver.build.compile import compile_gazetteer as c; " + (
    "c([Path(sys.argv[1])], Path(sys.argv[2]))"
)
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and limits")


@pytest.fixture
def copy(mini_path: Path, tmp_path: Path) -> Path:
    """A copy of the mini gazetteer, arrays and all."""
    for suffix in (".duckdb", ".exact"):
        shutil.copy(mini_path.with_suffix(suffix), tmp_path / f"copy{suffix}")
    return tmp_path / "copy.duckdb"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, not yet made."""
    folder = tmp_path / "own cache"
    monkeypatch.setenv("RESOLVER_CACHE", str(folder))
    return folder


def refused(*args: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "resolver", *args], capture_output=True, text=True, env=os.environ | env, timeout=120
    )
    assert (done.returncode, done.stdout) == (2, ""), done
    # A message that work has begun may stand before the one that it failed.
    *before, line = done.stderr.splitlines()
    assert all(told.endswith("…") for told in before), done.stderr
    assert line.startswith("resolver: ")
    return line


# -- builds that do not finish


@posix
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_build_leaves_the_old_pair(copy: Path, seed: int) -> None:
    before = copy.read_bytes(), copy.with_suffix(".exact").read_bytes()
    process = subprocess.Popen([sys.executable, "-c", COMPILE, str(MINI), str(copy)])
    time.sleep(random.Random(seed).uniform(0.1, 1.2))
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Resolver.open(copy) as resolver:
        assert resolver.resolve("Türkiye").qid == "Q43"
    if process.returncode != 0:
        assert copy.with_suffix(".exact").read_bytes() == before[1]
    compile_gazetteer([MINI], copy)
    assert Resolver.open(copy).resolve("Türkiye").qid == "Q43"


@posix
def test_a_killed_first_build_leaves_nothing_that_counts(tmp_path: Path) -> None:
    target = tmp_path / "new" / "mini.duckdb"
    process = subprocess.Popen([sys.executable, "-c", COMPILE, str(MINI), str(target)])
    deadline = time.monotonic() + 20
    while not target.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not target.exists()
    with pytest.raises(GazetteerNotFound):
        Resolver.open(target)
    compile_gazetteer([MINI], target)
    assert Resolver.open(target).resolve("Türkiye").qid == "Q43"


@pytest.mark.parametrize("error", [RuntimeError("boom"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_build_that_fails_before_it_is_published(
    copy: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = sorted((p.name, p.read_bytes()) for p in copy.parent.glob("*.*"))

    def publish(work: Path, target: Path) -> None:
        raise error

    monkeypatch.setattr(compiling, "_publish", publish)
    expected = GazetteerError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        compile_gazetteer([MINI], copy)
    assert sorted((p.name, p.read_bytes()) for p in copy.parent.glob("*.*")) == before


@pytest.mark.parametrize("failing", [1, 2])
def test_a_build_that_dies_between_the_two_files(
    copy: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    calls, replace = 0, Path.replace

    def dies(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            compile_gazetteer([MINI], copy)
    assert not copy.with_suffix(".exact").exists()
    with Resolver.open(copy) as resolver:
        assert resolver.resolve("Türkiye").qid == "Q43"
    assert list(cache.rglob("*.exact"))


def test_a_log_left_by_a_crashed_writer(copy: Path) -> None:
    log = copy.with_name(copy.name + ".wal")
    log.write_bytes(b"left over" * 100)
    compile_gazetteer([MINI], copy)
    assert not log.exists()
    with duckdb.connect(str(copy), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM entity").fetchone() == (15,)


# -- places that can't be written


def test_a_cache_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for nowhere in (tmp_path / "file", tmp_path / "file" / "x"):
        with pytest.raises(GazetteerError) as caught:
            compile_gazetteer([MINI], nowhere / "gazetteer.duckdb")
        assert str(nowhere) in str(caught.value)
        assert "RESOLVER_CACHE" in str(caught.value)
        line = refused("resolve", "Türkiye", RESOLVER_CACHE=str(nowhere))
        assert str(nowhere) in line
        assert "RESOLVER_GAZETTEER" in line


@posix
def test_a_read_only_cache(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        try:
            (folder / "probe").write_text("")
        except OSError:
            pass
        else:
            pytest.skip("this user may write everywhere")
        assert str(folder) in refused("resolve", "Türkiye", RESOLVER_CACHE=str(folder))
    finally:
        folder.chmod(0o700)


@posix
@pytest.mark.parametrize("limit", [0, 4096, 200_000, 1_000_000])
def test_a_full_disk(copy: Path, limit: int) -> None:
    before = sorted((p.name, p.read_bytes()) for p in copy.parent.iterdir())
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from resolver.errors import GazetteerError\n"
        "from resolver.build.compile import compile_gazetteer\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try:\n    compile_gazetteer([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "except GazetteerError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(MINI), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(copy.parent) in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert sorted((p.name, p.read_bytes()) for p in copy.parent.iterdir()) == before


def test_two_processes_at_once(tmp_path: Path) -> None:
    database = tmp_path / "cache" / "gazetteer-mini" / "gazetteer.duckdb"
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from resolver import Resolver, bundle\n"
        "from resolver.build import compile as compiling\n"
        "real = compiling.compile_gazetteer\n"
        "def counted(*args):\n    print('compiled')\n    return real(*args)\n"
        "compiling.compile_gazetteer = counted\n"
        "bundle._compile_once([Path(sys.argv[1])], Path(sys.argv[2]), None)\n"
        "print(Resolver.open(sys.argv[2]).resolve('Türkiye').qid)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(MINI), str(database)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    outcomes = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outcomes
    said = sorted(out.split() for out, _ in outcomes)
    assert said == [["Q43"], ["Q43"], ["compiled", "Q43"]]
    left = {p.name for p in database.parent.iterdir()}
    assert left == {"gazetteer.duckdb", "gazetteer.exact", "gazetteer.fuzzy"}


def test_a_lock_that_is_held_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    database = tmp_path / "cache" / "gazetteer-mini" / "gazetteer.duckdb"
    database.parent.mkdir(parents=True)
    monkeypatch.setattr(bundle, "LOCK_SECONDS", 0.1)
    held = FileLock(database.parent.with_name("gazetteer.lock"))
    message = r"another process has been compiling .*gazetteer\.lock"
    with held, pytest.raises(GazetteerError, match=message):
        bundle._compile_once([MINI], database, None)
    bundle._compile_once([MINI], database, None)
    assert Resolver.open(database).resolve("Türkiye").qid == "Q43"


def test_only_compiled_gazetteers_are_forgotten(tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "from-0123" / "gazetteer.exact"
    other = tmp_path / "cache" / "gazetteer-0.0.1-1-abc" / "gazetteer.duckdb"  # of another installed version
    old = tmp_path / "cache" / f"gazetteer-{__version__}-1-abc" / "gazetteer.duckdb"
    for path in (kept, other, old):
        path.parent.mkdir(parents=True)
        path.write_text("")
    bundle._compile_once([MINI], tmp_path / "cache" / "gazetteer-new" / "gazetteer.duckdb", None)
    assert kept.exists()
    assert other.exists()
    assert not old.parent.exists()


# -- files that are damaged, foreign or newer


def test_a_database_without_its_arrays(copy: Path, cache: Path) -> None:
    with_arrays = Resolver.open(copy)
    names = ["Türkiye", "Georgia", "US", "us", "YPG/PKK", "Putin"]
    expected = list(with_arrays.resolve_many(names))
    copy.with_suffix(".exact").unlink()
    alone = Resolver.open(copy)
    assert list(alone.resolve_many(names)) == expected
    assert alone.gazetteer.version == with_arrays.gazetteer.version
    (derived,) = cache.rglob("*.exact")
    stamp = derived.stat().st_mtime_ns
    assert list(Resolver.open(copy).resolve_many(names)) == expected
    assert derived.stat().st_mtime_ns == stamp


DAMAGED = {
    "empty": (b"", GazetteerCorrupt),
    "text": (b"key,qid\nturkey,Q43\n" * 1000, GazetteerCorrupt),
    "zeros": (bytes(20_000), GazetteerCorrupt),
}


@pytest.mark.parametrize("suffix", [".duckdb", ".exact"])
@pytest.mark.parametrize("content", [content for content, _ in DAMAGED.values()], ids=DAMAGED)
def test_no_gazetteer_at_all(copy: Path, cache: Path, suffix: str, content: bytes) -> None:
    if suffix == ".duckdb":
        copy.with_suffix(".exact").unlink()
    path = copy.with_suffix(suffix)
    path.write_bytes(content)
    with pytest.raises(GazetteerCorrupt) as caught:
        Resolver.open(copy)
    assert str(path) in str(caught.value)
    assert str(path) in refused("resolve", "Türkiye", "-g", str(copy))


@pytest.mark.parametrize("suffix", [".duckdb", ".exact"])
@pytest.mark.parametrize("part", [0.001, 0.3, 0.9, 0.9999])
def test_cut_short(copy: Path, cache: Path, suffix: str, part: float) -> None:
    if suffix == ".duckdb":
        copy.with_suffix(".exact").unlink()
    path = copy.with_suffix(suffix)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(GazetteerCorrupt) as caught:
        Resolver.open(copy)
    assert str(path) in str(caught.value)
    assert str(path) in refused("resolve", "Türkiye", "-g", str(copy))


def test_a_damaged_page(copy: Path, cache: Path) -> None:
    copy.with_suffix(".exact").unlink()
    data = bytearray(copy.read_bytes())
    for start in range(12_288, len(data), 4096):
        data[start + 100 : start + 2000] = b"\xff" * 1900
    copy.write_bytes(data)
    with pytest.raises(GazetteerCorrupt, match=r"copy\.duckdb"):
        Resolver.open(copy)
    refused("resolve", "Türkiye", "-g", str(copy))


def test_a_newer_format_of_the_database(copy: Path, cache: Path) -> None:
    copy.with_suffix(".exact").unlink()
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE manifest SET value = '99' WHERE name = 'format'")
    with pytest.raises(GazetteerVersionError, match=r"copy\.duckdb has gazetteer format 99, this package reads 1"):
        Resolver.open(copy)
    assert "update the package" in refused("resolve", "Türkiye", "-g", str(copy))


@pytest.mark.parametrize(
    ("old", "new"), [(MAGIC, MAGIC[:7] + b"9"), (b'"format": 1', b'"format": 9')], ids=["arrays", "gazetteer"]
)
def test_a_newer_format_of_the_arrays(copy: Path, old: bytes, new: bytes) -> None:
    arrays = copy.with_suffix(".exact")
    data = arrays.read_bytes()
    assert data.count(old) == 1
    arrays.write_bytes(data.replace(old, new))
    with pytest.raises(GazetteerVersionError, match=r"copy\.exact has .*format 9, this package reads 1"):
        Resolver.open(copy)
    assert str(arrays) in refused("resolve", "Türkiye", "-g", str(copy))


def test_another_database(tmp_path: Path, cache: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as con:
        con.execute("CREATE TABLE entity (qid VARCHAR)")
    with pytest.raises(GazetteerCorrupt, match="is not a gazetteer: it has no table alias, manifest, relation"):
        Resolver.open(other)
    assert str(other) in refused("resolve", "Türkiye", "-g", str(other))


def test_tables_of_the_right_name_but_not_the_right_columns(tmp_path: Path, cache: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as con:
        for table in ("entity", "alias", "relation"):
            con.execute(f"CREATE TABLE {table} (nothing VARCHAR)")
        con.execute("CREATE TABLE manifest AS SELECT 'format' AS name, '1' AS value UNION ALL SELECT 'version', 'x'")
    with pytest.raises(GazetteerCorrupt, match=r"other\.duckdb"):
        Resolver.open(other)


def test_names_with_quotes_in_the_path(mini_path: Path, tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "o'brien's; data"
    folder.mkdir()
    path = folder / "gaz 'x'.duckdb"
    shutil.copy(mini_path, path)
    assert Resolver.open(path).resolve("Türkiye").qid == "Q43"
    compile_gazetteer([MINI], path)
    assert Resolver.open(path).resolve("Türkiye").qid == "Q43"


def test_arrays_for_which_there_is_no_place(tmp_path: Path, copy: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    copy.with_suffix(".exact").unlink()
    for nowhere in (tmp_path / "file", tmp_path / "file" / "x"):
        assert str(nowhere) in refused("resolve", "Türkiye", "-g", str(copy), RESOLVER_CACHE=str(nowhere))
