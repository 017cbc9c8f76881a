"""Everything a user can set or call is described, and the descriptions are those of the code."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
import typer.main

import resolver
from resolver import config
from resolver.cli import app

DOCS = Path(__file__).parents[2] / "docs"
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(resolver.__path__, "resolver.")
    if not module.name.endswith("__main__")
)


def commands(group: Any, path: str = "resolver") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        found[f"{path} {name}"] = command
        if hasattr(command, "commands"):
            found |= commands(command, f"{path} {name}")
    return found


COMMANDS = commands(typer.main.get_command(app))


def test_the_commands_of_this_release() -> None:
    assert {"resolver resolve", "resolver gazetteer build", "resolver gazetteer info"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_and_their_options_have_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help, name
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        assert text, f"{name}: {parameter.name}"
        assert text.endswith((".", "stop")), f"{name}: {parameter.name}: {text}"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option(name: str) -> None:
    from typer.testing import CliRunner

    done = CliRunner().invoke(app, [*name.split()[1:], "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 0
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[0] in done.output


def test_the_settings_page_is_the_settings_table() -> None:
    rows = [f"| `{s.name}` | {s.default:g} | {s.low:g} to {s.high:g} | {s.unit} | {s.help} |" for s in config.SETTINGS]
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    table = page.split("## Environment variables")[0]
    assert [line for line in table.splitlines() if line.startswith("| `")] == rows


def test_every_environment_variable_is_on_the_settings_page() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(resolver.__file__).parent.rglob("*.py"))
    page = (DOCS / "settings.md").read_text(encoding="utf-8").split("## Environment variables")[1]
    for name in (config.CACHE_VARIABLE, config.GAZETTEER_VARIABLE):
        assert f"| `{name}` |" in page
        assert name in source


def test_every_view_and_its_columns_are_on_the_sql_page(mini_path: Path) -> None:
    import duckdb

    page = (DOCS / "sql.md").read_text(encoding="utf-8")
    with duckdb.connect(str(mini_path), read_only=True) as con:
        views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
        tables = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        for (view,) in views:
            columns = ", ".join(row[0] for row in con.execute(f"DESCRIBE {view}").fetchall())
            assert f"| `{view}` | view: {columns} |" in page
    for (table,) in tables:
        assert table == "lookup" or f"`{table}`" in page, table


"""Goes when the example in normalize.py asks for fetchall()."""


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(bundled: resolver.Resolver, name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert outcome.failed == 0


def test_examples_of_the_package(bundled: resolver.Resolver) -> None:
    outcome = doctest.testmod(resolver)
    assert (outcome.failed, outcome.attempted) == (0, 2)
