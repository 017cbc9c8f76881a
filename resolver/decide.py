"""Hits under one name -> shares of belief -> status. The only file that says `matched`.

Every entity that holds the name gets a weight:

    weight = how well the alias identifies (ALIAS_WEIGHT)  x  likelihood of the reading (1 for the key itself)
             x  2 ** (PROMINENCE * prior)                  x  what the hints say (HINT_WEIGHT)

The name may also mean something the gazetteer does not hold: that has the weight of UNKNOWN, by how well the
best alias identifies. Probability is a weight's part of the total, capped by RELIABLE, so that a name which
several entities share is never certain. Namesakes that lie one in the other (a city and its province) share
one belief; the reading order is country, city, subdivision. docs/decide.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from resolver.config import Config
from resolver.gazetteer import Gazetteer
from resolver.model import (
    Alias,
    Answer,
    Candidate,
    Entity,
    Evidence,
    Hints,
    Kind,
    Role,
    Status,
    Strength,
    entity_order,
)


class Channel(IntEnum):
    """How a hit was found."""

    EXACT = 0
    LATIN = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """An alias proposed for a mention.

    Attributes:
        alias: Alias number.
        channel: How it was found.
        likelihood: How likely the mention is, were this alias meant; 1 for an equal key.
        evidence: What the channel observed.
    """

    alias: int
    channel: Channel = Channel.EXACT
    likelihood: float = 1.0
    evidence: tuple[Evidence, ...] = ()


ALIAS_WEIGHT = {
    Role.LABEL: 1.0,
    Role.OFFICIAL: 1.0,
    Role.ENDONYM: 1.0,
    Role.SHORT: 0.8,
    Role.ALIAS: 0.6,
    Role.ACRONYM: 0.6,
    Role.CODE: 0.5,
    Role.HISTORICAL: 0.5,
    Role.NICKNAME: 0.3,
    Role.DESCRIPTOR: 0.5,
    Role.TITLE: 0.3,
    Role.DEMONYM: 0.25,
    Role.METONYM: 0.2,
    Role.SURNAME: 0.15,
}
"""How well an alias identifies its entity, by role."""

WEAK_WEIGHT = 0.4
LATIN_WEIGHT = 0.35
PROMINENCE = 12.0
UNKNOWN = {Strength.STRONG: 0.02, Strength.WEAK: 0.6}
RELIABLE = {Strength.STRONG: 0.985, Strength.WEAK: 0.93}
HINT_WEIGHT = {
    "outside_validity": 0.04,
    "alias_outside_validity": 0.35,
    "other_country": 0.03,
    "country_unknown": 0.3,
    "other_language": 0.5,
    "ended": 0.4,
}
NAMESAKE_SHARE = 0.8
_NESTING = {Kind.COUNTRY: 0, Kind.TERRITORY: 1, Kind.CITY: 2, Kind.SUBDIVISION: 3, Kind.REGION: 4}


@dataclass(slots=True)
class _Contender:
    number: int
    entity: Entity
    alias: Alias
    weight: float
    evidence: list[Evidence]
    probability: float = 0.0


def decide(gazetteer: Gazetteer, query: str, hits: Iterable[Hit], hints: Hints, config: Config) -> Answer:
    """Weigh the hits of one mention and settle its status.

    Args:
        gazetteer: Where the hits' numbers point.
        query: The mention as given; its capitals decide whether codes and acronyms count.
        hits: Proposals of every channel, in any order.
        hints: What the caller knows.
        config: Thresholds.

    Returns:
        matched, ambiguous or unmatched, with at most `config.top` candidates in total order.
    """
    contenders = _contenders(gazetteer, query, hits, hints)
    if contenders:
        _share(gazetteer, contenders)
    contenders.sort(key=lambda c: (-c.probability, -c.entity.prior, entity_order(c.entity.qid)))
    candidates = tuple(
        Candidate(
            entity=c.entity,
            alias=c.alias,
            score=round(min(1.0, c.weight / 2 ** (PROMINENCE * c.entity.prior)), 6),
            probability=round(c.probability, 6),
            evidence=tuple(c.evidence),
        )
        for c in contenders[: config.top]
    )
    status, margin, reason = _status(contenders, config)
    return Answer(
        status=status,
        candidates=candidates,
        margin=margin,
        evidence=(*(candidates[0].evidence if candidates else ()), *reason),
        as_of=hints.as_of,
        gazetteer_version=gazetteer.version,
        config_hash=config.hash,
    )


def cased_form(text: str) -> str:
    """What has to be equal, capitals included, for a code or an acronym to count.

    >>> cased_form("U.S.") == cased_form("US"), cased_form("us") == cased_form("US")
    (True, False)
    """
    return "".join(c for c in text if c.isalnum() or c == "&")


def _contenders(gazetteer: Gazetteer, query: str, hits: Iterable[Hit], hints: Hints) -> list[_Contender]:
    best: dict[int, _Contender] = {}
    for hit in hits:
        number = gazetteer.alias_entity[hit.alias]
        entity = gazetteer.entity_at(number)
        if (hints.kinds and entity.kind not in hints.kinds) or entity.kind in hints.exclude_kinds:
            continue
        alias = gazetteer.alias(hit.alias, hints.langs)
        if alias.cased and hit.channel is Channel.EXACT and cased_form(alias.text) != cased_form(query):
            continue
        weight, evidence = _weigh(entity, alias, hit, hints)
        held = best.get(number)
        if held is None or (weight, held.alias.text) > (held.weight, alias.text):
            best[number] = _Contender(number, entity, alias, weight, evidence)
    return list(best.values())


def _weigh(entity: Entity, alias: Alias, hit: Hit, hints: Hints) -> tuple[float, list[Evidence]]:
    weight = ALIAS_WEIGHT[alias.role] * hit.likelihood * 2 ** (PROMINENCE * entity.prior)
    spelled = f"{alias.text} ({alias.role}{', ' + alias.lang if alias.lang else ''}; {alias.source})"
    if hit.channel is Channel.EXACT:
        evidence = [Evidence("exact_key", hit.likelihood, spelled)]
    else:
        weight *= LATIN_WEIGHT
        evidence = [Evidence("latin_key", hit.likelihood, f"same in Latin letters: {spelled}")]
    evidence.extend(hit.evidence)
    if alias.strength is Strength.WEAK:
        weight *= WEAK_WEIGHT
        evidence.append(Evidence("weak_alias", 1.0, f"{alias.text} identifies only with context"))
    evidence.append(Evidence("prior", entity.prior, f"prominence of {entity.label}"))
    for name, detail in _hint_evidence(entity, alias, hints):
        weight *= HINT_WEIGHT[name]
        evidence.append(Evidence(name, 1.0, detail))
    return weight, evidence


def _hint_evidence(entity: Entity, alias: Alias, hints: Hints) -> Iterable[tuple[str, str]]:
    if day := hints.as_of:
        # People are named long after their death, states long after their end; before the start, never.
        if entity.valid_from and day < entity.valid_from:
            yield "outside_validity", f"{entity.label} begins on {entity.valid_from}"
        elif entity.valid_to and day > entity.valid_to and entity.kind is not Kind.PERSON:
            yield "outside_validity", f"{entity.label} ended on {entity.valid_to}"
        if not _within(day, alias.valid_from, alias.valid_to):
            yield (
                "alias_outside_validity",
                f"{alias.text}: {alias.valid_from or '…'} to {alias.valid_to or '…'}",
            )
    elif entity.valid_to and entity.kind is not Kind.PERSON:
        yield "ended", f"{entity.label} ended on {entity.valid_to}"
    if hints.countries and entity.qid not in hints.countries:
        if not entity.countries:
            yield "country_unknown", f"no country is known for {entity.label}"
        elif hints.countries.isdisjoint(entity.countries):
            yield "other_country", f"{entity.label} belongs to {', '.join(entity.countries)}"
    if hints.langs and alias.langs and hints.langs.isdisjoint(alias.langs) and "mul" not in alias.langs:
        yield "other_language", f"{alias.text} is listed under {alias.lang}"


def _within(day: date, start: date | None, end: date | None) -> bool:
    return not (start and day < start) and not (end and day > end)


def _share(gazetteer: Gazetteer, contenders: Sequence[_Contender]) -> None:
    """Turn weights into probabilities, namesakes that nest first among themselves."""
    strongest = min((c.alias.strength for c in contenders), key=lambda s: s is Strength.WEAK)
    total = sum(c.weight for c in contenders) + unknown_weight(strongest)
    for c in contenders:
        c.probability = RELIABLE[c.alias.strength] * c.weight / total
    if len(contenders) == 1:
        return
    shared = Evidence("shared_name", 1 / len(contenders), f"{len(contenders)} entities have this name")
    for c in contenders:
        c.evidence.append(shared)
    for group in _nested(gazetteer, contenders):
        first, *others = group
        belief = sum(c.probability for c in group)
        first.probability = max(first.probability, NAMESAKE_SHARE * belief)
        rest = sum(c.probability for c in others)
        for c in others:
            c.probability *= (belief - first.probability) / rest if rest else 0.0
            c.evidence.append(
                Evidence("namesake", 0.0, f"shares its name with {first.entity.label}, read first")
            )
        names = ", ".join(f"{c.entity.kind} {c.entity.label}" for c in others)
        first.evidence.append(Evidence("namesake", 1.0, f"{first.entity.kind} before {names}"))


def unknown_weight(strength: Strength) -> float:
    """Weight of "something the gazetteer does not hold" beside an alias of this strength."""
    return UNKNOWN[strength] * 2 ** (PROMINENCE * UNKNOWN_PRIOR)


UNKNOWN_PRIOR = 0.3


def _nested(gazetteer: Gazetteer, contenders: Sequence[_Contender]) -> list[list[_Contender]]:
    """Groups of places of one name where each lies in the next, in reading order."""
    places = sorted(
        (c for c in contenders if c.entity.kind in _NESTING and c.alias.role is not Role.DEMONYM),
        key=lambda c: (_NESTING[c.entity.kind], -c.weight, entity_order(c.entity.qid)),
    )
    groups: list[list[_Contender]] = []
    for place in places:
        for group in groups:
            if any(_contains(gazetteer, held, place) for held in group):
                group.append(place)
                break
        else:
            groups.append([place])
    return [group for group in groups if len(group) > 1]


def _contains(gazetteer: Gazetteer, a: _Contender, b: _Contender) -> bool:
    if Kind.COUNTRY in (a.entity.kind, b.entity.kind):
        return a.entity.qid in b.entity.countries or b.entity.qid in a.entity.countries
    return gazetteer.entity_within[a.number] == b.number or gazetteer.entity_within[b.number] == a.number


def _status(contenders: Sequence[_Contender], config: Config) -> tuple[Status, float, tuple[Evidence, ...]]:
    if not contenders:
        return Status.UNMATCHED, 0.0, ()
    first = contenders[0].probability
    second = contenders[1].probability if len(contenders) > 1 else 0.0
    margin = round(first - second, 6)
    if first >= config.match_probability and margin >= config.match_margin:
        return Status.MATCHED, margin, ()
    if first + second >= config.match_probability and second > 0:
        rivals = " or ".join(f"{c.entity.label} ({c.entity.qid})" for c in contenders[:2])
        return Status.AMBIGUOUS, margin, (Evidence("tie", margin, f"{rivals}: give a kind, country or date"),)
    reason = Evidence("uncertain", first, f"below the threshold {config.match_probability:g}")
    return Status.UNMATCHED, margin, (reason,)
