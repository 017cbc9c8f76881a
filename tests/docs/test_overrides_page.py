"""The page about overrides: its columns, decisions, commands, and its SQL beside the library's answers."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import typer.main

from resolver import Resolver
from resolver.cli import app
from resolver.overrides import COLUMNS, Decision, Override, Overrides
from resolver.overrides.table import write_decisions

PAGE = (Path(__file__).parents[2] / "docs" / "overrides.md").read_text(encoding="utf-8")
ENTITY, NONE, NEVER = Decision


def table(header: str) -> list[str]:
    rows = PAGE.split(f"| {header} |")[1].split("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", rows, flags=re.MULTILINE)


def test_tables_are_those_of_the_code() -> None:
    assert tuple(table("column | holds")) == COLUMNS
    assert table("decision | means | the answer") == [str(word) for word in Decision]


def test_every_command_is_there() -> None:
    group = typer.main.get_command(app).commands["override"]
    shown = {" ".join(command.split()[2:3]) for command in table("command | does") if "override" in command}
    assert shown == set(group.commands)


def test_the_sql_answers_as_the_library_does(mini: Resolver, mini_path: Path) -> None:
    (code,) = re.findall(r"^```sql\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    rows = [
        Override(name="the sick man", decision=ENTITY, qid="Q43"),
        Override(name="US", decision=NONE),
        Override(key="ankara", decision=ENTITY, qid="Q43"),
        Override(name="ANKARA", decision=NONE),
        Override(name="Türkiye", decision=NEVER, qid="Q43"),
        Override(name="Kyiv", decision=NONE, country="TR"),
        Override(name="Putin", decision=NEVER, qid="Q43"),
    ]
    names = [
        "the sick man", "The Sick Man", "US", "U.S.", "us", "Ankara", "ANKARA", "ankara", "Türkiye", "TÜRKIYE", "Kyiv",
        "Putin", "nobody", None,
    ]  # fmt: skip
    decided = Resolver.open(mini_path, overrides=Overrides(rows))
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{mini_path}' AS gaz (READ_ONLY)")
        con.execute("CREATE TABLE events AS SELECT unnest(?::VARCHAR[]) AS actor", [names])
        write_decisions(con, Overrides(rows))
        macro, query = code.split(";\n\n")
        con.execute(macro)
        found = con.execute(query).fetchall()
    assert len(found) == len(names)
    for actor, qid in found:
        assert qid == (decided.resolve(actor).qid if actor and actor != "us" else None), actor


def test_the_page_is_linked_where_settings_are() -> None:
    assert "sql.md" in PAGE
    assert (Path(__file__).parents[2] / "docs" / "sql.md").exists()
