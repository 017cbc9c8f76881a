"""What is known beside a name, and what a candidate gains by it: the entities of a text, or those a caller names.

A candidate gains if the same text surely means it, or an entity related to it, or entities of its country; if the
place it lies in stands right beside it, more than by all that. Every gain is returned with its evidence.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from resolver.model import Evidence, Kind

if TYPE_CHECKING:
    from resolver.gazetteer import Gazetteer

COUNTRY_GAIN, RELATED_GAIN, NAMED_GAIN, BESIDE_GAIN = 8.0, 6.0, 30.0, 60.0
"""How much the odds of a candidate grow if all sure mentions belong to its country, if it is related to one of them,
if one of them is itself by a longer name, if the place it lies in stands right beside it."""

_COUNTRIES = frozenset((Kind.COUNTRY, Kind.TERRITORY))
_PLACES = _COUNTRIES | {Kind.SUBDIVISION, Kind.CITY, Kind.REGION}


class Context:
    """Entities that are sure, and what they speak for."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.named: set[int] = set()
        self.countries: Counter[str] = Counter()
        self.total = 0
        self._related: dict[str, str] | None = None

    def add(self, entity: int, *, full: bool = True) -> None:
        """Take an entity, by number, as sure; `full` if it was named by more than one word."""
        if full:
            self.named.add(entity)
        found = self.gazetteer.entity_at(entity)
        own = (found.qid,) if found.kind in _COUNTRIES else found.countries[:2]
        for country in own:
            self.countries[country] += 1
        self.total += bool(own)

    def gain(self, entity: int, beside: int = -1) -> tuple[float, list[Evidence]]:
        """By how much the odds of a candidate grow, and why.

        Args:
            entity: The candidate, by number.
            beside: A place that stands right beside the name; -1 for none.
        """
        gain, notes = 1.0, []
        found = self.gazetteer.entity_at(entity)
        own = (found.qid, *found.countries) if found.kind in _PLACES else found.countries
        times = max((self.countries[country] for country in own), default=0)
        if times:
            part = times / self.total
            gain += COUNTRY_GAIN * part
            notes.append(
                Evidence("coherence", round(part, 4), f"{times} of {self.total} sure mentions share its country")
            )
        if entity in self.named:
            gain += NAMED_GAIN
            notes.append(Evidence("named_in_full", 1.0, f"{found.label} is named in full in this text"))
        if beside >= 0 and beside != entity and self.lies_in(entity, beside):
            gain += BESIDE_GAIN
            notes.append(Evidence("beside", 1.0, f"stands beside {self.gazetteer.entity_at(beside).label}"))
        return gain, notes

    def lies_in(self, inner: int, outer: int) -> bool:
        """Whether one place, by number, lies in another."""
        gazetteer = self.gazetteer
        return gazetteer.are_kin(inner, outer) or gazetteer.qid(outer) in gazetteer.entity_at(inner).countries
