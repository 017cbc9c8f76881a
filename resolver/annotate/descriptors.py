"""Entities that a text names by their relation to another: "the military wing of Hamas", "PKK's Syrian branch".

A phrase is one mention if it resolves as a whole; else the names in it stay mentions of their own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from resolver.annotate.hashes import HashSet, words_set
from resolver.annotate.senses import Span
from resolver.annotate.text import SOFT, Words
from resolver.lexicon import table
from resolver.model import Hints, Kind, Status
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.engine import Resolver

_OF = frozenset(("of", "der", "des", "von", "du", "de", "del", "della", "di", "do", "da", "dos"))
_ARTICLES = frozenset(("the", "der", "die", "das", "den", "le", "la", "les", "el", "los", "a", "an"))
_OWNERS = frozenset((
    Kind.ARMED_GROUP, Kind.POLITICAL_PARTY, Kind.ORGANIZATION, Kind.GOVERNMENT_BODY, Kind.MILITARY, Kind.COMPANY,
))  # fmt: skip
_MODIFIERS = 3  # words between or before
_LIKELY = 0.8


@cache
def part_words() -> frozenset[str]:
    """Folded words for a part of a group, in languages that put the group in the genitive or behind `of`."""
    return frozenset(exact_key(row["form"]) for row in table("descriptors") if row["order"] == "of")


@cache
def _part_hashes() -> HashSet:
    return words_set(part_words())


def described(resolver: Resolver, words: Words, spans: list[Span], hints: Hints) -> list[Span]:
    """The spans, with each phrase that names an entity by another as one of them."""
    import numpy as np

    for place in np.flatnonzero(_part_hashes().has(words.hashes)).tolist():
        bounds = _behind(words, spans, place) or _before(words, spans, place)
        if bounds:
            spans = _joined(resolver, words, spans, bounds, hints)
    return spans


def _behind(words: Words, spans: list[Span], place: int) -> tuple[int, int] | None:
    """`Syrian wing of the PKK`: from the words before the part to the group."""
    at = place + 1
    if at >= len(words) or words.words[at] not in _OF:
        return None
    at += 1
    if at < len(words) and words.words[at] in _ARTICLES:
        at += 1
    owner = next((span for span in spans if span.first == at), None)
    if not is_owner(owner) or not together(words, place, at):
        return None
    assert owner is not None
    first = place
    while first > 0 and place - first < _MODIFIERS and words.gaps[first] < SOFT:
        if words.words[first - 1] in _ARTICLES or (words.words[first - 1] in _OF):
            break
        held = next((span for span in spans if span.first <= first - 1 <= span.last), None)
        if held is None and first < place and not words.surface(first - 1, first - 1).islower():
            break
        first -= 1
        if held is not None:
            first = held.first
            break
    return first, owner.last


def _before(words: Words, spans: list[Span], place: int) -> tuple[int, int] | None:
    """`PKK's Syrian branch`: from the group to the part."""
    for ending in range(place - 1, max(-1, place - _MODIFIERS - 2), -1):
        if words.words[ending] == "'s":
            owner = next((span for span in spans if span.last == ending - 1), None)
            if is_owner(owner) and together(words, ending, place):
                assert owner is not None
                return owner.first, place
            return None
    return None


def is_owner(span: Span | None) -> bool:
    """Whether a mention is of a body that others may belong to."""
    return span is not None and span.entity >= 0 and span.sense is not None and span.sense.kind in _OWNERS


def together(words: Words, first: int, last: int) -> bool:
    """Whether nothing divides the words from one to another."""
    return all(words.gaps[k] < SOFT for k in range(first + 1, last + 1))


def _joined(resolver: Resolver, words: Words, spans: list[Span], bounds: tuple[int, int], hints: Hints) -> list[Span]:
    """The spans, with the longest phrase within bounds that resolves as one of them."""
    first, last = bounds
    for begin in range(first, last):
        found = as_one(resolver, words, spans, (begin, last), hints)
        if found is not spans or words.words[begin] in part_words():
            return found
    return spans


def as_one(
    resolver: Resolver,
    words: Words,
    spans: list[Span],
    bounds: tuple[int, int],
    hints: Hints,
    least: float = _LIKELY,
) -> list[Span]:
    """The spans, with the words from one to another as a mention of their own if they resolve; else as they were."""
    first, last = bounds
    surface = words.surface(first, last)
    answer = resolver.road.answer(surface, hints, resolver.config)
    if answer.status is not Status.MATCHED or answer.candidates[0].probability < least:
        return spans
    entity = resolver.gazetteer.entity_number(answer.candidates[0].entity.qid)
    if any(span.entity == entity for span in spans if first <= span.first and span.last <= last):
        return spans
    span = Span(first, last, surface, None, entity=entity, sure=True, answer=answer)
    span.probability = answer.candidates[0].probability
    left = [other for other in spans if other.last < first or other.first > last]
    return sorted([*left, span], key=lambda item: item.first)
