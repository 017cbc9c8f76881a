"""The mentions of a text by name: one pass over its words, the longest name that may be meant at each.

Case is evidence: a name begins with a capital where its script has capitals, and a word written small inside it
is small in the name too. Ordinary words and titles with a capital are no names by themselves. Articles, titles and
possessives before a name are not part of the mention if the rest names the same entity.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from resolver.annotate.endings import LIKELIHOOD, Endings
from resolver.annotate.hashes import HashSet, words_set
from resolver.annotate.language import calendar_words, ordinary_words
from resolver.annotate.peoples import Peoples
from resolver.annotate.senses import Sense, Senses, Span
from resolver.annotate.text import DIGIT, HARD, LOWER, SOFT, UNCASED, UPPER, Words
from resolver.lexicon import table
from resolver.model import Evidence, Hints, Kind, Status
from resolver.normalize import exact_key

if TYPE_CHECKING:
    import numpy as np

    from resolver.annotate.automaton import Names

ORDINARY_PRIOR, ORDINARY_START_PRIOR = 0.55, 0.75
"""How prominent the bearer of a name has to be if the name is an ordinary word, and if it begins a sentence too."""
DERIVED_PRIOR = 0.35
"""How prominent it has to be if the name is an ordinary word with an ending and begins a sentence: `Leaders`."""
GIVEN_PRIOR = 0.6
"""How prominent an entity has to be for a given name alone to mean it: `Jordan`, not `Terry`."""

_SOLO_LEAST = 2  # characters of a name in a script without spaces
_ARTICLES_KEPT = frozenset((Kind.CITY,))  # The Hague
_POSSESSIVES = ("'s",)
_KEPT = 300_000  # words and pairs remembered
_UNASKED = Sense(-1, Status.UNMATCHED, [])


@cache
def title_words() -> frozenset[str]:
    """Folded words of titles and offices, and what may stand among them.

    Of longer titles only the English ones count word by word: others hold names.
    """
    words: set[str] = set()
    for row in table("honorifics"):
        parts = row["form"].split()
        if (len(parts) == 1 and row["role"] != "tail") or "en" in row["langs"].split("|"):
            words |= {exact_key(word) for word in parts}
    return frozenset(words - {""})


@cache
def article_words(lang: str) -> frozenset[str]:
    """Folded articles of a language."""
    rows = (row for row in table("articles") if row["role"] == "article" and lang in row["langs"].split("|"))
    return frozenset(exact_key(row["form"]) for row in rows)


class Finder:
    """Finds names in the words of one text.

    Args:
        names: Of the gazetteer.
        senses: What spellings mean.
        lang: Language of the text; empty where it is not known.
        hints: Day that senses are worked out for.
    """

    def __init__(self, names: Names, senses: Senses, lang: str, hints: Hints) -> None:
        self.names = names
        self.senses = senses
        self.lang = lang
        self.hints = hints
        self.ordinary = ordinary_words(lang)
        self.titles = title_words()
        self.articles = article_words(lang or "en")
        self._small = words_set(names.small - self.ordinary - self.articles)
        self.peoples = Peoples(senses.gazetteer, lang, self.ordinary)
        self.endings = Endings(names, lang)
        self.simple = not self.endings.active and not self.endings.proclitics
        self.explained = words_set(self.titles | self.ordinary)
        self.nouns = words_set(self.ordinary - self.titles - calendar_words(lang))
        self.untitled = words_set(names.given - self.titles)
        self._several = b""  # of the words at hand, whether names of several words may begin there; empty: unknown
        # What a word means that no longer name begins with, by where it stands and how it is written.
        self._singles: dict[int, dict[str, Sense | None]] = defaultdict(dict)

    # -- one pass

    def find(self, words: Words) -> list[Span]:
        """Spans that do not overlap, in order; neighbours are not looked at yet."""
        found: list[Span] = []
        listed, firsts = words.words, words.first
        free = 0
        for i, several, manner in zip(*self._places(words), strict=True):
            if i < free:
                continue
            if not several:
                # Most capitalised words begin no longer name, and mean the same wherever they stand so.
                known, word = self._singles[manner], listed[i]
                if (sense := known.get(word, _UNASKED)) is _UNASKED:
                    sense = known[word] = self._single(words, i)
                if sense is not None:
                    found.append(Span(i, i, words.surface(i, i), sense))
                continue
            span = self._at(words, i)
            if span and span.length > 1:
                span = self._settled(words, span)
            elif span is None or not (span.sense and span.sense.strong):
                span = self._people(words, i) or span
            if span:
                if span.first > i and (before := self._shortened(words, i, span.first - 1)):
                    found.append(before)
                found.append(span)
                free = span.last + 1
            elif self.endings.proclitics and firsts[i] == UNCASED and (behind := self._behind_proclitic(words, i)):
                found.append(behind)
                free = behind.last + 1
        for known in self._singles.values():
            if len(known) > _KEPT:
                known.clear()
        return found

    def _places(self, words: Words) -> tuple[list[int], list[bool], list[int]]:
        """Words that a name may begin at, whether one of several words may, and how each stands and is written."""
        import numpy as np

        first = np.frombuffer(words.first, "u1")
        places = name_places(words, self._small, self.peoples.hashes)
        if self.simple:
            places, several = self.names.may_begin(words.hashes, places)
            begun = np.zeros(len(words), "u1")
            begun[places] = several
            self._several = begun.tobytes()
        else:
            several = np.ones(len(places), "?")
        hard = np.frombuffer(words.gaps, "u1")[places] == HARD
        manner = first[places] | np.frombuffer(words.capitals, "u1")[places] << 4 | hard.astype("u1") << 5
        manner |= np.frombuffer(words.small, "u1")[places] << 6
        return places.tolist(), several.tolist(), manner.tolist()

    def _single(self, words: Words, i: int) -> Sense | None:
        """The sense of one word as it stands, None where it is no name."""
        key = self.names.number(f"{words.words[i]} ")
        span = self._span(words, i, i, key) if key is not None else None
        return span.sense if span else None

    def _at(self, words: Words, i: int) -> Span | None:
        """The longest usable name at a word, in its own or a base form."""
        names = self.names.at(words.words, i)
        span = self._longest(words, i, names) if names else None
        if (
            self.endings.active
            and words.first[i] != LOWER
            and (span is None or not span.sense or not span.sense.strong)
        ):
            span = self._inflected(words, i, span)
        return span

    def _longest(self, words: Words, i: int, names: list[tuple[int, int]]) -> Span | None:
        for length, key in reversed(names):
            last = i + length - 1
            if length > 1 and max(words.gaps[i + 1 : last + 1]) == HARD:
                continue
            if span := self._span(words, i, last, key):
                return span
        return None

    def _span(self, words: Words, first: int, last: int, key: int) -> Span | None:
        surface = words.surface(first, last)
        sense = self.senses.of(key, surface, self.hints, self.lang)
        if not sense.contenders or not fits(words, first, last, sense):
            return None
        span = Span(first, last, surface, sense)
        return span if self.usable(words, span) else None

    def usable(self, words: Words, span: Span) -> bool:
        """Whether a span may be a name by its letters alone."""
        sense = span.sense
        assert sense is not None
        first = span.first
        character, word = words.first[first], words.words[first]
        if span.length > 1:
            listed = words.words[first : span.last + 1]
            if all(word in self.ordinary or word in self.titles for word in listed) and (
                not sense.strong or (character == UNCASED and sense.prior < ORDINARY_PRIOR)
            ):
                return False
            if character == UNCASED:
                return sense.strong and (span.length > 2 or not words.words[first].isascii())
            return any(words.first[k] in (UPPER, UNCASED) for k in range(first, span.last + 1))
        if character == LOWER:
            return span.surface in sense.texts and word not in self.ordinary and not sense.surname
        if character == DIGIT:
            return sense.strong and not word.isdigit()
        if character == UNCASED:
            return len(word) >= _SOLO_LEAST and sense.strong and word not in self.ordinary
        if len(word) == 1:
            return False
        if sense.demonym and self._is_small(sense):
            return word in self.peoples.bases and words.gaps[first] == HARD  # elsewhere part of a longer name
        if sense.code and sense.kind in (Kind.COUNTRY, Kind.TERRITORY):
            return False  # "IT", "DJ": in a text hardly ever a country
        start = words.gaps[first] == HARD
        if words.small[first] or word in self.ordinary or word in self.titles:
            if words.capitals[first] and not sense.surname:
                return sense.strong
            if sense.demonym and not start:
                return True
            return sense.strong and sense.prior >= (ORDINARY_START_PRIOR if start else ORDINARY_PRIOR)
        if word in self.names.given and not words.capitals[first]:
            return sense.surname or sense.demonym or sense.prior >= GIVEN_PRIOR
        return not start or sense.prior >= DERIVED_PRIOR or (self.lang == "en" and not self.derived(word))

    def _is_small(self, sense: Sense) -> bool:
        """Whether the name of a people is written small, so that a capital only begins a sentence."""
        return self.senses.gazetteer.alias_text(sense.contenders[0].hit.alias)[0].islower()

    def derived(self, word: str) -> bool:
        """Whether an English word is an ordinary one with an ending."""
        return any(
            word.endswith(ending)
            and (word[: -len(ending)] in self.ordinary or f"{word[: -len(ending)]}e" in self.ordinary)
            for ending in ("s", "es", "ed", "d", "ing", "ly", "er", "ers")
        )

    # -- edges and overlaps

    def _settled(self, words: Words, span: Span) -> Span:
        """A span without what stands before the name, cut at a comma, or given up for a longer one inside it."""
        sense = span.sense
        assert sense is not None
        for k in range(span.first + 1, span.last + 1):
            # "Columbus, Ohio": the second name tells which the first is.
            comma = words.gaps[k] == SOFT and words.text[words.ends[k - 1] : words.starts[k]].strip() == ","
            if comma and (cut := self._part(words, span, span.first, k - 1)):
                return cut
        first = span.first
        while first < span.last and (
            (words.words[first] in self.articles and not words.capitals[first])
            or words.first[first] == LOWER
            or (sense.kind is Kind.PERSON and words.words[first] in self.titles and not self._is_label(span))
            or words.words[first + 1] in _POSSESSIVES
        ):
            first += 2 if words.words[first + 1] in _POSSESSIVES else 1
            if first > span.last:
                break
            if words.words[first - 1] in self.articles and self._keeps_article(sense):
                break
            other = self._at(words, first) if words.first[first] != LOWER else None
            if other and other.last > span.last:
                return other
            if cut := self._part(words, span, first, span.last):
                return self._settled(words, cut) if cut.length > 1 else cut
        for k in range(span.first + 1, span.last + 1):
            if words.first[k] != UPPER or (self._several and not self._several[k]):
                continue
            if (other := self._at(words, k)) and other.length > span.length:
                return self._shortened(words, span.first, k - 1) or other
        return span

    def _shortened(self, words: Words, first: int, last: int) -> Span | None:
        """The longest name between two words that begins with the first."""
        for end in range(last, first - 1, -1):
            text = "".join(f"{word} " for word in words.words[first : end + 1])
            key = self.names.number(text)
            if key is not None and (left := self._span(words, first, end, key)):
                return left
        return None

    def _is_label(self, span: Span) -> bool:
        assert span.sense is not None
        label = self.senses.gazetteer.entity_at(span.sense.best).label
        return exact_key(label) == exact_key(span.surface)

    def _keeps_article(self, sense: Sense) -> bool:
        label = self.senses.gazetteer.entity_at(sense.best).label
        return sense.kind in _ARTICLES_KEPT and exact_key(label.partition(" ")[0]) in self.articles

    def _part(self, words: Words, span: Span, first: int, last: int) -> Span | None:
        """A part of a span that names the same entity, with that entity made sure."""
        assert span.sense is not None
        key = self.names.number("".join(f"{word} " for word in words.words[first : last + 1]))
        if key is None:
            return None
        surface = words.surface(first, last)
        sense = self.senses.of(key, surface, self.hints, self.lang)
        if span.sense.best not in [contender.entity for contender in sense.contenders]:
            return None
        part = Span(first, last, surface, sense)
        if sense.best != span.sense.best:
            part.entity, part.sure, part.probability = span.sense.best, True, span.sense.probability
            part.notes = (Evidence("longer_name", 1.0, f"part of {span.surface}"),)
        return part

    # -- endings and words written together

    def _people(self, words: Words, i: int) -> Span | None:
        """A demonym written small, in any form: `российских`; with a capital where it begins a sentence."""
        word = words.words[i]
        if words.first[i] != LOWER and (words.gaps[i] != HARD or words.capitals[i]):
            return None
        if (base := self.peoples.bases.get(word)) is None or (key := self.names.number(f"{base} ")) is None:
            return None
        evidence = () if word == base else (Evidence("inflected", LIKELIHOOD, f"read as {base}"),)
        surface = words.surface(i, i)
        likelihood = LIKELIHOOD if evidence else 1.0
        sense = self.senses.of(key, surface, self.hints, self.lang, likelihood, evidence)
        return Span(i, i, surface, sense) if sense.demonym else None

    def _inflected(self, words: Words, i: int, held: Span | None) -> Span | None:
        """The longest inflected name that begins at a word, if it is longer or surer than the span held."""
        best = held
        for last, key, evidence in self.endings.names_at(words, i):
            if held and (last < held.last or (last == held.last and held.sense and held.sense.strong)):
                continue
            surface = words.surface(i, last)
            sense = self.senses.of(key, surface, self.hints, self.lang, evidence.value, (evidence,))
            if not sense.contenders:
                continue
            span = Span(i, last, surface, sense)
            if not self.usable(words, span) or not fits(words, i, last, sense, inflected=True):
                continue
            if best is None or last > best.last or (last == best.last and _surer(sense, best.sense)):
                best = span
        return best

    def _behind_proclitic(self, words: Words, i: int) -> Span | None:
        """A name behind a one-letter word that Arabic and Hebrew write together with it."""
        for skipped, rest, evidence in self.endings.behind_proclitics(words.surface(i, i)):
            for length, key in reversed(self.names.at([rest, *words.words[i + 1 : i + 12]], 0)):
                last = i + length - 1
                if length > 1 and max(words.gaps[i + 1 : last + 1]) == HARD:
                    continue
                surface = words.surface(i, last)[skipped:]
                sense = self.senses.of(key, surface, self.hints, self.lang, evidence.value, (evidence,))
                span = Span(i, last, surface, sense, skipped=skipped)
                if sense.contenders and self.usable(words, span) and rest not in self.ordinary:
                    return span
        return None


def name_places(words: Words, *small: HashSet) -> np.ndarray[Any, Any]:
    """Places of the words that a name may begin at: all but endings and words written small that are in no set."""
    import numpy as np

    first = np.frombuffer(words.first, "u1")
    begins = (first != LOWER) & (first != 0)  # endings that an apostrophe joins have no kind of their own
    for held in small:
        begins |= (first == LOWER) & held.has(words.hashes)
    return np.flatnonzero(begins)


def _surer(sense: Sense, other: Sense | None) -> bool:
    return other is None or (sense.strong, sense.probability) > (other.strong, other.probability)


def fits(words: Words, first: int, last: int, sense: Sense, *, inflected: bool = False) -> bool:
    """Whether words written small inside a name are small in the name itself, and words in capitals in capitals."""
    if first == last:
        return True
    listed = range(first, last + 1)
    small = [words.surface(k, k) for k in listed if words.first[k] == LOWER]
    small = [word for word in small if word[0].isalpha()]
    if inflected:
        return not small or any(sum(w[0].islower() for w in text.split()) >= len(small) for text in sense.texts)
    shown = small
    if not all(words.capitals[k] or words.first[k] != UPPER or len(words.words[k]) == 1 for k in listed):
        shown = small + [words.surface(k, k) for k in listed if words.capitals[k] and len(words.words[k]) > 2]
    return not shown or any(all(word in text for word in shown) for text in sense.texts)
