"""A folder of source tables: read, new rows of Wikidata merged in, replaced as a whole.

What other sources say stays. Of an entity, a cell that Wikidata fills replaces the old one, but a kind that other
sources gave stays: a changed kind is for people to confirm (refresh). Of a name, other sources keep role, register,
strength and capitals, and gain languages and missing dates. What only Wikidata said before and no longer says goes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resolver.build.derive import NAMELESS_ROLES, SURNAMES, Name, derive_surnames, with_keys
from resolver.build.grow.rows import SOURCE, EntityRows
from resolver.build.latin import LATIN, write_latin
from resolver.build.tables import TABLES, AliasRow, EntityRow, PositionRow, RelationRow, Row, read_table, write_table
from resolver.errors import GazetteerError, InputError
from resolver.redirects import Redirect, write_redirects

_TEXT_UP_TO = 20_000  # names; a larger new folder is written as Parquet
_OURS = {SOURCE}


@dataclass(slots=True)
class Theme:
    """The tables of one folder, by entity."""

    folder: Path
    entities: dict[str, EntityRow] = field(default_factory=dict)
    aliases: dict[str, dict[str, AliasRow]] = field(default_factory=dict)
    positions: dict[str, list[PositionRow]] = field(default_factory=dict)
    relations: dict[str, list[RelationRow]] = field(default_factory=dict)
    suffix: str = ""

    def merge(self, rows: EntityRows, languages: Collection[str] | None = None) -> None:
        """Merge one entity in.

        Args:
            rows: Its rows from Wikidata.
            languages: Languages asked for; names in others are left alone. None means all were asked for.
        """
        qid = rows.entity.qid
        self.entities[qid] = merge_entity(self.entities.get(qid), rows.entity)
        self.aliases[qid] = merge_aliases(self.aliases.get(qid, {}), rows.aliases, languages)
        self.positions[qid] = merge_rows(self.positions.get(qid, ()), rows.positions)
        self.merge_relations(qid, [row for row in rows.relations if row.subject == qid])

    def merge_relations(self, qid: str, rows: Iterable[RelationRow]) -> None:
        """Merge relations of which the entity is the subject."""
        self.relations[qid] = merge_rows(self.relations.get(qid, ()), tuple(rows))

    def rename(self, old: str, new: str) -> None:
        """Give the rows of an entity another id, as when its item was redirected; those of `new` stay in front."""
        if old not in self.entities:
            return
        row = self.entities.pop(old)._replace(qid=new)
        self.entities[new] = merge_entity(row, self.entities[new]) if new in self.entities else row
        names = {text: alias._replace(qid=new) for text, alias in self.aliases.pop(old, {}).items()}
        self.aliases[new] = names | self.aliases.get(new, {})
        self.positions[new] = [
            *self.positions.get(new, ()),
            *(p._replace(qid=new) for p in self.positions.pop(old, ())),
        ]
        moved = [row._replace(subject=new) for row in self.relations.pop(old, ())]
        self.relations[new] = [*self.relations.get(new, ()), *moved]

    def move(self, qid: str, other: Theme) -> None:
        """Take the rows of an entity to another theme."""
        if qid in self.entities:
            other.entities[qid] = self.entities.pop(qid)
            other.aliases[qid] = self.aliases.pop(qid, {})
            other.positions[qid] = self.positions.pop(qid, [])
            other.relations[qid] = self.relations.pop(qid, [])

    def forget(self, qid: str) -> bool:
        """Remove an entity and what points to it; whether there was anything."""
        found = self.entities.pop(qid, None) is not None
        for rows in (self.aliases, self.positions, self.relations):
            found |= rows.pop(qid, None) is not None
        return self.retarget({qid: ""}) or found

    def retarget(self, renamed: dict[str, str]) -> bool:
        """Let countries and objects of relations follow renamed ids, an empty one to nothing; whether any did."""
        found = False
        for qid, row in self.entities.items():
            if not renamed.keys().isdisjoint(row.countries):
                where = dict.fromkeys(renamed.get(country, country) for country in row.countries)
                self.entities[qid] = row._replace(countries=tuple(country for country in where if country))
                found = True
        for qid, rows in self.relations.items():
            if any(row.object in renamed for row in rows):
                moved = [row._replace(object=renamed.get(row.object, row.object)) for row in rows]
                self.relations[qid] = [row for row in moved if row.object and row.object != row.subject]
                found = True
        return found

    def rows(self, name: str) -> list[Row]:
        """All rows of one table."""
        if name == "entities":
            return list(self.entities.values())
        if name == "aliases":
            return [row for names in self.aliases.values() for row in names.values()]
        held: dict[str, list[PositionRow]] | dict[str, list[RelationRow]]
        held = self.positions if name == "positions" else self.relations
        return [row for rows in held.values() for row in rows]


def read_theme(folder: Path) -> Theme:
    """The tables in a folder; empty ones where there is none yet.

    Raises:
        InputError: One table in two forms.
        GazetteerCorrupt: A table that can't be read.
    """
    theme = Theme(folder)
    for name in TABLES:
        paths = [path for suffix in (".parquet", ".tsv") if (path := folder / f"{name}{suffix}").is_file()]
        if len(paths) > 1:
            raise InputError(f"{folder}: {name} stands there twice, as .parquet and .tsv; remove one of them")
        for path in paths:
            theme.suffix = path.suffix
            for row in read_table(path, name):
                _put(theme, row)
    return theme


def write_theme(theme: Theme, redirects: Collection[Redirect] = ()) -> None:
    """Replace a folder's tables; everything is written beside it first, and swapped at the end.

    Raises:
        GazetteerError: The folder can't be written; what was there stays.
    """
    folder = theme.folder
    names = sum(map(len, theme.aliases.values()))
    suffix = theme.suffix or (".tsv" if names <= _TEXT_UP_TO else ".parquet")
    work: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        if folder.is_dir():
            shutil.copytree(folder, work, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*_table_files()))
        for name in TABLES:
            if rows := theme.rows(name):
                write_table(work / f"{name}{suffix}", name, rows)
        if redirects:
            write_redirects(work, redirects)
        for path in work.iterdir():
            if path.is_file():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
        work.chmod(0o755)
        _swap(work, folder)
    except OSError as error:
        raise GazetteerError(
            f"can't write {folder} ({error.strerror or error}); what was there is unchanged"
        ) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def update_derived(root: Path, themes: Iterable[Theme], touched: Collection[str]) -> None:
    """Bring latin.parquet and surnames.parquet of a gazetteers folder up to date, where it has them.

    Args:
        root: The folder that holds the theme folders.
        themes: Themes that changed.
        touched: Entities whose names changed.
    """
    import pyarrow.parquet as pq

    changed = [theme for theme in themes if theme.suffix != ".tsv"]  # names in text files are derived at first use
    names = [row for theme in changed for qid in touched for row in theme.aliases.get(qid, {}).values()]
    if (root / LATIN).is_file() and names:
        old = pq.read_table(root / LATIN, columns=["text"]).column("text").to_pylist()
        write_latin(root, [*old, *(row.text for row in names)])
    if (root / SURNAMES).is_file() and names:
        people = {q: row for theme in changed for q, row in theme.entities.items() if row.kind == "person"}
        full = (
            Name(row.qid, "", row.text, people[row.qid].countries, row.langs, people[row.qid].label)
            for row in names
            if row.qid in people and row.role not in NAMELESS_ROLES
        )
        update_surnames(root, full, touched)


def note_source(root: Path) -> None:
    """Name Wikidata and its licence in a gazetteers folder's sources.tsv, where it has one that does not yet."""
    path = root / "sources.tsv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    if lines and not any(line.startswith(f"{SOURCE}\t") for line in lines):
        row = f"{SOURCE}\tWikidata\tCC0-1.0\tnames, kinds, dates, offices, relations, codes"
        partial = path.with_name(".sources.tsv.partial")
        partial.write_text("\n".join([lines[0], *sorted([*lines[1:], row])]) + "\n", encoding="utf-8", newline="\n")
        partial.replace(path)


def update_surnames(root: Path, names: Iterable[Name], touched: Collection[str]) -> None:
    """Replace the rows of some people in surnames.parquet: `names` are their full names, without keys."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    old = pq.read_table(root / SURNAMES).to_pylist()
    rows = [(row["qid"], row["key"], row["text"]) for row in old if row["qid"] not in touched]
    new = derive_surnames(with_keys(names))
    rows = sorted([*rows, *zip(*new, strict=True)])
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    table = pa.table(dict(zip(("qid", "key", "text"), columns, strict=True)))
    work = root / f".{SURNAMES}"
    pq.write_table(table, work, compression="zstd", compression_level=19, row_group_size=len(rows) or 1)
    work.replace(root / SURNAMES)


def merge_entity(old: EntityRow | None, new: EntityRow) -> EntityRow:
    """One entity row of two: cells that the new one fills win, but for a kind that other sources gave."""
    if old is None:
        return new
    kind = new.kind if old.provisional or set(old.sources) <= _OURS else old.kind
    cells = {
        name: getattr(new, name) or getattr(old, name)
        for name in (
            "label",
            "description",
            "countries",
            "valid_from",
            "valid_to",
            "population",
            "office",
            "capital",
            "sitelinks",
        )
    }
    # A thing has one place; of other codes it may have several, and the sources know different ones.
    placed = any(code.startswith("geo:") for code in new.codes)
    kept = {code for code in old.codes if not (placed and code.startswith("geo:"))}
    codes = tuple(sorted({*kept, *new.codes}))
    sources = tuple(sorted({*old.sources, *new.sources}))
    return new._replace(kind=kind, codes=codes, sources=sources, provisional=False, **cells)


def merge_aliases(
    old: dict[str, AliasRow], new: Iterable[AliasRow], languages: Collection[str] | None = None
) -> dict[str, AliasRow]:
    """Names of one entity: the old ones of other sources, and the new ones."""
    fresh = {row.text: row for row in new}
    merged: dict[str, AliasRow] = {}
    for text, row in old.items():
        ours = set(row.sources) <= _OURS
        asked = languages is None or set(row.langs) <= set(languages)
        if text in fresh:
            merged[text] = fresh[text] if ours else _joined(row, fresh[text])
        elif not (ours and asked):
            merged[text] = row if ours else row._replace(sources=tuple(s for s in row.sources if s != SOURCE))
    return merged | {text: row for text, row in fresh.items() if text not in merged}


def _joined(old: AliasRow, new: AliasRow) -> AliasRow:
    return old._replace(
        langs=tuple(sorted({*old.langs, *new.langs})),
        sources=tuple(sorted({*old.sources, *new.sources})),
        valid_from=old.valid_from or new.valid_from,
        valid_to=old.valid_to or new.valid_to,
    )


def merge_rows(old: Iterable[Any], new: Iterable[Any]) -> list[Any]:
    """Rows of other sources and the new ones; equal ones are one."""
    others = {row[:4]: row for row in old if not set(row.sources) <= _OURS}
    fresh: dict[tuple[object, ...], Any] = {}
    for row in new:
        twin = others.pop(row[:4], None)
        fresh[row[:4]] = row._replace(sources=tuple(sorted({*twin.sources, *row.sources}))) if twin else row
    return [*others.values(), *fresh.values()]


def _put(theme: Theme, row: Row) -> None:
    if isinstance(row, EntityRow):
        theme.entities[row.qid] = row
    elif isinstance(row, AliasRow):
        theme.aliases.setdefault(row.qid, {})[row.text] = row
    elif isinstance(row, PositionRow):
        theme.positions.setdefault(row.qid, []).append(row)
    else:
        theme.relations.setdefault(row.subject, []).append(row)


def _table_files() -> list[str]:
    return [f"{name}{suffix}" for name in TABLES for suffix in (".parquet", ".tsv")]


def _swap(work: Path, folder: Path) -> None:
    """Put `work` in the place of `folder`: two renames, and the old one back if the second fails."""
    if not folder.exists():
        work.rename(folder)
        return
    old = work.with_name(f"{work.name}-old")
    folder.rename(old)
    try:
        work.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
