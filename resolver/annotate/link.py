"""Resolving the mentions of one text together: what each is taken to mean beside the others.

In this order, each step on what the one before left open:

1. names beside unexplained capitals are parts of names we lack;
2. an acronym in brackets is bound to the name before it, for the whole text;
3. a part of a person's name is the person named in full before it (or, in a headline, after it);
4. candidates gain by what surely stands in the text: their country, a relation, a place named beside them.

Every step leaves its observation as evidence.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from resolver.annotate.find import Finder
from resolver.annotate.names import part_of_unknown, runs
from resolver.annotate.senses import Sense, Span
from resolver.annotate.text import HARD, SOFT, SPACE, UPPER, Words
from resolver.decide import Contender
from resolver.gazetteer import KINDS, Gazetteer
from resolver.model import Evidence, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from resolver.config import Config

UNKNOWN = -1
COUNTRY_GAIN, KIN_GAIN, BESIDE_GAIN = 8.0, 6.0, 60.0
"""How much a candidate's odds gain if its country makes up the whole text, if it is related to a sure mention, if the
place it lies in stands right beside it."""
TEXT_PROBABILITY = 0.5
"""In a text a name is resolved to its likeliest reading if that is likelier than all others together."""

_PLACES = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION))
_OUTER = frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION))
_PERSON = KINDS.index(Kind.PERSON)
_MOST_REMEMBERED = 5_000


class Memory:
    """What a text has named so far: persons by parts of their names, acronyms, countries; kept from part to part."""

    def __init__(self) -> None:
        self.names: dict[str, list[tuple[int, int, str]]] = {}
        self.acronyms: dict[str, tuple[int, str]] = {}
        self.countries: Counter[str] = Counter()
        self.entities: set[int] = set()

    def name(self, word: str, place: int, entity: int, full: str) -> None:
        """Remember that a word is part of a name at a place; entity UNKNOWN for a name that we lack."""
        if len(self.names) > _MOST_REMEMBERED:
            self.names.clear()
        self.names.setdefault(word, []).append((place, entity, full))

    def named(self, word: str, place: int) -> tuple[int, int, str] | None:
        """The nearest full name before a place that a word is part of, else the first after it."""
        listed = self.names.get(word)
        if not listed:
            return None
        before = [item for item in listed if item[0] < place]
        return before[-1] if before else listed[0]


class Linker:
    """Resolves the spans of one text, part by part."""

    def __init__(self, finder: Finder, config: Config) -> None:
        self.finder = finder
        self.config = config
        self.gazetteer: Gazetteer = finder.senses.gazetteer
        self.memory = Memory()

    def link(self, words: Words, spans: list[Span], base: int) -> list[Span]:
        """All mentions, in order, those that stay open included; `base` is the part's place in the text."""
        unknown = runs(self.finder, words, spans)
        spans = self._joined(words, spans, unknown)
        for span in spans:
            self._by_itself(span)
        self._define_acronyms(words, spans)
        self._remember(words, spans, base)
        spans = self._coreferent(words, spans, base)
        self._cohere(words, spans)
        return spans

    # -- 1 names that we lack

    def _joined(self, words: Words, spans: list[Span], unknown: list[tuple[int, int]]) -> list[Span]:
        """Spans and unknown names in order; a span beside unexplained capitals becomes part of an unknown name."""
        out: list[Span] = []
        pieces = sorted(
            [(span.first, span.last, span) for span in spans] + [(first, last, None) for first, last in unknown],
            key=lambda piece: piece[0],
        )
        for first, last, span in pieces:
            held = out[-1] if out else None
            beside = held is not None and held.last == first - 1 and words.gaps[first] == SPACE
            if held is not None and beside and (held.unknown or span is None) and self._belong(words, held, span, first, last):
                out[-1] = Span(held.first, last, words.surface(held.first, last), None, unknown=True)
            elif span is None:
                out.append(Span(first, last, words.surface(first, last), None, unknown=True))
            else:
                out.append(span)
        return out

    def _belong(self, words: Words, held: Span, span: Span | None, first: int, last: int) -> bool:
        """Whether a span and the unexplained capitals beside it are one name."""
        known = held if span is None else span
        if known.sense is None:
            return True
        if known is held and (known.sense.demonym or (words.capitals[known.last] and not words.capitals[first])):
            return False
        if span is not None and words.capitals[held.last] != words.capitals[first] and words.capitals[held.last]:
            return False
        return True

    # -- alone

    def _by_itself(self, span: Span) -> None:
        sense = span.sense
        if sense is None or span.unknown:
            return
        span.probability = sense.probability
        if sense.status is Status.MATCHED:
            span.entity = sense.best
            span.sure = sense.strong or sense.demonym

    # -- 2 acronyms

    def _define_acronyms(self, words: Words, spans: list[Span]) -> None:
        """Bind `(SDF)` to the name right before it, if its letters are its initials."""
        bound: dict[str, tuple[int, str]] = {}
        ends = {span.last: span for span in spans}
        for i in range(1, len(words)):
            if words.gaps[i] != HARD or not words.capitals[i] or i - 1 not in ends:
                continue
            if words.text[words.starts[i] - 1 : words.starts[i]] != "(" or words.text[words.ends[i] : words.ends[i] + 1] != ")":
                continue
            span, letters = ends[i - 1], words.words[i]
            if span.length > 1 and _initials(words, span, letters):
                bound[letters] = (span.entity, span.surface)
        self.memory.acronyms |= bound

    # -- 3 coreference

    def _remember(self, words: Words, spans: list[Span], base: int) -> None:
        for span in spans:
            place = base + words.starts[span.first]
            if span.unknown:
                if span.length > 1:
                    self.memory.name(words.words[span.last], place, UNKNOWN, span.surface)
            elif span.entity >= 0 and span.length > 1 and self.gazetteer.entity_kind[span.entity] == _PERSON:
                assert span.sense is not None
                own = self.gazetteer.key(span.sense.key).split(" ")[-1]
                for word in {own, words.words[span.last]}:
                    self.memory.name(word, place, span.entity, span.surface)

    def _coreferent(self, words: Words, spans: list[Span], base: int) -> list[Span]:
        """Bind single words that are part of a person's name, and acronyms that the text defines."""
        for span in spans:
            if span.length > 1:
                continue
            word = words.words[span.first]
            if words.capitals[span.first] and word in self.memory.acronyms:
                entity, full = self.memory.acronyms[word]
                self._bind(span, entity, Evidence("acronym_defined", 1.0, f"{full} ({span.surface}) in this text"))
                continue
            if span.sense and span.sense.strong and self.gazetteer.prior(span.sense.best) >= 0.6:
                continue
            place = base + words.starts[span.first]
            forms = self.finder._variants_of(words, span.first) if self.finder.inflected else [word]
            for form in forms:
                if known := self.memory.named(form, place):
                    _, entity, full = known
                    self._bind(span, entity, Evidence("coreference", 1.0, f"{full} in this text"))
                    break
        return spans

    def _bind(self, span: Span, entity: int, note: Evidence) -> None:
        span.entity = entity
        span.notes.append(note)
        span.sure = entity >= 0
        span.probability = 0.95 if entity >= 0 else 0.0
        span.unknown = entity < 0

    # -- 4 coherence

    def _cohere(self, words: Words, spans: list[Span]) -> None:
        memory, gazetteer = self.memory, self.gazetteer
        for span in spans:
            if span.sure and span.entity >= 0:
                memory.entities.add(span.entity)
                entity = gazetteer.entity_at(span.entity)
                if entity.kind in (Kind.COUNTRY, Kind.TERRITORY):
                    memory.countries[entity.qid] += 1
                else:
                    for country in entity.countries[:2]:
                        memory.countries[country] += 1
        total = sum(memory.countries.values())
        for number, span in enumerate(spans):
            if span.sure or span.unknown or span.sense is None:
                continue
            self._weigh(words, spans, number, span, span.sense, total)

    def _weigh(self, words: Words, spans: list[Span], number: int, span: Span, sense: Sense, total: int) -> None:
        """Decide an open span by what surely stands in the text."""
        beside = self._beside(words, spans, number)
        weighed: list[tuple[float, Contender, list[Evidence]]] = []
        for contender in sense.contenders:
            gain, notes = self._gain(contender, beside, total)
            weighed.append((contender.probability * gain, contender, notes))
        rest = max(0.0, 1.0 - sum(c.probability for c in sense.contenders))
        whole = sum(weight for weight, _, _ in weighed) + rest
        weighed.sort(key=lambda item: (-item[0], item[1].entity))
        weight, best, notes = weighed[0]
        span.probability = round(weight / whole, 6)
        if span.probability >= TEXT_PROBABILITY and (sense.strong or notes or sense.status is Status.MATCHED):
            span.entity = best.entity
            span.notes += notes
        else:
            span.entity = -1

    def _gain(self, contender: Contender, beside: int, total: int) -> tuple[float, list[Evidence]]:
        gazetteer, memory = self.gazetteer, self.memory
        entity = gazetteer.entity_at(contender.entity)
        gain, notes = 1.0, []
        own = (entity.qid, *entity.countries) if entity.kind in _PLACES else entity.countries
        times = max((memory.countries[country] for country in own), default=0)
        if times:
            gain += COUNTRY_GAIN * times / total
            notes.append(Evidence("coherence", round(times / total, 4), f"{times} mentions of its country in this text"))
        if beside >= 0 and beside != contender.entity and self._lies_in(contender.entity, beside):
            gain += BESIDE_GAIN
            notes.append(Evidence("beside", 1.0, f"stands beside {gazetteer.entity_at(beside).label}"))
        return gain, notes

    def _beside(self, words: Words, spans: list[Span], number: int) -> int:
        """The place named right after a span, as in `Paris, Texas`; -1 where there is none."""
        span = spans[number]
        if number + 1 < len(spans):
            other = spans[number + 1]
            if other.first == span.last + 1 and words.gaps[other.first] == SOFT and other.sense and other.entity >= 0:
                return other.entity if KINDS[self.gazetteer.entity_kind[other.entity]] in _OUTER else -1
        return -1

    def _lies_in(self, inner: int, outer: int) -> bool:
        gazetteer = self.gazetteer
        return gazetteer.are_kin(inner, outer) or gazetteer.qid(outer) in gazetteer.entity_at(inner).countries


def _initials(words: Words, span: Span, letters: str) -> bool:
    initials = "".join(words.words[k][0] for k in range(span.first, span.last + 1))
    capitals = "".join(words.words[k][0] for k in range(span.first, span.last + 1) if words.first[k] == UPPER)
    return letters in (initials, capitals)
