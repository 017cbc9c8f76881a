"""Bodies of a country named by the country: "Military Forces of Mali (2021-)", "the Kenyan police".

The answer is the government, the armed forces or the police that we hold. Where we hold none, it is not the country:
the country is listed, and matched only where the caller asks for countries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resolver.composite import DESCRIBED, label_of
from resolver.model import Answer, Candidate, Evidence, Hints, Kind, Resolution, Role, Status

if TYPE_CHECKING:
    from resolver.config import Config
    from resolver.mention import Mention
    from resolver.road import Road

NOT_HELD = 0.2
"""Share that stays with a country whose body is named and not held."""
_COUNTRY = Hints(kinds=frozenset({Kind.COUNTRY}))


def bodied(road: Road, mention: Mention, hints: Hints, config: Config) -> Answer | None:
    """The answer for a body of a country, None where the string is no such phrase or names no country that we hold."""
    body = mention.body()
    if body is None:
        return None
    anchor = Resolution(body.country_text, road.answer_name(body.country_text, _COUNTRY, config)).best
    if anchor is None or (body.adjective and anchor.alias.role is not Role.DEMONYM):
        return None
    country = anchor.entity
    if hints.countries and country.qid not in hints.countries:
        return None
    held = [
        road.gazetteer.entity_at(road.gazetteer.entity_number(link.subject))
        for link in road.gazetteer.relations
        if link.relation == body.relation and link.object == country.qid
    ]
    asked = [e for e in held if e.kind not in hints.exclude_kinds and (not hints.kinds or e.kind in hints.kinds)]
    asked = [e for e in asked if e.qid not in hints.never]
    if len(asked) == 1:
        (entity,) = asked
        note = Evidence("body", DESCRIBED, f"{entity.label} is {body.relation} {country.label}")
        found = replace(anchor, entity=entity, alias=label_of(road, entity))
        return _answer(road, found, note, hints, config)
    wanted = country.kind in hints.kinds
    if (hints.kinds and not wanted) or country.kind in hints.exclude_kinds or country.qid in hints.never:
        return None
    share = DESCRIBED if wanted else NOT_HELD
    note = Evidence("body", share, f"a body of {country.label}, which is not the country itself")
    return _answer(road, anchor, note, hints, config)


def _answer(road: Road, found: Candidate, note: Evidence, hints: Hints, config: Config) -> Answer:
    """The only candidate, with the share of the country's probability that `note` leaves."""
    probability = round(note.value * found.probability, 6)
    candidate = replace(found, score=note.value, probability=probability, evidence=(note, *found.evidence))
    return Answer(
        status=Status.MATCHED if probability >= config.match_probability else Status.UNMATCHED,
        candidates=(candidate,),
        margin=probability,
        evidence=candidate.evidence,
        as_of=hints.as_of,
        gazetteer_version=road.gazetteer.version,
        config_hash=config.hash,
    )
