"""Spans -> annotations: a Resolution for each, whose words are worked out when somebody looks at them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resolver.annotate.annotation import Annotation
from resolver.context import is_metonym
from resolver.decide import decide
from resolver.gazetteer import Gazetteer
from resolver.model import Alias, Answer, Candidate, Evidence, Hints, Resolution, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resolver.annotate.senses import Span
    from resolver.annotate.text import Words
    from resolver.engine import Resolver


def status_of(span: Span) -> Status:
    """The status that a span's answer has."""
    if span.entity >= 0:
        return Status.MATCHED
    sense = span.sense
    if span.unknown or sense is None:
        return Status.UNMATCHED
    if sense.status is not Status.MATCHED:
        return sense.status
    return Status.AMBIGUOUS if len(sense.contenders) > 1 else Status.UNMATCHED  # the text took the answer back


class TextBook:
    """Answers of one text by number; see `Resolution`."""

    def __init__(self, resolver: Resolver, hints: Hints) -> None:
        self._resolver = resolver
        self._hints = hints
        self._spans: list[Span] = []
        self._qids = resolver.gazetteer.qids

    def add(self, span: Span) -> int:
        """Number of a new answer."""
        self._spans.append(span)
        return len(self._spans) - 1

    def status(self, number: int) -> Status | None:
        """Status of answer `number`."""
        return status_of(self._spans[number])

    def qid(self, number: int) -> str | None:
        """Entity id of answer `number`."""
        entity = self._spans[number].entity
        return self._qids[entity] if entity >= 0 else None

    def numbered(self, number: int, query: str) -> Answer:
        """The answer to a mention, in full."""
        resolver, span = self._resolver, self._spans[number]
        gazetteer, config = resolver.gazetteer, resolver.config
        plain = Answer(
            status=Status.UNMATCHED,
            as_of=self._hints.as_of,
            gazetteer_version=gazetteer.version,
            config_hash=config.hash,
        )
        if span.answer is not None:
            return replace(span.answer, evidence=(*span.answer.evidence, *span.notes), as_of=self._hints.as_of)
        if span.sense is not None and span.sense.contenders:
            hits = [contender.hit for contender in span.sense.contenders]
            plain = decide(gazetteer, query, hits, self._hints, config.replace(top=50))
        if span.entity < 0:
            notes = span.notes or ((Evidence("unknown_name", 1.0, "looks like a name"),) if span.unknown else ())
            status = status_of(span)
            candidates = () if span.unknown else plain.candidates[: config.top]
            return replace(
                plain, status=status, candidates=candidates, evidence=(*plain.evidence, *notes), margin=plain.margin
            )
        return self._chosen(span, plain)

    def _chosen(self, span: Span, plain: Answer) -> Answer:
        gazetteer, config = self._resolver.gazetteer, self._resolver.config
        entity = gazetteer.entity_at(span.entity)
        held = next((c for c in plain.candidates if c.entity.qid == entity.qid), None)
        others = [c for c in plain.candidates if c is not held]
        notes = span.notes
        if held is None:
            held = Candidate(
                entity=entity, alias=_alias_of(gazetteer, span), score=span.probability, probability=0.0, evidence=()
            )
        probability = span.probability if notes else max(held.probability, span.probability)
        left = max(0.0, 1.0 - probability)
        total = sum(c.probability for c in others)
        if total > left:
            others = [replace(c, probability=round(c.probability * left / total, 6)) for c in others]
        best = replace(held, probability=round(probability, 6), evidence=(*held.evidence, *notes))
        candidates = (best, *others)[: config.top]
        if span.sense is not None and span.sense.metonym:
            candidates = self._both(candidates, plain.candidates)
        runner_up = candidates[1].probability if len(candidates) > 1 else 0.0
        return replace(
            plain,
            status=Status.MATCHED,
            candidates=candidates,
            margin=round(best.probability - runner_up, 6),
            evidence=best.evidence,
        )

    def _both(self, shown: tuple[Candidate, ...], every: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """The candidates shown, with both readings of a capital's name among them."""
        if len(shown) < 2:
            return shown
        wanted = not is_metonym(shown[0])
        if any(is_metonym(candidate) == wanted for candidate in shown):
            return shown
        other = next((candidate for candidate in every if is_metonym(candidate) == wanted), None)
        return (*shown[:-1], other) if other else shown


def _alias_of(gazetteer: Gazetteer, span: Span) -> Alias:
    """The name that an entity is shown by if the text, not a name of its own, led to it: its label."""
    numbers = gazetteer.alias_numbers(span.entity)
    label = gazetteer.entity_at(span.entity).label
    number = next((n for n in numbers if gazetteer.alias_text(n) == label), numbers[0])
    return gazetteer.alias(number)


class _Numbered:
    """A book that answers for one number."""

    __slots__ = ("_book", "_number")

    def __init__(self, book: TextBook, number: int) -> None:
        self._book = book
        self._number = number

    def status(self, number: int) -> Status | None:
        return self._book.status(number)

    def qid(self, number: int) -> str | None:
        return self._book.qid(number)

    def answer(self, query: str) -> Answer:
        return self._book.numbered(self._number, query)


def answered(
    resolver: Resolver, words: Words, spans: list[Span], hints: Hints, base: int, *, unknown: bool
) -> Iterator[Annotation]:
    """Annotations of spans, in order; those that mean nothing we hold only where they are asked for."""
    book = TextBook(resolver, hints)
    for span in spans:
        if not unknown and status_of(span) is Status.UNMATCHED:
            continue
        start, end = words.starts[span.first] + span.skipped, _end(words, span)
        surface = words.text[start:end]
        number = book.add(span)
        yield Annotation(base + start, base + end, surface, Resolution(surface, number, _Numbered(book, number)))


def _end(words: Words, span: Span) -> int:
    """Where a mention ends: with the full stop of an abbreviation, without endings that an apostrophe joins."""
    end = words.ends[span.last]
    if span.sense and words.text[end : end + 1] == ".":
        stopped = f"{span.surface}.".casefold()
        if any(text.casefold() == stopped for text in span.sense.texts):
            return end + 1
    return end
