"""Spreadsheets as rows of text: CSV, TSV, Excel and JSON, with the place of everything that can't be read.

A row number is the one a spreadsheet shows: the header is row 1. Blank rows are passed over but counted.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from resolver.errors import InputError

_DELIMITERS = {".tsv": "\t", ".tab": "\t"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
FORMS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson")


class SheetRow(NamedTuple):
    """One row: its number and its cells, as many as the header has; `problem` where they can't be used."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class Sheet(NamedTuple):
    """An opened file: the names of its columns, and its rows, to be read once."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[SheetRow]

    def column(self, name: str) -> int:
        """Position of a column; capitals and blanks around its name do not matter.

        Raises:
            InputError: there is none, or two of that name.
        """
        wanted = name.strip().casefold()
        found = [place for place, column in enumerate(self.columns) if column.casefold() == wanted]
        if len(found) > 1:
            raise InputError(f"{self.path}, row 1: two columns are called {name!r}; rename one of them")
        if found:
            return found[0]
        near = difflib.get_close_matches(name, self.columns, 1)
        listed = ", ".join(map(repr, self.columns)) if len(self.columns) < 30 else f"{len(self.columns)} others"
        hint = f"did you mean {near[0]!r}?" if near else "the first row has to name the columns"
        raise InputError(f"{self.path}, row 1: no column {name!r}; there are {listed}; {hint}")

    def has(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name.casefold() in {column.casefold() for column in self.columns}


def read_sheet(path: Path, *, encoding: str | None = None) -> Sheet:
    """Open a file of rows.

    Args:
        path: .csv, .tsv, .txt (delimiter as the header shows it), .xlsx (its first sheet), .json (a list of
            objects) or .jsonl (one object a line).
        encoding: Of a text file; None means UTF-8, or what its byte order mark says.

    Raises:
        InputError: no such file, another form, no header, or text that is not in this encoding; while rows are
            read, too. File and row are given, and the column where it is known.
    """
    form = path.suffix.lower()
    if not path.is_file():
        raise InputError(f"no file {path}")
    if form in (".xlsx", ".xlsm"):
        rows = _excel(path)
    elif form in (".json", ".jsonl", ".ndjson"):
        return _json_sheet(path, encoding, lines=form != ".json")
    elif form in FORMS:
        rows = _delimited(path, encoding, _DELIMITERS.get(form))
    else:
        raise InputError(f"{path}: a file of names is one of {', '.join(FORMS)}; save it as one of them")
    header = next(rows, None)
    columns = tuple(cell.strip() for cell in header[1]) if header else ()
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns:
        raise InputError(f"{path} is empty; its first row has to name the columns")
    return Sheet(path, columns, _fitted(rows, len(columns)))


def _fitted(rows: Iterator[tuple[int, Sequence[str]]], width: int) -> Iterator[SheetRow]:
    """Rows of one width; missing cells at the end are empty, further ones are a problem unless empty."""
    for number, cells in rows:
        if len(cells) == width:
            if any(cells):
                yield SheetRow(number, cells)
        elif not any(cells):
            continue
        elif len(cells) < width:
            yield SheetRow(number, [*cells, *[""] * (width - len(cells))])
        elif any(cells[width:]):
            yield SheetRow(number, cells[:width], f"{len(cells)} cells, the first row names {width} columns")
        else:
            yield SheetRow(number, cells[:width])


# -- delimited text


def _delimited(path: Path, encoding: str | None, delimiter: str | None) -> Iterator[tuple[int, list[str]]]:
    encoding = encoding or _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            if delimiter is None:
                delimiter = _delimiter(file.readline())
                file.seek(0)
            reader = csv.reader(file, delimiter=delimiter)
            yield from enumerate(reader, 1)
    except UnicodeError as error:
        raise InputError(_undecodable(path, encoding, delimiter or ",")) from error
    except LookupError as error:
        raise InputError(
            f"unknown encoding {encoding!r}; usual ones are utf-8, utf-16, cp1252, cp1254, cp1251"
        ) from error
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num:,}: {error}; a quote that is opened there may never be closed"
        ) from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")


def _delimiter(header: str) -> str:
    """The delimiter of a header: the one of these that occurs most often."""
    return max((",", ";", "\t", "|"), key=header.count)


def _undecodable(path: Path, encoding: str, delimiter: str) -> str:
    """Where the first bytes are that are not in this encoding."""
    if encoding.startswith("utf-16"):
        return f"{path} is not {encoding} throughout; save it as UTF-8, or name its encoding with --encoding"
    header: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode(encoding)
            except UnicodeError as error:
                at = getattr(error, "start", 0)
                place = line[:at].count(delimiter.encode())
                column = header[place].strip() if place < len(header) else str(place + 1)
                shown = line[max(0, at - 12) : at + 8].decode("ascii", "backslashreplace").strip()
                return (
                    f"{path}, row {number:,}, column {column}: byte 0x{line[at]:02x} is not {encoding} (in {shown!r});"
                    " save the file as UTF-8, or name its encoding, such as --encoding cp1252"
                )
            header = header or text.lstrip("\ufeff").split(delimiter)
    return f"{path} is not {encoding}; save it as UTF-8, or name its encoding with --encoding"


# -- Excel


def _excel(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise InputError(f"{path}: reading Excel needs openpyxl (pip install openpyxl); or save it as CSV") from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its XML and zip readers raise
        raise InputError(f"can't read {path} as Excel ({error}); save it again, or as CSV") from error
    with closing(book):
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield number, [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    """A cell as it is written: whole numbers without a fraction, days without a time."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, list):
        return "|".join(map(_text, cell))
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else str(cell)


# -- JSON


def _json_sheet(path: Path, encoding: str | None, *, lines: bool) -> Sheet:
    """Objects as rows; the columns are all keys, in the order in which they are first met."""
    found = list(_objects(path, encoding or _encoding(path), lines=lines))
    columns = tuple(dict.fromkeys(str(key).strip() for _, row in found for key in row))
    if not columns:
        raise InputError(f"{path} is empty; it should hold objects with a name each")
    rows = ((number, [_text(row.get(column)) for column in columns]) for number, row in found)
    return Sheet(path, columns, _fitted(rows, len(columns)))


def _objects(path: Path, encoding: str, *, lines: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    where = ""
    try:
        text = path.read_text(encoding=encoding)
        if lines:
            for number, line in enumerate(text.split("\n"), 1):
                where = f", line {number:,}"
                if line.strip():
                    yield number, _object(json.loads(line), path, number)
            return
        data = json.loads(text)
    except UnicodeError as error:
        raise InputError(_undecodable(path, encoding, ",")) from error
    except json.JSONDecodeError as error:
        place = where or f", line {error.lineno:,}"
        raise InputError(f"{path}{place}, column {error.colno}: no JSON ({error.msg})") from error
    if not isinstance(data, list):
        raise InputError(f"{path}: a file of names is a list of objects, not {type(data).__name__}")
    for number, row in enumerate(data, 1):
        yield number, _object(row, path, number)


def _object(row: Any, path: Path, number: int) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise InputError(f"{path}, row {number:,}: expected an object, not {type(row).__name__}")
    return {str(key).strip(): value for key, value in row.items()}
