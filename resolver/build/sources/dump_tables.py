"""The working folder of an import -> a theme folder: kinds, rows, sorted tables; out of core."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.derive import NAMELESS_ROLES, SURNAMES, derive_surnames
from resolver.build.grow.kinds import DEEPEST, Kinds
from resolver.build.grow.rows import EntityRows, Office, make_rows
from resolver.build.latin import LATIN, useful_latin
from resolver.build.sources.dump_work import WorkFolder, packed, unpacked
from resolver.build.tables import TABLES, Row, arrow_table
from resolver.errors import GazetteerError, InputError
from resolver.normalize import exact_keys

if TYPE_CHECKING:
    import duckdb

    from resolver.build.sources.dump import Progress, _Known

PROVENANCE = "import.json"
CLASSES = "classes.tsv"
_CONTAINERS = frozenset({"country", "territory", "subdivision"})
_MEMORY = "2GB"
_FEW = 4  # frames that are not worth starting other processes for
_ORDER = {
    "entities": "left(qid, 1), TRY_CAST(substr(qid, 2) AS BIGINT), qid",
    "aliases": "left(qid, 1), TRY_CAST(substr(qid, 2) AS BIGINT), qid, text",
    "positions": "left(qid, 1), TRY_CAST(substr(qid, 2) AS BIGINT), qid, title, country, valid_from, valid_to",
    "relations": "left(subject, 1), TRY_CAST(substr(subject, 2) AS BIGINT), subject, relation, object",
}


class Written(NamedTuple):
    """Rows of each table, and names that were left out, by reason."""

    entities: int
    aliases: int
    positions: int
    relations: int
    dropped: dict[str, int]


class _Frame(NamedTuple):
    """What the rows of one frame need to know, the same for all."""

    kinds: Kinds
    wanted: frozenset[str]
    offices: dict[str, Office]
    kind_of: dict[str, str]
    countries: frozenset[str]
    parts: Path


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
    wanted: frozenset[str],
    known: _Known,
    skipped: Counter[str],
    source: str,
    workers: int,
    tell: Progress,
) -> Written:
    """Give every entity its kind, make its rows, and write the tables sorted; the working folder goes at the end.

    Args:
        work: What was read.
        into: The theme folder to make or replace.
        wanted: Kinds to keep; none means all.
        known: Superclasses known beforehand.
        skipped: Gains the entities left out here: `kind`, `not an entity`, `again`.
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
    frame = _Frame(kinds, wanted, offices, kind_of, countries, parts)
    dropped: Counter[str] = Counter()
    for done, (left_out, names) in enumerate(_rows_of(work, frame, workers if met.frames > _FEW else 0), 1):
        skipped.update(left_out)
        dropped.update(names)
        tell("making rows", 0.9 + 0.06 * done / max(1, met.frames))
    if not met.frames:
        _make_part(frame, 0, packed([]))  # tables without rows
    tell("sorting", 0.97)
    made = work.folder / "made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    counts = _sort(parts, made, work.folder / "spill", skipped)
    _write_classes(made / CLASSES, parents)
    told = {"source": Path(source).name, "kinds": sorted(wanted), **counts}
    (made / PROVENANCE).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    _publish(made, into)
    shutil.rmtree(work.folder, ignore_errors=True)
    return Written(**counts, dropped=dict(dropped))


class _Met(NamedTuple):
    """What one look through all facts tells: classes, offices, and items that may contain others."""

    frames: int
    classes: set[str]
    offices: set[str]
    places: list[tuple[str, tuple[str, ...]]]
    labels: list[tuple[str, str]]

    @classmethod
    def of(cls, work: WorkFolder) -> _Met:
        met = cls(0, set(), set(), [], [])
        frames = 0
        capitals: set[str] = set()
        for frame in work.frames():
            frames += 1
            for facts in unpacked(frame):
                met.classes.update(facts.classes)
                met.offices.update(link.target for link in facts.offices)
                capitals.update(link.target for link in facts.capital_of)
                if any(code.startswith(("iso2:", "iso3:")) for code in facts.codes):
                    met.places.append((facts.qid, facts.classes))
                    met.labels.append((facts.qid, facts.label))
        missing = capitals - {qid for qid, _ in met.places}
        if missing:
            for frame in work.frames():
                met.places.extend((facts.qid, facts.classes) for facts in unpacked(frame) if facts.qid in missing)
        return met._replace(frames=frames)


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


_Left = tuple[Counter[str], Counter[str]]
_shared: list[_Frame] = []  # in another process: what all its frames need to know


def _rows_of(work: WorkFolder, frame: _Frame, workers: int) -> Iterator[_Left]:
    """Make the rows of every frame, in other processes if there are any, a few frames at a time."""
    numbered = enumerate(work.frames())
    if not workers:
        yield from (_make_part(frame, number, data) for number, data in numbered)
        return
    waiting: deque[Future[_Left]] = deque()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_share, initargs=(frame,)) as pool:
        for number, data in numbered:
            waiting.append(pool.submit(_make_shared, number, data))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _share(frame: _Frame) -> None:
    _shared.append(frame)


def _make_shared(number: int, data: bytes) -> _Left:
    return _make_part(_shared[0], number, data)


def _make_part(frame: _Frame, number: int, data: bytes) -> _Left:
    """Write the rows of one frame of facts as unsorted Parquet; tell what was left out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made: list[EntityRows] = []
    skipped: Counter[str] = Counter()
    for facts in unpacked(data):
        kind = frame.kinds.kind_of(facts.classes)
        if kind is None or (frame.wanted and kind not in frame.wanted):
            skipped["kind"] += 1
            continue
        rows = make_rows(facts, kind, offices=frame.offices, kind_of=frame.kind_of, countries=frame.countries)
        if rows is None:
            skipped["not an entity"] += 1
        else:
            made.append(rows)
    tables: Mapping[str, list[Row]] = {
        "entities": [rows.entity for rows in made],
        "aliases": [row for rows in made for row in rows.aliases],
        "positions": [row for rows in made for row in rows.positions],
        "relations": [row for rows in made for row in rows.relations],
    }
    for name, listed in tables.items():
        pq.write_table(arrow_table(name, listed), frame.parts / f"{name}-{number:07}.parquet", compression="zstd")
    names = [(row.text, rows.entity, row.role) for rows in made for row in rows.aliases]
    keys = exact_keys([text for text, _, _ in names])
    latin = {text: found for (text, _, _), key in zip(names, keys, strict=True) if (found := useful_latin(text, key))}
    columns = {"text": pa.array(list(latin), pa.string()), "latin_key": pa.array(list(latin.values()), pa.string())}
    pq.write_table(pa.table(columns), frame.parts / f"latin-{number:07}.parquet")
    full = [
        (entity.qid, key, text, entity.countries)
        for (text, entity, role), key in zip(names, keys, strict=True)
        if entity.kind == "person" and role not in NAMELESS_ROLES
    ]
    own = derive_surnames(sorted(full, key=lambda row: (row[0], row[2])))
    columns = {name: pa.array(v, pa.string()) for name, v in zip(("qid", "key", "text"), own, strict=True)}
    pq.write_table(pa.table(columns), frame.parts / f"surnames-{number:07}.parquet")
    return skipped, Counter(reason for rows in made for reason in rows.dropped.elements())


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
    con.execute(f"COPY ({query}) TO '{_sql(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 200000)")
    ((count,),) = con.execute(f"SELECT count(*) FROM read_parquet('{_sql(path)}')").fetchall()
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
