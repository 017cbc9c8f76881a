"""Decisions are never lost: killed while adding, a full disk, a folder nobody may write, two who add at once."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resolver import InputError, OverrideConflict
from resolver.overrides import Decision, Override, Overrides, add_overrides, store

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and limits")
ADD = """
import sys
from resolver.overrides import Decision, Override, add_overrides
path, who, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for n in range(count):
    add_overrides([Override(name=f"{who} {n}", decision=Decision.ENTITY, qid="Q43", who=who)], path)
    print(n, flush=True)
"""


def adding(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", ADD, str(path), who, str(count)], stdout=subprocess.PIPE, text=True)


def row(name: str, qid: str = "Q43") -> Override:
    return Override(name=name, decision=Decision.ENTITY, qid=qid, who="ann")


@posix
@pytest.mark.parametrize("seed", range(3))
def test_killed_while_adding(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "o.tsv"
    add_overrides([row(f"held {n}") for n in range(500)], path)
    with adding(path, "ann", 100_000) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.01, 0.3))
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read().split("\n")[:-1]
    held = {item.name for item in Overrides.read(path)}
    assert {f"held {n}" for n in range(500)} <= held
    assert {f"ann {n}" for n in ["0", *told]} <= held  # what was reported is there
    add_overrides([row("one more")], path)  # the lock died with its holder
    assert len(Overrides.read(path)) == len(held) + 1


def test_two_who_add_at_once(tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    several = [adding(path, who, 40) for who in ("ann", "bob", "cy")]
    for process in several:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert {item.name for item in Overrides.read(path)} == {
        f"{who} {n}" for who in ("ann", "bob", "cy") for n in range(40)
    }


def test_two_who_disagree(tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    add_overrides([row("x y")], path)
    with pytest.raises(OverrideConflict):
        add_overrides([row("X y", "Q159")], path)
    assert [item.qid for item in Overrides.read(path)] == ["Q43"]


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    path = tmp_path / "o.tsv"
    add_overrides([row("x y")], path)
    before = path.read_bytes()

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "write":
        monkeypatch.setattr(store.os, "open", full)
    else:
        monkeypatch.setattr(store.os, where, full)
    with pytest.raises(InputError, match=r"can't be written \(No space left on device\); nothing was changed"):
        add_overrides([row("y z")], path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir() if item.suffix == ".tmp"] == []


@posix
def test_a_disk_that_is_full_for_real(tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    add_overrides([row(f"held {n}") for n in range(200)], path)
    before = path.read_bytes()
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n{ADD}"
    limited = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + code.replace(
        "    add_overrides(", "    try: add_overrides("
    ).replace("path)\n", "path)\n    except Exception as e: print(type(e).__name__, e); sys.exit(2)\n", 1)
    done = subprocess.run(
        [sys.executable, "-c", limited, str(path), "ann", "1"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done
    assert done.stdout.startswith("InputError")
    assert "can't be written" in done.stdout
    assert path.read_bytes() == before


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(InputError, match="can't be written"):
        add_overrides([row("x y")], tmp_path / "folder" / "o.tsv")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the root user may write everywhere")
def test_a_folder_nobody_may_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="can't be written"):
        add_overrides([row("x y")], tmp_path / "o.tsv")


def test_a_lock_that_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    monkeypatch.setattr(store, "LOCK_SECONDS", 0.1)
    with FileLock(tmp_path / ".o.tsv.lock"), pytest.raises(InputError, match="another process has been changing it"):
        add_overrides([row("x y")], tmp_path / "o.tsv")


def test_a_damaged_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    path.write_text("name\tqid\nx\t43\n")
    with pytest.raises(InputError, match="row 2, column qid"):
        add_overrides([row("x y")], path)
    assert path.read_text() == "name\tqid\nx\t43\n"
