"""The examination of an installation: what is well, what is not, and what to do."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resolver import doctor as library
from resolver.doctor import Check, State, doctor, write_checks, write_json


@pytest.fixture
def own(mini_path: Path, tmp_path: Path) -> Path:
    """A copy of the mini gazetteer that may be damaged."""
    for path in mini_path.parent.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    return tmp_path / mini_path.name


def state(checks: list[Check]) -> dict[str, State]:
    return {check.name: check.state for check in checks}


def test_a_sound_gazetteer(own: Path) -> None:
    checks = doctor(own)
    found = state(checks)
    assert found["gazetteer"] is found["arrays"] is found["answer"] is found["cache"] is State.OK
    assert State.WRONG not in found.values()
    assert "Q43" in next(check.detail for check in checks if check.name == "answer")


def test_one_changed_byte_is_seen(own: Path) -> None:
    arrays = own.with_suffix(".exact")
    data = bytearray(arrays.read_bytes())
    data[-200] ^= 1
    arrays.write_bytes(data)
    broken = next(check for check in doctor(own) if check.name == "arrays")
    assert broken.state is State.WRONG
    assert "damaged" in broken.detail
    assert "delete" in broken.advice


def test_a_damaged_database_is_seen(own: Path) -> None:
    own.write_bytes(b"no database")
    assert state(doctor(own))["gazetteer"] is State.WRONG


def test_arrays_of_another_database_are_seen(own: Path) -> None:
    import duckdb

    with duckdb.connect(str(own)) as con:
        con.execute("UPDATE manifest SET value = 'other' WHERE name = 'version'")
    assert state(doctor(own))["arrays"] is State.WRONG


def test_a_missing_gazetteer(tmp_path: Path) -> None:
    found = next(check for check in doctor(tmp_path / "none.duckdb") if check.name == "gazetteer")
    assert (found.state, bool(found.advice)) == (State.WRONG, True)


def test_a_gazetteer_without_arrays_is_no_fault(own: Path) -> None:
    own.with_suffix(".exact").unlink()
    assert state(doctor(own))["arrays"] is State.NOTE


def test_a_gazetteer_that_waits_to_be_compiled_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "new"))
    monkeypatch.delenv("RESOLVER_GAZETTEER", raising=False)
    found = state(doctor())
    assert found["gazetteer"] is State.NOTE
    assert found["cache"] is State.OK
    assert not (tmp_path / "new").exists()  # looking leaves nothing behind


def test_a_full_disk(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "NEEDED", 10**18)
    cache = next(check for check in doctor(own) if check.name == "cache")
    assert cache.state is State.WRONG
    assert "RESOLVER_CACHE" in cache.advice


def test_a_cache_that_can_not_be_written(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_writable", lambda folder: False)
    found = state(doctor(own))
    assert found["cache"] is found["temporary folder"] is State.WRONG


def test_a_layer_that_is_not_there(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_LAYERS", "no-such-layer")
    assert state(doctor(own))["layers"] is State.WRONG


def test_overrides_that_can_not_be_read(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "overrides.tsv"
    path.write_text("not\ta\ttable\n1\t2\t3\n", encoding="utf-8")
    monkeypatch.setenv("RESOLVER_OVERRIDES", str(path))
    assert state(doctor(own))["overrides"] is State.WRONG


def test_a_check_that_fails_is_a_finding(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(library, "_packages", fail)
    found = next(check for check in doctor(own) if check.name == "packages")
    assert (found.state, found.detail) == (State.WRONG, "RuntimeError: out of luck")


@pytest.mark.parametrize(
    ("line", "version", "unmet"),
    [
        ("duckdb<3,>=1.5", "2.0.0", False),
        ("duckdb<3,>=1.5", "1.4.9", True),
        ("duckdb<3,>=1.5", "3.0", True),
        ("numpy>=2", "2.1", False),
        ("rich>=13 ; python_version > '3'", "12.9", True),
    ],
)
def test_bounds_of_a_requirement(line: str, version: str, unmet: bool) -> None:
    assert library._unmet(line, version) is unmet


def test_lines_fit_the_terminal(own: Path) -> None:
    out = io.StringIO()
    write_checks([*doctor(own), Check("long", State.WRONG, "word " * 60, "do this")], out)
    lines = out.getvalue().splitlines()
    assert "-> do this" in out.getvalue()
    assert lines[-1] == "1 point needs attention"
    # Paths are never broken, so that they can be copied.
    assert all(len(line) <= 80 or len(line.split()) <= 4 for line in lines)


def test_json_has_every_check(own: Path) -> None:
    checks, out = doctor(own), io.StringIO()
    write_json(checks, out)
    assert [row["name"] for row in json.loads(out.getvalue())] == [check.name for check in checks]


@pytest.mark.parametrize(("sound", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_says_whether_all_is_well(own: Path, sound: bool, code: int) -> None:
    if not sound:
        own.write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "-m", "resolver", "doctor", "-g", str(own)],
        capture_output=True,
        env=os.environ | {"COLUMNS": "80"},
    )
    assert (done.returncode, done.stderr) == (code, b"")


def test_audit_and_evaluate_from_the_command_line(own: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,qid\nTürkiye,Q43\n", encoding="utf-8")
    for command in (["audit", str(names), "--column", "name"], ["evaluate", str(names)]):
        for form in ("text", "json", "csv"):
            done = subprocess.run(
                [sys.executable, "-m", "resolver", *command, "-g", str(own), "-f", form], capture_output=True
            )
            assert (done.returncode, done.stderr) == (0, b"")
            assert done.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "resolver", "audit", str(names), "-c", "nope", "-g", str(own)], capture_output=True
    )
    assert wrong.returncode == 2
    assert wrong.stderr.count(b"\n") == 1
