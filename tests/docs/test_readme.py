"""What README shows is run: the command lines, the Python and the SQL, as they stand there."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from resolver import Config, Resolver, Status

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.strip() for line in README.splitlines() if line.startswith("    ") and "resolver" in line]
EVENTS = ["Türkiye", "Турция", "Georgia", "Nicaragwa", "", None, "土耳其", "Vladimir Putin", "us", "Türkiye"]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def shell(command: str, folder: Path) -> str:
    """What a line of the README prints; it has nothing to complain of."""
    done = run(command, folder)
    assert done.stderr == "", command
    return done.stdout


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the README; `pip install` has been done, and `resolver` may not be on the path."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    tool = tools / "resolver"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m resolver "$@"\n')
    tool.chmod(0o755)
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    package = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        ["sh", "-c", command.removeprefix("pip install . && ")],
        cwd=folder, capture_output=True, text=True, timeout=300,
        env=os.environ | {"PATH": path, "PYTHONPATH": package, "COLUMNS": "100"},
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stderr)
    return done


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the README's shell lines are POSIX")


def test_the_first_screen_has_all_three() -> None:
    first = README[: README.index("## ")]
    assert len(COMMANDS) >= 3
    assert len(blocks("python", first)) == len(blocks("sql", first)) == 1


def test_the_first_command(bundled: Resolver, tmp_path: Path) -> None:
    rows = [line.split() for line in shell(COMMANDS[0], tmp_path).splitlines()]
    found = {row[0]: row[1:3] for row in rows if len(row) > 1}
    assert found["Türkiye"] == ["matched", "Q43"]
    assert found["Zelenskiy"] == ["matched", "Q3874799"]
    assert found["土耳其"] == ["matched", "Q43"]
    assert found["YPG/PKK"] == ["composite"]
    assert found["PKK"] == ["matched", "Q152220"]
    assert found["Nicaragwa"] == ["matched", "Q811"]


def test_the_second_command(bundled: Resolver, tmp_path: Path) -> None:
    (found,) = json.loads(shell(COMMANDS[1], tmp_path))
    assert (found["query"], found["qid"]) == ("Georgia", "Q230")


def test_the_third_command(bundled: Resolver, tmp_path: Path) -> None:
    (tmp_path / "actors.txt").write_text("Türkiye\n\nNicaragwa\nGeorgia\n", encoding="utf-8")
    assert shell(COMMANDS[2], tmp_path) == ""
    rows = list(csv.DictReader(io.StringIO((tmp_path / "actors.csv").read_text(encoding="utf-8"))))
    assert [(row["query"], row["status"], row["qid"]) for row in rows] == [
        ("Türkiye", "matched", "Q43"),
        ("", "unmatched", ""),
        ("Nicaragwa", "matched", "Q811"),
        ("Georgia", "ambiguous", ""),
    ]


def test_a_column_a_text_a_correction(bundled: Resolver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_OVERRIDES", str(tmp_path / "overrides.tsv"))
    (tmp_path / "events.csv").write_text("actor\nTürkiye\nthe Lebanese group\nTürkiye\n", encoding="utf-8")
    (tmp_path / "dispatch.txt").write_text("Hakan Fidan met Sergei Lavrov in Ankara.", encoding="utf-8")
    block = README[README.index("## A column, a text, a correction") :].split("\n\n")[1]
    commands = [line.strip() for line in block.splitlines()]
    assert len(commands) == 5
    for command in commands:
        run(command, tmp_path)
    with duckdb.connect(str(tmp_path / "events.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM events_resolved WHERE actor_qid = 'Q43'").fetchall() == [(2,)]
    assert "Q41053" in (tmp_path / "overrides.tsv").read_text(encoding="utf-8")
    assert "Q6087480" in (tmp_path / "dispatch.html").read_text(encoding="utf-8")


def test_other_commands(bundled: Resolver, tmp_path: Path) -> None:
    inline = re.findall(r"`(resolver resolve [^`]*)`", README)
    assert len(inline) == 2
    for command, qid in zip(inline, ("Q1428", "Q6087480"), strict=True):
        assert qid in shell(command, tmp_path)


def test_python(bundled: Resolver, capsys: pytest.CaptureFixture[str]) -> None:
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[:4]] == [
        ["Türkiye", "matched", "Q43"],
        ["Zelenskiy", "matched", "Q3874799"],
        ["Georgia", "ambiguous", "None"],
        ["Nicaragwa", "matched", "Q811"],
    ]
    assert len(lines) == 5


def test_sql(bundled: Resolver) -> None:
    (code,) = blocks("sql")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE events AS SELECT unnest(?::VARCHAR[]) AS actor, unnest(range(10)) AS n", [EVENTS])
        con.execute(code.replace("'gazetteer.duckdb'", f"'{bundled.database}'"))
        found = {number: (actor, qid) for actor, number, _key, qid, _label in con.fetchall()}
    assert len(found) == len(EVENTS)
    known = bundled.with_config(Config(fuzzy=0))  # in SQL a name is known by its key or not at all
    for number, name in enumerate(EVENTS):
        actor, qid = found[number]
        assert actor == name
        expected = known.resolve(name) if name else None
        assert qid == (expected.qid if expected and expected.status is Status.MATCHED else None), name


def test_statuses_are_those_of_the_code() -> None:
    table = README[README.index("| status | means |") :].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) == [str(status) for status in Status]


def test_kinds_are_those_of_the_code() -> None:
    from resolver import Kind

    assert f"| kind | {', '.join(Kind)} |" in README


def test_the_pages_it_names_are_there() -> None:
    missing = [target for target in re.findall(r"\]\(([^)#:]+)\)", README) if not (ROOT / target).exists()]
    assert missing == []
