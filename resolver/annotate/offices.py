"""People that a text names by their office alone: "the Turkish foreign minister", on the day of the text.

Only where the day is known, and where no name follows: in "Turkish Foreign Minister Hakan Fidan" the country and the
person stay mentions of their own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from resolver.annotate.descriptors import as_one, is_owner, together
from resolver.annotate.senses import Span
from resolver.annotate.text import SOFT, UPPER, Words
from resolver.decide import COUNTRIES
from resolver.mention import parse_office
from resolver.mention.office import may_be_head, office_forms
from resolver.model import Hints

if TYPE_CHECKING:
    from resolver.engine import Resolver

_LONGEST = 7  # words of an office, with those between it and its owner


@cache
def _last_words() -> frozenset[str]:
    """Words that an office ends with."""
    return frozenset(key.rpartition(" ")[2] for key in office_forms())


def in_office(resolver: Resolver, words: Words, spans: list[Span], hints: Hints) -> list[Span]:
    """The spans, with each person named by an office as one of them, in place of the owner alone."""
    if hints.as_of is None:
        return spans
    taken = {k for span in spans for k in range(span.first, span.last + 1)}
    for span in list(spans):
        if span not in spans or not (is_owner(span) or (span.sense is not None and span.sense.kind in COUNTRIES)):
            continue
        bounds = _behind(words, span, taken) or _before(words, span, taken)
        if bounds and not _is_named(words, spans, bounds[1]):
            spans = as_one(resolver, words, spans, bounds, hints, resolver.config.match_probability)
    return spans


def _behind(words: Words, span: Span, taken: set[int]) -> tuple[int, int] | None:
    """`Turkish foreign minister`: the owner first, the longest office behind it."""
    ends = _last_words()
    for last in range(min(span.last + _LONGEST, len(words) - 1), span.last, -1):
        if words.words[last] in ends and together(words, span.last, last):
            inside = taken.isdisjoint(range(span.last + 1, last + 1))
            if inside and _is_office(words.surface(span.first, last), span):
                return span.first, last
    return None


def _before(words: Words, span: Span, taken: set[int]) -> tuple[int, int] | None:
    """`foreign minister of Turkey`: the longest office before its owner."""
    for first in range(max(0, span.first - _LONGEST), span.first):
        if may_be_head(words.words[first]) and together(words, first, span.first):
            inside = taken.isdisjoint(range(first, span.first))
            if inside and _is_office(words.surface(first, span.last), span):
                return first, span.last
    return None


def _is_office(surface: str, span: Span) -> bool:
    phrase = parse_office(surface)
    return phrase is not None and phrase.owner == span.surface


def _is_named(words: Words, spans: list[Span], last: int) -> bool:
    """Whether a name follows an office, which is then that person's title."""
    after = last + 1
    if after >= len(words) or words.gaps[after] >= SOFT:
        return False
    return words.first[after] == UPPER or any(span.first == after for span in spans)
