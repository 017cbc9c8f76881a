"""Read a change of the source tables as text: entities and aliases gained, lost and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from resolver.build.tables import AliasRow, EntityRow, read_all
from resolver.errors import InputError
from resolver.model import entity_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENTITY_CELLS = (
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
_ALIAS_CELLS = ("role", "register", "strength", "cased", "valid_from", "valid_to", "langs")


class Change(NamedTuple):
    """One difference between two sets of source tables.

    Attributes:
        qid: The entity.
        label: Its label, the new one where both have one.
        what: `entity gained`, `entity lost`, `kind`, `label`, another column of the entities table, `alias
            gained`, `alias lost`, or `alias` for a changed cell of an alias.
        before: Old value, or the lost row in short; empty for a gain.
        after: New value, or the gained row in short; empty for a loss.
    """

    qid: str
    label: str
    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """One line of the report.

        >>> str(Change("Q43", "Türkiye", "label", "Turkey", "Türkiye"))
        'Q43 Türkiye: label: Turkey -> Türkiye'
        >>> str(Change("Q43", "Türkiye", "alias gained", "", "Turchia (label, strong, it)"))
        'Q43 Türkiye: alias gained: Turchia (label, strong, it)'
        """
        value = f"{self.before} -> {self.after}" if self.before and self.after else self.before or self.after
        return f"{self.qid} {self.label}: {self.what}: {value or '(empty)'}"


def diff_tables(old: Path, new: Path) -> Iterator[Change]:
    """Differences between two gazetteers folders, by entity number and then alias text.

    Sources are left out: a second source for a known name is not a change a reader has to judge.

    Args:
        old: Folder of source tables before.
        new: Folder of source tables after.

    Raises:
        InputError: A folder without an entities table.
    """
    entities = [_entities(folder) for folder in (old, new)]
    aliases = [_aliases(folder) for folder in (old, new)]
    for qid in sorted(entities[0].keys() | entities[1].keys(), key=entity_order):
        before, after = entities[0].get(qid), entities[1].get(qid)
        row = after or before
        assert row is not None  # one of the two folders has it
        yield from _entity_changes(before, after)
        if before and after:
            yield from _alias_changes(row, aliases[0].get(qid, {}), aliases[1].get(qid, {}))


def _entities(folder: Path) -> dict[str, EntityRow]:
    rows = {row.qid: row for row in read_all(folder, "entities") if isinstance(row, EntityRow)}
    if not rows:
        raise InputError(f"{folder}: no entities table there; give a folder of source tables, such as gazetteers/")
    return rows


def _aliases(folder: Path) -> dict[str, dict[str, AliasRow]]:
    grouped: dict[str, dict[str, AliasRow]] = {}
    for row in read_all(folder, "aliases"):
        if isinstance(row, AliasRow):
            grouped.setdefault(row.qid, {})[row.text] = row
    return grouped


def _entity_changes(before: EntityRow | None, after: EntityRow | None) -> Iterator[Change]:
    if after is None:
        assert before is not None
        yield Change(before.qid, before.label, "entity lost", before.kind)
    elif before is None:
        yield Change(after.qid, after.label, "entity gained", "", after.kind)
    else:
        for cell in ("kind", "label", *_ENTITY_CELLS):
            old, new = _show(getattr(before, cell)), _show(getattr(after, cell))
            if old != new:
                yield Change(after.qid, after.label, cell, old, new)


def _alias_changes(entity: EntityRow, before: dict[str, AliasRow], after: dict[str, AliasRow]) -> Iterator[Change]:
    for text in sorted(before.keys() | after.keys()):
        old, new = before.get(text), after.get(text)
        if new is None and old is not None:
            yield Change(entity.qid, entity.label, "alias lost", _short(old))
        elif old is None and new is not None:
            yield Change(entity.qid, entity.label, "alias gained", "", _short(new))
        elif old is not None and new is not None:
            cells = [cell for cell in _ALIAS_CELLS if getattr(old, cell) != getattr(new, cell)]
            if cells:
                was = ", ".join(f"{cell} {_show(getattr(old, cell)) or 'none'}" for cell in cells)
                now = ", ".join(f"{cell} {_show(getattr(new, cell)) or 'none'}" for cell in cells)
                yield Change(entity.qid, entity.label, "alias", f"{text} ({was})", now)


def _short(row: AliasRow) -> str:
    return f"{row.text} ({', '.join([row.role, row.strength, *row.langs])})"


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
