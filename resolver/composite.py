"""Names that are more than one name: composites, descriptors, offices ("YPG/PKK", "PKK's Syrian wing", "US President").

A string is a composite only if it is no name itself and every part is one on its own. A descriptor resolves
through a relation to the entity itself, an office to the person who held it on the day that is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resolver.decide import COUNTRIES
from resolver.mention import Mention
from resolver.model import Alias, Answer, Candidate, Entity, Evidence, Hints, Kind, Resolution, Status
from resolver.normalize import exact_key
from resolver.offices import Term, holders

if TYPE_CHECKING:
    from resolver.config import Config
    from resolver.road import Road

DESCRIBED = 0.9
"""Share of the anchor's probability that passes to the entity a descriptor leads to."""
AFFILIATED = "affiliated_with"
"""A tie that its parties call by different names; a descriptor that says more than `branch` may mean it."""
UNDATED = 0.5
"""Share of the last known holder of an office where no day is given; each before has half of the next one's."""
_SORTS = {
    "armed": (Kind.ARMED_GROUP, Kind.MILITARY),
    "military": (Kind.ARMED_GROUP, Kind.MILITARY),
    "paramilitary": (Kind.ARMED_GROUP, Kind.MILITARY),
    "political": (Kind.POLITICAL_PARTY,),
}
"""Kinds that a word before `wing` speaks for."""
_OWNERS = (
    COUNTRIES,
    frozenset({Kind.ORGANIZATION, Kind.GOVERNMENT_BODY, Kind.POLITICAL_PARTY, Kind.ARMED_GROUP}),
)
"""Whose office it may be: a country before anybody else."""


def joined(road: Road, mention: Mention, hints: Hints, config: Config) -> Answer | None:
    """The answer for several names in one string, None where a part is no name of its own."""
    texts = mention.parts()
    if len(texts) < 2:
        return None
    hints = replace(hints, never=frozenset())  # what the whole string is not, a part may be
    parts = _coherent(road, [Resolution(text, road.answer_name(text, hints, config)) for text in texts])
    if any(part.status is not Status.MATCHED for part in parts):
        return None
    found = {part.qid for part in parts}
    if len(found) == 1:
        # "Turkey/Türkiye": two names of one entity are not two entities.
        first = parts[0].answer
        note = Evidence("alternative_names", 1.0, " = ".join(texts))
        return replace(first, evidence=(*first.evidence, note))
    links = [
        Evidence("relation", 1.0, f"{link.subject} {link.relation} {link.object}")
        for link in road.gazetteer.relations
        if link.subject in found and link.object in found
    ]
    return Answer(
        status=Status.COMPOSITE,
        evidence=(Evidence("composite", 1.0, f"{len(parts)} names"), *links),
        parts=parts,
        as_of=hints.as_of,
        gazetteer_version=road.gazetteer.version,
        config_hash=config.hash,
    )


def _coherent(road: Road, parts: list[Resolution]) -> tuple[Resolution, ...]:
    """The parts, an ambiguous one read as its only candidate that is related to a part already sure."""
    sure = {part.qid for part in parts} - {None}
    if not sure or not any(part.status is Status.AMBIGUOUS for part in parts):
        return tuple(parts)
    linked = {
        qid
        for link in road.gazetteer.relations
        for qid, other in ((link.subject, link.object), (link.object, link.subject))
        if other in sure
    }
    return tuple(_related(part, linked) if part.status is Status.AMBIGUOUS else part for part in parts)


def _related(part: Resolution, linked: set[str]) -> Resolution:
    related = [candidate for candidate in part.candidates if candidate.entity.qid in linked]
    if len(related) != 1:
        return part
    note = Evidence("coherence", 1.0, f"{related[0].entity.label} is related to the other names")
    others = tuple(candidate for candidate in part.candidates if candidate is not related[0])
    answer = replace(
        part.answer,
        status=Status.MATCHED,
        candidates=(related[0], *others),
        evidence=(*related[0].evidence, note),
    )
    return Resolution(part.query, answer)


def described(road: Road, mention: Mention, hints: Hints, config: Config) -> Answer | None:
    """The answer for a name by relation, None where it describes nothing we hold or more than one entity."""
    descriptor = mention.descriptor()
    if descriptor is None:
        return None
    anchor = Resolution(descriptor.anchor_text, road.answer_name(descriptor.anchor_text, Hints(), config)).best
    if anchor is None:
        return None
    ties = (descriptor.relation, AFFILIATED) if descriptor.modifier_text else (descriptor.relation,)
    subjects = [
        road.gazetteer.entity_at(road.gazetteer.entity_number(link.subject))
        for link in road.gazetteer.relations
        if link.relation in ties and link.object == anchor.entity.qid
    ]
    if descriptor.modifier_text:
        country = _country(road, descriptor.modifier_text, config)
        words = exact_key(descriptor.modifier_text)
        kinds = _SORTS.get(words, ())
        subjects = [
            s
            for s in subjects
            if country in s.countries or s.kind in kinds or words in exact_key(f"{s.label} {s.description}")
        ]
    subjects = [s for s in subjects if s.kind not in hints.exclude_kinds and (not hints.kinds or s.kind in hints.kinds)]
    subjects = [s for s in subjects if s.qid not in hints.never]
    if len(subjects) != 1:
        return None
    (subject,) = subjects
    probability = round(DESCRIBED * anchor.probability, 6)
    detail = f"{subject.label} is {descriptor.relation} {anchor.entity.label}"
    evidence = (Evidence("descriptor", DESCRIBED, detail), *anchor.evidence)
    label = label_of(road, subject)
    return Answer(
        status=Status.MATCHED if probability >= config.match_probability else Status.UNMATCHED,
        candidates=(
            Candidate(entity=subject, alias=label, score=DESCRIBED, probability=probability, evidence=evidence),
        ),
        margin=probability,
        evidence=evidence,
        as_of=hints.as_of,
        gazetteer_version=road.gazetteer.version,
        config_hash=config.hash,
    )


def in_office(road: Road, mention: Mention, hints: Hints, config: Config) -> Answer | None:
    """The answer for a person named by an office, None where no office of an owner that we hold is named.

    On a day it is whoever held the office then. Without one it is ambiguous between all who did, the last first.
    """
    phrase = mention.office()
    if phrase is None or (hints.kinds and Kind.PERSON not in hints.kinds) or Kind.PERSON in hints.exclude_kinds:
        return None
    for kinds in _OWNERS:
        owner = Resolution(phrase.owner, road.answer_name(phrase.owner, Hints(kinds=kinds), config)).best
        if owner:
            break
    else:
        return None
    offices = road.gazetteer.offices
    office = next((name for name in phrase.offices if (name, owner.entity.qid) in offices), phrase.offices[0])
    terms = offices.get((office, owner.entity.qid), ())
    title = f"{office.replace('_', ' ')} of {owner.entity.label}"
    held = [term for term in terms if road.gazetteer.entity_number(term.holder) >= 0 and term.holder not in hints.never]
    if hints.as_of:
        found = [(term, 1.0) for term in holders(held, hints.as_of)]
    else:
        last = {term.holder: term for term in sorted(held, key=lambda term: (term.start, term.holder))}
        latest = sorted(last.values(), key=lambda term: (term.start, term.holder), reverse=True)
        found = [(term, UNDATED ** (place + 1)) for place, term in enumerate(latest)]
    share = DESCRIBED * owner.probability / (len(found) if hints.as_of and found else 1)
    candidates = tuple(
        _holder(road, term, title, round(share * part * _certainty(term, hints), 6), owner.evidence)
        for term, part in found
    )
    first = candidates[0].probability if candidates else 0.0
    margin = round(first - (candidates[1].probability if len(candidates) > 1 else 0.0), 6)
    if first >= config.match_probability and margin >= config.match_margin:
        status = Status.MATCHED
    elif len(candidates) > 1:
        status = Status.AMBIGUOUS
    else:
        status = Status.UNMATCHED
    when = f" on {hints.as_of}" if hints.as_of else "; a day (as_of) decides"
    reason = Evidence("office", float(len(candidates)), f"{len(candidates)} on record as {title}{when}")
    return Answer(
        status=status,
        candidates=candidates[: config.top],
        margin=margin,
        evidence=(*(candidates[0].evidence if candidates else ()), reason),
        as_of=hints.as_of,
        gazetteer_version=road.gazetteer.version,
        config_hash=config.hash,
    )


def _certainty(term: Term, hints: Hints) -> float:
    """What is left of a term that was open when its source was made, on a day after that."""
    late = term.known_until and hints.as_of and hints.as_of > term.known_until
    return UNDATED if late else 1.0


def _holder(road: Road, term: Term, title: str, probability: float, about_owner: tuple[Evidence, ...]) -> Candidate:
    entity = road.gazetteer.entity_at(road.gazetteer.entity_number(term.holder))
    until = f"to {term.end}" if term.end else f"open when last known, {term.known_until}" if term.known_until else "on"
    detail = f"{entity.label} was {title} from {term.start} {until}"
    evidence = (Evidence("office_held", DESCRIBED, detail), *about_owner)
    return Candidate(
        entity=entity, alias=label_of(road, entity), score=DESCRIBED, probability=probability, evidence=evidence
    )


def label_of(road: Road, entity: Entity) -> Alias:
    """The alias that is an entity's label, to stand for a name that is none of its own."""
    gazetteer = road.gazetteer
    names = list(map(gazetteer.alias, gazetteer.alias_numbers(gazetteer.entity_number(entity.qid))))
    return next((name for name in names if name.text == entity.label), names[0])


def _country(road: Road, text: str, config: Config) -> str | None:
    """The country that a word such as `Syria` or `Syrian` names."""
    countries = Hints(kinds=frozenset({Kind.COUNTRY}))
    return Resolution(text, road.answer_name(text, countries, config)).qid
