"""Frames of a dump's items -> unsorted rows of the source tables, in as many processes as there are cores.

Here an item is parsed, if its classes lead to a kind that is wanted.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from resolver.build.derive import NAMELESS_ROLES, Name, derive_surnames
from resolver.build.grow.kinds import Kinds
from resolver.build.grow.rows import EntityRows, Office, make_rows
from resolver.build.latin import useful_latin
from resolver.build.sources.dump_line import UNREADABLE, BadLine, is_named, read_facts
from resolver.build.sources.dump_work import unpacked
from resolver.build.tables import Row, arrow_table
from resolver.collection import no_collection
from resolver.normalize import exact_keys


class Context(NamedTuple):
    """What the rows of every frame need to know."""

    kinds: Kinds
    wanted: frozenset[str]
    languages: frozenset[str] | None
    offices: dict[str, Office]
    kind_of: dict[str, str]
    countries: frozenset[str]
    parts: Path

    def may_be_wanted(self, classes: Iterable[str]) -> bool:
        """Whether one of these classes leads to a kind that is wanted; some may be of deprecated rank."""
        found = [kind for qid in classes if (kind := self.kinds.kind_of((qid,)))]
        return not self.wanted.isdisjoint(found) if self.wanted else bool(found)


class Left(NamedTuple):
    """What was left out of a frame: entities and names, by reason, and lines that prove unreadable."""

    skipped: Counter[str]
    names: Counter[str]
    bad: list[BadLine]


_shared: list[Context] = []  # in another process: what all its frames need to know


def rows_of(frames: Iterable[bytes], context: Context, workers: int) -> Iterator[Left]:
    """Make the rows of every frame, in other processes if there are any, a few frames at a time."""
    numbered = enumerate(frames)
    if not workers:
        yield from (_make_part(context, number, data) for number, data in numbered)
        return
    waiting: deque[Future[Left]] = deque()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_share, initargs=(context,)) as pool:
        for number, data in numbered:
            waiting.append(pool.submit(_make_shared, number, data))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _share(context: Context) -> None:
    _shared.append(context)


def _make_shared(number: int, data: bytes) -> Left:
    return _make_part(_shared[0], number, data)


def _make_part(context: Context, number: int, data: bytes) -> Left:
    """Write the rows of one frame as unsorted Parquet; tell what was left out."""
    with no_collection():
        return _made_part(context, number, data)


def _made_part(context: Context, number: int, data: bytes) -> Left:
    head, lines = unpacked(data)
    made: list[EntityRows] = []
    left = Left(Counter(), Counter(), [])
    for (place, _, classes), line in zip(head.items, lines, strict=True):
        if not context.may_be_wanted(classes):
            left.skipped["kind"] += 1
            continue
        try:
            facts = read_facts(line, context.languages)
            kind = context.kinds.kind_of(facts.classes)
            if kind is None or (context.wanted and kind not in context.wanted):
                left.skipped["kind"] += 1
                continue
            if not is_named(facts, context.languages):
                left.skipped["language"] += 1
                continue
            rows = make_rows(facts, kind, offices=context.offices, kind_of=context.kind_of, countries=context.countries)
        except UNREADABLE as error:
            left.bad.append(BadLine.of(place, line, error))
            continue
        if rows is None:
            left.skipped["not an entity"] += 1
        else:
            made.append(rows)
            left.names.update(rows.dropped)
    write_part(context.parts, number, made)
    return left


def write_part(parts: Path, number: int, made: Sequence[EntityRows]) -> None:
    """Write some entities' rows, with the latin keys and surnames of their names, as one unsorted part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables: Mapping[str, list[Row]] = {
        "entities": [rows.entity for rows in made],
        "aliases": [row for rows in made for row in rows.aliases],
        "positions": [row for rows in made for row in rows.positions],
        "relations": [row for rows in made for row in rows.relations],
    }
    for name, listed in tables.items():
        pq.write_table(arrow_table(name, listed), parts / f"{name}-{number:07}.parquet", write_statistics=False)
    names = [(row, rows.entity) for rows in made for row in rows.aliases]
    keys = exact_keys([row.text for row, _ in names])
    texts = zip((row.text for row, _ in names), keys, strict=True)
    latin = {text: found for text, key in texts if (found := useful_latin(text, key))}
    columns = {"text": pa.array(list(latin), pa.string()), "latin_key": pa.array(list(latin.values()), pa.string())}
    pq.write_table(pa.table(columns), parts / f"latin-{number:07}.parquet")
    full = [
        Name(entity.qid, key, row.text, entity.countries, row.langs, entity.label)
        for (row, entity), key in zip(names, keys, strict=True)
        if entity.kind == "person" and row.role not in NAMELESS_ROLES
    ]
    own = derive_surnames(sorted(full, key=lambda name: (name.qid, name.text)))
    columns = {name: pa.array(v, pa.string()) for name, v in zip(("qid", "key", "text"), own, strict=True)}
    pq.write_table(pa.table(columns), parts / f"surnames-{number:07}.parquet")
