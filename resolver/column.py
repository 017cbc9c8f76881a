"""The names of one column of a file, each once with the number of its rows; and the rows of a small table."""

from __future__ import annotations

import os
from pathlib import Path

from resolver.table.names import found_column, quoted
from resolver.table.read import load_file


def names_of(path: str | os.PathLike[str], column: str) -> tuple[list[tuple[str, int]], int, str]:
    """Distinct names of a column with their rows, the number of rows without one, and how the file spells the column.

    Raises:
        InputError: no such file or column, or the file can't be read.
    """
    import duckdb

    name = os.fspath(path)
    with duckdb.connect() as con:
        load_file(con, name, "input", as_text=True)
        columns = [row[0] for row in con.execute("DESCRIBE input").fetchall()]
        spelt = found_column(column, columns, Path(name).name)
        counted = con.execute(
            f"SELECT CAST({quoted(spelt)} AS VARCHAR), count(*), min(rowid) FROM input GROUP BY 1 ORDER BY 3"
        ).fetchall()
    names = [(text, rows) for text, rows, _ in counted if text is not None and text.strip()]
    blank = sum(rows for text, rows, _ in counted if text is None or not text.strip())
    return names, blank, spelt


def rows_of(path: str | os.PathLike[str]) -> tuple[list[str], list[dict[str, str]]]:
    """Columns and rows of a table whose cells are read as text; an empty cell is an empty string.

    Raises:
        InputError: no such file, or it can't be read.
    """
    import duckdb

    with duckdb.connect() as con:
        load_file(con, os.fspath(path), "input", as_text=True)
        columns = [row[0] for row in con.execute("DESCRIBE input").fetchall()]
        cells = ", ".join(f"coalesce(CAST({quoted(column)} AS VARCHAR), '')" for column in columns)
        found = con.execute(f"SELECT {cells} FROM input ORDER BY rowid").fetchall()
    return columns, [dict(zip(columns, row, strict=True)) for row in found]
