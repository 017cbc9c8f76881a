"""A terminal screen that walks the names without an answer and records what a person says about each.

items.py    the worklist of a database, and the rows a name stands in
session.py  where the review stands; every decision is saved as it is taken
screen.py   what is shown, as lines of text
app.py      the screen itself (textual)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.overrides import Overrides
from resolver.overrides.store import chosen_path, user_name
from resolver.review.items import Item, read_worklist
from resolver.review.session import Session, undecided

if TYPE_CHECKING:
    from resolver.engine import Resolver

__all__ = ["Item", "Session", "open_review", "review"]


def open_review(
    database: str | os.PathLike[str],
    resolver: Resolver,
    *,
    overrides: str | os.PathLike[str] | None = None,
    who: str | None = None,
    why: str = "",
    every: bool = False,
) -> Session:
    """A session over the worklist of a database, without its screen.

    Args:
        database: What `resolve_table` has written.
        resolver: Finds candidates; best opened with `overrides=False`.
        overrides: The file of decisions; None means the default.
        who: Signs the decisions; None means the user's name.
        why: The reason to give; empty for one that tells of the review.
        every: Show names that are decided already too.

    Raises:
        InputError: no such database, or it has no worklist; or the file of decisions can't be read.
        OverrideConflict: two decisions of the file contradict each other.
    """
    items = read_worklist(database)
    path = chosen_path(overrides)
    held = Overrides.read(path) if path.exists() else Overrides()
    if not every:
        items = undecided(items, held, resolver)
    return Session(items, resolver, path, user_name() if who is None else who, why, every)


def review(session: Session, database: str | os.PathLike[str]) -> None:
    """Run the screen until the user leaves it.

    Args:
        session: What `open_review` made.
        database: Where its names come from.
    """
    from resolver.review.app import ReviewApp

    ReviewApp(session, Path(database)).run()
