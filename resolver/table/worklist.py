"""What did not resolve, most frequent first, with the best guesses: where a person's time is best spent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date

from resolver.errors import InputError
from resolver.model import Status
from resolver.table.open import open_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A candidate that was not sure enough."""

    qid: str
    label: str
    kind: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A name without an answer.

    Attributes:
        name: The name, with its hints as the table has them.
        hints: What was known beside it, such as `{"kind": "city"}`.
        first_as_of, last_as_of: The days between which it was used.
        rows: In how many rows it stands.
        status: unmatched or ambiguous.
        guesses: Candidates, best first.
    """

    name: str
    hints: dict[str, str]
    first_as_of: date | None
    last_as_of: date | None
    rows: int
    status: Status
    guesses: tuple[Guess, ...]


def worklist(
    path: str | os.PathLike[str], *, status: str | None = None, table: str | None = None, limit: int | None = None
) -> list[Open]:
    """Names of a database of answers that have none, most frequent first.

    Args:
        path: A database that `resolve_table` has written.
        status: Only `unmatched` or only `ambiguous` ones.
        table: Only those of one input table.
        limit: At most so many.

    Raises:
        InputError: the database is missing or holds no answers, or the status is another.
    """
    if status not in (None, Status.UNMATCHED, Status.AMBIGUOUS):
        raise InputError(f"status {status!r} is not on a worklist; it is unmatched or ambiguous")
    with open_answers(path) as con:
        if table is not None:
            held = [t for (t,) in con.execute("SELECT DISTINCT table_name FROM resolution_use ORDER BY 1").fetchall()]
            if table not in held:
                raise InputError(f"{path} has no answers for a table {table!r}; it has: {', '.join(held) or 'none'}")
        found = con.execute(
            f"""
            SELECT name, hint_kind, hint_exclude_kind, hint_country, hint_lang, first_as_of, last_as_of, rows, status,
                   candidates
            FROM resolution_worklist
            WHERE ($1 IS NULL OR status = $1)
              AND ($2 IS NULL OR name IN (SELECT name FROM resolution_use WHERE table_name = $2))
            ORDER BY rows DESC, name, hint_kind, hint_exclude_kind, hint_country, hint_lang
            {"" if limit is None else f"LIMIT {int(limit)}"}
            """,
            [status, table],
        ).fetchall()
    names = ("kind", "exclude_kind", "country", "lang")
    return [
        Open(
            name=name,
            hints={hint: text for hint, text in zip(names, hints, strict=True) if text},
            first_as_of=first,
            last_as_of=last,
            rows=rows,
            status=Status(found_status),
            guesses=tuple(
                Guess(qid=c["qid"], label=c["label"], kind=c["kind"], probability=c["probability"]) for c in candidates
            ),
        )
        for name, *hints, first, last, rows, found_status, candidates in found
    ]
