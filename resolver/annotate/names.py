"""Names the gazetteer lacks: capitalised words that belong together, and what that says about names among them.

A name beside a capitalised word that nothing explains is part of a longer name: "Octavian Scholz" is not Olaf Scholz,
"Paris Hilton" is not Paris. What explains a capital: the start of a sentence, a title, an ordinary word, a headline
whose words all have one, a language that writes all nouns so.
"""

from __future__ import annotations

import heapq
from operator import attrgetter
from typing import TYPE_CHECKING

from resolver.annotate.find import GIVEN_PRIOR, Finder
from resolver.annotate.language import CAPITAL_NOUNS
from resolver.annotate.senses import Span
from resolver.annotate.text import HARD, HYPHEN, LOWER, SOFT, SPACE, UPPER, Words
from resolver.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION))
_GENITIVE = frozenset(("ru", "uk", "be", "bg", "mk", "sr", "hr", "bs", "sl", "cs", "sk", "pl"))
"""Languages that put no country's name before the word it belongs to."""
_NEAR = 2
"""Words between two names from which on neither says anything of the other."""
_HEADLINE, _HEADLINE_PART, _HEADLINE_LONG, _SHORT = 5, 0.65, 0.9, 3
"""For a headline: words it has at least, their part with capitals, that of words longer than _SHORT."""


def with_unknown(finder: Finder, words: Words, spans: Sequence[Span], *, every: bool) -> tuple[list[Span], list[int]]:
    """Spans and names we lack, in order; a span that is part of a name we lack is swallowed by it.

    Args:
        finder: Of the text's language.
        words: Of the text.
        spans: The names found in it.
        every: Whether a name we lack of one word that stands away from all others becomes a span too.

    Returns:
        The spans, and the words that are such lonely names, where they become none.
    """
    out: list[Span] = []
    headline = _headlines(words)
    near, lonely = _unexplained(finder, words, spans, every=every)
    unknown = [Span(i, i, words.surface(i, i), None, unknown=True) for i in near]
    gaps = words.gaps
    for piece in heapq.merge(spans, unknown, key=attrgetter("first")) if unknown else spans:
        held, first = out[-1] if out else None, piece.first
        if (
            held is not None
            and held.last == first - 1
            and not words.words[first].startswith("'")
            and (
                (gaps[first] == SPACE and _one_name(finder, words, held, piece, headline[first]))
                or (gaps[first] == HYPHEN and _hyphenated(held, piece))
            )
        ):
            out[-1] = Span(held.first, piece.last, words.surface(held.first, piece.last), None, unknown=True)
        else:
            out.append(piece)
    return out, lonely


def _unexplained(finder: Finder, words: Words, spans: Sequence[Span], *, every: bool) -> tuple[list[int], list[int]]:
    """Capitalised words that nothing explains: those near to other names, and those that stand alone."""
    import numpy as np

    first, gaps = np.frombuffer(words.first, "u1"), np.frombuffer(words.gaps, "u1")
    begins, ends = np.array([(span.first, span.last) for span in spans], "i8").reshape(-1, 2).T
    edges = np.zeros(len(words) + 1, "i4")
    np.add.at(edges, begins, 1)
    np.add.at(edges, ends + 1, -1)
    covered = np.cumsum(edges[:-1]) > 0
    upper = first == UPPER
    places = np.flatnonzero(upper & ~covered)
    hashes = words.hashes[places]
    explained = np.flatnonzero(finder.explained.has(hashes))
    # "Mark Smith", "Grace Jones": a given name if the next word has a capital too.
    at = places[explained]
    follows = np.append(upper[1:] & (gaps[1:] == SPACE), False)[at] & (gaps[at] != HARD)
    names = np.ones(len(places), "?")
    names[explained] = follows & finder.untitled.has(hashes[explained])
    if finder.lang == "en":
        # "Bolton School", "Israel Academy": an ordinary word with a capital behind a place.
        of_place = np.zeros(len(words) + 1, "?")
        of_place[[span.last + 1 for span in spans if _is_place(span) and words.gaps[span.first] != HYPHEN]] = True
        names[explained] |= of_place[at] & (gaps[at] == SPACE) & finder.nouns.has(hashes[explained])
    places = places[names]
    if every:
        return places.tolist(), []
    taken = np.zeros(len(words) + 2 * _NEAR, "?")
    taken[_NEAR:-_NEAR] = covered
    taken[places + _NEAR] = True
    near = np.zeros(len(places), "?")
    for step in range(-_NEAR, _NEAR + 1):
        if step:
            near |= taken[places + _NEAR + step]
    return places[near].tolist(), places[~near].tolist()


def _headlines(words: Words) -> bytearray:
    """For each word whether its sentence is a headline: nearly all words with capitals."""
    import numpy as np

    first, gaps = np.frombuffer(words.first, "u1"), np.frombuffer(words.gaps, "u1")
    if not len(first):
        return bytearray(1)
    begins = np.flatnonzero(gaps == HARD)
    upper = first == UPPER
    cased = upper | (first == LOWER)
    long = words.lengths > _SHORT
    counts = [np.add.reduceat(flags.astype("i4"), begins) for flags in (cased, upper, long, upper & long)]
    all_cased, all_upper, all_long, upper_long = counts
    is_headline = (all_cased >= _HEADLINE) & (all_upper >= _HEADLINE_PART * all_cased)
    is_headline &= upper_long >= _HEADLINE_LONG * all_long
    sizes = np.diff(np.append(begins, len(first)))
    return bytearray(np.repeat(is_headline.astype("u1"), sizes).tobytes() + b"\x00")


def _one_name(finder: Finder, words: Words, held: Span, piece: Span, headline: int) -> bool:
    """Whether two neighbours are one name that we lack."""
    given = finder.names.given
    begins_given = words.words[held.first] in given and (held.sense is None or held.sense.prior < GIVEN_PRIOR)
    if held.unknown and piece.unknown:
        return not (headline or finder.lang in CAPITAL_NOUNS) or words.words[held.last] in given
    if headline or finder.lang in CAPITAL_NOUNS:
        return begins_given and held.length == 1 and piece.length == 1
    if words.capitals[held.last] != words.capitals[piece.first] and (held.unknown or _is_people(held)):
        return False
    if held.unknown:
        return _after_unknown(finder, words, held, piece)
    assert held.sense is not None
    if held.sense.demonym:
        return False
    if finder.lang in _GENITIVE and _is_country(held) and piece.sense is None:
        return False  # "министр Бельгии Дидье Рейндерс": two names
    if piece.unknown:
        # "US Senator", "EU Commissioner" are explained; before a person's name a group or country stands apart.
        return not (words.capitals[held.last] and words.words[piece.first] in given)
    return _two_known(finder, words, held, piece)


def _hyphenated(held: Span, piece: Span) -> bool:
    """Whether two names that a hyphen joins are one that we lack; not two peoples, as in "Russian-Ukrainian"."""
    if held.unknown and held.length > 1:
        return True
    return not any(_is_people(span) for span in (held, piece)) and any(
        span.sense is None or span.sense.surname for span in (held, piece)
    )


def _after_unknown(finder: Finder, words: Words, held: Span, piece: Span) -> bool:
    sense = piece.sense
    assert sense is not None
    if sense.demonym:
        return False
    is_given = words.words[held.last] in finder.names.given
    starts = words.gaps[held.first] >= SOFT and held.length == 1
    known = (piece.length > 1 and sense.strong) or sense.prior >= GIVEN_PRIOR
    if sense.kind is Kind.PERSON and piece.length == 1:
        return not (finder.lang == "en" and finder.derived(words.words[held.last]))
    # Else it is a title that we don't know, or the first word of a sentence.
    return not known or is_given or not (starts or piece.length > 1)


def _two_known(finder: Finder, words: Words, held: Span, piece: Span) -> bool:
    one, other = held.sense, piece.sense
    assert one is not None
    assert other is not None
    if other.demonym or piece.length > 1:
        return held.length == 1 and words.words[held.last] in finder.names.given and one.kind not in _PLACES
    if (
        held.length == 1
        and words.words[held.first] in finder.names.given
        and (other.surname or one.prior < GIVEN_PRIOR)
    ):
        return True
    if words.capitals[held.last] or words.capitals[piece.first]:
        return False
    if other.surname and not (one.kind in _PLACES and one.prior >= GIVEN_PRIOR):
        return True
    return one.surname and held.length == 1


def _is_country(span: Span) -> bool:
    sense = span.sense
    return sense is not None and sense.strong and sense.kind is Kind.COUNTRY and sense.prior >= GIVEN_PRIOR


def _is_place(span: Span) -> bool:
    sense = span.sense
    return sense is not None and not sense.demonym and sense.kind in _PLACES


def _is_people(span: Span) -> bool:
    return span.sense is not None and (span.sense.demonym or span.sense.kind in _PLACES)
