"""Resolving the mentions of one text together: what each is taken to mean beside the others.

In this order, each step on what the one before left open:

1. an acronym in brackets is bound to the name before it, for the whole text;
2. a part of a person's name is the person named in full before it (or, in a headline, after it);
3. candidates gain by what surely stands in the text: themselves by a longer name, their country, a relation, a
   place named beside them.

Every step leaves its observation as evidence.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

from resolver.annotate.find import GIVEN_PRIOR, Finder
from resolver.annotate.metonymy import read_metonyms
from resolver.annotate.names import with_unknown
from resolver.annotate.senses import Sense, Span
from resolver.annotate.text import HARD, SOFT, UPPER, Words
from resolver.context import Context
from resolver.decide import Contender
from resolver.gazetteer import KINDS, ROLES, Gazetteer
from resolver.lexicon import table
from resolver.model import Evidence, Kind, Role, Status
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.annotate.alike import Alike

UNKNOWN = -1
TEXT_PROBABILITY = 0.5
"""In a text a name is resolved to its likeliest reading if that is likelier than all others together."""
KIND_GAIN = 6.0
"""How much the odds of a place grow that is of the kind the text says: `the city of`."""
LANGUAGE_GAIN = 3.0
"""How much the odds of a name grow that is listed under the language of the text, where that is not English."""
SEAT_GAIN = 8.0
"""How much the odds of a government grow under the name of the palace it sits in."""
BOUND = 0.95
"""Probability of what a text itself says by a longer name."""

_PLACES = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION))
_OUTER = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION))
_METONYM = ROLES.index(Role.METONYM)
_PERSON = KINDS.index(Kind.PERSON)
_IN = frozenset(("in", "near", "outside", "im", "bei", "в", "у", "en", "dans", "في"))
_SMALL = frozenset((Kind.SUBDIVISION, Kind.CITY, Kind.WATER, Kind.REGION))
_SURNAME = ROLES.index(Role.SURNAME)
_TOWARDS = _IN | {"of", "from", "to", "at", "around", "through", "via", "into", "toward", "towards", "between"}
_MOST_REMEMBERED = 5_000


class Memory:
    """What a text has named so far, kept from part to part: parts of full names, acronyms."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[list[int], list[tuple[int, str]]]] = {}
        self.acronyms: dict[str, tuple[int, str]] = {}

    def name(self, word: str, place: int, entity: int, full: str) -> None:
        """Remember that a word is part of a name at a place; entity UNKNOWN for a name that we lack.

        Places come in order. The same name again says nothing new.
        """
        if len(self.names) > _MOST_REMEMBERED:
            self.names.clear()
        places, named = self.names.setdefault(word, ([], []))
        if not named or named[-1] != (entity, full):
            places.append(place)
            named.append((entity, full))

    def named(self, word: str, place: int) -> tuple[int, str] | None:
        """Entity and full name: the nearest before a place that a word is part of, else the first after it."""
        if (known := self.names.get(word)) is None:
            return None
        places, named = known
        return named[max(0, bisect_left(places, place) - 1)]


class Linker:
    """Resolves the spans of one text, part by part.

    Args:
        finder: Of the text's language.
        alike: For names that resemble.
        every: Whether names that we lack are asked for too.
    """

    def __init__(self, finder: Finder, alike: Alike, *, every: bool = False) -> None:
        self.every = every
        self.finder = finder
        self.alike = alike
        self.gazetteer: Gazetteer = finder.senses.gazetteer
        self.memory = Memory()
        self.context = Context(self.gazetteer)

    def link(self, words: Words, spans: list[Span], base: int) -> list[Span]:
        """All mentions, in order, those that stay open included; `base` is the part's place in the text."""
        spans, lonely = with_unknown(self.finder, words, spans, every=self.every)
        self.alike.look_up(spans, self.finder.lang)
        for span in spans:
            self._by_itself(words, span)
        self._remember(words, spans, base)
        self._define_acronyms(words, spans)
        spans = self._corefer(words, spans, lonely, base)
        for span in spans:
            if span.sure and span.entity >= 0:
                self.context.add(span.entity, full=span.length > 1)
        known: dict[tuple[int, int, str], tuple[int, float, list[Evidence]]] = {}
        for number, span in enumerate(spans):
            if not span.unknown and (sense := span.sense) is not None and (not span.sure or self._may_turn(span)):
                beside, kind = self._beside(words, spans, number)
                if span.sure and beside < 0 and not kind:
                    continue
                asked = id(sense), beside, kind
                if asked not in known:
                    within = self.context.named_within(span.surface, beside) if beside >= 0 else frozenset()
                    known[asked] = self._weighed(sense, beside, within, kind)
                span.entity, span.probability, notes = known[asked]
                if beside < 0 and not kind and self._may_be_somebody(words, span):
                    span.entity = UNKNOWN
                    continue
                if notes:
                    span.notes = (*span.notes, *notes)
        policy = self.finder.senses.config.metonymy
        read_metonyms(self.gazetteer, words, spans, self.finder.lang, policy)
        return spans

    # -- alone

    def _by_itself(self, words: Words, span: Span) -> None:
        """What a span means without the others, and whether that is sure."""
        sense = span.sense
        if sense is None or span.sure:
            return
        span.probability = sense.probability
        if sense.status is Status.MATCHED:
            span.entity = sense.best
            word = words.words[span.first]
            clear = span.length > 1 or sense.prior >= GIVEN_PRIOR or bool(words.capitals[span.first])
            palace = sense.metonym and sense.kind not in _PLACES
            span.sure = sense.demonym or (sense.strong and clear and not palace and word not in self.finder.ordinary)

    # -- 1 acronyms

    def _define_acronyms(self, words: Words, spans: list[Span]) -> None:
        """Bind `(SDF)` to the name right before it, if its letters are its initials."""
        if "(" not in words.text:
            return
        import numpy as np

        ends = {span.last: span for span in spans}
        after_sign = np.frombuffer(words.capitals, "?") & (np.frombuffer(words.gaps, "u1") == HARD)
        for i in np.flatnonzero(after_sign).tolist():
            if i - 1 not in ends:
                continue
            before, after = (
                words.text[words.starts[i] - 1 : words.starts[i]],
                words.text[words.ends[i] : words.ends[i] + 1],
            )
            span, letters = ends[i - 1], words.words[i]
            if before == "(" and after == ")" and span.length > 1 and _initials(words, span, letters):
                self.memory.acronyms[letters] = (span.entity, span.surface)

    # -- 2 coreference

    def _remember(self, words: Words, spans: list[Span], base: int) -> None:
        for span in spans:
            place = base + words.starts[span.first]
            if span.unknown:
                if span.length > 1:
                    self.memory.name(words.words[span.last], place, UNKNOWN, span.surface)
            elif span.entity >= 0 and span.length > 1 and self.gazetteer.entity_kind[span.entity] == _PERSON:
                own = self.gazetteer.key(span.sense.key).split(" ")[-1] if span.sense else ""
                for word in {own, words.words[span.last]} - {""}:
                    self.memory.name(word, place, span.entity, span.surface)

    def _corefer(self, words: Words, spans: list[Span], lonely: list[int], base: int) -> list[Span]:
        """Bind single words that are part of a person's name, and acronyms that the text defines."""
        if not self.memory.names and not self.memory.acronyms:
            return spans
        named: dict[int, Span] = {}
        for i in lonely:
            word = words.words[i]
            forms = self.finder.endings.variants(words.surface(i, i), word) if self.finder.endings.active else (word,)
            if word in self.memory.acronyms or any(form in self.memory.names for form in forms):
                named[i] = Span(i, i, words.surface(i, i), None, unknown=True)
        if named:
            spans = list(heapq.merge(spans, named.values(), key=attrgetter("first")))
        names, acronyms = self.memory.names, self.memory.acronyms
        inflected = self.finder.endings.active
        for span in spans:
            if span.first != span.last:
                continue
            word = words.words[span.first]
            if word in acronyms and words.capitals[span.first]:
                entity, full = acronyms[word]
                self._bind(span, entity, Evidence("acronym_defined", 1.0, f"{full} ({span.surface}) in this text"))
                continue
            if not inflected and word not in names:
                continue
            sense = span.sense
            if sense and sense.strong and sense.kind in _PLACES and sense.prior >= GIVEN_PRIOR:
                continue
            if word in self.finder.ordinary and words.gaps[span.first] == HARD:
                continue
            place = base + words.starts[span.first]
            for form in self.finder.endings.variants(words.surface(span.first, span.first), word):
                if known := self.memory.named(form, place):
                    entity, full = known
                    self._bind(span, entity, Evidence("coreference", 1.0, f"{full} in this text"))
                    break
        return spans

    def _bind(self, span: Span, entity: int, note: Evidence) -> None:
        span.entity = entity
        span.notes = (*span.notes, note)
        span.sure = entity >= 0
        span.probability = BOUND if entity >= 0 else 0.0
        span.unknown = entity < 0

    # -- 3 coherence

    def _may_turn(self, span: Span) -> bool:
        """Whether a sure span may yet mean another place, if the text puts it elsewhere."""
        sense = span.sense
        assert sense is not None
        return not span.notes and sense.kind in _PLACES and len(sense.contenders) > 1 and not sense.demonym

    def _may_be_somebody(self, words: Words, span: Span) -> bool:
        """Whether a small place may be a surname as well, and nothing before it speaks of a place: `Powell`."""
        sense = span.sense
        if span.entity < 0 or span.length > 1 or sense is None or sense.demonym or self.finder.lang != "en":
            return False
        if KINDS[self.gazetteer.entity_kind[span.entity]] not in _SMALL or span.entity in self.context.named:
            return False
        roles = self.gazetteer.alias_role
        if self.gazetteer.prior(span.entity) >= GIVEN_PRIOR or _SURNAME not in (
            roles[contender.hit.alias] for contender in sense.contenders
        ):
            return False
        first = span.first
        if first == 0 or words.gaps[first] == HARD:
            return True
        if words.gaps[first] == SOFT:
            return words.first[first - 1] != UPPER  # "Newquay, Cornwall"
        return words.words[first - 1] not in _TOWARDS

    def _weighed(
        self, sense: Sense, beside: int, within: frozenset[int], kind: str
    ) -> tuple[int, float, list[Evidence]]:
        """Entity, -1 where it stays open, probability and evidence by what surely stands in the text."""
        contenders = sense.contenders
        rivals = [contender.entity for contender in contenders]
        gains = [
            self.context.gain(entity, beside, within, rivals)
            * (KIND_GAIN if kind and KINDS[self.gazetteer.entity_kind[entity]] == kind else 1.0)
            for entity in rivals
        ]
        weights = [
            contender.probability * gain * self._language_gain(contender) * self._seat_gain(sense, contender)
            for contender, gain in zip(contenders, gains, strict=True)
        ]
        rest = max(0.0, 1.0 - sum(contender.probability for contender in contenders))
        weight, _, place = max((weight, -rivals[place], place) for place, weight in enumerate(weights))
        probability = round(weight / (sum(weights) + rest), 6)
        best = rivals[place]
        notes = self.context.notes(best, beside, within, rivals)
        if kind and KINDS[self.gazetteer.entity_kind[best]] == kind:
            notes.append(Evidence("apposition", 1.0, f"said to be a {kind}"))
        if sense.demonym and len(contenders) == 1:
            return best, probability, notes  # "Soviet": a people that no longer has a state
        if probability >= TEXT_PROBABILITY and (sense.strong or notes or sense.status is Status.MATCHED):
            return best, probability, notes
        return -1, probability, []

    def _language_gain(self, contender: Contender) -> float:
        lang = self.finder.lang
        return (
            LANGUAGE_GAIN if lang not in ("", "en") and lang in self.gazetteer.alias_langs(contender.hit.alias) else 1.0
        )

    def _seat_gain(self, sense: Sense, contender: Contender) -> float:
        """A palace that is no place is named for who sits there: the Kremlin, the White House."""
        if not sense.metonym or self.gazetteer.alias_role[contender.hit.alias] != _METONYM:
            return 1.0
        others = (c for c in sense.contenders if self.gazetteer.alias_role[c.hit.alias] != _METONYM)
        literal = next((KINDS[self.gazetteer.entity_kind[c.entity]] for c in others), Kind.OTHER)
        return 1.0 if literal in _PLACES else SEAT_GAIN

    def _beside(self, words: Words, spans: list[Span], number: int) -> tuple[int, str]:
        """The place that is said to lie around a span, -1 for none, and the kind it is said to be.

        `Paris, Texas`; `Tripoli in northern Lebanon`; `the Texas city of Paris`; `the capital, Ankara`.
        """
        span, nouns = spans[number], place_nouns(self.finder.lang)
        kind = ""
        for at in range(span.first - 1, max(-1, span.first - 3), -1):
            if words.gaps[at + 1] == HARD or words.words[at] in nouns:
                kind = nouns.get(words.words[at], "") if words.gaps[at + 1] != HARD else ""
                break
        if number + 1 < len(spans):
            other = spans[number + 1]
            apart = other.first - span.last - 1
            comma = apart == 0 and words.gaps[other.first] == SOFT
            inside = 0 < apart <= 2 and words.words[span.last + 1] in _IN and words.gaps[other.first] < SOFT
            if (comma or inside) and self._is_outer(other):
                return other.entity, kind
        if kind and number and self._is_outer(spans[number - 1]):
            other = spans[number - 1]
            between = range(other.last + 1, span.first)
            if len(between) <= 3 and all(words.gaps[k] < SOFT for k in between):
                return other.entity, kind
        return -1, kind

    def _is_outer(self, span: Span) -> bool:
        return span.entity >= 0 and KINDS[self.gazetteer.entity_kind[span.entity]] in _OUTER


@cache
def place_nouns(lang: str) -> dict[str, str]:
    """Folded nouns that say what kind of place a name is."""
    return {exact_key(row["form"]): row["kind"] for row in table("apposition") if row["lang"] == (lang or "en")}


def _initials(words: Words, span: Span, letters: str) -> bool:
    listed = range(span.first, span.last + 1)
    initials = "".join(words.words[k][0] for k in listed)
    capitals = "".join(words.words[k][0] for k in listed if words.first[k] == UPPER)
    return letters in (initials, capitals)
