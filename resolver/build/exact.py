"""Tables of a gazetteer -> the memory-mapped file that answers exact keys."""

from __future__ import annotations

import hashlib
import json
from array import array
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.arrays import write_arrays
from resolver.gazetteer import (
    CASED,
    FORMAT,
    KIN_SHIFT,
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
    import pyarrow as pa

NO_ENTITY = -1


Sections = dict[str, "bytes | array[Any]"]


def exact_sections(con: duckdb.DuckDBPyConnection) -> Sections:
    """The arrays of the tables entity, alias, relation and office_holder in the current schema, no key settled.

    Args:
        con: Where the tables are.
    """
    sections: Sections = {}
    keys = _hits(con, sections)
    _aliases(con, sections)
    _entities(con, sections)
    sections["relations"] = json.dumps(
        con.execute(
            "SELECT subject, relation, object, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM relation"
            " ORDER BY ALL"
        ).fetchall()
    ).encode()
    sections["offices"] = json.dumps(
        con.execute(
            "SELECT office, owner, qid, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR),"
            " CAST(known_until AS VARCHAR) FROM office_holder ORDER BY ALL"
        ).fetchall()
    ).encode()
    sections["kin"] = _kin(con)
    sections["key_status"] = array("B", [UNSETTLED]) * keys
    sections["key_best"] = array("i", [NO_ENTITY]) * keys
    return sections


def write_exact(sections: Sections, path: Path, version: str) -> None:
    """Write the arrays under the format's version and the gazetteer's."""
    write_arrays(path, {"format": FORMAT, "version": version}, sections)


def content_digest(sections: Sections) -> str:
    """Eight hexadecimal digits over every name and answer, the same wherever it is built."""
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(sections):
        values = sections[name]
        digest.update(name.encode())
        digest.update(values)
    return digest.hexdigest()


def _hits(con: duckdb.DuckDBPyConnection, sections: Sections) -> int:
    import numpy as np
    import pyarrow.compute as pc

    rows = con.sql("""
        SELECT key || chr(10), alias_id, channel
        FROM (
            SELECT key, alias_id, 0 AS channel FROM alias
            UNION ALL
            -- Who holds a key in its own script keeps out those who hold it in Latin letters only.
            SELECT latin_key, alias_id, 1 FROM alias a
            WHERE latin_key IS NOT NULL AND NOT EXISTS (FROM alias b WHERE b.key = a.latin_key)
        ) ORDER BY key, channel, alias_id
    """).to_arrow_table()
    keys, aliases, channels = (rows.column(i).combine_chunks() for i in range(3))
    changes = pc.not_equal(keys.slice(1), keys.slice(0, max(0, len(keys) - 1)))
    starts = np.append(np.zeros(min(1, len(keys)), "i8"), np.flatnonzero(np.asarray(changes)) + 1)
    _strings(sections, "key", keys.take(starts))
    sections["hit_offset"] = _numbers("I", np.append(starts, len(keys)))
    sections["hit_alias"] = _numbers("I", aliases)
    sections["hit_channel"] = _numbers("B", channels)
    return len(starts)


def _aliases(con: duckdb.DuckDBPyConnection, sections: Sections) -> None:
    con.execute("""
        CREATE OR REPLACE TEMP TABLE langs AS
        SELECT joined, row_number() OVER (ORDER BY joined) - 1 AS number
        FROM (SELECT DISTINCT coalesce(array_to_string(langs, '|'), '') AS joined FROM alias);
        CREATE OR REPLACE TEMP TABLE source_lists AS
        SELECT joined, row_number() OVER (ORDER BY joined) - 1 AS number
        FROM (SELECT DISTINCT coalesce(array_to_string(sources, ';'), '') AS joined FROM alias);
    """)
    rows = con.sql(f"""
        SELECT entity_id, text || chr(10), {_position("role", ROLES)}, {_position("register", REGISTERS)},
               CAST((strength = 'weak') AS INT) * {WEAK} + CAST(cased AS INT) * {CASED},
               l.number, s.number, {_days("valid_from")}, {_days("valid_to")}
        FROM alias
        JOIN langs l ON l.joined = coalesce(array_to_string(langs, '|'), '')
        JOIN source_lists s ON s.joined = coalesce(array_to_string(sources, ';'), '')
        ORDER BY alias_id
    """).to_arrow_table()
    column = [rows.column(i).combine_chunks() for i in range(rows.num_columns)]
    sections["alias_entity"] = _numbers("I", column[0])
    _strings(sections, "alias_text", column[1])
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
        listed = con.sql(f"SELECT joined || chr(10) FROM {table} ORDER BY number").to_arrow_table()
        _strings(sections, name, listed.column(0).combine_chunks())


def _entities(con: duckdb.DuckDBPyConnection, sections: Sections) -> None:
    rows = con.sql(f"""
        WITH spread AS (SELECT entity_id, count(*) AS aliases FROM alias GROUP BY ALL)
        SELECT qid || chr(10), replace(label, chr(10), ' ') || chr(10), replace(description, chr(10), ' ') || chr(10),
               coalesce(array_to_string(countries, '|'), '') || chr(10),
               coalesce(array_to_string(codes, '|'), '') || chr(10),
               {_position("kind", KINDS)}, CAST(provisional AS INT) * {PROVISIONAL}, prior,
               {_days("valid_from")}, {_days("valid_to")}, coalesce(aliases, 0)
        FROM entity LEFT JOIN spread USING (entity_id) ORDER BY entity_id
    """).to_arrow_table()
    column = [rows.column(i).combine_chunks() for i in range(rows.num_columns)]
    for name, values in zip(("qid", "label", "description", "countries", "codes"), column, strict=False):
        _strings(sections, name, values)
    names = ("entity_kind", "entity_flags", "entity_prior", "entity_from", "entity_to")
    for name, code, values in zip(names, "BBfii", column[5:], strict=False):
        sections[name] = _numbers(code, values)
    sections["entity_alias_offset"] = array("I", accumulate(column[10].to_pylist(), initial=0))


def _kin(con: duckdb.DuckDBPyConnection) -> array[int]:
    """Pairs of places that may share a name and a reading, each as one number, sorted."""
    rows = con.execute(f"""
        SELECT DISTINCT least(s.entity_id, o.entity_id) * {KIN_SHIFT} + greatest(s.entity_id, o.entity_id)
        FROM relation JOIN entity s ON s.qid = subject JOIN entity o ON o.qid = object
        WHERE relation IN ('located_in', 'successor_of') ORDER BY 1
    """).fetchall()
    return array("Q", [pair for (pair,) in rows])


def _position(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"list_position([{listed}], {column}) - 1"


def _days(column: str) -> str:
    return f"coalesce(date_diff('day', DATE '1970-01-01', {column}), {NO_DAY})"


def _numbers(code: str, values: Any) -> array[Any]:
    import numpy as np

    return array(code, np.asarray(values).astype({"I": "<u4", "B": "u1", "i": "<i4", "f": "<f4"}[code]).tobytes())


def _strings(sections: Sections, name: str, values: pa.StringArray) -> None:
    """Strings that end in a newline, as Arrow already lays them out: bytes end to end, and offsets."""
    import numpy as np

    _, offsets, data = values.cast("large_string").buffers()
    places = np.frombuffer(offsets, "<i8")[values.offset : values.offset + len(values) + 1]
    sections[name] = data.to_pybytes()[places[0] : places[-1]] if len(values) else b""
    sections[f"{name}_offset"] = _numbers("I", places - places[0])
