"""What a run did, counted in the database itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolver.errors import ResolverError
from resolver.model import Status
from resolver.table.hints import KEY
from resolver.table.names import quoted
from resolver.table.store import DECIDED_NONE, Source, same_key

if TYPE_CHECKING:
    import duckdb

_TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A name without an answer: how often it comes, and the best guess, None where there is none."""

    name: str
    rows: int
    status: Status
    guess: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSummary:
    """What a run did.

    Attributes:
        table, view: The input table, and the view of it with its answers.
        columns: The columns of names.
        rows: Rows of the input, all of which are in the view.
        spellings: Distinct names, whatever is known beside them.
        names: Distinct names with their hints.
        resolved, kept: How many of them were resolved now, and how many answers of earlier runs stayed.
        stale: How many earlier answers a changed gazetteer, setting or override did away with.
        by_name, by_row: Names, and cells, by status; a cell without a name counts as unmatched.
        unresolved: The most frequent names that are unmatched or ambiguous.
        seconds: How long it took.
    """

    table: str
    view: str
    columns: tuple[str, ...]
    rows: int
    spellings: int
    names: int
    resolved: int
    kept: int
    stale: int
    by_name: dict[Status, int]
    by_row: dict[Status, int]
    unresolved: tuple[Unresolved, ...]
    seconds: float


def count_rows(con: duckdb.DuckDBPyConnection, held: Source, view: str) -> int:
    """Rows of the input, once it is sure that the view has each of them exactly once."""
    rows = int(con.execute(f"SELECT count(*) FROM {quoted(held.table)}").fetchall()[0][0])
    shown = int(con.execute(f"SELECT count(*) FROM {quoted(view)}").fetchall()[0][0])
    if rows != shown:
        raise ResolverError(f"{held.table} has {rows:,} rows, {view} {shown:,}; please report this: it is a bug")
    return rows


def count_spellings(con: duckdb.DuckDBPyConnection, held: Source) -> int:
    """Distinct names of an input."""
    query = "SELECT count(DISTINCT name) FROM resolution_use WHERE table_name = $1"
    return int(con.execute(query, [held.table]).fetchall()[0][0])


def by_status(con: duckdb.DuckDBPyConnection, held: Source, cells: int) -> tuple[dict[Status, int], dict[Status, int]]:
    """Names, and cells, of an input by status; a cell without a name counts as unmatched."""
    found = con.execute(
        f"""
        WITH asked AS (
            SELECT {", ".join(KEY)}, sum(rows) AS rows FROM resolution_use WHERE table_name = $1 GROUP BY ALL
        )
        SELECT status, count(*), CAST(sum(rows) AS BIGINT) FROM resolution r JOIN asked a ON {same_key("a", "r")}
        GROUP BY status
        """,
        [held.table],
    ).fetchall()
    names, rows = dict.fromkeys(Status, 0), dict.fromkeys(Status, 0)
    for status, count, several in found:
        names[Status(status)], rows[Status(status)] = count, several
    rows[Status.UNMATCHED] += cells - sum(rows.values())
    return names, rows


def unresolved(con: duckdb.DuckDBPyConnection, held: Source) -> tuple[Unresolved, ...]:
    """The most frequent names of an input that have no answer."""
    found = con.execute(
        f"""
        SELECT r.name, CAST(sum(u.rows) AS BIGINT) AS n, arg_max(r.status, u.rows),
               arg_max(r.candidates[1].label || ' (' || r.candidates[1].qid || ')', u.rows)
        FROM resolution r JOIN resolution_use u ON {same_key("u", "r")}
        WHERE r.status IN ('unmatched', 'ambiguous') AND u.table_name = $1 AND NOT {DECIDED_NONE}
        GROUP BY r.name ORDER BY n DESC, r.name LIMIT {_TOP}
        """,
        [held.table],
    ).fetchall()
    return tuple(Unresolved(name=n, rows=rows, status=Status(s), guess=guess) for n, rows, s, guess in found)
