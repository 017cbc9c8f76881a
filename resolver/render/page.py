"""Documents -> one HTML page that stands alone: no script, no network, one file.

The text runs on the left, the entities by frequency beside it; on a phone they follow it. Every mention carries
its card in the page itself, and the style sheet shows it on hover, focus and tap. The page forbids itself
everything else by a content security policy, so that a hostile text stays text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.resources import files
from pathlib import PurePath
from typing import TextIO
from unicodedata import bidirectional

from resolver.model import Entity, Kind, Resolution, Status, entity_order
from resolver.render.document import Document, leaves
from resolver.render.kinds import rules
from resolver.render.marks import body, link, words
from resolver.render.visible import plain, visible

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_LISTED = 60  # links to mentions shown for one entity and spelling; a longer list helps nobody
_OPEN = 24  # texts listed openly; a longer list waits behind its title
_STATUSES = {
    Status.AMBIGUOUS: "several entities bear the name",
    Status.UNMATCHED: "a name that is not held",
    Status.COMPOSITE: "several entities named together",
}


def write_html(documents: Iterable[Document], out: TextIO, *, title: str | None = None) -> None:
    """Write one page with all documents, their mentions marked, and the entities by frequency.

    Args:
        documents: Texts and their mentions.
        out: Where to write; UTF-8.
        title: Title of the page; None takes the name of the first document.

    >>> import io
    >>> page = io.StringIO()
    >>> write_html([Document("a.txt", "<script>alert(1)</script>", ())], page)
    >>> "<script" in page.getvalue(), "&lt;script&gt;" in page.getvalue()
    (False, True)
    """
    held = [document.held() for document in documents]
    for piece in _page(held, title or _title(held)):
        out.write(piece)


def _title(documents: Sequence[Document]) -> str:
    if not documents:
        return "No text"
    first = PurePath(documents[0].name).name
    return first if len(documents) == 1 else f"{first} and {len(documents) - 1} more"


def _page(documents: Sequence[Document], title: str) -> Iterator[str]:
    index = _Index(documents)
    turned = ' class="rtl"' if _turned("".join(d.text[:2000] for d in documents)) else ""
    yield (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body{' class=rtl' if turned else ''}>\n"
    )
    yield f'<header>\n<h1 dir="auto">{visible(title)}</h1>\n<p class="facts">{index.facts()}</p>\n'
    yield from index.contents()
    yield from index.legend()
    yield "</header>\n<main>\n"
    for number, document in enumerate(documents):
        yield f'<article id="d{number}">\n'
        if len(documents) > 1:
            yield f'<h2 dir="auto">{visible(document.name)}</h2>\n'
        if document.text.strip():
            yield from body(document, number)
        else:
            yield '<p class="none">This text is empty.</p>\n'
        yield "</article>\n"
    yield '</main>\n<aside aria-label="Entities">\n<h2 id="entities">Entities</h2>\n'
    yield from index.entities()
    yield "</aside>\n"
    yield f"<footer>{index.source()}</footer>\n</body>\n</html>\n"


def _style() -> str:
    return "".join(rules()) + files("resolver.render").joinpath("page.css").read_text(encoding="utf-8")


def _turned(text: str) -> bool:
    """Whether a text runs from right to left: its first letter with a direction says so."""
    for character in text:
        direction = bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


class _Index:
    """What the documents of a page mention, counted."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.kinds: Counter[Kind] = Counter()
        self.statuses: Counter[Status] = Counter()
        self.held: dict[str, Entity] = {}
        self.places: dict[str, dict[str, list[str]]] = {}
        self.open: dict[str, dict[str, list[str]]] = {}
        self.mentions = 0
        self.resolution: Resolution | None = None
        self.days: set[date] = set()
        for number, document in enumerate(documents):
            for place, mention in enumerate(document.mentions):
                self._count(mention.resolution, mention.surface, f"m{number}-{place}")

    def _count(self, resolution: Resolution, surface: str, anchor: str) -> None:
        self.mentions += 1
        self.resolution = self.resolution or resolution
        self.statuses[resolution.status] += 1
        if resolution.as_of:
            self.days.add(resolution.as_of)
        for leaf in leaves(resolution):
            spelling = surface if leaf is resolution else leaf.query
            spelling = " ".join(spelling.split())
            if best := leaf.best:
                self.kinds[best.entity.kind] += 1
                self.held[best.entity.qid] = best.entity
                self.places.setdefault(best.entity.qid, {}).setdefault(spelling, []).append(anchor)
            else:
                self.open.setdefault(spelling, {}).setdefault(str(leaf.status), []).append(anchor)

    def facts(self) -> str:
        """One line of counts."""
        counts = [_counted(self.mentions, "mention"), _counted(len(self.held), "entity", "entities")]
        counts += [f"{self.statuses[s]} {s}" for s in (Status.AMBIGUOUS, Status.UNMATCHED) if self.statuses[s]]
        if len(self.documents) > 1:
            counts.insert(0, _counted(len(self.documents), "text"))
        if len(self.days) == 1:
            counts.append(f"as of {min(self.days).isoformat()}")
        return " · ".join(counts) + '<span class="jump"> · <a href="#entities">to the entities</a></span>'

    def source(self) -> str:
        """What answered."""
        if self.resolution is None:
            return ""
        version = plain(self.resolution.gazetteer_version)
        return f"Gazetteer {version} · settings {plain(self.resolution.config_hash)}"

    def contents(self) -> Iterator[str]:
        """The texts of this page, where there are several."""
        if len(self.documents) < 2:
            return
        opened = " open" if len(self.documents) <= _OPEN else ""
        yield f'<details class="texts"{opened}>\n<summary>Texts</summary>\n<ul>\n'
        for number, document in enumerate(self.documents):
            count = len(tuple(document.mentions))
            yield f'<li><a href="#d{number}"><bdi>{visible(document.name)}</bdi></a> <small>{count:,}</small></li>\n'
        yield "</ul>\n</details>\n"

    def legend(self) -> Iterator[str]:
        """The kinds on this page, each with a switch that takes its marks away."""
        if not self.mentions:
            return
        yield '<details class="legend" open>\n<summary>Legend</summary>\n<ul>\n'
        for kind in Kind:
            if count := self.kinds[kind]:
                yield (
                    f'<li><label class="k-{kind}"><input type="checkbox" id="on-{kind}" checked>'
                    f'<span class="m k-{kind}">{words(kind)}</span> <small>{count}</small></label></li>\n'
                )
        for status, about in _STATUSES.items():
            if self.statuses[status]:
                yield (
                    f'<li><span class="m s-{status}">{status}</span>'
                    f" <small>{self.statuses[status]}, {about}</small></li>\n"
                )
        yield "</ul>\n</details>\n"

    def entities(self) -> Iterator[str]:
        """The entities, most mentioned first, with a link to each mention; names without one after them."""
        if not self.held and not self.open:
            yield '<p class="none">No name of the gazetteer is in this text.</p>\n'
            return
        totals = {qid: sum(map(len, forms.values())) for qid, forms in self.places.items()}
        order = sorted(totals, key=lambda qid: (-totals[qid], self.held[qid].label, entity_order(qid)))
        yield "<ol>\n"
        for qid in order:
            entity = self.held[qid]
            yield (
                f'<li id="e-{plain(qid)}" class="k-{entity.kind}"><span class="m k-{entity.kind}">'
                f'<bdi class="label">{visible(entity.label)}</bdi></span>'
                f' <span class="n">{totals[qid]}</span>'
                f'<span class="sub">{words(entity.kind)} · {link(qid)} · '
                f"{_forms(self.places[qid], entity.label)}</span></li>\n"
            )
        yield "</ol>\n"
        if self.open:
            yield "<h2>Not settled</h2>\n<ol>\n"
            for spelling, found in sorted(self.open.items(), key=lambda item: (-_total(item[1]), item[0])):
                for status, anchors in found.items():
                    yield (
                        f'<li><span class="m s-{status}"><bdi class="label">{visible(spelling)}</bdi></span>'
                        f' <span class="n">{len(anchors)}</span>'
                        f'<span class="sub">{status} · {_forms({spelling: anchors}, spelling)}</span></li>\n'
                    )
            yield "</ol>\n"


def _total(found: dict[str, list[str]]) -> int:
    return sum(map(len, found.values()))


def _forms(forms: dict[str, list[str]], label: str) -> str:
    """Each spelling, most frequent first, with a numbered link to each place; one that is the label goes unsaid."""
    shown = []
    for spelling, anchors in sorted(forms.items(), key=lambda item: (-len(item[1]), item[0])):
        links = "".join(f'<a href="#{anchor}">{n}</a>' for n, anchor in enumerate(anchors[:_LISTED], 1))
        more = f"<small>+{len(anchors) - _LISTED:,}</small>" if len(anchors) > _LISTED else ""
        said = "" if spelling == label and len(forms) == 1 else f"<bdi>{visible(spelling)}</bdi> "
        shown.append(f'<span class="form">{said}<span class="at">{links}{more}</span></span>')
    return f'<span class="forms">{"".join(shown)}</span>'


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
