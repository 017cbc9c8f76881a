"""Answers against names whose QIDs the user knows: precision, recall, calibration, and the worst errors."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby
from math import sqrt
from typing import TYPE_CHECKING, Any, TextIO

from resolver.errors import InputError
from resolver.model import Resolution, Status, is_entity_id

if TYPE_CHECKING:
    from resolver.engine import Resolver

COLUMNS = {
    "name": ("name", "query", "input", "mention", "text"),
    "qid": ("qid", "expected_qid", "expected"),
    "kind": ("kind",),
    "country": ("country",),
    "as_of": ("as_of", "date"),
    "lang": ("lang", "language"),
    "category": ("category",),
}
"""Columns of a gold table and the headers they may have; only the first two have to be there."""

_HINTS = ("kind", "country", "as_of", "lang")
_CONFIDENCE = 1.96


class Outcome(StrEnum):
    """What became of one row."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    SPURIOUS = "spurious"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of the gold table with its answer.

    Attributes:
        row: Its number, 1 for the first below the header.
        name: As given.
        expected: The QID; several ways to be right joined with `|`, parts of a composite with `+`; empty for none.
        answered: The answer's QID, parts joined with `+`; empty for none.
        outcome: right; wrong: another entity; missed: no answer; spurious: an answer where there is none;
            none: rightly no answer.
        held: Whether the gazetteer holds an entity that would be right.
        listed: Whether the right entity is among the candidates.
        probability: Of the best candidate.
        best_right: Whether the best candidate is the right entity.
        status, kind, category: Of the answer, of the expected entity, and as the table says.
    """

    row: int
    name: str
    expected: str
    answered: str
    outcome: Outcome
    held: bool
    listed: bool
    probability: float
    best_right: bool
    status: str
    kind: str
    category: str
    expected_label: str = ""
    answered_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was reached on some rows.

    Attributes:
        rows: How many.
        answered, right: Rows with an answer, and with a right one.
        expected: Rows that have an entity.
        precision: Right of answered, with the ends of its 95 % interval; None without answers.
        recall: Right of expected; None without.
        coverage: Answered of all.
        error: Expected calibration error of the best candidates' probabilities.
    """

    rows: int
    answered: int
    right: int
    expected: int
    precision: float | None
    low: float | None
    high: float | None
    recall: float | None
    coverage: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures over all rows and by group, and the worst errors, the surest first."""

    path: str
    gazetteer_version: str
    config_hash: str
    whole: Figures
    not_held: int
    by_status: dict[str, Figures]
    by_kind: dict[str, Figures]
    by_category: dict[str, Figures]
    worst: tuple[Judged, ...]
    judged: tuple[Judged, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`, without the rows that went well."""
        plain = asdict(self)
        del plain["judged"]
        return plain


def evaluate(path: str | os.PathLike[str], *, resolver: Resolver | None = None, worst: int = 15) -> Evaluation:
    r"""Resolve the names of a gold table and compare.

    Args:
        path: A table (CSV, TSV, JSON lines, Parquet) with the columns `name` and `qid`, and any of kind, country,
            as_of, lang, category. An empty qid means that no entity is right; `Q1|Q2` that either is; `Q1+Q2` both.
        resolver: None opens the default gazetteer.
        worst: How many errors to list.

    Raises:
        InputError: a column is missing, or a row can't be used; file, row and column are given.

    Source: counts of right answers; the interval is Wilson's.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gold = Path(folder) / "gold.csv"
    ...     _ = gold.write_text("name,qid\nTürkiye,Q43\nXyzzyx,\n", encoding="utf-8")
    ...     evaluate(gold).whole.precision
    1.0
    """
    from resolver.column import rows_of
    from resolver.engine import Resolver

    if worst < 0:
        raise InputError(f"worst is {worst}; give 0 or more")
    file = os.fspath(path)
    columns, rows = rows_of(path)
    where = _columns(file, columns)
    gold = [{name: row[column].strip() for name, column in where.items()} for row in rows]
    for row, given in zip(gold, rows, strict=True):
        row["name"] = given[where["name"]]
    _check_ids(file, gold)
    resolver = resolver or Resolver.open()
    judged = tuple(_judge(resolver, at, row, found) for at, row, found in _answers(resolver, file, gold))
    return Evaluation(
        path=file,
        gazetteer_version=resolver.gazetteer.version,
        config_hash=resolver.config.hash,
        whole=figures(judged),
        not_held=sum(not one.held for one in judged),
        by_status=_grouped(judged, lambda one: one.status),
        by_kind=_grouped(judged, lambda one: one.kind),
        by_category=_grouped(judged, lambda one: one.category) if "category" in where else {},
        worst=tuple(sorted((one for one in judged if _is_error(one)), key=_badness)[:worst]),
        judged=judged,
    )


def figures(judged: Sequence[Judged]) -> Figures:
    """Figures over some rows."""
    from resolver.calibrate import calibration_error

    answered = sum(bool(one.answered) for one in judged)
    right = sum(one.outcome is Outcome.RIGHT for one in judged)
    expected = sum(bool(one.expected) for one in judged)
    low, high = _interval(right, answered) if answered else (None, None)
    guessed = [one for one in judged if one.probability > 0.0]
    return Figures(
        rows=len(judged),
        answered=answered,
        right=right,
        expected=expected,
        precision=round(right / answered, 4) if answered else None,
        low=low,
        high=high,
        recall=round(right / expected, 4) if expected else None,
        coverage=round(answered / len(judged), 4) if judged else 0.0,
        error=round(calibration_error([o.probability for o in guessed], [o.best_right for o in guessed]), 4),
    )


def _interval(right: int, count: int) -> tuple[float, float]:
    """Ends of the 95 % interval of a share after Wilson."""
    share, z = right / count, _CONFIDENCE**2 / count
    middle = (share + z / 2) / (1 + z)
    half = sqrt(share * (1 - share) * z + z * z / 4) / (1 + z)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _columns(file: str, columns: Sequence[str]) -> dict[str, str]:
    folded = {column.casefold(): column for column in columns}
    found = {
        name: folded[header]
        for name, headers in COLUMNS.items()
        for header in [next((header for header in headers if header in folded), "")]
        if header
    }
    for name in ("name", "qid"):
        if name not in found:
            raise InputError(
                f"{file} has no column {' or '.join(COLUMNS[name])}; its columns: {', '.join(columns)}."
                " A gold table needs name and qid"
            )
    return found


def _check_ids(file: str, gold: Sequence[dict[str, str]]) -> None:
    for at, row in enumerate(gold, 1):
        for qid in filter(None, row["qid"].replace("+", "|").split("|")):
            if not is_entity_id(qid):
                raise InputError(f"{file}, row {at:,}, column qid: {qid!r} is no entity id; ids look like Q43")


def _answers(
    resolver: Resolver, file: str, gold: Sequence[dict[str, str]]
) -> Iterator[tuple[int, dict[str, str], Resolution]]:
    """Every row with its answer, in order; rows that share their hints are resolved together."""

    def hints(at: int) -> tuple[str, ...]:
        return tuple(gold[at].get(name, "") for name in _HINTS)

    found: list[Resolution | None] = [None] * len(gold)
    for given, group in groupby(sorted(range(len(gold)), key=lambda at: (hints(at), at)), key=hints):
        rows = list(group)
        known: dict[str, Any] = {name: value for name, value in zip(_HINTS, given, strict=True) if value}
        for name in ("kind", "country", "lang"):
            if name in known:
                known[name] = known[name].split("|")
        try:
            answers = resolver.resolve_many((gold[at]["name"] for at in rows), **known)
            for at, answer in zip(rows, answers, strict=True):
                found[at] = answer
        except InputError as error:
            raise InputError(f"{file}, row {rows[0] + 1:,}: {error}") from error
    return ((at, row, answer) for at, (row, answer) in enumerate(zip(gold, found, strict=True), 1) if answer)


def _judge(resolver: Resolver, at: int, row: dict[str, str], found: Resolution) -> Judged:
    ways = [way for way in row["qid"].split("|") if way]
    if found.status is Status.COMPOSITE:
        answered = "+".join(part.qid or "?" for part in found.parts)
        label = " + ".join(part.label or "?" for part in found.parts)
        probability = min((part.probability for part in found.parts), default=0.0)
        best = answered
    else:
        answered, label, probability = found.qid or "", found.label or "", found.probability
        best = found.candidates[0].entity.qid if found.candidates else ""
    if answered:
        outcome = Outcome.RIGHT if answered in ways else Outcome.WRONG if ways else Outcome.SPURIOUS
    else:
        outcome = Outcome.MISSED if ways else Outcome.NONE
    held = [way for way in ways if all(resolver.gazetteer.entity_number(qid) >= 0 for qid in way.split("+"))]
    entity = resolver.entity(held[0]) if held and "+" not in held[0] else None
    return Judged(
        row=at,
        name=row["name"],
        expected=row["qid"],
        answered=answered,
        outcome=outcome,
        held=bool(held) or not ways,
        listed=any(candidate.entity.qid in ways for candidate in found.candidates),
        probability=round(probability, 4),
        best_right=best in ways,
        status=str(found.status),
        kind=str(entity.kind) if entity else "composite" if held else "not held" if ways else "no entity",
        category=row.get("category", ""),
        expected_label=entity.label if entity else "",
        answered_label=label,
    )


def _grouped(judged: Sequence[Judged], group: Callable[[Judged], str]) -> dict[str, Figures]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(group(one), []).append(one)
    return {name: figures(groups[name]) for name in sorted(groups, key=lambda name: (-len(groups[name]), name))}


def _is_error(one: Judged) -> bool:
    return one.outcome in (Outcome.WRONG, Outcome.SPURIOUS) or (one.outcome is Outcome.MISSED and one.held)


def _badness(one: Judged) -> tuple[bool, float, int]:
    """Wrong answers first, the surest before all; then names without an answer, the likeliest first."""
    missed = one.outcome is Outcome.MISSED
    return missed, -one.probability, one.row


# -- showing it


def write_evaluation(found: Evaluation, out: TextIO) -> None:
    """Figures and worst errors, in lines of at most 80 columns."""
    whole = found.whole
    out.write(f"{found.path}: {whole.rows:,} rows, gazetteer {found.gazetteer_version}\n")
    if not whole.rows:
        return
    interval = f" (95 %: {_percent(whole.low)} to {_percent(whole.high)})" if whole.answered else ""
    out.write(
        f"  precision {_percent(whole.precision)}{interval}: {whole.right:,} right of {whole.answered:,} answered\n"
        f"  recall    {_percent(whole.recall)}: {whole.right:,} right of {whole.expected:,} that have an entity\n"
        f"  coverage  {_percent(whole.coverage)}; calibration error {whole.error:.3f}\n"
    )
    if found.not_held:
        out.write(f"  {found.not_held:,} rows expect an entity that the gazetteer does not hold\n")
    for title, groups in (
        ("status", found.by_status),
        ("kind expected", found.by_kind),
        ("category", found.by_category),
    ):
        if groups:
            out.write(f"\n{title:22} {'rows':>7} {'precision':>10} {'recall':>8} {'coverage':>9} {'error':>7}\n")
            for name, one in groups.items():
                out.write(
                    f"{_fit(name or '-', 22)} {one.rows:>7,} {_percent(one.precision):>10} {_percent(one.recall):>8}"
                    f" {_percent(one.coverage):>9} {one.error:>7.3f}\n"
                )
    if found.worst:
        out.write("\nworst errors\n")
        for error in found.worst:
            expected = f"{error.expected_label} ({error.expected})" if error.expected_label else error.expected
            answered = f"{error.answered_label} ({error.answered})" if error.answered else error.status
            out.write(
                f"  {error.probability:4.2f} {error.outcome:8} {_fit(error.name, 62).rstrip()}\n"
                f"       {_fit(answered, 34)}  not  {_fit(expected or 'no entity', 31).rstrip()}\n"
            )


def write_json(found: Evaluation, out: TextIO) -> None:
    """Figures and worst errors, as one JSON object."""
    out.write(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n")


def write_csv(found: Evaluation, out: TextIO) -> None:
    """Every row with its answer and outcome."""
    writer = csv.DictWriter(out, tuple(Judged.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    for one in found.judged:
        writer.writerow({k: str(v).lower() if isinstance(v, bool) else v for k, v in asdict(one).items()})


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f} %"


def _fit(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    text = " ".join(text.split())
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
