"""One run over one table: what is new is resolved, what is still good stays, and every row is counted.

Answers are added a batch at a time, each by one statement, so that a run killed at any moment leaves a database that
can be read, and the next run goes on with it. The last statement adds the row of the run itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from resolver import __version__
from resolver.errors import ConfigError, InputError
from resolver.model import Status
from resolver.table import store
from resolver.table.batches import unreadable
from resolver.table.hints import HINTS, KEY, Asked, HintColumns, hint_columns
from resolver.table.incremental import drop_overruled, settings_hash, stamp
from resolver.table.names import RESERVED, found_column, quoted, table_name
from resolver.table.summary import TableSummary, by_status, count_rows, count_spellings, unresolved

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from resolver.engine import Resolver

BATCH = 8192
"""Names resolved between two commits: what a killed run loses at most."""
SLOW_BATCH = 512
"""The same where many names have to be searched for, milliseconds each."""
_SLOW = 0.1

MOST_WORKERS = 64

Progress = Callable[[str, float], None]


def resolve_table(
    con: duckdb.DuckDBPyConnection,
    table: Any,
    *,
    column: str | Sequence[str],
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
    ignore_bad_hints: bool = False,
    name: str = "names",
    fresh: bool = False,
    source: str | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> TableSummary:
    """Resolve one or several columns of a table, and keep the answers beside it.

    Makes the tables `resolution`, `resolution_use`, `decision` and `run` and the views `<table>_resolved`,
    `resolution_worklist` and `resolution_ambiguous` in the current database and schema. A second run resolves only
    names that are new, or whose answer a changed gazetteer, setting or override may alter.

    Args:
        con: An open connection.
        table: Name of a table or view, or a pandas, Polars or Arrow table, which is copied into a table first.
        column: The column of names, or several.
        resolver: What resolves; None opens the default gazetteer.
        kind: Accepted kind or kinds for all rows; so are the next four.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        lang: Language or languages.
        as_of: One day for all rows, or the name of a column of days.
        kind_column: Column with the kinds accepted in each row, several joined with `|`; so are the next three.
        country_column: Column with the countries.
        lang_column: Column with the languages.
        as_of_column: Column with the days: dates, timestamps, or text such as 2022-06-01, 20220601, 2022-06 or 2022.
        ignore_bad_hints: Whether a hint that can't be read counts as none; otherwise it is an error.
        name: What to call the table that a frame is copied into.
        fresh: Whether to resolve everything again.
        source: The file that the table was made of, for the table `run` and for messages.
        workers: Processes that share the work on names that no key answers; None means one a processor where there
            are enough of them. A script that asks for several keeps its own code under `if __name__ == "__main__":`.
        progress: Called with a stage and the part done in [0, 1].

    Returns:
        Counts, and the most frequent names without an answer.

    Raises:
        InputError: a table or column is missing, or a hint can't be read.

    >>> import duckdb
    >>> con = duckdb.connect()
    >>> _ = con.execute("CREATE TABLE events AS SELECT unnest(['Ankara', 'Nowheristan', 'ANKARA']) AS actor")
    >>> summary = resolve_table(con, "events", column="actor")
    >>> summary.rows, summary.names, summary.by_row[Status.MATCHED]
    (3, 3, 2)
    >>> con.execute("SELECT actor, actor_qid FROM events_resolved ORDER BY row_number").fetchall()
    [('Ankara', 'Q3640'), ('Nowheristan', None), ('ANKARA', 'Q3640')]
    """
    started, wall = time.monotonic(), datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    tell = progress or (lambda _stage, _part: None)
    if not isinstance(table, str):
        table = _copied(con, table, table_name(name))
    held = store.find_source(con, table)
    if held.table.casefold() in RESERVED:
        raise InputError(f"{held.table} is a table of answers; name a table of yours")
    where = source or held.table
    columns = [found_column(c, held.types, where) for c in ([column] if isinstance(column, str) else column)]
    if not columns:
        raise InputError("no column of names is given")
    columns = list(dict.fromkeys(columns))
    if nested := [c for c in columns if held.types[c].endswith(("]", ")")) and "DECIMAL" not in held.types[c]]:
        raise InputError(
            f"column {nested[0]} of {where} holds {held.types[nested[0]]}; a name is text: unnest it first"
        )
    hints = hint_columns(
        kind=kind,
        exclude_kind=exclude_kind,
        country=country,
        lang=lang,
        as_of=as_of,
        kind_column=kind_column,
        country_column=country_column,
        lang_column=lang_column,
        as_of_column=as_of_column,
        columns=held.types,
    ).within(held.types, where)
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise ConfigError(f"workers is {workers!r}; allowed: 1 to {MOST_WORKERS} processes")
    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    resolver.resolve_many((), kind=kind, exclude_kind=exclude_kind, country=country, lang=lang)  # refuses unknown ones
    store.make_tables(con)
    tell("reading names", 0.0)
    if not ignore_bad_hints:
        _check_days(con, held, hints, where)
    store.note_use(con, held, columns, hints)
    refused = _unreadable(con, held, resolver)
    if refused and not ignore_bad_hints:
        con.execute("DELETE FROM resolution_use WHERE table_name = $1", [held.table])
        raise InputError(f"{where}, {next(iter(refused.values()))}; --ignore-bad-hints resolves such rows without it")
    stale = _drop_stale(con, resolver, fresh)
    todo = _todo(con, held)
    _resolve(con, resolver, todo, workers, tell)
    store.drop_unused(con)
    tell("checking rows", 0.99)
    view = store.make_resolved_view(con, held, columns, hints)
    store.make_views(con)
    rows = count_rows(con, held, view)
    names_by, rows_by = by_status(con, held, rows * len(columns))
    names = sum(names_by.values())
    summary = TableSummary(
        table=held.table,
        view=view,
        columns=tuple(columns),
        rows=rows,
        spellings=count_spellings(con, held),
        names=names,
        resolved=todo,
        kept=names - todo,
        stale=stale,
        by_name=names_by,
        by_row=rows_by,
        unresolved=unresolved(con, held),
        seconds=time.monotonic() - started,
    )
    _note_run(con, summary, resolver, where, source is not None, wall)
    tell("done", 1.0)
    return summary


def _copied(con: duckdb.DuckDBPyConnection, frame: Any, name: str) -> str:
    """Copy a frame into a table."""
    import duckdb

    if isinstance(frame, duckdb.DuckDBPyRelation):
        con.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
        frame.create(quoted(name))
        return name
    try:
        con.register("frame_to_copy", frame)
    except Exception as error:
        raise InputError(
            f"can't read a table from {type(frame).__name__}; give a table's name, or a pandas, Polars or Arrow table"
        ) from error
    con.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS FROM frame_to_copy")
    con.unregister("frame_to_copy")
    return name


def _check_days(con: duckdb.DuckDBPyConnection, held: store.Source, hints: HintColumns, where: str) -> None:
    """Refuse a table with days that can't be read, showing the first."""
    if (column := hints.as_of_column) is None:
        return
    day = hints.expressions("t", held.types)[-1]
    cell = f"CAST(t.{quoted(column)} AS VARCHAR)"
    bad = con.execute(f"""
        SELECT count(*), min({held.place}) + 1, arg_min({cell}, {held.place})
        FROM {held.relation} WHERE t.{quoted(column)} IS NOT NULL AND trim({cell}) <> '' AND {day} IS NULL
    """).fetchall()[0]
    if bad[0]:
        raise InputError(
            f"{where}, row {bad[1]:,}, column {column}: {bad[2]!r:.40} is not a date ({bad[0]:,} such rows); dates look"
            " like 2022-06-01; --ignore-bad-hints resolves such rows without it"
        )


def _unreadable(con: duckdb.DuckDBPyConnection, held: store.Source, resolver: Resolver) -> dict[tuple[Any, ...], str]:
    """Hints of the table that the resolver doesn't know, each with what is wrong with it and where."""
    told = ", ".join(HINTS[:-1])
    combinations = con.execute(
        f"SELECT {told}, min(first_row) AS row FROM resolution_use WHERE table_name = $1 GROUP BY {told} ORDER BY row",
        [held.table],
    ).fetchall()
    refused = {}
    for *hints, row in combinations:
        if (wrong := unreadable(resolver, hints)) is not None:
            refused[tuple(hints)] = f"row {row:,}: {wrong}"
    return refused


def _drop_stale(con: duckdb.DuckDBPyConnection, resolver: Resolver, fresh: bool) -> int:
    """Forget answers that may have changed: of another gazetteer, other settings, other overrides."""
    if fresh:
        con.execute("DELETE FROM resolution_ruling")
        return int(con.execute("DELETE FROM resolution").fetchall()[0][0]) + drop_overruled(con, resolver)
    dropped = store.drop_stale(con, resolver.gazetteer.version, settings_hash(resolver))
    return dropped + drop_overruled(con, resolver)


def _todo(con: duckdb.DuckDBPyConnection, held: store.Source) -> int:
    """Number the names without an answer, in the order in which the table has them; returns how many."""
    keys = ", ".join(f"u.{part}" for part in KEY)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE resolver_todo AS
        SELECT row_number() OVER (ORDER BY first_row, {keys}) AS number, {keys}
        FROM (
            SELECT {", ".join(KEY)}, min(first_row) AS first_row FROM resolution_use
            WHERE table_name = $1 GROUP BY ALL
        ) u
        WHERE NOT EXISTS (FROM resolution r WHERE {store.same_key("r", "u")})
        ORDER BY number
        """,
        [held.table],
    )
    return int(con.execute("SELECT count(*) FROM resolver_todo").fetchall()[0][0])


def _resolve(
    con: duckdb.DuckDBPyConnection, resolver: Resolver, todo: int, workers: int | None, tell: Progress
) -> None:
    """Resolve what is to do, a batch at a time; each batch is kept before the one after the next begins."""
    from resolver.table.workers import WORTHWHILE, answers_of, slow_share

    slow = slow_share(resolver, _batch_at(con, 0, SLOW_BATCH))
    size = SLOW_BATCH if slow >= _SLOW else BATCH
    if workers is None:
        workers = (os.cpu_count() or 1) if slow * todo >= WORTHWHILE else 1
    started, done = time.monotonic(), 0
    tell(_pace(0, todo, 0), 0.0)
    for asked, answers in answers_of(resolver, (_batch_at(con, at, size) for at in range(0, todo, size)), workers):
        _keep(con, resolver, asked, answers)
        done += len(asked)
        tell(_pace(done, todo, done / (time.monotonic() - started)), 0.98 * done / todo)
    con.execute("DROP TABLE resolver_todo")


def _batch_at(con: duckdb.DuckDBPyConnection, at: int, size: int) -> list[Asked]:
    rows = con.execute(
        f"SELECT {', '.join(KEY)} FROM resolver_todo WHERE number BETWEEN $1 AND $2 ORDER BY number",
        [at + 1, at + size],
    ).fetchall()
    return [Asked(*row) for row in rows]


def _keep(con: duckdb.DuckDBPyConnection, resolver: Resolver, asked: Sequence[Asked], answers: pa.RecordBatch) -> None:
    """Add a batch of answers, by one statement."""
    import pyarrow as pa

    kinds = [pa.date32() if part == "as_of" else pa.string() for part in KEY]
    keys = [pa.array([question[i] for question in asked], kind) for i, kind in enumerate(kinds)]
    stamps = [pa.array([text] * len(asked)) for text in stamp(resolver)]
    batch = pa.RecordBatch.from_arrays(
        [*keys, *answers.columns, *stamps], names=[*KEY, *answers.schema.names, *store.STAMP]
    )
    con.register("resolver_batch", batch)
    con.execute("INSERT INTO resolution BY NAME FROM resolver_batch")
    con.unregister("resolver_batch")


def _pace(done: int, todo: int, rate: float) -> str:
    if not rate:
        return f"{todo:,} names"
    left = (todo - done) / rate
    shown = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
    return f"{done:,} of {todo:,} names, {rate:,.0f} a second, {shown} left"


def _note_run(
    con: duckdb.DuckDBPyConnection,
    summary: TableSummary,
    resolver: Resolver,
    where: str,
    loaded: bool,
    wall: datetime,
) -> None:
    store.insert_run(
        con,
        {
            "started_at": wall,
            "seconds": round(summary.seconds, 3),
            "resolver_version": __version__,
            "gazetteer_version": resolver.gazetteer.version,
            "config_hash": resolver.config.hash,
            "config": asdict(resolver.config),
            "overrides": resolver.config.overrides,
            "input": where,
            "table_name": summary.table,
            "loaded": loaded,
            "columns": list(summary.columns),
            "rows": summary.rows,
            "names": summary.names,
            "resolved": summary.resolved,
            "kept": summary.kept,
            **{str(status): summary.by_name[status] for status in Status},
        },
    )
