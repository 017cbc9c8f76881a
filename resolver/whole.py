"""A part asked for as a country -> the country that it is part of: "Northern Ireland" in a column of countries.

Only what the gazetteer holds to be a constituent part (`part_of`) stands for its country: a province, a city or a
region asked for as a country stays unmatched, as New Jersey, Mexico City and West Papua do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resolver.decide import COUNTRIES
from resolver.model import Answer, Candidate, Evidence, Hints, Kind, Status
from resolver.namesakes import OWN_NAMES

if TYPE_CHECKING:
    from datetime import date

    from resolver.config import Config
    from resolver.gazetteer import Gazetteer

PART_SHARE = 0.8
"""What is left of a probability once a part stands for the whole: who lists a part may mean it alone."""
_AREAS = COUNTRIES | {Kind.SUBDIVISION, Kind.REGION}
FORMER_PRIOR = 0.6
"""A country less prominent than this is a former state, and may bear the name of a part of today's: "Scotland"."""


def asks_for_countries(hints: Hints) -> bool:
    """Whether countries are asked for, and nothing else but territories."""
    return Kind.COUNTRY in hints.kinds and hints.kinds <= COUNTRIES and Kind.COUNTRY not in hints.exclude_kinds


def gives_way(answer: Answer, hints: Hints) -> bool:
    """Whether a part may be meant all the same: nothing was found, or a former state by a name not its own."""
    if answer.status is Status.UNMATCHED:
        return True
    best = answer.candidates[0]
    return not hints.as_of and best.entity.prior < FORMER_PRIOR and best.alias.role not in OWN_NAMES


def for_parts(hints: Hints) -> Hints:
    """The same hints for what may be a part of a country: who asks for one means no person and no town."""
    return replace(hints, kinds=_AREAS, exclude_kinds=frozenset(), countries=frozenset())


def without_kinds(hints: Hints) -> Hints:
    """The same hints, whatever the kind and the country."""
    return replace(hints, kinds=frozenset(), exclude_kinds=frozenset(), countries=frozenset())


def whole_of(gazetteer: Gazetteer, part: Answer, hints: Hints, config: Config) -> Answer | None:
    """The country that the entity of an answer is part of; None where there is none, or more than one.

    Args:
        gazetteer: Where the relations stand.
        part: The answer for the same name under `for_parts`.
        hints: What the caller asked for.
        config: Thresholds.
    """
    if part.status is not Status.MATCHED:
        return None
    found = part.candidates[0]
    wholes = [
        link.object
        for link in gazetteer.relations
        if link.subject == found.entity.qid
        and link.relation == "part_of"
        and _holds(hints.as_of, link.valid_from, link.valid_to)
    ]
    if len(wholes) != 1 or wholes[0] in hints.never or (hints.countries and wholes[0] not in hints.countries):
        return None
    whole = gazetteer.entity_at(gazetteer.entity_number(wholes[0]))
    if whole.kind is not Kind.COUNTRY:
        return None
    probability = round(PART_SHARE * found.probability, 6)
    detail = f"{found.entity.label} ({found.entity.kind}, {found.entity.qid}) is part of {whole.label}"
    evidence = (*found.evidence, Evidence("part_of", PART_SHARE, detail))
    score = round(PART_SHARE * found.score, 6)
    candidate = Candidate(entity=whole, alias=found.alias, score=score, probability=probability, evidence=evidence)
    matched = probability >= config.match_probability
    return replace(
        part,
        status=Status.MATCHED if matched else Status.UNMATCHED,
        candidates=(candidate,),
        margin=probability,
        evidence=evidence,
    )


def _holds(day: date | None, first: date | None, last: date | None) -> bool:
    return day is None or ((first is None or first <= day) and (last is None or day <= last))
