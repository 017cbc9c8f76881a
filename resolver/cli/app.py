"""The application and its groups of commands; what several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from resolver import __version__

app = typer.Typer(
    name="resolver",
    help="Messy names in, Wikidata QIDs out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def group(name: str, about: str) -> typer.Typer:
    """A group of commands, `resolver NAME ...`; the file that registers its commands makes it."""
    made = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(made, name=name)
    return made


GazetteerOption = Annotated[
    Path | None,
    typer.Option(
        "--gazetteer",
        "-g",
        metavar="FILE",
        help="A compiled gazetteer file; default: $RESOLVER_GAZETTEER, else bundled.",
    ),
]

OverridesOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="File of decisions to apply, or none; default: $RESOLVER_OVERRIDES, else overrides.tsv of yours.",
    ),
]


def chosen_overrides(option: str | None) -> str | bool | None:
    """What `--overrides` means for `Resolver.open`: a file, False for `none`, None for the default."""
    return False if option == "none" else option


KindOption = Annotated[list[str] | None, typer.Option(metavar="KIND", help="Accept only this kind; may be repeated.")]
ExcludeKindOption = Annotated[list[str] | None, typer.Option(metavar="KIND", help="Refuse this kind; may be repeated.")]
CountryOption = Annotated[
    list[str] | None, typer.Option(metavar="COUNTRY", help="Country as ISO code, QID or name; may be repeated.")
]
DayOption = Annotated[str | None, typer.Option(metavar="DAY", help="Day on which the names were used, YYYY-MM-DD.")]
LangOption = Annotated[list[str] | None, typer.Option(metavar="LANG", help="Language of the names; may be repeated.")]
"""What a caller may know beside the names."""

LayerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        metavar="LAYER",
        help="A layer to open over the gazetteer, by name or path; may be repeated; none switches all off.",
    ),
]


def chosen(layers: list[str] | None) -> list[str] | None:
    """What `--layer` asks for; None where it was not given, so that $RESOLVER_LAYERS counts."""
    return None if not layers else [layer for layer in layers if layer != "none"]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"resolver {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def first_use(title: str = "Preparing the gazetteer for first use") -> Callable[[str, float], None]:
    """A progress bar on standard error for stages that report what part of them is done."""
    from resolver.progress import reporter

    return reporter(title, sys.stderr)
