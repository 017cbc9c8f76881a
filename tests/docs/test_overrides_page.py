"""The page about overrides: its columns, decisions, commands, and its SQL beside the library's answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import typer.main

from resolver import Resolver
from resolver.cli import app
from resolver.overrides import COLUMNS, Decision, Override, Overrides
from resolver.overrides.table import write_decisions

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "overrides.md").read_text(encoding="utf-8")
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
    part = (DOCS / "sql.md").read_text(encoding="utf-8").split("## Human decisions")[1]
    query = re.findall(r"^```sql\n(.*?)^```", part, flags=re.DOTALL | re.MULTILINE)[0]
    rows = [
        Override(name="the sick man", decision=ENTITY, qid="Q43"),
        Override(name="US", decision=NONE),
        Override(key="ankara", decision=ENTITY, qid="Q43"),
        Override(name="ANKARA", decision=NONE),
        Override(name="Türkiye", decision=NEVER, qid="Q43"),
        Override(name="Kyiv", decision=NONE, country="TR"),
        Override(name="Putin", decision=NEVER, qid="Q43"),
        Override(name="Erdoğan", decision=ENTITY, qid="Q39259", decided_at=datetime(2025, 1, 1, tzinfo=UTC)),
        Override(name="Erdoğan", decision=NEVER, qid="Q43", decided_at=datetime(2026, 1, 1, tzinfo=UTC)),
    ]
    names = [
        "the sick man", "The Sick Man", "US", "U.S.", "us", "Ankara", "ANKARA", "ankara", "Türkiye", "TÜRKIYE", "Kyiv",
        "Putin", "Erdoğan", "nobody", None,
    ]  # fmt: skip
    decided = Resolver.open(mini_path, overrides=Overrides(rows))
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{mini_path}' AS gaz (READ_ONLY)")
        con.execute("CREATE TABLE events AS SELECT unnest(?::VARCHAR[]) AS actor", [names])
        write_decisions(con, Overrides(rows))
        found = con.execute(query).fetchall()
    assert len(found) == len(names)
    for actor, *_, qid in found:
        assert qid == (decided.resolve(actor).qid if actor and actor != "us" else None), actor


def test_the_python_on_the_page(bundled: Resolver, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    exec(compile(code, "docs/overrides.md", "exec"), {"__name__": "page"})
    assert capsys.readouterr().out == "Q43\n"


def test_the_pages_it_names_are_there() -> None:
    for page in re.findall(r"\]\((\w+\.md)\)", PAGE):
        assert (DOCS / page).exists(), page
