"""The tables and views that hold answers in a database, and what each of their columns means.

    resolution           one row a distinct name with its hints: the answer, and what gave it
    resolution_ruling    which names had decisions when the answers were given, so that a changed one is noticed
    resolution_use       which input table and column asks for it, in how many rows, first in which
    decision             the overrides that were applied
    run                  one row a finished run
    <table>_resolved     view: the input's rows, each with its answers
    resolution_worklist  view: names without an answer, most frequent first
    resolution_ambiguous view: names with rivals, most frequent first

Nothing here commits: every statement is complete in itself, so that a run may be killed between any two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.table.columns import ANSWER
from resolver.table.hints import HINTS, KEY, HintColumns
from resolver.table.names import RESERVED, quoted, text_literal

if TYPE_CHECKING:
    import duckdb

STAMP = {"gazetteer_version": "VARCHAR", "config_hash": "VARCHAR", "settings_hash": "VARCHAR"}
"""What gave an answer. `config_hash` is that of the answer; `settings_hash` is the same without the overrides."""

SHOWN = tuple(name for name in ANSWER if name != "alias")
"""Columns of an answer that a view of an input table shows for each resolved column."""

PLAIN = ("status", "qid", "label", "kind", "probability")
"""Columns that such a view also shows under their bare names where one column was resolved."""

_KEY_TYPES = {"name": "VARCHAR", **dict.fromkeys(HINTS, "VARCHAR"), "as_of": "DATE"}

RUN = {
    "run": "BIGINT",
    "started_at": "TIMESTAMP",
    "seconds": "DOUBLE",
    "resolver_version": "VARCHAR",
    "gazetteer_version": "VARCHAR",
    "config_hash": "VARCHAR",
    "config": "MAP(VARCHAR, VARCHAR)",
    "overrides": "VARCHAR",
    "input": "VARCHAR",
    "table_name": "VARCHAR",
    "loaded": "BOOLEAN",
    "columns": "VARCHAR[]",
    "rows": "BIGINT",
    "names": "BIGINT",
    "resolved": "BIGINT",
    "kept": "BIGINT",
    "matched": "BIGINT",
    "ambiguous": "BIGINT",
    "unmatched": "BIGINT",
    "composite": "BIGINT",
}
"""Columns of the table `run`; `loaded` says whether the run made the table of a file, the last four count names."""

_TABLES = {
    "resolution": _KEY_TYPES | ANSWER | STAMP,
    "resolution_use": {
        "table_name": "VARCHAR",
        "column_name": "VARCHAR",
        **_KEY_TYPES,
        "rows": "BIGINT",
        "first_row": "BIGINT",
    },
    "resolution_ruling": {"key": "VARCHAR", "digest": "VARCHAR"},
    "run": RUN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table of the database whose columns are resolved.

    Attributes:
        table: Its name.
        types: SQL type of every column, by name, in order.
        numbered: Whether it is a table, whose rows have numbers of their own; a view's rows are counted.
        temporary: Whether it goes with the connection.
    """

    table: str
    types: dict[str, str]
    numbered: bool
    temporary: bool

    @property
    def relation(self) -> str:
        """What to select from, as `t`; the place of a row is `place`."""
        if self.numbered:
            return f"{quoted(self.table)} t"
        return f'(SELECT *, row_number() OVER () - 1 AS "#place" FROM {quoted(self.table)}) t'

    @property
    def place(self) -> str:
        """SQL for the place of a row, from 0."""
        return "t.rowid" if self.numbered else 't."#place"'


def find_source(con: duckdb.DuckDBPyConnection, table: str) -> Source:
    """The table or view of this name.

    Raises:
        InputError: there is none.
    """
    found = con.execute(
        """
        SELECT name, numbered, temporary
        FROM (
            SELECT table_name AS name, true AS numbered, temporary, database_name, schema_name FROM duckdb_tables()
            UNION ALL
            SELECT view_name, false, temporary, database_name, schema_name FROM duckdb_views()
        )
        WHERE lower(name) = lower($1)
          AND (temporary OR (database_name = current_database() AND schema_name = current_schema()))
        ORDER BY temporary DESC
        """,
        [table],
    ).fetchall()
    if not found:
        held = con.execute(
            """
            SELECT table_name, schema_name = current_schema() AND database_name = current_database()
            FROM duckdb_tables() WHERE table_name NOT IN (SELECT unnest($1)) ORDER BY 1
            """,
            [sorted(RESERVED)],
        ).fetchall()
        here = [name for name, current in held if current]
        away = "; of another schema: say USE first, or write into another file" if len(here) < len(held) else ""
        raise InputError(f"no table {table!r} here; there is: {', '.join(here) or 'none'}{away}")
    name, numbered, temporary = found[0]
    types = {column: str(kind) for column, kind, *_ in con.execute(f"DESCRIBE {quoted(name)}").fetchall()}
    numbered = numbered and "rowid" not in {column.casefold() for column in types}
    return Source(table=name, types=types, numbered=numbered, temporary=temporary)


def make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that aren't there yet.

    Raises:
        InputError: a table of such a name is there, and is none of ours.
    """
    for table, columns in _TABLES.items():
        held = con.execute(
            """
            SELECT column_name FROM duckdb_columns()
            WHERE table_name = $1 AND database_name = current_database() AND schema_name = current_schema()
            """,
            [table],
        ).fetchall()
        if held and {name for (name,) in held} != set(columns):
            raise InputError(
                f"the database has a table {table!r} of other columns than this version writes; rename or drop it,"
                " or give another --into"
            )
        if not held:
            con.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")


def same_key(a: str, b: str) -> str:
    """SQL that holds where two rows are about the same name and hints."""
    return " AND ".join([f"{a}.name = {b}.name", *(f"{a}.{hint} IS NOT DISTINCT FROM {b}.{hint}" for hint in HINTS)])


def drop_stale(con: duckdb.DuckDBPyConnection, gazetteer_version: str, settings_hash: str) -> int:
    """Forget answers of another gazetteer or other settings; returns how many."""
    return _changed(
        con,
        "DELETE FROM resolution WHERE gazetteer_version <> $1 OR settings_hash <> $2",
        [gazetteer_version, settings_hash],
    )


def drop_unused(con: duckdb.DuckDBPyConnection) -> int:
    """Forget answers that no input asks for any more; returns how many."""
    return _changed(
        con,
        f"""
        DELETE FROM resolution r
        WHERE NOT EXISTS (FROM resolution_use u WHERE {same_key("r", "u")})
        """,
    )


def _changed(con: duckdb.DuckDBPyConnection, statement: str, values: Sequence[object] = ()) -> int:
    return int(con.execute(statement, list(values)).fetchall()[0][0])


def note_use(con: duckdb.DuckDBPyConnection, source: Source, columns: Sequence[str], hints: HintColumns) -> None:
    """Fill `resolution_use` for one input table: every distinct name with its hints, and how often it comes."""
    told = hints.expressions("t", source.types)
    con.execute("DELETE FROM resolution_use WHERE table_name = $1", [source.table])
    for column in columns:
        shown = ", ".join(f"{expression} AS {hint}" for expression, hint in zip(told, HINTS, strict=True))
        con.execute(
            f"""
            INSERT INTO resolution_use
            SELECT $1, $2, {name_of(source, column)} AS name, {shown}, count(*), min({source.place}) + 1
            FROM {source.relation} WHERE t.{quoted(column)} IS NOT NULL GROUP BY ALL
            """,
            [source.table, column],
        )


def name_of(source: Source, column: str) -> str:
    """SQL for a row's name in one column."""
    return f"t.{quoted(column)}" if source.types[column] == "VARCHAR" else f"CAST(t.{quoted(column)} AS VARCHAR)"


def resolved_view(source: Source) -> str:
    """Name of the view of an input table with its answers."""
    return f"{source.table}_resolved"


def make_resolved_view(
    con: duckdb.DuckDBPyConnection, source: Source, columns: Sequence[str], hints: HintColumns
) -> str:
    """Make `<table>_resolved`: the input's columns, `row_number`, then each resolved column's answer.

    Returns:
        Its name.

    Raises:
        InputError: the input has a column of a name that the answer needs.
    """
    taken = {name.casefold() for name in source.types}
    told = hints.expressions("t", source.types)
    shown = [f"t.{quoted(name)}" for name in source.types]
    number = next(name for name in ("row_number", "row_number_", "resolver_row_number") if name not in taken)
    shown.append(f"{source.place} + 1 AS {number}")
    joins = []
    for i, column in enumerate(columns):
        r = f"r{i}"
        matches = [f"{r}.name = {name_of(source, column)}"]
        matches += [f"{r}.{hint} IS NOT DISTINCT FROM {cell}" for hint, cell in zip(HINTS, told, strict=True)]
        joins.append(f"LEFT JOIN resolution {r} ON {' AND '.join(matches)}")
        for name in SHOWN:
            answer = f"{column}_{name}"
            if answer.casefold() in taken:
                raise InputError(
                    f"{source.table} has a column {answer!r} already, and the answer to {column} needs that name;"
                    " rename or drop it"
                )
            shown.append(f"{_shown(r, name)} AS {quoted(answer)}")
        if len(columns) == 1:
            shown += [f"{_shown(r, name)} AS {name}" for name in PLAIN if name not in taken]
    view = resolved_view(source)
    temporary = "TEMP" if source.temporary else ""
    con.execute(
        f"CREATE OR REPLACE {temporary} VIEW {quoted(view)} AS SELECT {', '.join(shown)} FROM {source.relation} "
        + " ".join(joins)
    )
    return view


_ABSENT = {"status": "'unmatched'", "score": "0.0", "probability": "0.0", "margin": "0.0", "provisional": "false"}
_ABSENT |= dict.fromkeys(("candidates", "evidence", "parts"), "[]")


def _shown(r: str, name: str) -> str:
    """A column of an answer; a row without a name has none, and is unmatched."""
    return f"coalesce({r}.{name}, {_ABSENT[name]})" if name in _ABSENT else f"{r}.{name}"


DECIDED_NONE = "coalesce(r.evidence[1].name = 'override' AND starts_with(r.evidence[1].detail, 'no entity'), false)"
"""SQL that holds where a person decided that a name is no entity: it wants no answer."""


def make_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the views over all answers."""
    con.execute(f"""
        CREATE OR REPLACE VIEW resolution_worklist AS
        WITH asked AS (SELECT {", ".join(KEY)}, sum(rows) AS rows FROM resolution_use GROUP BY ALL)
        SELECT r.name, r.hint_kind, r.hint_exclude_kind, r.hint_country, r.hint_lang,
               CAST(sum(a.rows) AS BIGINT) AS rows, min(r.as_of) AS first_as_of, max(r.as_of) AS last_as_of,
               arg_max(r.status, a.rows) AS status,
               arg_max(r.candidates[1].qid, a.rows) AS guess_qid,
               arg_max(r.candidates[1].label, a.rows) AS guess_label,
               arg_max(r.candidates[1].probability, a.rows) AS guess_probability,
               arg_max(r.candidates, a.rows) AS candidates, arg_max(r.evidence, a.rows) AS evidence
        FROM resolution r JOIN asked a ON {same_key("a", "r")}
        WHERE r.status IN ('unmatched', 'ambiguous') AND NOT {DECIDED_NONE}
        GROUP BY r.name, r.hint_kind, r.hint_exclude_kind, r.hint_country, r.hint_lang
        ORDER BY rows DESC, r.name, r.hint_kind, r.hint_exclude_kind, r.hint_country, r.hint_lang
    """)
    con.execute("CREATE OR REPLACE VIEW resolution_ambiguous AS FROM resolution_worklist WHERE status = 'ambiguous'")


def insert_run(con: duckdb.DuckDBPyConnection, values: dict[str, object]) -> None:
    """Add the row of a finished run; it comes last, and so says that all before it is complete."""
    config = values["config"]
    assert isinstance(config, dict)
    pairs = ", ".join(f"{text_literal(name)}: {text_literal(str(value))}" for name, value in sorted(config.items()))
    plain = {name: value for name, value in values.items() if name != "config"}
    con.execute(
        f"""
        INSERT INTO run ({", ".join(plain)}, run, config)
        SELECT {", ".join("?" for _ in plain)}, (SELECT coalesce(max(run), 0) + 1 FROM run), MAP {{{pairs}}}
        """,
        list(plain.values()),
    )
