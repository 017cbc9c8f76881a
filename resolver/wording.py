"""An answer in words: candidates and evidence of ranked contenders, made when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resolver.config import Config
from resolver.decide import PROMINENCE, Contender, hint_evidence
from resolver.features import evidence as evidence_of
from resolver.gazetteer import Gazetteer
from resolver.hits import Channel
from resolver.model import Alias, Answer, Candidate, Entity, Evidence, Hints, Status, Strength


class Packed(NamedTuple):
    """An answer on its way from one process to another that has the same gazetteer: numbers, no words yet."""

    status: Status
    margin: float
    shown: tuple[Contender, ...]
    sharers: int
    hints: Hints
    config: Config

    def unpacked(self, gazetteer: Gazetteer) -> Answer:
        """The answer."""
        return Words(gazetteer, self.shown, self.sharers, self.hints, self.config).answer(self.status, self.margin)


def packed(answer: Answer) -> Answer | Packed:
    """An answer, as numbers where its words are not made yet."""
    words = answer.maker
    if not isinstance(words, Words):
        return answer
    return Packed(answer.status, answer.margin, words.shown, words.sharers, words.hints, words.config)


class Words(NamedTuple):
    """What it takes to put an answer into words.

    Attributes:
        gazetteer: Where the contenders' numbers point.
        shown: The contenders that are listed, best first.
        sharers: How many there are in all.
        hints, config: What was known, and the thresholds.
    """

    gazetteer: Gazetteer
    shown: tuple[Contender, ...]
    sharers: int
    hints: Hints
    config: Config

    def answer(self, status: Status, margin: float) -> Answer:
        """An answer of which these are the words."""
        return Answer(
            status=status,
            margin=margin,
            as_of=self.hints.as_of,
            gazetteer_version=self.gazetteer.version,
            config_hash=self.config.hash,
        ).with_words(self)

    @property
    def probability(self) -> float:
        """Of the best."""
        return self.shown[0].probability

    @property
    def qid(self) -> str:
        """Of the best."""
        return self.gazetteer.qid(self.shown[0].entity)

    def make(self, held: Answer | Candidate, field: str) -> tuple[Candidate, ...] | tuple[Evidence, ...] | Alias:
        """Candidates and evidence of the answer; alias and evidence of its candidates."""
        if isinstance(held, Candidate):
            contender = next(c for c in self.shown if self.gazetteer.qid(c.entity) == held.entity.qid)
            if field == "alias":
                return self.gazetteer.alias(contender.hit.alias, self.hints.langs)
            return tuple(_evidence(held.entity, held.alias, contender, self.hints, self.sharers))
        if field == "candidates":
            return tuple(self._candidate(contender) for contender in self.shown)
        said = held.candidates[0].evidence
        return (*said, *_reason(held.status, held.candidates, held.margin, self.config))

    def _candidate(self, contender: Contender) -> Candidate:
        entity = self.gazetteer.entity_at(contender.entity)
        if seen := contender.hit.resemblance:
            score = contender.hit.likelihood * seen.pair
        else:
            score = contender.weight / 2 ** (PROMINENCE * entity.prior)
        return Candidate(
            entity=entity,
            alias=_LATER,
            score=round(min(1.0, score), 6),
            probability=contender.probability,
        ).with_words(self)


_LATER = Alias(text="")  # until somebody looks


def _evidence(entity: Entity, alias: Alias, contender: Contender, hints: Hints, sharers: int) -> Iterator[Evidence]:
    spelled = f"{alias.text} ({alias.role}{', ' + alias.lang if alias.lang else ''}; {alias.source})"
    if seen := contender.hit.resemblance:
        yield Evidence("resembles", round(seen.pair, 6), spelled)
        yield from evidence_of(seen.alignment)
    elif contender.hit.channel is Channel.EXACT:
        yield Evidence("exact_key", contender.hit.likelihood, spelled)
    else:
        yield Evidence("latin_key", contender.hit.likelihood, f"same in Latin letters: {spelled}")
    yield from contender.hit.evidence
    if alias.strength is Strength.WEAK:
        yield Evidence("weak_alias", 1.0, f"{alias.text} identifies only with context")
    yield Evidence("prior", entity.prior, f"prominence of {entity.label}")
    for name, detail in hint_evidence(entity, alias, hints):
        yield Evidence(name, 1.0, detail)
    if sharers > 1 and not contender.hit.resemblance:
        yield Evidence("shared_name", round(1 / sharers, 4), f"{sharers} entities have this name")
    yield from contender.notes


def _reason(status: Status, candidates: Sequence[Candidate], margin: float, config: Config) -> tuple[Evidence, ...]:
    if status is Status.AMBIGUOUS:
        rivals = " or ".join(f"{c.entity.label} ({c.entity.kind}, {c.entity.qid})" for c in candidates[:2])
        return (Evidence("tie", margin, f"{rivals}: a kind, country or date may decide"),)
    if status is Status.UNMATCHED and candidates:
        if any(evidence.name == "other_case" for evidence in candidates[0].evidence):
            return (Evidence("uncertain", 0.0, "an acronym counts in its own capitals, or where its kind is given"),)
        probability = candidates[0].probability
        return (Evidence("uncertain", probability, f"below the threshold {config.match_probability:g}"),)
    return ()
