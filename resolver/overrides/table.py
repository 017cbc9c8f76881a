"""Decisions as the table `decision` of a DuckDB database, so that SQL can join them; there and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.errors import InputError
from resolver.overrides.collection import Overrides
from resolver.overrides.row import COLUMNS, Override, WrongCell

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "decision"
TYPES = {"valid_from": "DATE", "valid_to": "DATE", "decided_at": "TIMESTAMP"}
"""SQL types of the columns that are not text; an empty cell of the file is NULL."""


def read_decisions(con: DuckDBPyConnection, source: str = "table decision") -> Overrides:
    """The decisions that a database holds; none where it has no such table.

    Args:
        con: An open connection.
        source: Where they come from, for messages.

    Raises:
        InputError: the table has other columns, or a cell that can't be used.
        OverrideConflict: two rows decide the same name differently.
    """
    columns = [name for (name,) in _rows(con, f"SELECT column_name FROM (DESCRIBE {TABLE})")] if _held(con) else None
    if columns is None:
        return Overrides(source=source)
    if unknown := set(COLUMNS) - set(columns):
        raise InputError(f"{source}: column {min(unknown)} is missing; the columns are {', '.join(COLUMNS)}")
    cells = ", ".join(f"coalesce(\"{column}\"::VARCHAR, '')" for column in COLUMNS)
    found = []
    for number, row in enumerate(_rows(con, f"SELECT {cells} FROM {TABLE}"), 1):
        try:
            found.append(Override.from_cells(dict(zip(COLUMNS, row, strict=True))))
        except WrongCell as error:
            raise InputError(f"{source}, row {number}, column {error.column}: {error}") from None
    return Overrides(found, source=source)


def write_decisions(con: DuckDBPyConnection, overrides: Overrides) -> None:
    """Make the table `decision` hold exactly these decisions; part of the caller's transaction, if there is one.

    >>> import duckdb
    >>> from resolver.overrides import Decision, Override
    >>> con = duckdb.connect()
    >>> write_decisions(con, Overrides([Override(name="The IS", decision=Decision.NEVER, qid="Q189")]))
    >>> con.execute("SELECT key, decision, qid, why FROM decision").fetchall()
    [('the is', 'never', 'Q189', None)]
    """
    columns = ", ".join(f'"{column}" {TYPES.get(column, "VARCHAR")}' for column in COLUMNS)
    con.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} ({columns})")
    con.execute(f"DELETE FROM {TABLE}")
    if not len(overrides):
        return
    lists = {column: [values(row)[column] for row in overrides] for column in COLUMNS}
    asked = ", ".join(f"unnest(?::{TYPES.get(column, 'VARCHAR')}[])" for column in COLUMNS)
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    con.execute(f"INSERT INTO {TABLE} ({names}) SELECT {asked}", list(lists.values()))


def values(row: Override) -> dict[str, Any]:
    """One decision as a row of the table."""
    found: dict[str, Any] = {column: cell or None for column, cell in row.cells().items()}
    found |= {"valid_from": row.valid_from, "valid_to": row.valid_to}
    found["decided_at"] = row.decided_at.astimezone(UTC).replace(tzinfo=None) if row.decided_at else None
    return found


def is_database(path: str | os.PathLike[str]) -> bool:
    """Whether a path names a DuckDB database: by what is in the file, else by its ending.

    >>> is_database("events.duckdb"), is_database("overrides.tsv")
    (True, False)
    """
    try:
        with open(path, "rb") as stream:
            return stream.read(12)[8:12] == b"DUCK"
    except OSError:
        return Path(path).suffix.lower() in (".duckdb", ".db", ".ddb")


def read_database(path: str | os.PathLike[str]) -> Overrides:
    """The decisions that a database file holds.

    Raises:
        InputError: no such file, no database, another process writes it, or as for `read_decisions`.
        OverrideConflict: two rows decide the same name differently.
    """
    if not Path(path).is_file():
        raise InputError(f"no database at {path}")
    with opened(path, read_only=True) as con:
        return read_decisions(con, str(path))


def export_overrides(path: str | os.PathLike[str], overrides: Overrides, *, replace: bool = False) -> Overrides:
    """Add decisions to the table `decision` of a database file, all of them or none.

    Args:
        path: The file; made where it is missing.
        overrides: The decisions.
        replace: Let them take the place of decisions that they contradict.

    Returns:
        What the table holds now.

    Raises:
        InputError: no database, or another process holds it.
        OverrideConflict: a contradiction, without `replace`.
    """
    with opened(path) as con:
        con.execute("BEGIN")
        after = read_decisions(con, str(path)).including(overrides, replace=replace)
        write_decisions(con, after)
        con.execute("COMMIT")
    return after


@contextmanager
def opened(path: str | os.PathLike[str], *, read_only: bool = False) -> Iterator[DuckDBPyConnection]:
    """A connection to a database file, its errors in one line.

    Raises:
        InputError: no database, or another process holds it.
    """
    import duckdb

    try:
        con = duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        text = str(error)
        if "lock" in text.lower():
            raise InputError(f"{path}: another process holds it; close it there and try again") from None
        raise InputError(f"{path}: no DuckDB database, or it can't be opened: {text.splitlines()[0]}") from None
    except duckdb.Error as error:
        raise InputError(f"{path}: can't be opened: {str(error).splitlines()[0]}") from None
    try:
        yield con
    except duckdb.Error as error:
        raise InputError(f"{path}: {str(error).splitlines()[0]}") from error
    finally:
        con.close()


def _held(con: DuckDBPyConnection) -> bool:
    query = f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{TABLE}' AND database_name = current_database()"
    return bool(_rows(con, query))


def _rows(con: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()
