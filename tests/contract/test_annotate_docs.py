"""What docs/annotate.md shows is run, and its tables are those of the code."""

from __future__ import annotations

import io
import re
import shlex
import sys
from pathlib import Path

import duckdb
import pytest

from resolver import Kind, Resolver
from resolver.render.kinds import LOOKS
from resolver.render.store import COLUMNS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "annotate.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    dispatch = (ROOT / "seeds" / "dispatches" / "ankara-2025-02.txt").read_bytes()
    Path("dispatch.txt").write_bytes(dispatch)
    Path("news").mkdir()
    Path("news/a.txt").write_bytes(dispatch)
    Path("news/b.txt").write_text("Georgia. Hakan Fidan wants the PKK to disarm.", encoding="utf-8")
    return tmp_path


def test_commands(
    bundled: Resolver, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from resolver.cli import main

    commands = re.findall(r"^    (.*resolver annotate.*)$", PAGE, flags=re.MULTILINE)
    assert len(commands) == 4
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(bundled.database))
    for command in commands:
        before, _, after = command.rpartition("resolver ")
        if before:
            data = Path(shlex.split(before)[1]).read_bytes()
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        monkeypatch.setattr(sys, "argv", ["resolver", *shlex.split(after)])
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code, capsys.readouterr().err
    assert Path("dispatch.html").stat().st_size > 20_000
    with duckdb.connect() as con:
        for statement in ";".join(blocks("sql")).split(";"):
            if statement.strip():
                rows = con.execute(statement).fetchall()
                assert rows or statement.lstrip().startswith("ATTACH") or "ambiguous" in statement


def test_python(bundled: Resolver, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(bundled.database))
    for code in blocks("python"):
        exec(compile(code, "annotate.md", "exec"), {})
    found = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[3] for row in found if row[2] == "Fidan"] == ["Q6087480"]
    assert Path("dispatch.html").exists()
    with duckdb.connect("news.duckdb", read_only=True) as con:
        assert con.execute("SELECT count(*) FROM document").fetchall() == [(1,)]


def test_columns_and_options_are_those_of_the_code() -> None:
    for table, columns in COLUMNS.items():
        (listed,) = re.findall(rf"^\| `{table}` \| .*? \| (.*) \|$", PAGE, flags=re.MULTILINE)
        assert listed.split(", ") == [name.strip('"') for name in columns]
    import typer.main

    from resolver.cli import app

    command = typer.main.get_command(app).commands["annotate"]  # type: ignore[attr-defined]
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert f"| `{parameter.opts[0]}" in PAGE, parameter.opts


def test_every_kind_and_its_line_are_told() -> None:
    table = PAGE[PAGE.index("| family |") : PAGE.index("An `ambiguous` name")]
    for kind in Kind:
        line = LOOKS[kind].line.replace("solid 1px", "thin")
        assert f"{kind.replace('_', ' ')}: {line}" in table
