"""What a run did, what it left open and what would change, for people."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from resolver.model import Status

if TYPE_CHECKING:
    from resolver.table.diff import TableDiff
    from resolver.table.summary import TableSummary
    from resolver.table.worklist import Open

_NAME_WIDTH = 28
_GUESS_WIDTH = 37
_WIDTH = 80
_GUESSES = 3


def write_summary(summary: TableSummary, into: str | os.PathLike[str], out: TextIO) -> None:
    """Counts, and the most frequent names without an answer."""
    kept = f", {summary.kept:,} kept" if summary.kept else ""
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


WORKLIST_COLUMNS = ("rows", "status", "name", "hints", "guess_qid", "guess_label", "guess_kind", "guess_probability")
DIFF_COLUMNS = (
    "rows", "name", "hints", "as_of", "before", "qid_before", "label_before", "probability_before",
    "after", "qid_after", "label_after", "probability_after",
)  # fmt: skip


def write_worklist(items: Sequence[Open], form: str, out: TextIO) -> None:
    """Names without an answer, as a table for people, CSV or JSON."""
    if form == "json":
        json.dump([asdict(item) for item in items], out, ensure_ascii=False, indent=1, default=str)
        out.write("\n")
    elif form == "csv":
        _write_csv(WORKLIST_COLUMNS, map(_worklist_cells, items), out)
    else:
        for item in items:
            guesses = ", ".join(f"{g.label} ({g.qid}) {g.probability:.2f}" for g in item.guesses[:_GUESSES])
            hints = f" [{_hints(item)}]" if _hints(item) else ""
            out.write(f"{item.rows:>9,}  {item.status:9}  {_cut(item.name, 2 * _NAME_WIDTH)}{hints}\n")
            if guesses:
                out.write(f"{'':22}{_cut(guesses, _WIDTH - 22)}\n")


def _hints(item: Open) -> str:
    days = [str(day) for day in dict.fromkeys((item.first_as_of, item.last_as_of)) if day]
    return " ".join([*item.hints.values(), " to ".join(days)]).strip()


def _worklist_cells(item: Open) -> tuple[object, ...]:
    best = item.guesses[0] if item.guesses else None
    guess = (best.qid, best.label, best.kind, f"{best.probability:.4f}") if best else ("",) * 4
    return item.rows, item.status, item.name, _hints(item), *guess


def write_diff(diff: TableDiff, version: str, form: str, out: TextIO) -> None:
    """Answers that would differ, as a table for people, CSV or JSON."""
    if form == "json":
        json.dump([asdict(change) for change in diff.changes], out, ensure_ascii=False, indent=1, default=str)
        out.write("\n")
    elif form == "csv":
        _write_csv(DIFF_COLUMNS, ([getattr(c, name) for name in DIFF_COLUMNS] for c in diff.changes), out)
    else:
        before = ", ".join(diff.versions) or "none"
        out.write(f"answers by gazetteer {before}; today {version}\n")
        rows = sum(change.rows for change in diff.changes)
        out.write(f"{len(diff.changes):,} of {diff.names:,} names would be answered otherwise, in {rows:,} rows\n")
        for change in diff.changes:
            when = f" {change.as_of}" if change.as_of else ""
            hints = f" [{change.hints}{when}]" if change.hints or when else ""
            out.write(f"{change.rows:>9,}  {_cut(change.name, _NAME_WIDTH)}{hints}\n")
            one = _told(change.before, change.qid_before, change.label_before, change.probability_before)
            other = _told(change.after, change.qid_after, change.label_after, change.probability_after)
            out.write(f"{'':11}{one} -> {other}\n")


def _told(status: str, qid: str | None, label: str | None, probability: float) -> str:
    return f"{label} ({qid}) {probability:.2f}" if status == "matched" else f"{status} {qid or ''}".strip()


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
