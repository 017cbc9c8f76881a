"""The mentions of a text by name: one pass over its words, the longest name that may be meant at each.

Case is evidence: a name begins with a capital where its script has capitals, and a word written small inside it
is small in the name too. Ordinary words and titles with a capital are no names by themselves. A name beside
another capitalised word that nobody explains is part of a name the gazetteer lacks (`Octavian Scholz`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from resolver.annotate.language import CAPITAL_NOUNS, ordinary_words
from resolver.annotate.senses import Sense, Senses, Span
from resolver.annotate.text import DIGIT, HARD, HYPHEN, LOWER, SOFT, UNCASED, UPPER, Words, spaced
from resolver.lexicon import fold, table
from resolver.mention.inflect import base_forms, one_word_bases
from resolver.model import Evidence, Hints, Kind
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resolver.annotate.automaton import Names

ORDINARY_PRIOR, ORDINARY_START_PRIOR = 0.55, 0.75
"""How prominent the bearer of a name has to be if the name is an ordinary word, and if it begins a sentence too."""

INFLECTED_LIKELIHOOD = 0.6
_INFLECTED = frozenset((
    "ru", "uk", "be", "bg", "mk", "sr", "pl", "cs", "sk", "sl", "hr", "bs", "de", "el", "lt", "lv", "tr", "az", "fi",
    "et", "hu", "ka", "hy", "kk", "sv", "da", "no", "ro", "sq", "eu", "ko",
))  # fmt: skip
_SOLO_LEAST = 2  # characters of a name in a script without spaces
_LONGEST = 6  # words of an inflected name
_VARIANTS = 14  # of one word


@cache
def title_words() -> frozenset[str]:
    """Folded words of titles and offices, and what may stand among them."""
    words: set[str] = set()
    for row in table("honorifics"):
        words |= {exact_key(word) for word in row["form"].split()}
    return frozenset(words - {""})


class Finder:
    """Finds names in the words of one text.

    Args:
        names: Of the gazetteer.
        senses: What spellings mean.
        lang: Language of the text; empty where it is not known.
        hints: Day and languages that senses are worked out for.
    """

    def __init__(self, names: Names, senses: Senses, lang: str, hints: Hints) -> None:
        self.names = names
        self.senses = senses
        self.lang = lang
        self.hints = hints
        self.ordinary = ordinary_words(lang)
        self.titles = title_words()
        self.inflected = lang in _INFLECTED
        self._variants: dict[str, list[str]] = {}
        self._bases: dict[str, tuple[int, Evidence] | None] = {}

    # -- one pass

    def find(self, words: Words) -> list[Span]:
        """Spans that do not overlap, in order; neighbours are not looked at yet."""
        found: list[Span] = []
        first, folded, places, listed = words.first, words.folded, words.places, words.words
        small, at, size = self.names.small, self.names.at, len(words)
        free = 0
        for i, character in enumerate(first):
            if i < free:
                continue
            word = listed[i]
            if character == LOWER and word not in small:
                continue
            following = listed[i + 1] if i + 1 < size else ""
            names = at(folded, places[i], word, following)
            span = self._longest(words, i, names) if names else None
            if self.inflected and character == UPPER and (span is None or not span.sense or not span.sense.strong):
                span = self._inflected(words, i, span)
            if span:
                found.append(span)
                free = span.last + 1
        return found

    def _longest(self, words: Words, i: int, names: tuple[tuple[int, int], ...]) -> Span | None:
        for length, key in reversed(names):
            last = i + length - 1
            if length > 1 and max(words.gaps[i + 1 : last + 1]) == HARD:
                continue
            if (span := self._span(words, i, last, key)) and self.usable(words, span):
                return span
        return None

    def _span(self, words: Words, first: int, last: int, key: int) -> Span | None:
        surface = words.surface(first, last)
        sense = self.senses.of(key, surface, self.hints)
        if not sense.contenders or not fits(words, first, last, sense):
            return None
        return Span(first, last, surface, sense)

    def usable(self, words: Words, span: Span) -> bool:
        """Whether a span may be a name by its letters alone."""
        sense = span.sense
        assert sense is not None
        if span.length > 1:
            if words.first[span.first] == UNCASED and span.length < 3 and not sense.strong:
                return False
            return any(words.first[k] in (UPPER, UNCASED) for k in range(span.first, span.last + 1))
        character, word = words.first[span.first], words.words[span.first]
        if character in (LOWER, DIGIT):
            return False
        if character == UNCASED:
            return len(word) >= _SOLO_LEAST and sense.strong and word not in self.ordinary
        if len(word) == 1:
            return False
        if word in self.ordinary or word in self.titles:
            prior = self.senses.gazetteer.prior(sense.best)
            start = words.gaps[span.first] == HARD
            if words.capitals[span.first] and not sense.surname:
                return sense.strong
            return sense.strong and prior >= (ORDINARY_START_PRIOR if start else ORDINARY_PRIOR)
        return True

    # -- case endings

    def _inflected(self, words: Words, i: int, held: Span | None) -> Span | None:
        """The longest inflected name that begins at a word, if it is longer or surer than the span held."""
        best = held
        for last, text in self._walk(words, i):
            if held and last <= held.last and not (last == held.last and held.sense and not held.sense.strong):
                continue
            key = self.names.number(text)
            if key is None or (last == i and not self._is_base(words, i, key)):
                continue
            evidence = Evidence("inflected", INFLECTED_LIKELIHOOD, f"read as {text.strip()}")
            surface = words.surface(i, last)
            sense = self.senses.of(key, surface, self.hints, INFLECTED_LIKELIHOOD, (evidence,))
            if not sense.contenders:
                continue
            span = Span(i, last, surface, sense)
            if not self.usable(words, span) or (last > i and not fits(words, i, last, sense, inflected=True)):
                continue
            if best is None or last > best.last or (last == best.last and _surer(sense, best.sense)):
                best = span
        return best

    def _walk(self, words: Words, i: int) -> Iterator[tuple[int, str]]:
        """Every name whose words are those from `i` on, in their own or a base form, as text of the trie."""
        fringe = [""]
        for last in range(i, min(len(words), i + _LONGEST)):
            if last > i and words.gaps[last] >= SOFT:
                return
            variants = self._variants_of(words, last)
            fringe = [
                text for begun in fringe for variant in variants if self.names.begins(text := f"{begun}{variant} ")
            ][:64]
            if not fringe:
                return
            for text in fringe:
                yield last, text

    def _variants_of(self, words: Words, at: int) -> list[str]:
        surface = words.surface(at, at)
        known = self._variants.get(surface)
        if known is None:
            forms = dict.fromkeys([words.words[at]])
            for base in one_word_bases(surface, [self.lang])[:_VARIANTS]:
                if base and (key := exact_key(base)) and " " not in key:
                    forms[key] = None
            known = self._variants[surface] = list(forms)
        return known

    def _is_base(self, words: Words, i: int, key: int) -> bool:
        """Whether one word alone may come from a key: the rules for single words are stricter."""
        surface = words.surface(i, i)
        wanted = self.senses.gazetteer.key(key)
        return any(exact_key(base.text) == wanted for base in base_forms(surface, langs=[self.lang]))


def _surer(sense: Sense, other: Sense | None) -> bool:
    return other is None or (sense.strong, sense.probability) > (other.strong, other.probability)


def fits(words: Words, first: int, last: int, sense: Sense, *, inflected: bool = False) -> bool:
    """Whether words written small inside a name are small in the name itself."""
    if first == last:
        return True
    small = [words.surface(k, k) for k in range(first, last + 1) if words.first[k] == LOWER]
    small = [word for word in small if word[0].isalpha()]
    if not small:
        return True
    if inflected:
        return any(sum(w[0].islower() for w in text.split()) >= len(small) for text in sense.texts)
    return any(all(word in text for word in small) for text in sense.texts)
