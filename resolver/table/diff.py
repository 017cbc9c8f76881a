"""Which stored answers would differ today: under this gazetteer, these settings and these overrides."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from resolver.table.batches import resolve_asked
from resolver.table.hints import KEY, Asked
from resolver.table.open import open_answers
from resolver.table.store import same_key

if TYPE_CHECKING:
    from resolver.engine import Resolver

BATCH = 8192
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A name whose answer would be another.

    Attributes:
        name, as_of: The name and its day; `hints` the other hints, as the table has them.
        rows: In how many rows it stands.
        before, after: Status of the stored answer and of today's.
        qid_before, qid_after: Entities of the two, None unless matched; for a composite its parts, joined with `+`.
        label_before, label_after: Their labels.
        probability_before, probability_after: Their probabilities.
    """

    name: str
    hints: str
    as_of: date | None
    rows: int
    before: str
    after: str
    qid_before: str | None
    qid_after: str | None
    label_before: str | None
    label_after: str | None
    probability_before: float
    probability_after: float

    @property
    def another(self) -> bool:
        """Whether another status or entity is answered, not only another probability."""
        return (self.before, self.qid_before) != (self.after, self.qid_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDiff:
    """What would change in a database of answers.

    Attributes:
        names: Answers that are stored.
        changes: Those that would differ, most rows first.
        versions: Versions of the gazetteers that gave the stored answers.
    """

    names: int
    changes: tuple[Change, ...]
    versions: tuple[str, ...]


def table_diff(
    path: str | os.PathLike[str],
    *,
    resolver: Resolver | None = None,
    probability: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> TableDiff:
    """Resolve the names of a database of answers again, and tell what would be another answer; nothing is written.

    Args:
        path: A database that `resolve_table` has written.
        resolver: What resolves; None opens the default gazetteer.
        probability: Whether an answer that differs only in its probability counts.
        progress: Called with a stage and the part done in [0, 1].

    Raises:
        InputError: the database is missing or holds no answers.
    """
    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    tell = progress or (lambda _stage, _part: None)
    key = ", ".join(f"r.{part}" for part in KEY)
    changes: list[Change] = []
    with open_answers(path) as con:
        names = int(con.execute("SELECT count(*) FROM resolution").fetchall()[0][0])
        versions = con.execute("SELECT DISTINCT gazetteer_version FROM resolution ORDER BY 1").fetchall()
        # Streamed, so that a large table of answers never lies in memory as a whole.
        stored = con.cursor().execute(f"""
            SELECT {key}, any_value(u.rows), r.status, coalesce(r.qid, {_parts("r.parts", "qid")}),
                   coalesce(r.label, {_parts("r.parts", "label")}), r.probability
            FROM resolution r
            JOIN (SELECT {", ".join(KEY)}, CAST(sum(rows) AS BIGINT) AS rows FROM resolution_use GROUP BY ALL) u
              ON {same_key("u", "r")}
            GROUP BY ALL ORDER BY ALL
        """)
        done = 0
        while rows := stored.fetchmany(BATCH):
            tell(f"{done:,} of {names:,} names", done / max(names, 1) * 0.99)
            asked = [Asked(*row[: len(KEY)]) for row in rows]
            answers = resolve_asked(resolver, asked, lenient=True)
            changes += _compared(rows, answers.select(["status", "qid", "label", "probability", "parts"]).to_pylist())
            done += len(rows)
    tell("done", 1.0)
    shown = [c for c in changes if c.another or probability]
    shown.sort(key=lambda c: (-c.rows, c.name, c.hints, c.as_of or date.min))
    return TableDiff(names=names, changes=tuple(shown), versions=tuple(version for (version,) in versions))


def _parts(parts: str, field: str) -> str:
    return f"nullif(array_to_string(list_transform({parts}, lambda p: coalesce(p.{field}, '?')), '+'), '')"


def _compared(rows: list[tuple[Any, ...]], answers: list[dict[str, Any]]) -> list[Change]:
    found = []
    for row, answer in zip(rows, answers, strict=True):
        name, *hints, as_of, count, status, qid, label, probability = row
        parts = answer["parts"]
        now_qid = answer["qid"] or "+".join(part["qid"] or "?" for part in parts) or None
        now_label = answer["label"] or "+".join(part["label"] or "?" for part in parts) or None
        same = (status, qid) == (answer["status"], now_qid)
        if same and abs(probability - answer["probability"]) <= _SAME:
            continue
        found.append(
            Change(
                name=name,
                hints=" ".join(str(hint) for hint in hints if hint),
                as_of=as_of,
                rows=count,
                before=status,
                after=answer["status"],
                qid_before=qid,
                qid_after=now_qid,
                label_before=label,
                label_after=now_label,
                probability_before=probability,
                probability_after=answer["probability"],
            )
        )
    return found
