"""The SQL function `resolve`, for a connection from Python.

It works on the record batches that DuckDB hands over, two thousand rows at a time; a name that comes again is looked
up, not resolved again.
"""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from resolver.errors import InputError
from resolver.table.batches import Remembered, distinct_names
from resolver.table.columns import ANSWER
from resolver.table.hints import SEVERAL, Asked, HintColumns, hint_columns

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from resolver.engine import Resolver

RESULT = ("status", "qid", "label", "kind", "score", "probability", "margin", "candidates", "parts")
"""Fields of the struct that `resolve` gives."""


def register(
    con: duckdb.DuckDBPyConnection,
    *,
    resolver: Resolver | None = None,
    name: str = "resolve",
    kind: str | Collection[str] | None = None,
    exclude_kind: str | Collection[str] | None = None,
    country: str | Collection[str] | None = None,
    lang: str | Collection[str] | None = None,
    as_of: date | str | None = None,
) -> None:
    """Make SQL functions that resolve names, for as long as the connection is open.

    `resolve(name)` gives a struct of status, qid, label, kind, score, probability, margin, candidates and parts;
    `resolve_with(name, kind, country, as_of)` the same with hints of each row, NULL for none. A NULL name gives NULL.

    Args:
        con: An open connection; its cursors have the functions too.
        resolver: What resolves; None opens the default gazetteer.
        name: Another name for `resolve`; the other function is called after it.
        kind: Accepted kind or kinds for all names; so are the next four.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        lang: Language or languages.
        as_of: Day on which the names were used.

    Raises:
        InputError: the connection has such a function or macro already, or a hint is unknown.

    >>> import duckdb
    >>> con = duckdb.connect()
    >>> register(con)
    >>> con.execute("SELECT resolve('Türkiye').qid, resolve_with('Georgia', 'country', NULL, NULL).qid").fetchall()
    [('Q43', 'Q230')]
    >>> con.close()
    """
    import duckdb

    if resolver is None:
        from resolver.engine import Resolver

        resolver = Resolver.open()
    hints = hint_columns(kind=kind, exclude_kind=exclude_kind, country=country, lang=lang, as_of=as_of)
    resolver.resolve_many((), kind=kind, exclude_kind=exclude_kind, country=country, lang=lang)
    remembered = Remembered(resolver)
    other = f"{name}_with"
    taken = con.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name IN ($1, $2)",
        [name.lower(), other.lower()],
    ).fetchall()
    if taken:
        raise InputError(
            f"the connection has a function {taken[0][0]} already; register(con, name='...') makes one of another name"
        )
    result = duckdb.sqltype("STRUCT(" + ", ".join(f"{field} {ANSWER[field]}" for field in RESULT) + ")")
    # The stubs of DuckDB 1.5 and 2.0 disagree about these arguments.
    create: Any = con.create_function
    create(name, _plain(remembered, hints), ["VARCHAR"], result, type="arrow")
    cells = ["VARCHAR", "VARCHAR", "VARCHAR", "DATE"]
    create(other, _hinted(remembered, hints), cells, result, type="arrow", null_handling="special")
    _remove_at_exit(con, (name, other))


def _plain(remembered: Remembered, hints: HintColumns) -> Callable[[Any], Any]:
    told = _fixed(hints)

    def resolve(names: Any) -> Any:  # DuckDB evaluates these annotations
        asked, rows = distinct_names(names.combine_chunks())
        if any(told):
            asked = [Asked(str(name), *told) for name in asked]
        return _struct(remembered.answer((asked, rows)))

    return resolve


def _hinted(remembered: Remembered, hints: HintColumns) -> Callable[[Any, Any, Any, Any], Any]:
    fixed = _fixed(hints)

    def resolve_with(names: Any, kinds: Any, countries: Any, days: Any) -> Any:
        places: dict[Asked, int] = {}
        rows: list[int | None] = []
        cells = zip(names.to_pylist(), kinds.to_pylist(), countries.to_pylist(), days.to_pylist(), strict=True)
        for name, kind, country, day in cells:
            if name is None:
                rows.append(None)
                continue
            asked = Asked(name, kind or fixed[0], fixed[1], country or fixed[2], fixed[3], day or fixed[4])
            rows.append(places.setdefault(asked, len(places)))
        return _struct(remembered.answer((list(places), rows)), names.is_null().combine_chunks())

    return resolve_with


def _fixed(hints: HintColumns) -> tuple[str | None, str | None, str | None, str | None, date | None]:
    """The hints that are the same for all names, as `Asked` holds them."""
    kind, exclude_kind, country, lang = (
        SEVERAL.join(values) or None for values in (hints.kind, hints.exclude_kind, hints.country, hints.lang)
    )
    return kind, exclude_kind, country, lang, hints.as_of


def _struct(answers: pa.RecordBatch, absent: Any = None) -> Any:
    import pyarrow as pa

    return pa.StructArray.from_arrays([answers.column(field) for field in RESULT], list(RESULT), mask=absent)


def _remove_at_exit(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Functions still there when Python ends make DuckDB complain at length."""
    held = weakref.ref(con)

    def remove() -> None:
        # A connection that is closed, or a function that is gone, is what was wanted.
        with suppress(Exception):
            if (still := held()) is not None:
                for name in names:
                    still.remove_function(name)

    atexit.register(remove)
