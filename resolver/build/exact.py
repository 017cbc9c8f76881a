"""Tables of a gazetteer -> the memory-mapped file that answers exact keys."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.arrays import write_arrays
from resolver.gazetteer import (
    CASED,
    FORMAT,
    KINDS,
    NO_DAY,
    PROVISIONAL,
    REGISTERS,
    ROLES,
    UNSETTLED,
    WEAK,
)

if TYPE_CHECKING:
    import duckdb

NO_ENTITY = -1


@dataclass(frozen=True, slots=True)
class Settled:
    """The default answer per key number: status code, and the best entity's number or NO_ENTITY."""

    status: array[int]
    best: array[int]


def write_exact(con: duckdb.DuckDBPyConnection, path: Path, *, version: str, settled: Settled | None) -> None:
    """Write the arrays of the tables entity, alias and relation in the current schema.

    Args:
        con: Where the tables are.
        path: File to create.
        version: Version to record.
        settled: Default answers; None leaves every key unsettled.
    """
    sections: dict[str, bytes | array[Any]] = {}
    keys = _hits(con, sections)
    _aliases(con, sections)
    _entities(con, sections)
    sections["relations"] = json.dumps(
        con.execute(
            "SELECT subject, relation, object, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM relation"
            " ORDER BY ALL"
        ).fetchall()
    ).encode()
    sections["key_status"] = settled.status if settled else array("B", [UNSETTLED]) * keys
    sections["key_best"] = settled.best if settled else array("i", [NO_ENTITY]) * keys
    write_arrays(path, {"format": FORMAT, "version": version}, sections)


def _hits(con: duckdb.DuckDBPyConnection, sections: dict[str, bytes | array[Any]]) -> int:
    rows = con.sql("""
        SELECT key, list(alias_id ORDER BY channel, alias_id) AS aliases, list(channel ORDER BY channel, alias_id)
        FROM (
            SELECT key, alias_id, 0 AS channel FROM alias
            UNION ALL SELECT latin_key, alias_id, 1 FROM alias WHERE latin_key IS NOT NULL
        ) GROUP BY key ORDER BY key
    """).to_arrow_table()
    keys, aliases, channels = (rows.column(i).combine_chunks() for i in range(3))
    _strings(sections, "key", keys.to_pylist())
    sections["hit_offset"] = _numbers("I", aliases.offsets)
    sections["hit_alias"] = _numbers("I", aliases.values)
    sections["hit_channel"] = _numbers("B", channels.values)
    return len(keys)


def _aliases(con: duckdb.DuckDBPyConnection, sections: dict[str, bytes | array[Any]]) -> None:
    con.execute("""
        CREATE OR REPLACE TEMP TABLE langs AS
        SELECT joined, row_number() OVER (ORDER BY joined) - 1 AS number
        FROM (SELECT DISTINCT coalesce(array_to_string(langs, '|'), '') AS joined FROM alias);
        CREATE OR REPLACE TEMP TABLE source_lists AS
        SELECT joined, row_number() OVER (ORDER BY joined) - 1 AS number
        FROM (SELECT DISTINCT coalesce(array_to_string(sources, ';'), '') AS joined FROM alias);
    """)
    rows = con.sql(f"""
        SELECT entity_id, text, {_position("role", ROLES)}, {_position("register", REGISTERS)},
               CAST((strength = 'weak') AS INT) * {WEAK} + CAST(cased AS INT) * {CASED},
               l.number, s.number, {_days("valid_from")}, {_days("valid_to")}
        FROM alias
        JOIN langs l ON l.joined = coalesce(array_to_string(langs, '|'), '')
        JOIN source_lists s ON s.joined = coalesce(array_to_string(sources, ';'), '')
        ORDER BY alias_id
    """).to_arrow_table()
    column = [rows.column(i).combine_chunks() for i in range(rows.num_columns)]
    sections["alias_entity"] = _numbers("I", column[0])
    _strings(sections, "alias_text", column[1].to_pylist())
    names = (
        "alias_role",
        "alias_register",
        "alias_flags",
        "alias_langs",
        "alias_source",
        "alias_from",
        "alias_to",
    )
    for name, code, values in zip(names, "BBBIIii", column[2:], strict=True):
        sections[name] = _numbers(code, values)
    for name, table in (("langs", "langs"), ("sources", "source_lists")):
        listed = con.execute(f"SELECT joined FROM {table} ORDER BY number").fetchall()
        _strings(sections, name, [joined for (joined,) in listed])


def _entities(con: duckdb.DuckDBPyConnection, sections: dict[str, bytes | array[Any]]) -> None:
    rows = con.sql(f"""
        WITH within AS (
            SELECT s.entity_id AS entity_id, min(o.entity_id) AS container
            FROM relation JOIN entity s ON s.qid = subject JOIN entity o ON o.qid = object
            WHERE relation = 'located_in' GROUP BY ALL
        ), spread AS (SELECT entity_id, count(*) AS aliases FROM alias GROUP BY ALL)
        SELECT qid, replace(label, chr(10), ' '), replace(description, chr(10), ' '),
               coalesce(array_to_string(countries, '|'), ''), coalesce(array_to_string(codes, '|'), ''),
               {_position("kind", KINDS)}, CAST(provisional AS INT) * {PROVISIONAL}, prior,
               {_days("valid_from")}, {_days("valid_to")}, coalesce(container, {NO_ENTITY}), coalesce(aliases, 0)
        FROM entity LEFT JOIN within USING (entity_id) LEFT JOIN spread USING (entity_id) ORDER BY entity_id
    """).to_arrow_table()
    column = [rows.column(i).combine_chunks() for i in range(rows.num_columns)]
    for name, values in zip(("qid", "label", "description", "countries", "codes"), column, strict=False):
        _strings(sections, name, values.to_pylist())
    names = ("entity_kind", "entity_flags", "entity_prior", "entity_from", "entity_to", "entity_within")
    for name, code, values in zip(names, "BBfiii", column[5:], strict=False):
        sections[name] = _numbers(code, values)
    sections["entity_alias_offset"] = array("I", accumulate(column[11].to_pylist(), initial=0))


def _position(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"list_position([{listed}], {column}) - 1"


def _days(column: str) -> str:
    return f"coalesce(date_diff('day', DATE '1970-01-01', {column}), {NO_DAY})"


def _numbers(code: str, values: Any) -> array[Any]:
    import numpy as np

    return array(
        code, np.asarray(values).astype({"I": "<u4", "B": "u1", "i": "<i4", "f": "<f4"}[code]).tobytes()
    )


def _strings(sections: dict[str, bytes | array[Any]], name: str, values: list[str]) -> None:
    encoded = [value.encode() for value in values]
    sections[name] = b"".join(value + b"\n" for value in encoded)
    sections[f"{name}_offset"] = array("I", accumulate((len(value) + 1 for value in encoded), initial=0))
