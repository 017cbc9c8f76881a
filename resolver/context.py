"""What is known beside a name, and what a candidate gains by it: the entities of a text, or those a caller names.

A candidate gains if the same text surely means it by a longer name, if an entity related to it is sure, if sure
entities belong to its country; most if the place it lies in stands right beside it. Every gain comes with its evidence.

The policy of metonymy belongs here too: a capital's name may mean the government that sits there. Both readings stay
in the answer; the policy says which comes first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from resolver.decide import RELIABLE
from resolver.model import Answer, Candidate, Evidence, Kind, Role, Status, Strength, is_entity_id
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from resolver.config import Config
    from resolver.engine import Resolver
    from resolver.gazetteer import Gazetteer

COUNTRY_GAIN, RELATED_GAIN, NAMED_GAIN, BESIDE_GAIN = 8.0, 15.0, 30.0, 400.0
"""How much the odds of a candidate grow if all sure mentions belong to its country, if it is related to one of them,
if one of them is itself by a longer name, if the place it lies in stands right beside it."""
GIVEN = 3.0
"""How much more a country says that a caller names beside a name than one that a text names somewhere."""
SHOWN = 50
"""Candidates that are weighed anew."""

_COUNTRIES = frozenset((Kind.COUNTRY, Kind.TERRITORY))
_PLACES = _COUNTRIES | {Kind.SUBDIVISION, Kind.CITY, Kind.REGION}


@lru_cache(maxsize=8)
def relatives(gazetteer: Gazetteer) -> Mapping[str, dict[str, str]]:
    """Of each entity the entities it is related to, with the relation."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for link in gazetteer.relations:
        found[link.subject].setdefault(link.object, link.relation)
        found[link.object].setdefault(link.subject, link.relation)
    return dict(found)


class Context:
    """Entities that are sure, and what they speak for.

    Args:
        gazetteer: Where they are held.
        weight: How much their countries say.
    """

    def __init__(self, gazetteer: Gazetteer, weight: float = 1.0) -> None:
        self.gazetteer = gazetteer
        self.weight = weight
        self.named: set[int] = set()
        self.qids: dict[str, int] = {}
        self.countries: Counter[str] = Counter()
        self.total = 0
        self.outer: set[int] = set()
        self._relatives = relatives(gazetteer)
        self._known: dict[int, tuple[str, tuple[str, ...]]] = {}

    def add(self, entity: int, *, full: bool = True) -> None:
        """Take an entity, by number, as sure; `full` if it was named by more than one word."""
        if full:
            self.named.add(entity)
        found = self.gazetteer.entity_at(entity)
        self.qids[found.qid] = entity
        if found.kind in (Kind.SUBDIVISION, Kind.TERRITORY):
            self.outer.add(entity)
        own = (found.qid,) if found.kind in _COUNTRIES else found.countries[:2]
        for country in own:
            self.countries[country] += 1
        self.total += bool(own)

    def gain(self, entity: int, beside: int = -1, within: Collection[int] = (), rivals: Collection[int] = ()) -> float:
        """By how much the odds of a candidate grow.

        Args:
            entity: The candidate, by number.
            beside: A place that stands right beside the name; -1 for none.
            within: Candidates that bear the name together with that place's.
            rivals: All candidates; that a namesake is related to one of them says nothing.
        """
        qid, own = self._belongs(entity)
        gain, times = 1.0, self._times(own)
        if times:
            gain += COUNTRY_GAIN * self.weight * (times / self.total)
        if entity in self.named:
            gain += NAMED_GAIN
        elif self._relative(qid, rivals):
            gain += RELATED_GAIN
        if self._is_beside(entity, beside, within):
            gain += BESIDE_GAIN
        return gain

    def notes(
        self, entity: int, beside: int = -1, within: Collection[int] = (), rivals: Collection[int] = ()
    ) -> list[Evidence]:
        """Why the odds of a candidate grow; see `gain`."""
        qid, own = self._belongs(entity)
        notes: list[Evidence] = []
        if times := self._times(own):
            detail = f"{times} of {self.total} sure mentions share its country"
            notes.append(Evidence("coherence", round(times / self.total, 4), detail))
        if entity in self.named:
            label = self.gazetteer.entity_at(entity).label
            notes.append(Evidence("named_in_full", 1.0, f"{label} is named in full beside it"))
        elif related := self._relative(qid, rivals):
            notes.append(Evidence("related", 1.0, related))
        if self._is_beside(entity, beside, within):
            notes.append(Evidence("beside", 1.0, f"stands beside {self.gazetteer.entity_at(beside).label}"))
        return notes

    def _belongs(self, entity: int) -> tuple[str, tuple[str, ...]]:
        """Id of an entity, and the countries that speak for it."""
        if (known := self._known.get(entity)) is None:
            found = self.gazetteer.entity_at(entity)
            own = (found.qid, *found.countries) if found.kind in _PLACES else found.countries
            known = self._known[entity] = found.qid, own
        return known

    def _times(self, own: Iterable[str]) -> int:
        times = self.countries.get
        return max([times(country, 0) for country in own], default=0)

    def _is_beside(self, entity: int, beside: int, within: Collection[int]) -> bool:
        return beside >= 0 and beside != entity and (entity in within or self.lies_in(entity, beside))

    def named_within(self, name: str, outer: int) -> frozenset[int]:
        """Entities, by number, that bear a name together with that of the place around them: `Paris Texas`."""
        gazetteer = self.gazetteer
        key = gazetteer.key_number(exact_key(f"{name} {gazetteer.entity_at(outer).label}"))
        hits = gazetteer.hits(key) if key is not None else ()
        return frozenset(gazetteer.alias_entity[alias] for alias, _ in hits)

    def _relative(self, qid: str, rivals: Collection[int]) -> str:
        """The relation of an entity to a sure one, in words; empty without one. Countries relate to too much."""
        for other, relation in self._relatives.get(qid, {}).items():
            if (number := self.qids.get(other)) is not None and other != qid:
                entity = self.gazetteer.entity_at(number)
                if number not in rivals and entity.kind not in _COUNTRIES:
                    return f"{relation} {entity.label}"
        return ""

    def lies_in(self, inner: int, outer: int) -> bool:
        """Whether one place, by number, lies in another."""
        gazetteer = self.gazetteer
        if gazetteer.are_kin(inner, outer) or gazetteer.qid(outer) in gazetteer.entity_at(inner).countries:
            return True
        # Not every town has its county and state as relations; descriptions tell: "city in Texas, United States".
        return f" {gazetteer.entity_at(outer).label}," in f"{gazetteer.entity_at(inner).description},"


# -- what a caller knows


def read_context(resolver: Resolver, given: Iterable[str]) -> Context:
    """The entities that a caller names beside a name.

    Args:
        resolver: For names and texts.
        given: Ids, names, or running text; what means nothing sure says nothing.

    Raises:
        InputError: an id that is not held.
    """
    context = Context(resolver.gazetteer, GIVEN)
    number = resolver.gazetteer.entity_number
    known = resolver.with_config(resolver.config.replace(fuzzy=0))  # a guess at one name must not sway another
    for text in given:
        if is_entity_id(text):
            context.add(number(resolver.entity(text).qid))
        elif len(text) <= resolver.config.max_length and (qid := known.resolve(text).qid):
            context.add(number(qid))
        elif " " in text.strip():
            for mention in resolver.annotate(text):
                if qid := mention.resolution.qid:
                    context.add(number(qid), full=" " in mention.surface)
    return context


def in_context(name: str, answer: Answer, context: Context, config: Config) -> Answer:
    """An answer weighed anew by what is known beside the name.

    Args:
        name: The name itself.
        answer: With up to `SHOWN` candidates.
        context: What is known.
        config: Thresholds, and how many candidates to keep.
    """
    if not answer.candidates or not context.qids:
        return replace(answer, candidates=answer.candidates[: config.top])
    around = {place: context.named_within(name, place) for place in sorted(context.outer)}
    weighed = []
    for candidate in answer.candidates:
        number = context.gazetteer.entity_number(candidate.entity.qid)
        place = next((p for p, within in around.items() if number in within or context.lies_in(number, p)), -1)
        named = around.get(place, frozenset())
        notes = context.notes(number, place, named)
        weighed.append((candidate.probability * context.gain(number, place, named), candidate, notes))
    rest = max(0.0, 1.0 - sum(candidate.probability for candidate in answer.candidates))
    whole = sum(weight for weight, _, _ in weighed) + rest
    candidates = [
        replace(
            candidate,
            probability=round(min(weight / whole, RELIABLE[Strength.STRONG]), 6),
            evidence=(*candidate.evidence, *notes),
        )
        for weight, candidate, notes in weighed
    ]
    order = {candidate.entity.qid: place for place, candidate in enumerate(answer.candidates)}
    candidates.sort(key=lambda c: (-c.probability, order[c.entity.qid]))
    first = candidates[0].probability
    margin = round(first - (candidates[1].probability if len(candidates) > 1 else 0.0), 6)
    status = answer.status
    if first >= config.match_probability and margin >= config.match_margin:
        status = Status.MATCHED
    elif len(candidates) > 1 and sum(c.probability for c in candidates) >= config.match_probability:
        status = Status.AMBIGUOUS
    evidence = (
        *candidates[0].evidence,
        *(e for e in answer.evidence if e.name == "tie" and status is Status.AMBIGUOUS),
    )
    return replace(answer, status=status, candidates=tuple(candidates[: config.top]), margin=margin, evidence=evidence)


# -- metonymy


def is_metonym(candidate: Candidate) -> bool:
    """Whether a candidate is proposed as what sits in a place, not the place itself."""
    return candidate.alias.role is Role.METONYM


def by_metonymy(answer: Answer, config: Config) -> Answer:
    """An answer under the policy `metonymic`: the government before the city it sits in; both stay."""
    held = next((c for c in answer.candidates if is_metonym(c)), None)
    first = answer.candidates[0] if answer.candidates else None
    if held is None or first is None or held is first or answer.status is Status.COMPOSITE:
        return replace(answer, candidates=answer.candidates[: config.top])
    note = Evidence("metonymy", 1.0, f"{first.entity.label} stands for {held.entity.label}")
    best = replace(held, probability=first.probability, evidence=(*held.evidence, note))
    second = replace(first, probability=held.probability)
    others = tuple(c for c in answer.candidates if c not in (held, first))
    candidates = (best, second, *others)[: config.top]
    return replace(answer, candidates=candidates, evidence=(*best.evidence,))
