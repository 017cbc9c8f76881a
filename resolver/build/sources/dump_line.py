"""One line of a dump: whether it can match, told without parsing it, and the parts of it that are worth keeping.

Wikidata writes an item as `{"type":"item","id":...,"labels":...,"descriptions":...,"aliases":...,"claims":...,
"sitelinks":...}` without blanks. Where a line does not look so, nothing is skipped and all of it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from resolver.build.sources.wikibase import CODE_SCHEME, NAME_ROLE, RELATION, Facts, classes_of, read_entity

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
"""What a line is worth reading for: an entity to keep with what it says as a class, or its superclasses alone."""

_ITEM = b'{"type":"item","id":"Q'
_OTHERS = (b'{"type":"property"', b'{"type":"lexeme"', b'{"type":"mediainfo"', b'{"type":"entity-schema"')
_SITELINKS = b',"sitelinks":'
_ALIASES = b',"aliases":'
_CLAIMS = b',"claims":'
_DESCRIPTIONS = b',"descriptions":'
_ENGLISH = b'"en":{'
_ENGLISH_TEXT = b'"en":{"language":"en","value":"'
_LABELS = b',"labels":'
_RANKS = (b'"rank":"normal"', b'"rank":"preferred"', b'"rank":"deprecated"')
_REFERENCES_END = b'"]}]'
_REFERENCES = b',"references":['
_NEXT = b'},{"mainsnak":'
_BACKSLASH = ord("\\")
_SITE = b'"site":"'
_SUBCLASS = b'"P279":[{'
_INSTANCE = b'"P31":[{"mainsnak":'
_STATEMENTS = b'":[{"mainsnak":'
_MAINSNAK = b'"mainsnak":'
_CLASS_OF = re.compile(
    rb'"mainsnak":\{"snaktype":"value","property":"P31",(?:"hash":"[0-9a-f]*",)?'
    rb'"datavalue":\{"value":\{"entity-type":"item",(?:"numeric-id":[0-9]+,)?"id":"(Q[0-9]+)"'
)
_QID = re.compile(rb'"id":"(Q[1-9][0-9]*)"')
_EMPTY = (b"{}", b"[]")
_BRACKETS = (b"", b"[", b"]")
_ENDS = b" \t\r,"


UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What reading a line that is no item may raise."""


class BadLine(NamedTuple):
    """A line that could not be read: its number, why, and how it begins."""

    number: int
    reason: str
    start: str

    @classmethod
    def of(cls, number: int, data: bytes, error: Exception) -> BadLine:
        """A line that one of `UNREADABLE` was raised for."""
        words = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        return cls(number, words, data[:60].decode("utf-8", "replace"))


class Line(NamedTuple):
    """A line worth reading: its number in the file, what for, and its bytes without the comma that ends it."""

    number: int
    worth: int
    data: bytes


@dataclass(slots=True)
class Sieve:
    """Tells lines that can't match from the others, a block at a time, without parsing.

    Attributes:
        wanted: Class -> True if its members are wanted, False if not, None where that is not known yet.
        min_sitelinks: Items with fewer pages about them are skipped.
        open: Whether every item may match, so that looking for its classes would tell nothing.
        lines: Lines met so far.
        skipped: Lines passed over, by reason.
    """

    wanted: Callable[[str], bool | None]
    min_sitelinks: int = 0
    open: bool = False
    lines: int = 0
    skipped: dict[str, int] = field(default_factory=lambda: {"other": 0, "sitelinks": 0, "kind": 0})

    def sift(self, block: bytes) -> list[Line]:
        """The lines of a block that are worth reading, in order."""
        found: list[Line] = []
        start, size = 0, len(block)
        find = block.find
        subclass = -1 if self.open else find(_SUBCLASS)
        while start < size:
            end = find(b"\n", start)
            if end < 0:
                end = size
            self.lines += 1
            stop = end
            while stop > start and block[stop - 1] in _ENDS:
                stop -= 1
            while 0 <= subclass < start:
                subclass = find(_SUBCLASS, start)
            if stop - start > 3 or block[start:stop].strip() not in _BRACKETS:
                worth = self._worth(block, start, stop) or (CLASS if start < subclass < end else 0)
                if worth:
                    found.append(Line(self.lines, worth, block[start:stop]))
            start = end + 1
        return found

    def _worth(self, block: bytes, start: int, end: int) -> int:
        """ENTITY unless the line can't match."""
        if not block.startswith(_ITEM, start) or not block.endswith(b"}", start, end):
            if block.startswith(_OTHERS, start):
                self.skipped["other"] += 1
                return 0
            return ENTITY  # another layout, or no JSON at all: the parser tells
        if self.open:
            return ENTITY
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


class Cut(NamedTuple):
    """What is kept of a line until all classes are known.

    Attributes:
        data: The item as JSON, with only the statements that `read_entity` reads, and the number of its sitelinks.
        qid: Its id.
        classes: Values of P31; those of deprecated rank may be among them.
        properties: Those of its statements that are kept -> their JSON.
    """

    data: bytes
    qid: str
    classes: tuple[str, ...]
    properties: dict[bytes, bytes]

    def targets(self, prop: bytes) -> list[str]:
        """Ids that the statements of a property name, in their qualifiers and references too."""
        return [qid.decode() for qid in _QID.findall(self.properties[prop])] if prop in self.properties else []


def cut_line(line: bytes) -> Cut | None:
    """The parts of a line that are worth keeping, mostly without parsing; None for a property or a lexeme.

    Args:
        line: One line of a dump, with or without the comma that ends it.

    Raises:
        ValueError: no JSON, or no item, as far as that shows unparsed; what is kept may still prove to be none.

    >>> cut_line(b'{"type":"item","id":"Q43","claims":{"P1":[{"mainsnak":{}}]},"sitelinks":{}},').data
    b'{"type":"item","id":"Q43","claims":{},"sitelinks":0}'
    """
    line = line.rstrip(_ENDS)
    claims = line.find(_CLAIMS)
    links = line.rfind(_SITELINKS)
    aliases = line.rfind(_ALIASES, 0, max(0, claims))
    if aliases < 0 or links < claims or not line.startswith(_ITEM) or not line.endswith(b"}"):
        return _cut_whole(line)
    begin = claims + len(_CLAIMS)
    kept: dict[bytes, bytes] = {}
    classes: tuple[str, ...] = ()
    if not (links - begin == 2 and line[begin:links] in _EMPTY):
        if not line.startswith(b'{"P', begin) or not line.endswith(b"]}", begin, links):
            return _cut_whole(line)
        place = line.find(_STATEMENTS, begin, links)
        while place >= 0:
            name = line[line.rfind(b'"', begin, place) + 1 : place]
            start = place + len(_STATEMENTS)
            place = line.find(_STATEMENTS, start, links)
            if name in PROPERTIES:
                end = links - 1 if place < 0 else line.rfind(b',"', start, place)
                kept[name] = _unreferenced(line[start:end])
        if instance := kept.get(b"P31"):
            listed = _CLASS_OF.findall(_MAINSNAK + instance)
            if len(listed) <= instance.count(_MAINSNAK):
                return _cut_whole(line)
            classes = tuple([qid.decode() for qid in listed])
    statements = b",".join([b'"%b":[{"mainsnak":%b' % row for row in kept.items()])
    sites = line.count(_SITE, links)
    names = _described(line, aliases, claims)
    data = b'%b,"claims":{%b},"sitelinks":%d}' % (names, statements, sites)
    return Cut(data, line[len(_ITEM) - 1 : line.index(b'"', len(_ITEM))].decode(), classes, kept)


def _unreferenced(statements: bytes) -> bytes:
    """Statements of a property, from behind its first mainsnak, without the references, which stand last in each."""
    begin, cut, references = statements.partition(_REFERENCES)
    if not cut:
        return statements
    if _NEXT not in statements:
        plain = begin.endswith(_RANKS) and references.endswith(_REFERENCES_END + b"}]")
        return begin + b"}]" if plain else statements
    *others, last = statements.split(_NEXT)
    kept = []
    for part in others:
        begin, cut, references = part.partition(_REFERENCES)
        kept.append(begin if begin.endswith(_RANKS) and references.endswith(_REFERENCES_END) else part)
    return _NEXT.join([*kept, _unreferenced(last)])


def _described(line: bytes, aliases: int, claims: int) -> bytes:
    """The beginning of a line up to its claims, with no description but the English one."""
    begin = line.rfind(_DESCRIPTIONS, 0, aliases)
    if begin < 0 or line.find(_LABELS, 0, begin) < 0:
        return line[:claims]
    english, text = line.find(_ENGLISH, begin, aliases), b""
    if english >= 0:
        end = line.find(b'"}', english, aliases)
        text = line[english : end + 2]
        if not text.startswith(_ENGLISH_TEXT) or line[end - 1] == _BACKSLASH:
            return line[:claims]
    return b'%b,"descriptions":{%b}%b' % (line[:begin], text, line[aliases:claims])


def _cut_whole(line: bytes) -> Cut | None:
    """The same for a line in any other layout, parsed."""
    item = _item(orjson.loads(line.strip()))
    if item is None:
        return None
    claims = item.get("claims") or {}
    kept = {name: claims[name] for name in claims if name.encode() in PROPERTIES}
    item["sitelinks"] = len(item.get("sitelinks") or ())
    item["claims"] = kept
    named = ("type", "id", "labels", "descriptions", "aliases", "claims", "sitelinks")
    data = orjson.dumps({name: item[name] for name in named if name in item})
    properties = {name.encode(): orjson.dumps(statements) for name, statements in kept.items()}
    return Cut(data, item["id"], classes_of(item)[0], properties)


def _item(item: Any) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        raise ValueError(f"an item is an object, not {type(item).__name__}")
    if item.get("type", "item") != "item":
        return None
    if not isinstance(item.get("id"), str) or item["id"][:1] != "Q":
        raise ValueError("no item: it has no id")
    return item


def read_facts(data: bytes, languages: Collection[str] | None) -> Facts:
    """The facts of what was kept of a line, with names in these languages.

    Raises:
        ValueError: no JSON, or no item.
    """
    item = _item(orjson.loads(data))
    if item is None:
        raise ValueError("no item")
    item["sitelinks"] = range(item["sitelinks"])
    return read_entity(item, languages=languages)


def is_named(facts: Facts, languages: Collection[str] | None) -> bool:
    """Whether an entity has a name in one of the languages asked for, or in English or for all languages."""
    return languages is None or bool(facts.names) or facts.label_lang in ("en", "mul")
