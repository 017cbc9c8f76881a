"""`resolver resolve`: names from arguments or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
from resolver.errors import InputError


class Format(StrEnum):
    """Output formats of `resolve`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@app.command()
def resolve(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Names; without any, one a line from standard input."),
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TABLE,  # noqa: A002
    kind: KindOption = None,
    exclude_kind: ExcludeKindOption = None,
    country: CountryOption = None,
    as_of: DayOption = None,
    lang: LangOption = None,
    top: Annotated[int | None, typer.Option(metavar="N", help="How many candidates to list.")] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", help="Processes that share the work on names from standard input.")
    ] = 1,
    gazetteer: GazetteerOption = None,
    layer: LayerOption = None,
    overrides: OverridesOption = None,
) -> None:
    """Resolve names to Wikidata entities.

    Every name comes back, in order, with a status: matched, ambiguous, unmatched or composite.
    """
    from resolver.engine import Resolver
    from resolver.explain import WRITERS
    from resolver.progress import counted

    if not names and sys.stdin.isatty():
        raise InputError("no names; give them as arguments or one a line on standard input")
    with Resolver.open(
        gazetteer, layers=chosen(layer), overrides=chosen_overrides(overrides), progress=first_use()
    ) as resolver:
        if names:
            # One by one: an unusable argument is the caller's slip and stops the command.
            found = [
                resolver.resolve(
                    name, kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang, top=top
                )
                for name in names
            ]
            WRITERS[format](found, sys.stdout)
        else:
            found_lazily = resolver.resolve_many(
                _lines(),
                kind=kind,
                exclude_kind=exclude_kind,
                country=country,
                as_of=as_of,
                lang=lang,
                top=top,
                workers=workers,
            )
            WRITERS[format](counted(found_lazily, "names", sys.stderr), sys.stdout)


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
