"""What a person should look at again: decisions about merged or unknown ids, and those that lost their point."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.model import is_entity_id
from resolver.overrides.apply import Rulings, known_redirects
from resolver.overrides.collection import Overrides
from resolver.overrides.row import Decision, Override
from resolver.overrides.store import change_overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from resolver.engine import Resolver


class Problem(StrEnum):
    """What can be the matter with a decision that is well formed."""

    MERGED = "merged"
    NOT_HELD = "not held"
    UNSIGNED = "unsigned"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark about one decision.

    Attributes:
        row: The decision.
        problem: What it is about; `needless` is only a hint, everything else wants a look.
        words: The same in words, with what to do.
    """

    row: Override
    problem: Problem
    words: str

    def __str__(self) -> str:
        return f"{self.row.shown_name()}: {self.words}"


def check_overrides(
    overrides: Overrides, resolver: Resolver, redirects: Mapping[str, str] | None = None
) -> list[Finding]:
    """Look at every decision beside a gazetteer; contradictions and bad cells were found when it was read.

    Args:
        overrides: The decisions.
        resolver: What they are to be applied to; its own decisions don't matter.
        redirects: Ids that were merged away; None means those the package knows.

    Returns:
        Remarks in the order of the decisions; empty where all is well.

    Raises:
        InputError: a decision is limited to a country that the gazetteer doesn't know.
    """
    rulings = Rulings(resolver.gazetteer, overrides, known_redirects() if redirects is None else redirects)
    if resolver.rulings:
        resolver = type(resolver)(resolver.gazetteer, resolver.database, resolver.config)
    return [finding for row in overrides for finding in _findings(row, rulings, resolver)]


def _findings(row: Override, rulings: Rulings, resolver: Resolver) -> Iterator[Finding]:
    qid = rulings.redirected.get(row.qid, row.qid)
    if qid != row.qid:
        words = f"{row.qid} has become {qid}, which is answered; `override check --follow` records that"
        yield Finding(row=row, problem=Problem.MERGED, words=words)
    if qid and resolver.gazetteer.entity_number(qid) < 0:
        words = f"{qid} is not in gazetteer {resolver.gazetteer.version}; it is answered without a label of its own"
        yield Finding(row=row, problem=Problem.NOT_HELD, words=words)
    if not row.who or not row.why:
        missing = " and ".join(word for word in ("who", "why") if not getattr(row, word))
        yield Finding(row=row, problem=Problem.UNSIGNED, words=f"{row.verdict()} without {missing}; add it in the file")
    if row.name and _needless(row, qid, resolver):
        words = f"{row.verdict()} is the answer without the decision too; it may go"
        yield Finding(row=row, problem=Problem.NEEDLESS, words=words)


def _needless(row: Override, qid: str, resolver: Resolver) -> bool:
    found = resolver.resolve(row.name, kind=row.kind, country=row.country or None, as_of=row.valid_from or row.valid_to)
    if row.decision is Decision.ENTITY:
        return found.qid == qid
    if row.decision is Decision.NONE:
        return not found.candidates and not found.parts
    return all(candidate.entity.qid != qid for candidate in found.candidates)


def known_country(text: str | None, resolver: Resolver) -> str | None:
    """A country as a decision writes it: an ISO code or an id as given, the id of one given by name.

    Args:
        text: What a person typed; None where nothing.
        resolver: Knows the codes and names.

    Raises:
        InputError: no country of the gazetteer.

    >>> from resolver import Resolver
    >>> known_country("tr", Resolver.open()), known_country("Türkiye", Resolver.open())
    ('TR', 'Q43')
    """
    if not text or is_entity_id(text):
        return text or None
    if text.lower() in resolver.gazetteer.country_codes:
        return text.upper()
    if qid := resolver.resolve(text, kind=("country", "territory")).qid:
        return qid
    raise InputError(f"unknown country {text!r}; give an ISO code (TR, TUR), a QID (Q43) or a name (Türkiye)")


def follow_overrides(
    path: str | os.PathLike[str], resolver: Resolver, redirects: Mapping[str, str] | None = None
) -> int:
    """Replace merged ids in a file by what they became; author, day and reason stay.

    Args:
        path: The file.
        resolver: Says which ids are held.
        redirects: Ids that were merged away; None means those the package knows.

    Returns:
        How many decisions were changed.

    Raises:
        OverrideConflict: two decisions contradict each other once their ids are followed; nothing was changed.
    """
    redirects = known_redirects() if redirects is None else redirects
    moved = 0

    def change(held: Overrides) -> Overrides:
        nonlocal moved
        now = Rulings(resolver.gazetteer, held, redirects).redirected
        moved = sum(row.qid in now for row in held)
        return Overrides((replace(row, qid=now.get(row.qid, row.qid)) for row in held), source=held.source)

    change_overrides(path, change)
    return moved
