"""Gazetteers attached read-only from another database, as any DuckDB client would, and the recipes of the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resolver import Resolver

ROOT = Path(__file__).parents[2]


def recipes(page: str, language: str = "sql") -> list[str]:
    """The blocks of a page in one language, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def recipe(heading: str, page: str = "docs/sql.md", place: int = 0) -> str:
    """A block of one section of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^```\w+\n(.*?)^```", section, flags=re.DOTALL | re.MULTILINE)[place]


def attached(resolver: Resolver) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"ATTACH '{resolver.database}' AS gaz (READ_ONLY)")
    return con


@pytest.fixture(scope="module")
def small(mini: Resolver) -> Iterator[duckdb.DuckDBPyConnection]:
    with attached(mini) as con:
        yield con


@pytest.fixture(scope="module")
def large(bundled: Resolver) -> Iterator[duckdb.DuckDBPyConnection]:
    with attached(bundled) as con:
        yield con


def events(con: duckdb.DuckDBPyConnection, names: list[str | None], days: list[str | None] | None = None) -> None:
    """Make the table `events` of the recipes: n, day and actor, one row a name."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE events AS SELECT unnest(range(len($names))) AS n,"
        " unnest($days::DATE[]) AS day, unnest($names::VARCHAR[]) AS actor",
        {"names": names, "days": days or [None] * len(names)},
    )


def answers(con: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, object]]:
    """The rows of a statement, by column."""
    rows = con.execute(statement)
    columns = [column[0] for column in rows.description]
    return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
