"""A text with its mentions; which of them to keep, which lie inside others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from resolver.model import Kind, Resolution, Status


class Mention(Protocol):
    """A span of a text with the answer for it; what `Resolver.annotate` yields is one."""

    @property
    def start(self) -> int:
        """Offset of the first code point."""

    @property
    def end(self) -> int:
        """Offset behind the last code point."""

    @property
    def surface(self) -> str:
        """The span itself."""

    @property
    def resolution(self) -> Resolution:
        """What it means."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text and what was found in it.

    Attributes:
        name: The file as the user named it.
        text: The raw text; offsets of the mentions count its code points.
        mentions: In order of their start. Those of `annotate_files` are found while they are read, once, so that
            a long text need not fit into memory with all that is said about it; `held` keeps them.
    """

    name: str
    text: str
    mentions: Iterable[Mention]

    def held(self) -> Document:
        """The same document with its mentions in memory, in order, a longer one before those inside it."""
        return Document(self.name, self.text, tuple(sorted(self.mentions, key=lambda m: (m.start, -m.end))))

    def passing(self, through: Callable[[Iterable[Mention]], Iterable[Mention]]) -> Document:
        """The same document with its mentions passing through a function, as they are read."""
        return Document(self.name, self.text, through(self.mentions))


def of_kinds(mentions: Iterable[Mention], kinds: Collection[Kind]) -> Iterator[Mention]:
    """The mentions that are, or may be, of one of these kinds; all of them where no kind is asked for."""
    return (mention for mention in mentions if not kinds or _may_be(mention.resolution, kinds))


def _may_be(resolution: Resolution, kinds: Collection[Kind]) -> bool:
    if resolution.status is Status.MATCHED:
        return resolution.kind in kinds
    if resolution.status is Status.AMBIGUOUS:
        return any(candidate.entity.kind in kinds for candidate in resolution.candidates)
    return any(_may_be(part, kinds) for part in resolution.parts)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text to be marked: a mention, or one part of a composite one.

    Attributes:
        start, end: Offsets in the text.
        resolution: What the stretch means.
        number: The mention's place in the document, from 0; parts share that of their mention.
        inside: Marks within this one, in order, none overlapping another.
    """

    start: int
    end: int
    resolution: Resolution
    number: int
    inside: tuple[Mark, ...] = ()


def marks(document: Document) -> list[Mark]:
    """The mentions of a document, in order, as a forest; one that crosses the end of another begins where that ends.

    Empty spans, and spans outside the text, have nothing to mark and are left out.
    """
    spans = [
        (max(m.start, 0), min(m.end, len(document.text)), m.resolution, n) for n, m in enumerate(document.mentions)
    ]
    spans = [span for span in spans if span[0] < span[1]]
    return _nest(spans, 0, len(document.text), document.text)


def _nest(spans: Sequence[tuple[int, int, Resolution, int]], start: int, end: int, text: str) -> list[Mark]:
    found: list[Mark] = []
    index = 0
    at = start
    while index < len(spans):
        first, last, resolution, number = spans[index]
        first, last = max(first, at), min(last, end)
        index += 1
        if first >= last:
            continue
        within = []
        while index < len(spans) and spans[index][0] < last and spans[index][1] <= last:
            within.append(spans[index])
            index += 1
        inside = _nest(within, first, last, text) if within else _parts(text, first, last, resolution, number)
        found.append(Mark(first, last, resolution, number, tuple(inside)))
        at = last
    return found


def _parts(text: str, start: int, end: int, resolution: Resolution, number: int) -> list[Mark]:
    """Where the parts of a composite stand in it; a part that is not there word for word gets no mark of its own."""
    found: list[Mark] = []
    at = start
    for part in resolution.parts:
        first = text.find(part.query, at, end) if part.query else -1
        if first < 0:
            continue
        at = first + len(part.query)
        found.append(Mark(first, at, part, number))
    return found


def leaves(resolution: Resolution) -> Iterator[Resolution]:
    """The resolution itself, or the parts of a composite."""
    if resolution.status is Status.COMPOSITE and resolution.parts:
        for part in resolution.parts:
            yield from leaves(part)
    else:
        yield resolution
