"""What kind of entity an item is: its classes (P31), walked up their superclasses (P279) to a class we know.

The classes we know stand in resolver/lexicon/kinds.tsv. Wikidata's classes are a tangle: nearly everything is an
organisation or a region if one only walks far enough. So a walk stops at the nearest class of the table, and where an
item has several classes the order of `KIND_ORDER` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from resolver.errors import InputError
from resolver.model import Kind, is_entity_id

KIND_ORDER: tuple[str, ...] = (
    "person",
    "country",
    "territory",
    "city",
    "subdivision",
    "armed_group",
    "political_party",
    "military",
    "media",
    "government_body",
    "company",
    "event",
    "water",
    "region",
    "organization",
    "other",
)
DEEPEST = 12
"""Steps upward after which a class is given up; the longest useful path seen has seven."""


class ClassRow(NamedTuple):
    """One row of kinds.tsv: a class, its English label, the kind of its members, and where its id was confirmed."""

    qid: str
    label: str
    kind: str
    confirmed: str


@cache
def known_classes() -> dict[str, ClassRow]:
    """The classes of resolver/lexicon/kinds.tsv by id.

    >>> known_classes()["Q5"].kind
    'person'
    """
    lines = files("resolver.lexicon").joinpath("kinds.tsv").read_text(encoding="utf-8").splitlines()
    rows: dict[str, ClassRow] = {}
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if tuple(cells) == ("class", "label", "kind", "confirmed"):
            continue
        if len(cells) != 4 or not is_entity_id(cells[0]) or cells[2] not in set(Kind) or cells[0] in rows:
            raise InputError(
                f"kinds.tsv:{number}: expected a class not yet listed, its label, a kind, a source: {line!r}"
            )
        rows[cells[0]] = ClassRow(*cells)
    return rows


class Kinds:
    """Kinds of items, from the table and the superclasses learnt so far.

    Args:
        parents: Class -> its superclasses.
        table: Class -> kind; None means kinds.tsv.

    >>> Kinds({"Q1549591": ("Q515",)}).kind_of(["Q1549591"])
    'city'
    """

    def __init__(
        self, parents: Mapping[str, Collection[str]] | None = None, table: Mapping[str, str] | None = None
    ) -> None:
        self._table = dict(table) if table is not None else {qid: row.kind for qid, row in known_classes().items()}
        self._parents: dict[str, tuple[str, ...]] = {qid: tuple(up) for qid, up in (parents or {}).items()}
        self._found: dict[str, str | None] = {}

    def kind_of(self, classes: Iterable[str]) -> str | None:
        """The kind of an item of these classes; None where no path leads to the table."""
        kinds = {kind for qid in classes if (kind := self._nearest(qid))}
        return min(kinds, key=KIND_ORDER.index) if kinds else None

    def learn(self, parents: Mapping[str, Collection[str]]) -> None:
        """Add superclasses."""
        self._parents.update({qid: tuple(up) for qid, up in parents.items()})
        self._found.clear()

    def unknown(self, classes: Iterable[str]) -> list[str]:
        """Classes on the way up from these whose superclasses have to be asked for, sorted."""
        asked: set[str] = set()
        seen: set[str] = set()
        level = set(classes)
        for _ in range(DEEPEST):
            level -= seen
            seen |= level
            rising = {qid for qid in level if qid not in self._table}
            asked |= {qid for qid in rising if qid not in self._parents}
            level = {up for qid in rising for up in self._parents.get(qid, ())}
            if not level:
                break
        return sorted(asked, key=lambda qid: int(qid[1:]))

    def climb(self, classes: Iterable[str], ask: Callable[[list[str]], Mapping[str, Collection[str]]]) -> None:
        """Ask for superclasses until every class has reached the table or the top.

        Args:
            classes: Where to start.
            ask: Class ids -> their superclasses; an id it leaves out has none.
        """
        start = set(classes)
        for _ in range(DEEPEST):
            missing = self.unknown(start)
            if not missing:
                return
            found = ask(missing)
            self.learn({qid: found.get(qid, ()) for qid in missing})

    def _nearest(self, start: str) -> str | None:
        if start not in self._found:
            self._found[start] = self._walk(start)
        return self._found[start]

    def _walk(self, start: str) -> str | None:
        level, seen = [start], {start}
        for _ in range(DEEPEST):
            kinds = {self._table[qid] for qid in level if qid in self._table}
            if kinds:
                return min(kinds, key=KIND_ORDER.index)
            level = [up for qid in level for up in self._parents.get(qid, ()) if up not in seen]
            seen.update(level)
        return None
