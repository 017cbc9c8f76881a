"""Decisions as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from resolver.overrides.row import Decision, Override

_STYLE = {Decision.ENTITY: "green", Decision.NONE: "red", Decision.NEVER: "yellow"}


def write_decisions_table(rows: Iterable[Override], out: TextIO) -> None:
    """A row a decision: name, conditions, verdict, author, day and reason."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from resolver.explain import printable

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for title in ("name", "only where", "means", "who", "day", "why"):
        table.add_column(title, no_wrap=title in ("means", "day"), overflow="fold")
    for row in rows:
        cells = (
            row.shown_name(), row.conditions(), row.verdict(), row.who, row.moment[:10], row.why,
        )  # fmt: skip
        style = _STYLE[row.decision]
        table.add_row(*(Text(printable(cell), style=style if i == 2 else "") for i, cell in enumerate(cells)))
    Console(file=out, highlight=False, soft_wrap=False).print(table)
