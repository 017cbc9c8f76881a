"""Several entities under one name: names that few languages use, and places that lie one in the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resolver.gazetteer import KINDS, ROLES, Gazetteer
from resolver.model import Hints, Kind, Role

if TYPE_CHECKING:
    from resolver.decide import Contender

WIDE = 5
"""A name listed in fewer languages, English not among them, makes no rival: Juba is "Cuba" in Turkish alone."""
NARROW_WEIGHT = 0.3
"""What such a name weighs beside one that is listed more widely: "Guiana" is Guyana in four."""
LISTED = (Role.LABEL, Role.SHORT, Role.ALIAS)
"""Roles of names that sources list under every language that uses them."""
OWN_NAMES = (Role.LABEL, Role.OFFICIAL, Role.ENDONYM, Role.SHORT)
NESTING = {Kind.COUNTRY: 0, Kind.TERRITORY: 1, Kind.CITY: 2, Kind.SUBDIVISION: 3, Kind.REGION: 4}
_DEMONYM, _ALIAS, _HISTORICAL, _LABEL = map(ROLES.index, (Role.DEMONYM, Role.ALIAS, Role.HISTORICAL, Role.LABEL))
_COUNTRY = KINDS.index(Kind.COUNTRY)


def breadth(langs: Sequence[str]) -> int:
    """How widely a name is used, by the languages that list it: English ones first, then those of every language.

    >>> breadth(("en", "tr")) > breadth(("mul",)) > breadth(("de", "fr", "it", "ru", "tr")) > breadth(("tr",))
    True
    """
    return len(langs) + 1000 * ("en" in langs) + 500 * (not langs or "mul" in langs)


def is_wide(langs: Sequence[str]) -> bool:
    """Whether a name is listed in English, in no language or in several: not as a few write it.

    >>> is_wide(("tr",)), is_wide(("en",)), is_wide(())
    (False, True, True)
    """
    return breadth(langs) >= WIDE


def weigh_narrow(gazetteer: Gazetteer, contenders: Sequence[Contender], hints: Hints) -> None:
    """Lower the weight of names that few languages use, where another entity bears the name in many."""
    langs = [gazetteer.alias(c.hit.alias).langs for c in contenders]
    roles = [ROLES[gazetteer.alias_role[c.hit.alias]] for c in contenders]
    owned = zip(langs, roles, contenders, strict=True)
    if not any(role in OWN_NAMES and not c.weak and is_wide(listed) for listed, role, c in owned):
        return
    for listed, role, contender in zip(langs, roles, contenders, strict=True):
        if role in LISTED and not is_wide(listed) and hints.langs.isdisjoint(listed):
            contender.weight *= NARROW_WEIGHT


def nested(gazetteer: Gazetteer, contenders: Sequence[Contender], *, dated: bool) -> list[list[Contender]]:
    """Groups of places of one name where each lies in another of them, in reading order."""
    former = not dated and any(_is_own_state(gazetteer, c) for c in contenders)
    order = {c.entity: rank for c in contenders if (rank := _nesting(gazetteer, c, former=former)) is not None}
    if len(order) < 2:
        return []

    def reading_order(place: Contender) -> tuple[bool, int, float, int]:
        # "Guangdong" is the province's own name, and only another name of its capital; "West Germany" is a state's
        # own name, and a former one of the state that followed it.
        role = gazetteer.alias_role[place.hit.alias]
        borrowed = (role == _ALIAS and order[place.entity] > 0) or (role == _HISTORICAL and former)
        return borrowed and not place.hit.resemblance, order[place.entity], -place.weight, place.entity

    places = sorted((c for c in contenders if c.entity in order), key=reading_order)
    groups: list[list[Contender]] = []
    for place in places:
        for group in groups:
            if any(_nest(gazetteer, held.entity, place.entity) for held in group):
                group.append(place)
                break
        else:
            groups.append([place])
    return [group for group in groups if len(group) > 1]


def _is_own_state(gazetteer: Gazetteer, contender: Contender) -> bool:
    """Whether a country bears a name as its label, and widely: "Zaire" is the Republic of Zaire's in one language."""
    kind, role = gazetteer.entity_kind[contender.entity], gazetteer.alias_role[contender.hit.alias]
    own = kind == _COUNTRY and role == _LABEL and not contender.weak
    return own and is_wide(gazetteer.alias(contender.hit.alias).langs)


def _nesting(gazetteer: Gazetteer, contender: Contender, *, former: bool) -> int | None:
    role = gazetteer.alias_role[contender.hit.alias]
    if role == _DEMONYM or (contender.weak and not (former and role == _HISTORICAL)):
        return None
    return NESTING.get(KINDS[gazetteer.entity_kind[contender.entity]])


def _nest(gazetteer: Gazetteer, a: int, b: int) -> bool:
    """Whether one of two places lies in the other, or is the state that followed it."""
    if gazetteer.are_kin(a, b):
        return True
    if _COUNTRY not in (gazetteer.entity_kind[a], gazetteer.entity_kind[b]):
        return False
    one, other = gazetteer.entity_at(a), gazetteer.entity_at(b)
    return one.qid in other.countries or other.qid in one.countries
