"""Record batches in, record batches out: the core of every way to resolve a column.

The signature is that of Spark's `mapInArrow`; Polars, Dask and DuckDB functions are thin skins over it. Within a
batch and across batches every distinct name with its hints is resolved once.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from resolver.errors import InputError
from resolver.table.columns import ANSWER, answer_columns, answer_schema
from resolver.table.dates import by_spans
from resolver.table.hints import Asked, HintColumns, hint_arguments, hint_columns
from resolver.table.names import found_column, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from resolver.engine import Resolver
    from resolver.model import Resolution
    from resolver.table.settled import SettledColumns

_WORTHWHILE = 32  # names; for fewer the columns cost more than they save
_COLUMNS: WeakKeyDictionary[Resolver, SettledColumns] = WeakKeyDictionary()

MOST_REMEMBERED = 200_000
"""Distinct names whose answers are kept between batches, about 150 MB of them."""


def resolve_batches(
    batches: Iterable[pa.RecordBatch],
    *,
    column: str = "name",
    resolver: Resolver | None = None,
    kind: str | Collection[str] | None = None,
    exclude_kind: str | Collection[str] | None = None,
    country: str | Collection[str] | None = None,
    lang: str | Collection[str] | None = None,
    as_of: date | str | None = None,
    kind_column: str | None = None,
    country_column: str | None = None,
    lang_column: str | None = None,
    as_of_column: str | None = None,
) -> Iterator[pa.RecordBatch]:
    """Resolve one column of a stream of record batches.

    Args:
        batches: Any iterable of record batches, all of one schema.
        column: The column of names; other types than text are read as text.
        resolver: What resolves; None opens the default gazetteer.
        kind: Accepted kind or kinds for all rows; so are the next four.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        lang: Language or languages.
        as_of: One day for all rows, or the name of a column of days.
        kind_column: Column with the kinds accepted in each row, several joined with `|`; so are the next three.
        country_column: Column with the countries.
        lang_column: Column with the languages.
        as_of_column: Column with the days.

    Yields:
        One batch for each, its rows in order and its columns as they were, followed by the answer's columns, named
        `<column>_status`, `<column>_qid` and so on. A NULL name is unmatched.

    Raises:
        InputError: a column is missing, or a hint can't be read.
    """
    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    given: dict[str, Any] = {
        "kind": kind,
        "exclude_kind": exclude_kind,
        "country": country,
        "lang": lang,
        "as_of": as_of,
        "kind_column": kind_column,
        "country_column": country_column,
        "lang_column": lang_column,
        "as_of_column": as_of_column,
    }
    return _stream(iter(batches), column, Remembered(resolver), given)


def _stream(
    batches: Iterator[pa.RecordBatch], column: str, remembered: Remembered, given: dict[str, Any]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    hints: HintColumns | None = None
    for batch in batches:
        names = batch.schema.names
        if hints is None:
            hints = hint_columns(**given, columns=names).within(names, "the batch")
            column = found_column(column, names, "the batch")
            taken = {name.casefold() for name in names}
            if clash := [name for name in ANSWER if f"{column}_{name}".casefold() in taken]:
                raise InputError(f"the batch has a column {column}_{clash[0]} already; rename it: the answer needs it")
        answers = remembered.answer(_questions(batch, column, hints))
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, *answers.columns],
            names=[*names, *(f"{column}_{name}" for name in ANSWER)],
        )


def _questions(batch: pa.RecordBatch, column: str, hints: HintColumns) -> Questions:
    """The distinct questions of a batch, and the place of each row's among them."""
    if hints == HintColumns():
        return distinct_names(batch.column(column))
    import duckdb

    with duckdb.connect() as con:
        con.register("rows", batch)
        types = {name: str(kind) for name, kind, *_ in con.execute("DESCRIBE rows").fetchall()}
        told = ", ".join(hints.expressions("t", types))
        rows = con.execute(f"SELECT CAST(t.{quoted(column)} AS VARCHAR), {told} FROM rows t").fetchall()
    places: dict[Asked, int] = {}
    at = [None if row[0] is None else places.setdefault(Asked(*row), len(places)) for row in rows]
    return list(places), at


def distinct_names(names: Any) -> Questions:
    """The distinct names of an Arrow array as questions without hints, and the place of each row's among them."""
    import pyarrow as pa

    if not pa.types.is_dictionary(names.type):
        names = names.cast(pa.string()).dictionary_encode()
    return names.dictionary.cast(pa.string()).to_pylist(), names.indices


Questions = tuple[Sequence[Hashable], Any]
"""Distinct questions, names or `Asked`; and for each row the place of its question, NULL where it has no name."""


class Remembered:
    """Answers given so far, so that a name that comes again in a later batch is not resolved again.

    Safe to share between threads, as DuckDB calls a function from several.
    """

    def __init__(self, resolver: Resolver, most: int = MOST_REMEMBERED) -> None:
        self._resolver = resolver
        self._most = most
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self._places: dict[Hashable, int] = {}
        # Answers lie in two blocks, so that a few new ones don't cause all to be copied.
        self._old = no_answer()
        self._young = self._old.slice(0, 0)

    def answer(self, questions: Questions) -> pa.RecordBatch:
        """The answers to the rows of a batch, in order."""
        import pyarrow as pa

        asked, rows = questions
        with self._lock:
            if len(self._places) > self._most:
                self._forget()
            self._learn([question for question in asked if question not in self._places])
            places = pa.array([self._places[question] for question in asked], pa.int64())
            old, young = self._old, self._young
        rows = rows if isinstance(rows, pa.Array) else pa.array(rows, pa.int64())
        return _taken(old, young, places.take(rows).fill_null(0))

    def _learn(self, new: list[Hashable]) -> None:
        if not new:
            return
        asked = [Asked(q, None, None, None, None, None) if isinstance(q, str) else q for q in new]
        self._young = joined([self._young, resolve_asked(self._resolver, asked)])  # type: ignore[arg-type]
        start = len(self._places) + 1
        self._places |= {question: start + i for i, question in enumerate(new)}
        if len(self._young) >= len(self._old):
            self._old, self._young = joined([self._old, self._young]), self._young.slice(0, 0)


def _taken(old: pa.RecordBatch, young: pa.RecordBatch, places: Any) -> pa.RecordBatch:
    import numpy as np

    at = np.asarray(places)
    late = at >= len(old)
    if not late.any():
        return old.take(places)
    order = np.argsort(late, kind="stable")
    back = np.empty(len(at), "i8")
    back[order] = np.arange(len(at))
    both = joined([old.take(_array(at[~late])), young.take(_array(at[late] - len(old)))])
    return both.take(_array(back))


def _array(numbers: Any) -> Any:
    import pyarrow as pa

    return pa.array(numbers)


def joined(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Several batches of answers as one."""
    import pyarrow as pa

    return pa.concat_batches(batches)


def no_answer() -> pa.RecordBatch:
    """What a row without a name gets: one row, unmatched."""
    import pyarrow as pa

    nothing: dict[str, Any] = dict.fromkeys(ANSWER)
    nothing |= {"status": "unmatched", "score": 0.0, "probability": 0.0, "margin": 0.0, "provisional": False}
    nothing |= {"candidates": [], "evidence": [], "parts": []}
    return pa.RecordBatch.from_pylist([nothing], schema=answer_schema())


def resolve_asked(resolver: Resolver, asked: Sequence[Asked], *, lenient: bool = False) -> pa.RecordBatch:
    """Answers to distinct questions, in order, as the columns of `ANSWER`.

    Args:
        resolver: What resolves.
        asked: The questions.
        lenient: Whether hints that can't be read count as none.

    Raises:
        InputError: a kind, country or language is unknown, unless `lenient`.
    """
    if not any(any(question[1:]) for question in asked):
        return _without_hints(resolver, [question.name for question in asked])
    places = sorted(range(len(asked)), key=lambda i: _grouping(asked[i]))
    resolutions: list[Resolution] = []
    order = [0] * len(asked)
    for told, group in groupby(places, key=lambda i: asked[i][1:5]):
        hints = hint_arguments(told)
        if lenient and unreadable(resolver, told):
            hints = {}
        members = list(group)
        undated = [i for i in members if asked[i].as_of is None]
        for i, answer in zip(undated, resolver.resolve_many([asked[i].name for i in undated], **hints), strict=True):
            order[i] = len(resolutions)
            resolutions.append(answer)
        dated = (i for i in members if asked[i].as_of is not None)
        for name, several in groupby(dated, key=lambda i: asked[i].name):
            days = list(several)
            at = 0
            for answer, length in by_spans(
                [asked[i].as_of for i in days],  # type: ignore[misc]
                lambda day, name=name, hints=hints: next(resolver.resolve_many([name], as_of=day, **hints)),  # type: ignore[misc]
            ):
                for i in days[at : at + length]:
                    order[i] = len(resolutions)
                resolutions.append(answer)
                at += length
    return answer_columns(resolutions).take(_array(order))


def _without_hints(resolver: Resolver, names: list[str]) -> pa.RecordBatch:
    """Answers to names: settled ones a column at a time, the others one by one."""
    columns = _settled_columns(resolver) if len(names) >= _WORTHWHILE else None
    if columns is None:
        return answer_columns(resolver.resolve_many(names))
    import numpy as np

    numbers = np.array([-1 if number is None else number for number in resolver.settled_numbers(names)])
    known = np.flatnonzero(numbers >= 0)
    distinct, place = np.unique(numbers[known], return_inverse=True)
    settled = columns.answers(distinct)
    rows = np.full(len(names), -1)
    rows[known] = settled.row[place]
    others = np.flatnonzero(rows < 0)
    if not len(others):
        return settled.columns.take(_array(rows))
    rows[others] = len(settled.columns) + np.arange(len(others))
    asked = answer_columns(resolver.resolve_many([names[i] for i in others]))
    return joined([settled.columns, asked]).take(_array(rows))


def _settled_columns(resolver: Resolver) -> SettledColumns | None:
    """Settled answers of a resolver, made once for each; None where it has to be asked name by name."""
    from resolver.table.settled import SettledColumns

    if not SettledColumns.serves(resolver.gazetteer):
        return None
    held = _COLUMNS.get(resolver)
    if held is None:
        held = _COLUMNS[resolver] = SettledColumns(resolver.gazetteer, resolver.config)
    return held


def unreadable(resolver: Resolver, told: Iterable[str | None]) -> str | None:
    """What is wrong with hints kept as text; None where they can be read."""
    try:
        resolver.resolve_many((), **hint_arguments(told))
    except InputError as error:
        return str(error)
    return None


def _grouping(asked: Asked) -> tuple[Any, ...]:
    return (*(part or "" for part in asked[1:5]), asked.as_of is not None, asked.name, asked.as_of or date.min)
