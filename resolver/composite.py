"""Names that are more than one name: composites ("YPG/PKK") and descriptors ("PKK's Syrian wing").

A string is a composite only if it is no name itself and every part is one on its own. A descriptor resolves
through a relation to the entity itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resolver.mention import Mention
from resolver.model import Answer, Candidate, Evidence, Hints, Kind, Resolution, Status
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.config import Config
    from resolver.road import Road

DESCRIBED = 0.9
"""Share of the anchor's probability that passes to the entity a descriptor leads to."""


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
    subjects = [
        road.gazetteer.entity_at(road.gazetteer.entity_number(link.subject))
        for link in road.gazetteer.relations
        if link.relation == descriptor.relation and link.object == anchor.entity.qid
    ]
    if descriptor.modifier_text:
        country = _country(road, descriptor.modifier_text, config)
        words = exact_key(descriptor.modifier_text)
        subjects = [s for s in subjects if country in s.countries or words in exact_key(f"{s.label} {s.description}")]
    subjects = [s for s in subjects if s.kind not in hints.exclude_kinds and (not hints.kinds or s.kind in hints.kinds)]
    subjects = [s for s in subjects if s.qid not in hints.never]
    if len(subjects) != 1:
        return None
    (subject,) = subjects
    probability = round(DESCRIBED * anchor.probability, 6)
    detail = f"{subject.label} is {descriptor.relation} {anchor.entity.label}"
    evidence = (Evidence("descriptor", DESCRIBED, detail), *anchor.evidence)
    gazetteer = road.gazetteer
    names = list(map(gazetteer.alias, gazetteer.alias_numbers(gazetteer.entity_number(subject.qid))))
    label = next((name for name in names if name.text == subject.label), names[0])
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


def _country(road: Road, text: str, config: Config) -> str | None:
    """The country that a word such as `Syria` or `Syrian` names."""
    countries = Hints(kinds=frozenset({Kind.COUNTRY}))
    return Resolution(text, road.answer_name(text, countries, config)).qid
