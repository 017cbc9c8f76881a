"""The working folder of an import -> a theme folder: kinds, rows, sorted tables; out of core."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.derive import SURNAMES
from resolver.build.grow.kinds import DEEPEST, Kinds
from resolver.build.grow.rows import Office
from resolver.build.latin import LATIN
from resolver.build.sources.dump_line import UNREADABLE, BadLine, read_facts
from resolver.build.sources.dump_rows import Context, rows_of, write_part
from resolver.build.sources.dump_work import WorkFolder, unpacked
from resolver.build.tables import TABLES
from resolver.errors import GazetteerError, InputError

if TYPE_CHECKING:
    import duckdb

    from resolver.build.sources.dump import Choice, DumpReport, Known, Progress

PROVENANCE = "import.json"
CLASSES = "classes.tsv"
_CONTAINERS = frozenset({"country", "territory", "subdivision"})
_MEMORY = "2GB"
_FEW = 2  # frames that are not worth starting other processes for
# A dump holds ids of items only: a shorter one is a smaller number.
_ORDER = {
    "entities": "length(qid), qid",
    "aliases": "length(qid), qid, text",
    "positions": "length(qid), qid, title, country, valid_from, valid_to",
    "relations": "length(subject), subject, relation, object",
}


class Written(NamedTuple):
    """Rows of each table, and names that were left out, by reason."""

    entities: int
    aliases: int
    positions: int
    relations: int
    dropped: dict[str, int]


def check_target(into: Path) -> None:
    """Refuse a folder that holds anything but an earlier import.

    Raises:
        InputError: it does.
    """
    if into.is_file() or (into.is_dir() and any(into.iterdir()) and not (into / PROVENANCE).is_file()):
        raise InputError(f"{into} holds something else than an import and is left alone; choose another folder")


def write_tables(
    work: WorkFolder,
    into: Path,
    choice: Choice,
    known: Known,
    report: DumpReport,
    source: str,
    workers: int,
    tell: Progress,
) -> Written:
    """Give every entity its kind, make its rows, and write the tables sorted; the working folder goes at the end.

    Args:
        work: What was read.
        into: The theme folder to make or replace.
        choice: Kinds and languages to keep.
        known: Superclasses known beforehand.
        report: Gains the entities left out here (`kind`, `language`, `not an entity`, `again`) and lines that prove
            unreadable.
        source: The dump, for the provenance.
        workers: Other processes that make rows.
        tell: Told stage and part done.
    """
    tell("finding kinds", 0.9)
    met = _Met.of(work)
    parents = _closure(work, met.classes) | known.parents
    kinds = Kinds(parents)
    parts = work.folder / "parts"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    offices = _offices(work, met.offices)
    kind_of = {qid: kind for qid, classes in met.places if (kind := kinds.kind_of(classes)) in _CONTAINERS and kind}
    countries = frozenset(label.casefold() for qid, label in met.labels if kind_of.get(qid) in ("country", "territory"))
    context = Context(kinds, choice.kinds, choice.languages, offices, kind_of, countries, parts)
    dropped: Counter[str] = Counter()
    bad: list[BadLine] = []
    for done, left in enumerate(rows_of(work.frames(), context, workers if met.frames > _FEW else 0), 1):
        report.skipped.update(left.skipped)
        dropped.update(left.names)
        bad += left.bad
        tell("making rows", 0.9 + 0.06 * done / max(1, met.frames))
    report.tell_bad(bad)
    if not met.frames:
        write_part(parts, 0, [])  # tables without rows
    tell("sorting", 0.97)
    made = work.folder / "made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    counts = _sort(parts, made, work.folder / "spill", report.skipped)
    _write_classes(made / CLASSES, parents)
    told = {"source": Path(source).name, "kinds": sorted(choice.kinds), **counts}
    (made / PROVENANCE).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    _publish(made, into)
    shutil.rmtree(work.folder, ignore_errors=True)
    return Written(**counts, dropped=dict(dropped))


class _Met(NamedTuple):
    """What the heads of all frames tell: classes, offices, and items that may contain others."""

    frames: int
    classes: set[str]
    offices: set[str]
    places: list[tuple[str, Sequence[str]]]
    labels: list[tuple[str, str]]

    @classmethod
    def of(cls, work: WorkFolder) -> _Met:
        met = cls(0, set(), set(), [], [])
        frames = 0
        missing: set[str] = set()
        for head in work.heads():
            frames += 1
            for _, _, classes in head.items:
                met.classes.update(classes)
            met.offices.update(head.offices)
            missing.update(head.capital_of)
            for qid, classes, label in head.places:
                met.places.append((qid, classes))
                met.labels.append((qid, label))
        missing -= {qid for qid, _ in met.places}
        if missing:
            for head, frame in zip(work.heads(), work.frames(), strict=True):
                if not missing.isdisjoint([qid for _, qid, _ in head.items]):
                    met.places.extend(_classes(frame, missing))
        return met._replace(frames=frames)


def _classes(frame: bytes, wanted: set[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Id and classes of some items of a frame; a line that proves unreadable is told of when its rows are made."""
    head, lines = unpacked(frame)
    for (_, qid, _), data in zip(head.items, lines, strict=True):
        if qid in wanted:
            with contextlib.suppress(*UNREADABLE):
                yield qid, read_facts(data, None).classes


def _closure(work: WorkFolder, needed: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Superclasses of the needed classes and of all above them; classes the dump has none of have none."""
    level = set(needed)
    found: dict[str, tuple[str, ...]] = {}
    for _ in range(DEEPEST + 1):
        level -= found.keys()
        if not level:
            break
        met = {qid: parents for qid, parents, *_ in _class_rows(work) if qid in level}
        found.update({qid: met.get(qid, ()) for qid in level})
        level = {up for parents in met.values() for up in parents}
    return found


def _class_rows(work: WorkFolder) -> Iterator[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    with work.classes_path.open(encoding="utf-8") as lines:
        for line in lines:
            qid, parents, label, countries = line.rstrip("\n").split("\t")
            yield qid, tuple(filter(None, parents.split("|"))), label, tuple(filter(None, countries.split("|")))


def _offices(work: WorkFolder, needed: set[str]) -> dict[str, Office]:
    return {qid: Office(label, where) for qid, _, label, where in _class_rows(work) if qid in needed and label}


def _sort(parts: Path, made: Path, spill: Path, skipped: Counter[str]) -> dict[str, int]:
    """Sorted tables of all parts; an entity that a dump holds twice counts once, and relations need both ends."""
    import duckdb

    spill.mkdir(exist_ok=True)
    try:
        return _sorted(parts, made, spill, skipped)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise GazetteerError(f"can't sort the tables in {made.parent} ({reason}); --resume tries again") from error


def _sorted(parts: Path, made: Path, spill: Path, skipped: Counter[str]) -> dict[str, int]:
    import duckdb

    counts: dict[str, int] = {}
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"SET memory_limit = '{_MEMORY}'")
        con.execute(f"SET temp_directory = '{_sql(spill)}'")
        con.execute("SET preserve_insertion_order = false")
        for name in TABLES:
            files = f"read_parquet('{_sql(parts)}/{name}-*.parquet')"
            where = ""
            if name == "relations":
                held = f"(SELECT qid FROM read_parquet('{_sql(made)}/entities.parquet'))"
                where = f"WHERE subject IN {held} AND object IN {held}"
            key = {"entities": "qid", "aliases": "qid, text"}.get(name)
            rows = f"SELECT * FROM {files} {where}"
            if key and (again := _repeats(con, files, key)):
                rows = f"SELECT DISTINCT ON ({key}) * FROM {files} ORDER BY ALL"
                skipped["again"] += again if name == "entities" else 0
            elif not key:
                rows = f"SELECT DISTINCT * FROM {files} {where}"
            counts[name] = _copy(con, f"FROM ({rows}) ORDER BY {_ORDER[name]}", made / f"{name}.parquet")
        _copy(con, f"SELECT DISTINCT * FROM read_parquet('{_sql(parts)}/latin-*.parquet') ORDER BY ALL", made / LATIN)
        _copy(
            con,
            f"SELECT qid, key, min(text) AS text FROM read_parquet('{_sql(parts)}/surnames-*.parquet')"
            " GROUP BY qid, key ORDER BY ALL",
            made / SURNAMES,
        )
    return counts


def _repeats(con: duckdb.DuckDBPyConnection, files: str, key: str) -> int:
    """How many rows repeat an earlier one's key; told by hashes, which a large table can spill."""
    ((twice,),) = con.execute(f"SELECT count(*) - count(DISTINCT hash({key})) FROM {files}").fetchall()
    return int(twice)


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    told = f"COPY ({query}) TO '{_sql(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 200000)"
    ((count,),) = con.execute(told).fetchall()
    return int(count)


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _write_classes(path: Path, parents: Mapping[str, tuple[str, ...]]) -> None:
    """The classes met and their superclasses, to be given to the next import."""
    rows = sorted(parents.items(), key=lambda row: int(row[0][1:]))
    lines = ["class\tparents", *(f"{qid}\t{'|'.join(up)}" for qid, up in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _publish(made: Path, into: Path) -> None:
    for path in made.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    if into.is_dir():
        aside = into.with_name(f".{into.name}-old-{os.getpid()}")
        into.replace(aside)
        made.replace(into)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        made.replace(into)
