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
    from datetime import date

    from resolver.table.diff import Change, TableDiff
    from resolver.table.summary import TableSummary
    from resolver.table.worklist import Open

_NAME_WIDTH = 28
_GUESS_WIDTH = 37
_WIDTH = 80
_GUESSES = 3


def write_summary(summary: TableSummary, into: str | os.PathLike[str], out: TextIO) -> None:
    """Counts, and the most frequent names without an answer."""
    columns = f" of {len(summary.columns)} columns" if len(summary.columns) > 1 else ""
    hinted = f", {summary.names:,} with their hints" if summary.names > summary.spellings else ""
    kept = f", {summary.kept:,} kept" if summary.kept else ""
    out.write(f"{_count(summary.rows, 'row')}{columns}, {_count(summary.spellings, 'distinct name')}{hinted}\n")
    out.write(f"{summary.resolved:,} resolved{kept} in {summary.seconds:.1f} s\n")
    if summary.stale:
        out.write(f"{summary.stale:,} of them again, since gazetteer, settings or overrides have changed\n")
    # A row counts once for each of its columns.
    place = "cell" if columns else "row"
    for status in Status:
        names, rows = summary.by_name[status], summary.by_row[status]
        out.write(f"  {status:10} {names:>10,} {_plural('name', names):5} {rows:>12,} {_plural(place, rows)}\n")
    if summary.unresolved:
        out.write("most frequent without an answer\n")
        for one in summary.unresolved:
            name = _cut(one.name, _NAME_WIDTH)
            guess = f"perhaps {one.guess}" if one.guess and one.status is Status.UNMATCHED else one.guess or ""
            guess = f"{one.status}: {guess}" if one.status is Status.AMBIGUOUS else guess
            out.write(f"  {one.rows:>9,}  {name:{_NAME_WIDTH}} {_cut(guess, _GUESS_WIDTH)}".rstrip() + "\n")
    out.write(f"{os.fspath(into)}: " + ("rows and answers" if _is_file(into) else f"view {summary.view}") + "\n")


def _count(number: int, word: str) -> str:
    return f"{number:,} {_plural(word, number)}"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def _is_file(into: str | os.PathLike[str]) -> bool:
    from resolver.table.publish import form_of

    return form_of(into) != "duckdb"


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
            told = _bracketed(item.hints.values(), (item.first_as_of, item.last_as_of))
            out.write(f"{item.rows:>9,}  {item.status:9}  {_cut(item.name, 2 * _NAME_WIDTH)}{told}\n")
            if guesses:
                out.write(f"{'':22}{_cut(guesses, _WIDTH - 22)}\n")


def _hints(hints: Iterable[str], days: Iterable[date | None]) -> str:
    """What was known beside a name, and the first and the last of its days."""
    held = sorted({day for day in days if day})
    return " ".join([*hints, " to ".join(map(str, dict.fromkeys((held[0], held[-1])))) if held else ""]).strip()


def _bracketed(hints: Iterable[str], days: Iterable[date | None]) -> str:
    told = _hints(hints, days)
    return f" [{told}]" if told else ""


def _worklist_cells(item: Open) -> tuple[object, ...]:
    best = item.guesses[0] if item.guesses else None
    guess = (best.qid, best.label, best.kind, f"{best.probability:.4f}") if best else ("",) * 4
    return item.rows, item.status, item.name, _hints(item.hints.values(), (item.first_as_of, item.last_as_of)), *guess


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
        rows = _rows(diff.changes)
        out.write(f"{len(diff.changes):,} of {diff.names:,} names would be answered otherwise, in {rows:,} rows\n")
        alike: dict[tuple[str, ...], list[Change]] = {}
        for change in diff.changes:
            one = _told(change.before, change.qid_before, change.label_before, change.probability_before)
            other = _told(change.after, change.qid_after, change.label_after, change.probability_after)
            alike.setdefault((change.name, change.hints, one, other), []).append(change)
        # One name changes alike on many days.
        for (name, hints, one, other), changes in sorted(alike.items(), key=lambda item: -_rows(item[1])):
            told = _bracketed([hints], (change.as_of for change in changes))
            out.write(f"{_rows(changes):>9,}  {_cut(name, 2 * _NAME_WIDTH)}{told}\n")
            out.write(
                f"{'':11}{one}\n{'':8}-> {other}\n" if len(one + other) > _WIDTH - 15 else f"{'':11}{one} -> {other}\n"
            )


def _rows(changes: Iterable[Change]) -> int:
    return sum(change.rows for change in changes)


def _told(status: str, qid: str | None, label: str | None, probability: float) -> str:
    return f"{label} ({qid}) {probability:.2f}" if status == "matched" else f"{status} {qid or ''}".strip()


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
