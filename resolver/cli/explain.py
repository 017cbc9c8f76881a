"""`resolver explain`: every candidate and its evidence."""

from __future__ import annotations

import json
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


class ExplainFormat(StrEnum):
    """Output formats of `explain`."""

    TEXT = "text"
    JSON = "json"


@app.command()
def explain(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names to explain.")],
    format: Annotated[ExplainFormat, typer.Option("--format", "-f", help="Output format.")] = ExplainFormat.TEXT,  # noqa: A002
    kind: KindOption = None,
    exclude_kind: ExcludeKindOption = None,
    country: CountryOption = None,
    as_of: DayOption = None,
    lang: LangOption = None,
    top: Annotated[int, typer.Option(metavar="N", help="How many candidates to show.")] = 20,
    gazetteer: GazetteerOption = None,
    layer: LayerOption = None,
    overrides: OverridesOption = None,
) -> None:
    """Show why a name resolves as it does.

    Every candidate, every piece of evidence, and what would change the answer.
    """
    from resolver import explanation
    from resolver.engine import Resolver
    from resolver.explain import write_explanation

    with Resolver.open(
        gazetteer, layers=chosen(layer), overrides=chosen_overrides(overrides), progress=first_use()
    ) as resolver:
        found = [
            explanation.explain(
                resolver, name, kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang, top=top
            )
            for name in names
        ]
    if format is ExplainFormat.JSON:
        shown = [one.to_dict() for one in found]
        sys.stdout.write(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False, indent=2) + "\n")
        return
    for place, one in enumerate(found):
        sys.stdout.write("\n" * bool(place))
        write_explanation(one, sys.stdout)
