"""Misspelt and romanised names in a text: long names that we lack, looked up by resemblance, within a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.annotate.senses import Span
from resolver.model import Resolution, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from resolver.engine import Resolver
    from resolver.gazetteer import Gazetteer

BUDGET, MORE = 100, 3
"""Names of a text that are looked up by resemblance, about a millisecond each: so many in all, and so many for each
further part of the text. Names that come back are not counted twice."""
LONG = 8
"""Letters of a name of two words or more, for it to be looked up so."""


class Alike:
    """Looks up names by resemblance, each once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[str, Resolution] = {}
        self._left = BUDGET

    def look_up(self, spans: Iterable[Span], lang: str) -> None:
        """Turn names that we lack into mentions of what they surely resemble."""
        wanted = [span for span in spans if span.unknown and span.length > 1 and len(span.surface) >= LONG]
        new = list(dict.fromkeys(span.surface for span in wanted if span.surface not in self._known))[: self._left]
        self._left += MORE - len(new)
        if new:
            asked = [" ".join(surface.split()) for surface in new]
            answers = self._resolver.resolve_many(asked, lang=lang or None)
            self._known |= dict(zip(new, answers, strict=True))
        for span in wanted:
            answer = self._known.get(span.surface)
            if answer is not None and answer.status is Status.MATCHED:
                self._take(span, answer)

    def _take(self, span: Span, answer: Resolution) -> None:
        gazetteer: Gazetteer = self._resolver.gazetteer
        best = answer.candidates[0]
        entity = gazetteer.entity_number(best.entity.qid)
        span.entity, span.unknown, span.sure = entity, False, True
        span.probability = best.probability
        span.answer = answer.answer


