"""`resolver review`: decide on names without an answer, one key a decision."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from resolver.cli.app import GazetteerOption, app, first_use
from resolver.cli.override import FileOption
from resolver.errors import InputError


@app.command()
def review(
    database: Annotated[Path, typer.Argument(help="A database that resolve-table has written.")],
    who: Annotated[str | None, typer.Option(help="Who decides; default: your user name.")] = None,
    why: Annotated[str, typer.Option(help="The reason to record; the key w changes it.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Show names that are decided already too.")] = False,
    overrides: FileOption = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Decide unresolved names, one key each.

    Walks the names without an answer, most frequent first; every decision is saved at once.
    """
    from resolver.engine import Resolver
    from resolver.review import open_review, review

    with Resolver.open(gazetteer, overrides=False, progress=first_use()) as resolver:
        session = open_review(database, resolver, overrides=overrides, who=who, why=why, every=every)
        if not session.items:
            sys.stdout.write(f"{database}: nothing to review\n")
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise InputError("review needs a terminal; `resolver override add` records a decision without one")
        review(session, database)
    left = len(session.items) - session.position
    sys.stdout.write(f"{session.path}: {session.decided:,} decided, {left:,} names left\n")
    if session.decided:
        sys.stdout.write("Run the same `resolver resolve-table` again: the answers take up the decisions.\n")
