"""docs/tables.md: its commands, its Python and its SQL are run as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from resolver import Resolver, register
from resolver.table import store
from resolver.table.names import RESERVED

PAGE = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
COMMANDS = [line.strip() for line in PAGE.splitlines() if line.startswith("    resolver ")]
EVENTS = (
    "id,date,actor,actor1,actor2,type\n1,2020-01-01,Ankara,Georgia,PKK,country\n2,2021-05-01,Georgia,,Ankara,\n"
    "3,2022-06-01,YPG/PKK,Nowheristan,Türkiye,country\n"
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    with duckdb.connect() as con:
        con.execute(f"COPY (FROM '{tmp_path}/events.csv') TO '{tmp_path}/events.parquet' (FORMAT parquet)")
        con.execute(f"COPY (FROM '{tmp_path}/events.csv') TO '{tmp_path}/events.jsonl' (FORMAT json)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESOLVER_OVERRIDES", str(tmp_path / "overrides.tsv"))
    return tmp_path


def test_the_commands(folder: Path, mini_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini_path))
    assert len(COMMANDS) == 7
    (folder / "overrides.tsv").unlink(missing_ok=True)
    for command in COMMANDS:
        words = shlex.split(command.replace("Q41053", "Q858"))  # the mini gazetteer holds few entities
        if words[2] == "events.parquet":
            (folder / "events.duckdb").unlink()
        done = subprocess.run([sys.executable, "-m", "resolver", *words[1:]], capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    assert duckdb.sql("SELECT count(*) FROM 'resolved.parquet'").fetchall() == [(3,)]


def test_the_python_and_the_sql(folder: Path, mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini.database))
    (python,) = blocks("python")
    names: dict[str, object] = {}
    exec(python, names)
    con = names["con"]
    assert isinstance(con, duckdb.DuckDBPyConnection)
    tables, functions = blocks("sql")
    found = [con.execute(query).fetchall() for query in tables.split(";") if query.strip()]
    assert found[0] == [("Ankara", 1)]
    assert [row[2] for row in found[2]] == ["Q152220", "Q277036"]
    register(con, resolver=mini)
    for query in filter(str.strip, functions.split(";")):
        assert len(con.execute(query).fetchall()) == 3
    con.close()


def test_every_table_and_view_is_told_of() -> None:
    for name in RESERVED - {"resolver_origin", "resolver_todo", "resolver_batch"}:
        assert f"| `{name}` |" in PAGE
    for column in store.STAMP:
        assert f"`{column}`" in PAGE
    for column in store.SHOWN:
        assert f"`actor_{column}`" in PAGE
