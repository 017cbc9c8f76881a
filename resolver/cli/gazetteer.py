"""`resolver gazetteer ...`: build, check, show and compare gazetteers."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from resolver.cli.app import GazetteerOption, first_use, group

gazetteer_app = group("gazetteer", "Build, check and compare gazetteers.")


class InfoFormat(StrEnum):
    """Output formats of `gazetteer info`."""

    TEXT = "text"
    JSON = "json"


@gazetteer_app.command("info")
def gazetteer_info(
    format: Annotated[InfoFormat, typer.Option("--format", "-f", help="Output format.")] = InfoFormat.TEXT,  # noqa: A002
    gazetteer: GazetteerOption = None,
) -> None:
    """Show path, version and counts.

    Counts are by kind, role, register, strength, language and source.
    """
    import json

    from resolver import info
    from resolver.engine import Resolver

    facts = info.gazetteer_info(Resolver.open(gazetteer, overrides=False, progress=first_use()))
    if format is InfoFormat.JSON:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    else:
        info.write_info(facts, sys.stdout)


@gazetteer_app.command("check")
def gazetteer_check(gazetteer: GazetteerOption = None) -> None:
    """Check a compiled gazetteer.

    One line a problem, and exit 1, if anything is wrong.
    """
    from resolver.build.checks import check_gazetteer
    from resolver.bundle import check_lists
    from resolver.engine import Resolver

    resolver = Resolver.open(gazetteer, overrides=False, progress=first_use())
    problems = check_gazetteer(resolver, check_lists())
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{resolver.gazetteer.version}: {len(problems)} problems\n")
    raise typer.Exit(1 if problems else 0)


@gazetteer_app.command("build")
def gazetteer_build(
    into: Annotated[Path | None, typer.Option(help="The .duckdb file to write; default: the user's cache.")] = None,
    facts: Annotated[
        list[Path] | None, typer.Option(help="Folder of facts to make the source tables from first; may be repeated.")
    ] = None,
    tables: Annotated[Path | None, typer.Option(help="Folder of source tables; default: those of the package.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="Folder of seeds; default: those of the package.")] = None,
) -> None:
    """Build source tables and the compiled gazetteer.

    Source tables are made from --facts; without, they are taken as they are. What fails a check is not published.
    """
    from resolver.build import build_gazetteer

    version, path = build_gazetteer(
        into=into, facts=facts or (), tables=tables, seeds=seeds, progress=first_use("Building the gazetteer")
    )
    sys.stdout.write(f"{path} {version}\n")


@gazetteer_app.command("diff")
def gazetteer_diff(
    old: Annotated[Path, typer.Argument(help="Folder of source tables before.")],
    new: Annotated[Path, typer.Argument(help="Folder of source tables after.")],
) -> None:
    """Show a change of the source tables as text.

    Entities and aliases gained, lost and changed.
    """
    from resolver.build.diff import diff_tables

    for change in diff_tables(old, new):
        sys.stdout.write(f"{change}\n")
