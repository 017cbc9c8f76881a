"""A user's own spreadsheet -> a layer: checked, shown, written all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.build.own import FIELDS, Plan, Reader
from resolver.build.sheet import SheetRow, read_sheet
from resolver.build.tables import AliasRow, read_table, write_table
from resolver.collection import no_collection
from resolver.errors import InputError
from resolver.layers import MASK_COLUMNS, MASKS, layers_home
from resolver.model import Kind, is_entity_id

if TYPE_CHECKING:
    from resolver.engine import Resolver

PROVENANCE = "layer.json"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Addition:
    """A checked file and where it would go.

    Attributes:
        plan: What the file holds; with problems, it can't be written.
        source: The file.
        target: The layer's folder.
        columns: Field -> column, as they were read.
        before: Names (id and text) that the layer has now, None where there is no such layer.
    """

    plan: Plan
    source: Path
    target: Path
    columns: dict[str, str]
    before: frozenset[tuple[str, str]] | None

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """Id and text of every name of the file."""
        return frozenset((alias.qid, alias.text) for alias in self.plan.aliases)


def read_addition(
    resolver: Resolver,
    source: Path,
    *,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    into: Path | None = None,
    kind: str = "other",
    lang: str = "",
    encoding: str | None = None,
    counting: Callable[[Iterator[SheetRow]], Iterator[SheetRow]] | None = None,
) -> Addition:
    """Read and check a file of names; nothing is written.

    Args:
        resolver: Opened on the gazetteer that the layer will lie on.
        source: CSV, TSV, Excel or JSON; see `read_sheet`.
        columns: Field -> column of the file, see `FIELDS`; other columns of these names are used, too.
        name: Name of the layer; None means that of the file.
        into: Its folder; None means the user's data folder.
        kind: Kind of entities whose row gives none.
        lang: Language of names whose row gives none.
        encoding: Of a text file.
        counting: Lets the rows pass, and tells people how many.

    Returns:
        The addition; its plan lists the problems of rows.

    Raises:
        InputError: the file can't be read, a column is missing, or the folder holds something else.
    """
    name = name or layer_name(into or source)
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a layer; use small letters, digits and hyphens, as in my-actors")
    if kind not in set(Kind):
        raise InputError(f"unknown kind {kind!r}; kinds: {', '.join(Kind)}")
    target = into or layers_home() / name
    before = _names_in(target)
    sheet = read_sheet(source, encoding=encoding)
    chosen = {"name": "name"} | dict(columns or {})
    named = {column.casefold() for column in chosen.values()}
    chosen |= {field: field for field in FIELDS if field not in chosen and field not in named and sheet.has(field)}
    base = resolver.gazetteer.gazetteers[0]
    reader = Reader(name, base, _countries(resolver), chosen, kind=kind, lang=lang)
    with no_collection():
        plan = reader.read(sheet._replace(rows=counting(sheet.rows)) if counting else sheet)
    return Addition(plan, source, target, {f: sheet.columns[sheet.column(c)] for f, c in chosen.items()}, before)


def add_layer(resolver: Resolver, addition: Addition, progress: Progress | None = None) -> Path:
    """Write a checked file as a layer and compile it; what was there stays unless both succeed.

    Returns:
        The layer's folder.

    Raises:
        InputError: the file has problems, holds no names, or the folder can't be written.
    """
    plan, target = addition.plan, addition.target
    if plan.problems:
        count = len(plan.problems)
        raise InputError(
            f"{addition.source}: {count:,} problem{'s' * (count != 1)}, nothing was added;"
            f" the first: row {plan.problems[0].row:,}: {plan.problems[0].words}"
        )
    if not plan.aliases and not plan.masks:
        raise InputError(f"{addition.source} holds no names; nothing was added")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as work:
            made, aside = Path(work) / "new", Path(work) / "old"
            made.mkdir()
            with no_collection():
                _write(made, addition)
            if target.exists():
                target.replace(aside)
            try:
                made.replace(target)
                resolver.with_layers([target.resolve()])
            except BaseException:
                shutil.rmtree(target, ignore_errors=True)
                if aside.exists():
                    aside.replace(target)
                raise
    except OSError as error:
        raise InputError(f"can't write to {target} ({error.strerror or error}); choose a folder with --into") from error
    if progress:
        progress("ready", 1.0)
    return target


def layer_name(path: Path) -> str:
    """A name for a layer made of the name of its file.

    >>> layer_name(Path("data/My Actors (2024).csv"))
    'my-actors-2024'
    """
    return re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or "layer"


def _countries(resolver: Resolver) -> Callable[[str], str | None]:
    """What reads a country cell: a code, an id, or a name that means one country."""
    gazetteer = resolver.gazetteer

    def country(text: str) -> str | None:
        qid = text if is_entity_id(text) else gazetteer.country_codes.get(text.lower())
        qid = qid or resolver.resolve(text, kind=("country", "territory")).qid
        return qid if qid and gazetteer.entity_number(qid) >= 0 else None

    return country


def _names_in(target: Path) -> frozenset[tuple[str, str]] | None:
    """The names of the layer that lies there; None where nothing does."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return None
    if not (target / PROVENANCE).is_file():
        raise InputError(
            f"{target} was not made by `resolver gazetteer add` and is left alone; choose another --name or --into"
        )
    path = target / "aliases.tsv"
    rows = read_table(path) if path.is_file() else ()
    return frozenset((row.qid, row.text) for row in rows if isinstance(row, AliasRow))


def _write(folder: Path, addition: Addition) -> None:
    plan = addition.plan
    if plan.entities:
        write_table(folder / "entities.tsv", "entities", plan.entities)
    if plan.aliases:
        write_table(folder / "aliases.tsv", "aliases", plan.aliases)
    if plan.masks:
        rows = ["\t".join(MASK_COLUMNS), *(f"{qid}\t{text}\t{plan.name}" for qid, text in plan.masks)]
        (folder / MASKS).write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    digest = hashlib.blake2b(digest_size=16)
    with addition.source.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    told = {
        "name": plan.name,
        "source": addition.source.name,
        "bytes": addition.source.stat().st_size,
        "blake2b": digest.hexdigest(),
        "columns": addition.columns,
        "rows": plan.rows,
        "entities": len(plan.entities),
        "names": len(plan.aliases),
        "hidden": len(plan.masks),
    }
    (folder / PROVENANCE).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
