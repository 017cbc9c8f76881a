"""Misspelt and romanised names in a text: long names that we lack, looked up by resemblance, within a budget."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from resolver.annotate.senses import Span
from resolver.model import Answer, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from resolver.annotate.automaton import Names
    from resolver.engine import Resolver
    from resolver.gazetteer import Gazetteer

BUDGET, MORE = 8.0, 0.25
"""Names of a text that are looked up by resemblance, about a millisecond each: so many in all, and so many for each
further part of the text. Only names that sound like one of a prominent entity are, and none twice."""
LIKE, LIKELY, PROMINENT = 0.85, 0.9, 0.25
"""How much each word has to resemble; in one script also how probable and how prominent what it resembles has to be:
most names in a text that resemble a known one are those of strangers."""
_KEPT = 50_000  # names remembered
LONG = 8
"""Letters of a name of two words or more, for it to be looked up so."""


class Likeness:
    """What names resemble, remembered from text to text; an answer depends on name and language alone."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._sounds: dict[str, bool] = {}
        self._answers: dict[tuple[str, str], Answer] = {}

    def sounds_known(self, surface: str) -> bool:
        """Whether a name sounds like one of somebody prominent."""
        if (known := self._sounds.get(surface)) is None:
            if len(self._sounds) > _KEPT:
                self._sounds.clear()
            known = self._sounds[surface] = self._names.sounds_known(surface)
        return known

    def answers(self, resolver: Resolver, surfaces: Sequence[str], lang: str) -> list[Answer]:
        """What each of some names resolves to."""
        answers = self._answers
        if len(answers) > _KEPT:
            answers.clear()
        if new := [surface for surface in surfaces if (surface, lang) not in answers]:
            found = resolver.resolve_many([" ".join(surface.split()) for surface in new], lang=lang or None)
            answers |= {(surface, lang): resolution.answer for surface, resolution in zip(new, found, strict=True)}
        return [answers[surface, lang] for surface in surfaces]


class Alike:
    """Looks up names of one text by resemblance, each once."""

    def __init__(self, resolver: Resolver, likeness: Likeness) -> None:
        self._resolver = resolver
        self._likeness = likeness
        self._known: dict[str, Answer] = {}
        self._left = BUDGET

    def look_up(self, spans: Iterable[Span], lang: str) -> None:
        """Turn names that we lack into mentions of what they surely resemble."""
        wanted = [span for span in spans if span.unknown and span.length > 1 and len(span.surface) >= LONG]
        self._left += MORE
        fresh = dict.fromkeys(span.surface for span in wanted if span.surface not in self._known)
        new = list(islice(filter(self._likeness.sounds_known, fresh), int(self._left)))
        if new:
            self._left -= len(new)
            self._known |= dict(zip(new, self._likeness.answers(self._resolver, new, lang), strict=True))
        if not self._known:
            return
        for span in wanted:
            answer = self._known.get(span.surface)
            if answer is not None and answer.status is Status.MATCHED and is_same(answer):
                self._take(span, answer)

    def _take(self, span: Span, answer: Answer) -> None:
        gazetteer: Gazetteer = self._resolver.gazetteer
        best = answer.candidates[0]
        entity = gazetteer.entity_number(best.entity.qid)
        span.entity, span.unknown, span.sure = entity, False, True
        span.probability = best.probability
        span.answer = answer


def is_same(answer: Answer) -> bool:
    """Whether a name in a text that is not a known one means what it resembles."""
    seen = {evidence.name for evidence in answer.evidence}
    if "initials" in seen:
        return False
    if "resembles" not in seen:
        return "middle_name" not in seen or answer.candidates[0].entity.prior >= PROMINENT
    if any(name.startswith("left_out") or name in ("contradicted", "number_missing") for name in seen):
        return False
    if any(e.value < LIKE for e in answer.evidence if e.name in ("literal", "sound", "equivalent", "fuzzy")):
        return False
    best = answer.candidates[0]
    return "cross_script" in seen or (best.probability >= LIKELY and best.entity.prior >= PROMINENT)
