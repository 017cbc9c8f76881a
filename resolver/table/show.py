"""What a run did, for people."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from resolver.model import Status

if TYPE_CHECKING:
    from resolver.table.summary import TableSummary

_NAME_WIDTH = 36
_GUESS_WIDTH = 36


def write_summary(summary: TableSummary, into: str | os.PathLike[str], out: TextIO) -> None:
    """Counts, and the most frequent names without an answer."""
    kept = f", {summary.kept:,} answers kept" if summary.kept else ""
    stale = f" ({summary.stale:,} of them because gazetteer, settings or overrides changed)" if summary.stale else ""
    out.write(
        f"{summary.rows:,} rows, {summary.names:,} distinct names: {summary.resolved:,} resolved{stale}{kept}"
        f" in {summary.seconds:.1f} s\n"
    )
    for status in Status:
        out.write(f"  {status:10} {summary.by_name[status]:>10,} names {summary.by_row[status]:>12,} rows\n")
    if summary.unresolved:
        out.write("most frequent without an answer\n")
        for one in summary.unresolved:
            name = _cut(one.name, _NAME_WIDTH)
            guess = f"perhaps {one.guess}" if one.guess and one.status is Status.UNMATCHED else one.guess or ""
            guess = f"{one.status}: {guess}" if one.status is Status.AMBIGUOUS else guess
            out.write(f"  {one.rows:>9,}  {name:{_NAME_WIDTH}} {_cut(guess, _GUESS_WIDTH)}".rstrip() + "\n")
    out.write(f"{os.fspath(into)}: " + ("rows and answers" if _is_file(into) else f"view {summary.view}") + "\n")


def _is_file(into: str | os.PathLike[str]) -> bool:
    from resolver.table.publish import OUTPUTS, suffix_of

    return OUTPUTS.get(suffix_of(into), "duckdb") != "duckdb"


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
