"""Files into a table of the database: CSV, TSV, Parquet, JSON lines, Arrow, or a table of another database.

A CSV file's cells are text, and are kept as they are: a column becomes numbers or days only where every cell can be
written back the same. `007` stays `007`.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Collection, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.table.names import quoted, text_literal

if TYPE_CHECKING:
    import duckdb

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".db": "duckdb",
}
"""Formats of input files, by ending; `.gz` may follow that of a text format."""

_SAMPLE = 10_000  # rows from which a column's type is guessed, before every row has to prove it
_NUMBER = "-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,6})?"
_TYPES = ("BIGINT", "DATE", "TIMESTAMP", "DOUBLE")
_MISFIT = "a cell of column number {} is of another type"
_LONGEST_HEADER = 1_000_000
_PYTHON = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "utf-16": "utf-16"}


def format_of(path: str) -> str:
    """Format of a file by its ending.

    Raises:
        InputError: the ending is none that is known.

    >>> format_of("events.csv"), format_of("Events.JSONL.gz"), format_of("parts/*.parquet")
    ('csv', 'json', 'parquet')
    """
    suffixes = Path(path.lower()).suffixes
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if suffixes and suffixes[-1] in FORMATS:
        return FORMATS[suffixes[-1]]
    raise InputError(f"can't tell the format of {path}; its ending is none of {' '.join(sorted(FORMATS))}")


def load_file(
    con: duckdb.DuckDBPyConnection,
    path: str,
    table: str,
    *,
    text: Collection[str] = (),
    as_text: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    source_table: str | None = None,
) -> None:
    """Make a table of a file's rows, in the file's order.

    Args:
        con: Where to make it, in the current database.
        path: The file, or a pattern such as `parts/*.parquet`.
        table: Name of the table; one of this name is replaced.
        text: Columns that stay text whatever is in them.
        as_text: Whether all columns of a CSV file stay text.
        delimiter: Of a CSV file; None looks for it.
        encoding: Of a CSV file: utf-8, utf-16 or latin-1; None is UTF-8.
        source_table: Which table of a database file; None means its only one.

    Raises:
        InputError: the file is missing, or can't be read; the message has the line.
    """
    import duckdb

    form = format_of(path)
    if not Path(path).is_file() and not glob(path):
        raise InputError(f"no file {path}")
    try:
        if form in ("csv", "tsv"):
            _load_csv(con, path, table, text, as_text, "\t" if form == "tsv" and not delimiter else delimiter, encoding)
        elif form == "parquet":
            _make(con, table, f"FROM read_parquet({text_literal(path)})")
        elif form == "json":
            _make(con, table, f"FROM read_json({text_literal(path)}, maximum_object_size=67108864)")
        elif form == "arrow":
            _load_arrow(con, path, table)
        else:
            _load_database(con, path, table, source_table)
    except duckdb.Error as error:
        raise InputError(_one_line(path, error)) from error


def _make(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS {query}")


def _load_csv(
    con: duckdb.DuckDBPyConnection,
    path: str,
    table: str,
    text: Collection[str],
    as_text: bool,
    delimiter: str | None,
    encoding: str | None,
) -> None:
    import duckdb

    columns, delimiter = _header(path, delimiter, encoding or "utf-8")
    # Nothing is left to guessing: a dialect that is guessed wrong loses rows without a word.
    shapes = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in columns)
    rows = (
        f"read_csv({text_literal(path)}, auto_detect=false, header=true, delim={text_literal(delimiter)},"
        f" quote='\"', escape='\"', encoding={text_literal(encoding or 'utf-8')}, columns={{{shapes}}})"
    )
    folded = {name.casefold() for name in text}
    typed: dict[str, str] = {}
    if not as_text:
        typed = _guessed(con, rows, [name for name in columns if name.casefold() not in folded])
    while True:
        try:
            shown = [
                f"{_cast(name, i, typed[name])} AS {quoted(name)}" if name in typed else quoted(name)
                for i, name in enumerate(columns)
            ]
            return _make(con, table, f"SELECT {', '.join(shown)} FROM {rows}")
        except duckdb.Error as error:
            # A cell further down is no such number or day: its column stays text.
            if (told := re.search(_MISFIT.format("([0-9]+)"), str(error))) is None:
                raise
            del typed[columns[int(told[1])]]


def _header(path: str, delimiter: str | None, encoding: str) -> tuple[list[str], str]:
    """Names of the columns of a CSV file, and what parts its cells."""
    first = sorted(glob(path))[0] if not Path(path).is_file() else path
    text = _PYTHON.get(encoding, encoding)
    opened = gzip.open if first.endswith(".gz") else open
    try:
        with opened(first, "rt", encoding=text, newline="") as stream:
            line = stream.readline(_LONGEST_HEADER)
            if delimiter is None:
                counts = {mark: line.count(mark) for mark in ",;\t|"}
                best = max(counts, key=lambda mark: counts[mark])
                # One column: whatever stands in a line is the name, commas too.
                delimiter = best if counts[best] else "\x1f"
            stream.seek(0)
            names = next(csv.reader(stream, delimiter=delimiter), [])
    except (OSError, UnicodeError, LookupError, csv.Error) as error:
        raise InputError(f"can't read {first}: {error}; --encoding says how its text is written") from error
    if not names or not any(name.strip() for name in names):
        raise InputError(f"{first} is empty; its first line has to name the columns")
    return _distinct(names), delimiter


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names without a blank around them, none empty and no two alike."""
    found: dict[str, str] = {}
    for i, given in enumerate(names, 1):
        name = base = given.strip().removeprefix("\ufeff") or f"column{i}"
        count = 1
        while name.casefold() in found:
            count += 1
            name = f"{base}_{count}"
        found[name.casefold()] = name
    return list(found.values())


def _guessed(con: duckdb.DuckDBPyConnection, rows: str, columns: Sequence[str]) -> dict[str, str]:
    """The type of each column whose first cells can all be written back the same as that type."""
    if not columns:
        return {}
    tests = [f"count({quoted(c)}) > 0 AND bool_and({_same(c, kind)})" for c in columns for kind in _TYPES]
    found = iter(con.execute(f"SELECT {', '.join(tests)} FROM (FROM {rows} LIMIT {_SAMPLE})").fetchall()[0])
    typed = {}
    for column in columns:
        fits = [kind for kind in _TYPES if next(found)]
        if fits:
            typed[column] = fits[0]
    return typed


def _same(column: str, kind: str) -> str:
    """SQL that is false where a cell can't be read as this type and written back as it was; NULL for no cell."""
    cell = quoted(column)
    if kind == "DOUBLE":  # 1.50 is written back as 1.5, which is the same number and nothing else
        return f"regexp_full_match({cell}, '{_NUMBER}')"
    return (
        f"CASE WHEN {cell} IS NOT NULL THEN coalesce(CAST(TRY_CAST({cell} AS {kind}) AS VARCHAR) = {cell}, false) END"
    )


def _cast(column: str, number: int, kind: str) -> str:
    """SQL for a cell as this type, which stops the load where a cell doesn't fit."""
    cell = quoted(column)
    return (
        f"CASE WHEN {cell} IS NULL THEN NULL WHEN {_same(column, kind)} THEN CAST({cell} AS {kind})"
        f" ELSE error('{_MISFIT.format(number)}') END"
    )


def _load_arrow(con: duckdb.DuckDBPyConnection, path: str, table: str) -> None:
    from pyarrow import ArrowInvalid, feather

    try:
        con.register("file_to_copy", feather.read_table(path, memory_map=True))
    except ArrowInvalid as error:
        raise InputError(f"can't read {path} as Arrow: {str(error).splitlines()[0]}") from error
    _make(con, table, "FROM file_to_copy")
    con.unregister("file_to_copy")


def _load_database(con: duckdb.DuckDBPyConnection, path: str, table: str, source_table: str | None) -> None:
    con.execute(f"ATTACH {text_literal(path)} AS input_database (READ_ONLY)")
    try:
        held = con.execute(
            """
            SELECT schema_name, table_name FROM (
                SELECT schema_name, table_name, database_name FROM duckdb_tables()
                UNION ALL SELECT schema_name, view_name, database_name FROM duckdb_views() WHERE NOT internal
            ) WHERE database_name = 'input_database' ORDER BY ALL
            """
        ).fetchall()
        names = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in held}
        chosen = source_table or (next(iter(names)) if len(names) == 1 else "")
        if chosen not in names:
            missing = f"no table {source_table}; it has" if source_table else "the tables"
            raise InputError(f"{path} has {missing} {', '.join(names) or '(none)'}; choose one with --table")
        _make(con, table, f"FROM input_database.{'.'.join(map(quoted, names[chosen]))}")
    finally:
        con.execute("DETACH input_database")


def _one_line(path: str, error: Exception) -> str:
    """What went wrong, in one line: where, and what was expected there."""
    text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    where = re.search(r"[Ll]ine:? (\d+)", text)
    if "not utf-8" in text:
        told = "its text is not UTF-8; --encoding latin-1 or utf-16 says how it is written"
    elif where:
        found = [line for line in lines[1:] if not line.startswith(("Original Line", "Possible", "Line", "file ="))]
        told = found[0] if found else lines[0]
    else:
        told = lines[0] if lines else type(error).__name__
        told = re.sub(r"^(\w+ )+Error: ", "", told)
    return f"can't read {path}{f', line {int(where[1]):,}' if where else ''}: {told[:200]}"
