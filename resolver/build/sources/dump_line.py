"""One line of a dump: whether it can match, told without parsing it, and the parts of it that are worth parsing.

Wikidata writes an item as `{"type":"item","id":...,"labels":...,"descriptions":...,"aliases":...,"claims":...,
"sitelinks":...}` without blanks. Where a line does not look so, nothing is skipped and all of it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from resolver.build.sources.wikibase import CODE_SCHEME, NAME_ROLE, RELATION, Facts, read_entity

PROPERTIES = frozenset(
    name.encode()
    for name in (
        *("P31", "P279", "P17", "P27", "P495", "P569", "P570", "P571", "P576", "P1082", "P625", "P39", "P1376"),
        *NAME_ROLE,
        *CODE_SCHEME,
        *RELATION,
    )
)
"""Properties that `read_entity` reads; statements of all others are never parsed."""

ENTITY, CLASS = 1, 2
"""What a line is worth reading for: an entity to keep, a class with its superclasses, or both."""

_ITEM = b'{"type":"item","id":"Q'
_OTHERS = (b'{"type":"property"', b'{"type":"lexeme"', b'{"type":"mediainfo"', b'{"type":"entity-schema"')
_SITELINKS = b',"sitelinks":'
_CLAIMS = b',"claims":'
_SITE = b'"site":"'
_SUBCLASS = b'"P279":[{'
_INSTANCE = b'"P31":[{"mainsnak":'
_STATEMENTS = b'":[{"mainsnak":'
_MAINSNAK = b'"mainsnak":'
_CLASS_OF = re.compile(
    rb'"mainsnak":\{"snaktype":"value","property":"P31",(?:"hash":"[0-9a-f]*",)?'
    rb'"datavalue":\{"value":\{"entity-type":"item",(?:"numeric-id":[0-9]+,)?"id":"(Q[0-9]+)"'
)
_EMPTY = (b"{}", b"[]")
_BRACKETS = (b"", b"[", b"]", b",")


class Line(NamedTuple):
    """A line worth reading: its number in the file, what for, and its bytes."""

    number: int
    worth: int
    data: bytes


@dataclass(slots=True)
class Sieve:
    """Tells lines that can't match from the others, a block at a time, without parsing.

    Attributes:
        wanted: Class -> True if its members are wanted, False if not, None where that is not known yet.
        min_sitelinks: Items with fewer pages about them are skipped.
        learn: Whether classes are worth reading for their superclasses.
        lines: Lines met so far.
        skipped: Lines passed over, by reason.
    """

    wanted: Callable[[str], bool | None]
    min_sitelinks: int = 0
    learn: bool = True
    lines: int = 0
    skipped: dict[str, int] = field(default_factory=lambda: {"other": 0, "sitelinks": 0, "kind": 0})

    def sift(self, block: bytes) -> list[Line]:
        """The lines of a block that are worth reading, in order."""
        found: list[Line] = []
        start, size = 0, len(block)
        find = block.find
        subclass = find(_SUBCLASS) if self.learn else -1
        while start < size:
            end = find(b"\n", start)
            if end < 0:
                end = size
            self.lines += 1
            worth = 0
            while 0 <= subclass < start:
                subclass = find(_SUBCLASS, start)
            if start < subclass < end:
                worth = CLASS
            if end - start > 3 or block[start:end].strip() not in _BRACKETS:
                worth |= self._worth(block, start, end)
                if worth:
                    found.append(Line(self.lines, worth, block[start:end]))
            start = end + 1
        return found

    def _worth(self, block: bytes, start: int, end: int) -> int:
        """ENTITY unless the line can't match."""
        if not block.startswith(_ITEM, start) or not block[end - 3 : end].rstrip(b"\r,").endswith(b"}"):
            if block.startswith(_OTHERS, start):
                self.skipped["other"] += 1
                return 0
            return ENTITY  # another layout, or no JSON at all: the parser tells
        if self.min_sitelinks:
            links = block.rfind(_SITELINKS, start, end)
            if links >= 0 and block.count(_SITE, links, end) < self.min_sitelinks:
                self.skipped["sitelinks"] += 1
                return 0
        place = block.find(_INSTANCE, start, end)
        if place < 0:
            # Without any P31 it is of no kind; a P31 written otherwise is left to the parser.
            if block.find(b'"P31":', start, end) >= 0:
                return ENTITY
            self.skipped["kind"] += 1
            return 0
        stop = block.find(_STATEMENTS, place + len(_INSTANCE), end)
        stop = end if stop < 0 else stop
        classes = _CLASS_OF.findall(block, place, stop)
        if len(classes) < block.count(_MAINSNAK, place, stop):
            return ENTITY
        if any(self.wanted(name.decode()) is not False for name in classes):
            return ENTITY
        self.skipped["kind"] += 1
        return 0


def read_line(line: bytes) -> dict[str, Any]:
    """The item of a line, with only the statements that `read_entity` reads.

    Args:
        line: One line of a dump, with or without the comma that ends it.

    Raises:
        ValueError: no JSON, or no object.

    >>> read_line(b'{"type":"item","id":"Q43","claims":{"P1":[{"mainsnak":{}}]},"sitelinks":{}},')["claims"]
    {}
    """
    line = line.strip().rstrip(b",")
    claims = line.find(_CLAIMS)
    links = line.rfind(_SITELINKS)
    if claims < 0 or links < claims or not line.endswith(b"}"):
        return _whole(line)
    head = _whole(line[:claims] + b"}")
    statements = line[claims + len(_CLAIMS) : links]
    if statements in _EMPTY:
        head["claims"] = {}
    else:
        parts = statements.split(_STATEMENTS)
        if len(parts) == 1 or not statements.startswith(b'{"P') or not statements.endswith(b"]}"):
            return _whole(line)
        head["claims"] = orjson.loads(b"{" + b",".join(_kept(parts)) + b"}")
    head["sitelinks"] = range(line.count(_SITE, links))
    return head


def _kept(parts: list[bytes]) -> list[bytes]:
    """The members of `claims` to parse, of the pieces between the names of its properties."""
    kept: list[bytes] = []
    last = len(parts) - 1
    name = parts[0][2:]
    for place in range(1, last + 1):
        body = parts[place]
        cut = len(body) - 1 if place == last else body.rfind(b',"')
        if name in PROPERTIES:
            kept.append(b'"' + name + _STATEMENTS + body[:cut])
        name = body[cut + 2 :]
    return kept


def _whole(line: bytes) -> dict[str, Any]:
    item = orjson.loads(line)
    if not isinstance(item, dict):
        raise ValueError(f"an item is an object, not {type(item).__name__}")
    return item


def read_facts(line: bytes, languages: Collection[str] | None) -> Facts | None:
    """The facts of one line, with names in these languages; None for a property or a lexeme.

    Raises:
        ValueError: no JSON, or no entity.
    """
    item = read_line(line)
    if item.get("type", "item") != "item":
        return None
    if not isinstance(item.get("id"), str) or item["id"][:1] != "Q":
        raise ValueError("no item: it has no id")
    return read_entity(item, languages=languages)


def is_named(facts: Facts, languages: Collection[str] | None) -> bool:
    """Whether an entity has a name in one of the languages asked for, or in English or for all languages."""
    return languages is None or bool(facts.names) or facts.label_lang in ("en", "mul")
