"""The mentions of one text as HTML: paragraphs, marks, and the card that says what a mark means and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from resolver.model import Candidate, Resolution, Role, Status
from resolver.render.document import Document, Mark, marks
from resolver.render.visible import plain, visible

WIKIDATA = "https://www.wikidata.org/wiki/"

_BREAK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:(?:\r\n|\r|\n)[ \t]*)+")
_LINE = re.compile(r"\r\n|\r|\n")
_WRAPPED = 45  # characters: where every line but the last is longer, the breaks are those of an editor
_SILENT = {"prior", "exact_key"}  # the card says the name and the probability itself
_RIVALS = 5
_OTHERS = 3
_LIKELY = 0.05


def body(document: Document, number: int) -> Iterator[str]:
    """The text of a document as paragraphs with marks.

    Args:
        document: The text and its mentions.
        number: The document's place on the page, from 0; it keeps anchors apart.
    """
    forest = marks(document)
    text, at, index = document.text, 0, 0
    for start, end in paragraphs(text, forest):
        piece: list[str] = []
        at = start
        while index < len(forest) and forest[index].start < end:
            mark = forest[index]
            piece += [visible(text[at : mark.start]), *_marked(text, mark, number)]
            at, index = mark.end, index + 1
        piece.append(visible(text[at:end]))
        lines = _LINE.split(text[start:end].strip("\r\n"))
        verse = ' class="verse"' if any(len(line) < _WRAPPED for line in lines[:-1]) else ""
        yield f'<p dir="auto"{verse}>{"".join(piece)}</p>\n'


def paragraphs(text: str, forest: Iterable[Mark] = ()) -> Iterator[tuple[int, int]]:
    r"""Stretches of a text between blank lines; a blank line inside a mark parts nothing.

    >>> text = "One.\n\nTwo.\n \nThree."
    >>> [text[start:end] for start, end in paragraphs(text)]
    ['One.', 'Two.', 'Three.']
    """
    whole = iter([(mark.start, mark.end) for mark in forest])
    held = next(whole, None)
    at = 0
    for found in _BREAK.finditer(text):
        while held and held[1] <= found.start():
            held = next(whole, None)
        if held and held[0] < found.end():
            continue
        if text[at : found.start()].strip():
            yield at, found.start()
        at = found.end()
    if text[at:].strip():
        yield at, len(text)


def _marked(text: str, mark: Mark, number: int, *, part: bool = False) -> Iterator[str]:
    resolution = mark.resolution
    name = "" if part else f' id="m{number}-{mark.number}"'
    said = f"{_spoken(resolution)}"
    yield f'<span class="m {css_class(resolution)}"{name} tabindex="0" role="note" aria-label="{said}">'
    at = mark.start
    for inner in mark.inside:
        yield visible(text[at : inner.start])
        yield from _marked(text, inner, number, part=inner.number == mark.number)
        at = inner.end
    yield visible(text[at : mark.end])
    yield from card(resolution, text[mark.start : mark.end])
    yield "</span>"


def css_class(resolution: Resolution) -> str:
    """The class of a mark: its kind (`k-city`), or its status where it has none (`s-ambiguous`)."""
    kind = resolution.kind
    return f"k-{kind}" if kind else f"s-{resolution.status}"


def _spoken(resolution: Resolution) -> str:
    """What a screen reader says of a mark, in one phrase."""
    if best := resolution.best:
        return plain(f"{best.entity.label}, {words(best.entity.kind)}, probability {best.probability:.2f}")
    if resolution.parts:
        return plain(" and ".join(part.label or part.query for part in resolution.parts))
    return str(resolution.status)


def words(name: str) -> str:
    """A kind, role or kind of evidence as words.

    >>> words("government_body")
    'government body'
    """
    return name.replace("_", " ")


# -- the card


def card(resolution: Resolution, surface: str) -> Iterator[str]:
    """What a mark means and why; shown while the mark is pointed at, focused or tapped."""
    yield '<span class="card" dir="ltr" role="presentation">'
    if best := resolution.best:
        yield from _entity(best, resolution.provisional)
        yield _name(best, surface)
        yield _reasons(resolution)
        if others := _others(resolution.candidates):
            yield '<span class="why">other readings:</span>'
            yield from map(_rival, others)
    elif resolution.parts:
        yield f'<span class="what"><b>{len(resolution.parts)} entities</b> named together</span>'
        yield from (_part(part) for part in resolution.parts)
        yield _reasons(resolution)
    elif resolution.status is Status.AMBIGUOUS:
        yield f'<span class="what"><b>Ambiguous</b> between {len(resolution.candidates)}</span>'
        yield from map(_rival, resolution.candidates[:_RIVALS])
        yield _reasons(resolution)
    else:
        yield '<span class="what"><b>Unmatched</b></span>'
        yield _reasons(resolution) or '<span class="why">no entity of this name is held</span>'
        if resolution.candidates:
            yield '<span class="why">nearest, not taken:</span>'
            yield from map(_rival, resolution.candidates[:2])
    yield "</span>"


def link(qid: str) -> str:
    """A QID as a link to Wikidata; a local id as text.

    >>> link("Q43")
    '<a href="https://www.wikidata.org/wiki/Q43" rel="noreferrer">Q43</a>'
    >>> link("x-m23")
    '<span class="id">x-m23</span>'
    """
    return (
        f'<a href="{WIKIDATA}{qid}" rel="noreferrer">{qid}</a>'
        if qid.startswith("Q") and qid[1:].isdigit()
        else f'<span class="id">{plain(qid)}</span>'
    )


def _others(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Readings not taken that are worth a line: likely ones, and the city behind a government or the reverse."""
    seat = candidates[0].alias.role is Role.METONYM
    reverse = next((c for c in candidates[1:] if (c.alias.role is Role.METONYM) is not seat), None)
    metonymy = reverse if seat or (reverse and reverse.alias.role is Role.METONYM) else None
    return [c for c in candidates[1:] if c.probability >= _LIKELY or c is metonymy][:_OTHERS]


def _entity(best: Candidate, provisional: bool) -> Iterator[str]:
    entity = best.entity
    yield f'<span class="what"><b dir="auto">{visible(entity.label)}</b> {chance(best.probability)}</span>'
    waits = " · QID not yet confirmed" if provisional and entity.qid.startswith("Q") else ""
    anchor = f'<a class="all" href="#e-{plain(entity.qid)}">all mentions</a>'
    yield f'<span class="sub">{words(entity.kind)} · {link(entity.qid)}{waits} · {anchor}</span>'
    if entity.description:
        yield f'<span class="about" dir="auto">{visible(entity.description)}</span>'


def _name(best: Candidate, surface: str) -> str:
    alias = best.alias
    said = [words(alias.role)]
    if alias.lang:
        said.append(alias.lang)
    if alias.register != "neutral":
        said.append(str(alias.register))
    spelt = f"“<bdi>{visible(alias.text)}</bdi>”, " if alias.text != surface else ""
    return f'<span class="why">{spelt}{plain(", ".join(said))}</span>'


def _reasons(resolution: Resolution) -> str:
    told = [e.detail for e in resolution.evidence if e.detail and e.name not in _SILENT]
    return "".join(f'<span class="why" dir="auto">{visible(detail)}</span>' for detail in told)


def _rival(rival: Candidate) -> str:
    entity = rival.entity
    return (
        f'<span class="rival k-{entity.kind}"><bdi>{visible(entity.label)}</bdi> <span class="sub">{words(entity.kind)}'
        f" · {link(entity.qid)}</span> {chance(rival.probability)}</span>"
    )


def _part(part: Resolution) -> str:
    if best := part.best:
        return _rival(best)
    return f'<span class="rival"><bdi>{visible(part.query)}</bdi> <span class="sub">{part.status}</span></span>'


def chance(probability: float) -> str:
    """A probability as digits, never rounded to certainty or to nothing.

    >>> chance(0.983), chance(0.0002)
    ('<span class="p" title="probability">0.98</span>', '<span class="p" title="probability">&lt;0.01</span>')
    """
    said = f"{min(probability, 0.99) if probability < 1 else 1:.2f}"
    return f'<span class="p" title="probability">{"&lt;0.01" if 0 < probability < 0.005 else said}</span>'
