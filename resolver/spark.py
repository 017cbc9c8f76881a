"""Spark: one column of a data frame, resolved on every executor by the same code that resolves it here.

The gazetteer's files are sent to each executor once and mapped into memory there, so that the Python workers of one
machine share them; a worker opens them once and keeps them. `resolve_batches` does the work: Spark's `mapInArrow`
has its signature. Docs: docs/spark.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.config import Config
from resolver.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from resolver.engine import Resolver
    from resolver.overrides import Override


_VALUES = ("kind", "exclude_kind", "country", "lang")
"""Hints that hold for all rows."""


def resolve_column(
    df: DataFrame,
    column: str,
    *,
    resolver: Resolver | None = None,
    executor_path: str | None = None,
    **hints: Any,
) -> DataFrame:
    """Resolve one column of names of a Spark data frame; lazily, as Spark does.

    Args:
        df: Any data frame.
        column: Its column of names.
        resolver: Whose gazetteer, settings and decisions to use; None opens the default one on the driver.
        executor_path: Where the gazetteer's `.exact` file lies on every executor already, its `.fuzzy` folder beside
            it. None sends both from the driver, once an executor, which Spark Connect can't.
        hints: As for `Resolver.resolve_batches`: `kind`, `country`, `as_of_column` and so on.

    Returns:
        The data frame with the columns `<column>_status`, `<column>_qid` and so on behind its own; one row for each.

    Raises:
        InputError: a column is missing, a hint can't be read, or the resolver has layers, which are not sent.
    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    from pyspark.sql.types import StructType

    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    if len(resolver.gazetteer.gazetteers) > 1:
        raise InputError("layers are not sent to executors; open the resolver with layers=[], or build them in")
    # What is wrong is said before anything is started; an empty batch tells the columns of the answer.
    resolver.resolve("a", **{name: hints[name] for name in _VALUES if hints.get(name) is not None})
    empty = to_arrow_schema(df.schema).empty_table().to_batches()
    answered = _answers(resolver, iter(empty or [_no_rows(to_arrow_schema(df.schema))]), column, hints)
    added = from_arrow_schema(answered.schema)
    schema = StructType([*df.schema.fields, *added.fields[len(df.schema.fields) :]])
    exact = executor_path or _sent(df, resolver)
    decisions = tuple(resolver.rulings.overrides) if resolver.rulings else ()
    work = _Work(
        column, exact, not executor_path, resolver.config.replace(overrides=""), decisions, tuple(hints.items())
    )
    return df.mapInArrow(work, schema)


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema=schema)


def _answers(
    resolver: Resolver, batches: Iterator[pa.RecordBatch], column: str, hints: dict[str, Any]
) -> pa.RecordBatch:
    return next(resolver.resolve_batches(batches, column=column, **hints))


def _sent(df: DataFrame, resolver: Resolver) -> str:
    """Have Spark send the files to every executor; the name under which they are found there."""
    from resolver.bundle import fuzzy_folder

    context = df.sparkSession.sparkContext
    gazetteer = resolver.gazetteer.gazetteers[0]
    context.addFile(str(gazetteer.path))
    if resolver.config.fuzzy:
        context.addFile(str(fuzzy_folder(gazetteer)), recursive=True)
    return gazetteer.path.name


@dataclass(frozen=True, slots=True)
class _Work:
    """What an executor is told: everything but the gazetteer itself."""

    column: str
    exact: str
    sent: bool
    config: Config
    decisions: tuple[Override, ...]
    hints: tuple[tuple[str, Any], ...]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        path = self.exact
        if self.sent:
            from pyspark import SparkFiles

            path = SparkFiles.get(path)
        resolver = _opened(path, self.config, self.decisions)
        return resolver.resolve_batches(batches, column=self.column, **dict(self.hints))


@cache
def _opened(exact: str, config: Config, decisions: tuple[Override, ...]) -> Resolver:
    """The resolver of a Python worker, opened when its first batch comes."""
    from resolver.engine import Resolver
    from resolver.gazetteer import Gazetteer
    from resolver.layers import open_layers

    gazetteer = open_layers(Gazetteer(Path(exact)), ())
    rulings = None
    if decisions:
        from resolver.overrides import Overrides
        from resolver.overrides.apply import rulings as in_force

        rulings = in_force(gazetteer, Overrides(decisions))
    return Resolver(gazetteer, Path(exact), config, rulings)
