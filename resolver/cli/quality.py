"""`resolver audit`, `evaluate` and `doctor`: is it good enough, on one's own names and on one's own machine."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from resolver.cli.app import (
    CountryOption,
    DayOption,
    ExcludeKindOption,
    GazetteerOption,
    KindOption,
    LangOption,
    LayerOption,
    OverridesOption,
    app,
    chosen,
    chosen_overrides,
    first_use,
)


class Format(StrEnum):
    """Output formats of `audit` and `evaluate`."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Plain(StrEnum):
    """Output formats of `doctor`."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Output format.")]


@app.command("audit")
def audit(
    path: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, Parquet, JSON-lines, Arrow or DuckDB file.")],
    column: Annotated[str, typer.Option("--column", "-c", help="Column of names.")],
    precision: Annotated[
        float, typer.Option(help="Share of right answers that the proposed threshold has to promise.")
    ] = 0.97,
    format: FormatOption = Format.TEXT,  # noqa: A002
    kind: KindOption = None,
    exclude_kind: ExcludeKindOption = None,
    country: CountryOption = None,
    as_of: DayOption = None,
    lang: LangOption = None,
    gazetteer: GazetteerOption = None,
    layer: LayerOption = None,
    overrides: OverridesOption = None,
) -> None:
    """Propose a threshold for a column of your own.

    Draws how much of it is answered, and how much of that is likely right, at every threshold.
    """
    from resolver import audit as library
    from resolver.engine import Resolver
    from resolver.progress import reporter

    with Resolver.open(
        gazetteer, layers=chosen(layer), overrides=chosen_overrides(overrides), progress=first_use()
    ) as resolver:
        found = library.audit(
            path,
            column=column,
            resolver=resolver,
            precision=precision,
            kind=kind,
            exclude_kind=exclude_kind,
            country=country,
            as_of=as_of,
            lang=lang,
            progress=reporter("Resolving", sys.stderr) if sys.stderr.isatty() else None,
        )
    writers = {Format.TEXT: library.write_audit, Format.JSON: library.write_json, Format.CSV: library.write_csv}
    writers[format](found, sys.stdout)


@app.command("evaluate")
def evaluate(
    path: Annotated[
        str,
        typer.Argument(metavar="GOLD", help="A table with name and qid; kind, country, as_of, lang, category may be."),
    ],
    worst: Annotated[int, typer.Option(help="How many of the worst errors to list.")] = 15,
    format: FormatOption = Format.TEXT,  # noqa: A002
    gazetteer: GazetteerOption = None,
    layer: LayerOption = None,
    overrides: OverridesOption = None,
) -> None:
    """Measure answers against QIDs you know.

    Precision, recall, calibration and the worst errors.
    """
    from resolver import evaluate as library
    from resolver.engine import Resolver

    with Resolver.open(
        gazetteer, layers=chosen(layer), overrides=chosen_overrides(overrides), progress=first_use()
    ) as resolver:
        found = library.evaluate(path, resolver=resolver, worst=worst)
    writers = {Format.TEXT: library.write_evaluation, Format.JSON: library.write_json, Format.CSV: library.write_csv}
    writers[format](found, sys.stdout)


@app.command("doctor")
def doctor(
    format: Annotated[Plain, typer.Option("--format", "-f", help="Output format.")] = Plain.TEXT,  # noqa: A002
    gazetteer: GazetteerOption = None,
) -> None:
    """Check the installation.

    Versions, paths, gazetteer, disk; exit 1 where something has to be done.
    """
    from resolver import doctor as library

    checks = library.doctor(gazetteer)
    (library.write_json if format is Plain.JSON else library.write_checks)(checks, sys.stdout)
    raise typer.Exit(1 if any(check.state is library.State.WRONG for check in checks) else 0)
