"""Which subdivision a city lies in, from the name that its source gives: relations `located_in`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from resolver.build.tables import RelationRow
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.build.tables import AliasRow, EntityRow

# What sources leave out or add when they name a subdivision beside a city.
_GENERIC = frozenset(
    """
    oblast krai province governorate region county state department district prefecture voivodeship
    canton municipality republic of the
    """.split()  # noqa: SIM905 - as words they are read at a glance
)


def located_in(
    entities: Iterable[EntityRow], aliases: Iterable[AliasRow], admin1: Mapping[str, tuple[str, str]]
) -> list[RelationRow]:
    """Link cities to the subdivision of their country that bears the name given.

    Args:
        entities: All entities.
        aliases: All aliases.
        admin1: City id -> the subdivision's name as its source writes it, and the source's tag.

    Returns:
        One relation a city; none where no subdivision, or more than one, of the country bears the name.
    """
    rows = {row.qid: row for row in entities}
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for alias in aliases:
        row = rows[alias.qid]
        if row.kind == "subdivision":
            for country in row.countries:
                named[country, _bare(alias.text)].add(row.qid)
    links = []
    for city, (name, source) in admin1.items():
        held = rows.get(city)
        if held is None or held.kind != "city":
            continue
        found = set().union(*(named.get((country, _bare(name)), set()) for country in held.countries))
        if len(found) == 1:
            links.append(RelationRow(city, "located_in", found.pop(), sources=(source,)))
    return links


def _bare(name: str) -> str:
    words = exact_key(name).split()
    return " ".join(word for word in words if word not in _GENERIC) or " ".join(words)
