"""Decisions in running text: decided names are found where they stand, and mentions of them say what was decided.

A decided name is found as it was recorded, by its key and the form of its capitals, with or without a possessive 's;
its inflected forms are not. A mention that is longer than the decided name keeps its own meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolver.annotate.annotation import Annotation
from resolver.model import Resolution, Status
from resolver.normalize import exact_key
from resolver.overrides.row import Decision, capitals

if TYPE_CHECKING:
    from resolver.engine import Resolver
    from resolver.model import Hints
    from resolver.overrides.apply import Rule, Rulings

_WORD = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decided name stands, and what holds for it there, the most particular first."""

    start: int
    end: int
    rules: tuple[Rule, ...]

    @property
    def verdict(self) -> Rule | None:
        """The decision that says what the name means; None where it only says what it does not."""
        return next((rule for rule in self.rules if rule.row.decision is not Decision.NEVER), None)


def overruled(
    annotations: Iterable[Annotation], text: str, resolver: Resolver, hints: Hints, *, unknown: bool = False
) -> Iterator[Annotation]:
    """The annotations of a text with what people decided about its names.

    Args:
        annotations: What was found, in order of their start.
        text: The whole text.
        resolver: With the decisions in force.
        hints: What is known of the text.
        unknown: Whether mentions without an entity are reported.
    """
    assert resolver.rulings is not None
    places = list(decided_places(text, resolver.rulings, hints))
    at = 0
    for found in annotations:
        while at < len(places) and places[at].end <= found.start:
            yield from _stated(places[at], text, resolver, hints, unknown)
            at += 1
        if at == len(places) or places[at].start >= found.end:
            yield found
            continue
        place = places[at]
        if (found.start, found.end) == (place.start, place.end) and place.verdict is None:
            yield from _reweighed(found, place, resolver, hints, unknown)
            at += 1
        elif place.verdict is None:
            yield found
        elif (
            found.start <= place.start and place.end <= found.end and found.end - found.start > place.end - place.start
        ):
            yield found  # a longer name holds the decided one
            while at < len(places) and places[at].start < found.end:
                at += 1
        # Otherwise the decided name takes its place, and is stated when the next mention begins behind it.
    for place in places[at:]:
        yield from _stated(place, text, resolver, hints, unknown)


def decided_places(text: str, rulings: Rulings, hints: Hints) -> Iterator[Place]:
    """Where names stand that somebody decided on, the longest at each word, without overlaps."""
    longest: dict[str, int] = {}
    for key in rulings.rules:
        first, *_ = words = key.split(" ")
        longest[first] = max(len(words), longest.get(first, 0))
    spans = [found.span() for found in _WORD.finditer(text)]
    i = 0
    while i < len(spans):
        found = _place_at(text, spans, i, longest, rulings, hints)
        if found is None:
            i += 1
            continue
        yield found
        while i < len(spans) and spans[i][0] < found.end:
            i += 1


def _place_at(
    text: str, spans: list[tuple[int, int]], i: int, longest: dict[str, int], rulings: Rulings, hints: Hints
) -> Place | None:
    first = exact_key(text[slice(*spans[i])]).partition(" ")[0]
    if first not in longest and (first := exact_key(_POSSESSIVE.sub("", _bare(text, *spans[i])[2]))) not in longest:
        return None
    for j in range(min(i + longest[first], len(spans)) - 1, i - 1, -1):
        start, end, surface = _bare(text, spans[i][0], spans[j][1])
        for shorter in (surface, _POSSESSIVE.sub("", surface)):
            rules = rulings.rules.get(exact_key(shorter)) if shorter else None
            form = capitals(shorter)
            if rules and (holding := tuple(rule for rule in rules if rule.holds(form, hints))):
                return Place(start, end - (len(surface) - len(shorter)), holding)
    return None


def _bare(text: str, start: int, end: int) -> tuple[int, int, str]:
    """A stretch of text without the punctuation at its ends, but for the full stop of U.S."""
    surface = text[start:end]
    left = len(surface) - len(surface.lstrip("\"'“”‘’«»„()[]{}<>—–-…¿¡*_"))
    surface = surface[left:]
    kept = surface.rstrip("\"'“”‘’«»„()[]{}<>—–-…,;:!?*_")
    if kept.endswith(".") and "." not in kept[:-1]:
        kept = kept[:-1]
    return start + left, start + left + len(kept), kept


def _stated(place: Place, text: str, resolver: Resolver, hints: Hints, unknown: bool) -> Iterator[Annotation]:
    """A decided name as an annotation of its own; nothing where it was decided to be no entity."""
    if place.verdict is None or (place.verdict.row.decision is Decision.NONE and not unknown):
        return
    surface = text[place.start : place.end]
    answer = resolver.road.answer(surface, hints, resolver.config)
    if answer.status is Status.MATCHED or unknown:
        yield Annotation(place.start, place.end, surface, Resolution(surface, answer))


def _reweighed(
    found: Annotation, place: Place, resolver: Resolver, hints: Hints, unknown: bool
) -> Iterator[Annotation]:
    """A mention without the entities that were ruled out; weighed anew, alone, where it meant one of them."""
    refused = {rule.qid for rule in place.rules}
    if refused.isdisjoint(candidate.entity.qid for candidate in found.resolution.candidates):
        yield found
        return
    answer = resolver.road.answer(found.surface, hints, resolver.config)
    if answer.status is not Status.UNMATCHED or unknown:
        yield Annotation(found.start, found.end, found.surface, Resolution(found.surface, answer))
