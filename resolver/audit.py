"""How much of a user's own column is answered, and how much of that is probably right, at every threshold.

The names are resolved as they are; nobody knows the right answers. What the curve shows is what the calibrated
probabilities promise: of a hundred answers given with 0.9, ninety are right. docs/quality.md has how well they keep
it on names whose answers are known; `resolver evaluate` measures it on names whose answers the user knows.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from resolver.asked import OneOrMore
from resolver.errors import InputError
from resolver.model import Resolution, Status

if TYPE_CHECKING:
    from resolver.engine import Resolver

GOAL = 0.97
"""Share of right answers that a proposed threshold promises, unless another is asked for."""

_BATCH = 2_000
_SHOWN = 5
_BAR = 40
_STEPS = (*(percent / 100 for percent in range(50, 95, 5)), 0.95, 0.97, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives.

    Attributes:
        threshold: Answers of at least this probability stay.
        names, rows: Distinct names and rows that have an answer then.
        coverage: Their share of all rows with a name.
        precision: Share of those rows that is right, as the probabilities promise; None without any.
        wrong: Rows with a wrong answer, likewise.
    """

    threshold: float
    names: int
    rows: int
    coverage: float
    precision: float | None
    wrong: float


@dataclass(frozen=True, slots=True)
class Sure:
    """One name with its likeliest answer."""

    name: str
    rows: int
    probability: float
    qid: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One column, judged.

    Attributes:
        column: Its name.
        rows, blank, names: Rows, rows without a name, distinct names.
        by_status: Of each status its names and rows.
        points: The curve, thresholds ascending.
        current: The point of the resolver's own threshold.
        goal: The precision that was asked for.
        proposed: The lowest threshold that promises it, or today's where that gives the same answers; None where
            none does.
        doubtful: Answers that stay at the proposed threshold, the least sure first.
        dropped: Answers of today that fall below it, the most frequent first.
        gained: Answers that it adds to those of today, the most frequent first.
    """

    column: str
    rows: int
    blank: int
    names: int
    by_status: dict[str, tuple[int, int]]
    points: tuple[Point, ...]
    current: Point
    goal: float
    proposed: Point | None
    doubtful: tuple[Sure, ...]
    dropped: tuple[Sure, ...]
    gained: tuple[Sure, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return asdict(self)


def audit(
    path: str | os.PathLike[str],
    *,
    column: str,
    resolver: Resolver | None = None,
    precision: float = GOAL,
    kind: OneOrMore = None,
    exclude_kind: OneOrMore = None,
    country: OneOrMore = None,
    as_of: date | str | None = None,
    lang: OneOrMore = None,
    progress: Callable[[str, float], None] | None = None,
) -> Audit:
    r"""Draw coverage against estimated precision for a column of a file, and propose a threshold.

    Args:
        path: CSV, TSV, Parquet, JSON lines, Arrow or a DuckDB file.
        column: The column of names.
        resolver: None opens the default gazetteer.
        precision: The share of right answers that the proposed threshold has to promise.
        kind: As for `Resolver.resolve`, the same for all names; so are the other hints.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        as_of: Day on which the names were used.
        lang: Language or languages of the names.
        progress: Told of stage and part done.

    Raises:
        InputError: no such file or column, a hint is unknown, or `precision` is no share.

    Source: sums of calibrated probabilities, docs/quality.md.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "events.csv"
    ...     _ = file.write_text("actor\nTürkiye\nTürkiye\nXyzzyx\n", encoding="utf-8")
    ...     found = audit(file, column="actor")
    >>> found.rows, found.names, found.by_status["matched"], round(found.current.coverage, 2)
    (3, 2, (1, 2), 0.67)
    """
    if not 0.0 < precision < 1.0:
        raise InputError(f"precision is {precision:g}; give a share between 0 and 1, such as {GOAL:g}")
    from resolver.column import names_of
    from resolver.engine import Resolver

    names, blank, spelt = names_of(path, column)
    resolver = resolver or Resolver.open(progress=progress)
    answers = resolver.resolve_many(
        (name for name, _ in names), kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang
    )
    return judge(_counted(answers, names, progress), resolver, column=spelt, blank=blank, precision=precision)


def judge(
    answers: Iterator[tuple[Resolution, int]], resolver: Resolver, *, column: str, blank: int, precision: float
) -> Audit:
    """The audit of resolutions, each with the number of rows that have its name."""
    least = min(resolver.config.match_margin, resolver.config.match_probability)
    status_names: Counter[str] = Counter()
    status_rows: Counter[str] = Counter()
    held: list[Sure] = []
    matched: set[str] = set()
    for found, rows in answers:
        status_names[str(found.status)] += 1
        status_rows[str(found.status)] += rows
        if (sure := _sure(found, rows, resolver)) is not None and sure.probability >= least:
            held.append(sure)
            if found.status is Status.MATCHED:
                matched.add(found.query)
    held.sort(key=lambda one: (-one.probability, -one.rows, one.name))
    total = status_rows.total()
    current = _point(resolver.config.match_probability, held, total)
    points = [_point(step, held, total) for step in sorted({*_STEPS, resolver.config.match_probability})]
    proposed = next((point for point in _fine(held, total, least) if (point.precision or 0.0) >= precision), None)
    if proposed and proposed.names == current.names:
        proposed = current  # a threshold that changes no answer is no proposal
    at = proposed.threshold if proposed else resolver.config.match_probability
    if proposed and proposed.threshold not in {point.threshold for point in points}:
        points = sorted([*points, proposed], key=lambda point: point.threshold)
    kept = [one for one in held if one.probability >= at]
    by_rows = sorted(held, key=lambda one: (-one.rows, one.probability, one.name))
    return Audit(
        column=column,
        rows=total + blank,
        blank=blank,
        names=status_names.total(),
        by_status={str(status): (status_names[str(status)], status_rows[str(status)]) for status in Status},
        points=tuple(points),
        current=current,
        goal=precision,
        proposed=proposed,
        doubtful=tuple(sorted(kept, key=lambda one: (one.probability, -one.rows, one.name))[:_SHOWN]),
        dropped=tuple(one for one in by_rows if one.probability < at and one.name in matched)[:_SHOWN],
        gained=tuple(one for one in by_rows if one.probability >= at and one.name not in matched)[:_SHOWN],
    )


def _counted(
    answers: Iterator[Resolution], names: Sequence[tuple[str, int]], progress: Callable[[str, float], None] | None
) -> Iterator[tuple[Resolution, int]]:
    counts = iter(names)
    done = 0
    while batch := list(islice(answers, _BATCH)):
        for found in batch:
            yield found, next(counts)[1]
        done += len(batch)
        if progress:
            progress("resolving", min(done / len(names), 1.0))


def _sure(found: Resolution, rows: int, resolver: Resolver) -> Sure | None:
    """The answer of a name at some threshold: today's match, or what only the threshold keeps from being one."""
    config = resolver.config
    if found.status is Status.MATCHED:
        best = found.candidates[0]
    elif found.status is Status.COMPOSITE:
        if any(part.status is not Status.MATCHED for part in found.parts):
            return None
        parts = found.parts
        ids, labels = (
            "+".join(filter(None, values)) for values in zip(*((p.qid, p.label) for p in parts), strict=True)
        )
        return Sure(found.query, rows, min(part.probability for part in parts), ids, labels, "composite")
    elif (
        found.candidates
        and found.probability < config.match_probability
        and found.margin >= config.match_margin
        and not any(evidence.name == "other_case" for evidence in found.evidence)
    ):
        best = found.candidates[0]
    else:
        return None
    return Sure(found.query, rows, best.probability, best.entity.qid, best.entity.label, str(best.entity.kind))


def _point(threshold: float, held: Sequence[Sure], total: int) -> Point:
    kept = [one for one in held if one.probability >= threshold]
    rows = sum(one.rows for one in kept)
    right = sum(one.rows * one.probability for one in kept)
    return Point(
        threshold=threshold,
        names=len(kept),
        rows=rows,
        coverage=round(rows / total, 6) if total else 0.0,
        precision=round(right / rows, 6) if rows else None,
        wrong=round(rows - right, 2),
    )


def _fine(held: Sequence[Sure], total: int, least: float) -> Iterator[Point]:
    """The curve in steps of a hundredth, the lowest threshold first."""
    for percent in range(max(1, round(least * 100)), 100):
        yield _point(percent / 100, held, total)


# -- showing it


def write_audit(found: Audit, out: TextIO) -> None:
    """The chart and what follows from it, in lines of at most 80 columns."""
    named = found.rows - found.blank
    blank = f", {found.blank:,} without a name" if found.blank else ""
    out.write(f"{found.column}: {found.rows:,} rows{blank}, {found.names:,} distinct names\n")
    for status, (names, rows) in found.by_status.items():
        if names:
            out.write(f"  {status:10} {names:>9,} names {rows:>10,} rows {_percent(rows / named):>7}\n")
    if not named:
        return
    out.write(f"\nthreshold {'rows with an answer':{_BAR}} {'':7} {'right':>7} {'wrong':>7}\n")
    for point in found.points:
        filled = round(point.coverage * _BAR)
        right = "-" if point.precision is None else _percent(point.precision)
        mark = "<" if point == found.proposed else "*" if point.threshold == found.current.threshold else " "
        bar = "█" * filled + "·" * (_BAR - filled)
        figures = f"{_percent(point.coverage):>7} {right:>7} {_short(point.wrong):>7}"
        out.write(f"{mark}    {point.threshold:4.2f} {bar} {figures}\n")
    out.write("* today's threshold   < proposed   right and wrong: as the probabilities promise\n\n")
    _write_proposal(found, out)
    for title, listed in (
        ("answers that it adds", found.gained),
        ("answers that it drops", found.dropped),
        ("least sure of those that stay; look at these first", found.doubtful),
    ):
        if listed:
            out.write(f"\n{title}\n")
            for one in listed:
                out.write(_line(one))


def _write_proposal(found: Audit, out: TextIO) -> None:
    now = found.current
    if found.proposed is None:
        out.write(f"No threshold promises {_percent(found.goal)} right answers on this column.\n")
        return
    point = found.proposed
    if point.threshold == now.threshold:
        out.write(
            f"Keep {now.threshold:.2f}: no lower one adds answers and promises {_percent(found.goal)} right ones.\n"
        )
        return
    out.write(
        f"Proposed: {point.threshold:.2f}, the lowest that promises {_percent(found.goal)} right answers.\n"
        f"  rows with an answer {_percent(now.coverage)} -> {_percent(point.coverage)},"
        f" wrong ones about {_short(now.wrong)} -> {_short(point.wrong)}\n"
        f"  in Python: Resolver.open(config=Config(match_probability={point.threshold:.2f}))\n"
        + (f"  in SQL: WHERE probability >= {point.threshold:.2f}\n" if point.threshold > now.threshold else "")
    )


def write_json(found: Audit, out: TextIO) -> None:
    """Everything, as one JSON object."""
    out.write(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n")


def write_csv(found: Audit, out: TextIO) -> None:
    """The curve, one row a threshold."""
    fields = (*Point.__dataclass_fields__, "current", "proposed")
    writer = csv.DictWriter(out, fields, lineterminator="\n")
    writer.writeheader()
    for point in found.points:
        row = asdict(point) | {"precision": "" if point.precision is None else point.precision}
        marks = {"current": point.threshold == found.current.threshold, "proposed": point == found.proposed}
        writer.writerow(row | {name: str(value).lower() for name, value in marks.items()})


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 9.5 or not number else f"{number:.1f}"


def _line(one: Sure) -> str:
    from rich.cells import set_cell_size

    name = set_cell_size(" ".join(one.name.split()), 30).rstrip()
    name = set_cell_size(name, 30)
    answer = set_cell_size(f"{one.qid} {one.label} ({one.kind})", 32).rstrip()
    return f"  {one.probability:4.2f} {one.rows:>7,} {name} {answer}\n"
