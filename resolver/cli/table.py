"""`resolver resolve-table`, `worklist` and `diff`: whole columns, and what became of them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from resolver.cli.app import GazetteerOption, app, first_use


class Format(StrEnum):
    """Output formats of `worklist` and `diff`."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


OverridesOption = Annotated[
    Path | None,
    typer.Option(help="Human decisions to apply: a file, or a database with a table decision; default: your own."),
]

LayerOption = Annotated[
    list[str] | None, typer.Option(help="Layer over the gazetteer, by name or path; may be repeated.")
]


@app.command("resolve-table")
def resolve_table(
    path: Annotated[str, typer.Argument(metavar="IN", help="A CSV, TSV, Parquet, JSON-lines, Arrow or DuckDB file.")],
    column: Annotated[list[str], typer.Option("--column", "-c", help="Column of names; may be repeated.")],
    into: Annotated[
        Path, typer.Option("--into", "-o", help="What to write: .duckdb, .parquet, .csv or .tsv; the ending decides.")
    ],
    table: Annotated[
        str | None, typer.Option(help="Table to read of a DuckDB file; else the name of the table made of the file.")
    ] = None,
    as_of_column: Annotated[str | None, typer.Option(help="Column with the day on which each name was used.")] = None,
    kind_column: Annotated[
        str | None, typer.Option(help="Column with the kinds accepted in each row, several joined with |.")
    ] = None,
    country_column: Annotated[str | None, typer.Option(help="Column with each row's country or countries.")] = None,
    lang_column: Annotated[str | None, typer.Option(help="Column with the language of each row's names.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which all names were used, YYYY-MM-DD.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Accept only this kind in all rows; may be repeated.")] = None,
    exclude_kind: Annotated[list[str] | None, typer.Option(help="Refuse this kind; may be repeated.")] = None,
    country: Annotated[
        list[str] | None, typer.Option(help="Country of all rows as ISO code, QID or name; may be repeated.")
    ] = None,
    lang: Annotated[list[str] | None, typer.Option(help="Language of all names; may be repeated.")] = None,
    ignore_bad_hints: Annotated[
        bool, typer.Option("--ignore-bad-hints", help="Resolve a row without a hint that can't be read.")
    ] = False,
    delimiter: Annotated[
        str | None, typer.Option(help="What parts the cells of a CSV file; default: looked for.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a CSV file: utf-8, utf-16 or latin-1.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Keep answers that are still good, or resolve all again.")
    ] = True,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes that share the work; default: one a processor, where enough names are slow."),
    ] = None,
    overrides: OverridesOption = None,
    layer: LayerOption = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Resolve whole columns of a file.

    Every row keeps its place; a run that was killed is gone on with by the next.
    """
    from resolver.progress import reporter
    from resolver.table.open import open_resolver
    from resolver.table.publish import resolve_file
    from resolver.table.show import write_summary

    resolver = open_resolver(gazetteer, overrides, layers=layer, progress=first_use())
    summary = resolve_file(
        path,
        column=column,
        into=into,
        table=table,
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
        delimiter=delimiter,
        encoding=encoding,
        fresh=not resume,
        workers=workers,
        progress=reporter("Resolving", sys.stderr),
    )
    write_summary(summary, into, sys.stdout)


@app.command()
def worklist(
    database: Annotated[Path, typer.Argument(help="A database that resolve-table has written.")],
    status: Annotated[str | None, typer.Option(help="Only unmatched, or only ambiguous names.")] = None,
    table: Annotated[str | None, typer.Option(help="Only names of this input table.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many names to list; 0 lists all.")] = 50,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TABLE,  # noqa: A002
) -> None:
    """List what did not resolve.

    Most frequent first, with the best guesses.
    """
    from resolver.table.show import write_worklist
    from resolver.table.worklist import worklist as found

    write_worklist(found(database, status=status, table=table, limit=limit or None), format, sys.stdout)


@app.command()
def diff(
    database: Annotated[Path, typer.Argument(help="A database that resolve-table has written.")],
    probability: Annotated[
        bool, typer.Option("--probability", help="Show answers that differ only in their probability too.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TABLE,  # noqa: A002
    overrides: OverridesOption = None,
    layer: LayerOption = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Show which stored answers would change.

    Compares them with those of today's gazetteer and overrides; nothing is written.
    """
    from resolver.progress import reporter
    from resolver.table.diff import table_diff
    from resolver.table.open import open_resolver
    from resolver.table.show import write_diff

    resolver = open_resolver(gazetteer, overrides, layers=layer, progress=first_use())
    found = table_diff(
        database, resolver=resolver, probability=probability, progress=reporter("Resolving again", sys.stderr)
    )
    write_diff(found, resolver.gazetteer.version, format, sys.stdout)
