"""A run over a file, into a database, a Parquet file or a CSV file."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.table import store
from resolver.table.names import RESERVED, quoted, table_name, text_literal
from resolver.table.partial import ORIGIN, PARTIAL, sync_folder, work
from resolver.table.read import format_of, load_file
from resolver.table.run import Progress, resolve_table
from resolver.table.summary import TableSummary

if TYPE_CHECKING:
    import duckdb

    from resolver.engine import Resolver

OUTPUTS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".db": "duckdb",
}
"""Forms of output, by ending; another ending is a database."""

_OTHERS = "xlsx xls ods json jsonl ndjson txt tab arrow feather sqlite sqlite3 gz zst zip html xml"
_NOT_WRITTEN = frozenset(f".{ending}" for ending in _OTHERS.split())
"""Endings that mean another form; a database of such a name would be opened by the wrong program."""


def resolve_file(
    path: str | os.PathLike[str],
    *,
    column: str | Sequence[str],
    into: str | os.PathLike[str],
    table: str | None = None,
    resolver: Resolver | None = None,
    kind: str | Collection[str] | None = None,
    exclude_kind: str | Collection[str] | None = None,
    country: str | Collection[str] | None = None,
    lang: str | Collection[str] | None = None,
    as_of: date | str | None = None,
    kind_column: str | None = None,
    country_column: str | None = None,
    lang_column: str | None = None,
    as_of_column: str | None = None,
    ignore_bad_hints: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    fresh: bool = False,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> TableSummary:
    """Resolve columns of a file into a DuckDB database, a Parquet file or a CSV file.

    Args:
        path: A CSV, TSV, Parquet, JSON-lines or Arrow file, a pattern of several, or a DuckDB database.
        column: The column of names, or several.
        into: What to write; the ending says which form. A database keeps whatever else is in it.
        table: Table of a database to read; else what to call the table made of the file, by default after the file.
        resolver: What resolves; None opens the default gazetteer.
        kind: As for `resolve_table`, and so are the next nine.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        lang: Language or languages.
        as_of: One day for all rows, or a column.
        kind_column: Column with kinds.
        country_column: Column with countries.
        lang_column: Column with languages.
        as_of_column: Column with days.
        ignore_bad_hints: Whether a hint that can't be read counts as none.
        delimiter: Of a CSV file; None looks for it.
        encoding: Of a CSV file: utf-8, utf-16 or latin-1.
        fresh: Whether to begin anew: what a killed run left and earlier answers are set aside.
        workers: As for `resolve_table`.
        progress: Called with a stage and the part done in [0, 1].

    Raises:
        InputError: a file can't be read or written, a column is missing, another process holds the target.
    """
    path, target = os.fspath(path), Path(into)
    form = form_of(target)
    tell = progress or (lambda _stage, _part: None)
    inside = form == "duckdb" and target.is_file() and Path(path).is_file() and target.samefile(path)
    # A table of another schema keeps its own name.
    name = table.split(".")[-1] if table and format_of(path) == "duckdb" else table or table_name(_stem(path))
    if name.casefold() in RESERVED:
        raise InputError(f"{name} is the name of a table of answers; choose another with --table")
    if form != "duckdb" and Path(path).is_file() and target.exists() and target.samefile(path):
        raise InputError(f"{target} is the input itself; give another --into")
    format_of(path)
    names = [column] if isinstance(column, str) else list(column)
    hinting = [c for c in (kind_column, country_column, lang_column, as_of_column) if c]
    if isinstance(as_of, str):
        hinting.append(as_of)
    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    resolver.resolve_many((), kind=kind, exclude_kind=exclude_kind, country=country, lang=lang)  # refuses unknown ones
    with work(target, form, fresh) as con:
        tell("reading rows", 0.0)
        if inside:
            name = _only_table(con, table, path)
        else:
            _refuse_foreign(con, name, target)
            con.execute(f"UPDATE {ORIGIN} SET made = list_distinct(list_append(made, $1))", [name.casefold()])
            load_file(
                con,
                path,
                name,
                text=[*names, *hinting],
                as_text=form in ("csv", "tsv"),
                delimiter=delimiter,
                encoding=encoding,
                source_table=table,
            )
        summary = resolve_table(
            con,
            name,
            column=names,
            resolver=resolver,
            kind=kind,
            exclude_kind=exclude_kind,
            country=country,
            lang=lang,
            as_of=as_of,
            kind_column=kind_column,
            country_column=country_column,
            lang_column=lang_column,
            as_of_column=as_of_column,
            ignore_bad_hints=ignore_bad_hints,
            fresh=fresh,
            workers=workers,
            source=None if inside else path,
            progress=lambda stage, part: tell(stage, min(part, 0.99)),
        )
        tell("writing", 0.99)
        if form != "duckdb":
            _export(con, summary, target, form)
    tell("done", 1.0)
    return summary


def form_of(path: str | os.PathLike[str]) -> str:
    """The form of output that the ending of a file's name asks for.

    Raises:
        InputError: the ending means a form that is not written.

    >>> form_of("events.duckdb"), form_of("events"), form_of("out/Events.CSV")
    ('duckdb', 'duckdb', 'csv')
    """
    suffix = Path(path).suffix.lower()
    if suffix in _NOT_WRITTEN:
        raise InputError(f"can't write {path}: --into ends in .csv, .tsv, .parquet or .duckdb")
    return OUTPUTS.get(suffix, "duckdb")


def _stem(path: str) -> str:
    """`events` of `data/events.csv.gz`; the folder's name where the file's is a pattern."""
    name = Path(path).name.split(".")[0]
    return Path(path).parent.name or "names" if re.search(r"[*?\[]", name) else name


def _only_table(con: duckdb.DuckDBPyConnection, table: str | None, path: str) -> str:
    if table is not None:
        return table
    names: list[str] = [
        name
        for (name,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND table_name <> $1 ORDER BY 1", [ORIGIN]
        ).fetchall()
        if name not in RESERVED
    ]
    if len(names) != 1:
        raise InputError(f"{path} has the tables {', '.join(names) or '(none)'}; choose one with --table")
    return names[0]


def _refuse_foreign(con: duckdb.DuckDBPyConnection, name: str, target: Path) -> None:
    """Never replace a table that a run did not make."""
    held = con.execute("SELECT count(*) FROM duckdb_tables() WHERE lower(table_name) = lower($1)", [name]).fetchall()
    if not held[0][0]:
        return
    ours = con.execute(f"SELECT list_contains(made, $1) FROM {ORIGIN}", [name.casefold()]).fetchall()
    if not ours or not ours[0][0]:
        raise InputError(
            f"{target} has a table {name} already, which no run has made; choose another name with --table"
        )


def _export(con: duckdb.DuckDBPyConnection, summary: TableSummary, target: Path, form: str) -> None:
    """Write the input's rows with their answers, in the input's order."""
    shown = [name for name, *_ in con.execute(f"DESCRIBE {quoted(summary.view)}").fetchall()]
    number = shown[len(store.find_source(con, summary.table).types)]
    order = f"ORDER BY {quoted(number)}"
    made = target.with_name(f".{target.name}{PARTIAL}.{form}")
    if form == "parquet":
        query, options = f"FROM {quoted(summary.view)} {order}", "FORMAT parquet, COMPRESSION zstd"
    else:
        nested = {f"{column}_{name}": words for column in summary.columns for name, words in _IN_WORDS.items()}
        query = f"SELECT {', '.join(_cell(name, nested) for name in shown)} FROM {quoted(summary.view)} {order}"
        options = f"FORMAT csv, HEADER, DELIMITER '{chr(9) if form == 'tsv' else ','}'"
    try:
        con.execute(f"COPY ({query}) TO {text_literal(str(made))} ({options})")
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.replace(target)
        sync_folder(target.parent)
    finally:
        made.unlink(missing_ok=True)


def _cell(column: str, nested: Mapping[str, str]) -> str:
    """A column as text for CSV: several candidates or parts as ids joined with blanks, evidence in words."""
    cell = quoted(column)
    shown = nested.get(column)
    return f"array_to_string(list_transform({cell}, {shown}) AS {cell}" if shown else cell


_IN_WORDS = {
    "candidates": "lambda c: c.qid), ' '",
    "parts": "lambda p: coalesce(p.qid, '?')), ' '",
    "evidence": "lambda e: e.name || ': ' || e.detail), '; '",
}
