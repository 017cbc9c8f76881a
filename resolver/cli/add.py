"""`resolver gazetteer add` and `layers`: names of one's own, as a layer."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from resolver.cli.app import GazetteerOption, first_use
from resolver.cli.gazetteer import gazetteer_app

if TYPE_CHECKING:
    from resolver.build.add import Addition
    from resolver.build.own import Complaint

_SHOWN = 8  # names of the preview
_TOLD = 20  # problems, and notes


@gazetteer_app.command("add")
def gazetteer_add(
    file: Annotated[
        Path, typer.Argument(help="CSV, TSV, Excel (.xlsx), JSON or JSON Lines; the first row names the columns.")
    ],
    name_column: Annotated[str, typer.Option(help="Column of the names.")] = "name",
    qid_column: Annotated[
        str | None, typer.Option(help="Column of QIDs; an empty cell makes an entity of your own, with an id x-... .")
    ] = None,
    kind_column: Annotated[str | None, typer.Option(help="Column of kinds, such as person or armed_group.")] = None,
    country_column: Annotated[
        str | None, typer.Option(help="Column of countries: ISO codes, QIDs or names, several parted by a stroke or ;.")
    ] = None,
    lang_column: Annotated[str | None, typer.Option(help="Column of the names' languages.")] = None,
    role_column: Annotated[
        str | None, typer.Option(help="Column of roles, such as label, acronym or historical.")
    ] = None,
    from_column: Annotated[
        str | None, typer.Option("--from-column", "--from", help="Column of first days of use.")
    ] = None,
    to_column: Annotated[str | None, typer.Option("--to-column", "--to", help="Column of last days of use.")] = None,
    description_column: Annotated[str | None, typer.Option(help="Column of descriptions.")] = None,
    aliases_column: Annotated[
        str | None, typer.Option(help="Column of further names, parted by a stroke or ;.")
    ] = None,
    hide_column: Annotated[
        str | None, typer.Option(help="Column that says yes where the name is to be hidden instead of added.")
    ] = None,
    kind: Annotated[str, typer.Option(help="Kind of new entities whose row gives none.")] = "other",
    lang: Annotated[str, typer.Option(help="Language of names whose row gives none.")] = "",
    name: Annotated[str | None, typer.Option(help="Name of the layer; default: that of the file.")] = None,
    into: Annotated[
        Path | None, typer.Option(help="Folder to write the layer to; default: in the user's data folder.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a text file; default: UTF-8.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show the file, write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before writing.")] = False,
    gazetteer: GazetteerOption = None,
) -> None:
    """Add your own names as a layer.

    Checked, shown, then written all or nothing: nothing is written while a row has a problem. Adding the file again
    replaces the layer. On a terminal you are asked first. Use the layer with `resolver resolve --layer NAME`.
    """
    from resolver.build.add import add_layer, read_addition
    from resolver.engine import Resolver
    from resolver.progress import counted

    given = {
        "name": name_column,
        "qid": qid_column,
        "kind": kind_column,
        "country": country_column,
        "lang": lang_column,
        "role": role_column,
        "from": from_column,
        "to": to_column,
        "description": description_column,
        "aliases": aliases_column,
        "hide": hide_column,
    }
    resolver = Resolver.open(gazetteer, layers=[], overrides=False, progress=first_use())
    addition = read_addition(
        resolver,
        file,
        columns={field: column for field, column in given.items() if column},
        name=name,
        into=into,
        kind=kind,
        lang=lang,
        encoding=encoding,
        counting=partial(counted, unit="rows", stream=sys.stderr),
    )
    _tell(addition, addition.plan.problems, sys.stderr)
    if not addition.plan.problems:
        _tell(addition, addition.plan.notes, sys.stderr, "note: ")
        _preview(addition, sys.stdout)
        if dry_run:
            sys.stdout.write("Nothing was written (--dry-run).\n")
            return
        if not yes and sys.stdin.isatty() and not typer.confirm("Write this layer?", default=True):
            raise typer.Abort
    target = add_layer(resolver, addition)
    spec = addition.plan.name if into is None else str(target)
    sys.stdout.write(f"{target}\nUse it: resolver resolve --layer {spec} {_example(addition)}\n")


@gazetteer_app.command("layers")
def gazetteer_layers() -> None:
    """List your layers.

    Those in your data folder, with their numbers of names and where they came from.
    """
    import json

    from resolver.layers import known_layers, layers_home

    for name in known_layers():
        path = layers_home() / name / "layer.json"
        told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        made = f"{told['names']:>9,} names, {told['hidden']:,} hidden, from {told['source']}" if told else "by hand"
        sys.stdout.write(f"{name:24} {made}\n")
    if not known_layers():
        sys.stdout.write(f"no layers in {layers_home()}; make one with `resolver gazetteer add`\n")


def _tell(addition: Addition, complaints: list[Complaint], out: TextIO, before: str = "") -> None:
    for complaint in complaints[:_TOLD]:
        out.write(f"{before}{complaint.line(addition.source)}\n")
    if len(complaints) > _TOLD:
        out.write(f"{before}… and {len(complaints) - _TOLD:,} more\n")


def _preview(addition: Addition, out: TextIO) -> None:
    plan = addition.plan
    for alias in plan.aliases[:_SHOWN]:
        out.write(f"  {alias.qid:<24.24} {alias.role:<11} {','.join(alias.langs):<6.6} {alias.text:.34}\n")
    if len(plan.aliases) > _SHOWN:
        out.write(f"  … and {len(plan.aliases) - _SHOWN:,} more names\n")
    items = len({alias.qid for alias in plan.aliases} - {entity.qid for entity in plan.entities})
    out.write(
        f"{plan.rows:,} rows: {len(plan.aliases):,} names of {items:,} known and {len(plan.entities):,} new entities"
        f" ({plan.local:,} without QID); {plan.known:,} names known already, {plan.repeated:,} repeated,"
        f" {len(plan.masks):,} to hide\n"
    )
    if addition.before is not None:
        gained, lost = len(addition.names - addition.before), len(addition.before - addition.names)
        out.write(f"The layer is there already and is replaced: {gained:,} names more, {lost:,} less\n")


def _example(addition: Addition) -> str:
    """A name to try it with, in quotes that every shell understands."""
    text = addition.plan.aliases[0].text if addition.plan.aliases else addition.plan.masks[0][1]
    return '"' + text.replace('"', "") + '"'
