"""Mentions made by hand, for tests of what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass

from resolver import Resolution, Status
from resolver.model import Answer

UNKNOWN = Answer(status=Status.UNMATCHED)


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    surface: str
    resolution: Resolution


def span(text: str, surface: str, resolution: Resolution | None = None, at: int = 0) -> Span:
    start = text.index(surface, at)
    return Span(start, start + len(surface), surface, resolution or Resolution(surface, UNKNOWN))
