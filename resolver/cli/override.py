"""`resolver override ...`: add, list, remove, check, import and export human decisions."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolver.cli.app import GazetteerOption, first_use, group
from resolver.errors import InputError

if TYPE_CHECKING:
    from resolver.engine import Resolver
    from resolver.overrides import Override, Overrides

override_app = group("override", "Keep your own decisions about names.")

FileOption = Annotated[
    Path | None,
    typer.Option(
        "--overrides", help="The file of decisions; default: $RESOLVER_OVERRIDES, else overrides.tsv of your own."
    ),
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Take the place of decisions that contradict this instead of refusing.")
]


class ListFormat(StrEnum):
    """Output formats of `override list`."""

    TABLE = "table"
    TSV = "tsv"
    JSON = "json"


@override_app.command("add")
def override_add(
    name: Annotated[str, typer.Argument(help="The name as it stands in your data.")],
    decision: Annotated[str | None, typer.Argument(metavar="QID|none", help="The entity, or none.")] = None,
    never: Annotated[str | None, typer.Option(metavar="QID", help="It is never this entity; others may be.")] = None,
    why: Annotated[str, typer.Option(help="The reason, for whoever reads it in two years.")] = "",
    kind: Annotated[str | None, typer.Option(help="Only where this kind is asked for.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Only where this country is given: ISO code, QID or name.")
    ] = None,
    valid_from: Annotated[str | None, typer.Option("--from", help="Only for uses on or after this day.")] = None,
    valid_to: Annotated[str | None, typer.Option("--to", help="Only for uses on or before this day.")] = None,
    who: Annotated[str | None, typer.Option(help="Who decided; default: your user name.")] = None,
    any_form: Annotated[
        bool, typer.Option("--any-form", help="For a name of one word: however it is capitalised.")
    ] = False,
    replace: ReplaceOption = False,
    overrides: FileOption = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Decide what a name means.

    An entity, no entity, or anything but one.
    """
    from resolver.engine import Resolver
    from resolver.overrides import Decision, add_overrides, decide_now
    from resolver.overrides.check import known_country
    from resolver.overrides.store import chosen_path

    if (decision is None) == (never is None):
        raise InputError("say what the name means: a QID, none, or --never QID")
    if not why.strip():
        raise InputError('say why, as in --why "context of the 2016 reports"')
    none = decision is not None and decision.lower() == "none"
    path = chosen_path(overrides)
    with Resolver.open(gazetteer, overrides=False, progress=first_use()) as resolver:
        row = decide_now(
            name,
            Decision.NEVER if never else Decision.NONE if none else Decision.ENTITY,
            "" if none else (never or decision or ""),
            kind=kind, country=known_country(country, resolver), valid_from=valid_from, valid_to=valid_to,
            who=who, why=why, any_form=any_form,
        )  # fmt: skip
        meant = _meant(row, resolver)
    before, after = add_overrides([row], path, replace=replace)
    for gone in before.excluding(after):
        _write(f"replaced: {_words(gone)}, {gone.says()}")
    if row in after:
        _write(f"{_words(row)}: {meant}")
    else:
        held = next(other for other in after if other.place == row.place and other.outcome() == row.outcome())
        _write(f"{_words(held)}: decided already, {held.says()}; nothing was changed")
    _write(f"{path}: {_count(after)}")


@override_app.command("list")
def override_list(
    name: Annotated[str | None, typer.Argument(help="Only decisions about this name; default: all.")] = None,
    format: Annotated[ListFormat, typer.Option("--format", "-f", help="Output format.")] = ListFormat.TABLE,  # noqa: A002
    overrides: FileOption = None,
) -> None:
    """Show the decisions, sorted by name."""
    import json

    from resolver.overrides import Overrides
    from resolver.overrides.show import write_decisions_table

    held, path = _held(overrides)
    if name is not None:
        held = Overrides(held.about(name, every_form=True), source=held.source)
    if format is ListFormat.TSV:
        sys.stdout.write(held.text())
    elif format is ListFormat.JSON:
        rows = [row.cells() for row in held]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    elif len(held):
        write_decisions_table(held, sys.stdout)
        sys.stderr.write(f"{path}: {_count(held)}\n")
    else:
        about = f" about {name!r}" if name is not None else ""
        sys.stderr.write(f"{path}: no decisions{about}\n")


@override_app.command("remove")
def override_remove(
    name: Annotated[str, typer.Argument(help="The name as it was recorded.")],
    qid: Annotated[str | None, typer.Argument(metavar="QID|none", help="Only decisions about this entity.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only decisions limited to this kind.")] = None,
    country: Annotated[str | None, typer.Option(help="Only decisions limited to this country.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them, where several fit.")] = False,
    overrides: FileOption = None,
) -> None:
    """Take back a decision about a name."""
    from resolver.overrides import remove_overrides

    held, path = _held(overrides)
    fitting = [
        row
        for row in held.about(name, every_form=True)
        if (qid is None or row.qid == ("" if qid.lower() == "none" else qid))
        and (kind is None or row.kind == kind)
        and (country is None or row.country == country.upper())
    ]
    exact = [row for row in fitting if row.name == name]
    fitting = exact or fitting
    if not fitting:
        raise InputError(f"{path}: no such decision about {name!r}; `resolver override list` shows all")
    if len(fitting) > 1 and not every:
        several = "; ".join(f"{_words(row)}, {row.says()}" for row in fitting)
        raise InputError(
            f"{path}: {len(fitting)} decisions fit: {several}; name the QID, kind or country, or give --all"
        )
    _, after = remove_overrides(fitting, path)
    for row in fitting:
        _write(f"removed: {_words(row)}, {row.says()}")
    _write(f"{path}: {_count(after)}")


@override_app.command("check")
def override_check(
    follow: Annotated[bool, typer.Option("--follow", help="Write what merged ids have become into the file.")] = False,
    overrides: FileOption = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Find decisions that want a look.

    Contradictions, merged and unknown ids, needless decisions; exit 1 if there are any.
    """
    from resolver.engine import Resolver
    from resolver.overrides.check import Problem, check_overrides, follow_overrides

    held, path = _held(overrides)
    with Resolver.open(gazetteer, overrides=False, progress=first_use()) as resolver:
        findings = check_overrides(held, resolver)
        if follow:
            moved = follow_overrides(path, resolver)
            findings = [finding for finding in findings if finding.problem is not Problem.MERGED]
            _write(f"{moved} ids followed")
    for finding in findings:
        _write(str(finding))
    wanting = sum(finding.problem is not Problem.NEEDLESS for finding in findings)
    _write(f"{path}: {_count(held)}, {wanting} to look at, {len(findings) - wanting} needless")
    raise typer.Exit(1 if wanting else 0)


@override_app.command("import")
def override_import(
    source: Annotated[Path, typer.Argument(help="A .tsv file, or a DuckDB database with a table `decision`.")],
    replace: ReplaceOption = False,
    overrides: FileOption = None,
) -> None:
    """Add the decisions of a file or database to yours.

    All of them or none.
    """
    from resolver.overrides import Overrides, add_overrides
    from resolver.overrides.store import chosen_path
    from resolver.overrides.table import is_database, read_database

    rows = read_database(source) if is_database(source) else Overrides.read(source)
    path = chosen_path(overrides)
    before, after = add_overrides(rows, path, replace=replace)
    _write(f"{path}: {len(after.excluding(before))} new of {len(rows)}, {_count(after)}")


@override_app.command("export")
def override_export(
    target: Annotated[Path, typer.Argument(help="A DuckDB database, or a .tsv file; made where it is missing.")],
    replace: ReplaceOption = False,
    overrides: FileOption = None,
) -> None:
    """Add your decisions to a database or file.

    To the table `decision` of a database; all of them or none.
    """
    from resolver.overrides import add_overrides
    from resolver.overrides.table import export_overrides, is_database

    held, _ = _held(overrides)
    if is_database(target):
        after = export_overrides(target, held, replace=replace)
    else:
        _, after = add_overrides(held, target, replace=replace)
    _write(f"{target}: {_count(after)}")


def _held(chosen: Path | None) -> tuple[Overrides, Path]:
    from resolver.overrides import Overrides
    from resolver.overrides.store import chosen_path

    path = chosen_path(chosen)
    return Overrides.read(path) if chosen or path.exists() else Overrides(source=str(path)), path


def _words(row: Override) -> str:
    conditions = row.conditions()
    return row.shown_name() + (f" ({conditions})" if conditions else "")


def _meant(row: Override, resolver: Resolver) -> str:
    """What was recorded, with the label that belongs to the id: a slip of the pen shows at once."""
    if not row.qid:
        return "no entity"
    if resolver.gazetteer.entity_number(row.qid) < 0:
        return f"{row.verdict()}, which is not in the gazetteer; look at https://www.wikidata.org/wiki/{row.qid}"
    entity = resolver.entity(row.qid)
    return f"{row.verdict()} {entity.label} ({entity.kind})"


def _count(held: Overrides) -> str:
    return f"{len(held):,} decision{'' if len(held) == 1 else 's'}"


def _write(line: str) -> None:
    from resolver.explain import printable

    sys.stdout.write(printable(line) + "\n")
