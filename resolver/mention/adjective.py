"""Adjectives of places: "лондонский", "berliiniläinen" -> the place they may be made from.

Driven by lexicon/adjectives.tsv: an ending that makes an adjective or the name of an inhabitant of a place, in any
case, and what the place ends with instead. Nothing here knows places; what irregular ones are made from stands in
the gazetteer, with the role of a demonym.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from resolver.lexicon import fold, table
from resolver.mention.reading import Reading, ReadingKind
from resolver.romanize import Script, detect_script

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_MOST = 12


class _Rule(NamedTuple):
    """One row of lexicon/adjectives.tsv."""

    langs: frozenset[str]
    replacement: str
    min_stem: int


@cache
def _rules() -> dict[Script, dict[str, list[_Rule]]]:
    """Rules by script and folded ending, in the order of the table."""
    found: dict[Script, dict[str, list[_Rule]]] = {}
    for row in table("adjectives"):
        rule = _Rule(frozenset(row["langs"].split("|")), row["replacement"], int(row["min_stem"]))
        found.setdefault(Script(row["script"]), {}).setdefault(fold(row["ending"]), []).append(rule)
    return found


def places_of(text: str, langs: Collection[str]) -> Iterator[Reading]:
    """Places that a word in small letters, or in a known language, may be an adjective of; the longest ending first.

    >>> "пекин" in [reading.text for reading in places_of("пекинского", ["ru"])]
    True
    >>> list(places_of("Berliner", [])), [reading.text for reading in places_of("Berliner", ["de"])]
    ([], ['Berlin', 'Berlinen'])
    """
    script = detect_script(text)
    rules = _rules().get(script)
    if not rules or " " in text or not (langs or text.islower()):
        return
    folded, given = fold(text), 0
    for length in range(min(max(map(len, rules)), len(text) - 1), 0, -1):
        for rule in rules.get(folded[-length:], ()):
            if (langs and rule.langs.isdisjoint(langs)) or len(text) - length < rule.min_stem:
                continue
            yield Reading(
                text[:-length] + rule.replacement, ReadingKind.ADJECTIVE, f"adjective in -{text[-length:]}",
                sorted(rule.langs)[0],
            )  # fmt: skip
            given += 1
            if given == _MOST:
                return
