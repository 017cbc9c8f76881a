"""Names the gazetteer lacks: capitalised words that belong together, and what that says about names among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.annotate.find import Finder
from resolver.annotate.language import CAPITAL_NOUNS
from resolver.annotate.senses import Span
from resolver.annotate.text import HARD, HYPHEN, SPACE, UPPER, Words
from resolver.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_PEOPLES = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.REGION, Kind.OTHER))


def runs(finder: Finder, words: Words, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Unexplained capitalised words as (first, last), in order: neither names held, nor titles, nor sentence starts."""
    covered = bytearray(len(words))
    for span in spans:
        covered[span.first : span.last + 1] = b"\x01" * span.length
    found: list[tuple[int, int]] = []
    for i, character in enumerate(words.first):
        if character != UPPER or covered[i] or explained(finder, words, i):
            continue
        if found and found[-1][1] == i - 1 and words.gaps[i] <= HYPHEN:
            found[-1] = (found[-1][0], i)
        else:
            found.append((i, i))
    return found


def explained(finder: Finder, words: Words, i: int) -> bool:
    """Whether a capital says nothing: a title, an ordinary word, a lone letter between names."""
    word = words.words[i]
    if word in finder.titles or word.startswith("'"):
        return True
    if word in finder.ordinary:
        return True
    return len(word) == 1 and words.text[words.starts[i] : words.ends[i]].isupper() and words.gaps[i] == HARD


def part_of_unknown(finder: Finder, words: Words, span: Span, unknown: Sequence[tuple[int, int]]) -> bool:
    """Whether a name stands beside unexplained capitals, so that it is part of a name we lack."""
    if finder.lang in CAPITAL_NOUNS:
        return False
    for first, last in unknown:
        before = last == span.first - 1 and words.gaps[span.first] == SPACE
        after = first == span.last + 1 and words.gaps[first] == SPACE
        if before or after:
            return True
    return False
