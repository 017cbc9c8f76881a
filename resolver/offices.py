"""Who held which office when: terms as a gazetteer keeps them, and the holders on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

_HANDOVER = 45  # days by which two terms may overlap and yet follow one another


class Term(NamedTuple):
    """One person's time in an office.

    Attributes:
        office, owner: Such as `foreign_minister`, and the id of the country or body.
        holder: The person's id.
        start: First day.
        end: Last day; None while nothing says that it ended.
        known_until: Last day on which an open end is known to be one; None where a person keeps it up to date.
    """

    office: str
    owner: str
    holder: str
    start: date
    end: date | None
    known_until: date | None


def read_terms(rows: Iterable[Sequence[str | None]]) -> dict[tuple[str, str], tuple[Term, ...]]:
    """Terms by office and owner, from rows of their fields as text; the order of the rows is kept."""
    found: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for office, owner, holder, *days in rows:
        start, end, known_until = (date.fromisoformat(day) if day else None for day in days)
        if office and owner and holder and start:
            found[office, owner].append(Term(office, owner, holder, start, end, known_until))
    return {key: tuple(terms) for key, terms in found.items()}


def holders(terms: Sequence[Term], day: date) -> tuple[Term, ...]:
    """The terms that a day lies in, the latest first, one a person; of two that hand over on it the later.

    >>> terms = [Term("president", "Q30", qid, date(year, 1, 20), date(year + 4, 1, 20), None)
    ...          for qid, year in (("Q22686", 2017), ("Q6279", 2021))]
    >>> [term.holder for term in holders(terms, date(2021, 1, 20))], holders(terms, date(1999, 1, 1))
    (['Q6279'], ())
    """
    covering = [term for term in terms if term.start <= day and (term.end is None or day <= term.end)]
    covering.sort(key=lambda term: (term.start, term.holder), reverse=True)
    if len(covering) > 1:
        latest = covering[0].start
        covering = [t for t in covering if t.start == latest or t.end is None or (t.end - latest).days > _HANDOVER]
    return tuple({term.holder: term for term in reversed(covering)}.values())[::-1]
