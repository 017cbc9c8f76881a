"""What stands with a name and says where it lies: "Cambridge, MA", "Paris (France)", "Jackson, Tennessee"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from resolver.config import Config
from resolver.decide import COUNTRIES, decide
from resolver.hits import key_hits
from resolver.lexicon import table
from resolver.model import Hints, Kind, Status
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.gazetteer import Gazetteer
    from resolver.hits import Hit
    from resolver.model import Entity

_PLACES = Hints(kinds=frozenset({Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.REGION}))
_MEANT = 0.05
"""Least belief of a place that an ambiguous qualifier may mean: "Florida" is a state and a department of Uruguay."""


def places(gazetteer: Gazetteer, qualifier: str) -> list[Entity]:
    """The countries, regions and subdivisions that a qualifier may name; empty where it names none.

    Two or three capitals are also read as the postal code of a state or province: "AL" is Alabama and Albania.
    """
    found: dict[str, Entity] = {}
    for name in (qualifier, _postal().get(qualifier.strip(), "")) if qualifier else ():
        best = decide(gazetteer, name, key_hits(gazetteer, exact_key(name)), _PLACES, Config())
        if best.status is Status.MATCHED:
            found.setdefault(best.candidates[0].entity.qid, best.candidates[0].entity)
        elif best.status is Status.AMBIGUOUS:
            found.update((c.entity.qid, c.entity) for c in best.candidates if c.probability >= _MEANT)
    return list(found.values())


def countries(gazetteer: Gazetteer, qualifier: str) -> frozenset[str]:
    """The countries that a qualifier such as `France`, `Illinois` or `IL` names or lies in; empty where none."""
    return frozenset(
        qid
        for place in places(gazetteer, qualifier)
        for qid in ((place.qid,) if place.kind in COUNTRIES else place.countries)
    )


def inside(gazetteer: Gazetteer, hits: tuple[Hit, ...], qualifier: str) -> tuple[Hit, ...]:
    """The hits that lie in the state or province a qualifier names; all of them where none is known to."""
    lying = [f" in {place.label}," for place in places(gazetteer, qualifier) if place.kind not in COUNTRIES]
    if not lying or len(hits) < 2:
        return hits
    described = [gazetteer.entity_at(gazetteer.alias_entity[hit.alias]).description for hit in hits]
    kept = tuple(hit for hit, text in zip(hits, described, strict=True) if any(words in text for words in lying))
    return kept or hits


@cache
def _postal() -> dict[str, str]:
    return {row["code"]: row["place"] for row in table("postal")}
