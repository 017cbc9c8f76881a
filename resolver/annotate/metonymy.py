"""Whether the name of a capital means the city or the government that sits there: what the words beside it say.

"Moscow accused", "talks with Moscow" speak for the government, "flew to Moscow", "the streets of Moscow" for the
city. Both readings stay in the answer whatever comes first.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from resolver.annotate.text import HARD, SOFT, Words
from resolver.gazetteer import KINDS, ROLES
from resolver.lexicon import table
from resolver.model import Evidence, Kind, Role
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resolver.annotate.senses import Span
    from resolver.decide import Contender
    from resolver.gazetteer import Gazetteer

_METONYM = ROLES.index(Role.METONYM)
_PLACES = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION))
_LINKS = frozenset(("and", "und", "et", "и", "і", "та", "ve", "و", "or", "y", "e"))
_PHRASE = 3  # words of the longest cue

_Cues = dict[str, dict[str, str]]


@cache
def cues(lang: str) -> _Cues:
    """What stands before and after names, folded, and what it speaks for: `actor` or `place`."""
    found: _Cues = {"before": {}, "after": {}}
    for row in table("metonymy"):
        if row["lang"] == lang:
            found[row["side"]][exact_key(row["form"])] = row["reading"]
    return found


def read_metonyms(gazetteer: Gazetteer, words: Words, spans: Sequence[Span], lang: str, policy: str) -> None:
    """Put first the reading that the policy asks for, of spans that have both."""
    for number, span in enumerate(spans):
        sense = span.sense
        if sense is None or span.entity < 0 or not sense.metonym:
            continue
        seat, literal = _readings(gazetteer, sense.contenders)
        if seat is None or span.entity not in (seat.entity, literal):
            continue
        if literal < 0 or KINDS[gazetteer.entity_kind[literal]] not in _PLACES:
            continue  # a palace is named for who sits there
        reading, why = ("actor", "by setting") if policy == "metonymic" else ("place", "by setting")
        if policy == "context":
            reading, why = _reading(words, spans, number, cues(lang))
        label = gazetteer.entity_at(seat.entity).label
        if reading == "actor":
            span.entity = seat.entity
            span.notes = (*span.notes, Evidence("metonymy", 1.0, f"stands for {label}: {why}"))
        elif span.entity == seat.entity or policy == "context":
            span.entity = literal
            span.notes = (*span.notes, Evidence("literal", 1.0, f"the place, not {label}: {why}"))


def _readings(gazetteer: Gazetteer, contenders: Sequence[Contender]) -> tuple[Contender | None, int]:
    """The likeliest of those who sit in a place, and the likeliest place."""
    seat = next((c for c in contenders if gazetteer.alias_role[c.hit.alias] == _METONYM), None)
    literal = next((c.entity for c in contenders if gazetteer.alias_role[c.hit.alias] != _METONYM), -1)
    return seat, literal


def _reading(words: Words, spans: Sequence[Span], number: int, known: _Cues) -> tuple[str, str]:
    """What the words beside a span speak for; `place` where they say nothing."""
    first, last = spans[number].first, spans[number].last
    # "Moscow and Washington have begun": the verb stands behind the last of them, the preposition before the first.
    while number + 1 < len(spans) and _joined(words, spans[number].last, spans[number + 1].first):
        number += 1
        last = spans[number].last
    before = _cue(words, first - 1, -1, known["before"])
    after = _cue(words, last + 1, 1, known["after"])
    if before and before[0] == "place":
        return before
    if after:
        return after
    if before:
        return before
    back = number
    while back > 0 and _joined(words, spans[back - 1].last, spans[back].first):
        back -= 1
        if found := _cue(words, spans[back].first - 1, -1, known["before"]):
            return found
    return "place", "nothing beside it says otherwise"


def _joined(words: Words, last: int, first: int) -> bool:
    if first == last + 2:
        return words.words[last + 1] in _LINKS and words.gaps[first] < HARD
    return first == last + 1 and words.gaps[first] == SOFT


def _cue(words: Words, at: int, step: int, known: dict[str, str]) -> tuple[str, str] | None:
    """The longest known phrase that stands right before or after a name, within its sentence."""
    for length in range(_PHRASE, 0, -1):
        begin, end = (at - length + 1, at) if step < 0 else (at, at + length - 1)
        if begin < 0 or end >= len(words):
            continue
        edge = range(begin + 1, end + 2) if step < 0 else range(begin, end + 1)
        if any(words.gaps[k] == HARD for k in edge if k < len(words)):
            continue
        phrase = " ".join(words.words[begin : end + 1])
        if phrase in known:
            return known[phrase], f"beside “{words.surface(begin, end)}”"
    return None
