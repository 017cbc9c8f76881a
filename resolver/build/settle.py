"""The answer of every key under default settings, worked out once when a gazetteer is built.

Nearly all keys are settled a column at a time (shares.py); the others are decided one by one by `decide()`
itself, as a query in the key's own lower-case spelling would be.
"""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver import decide as rules
from resolver.build.exact import NO_ENTITY, Sections, write_exact
from resolver.config import Config
from resolver.gazetteer import KINDS, ROLES, STATUSES, UNSETTLED, Gazetteer
from resolver.hits import Channel, Hit
from resolver.mention.inflect import bases_of_key
from resolver.model import Hints, Kind, Role, Status
from resolver.normalize import exact_key
from resolver.shares import Shares, key_lines, share

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

_COUNTRY = KINDS.index(Kind.COUNTRY)
_MATCHED = STATUSES.index(Status.MATCHED)
_RIVALS = 50  # rows of `lookup` a key has at most


class _Row(NamedTuple):
    """One row of `lookup`, by numbers."""

    key: int
    entity: int
    alias: int
    rank: int
    probability: float
    is_match: bool
    cased: bool


def settle(con: duckdb.DuckDBPyConnection, sections: Sections, work: Path) -> None:
    """Fill in the default answers, and make the tables `lookup` and `cased`.

    Args:
        con: Where the tables entity and alias are; `lookup` has one row per key and entity, `cased` one per
            spelling whose capitals count.
        sections: The arrays made from them; their key_status and key_best are replaced.
        work: A file that may be written on the way.
    """
    import numpy as np
    import pyarrow as pa

    write_exact(sections, work, version="")
    gazetteer, config = Gazetteer(work), Config()
    shares = share(sections, config)
    best = np.full(len(gazetteer), NO_ENTITY, "<i4")
    status = shares.status.copy()
    easy = ~shares.hard[shares.key]
    won = easy & (shares.place == 1) & (status[shares.key] == _MATCHED)
    best[shares.key[won]] = shares.entity[won]
    listed = easy & (shares.place <= _RIVALS)
    columns = (shares.key, shares.entity, shares.alias, shares.place, shares.probability, won, ~easy)
    settled = pa.table(dict(zip(_Row._fields, (column[listed] for column in columns), strict=True)))
    rows: list[_Row] = []
    with ThreadPoolExecutor(1) as aside:
        # DuckDB joins the words of the settled keys while Python decides the others.
        made = aside.submit(_make_lookup, con.cursor(), sections, settled)
        for number in np.flatnonzero(shares.hard).tolist():
            answer, found = _decide(gazetteer, number, bool(shares.cased[number]), config)
            rows += found
            status[number] = UNSETTLED if shares.cased[number] else STATUSES.index(answer)
            if not shares.cased[number] and answer is Status.MATCHED:
                best[number] = found[0].entity
        made.result()
    surnames = np.flatnonzero(_only_surnames(sections, shares, status, rows, config))
    status[[number for number in surnames.tolist() if may_be_a_country(gazetteer, number)]] = UNSETTLED
    _add_to_lookup(con, sections, _as_table(rows, settled.schema))
    sections["key_status"] = array("B", status.tobytes())
    sections["key_best"] = array("i", best.tobytes())
    _make_cased(con, gazetteer, np.flatnonzero(shares.cased).tolist(), config)


def _only_surnames(
    sections: Sections, shares: Shares, status: np.ndarray, rows: list[_Row], config: Config
) -> np.ndarray:
    """Whether a key is a surname and no match: it may yet be a country's name, inflected, as "Украины" is.

    Not so in Latin letters (road.py), in which most keys of large gazetteers are surnames shared by many.
    """
    import numpy as np
    import pyarrow.compute as pc

    surname = ROLES.index(Role.SURNAME)
    roles = np.frombuffer(sections["alias_role"], "u1")
    easy = ~shares.hard[shares.key] & (shares.place <= config.top)
    shown = shares.key[easy & (roles[shares.alias] != surname)]
    only = np.ones(len(status), bool)
    only[shown] = False
    only[[row.key for row in rows if row.rank <= config.top and roles[row.alias] != surname]] = False
    found: np.ndarray = only & (status == STATUSES.index(Status.UNMATCHED))
    found &= ~np.asarray(pc.string_is_ascii(key_lines(sections)))
    return found


def may_be_a_country(gazetteer: Gazetteer, number: int) -> bool:
    """Whether some name with this key may be the inflected name of a country; surely so for a key of several words."""
    key = gazetteer.key(number)
    if " " in key:
        return True
    return any(
        gazetteer.entity_kind[gazetteer.alias_entity[alias]] == _COUNTRY
        for base in map(gazetteer.key_number, bases_of_key(key))
        if base is not None
        for alias, _ in gazetteer.hits(base)
    )


def _decide(gazetteer: Gazetteer, number: int, cased: bool, config: Config) -> tuple[Status, list[_Row]]:
    hits = [Hit(alias, Channel(channel)) for alias, channel in gazetteer.hits(number)]
    ranked = rules.rank(gazetteer, gazetteer.key(number), hits, Hints())
    status, _ = rules.settle_status(gazetteer, ranked, config)
    return status, [
        _Row(number, c.entity, c.hit.alias, place, c.probability, place == 1 and status is Status.MATCHED, cased)
        for place, c in enumerate(ranked[:_RIVALS], 1)
    ]


def _make_cased(con: duckdb.DuckDBPyConnection, gazetteer: Gazetteer, keys: list[int], config: Config) -> None:
    """The table `cased`: what each spelling means whose capitals count, where it means one entity."""
    import pyarrow as pa

    found: dict[str, tuple[int, int, float]] = {}
    for number in keys:
        hits = [Hit(alias, Channel(channel)) for alias, channel in gazetteer.hits(number)]
        texts = {gazetteer.alias_text(hit.alias) for hit in hits}
        key = gazetteer.key(number)
        forms = texts | {rules.cased_form(text) for text in texts}
        for form in sorted(form for form in forms if exact_key(form) == key):
            ranked = rules.rank(gazetteer, form, hits, Hints())
            if rules.settle_status(gazetteer, ranked, config)[0] is Status.MATCHED:
                found[form] = (ranked[0].entity, ranked[0].hit.alias, ranked[0].probability)
    entities, aliases, probabilities = zip(*found.values(), strict=True) if found else ((), (), ())
    table = {
        "form": pa.array(list(found), pa.string()),
        "entity": pa.array(entities, pa.int64()),
        "alias": pa.array(aliases, pa.int64()),
        "probability": pa.array(probabilities, pa.float32()),
    }
    con.register("forms", pa.table(table))
    con.execute("""
        CREATE OR REPLACE TABLE cased AS
        SELECT form, key, qid, label, kind, probability
        FROM forms JOIN entity e ON e.entity_id = forms.entity JOIN alias a ON a.alias_id = forms.alias
        ORDER BY form
    """)
    con.unregister("forms")


def _make_lookup(con: duckdb.DuckDBPyConnection, sections: Sections, rows: pa.Table) -> None:
    con.execute("""
        CREATE OR REPLACE TABLE lookup (
            key VARCHAR, qid VARCHAR, label VARCHAR, kind VARCHAR, alias VARCHAR, rank INTEGER, probability FLOAT,
            prior FLOAT, is_match BOOLEAN, cased BOOLEAN, valid_from DATE, valid_to DATE
        )
    """)
    _add_to_lookup(con, sections, rows)


def _add_to_lookup(con: duckdb.DuckDBPyConnection, sections: Sections, rows: pa.Table) -> None:
    """Rows by number -> rows in words, in the order of key and rank."""
    import numpy as np
    import pyarrow as pa

    lines = key_lines(sections)
    numbers = pa.array(np.arange(len(lines), dtype="i4"))
    con.register("key_text", pa.table({"number": numbers, "line": lines}))
    con.register("rows", rows)
    con.execute("""
        INSERT INTO lookup
        SELECT rtrim(line, chr(10)), qid, label, kind, a.text, rank, CAST(probability AS FLOAT), prior, is_match,
               l.cased, e.valid_from, e.valid_to
        FROM rows l
        JOIN key_text k ON k.number = l.key
        JOIN entity e ON e.entity_id = l.entity
        JOIN alias a ON a.alias_id = l.alias
        ORDER BY l.key, rank
    """)
    con.unregister("key_text")
    con.unregister("rows")


def _as_table(rows: list[_Row], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [[] for _ in _Row._fields]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
