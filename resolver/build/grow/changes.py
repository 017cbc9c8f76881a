"""Two states of an entity, told apart piece by piece, so that a person can take one change and leave another.

An entity's rows are cut into pieces: each cell of its row, each name, each office, each relation. `compare` lists the
pieces that differ as `Change`s, and `choose` builds the rows that hold the taken ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from resolver.build.grow.theme import Theme
from resolver.build.tables import AliasRow, EntityRow, PositionRow, RelationRow

_CELLS = (
    "kind",
    "label",
    "description",
    "countries",
    "codes",
    "valid_from",
    "valid_to",
    "population",
    "office",
    "capital",
    "provisional",
)
_SEEN_IN_NAMES = ("role", "strength", "cased", "valid_from", "valid_to")

Piece = tuple[str, ...]


class Rows(NamedTuple):
    """All rows of one entity, in one place."""

    entity: EntityRow
    names: dict[str, AliasRow]
    positions: tuple[PositionRow, ...]
    relations: tuple[RelationRow, ...]


class Change(NamedTuple):
    """One difference, in words.

    Attributes:
        qid: The entity.
        label: Its label.
        what: `kind`, `label` and other cells; `name gained`, `name lost`, `name changed`, and the same of `office` and
            `relation`; `redirect`, `merge`, `deleted`.
        before, after: The old and the new value, empty where there is none.
    """

    qid: str
    label: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """One line.

        >>> str(Change("Q43", "Turkey", "label", "Turkey", "Türkiye"))
        'Q43 Turkey: label: Turkey -> Türkiye'
        """
        value = f"{self.before} -> {self.after}" if self.before and self.after else self.before or self.after
        return f"{self.qid} {self.label}: {self.what}: {value or '(empty)'}"


def rows_of(theme: Theme, qid: str) -> Rows:
    """An entity's rows in a theme."""
    return Rows(
        theme.entities[qid],
        theme.aliases.get(qid, {}),
        tuple(theme.positions.get(qid, ())),
        tuple(theme.relations.get(qid, ())),
    )


def compare(before: Rows, after: Rows) -> Iterator[tuple[Piece, Change]]:
    """Pieces that differ, each with the change in words.

    A name that only gained a language or a source is no change to look at; it is taken with any other.
    """
    old, new = _pieces(before), _pieces(after)
    qid, label = before.entity.qid, before.entity.label
    for piece in [*old, *(piece for piece in new if piece not in old)]:
        was, now = old.get(piece), new.get(piece)
        if piece[0] == "cell":
            if was != now:
                yield piece, Change(qid, label, piece[1], _show(was), _show(now))
        elif was is None:
            yield piece, Change(qid, label, f"{piece[0]} gained", "", _short(now))
        elif now is None:
            yield piece, Change(qid, label, f"{piece[0]} lost", _short(was), "")
        elif _seen(was) != _seen(now):
            yield piece, Change(qid, label, f"{piece[0]} changed", _short(was), _short(now))


def choose(before: Rows, after: Rows, refused: Collection[Piece]) -> Rows:
    """The rows after, but for the refused pieces, which stay as they were before."""
    old, new = _pieces(before), _pieces(after)
    pieces: dict[Piece, Any] = dict(new)
    for piece in refused:
        if piece in old:
            pieces[piece] = old[piece]
        else:
            pieces.pop(piece, None)
    cells = {piece[1]: value for piece, value in pieces.items() if piece[0] == "cell"}
    return Rows(
        after.entity._replace(**cells),
        {piece[1]: row for piece, row in pieces.items() if piece[0] == "name"},
        tuple(row for piece, row in pieces.items() if piece[0] == "office"),
        tuple(row for piece, row in pieces.items() if piece[0] == "relation"),
    )


def _pieces(rows: Rows) -> dict[Piece, Any]:
    pieces: dict[Piece, Any] = {("cell", cell): getattr(rows.entity, cell) for cell in _CELLS}
    pieces |= {("name", text): row for text, row in rows.names.items()}
    pieces |= {("office", row.title, row.country or "", row.valid_from or ""): row for row in rows.positions}
    pieces |= {("relation", row.relation, row.object, row.valid_from or ""): row for row in rows.relations}
    return pieces


def _seen(row: Any) -> tuple[Any, ...]:
    if isinstance(row, AliasRow):
        return tuple(getattr(row, name) for name in _SEEN_IN_NAMES)
    return tuple(row[:-1])


def _short(row: Any) -> str:
    if isinstance(row, AliasRow):
        named = [row.role, row.strength, *(["cased"] if row.cased else []), *_span(row), *row.langs[:12]]
        return f"{row.text} ({', '.join(named)})"
    if isinstance(row, PositionRow):
        return f"{row.title} ({', '.join([*([row.country] if row.country else []), *_span(row)]) or 'no dates'})"
    return f"{row.relation} {row.object}" + "".join(f" ({span})" for span in _span(row))


def _span(row: Any) -> list[str]:
    return [f"{row.valid_from or ''}..{row.valid_to or ''}"] if row.valid_from or row.valid_to else []


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else " ".join(str(value).split())
