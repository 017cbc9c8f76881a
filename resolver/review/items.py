"""What there is to review: the worklist of a database of answers, and the rows that a name stands in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.errors import InputError
from resolver.overrides.table import opened

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORKLIST = "resolution_worklist"
_HINTS = ("hint_kind", "hint_exclude_kind", "hint_country", "hint_lang")
_CELL = 200  # characters of a cell that a row shows at most
_BEFORE = 16  # characters of a text that are shown before the name
SEVERAL = "|"
_MAKE = "make one with `resolver resolve-table IN --column C --into"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One name that wants a decision.

    Attributes:
        name: As it stands in the data.
        rows: How many rows have it.
        status: What the run said: unmatched or ambiguous.
        kinds, exclude_kinds, countries, langs: Hints that stood with it.
        first_as_of, last_as_of: The days between which it was used, None where no row has one.
        asked: The hints as the database has them, in the order kind, excluded kind, country, language.
    """

    name: str
    rows: int
    status: str
    kinds: tuple[str, ...] = ()
    exclude_kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    first_as_of: date | None = None
    last_as_of: date | None = None
    asked: tuple[str | None, ...] = (None, None, None, None)

    def hints(self) -> dict[str, Any]:
        """The hints as arguments of `Resolver.resolve`; a day only where there is just one."""
        return {
            "kind": self.kinds or None,
            "exclude_kind": self.exclude_kinds or None,
            "country": self.countries or None,
            "lang": self.langs or None,
            "as_of": self.first_as_of if self.first_as_of == self.last_as_of else None,
        }

    def hints_text(self) -> str:
        """The hints in words, empty where there are none."""
        days = ""
        if self.first_as_of:
            days = (
                f"{self.first_as_of}"
                if self.first_as_of == self.last_as_of
                else f"{self.first_as_of} to {self.last_as_of}"
            )
        excluded = f"no {', '.join(self.exclude_kinds)}" if self.exclude_kinds else ""
        return " · ".join(
            filter(None, (", ".join(self.kinds), excluded, ", ".join(self.countries), ", ".join(self.langs), days))
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an input table.

    Attributes:
        place: Table and column that hold the name.
        cells: Column and text of the others, those with longer texts last.
    """

    place: str
    cells: tuple[tuple[str, str], ...]


def read_worklist(database: str | os.PathLike[str]) -> list[Item]:
    """Every name of a database without an answer, most frequent first.

    Args:
        database: A DuckDB file that `resolver resolve-table ... --into` has written.

    Raises:
        InputError: no such file, another process holds it, or it has no worklist.
    """
    if not Path(database).is_file():
        raise InputError(f"no database at {database}; {_MAKE} {database}`")
    with opened(database, read_only=True) as con:
        held = {
            str(name) for (name,) in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        }
        if WORKLIST not in held:
            raise InputError(f"{database}: no view {WORKLIST} in it; {_MAKE} {database}`")
        rows = con.execute(
            f"""SELECT name, rows, status, {", ".join(_HINTS)}, first_as_of, last_as_of FROM {WORKLIST}
            ORDER BY rows DESC, name, {", ".join(_HINTS)}"""
        ).fetchall()
    return [
        Item(
            name=name, rows=count, status=status, kinds=_several(kind), exclude_kinds=_several(exclude),
            countries=_several(country), langs=_several(lang), first_as_of=first, last_as_of=last,
            asked=(kind, exclude, country, lang),
        )
        for name, count, status, kind, exclude, country, lang, first, last in rows
    ]  # fmt: skip


def read_rows(database: str | os.PathLike[str], item: Item, limit: int = 3) -> list[Row]:
    """Some rows that hold a name, to see it in its surroundings; none where the input isn't in the database.

    Args:
        database: The file the item came from.
        item: The name.
        limit: How many rows at most.

    Raises:
        InputError: another process holds the file.
    """
    found: list[Row] = []
    same = " AND ".join(f"{hint} IS NOT DISTINCT FROM ?" for hint in _HINTS)
    with opened(database, read_only=True) as con:
        held = {str(name) for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        uses = con.execute(
            f"SELECT table_name, column_name, min(first_row) FROM resolution_use WHERE name = ? AND {same}"
            " GROUP BY ALL ORDER BY ALL",
            [item.name, *item.asked],
        ).fetchall()
        for table, column, first in uses:
            if table in held and len(found) < limit:
                found += _rows_of(con, table, column, first, item, limit - len(found))
    return found


def _rows_of(con: DuckDBPyConnection, table: str, column: str, first: int, item: Item, limit: int) -> list[Row]:
    """Rows of one table with the name and, as far as its columns tell, with the hints of the item."""
    shown = con.execute(f"SELECT * FROM {_quoted(table)} LIMIT 1 OFFSET {int(first) - 1}")
    columns = [str(described[0]) for described in shown.description or ()]
    sample = shown.fetchall()
    conditions, values = [f"CAST({_quoted(column)} AS VARCHAR) = ?"], [item.name]
    for hint in filter(None, item.asked):
        # The column that a hint came from is the one that holds it in the first row of its kind.
        told = [name for name, cell in zip(columns, sample[0] if sample else (), strict=False) if str(cell) == hint]
        if told and told[0] != column:
            conditions.append(f"CAST({_quoted(told[0])} AS VARCHAR) = ?")
            values.append(hint)
    rows = con.execute(f"SELECT * FROM {_quoted(table)} WHERE {' AND '.join(conditions)} LIMIT {limit}", values)
    return [Row(f"{table}.{column}", _cells(columns, row, column, item.name)) for row in rows.fetchall()]


def _cells(columns: list[str], row: tuple[Any, ...], own: str, name: str) -> tuple[tuple[str, str], ...]:
    texts = [
        (column, _around(name, " ".join(str(cell).split()))[:_CELL])
        for column, cell in zip(columns, row, strict=True)
        if column != own and cell is not None and str(cell).strip()
    ]
    # Short cells (a date, a country) first, so that one long text doesn't push them off the line.
    return tuple(sorted(texts, key=lambda cell: len(cell[1]) > 24))


def _around(name: str, text: str) -> str:
    """A text from shortly before the name on, where it holds the name."""
    start = text.casefold().find(name.casefold()) - _BEFORE
    if start <= 0:
        return text
    cut = text.find(" ", start)
    return f"…{text[cut + 1 if 0 <= cut < start + _BEFORE else start :]}"


def _several(cell: str | None) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, (cell or "").split(SEVERAL))))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
