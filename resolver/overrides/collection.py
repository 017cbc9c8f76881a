"""A set of decisions: sorted, free of contradictions, read from and written as text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from resolver.errors import InputError, OverrideConflict
from resolver.normalize import exact_key
from resolver.overrides.row import COLUMNS, Capitals, Decision, Override, WrongCell, capitals, escaped, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_MERGE_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")


class Overrides:
    """Decisions that don't contradict each other, sorted by key; immutable.

    Args:
        rows: The decisions, in any order; a row given twice counts once.
        source: Where they come from, for messages.

    Raises:
        OverrideConflict: two of them decide the same name differently.

    >>> found = Overrides([Override(name="the Kremlin", decision=Decision.ENTITY, qid="Q159", who="ann")])
    >>> len(found), found.by_key["the kremlin"][0].qid
    (1, 'Q159')
    """

    __slots__ = ("__dict__", "_rows", "source")

    def __init__(self, rows: Iterable[Override] = (), *, source: str = "") -> None:
        self._rows = tuple(sorted(set(rows), key=lambda row: row.order))
        self.source = source
        for earlier, later in _contradictions(self._rows):
            raise OverrideConflict(conflict_message(earlier, later, source))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Overrides:
        """The decisions of a text file.

        Args:
            path: A tab-separated file in UTF-8 with a header; docs/overrides.md describes its columns.

        Raises:
            InputError: no such file, or a cell that can't be read; file, row and column are given.
            OverrideConflict: two rows decide the same name differently.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise InputError(f"no overrides at {path}; `resolver override add` makes the file") from None
        except OSError as error:
            raise InputError(f"{path}: can't be read ({error.strerror})") from error
        return cls(_parse(data, str(path)), source=str(path))

    def __iter__(self) -> Iterator[Override]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row: object) -> bool:
        return row in self._rows

    def __eq__(self, other: object) -> bool:
        return self._rows == other._rows if isinstance(other, Overrides) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._rows)

    def __reduce__(self) -> tuple[partial[Overrides], tuple[tuple[Override, ...]]]:
        # What is worked out from the rows stays behind: other processes work it out anew.
        return partial(Overrides, source=self.source), (self._rows,)

    def __repr__(self) -> str:
        return f"<Overrides: {len(self)} decisions{f' of {self.source}' if self.source else ''}>"

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Override, ...]]:
        """Decisions by exact key, the most particular first: by kind, country, dates, then by the form of the name."""
        found: dict[str, list[Override]] = {}
        for row in self._rows:
            found.setdefault(row.key, []).append(row)
        return MappingProxyType({key: tuple(sorted(rows, key=_generality)) for key, rows in found.items()})

    def text(self) -> str:
        """The decisions as the text of a file: a header, then a line each."""
        lines = ["\t".join(COLUMNS)]
        lines += ["\t".join(map(escaped, row.cells().values())) for row in self._rows]
        return "\n".join(lines) + "\n"

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with any decision; empty where there are none."""
        return hashlib.blake2b(self.text().encode(), digest_size=8).hexdigest() if self._rows else ""

    # -- changing: each returns a new set

    def including(self, rows: Iterable[Override], *, replace: bool = False) -> Overrides:
        """These decisions and others; one that says what is decided already adds nothing.

        Args:
            rows: The others.
            replace: Let them take the place of decisions that they contradict.

        Raises:
            OverrideConflict: a contradiction, without `replace`.
        """
        held = list(self._rows)
        for row in rows:
            if replace:
                held = [other for other in held if not contradict(other, row)]
            if not any(_same(other, row) for other in held):
                held.append(row)
        return Overrides(held, source=self.source)

    def excluding(self, rows: Iterable[Override]) -> Overrides:
        """These decisions without some."""
        gone = set(rows)
        return Overrides((row for row in self._rows if row not in gone), source=self.source)

    def about(self, name: str, *, every_form: bool = False) -> tuple[Override, ...]:
        """Decisions that were recorded about a name, whatever their conditions.

        Args:
            name: The name; its capitals count as they do for a decision.
            every_form: Take those of other capitals too.
        """
        rows = self.by_key.get(exact_key(name), ())
        if every_form or not rows:
            return rows
        form = capitals(name)
        return tuple(row for row in rows if row.capitals in (Capitals.ANY, form))


def contradict(a: Override, b: Override) -> bool:
    """Whether two decisions can't both hold: one name, conditions and some day in common, and different outcomes.

    Decisions of different conditions never contradict: the more particular one holds. Nor does one without dates
    contradict one with dates.

    >>> ann = Override(name="Georgia", decision=Decision.ENTITY, qid="Q230")
    >>> contradict(ann, Override(name="Georgia", decision=Decision.ENTITY, qid="Q1428"))
    True
    >>> contradict(ann, Override(name="Georgia", decision=Decision.ENTITY, qid="Q1428", country="US"))
    False
    """
    if a.place != b.place or _dated(a) != _dated(b) or a.outcome() == b.outcome():
        return False
    if (a.valid_from or date.min) > (b.valid_to or date.max) or (b.valid_from or date.min) > (a.valid_to or date.max):
        return False
    if Decision.NEVER in (a.decision, b.decision):
        # "never this" only speaks against that very entity.
        return a.qid == b.qid and Decision.ENTITY in (a.decision, b.decision)
    return True


def conflict_message(a: Override, b: Override, source: str = "") -> str:
    """Both decisions with author and date, and what to do."""
    where = f"{source}: " if source else ""
    if conditions := a.conditions():
        conditions = f" ({conditions})"
    return (
        f"{where}two decisions about {a.shown_name()!r}{conditions}: {a.says()} against {b.says()}; keep one: "
        f"`resolver override remove`, or `add --replace`"
    )


def _contradictions(rows: Sequence[Override]) -> Iterator[tuple[Override, Override]]:
    """Pairs that contradict, the earlier decision first; only rows of one place are compared."""
    places: dict[tuple[str, str, str, str], list[Override]] = {}
    for row in rows:
        places.setdefault(row.place, []).append(row)
    for several in places.values():
        several.sort(key=lambda row: row.moment)
        for i, a in enumerate(several):
            for b in several[i + 1 :]:
                if contradict(a, b):
                    yield a, b


def _same(a: Override, b: Override) -> bool:
    return (
        a.place == b.place and a.outcome() == b.outcome() and (a.valid_from, a.valid_to) == (b.valid_from, b.valid_to)
    )


def _dated(row: Override) -> bool:
    return bool(row.valid_from or row.valid_to)


def _generality(row: Override) -> tuple[bool, ...]:
    return not row.kind, not row.country, not _dated(row), row.capitals is Capitals.ANY


def _parse(data: bytes, source: str) -> Iterator[Override]:
    # Split at newlines only: a name may hold other characters that count as line ends elsewhere.
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        where = f"{source}, row {number}"
        try:
            text = line.decode().removesuffix("\r")
        except UnicodeDecodeError as error:
            raise InputError(f"{where}: not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from None
        if not text:
            continue
        if text.startswith(_MERGE_MARKS):
            raise InputError(f"{where}: an unfinished merge; keep the rows of both sides and delete the marks")
        cells = text.split("\t")
        if not header:
            header = _header(cells, where)
            continue
        if len(cells) != len(header):
            raise InputError(
                f"{where}: {len(cells)} cells under {len(header)} columns; cells are parted by tabs, "
                "a tab in a name is written \\t"
            )
        try:
            yield Override.from_cells({column: plain(cell) for column, cell in zip(header, cells, strict=True)})
        except WrongCell as error:
            raise InputError(f"{where}, column {error.column}: {error}") from None


def _header(cells: list[str], where: str) -> list[str]:
    if unknown := [cell for cell in cells if cell not in COLUMNS]:
        raise InputError(
            f"{where}: unknown column {unknown[0]!r}; the columns are {', '.join(COLUMNS)}, parted by tabs"
        )
    if len(set(cells)) != len(cells):
        raise InputError(f"{where}: a column stands there twice")
    for needed in (("name", "key"), ("decision", "qid")):
        if not set(needed) & set(cells):
            raise InputError(f"{where}: neither {needed[0]} nor {needed[1]} is a column; one of them has to be")
    return cells
