"""The answer of every key under default settings, worked out once when a gazetteer is built.

Keys of one entity (nineteen in twenty) are settled a column at a time with the weights of decide.py; keys that
several entities share, and keys with an alias whose capitals count, are decided one by one by `decide()`
itself, as a query in the key's own lower-case spelling would be.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver import decide as rules
from resolver.build.exact import Sections, write_exact
from resolver.config import Config
from resolver.gazetteer import CASED, KINDS, NO_DAY, ROLES, STATUSES, UNSETTLED, WEAK, Gazetteer
from resolver.lexicon import common_words
from resolver.model import Hints, Kind, Role, Status, Strength

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

_MATCHED = STATUSES.index(Status.MATCHED)
_UNMATCHED = STATUSES.index(Status.UNMATCHED)
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
    """Fill in the default answers, and make the table `lookup` (one row per key and entity).

    Args:
        con: Where the tables entity and alias are; `lookup` is made beside them.
        sections: The arrays made from them; their key_status and key_best are replaced.
        work: A file that may be written on the way.
    """
    import numpy as np
    import pyarrow as pa

    write_exact(sections, work, version="")
    gazetteer, config = Gazetteer(work), Config()
    single, entity, alias, probability, cased = _single_keys(sections)
    matched = single & (probability >= max(config.match_probability, config.match_margin))
    status = np.where(single, np.where(matched, _MATCHED, _UNMATCHED), UNSETTLED).astype("u1")
    best = np.where(matched, entity, -1).astype("<i4")
    rows = []
    for number in np.flatnonzero(~single).tolist():
        answer, found = _decide(gazetteer, number, bool(cased[number]), config)
        rows += found
        if not cased[number]:
            status[number] = STATUSES.index(answer)
            best[number] = found[0].entity if answer is Status.MATCHED else -1
    sections["key_status"] = array("B", status.tobytes())
    sections["key_best"] = array("i", best.tobytes())
    numbers = np.flatnonzero(single)
    settled = pa.table(
        dict(
            zip(
                _Row._fields,
                (
                    numbers,
                    entity[numbers],
                    alias[numbers],
                    np.ones(len(numbers), "i4"),
                    probability[numbers],
                    matched[numbers],
                    np.zeros(len(numbers), bool),
                ),
                strict=True,
            )
        )
    )
    _make_lookup(con, sections, settled, rows)
    _make_cased(con, gazetteer, np.flatnonzero(cased).tolist(), config)


def _decide(gazetteer: Gazetteer, number: int, cased: bool, config: Config) -> tuple[Status, list[_Row]]:
    hits = [rules.Hit(alias, rules.Channel(channel)) for alias, channel in gazetteer.hits(number)]
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
        hits = [rules.Hit(alias, rules.Channel(channel)) for alias, channel in gazetteer.hits(number)]
        texts = {gazetteer.alias_text(hit.alias) for hit in hits}
        for form in sorted(texts | {rules.cased_form(text) for text in texts}):
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


def _single_keys(sections: Sections) -> tuple[np.ndarray, ...]:
    """Per key: held by one entity and no capitals count; that entity, its best alias, probability; any capitals.

    The same arithmetic as `decide()`; a test holds the two equal.
    """
    import numpy as np

    hit_alias = np.frombuffer(sections["hit_alias"], "<u4")
    starts = np.frombuffer(sections["hit_offset"], "<u4")[:-1].astype("i8")
    flags = np.frombuffer(sections["alias_flags"], "u1")
    entity = np.frombuffer(sections["alias_entity"], "<u4").astype("i8")
    role_weight = np.array([rules.ALIAS_WEIGHT[role] for role in ROLES])
    ended = (np.frombuffer(sections["entity_to"], "<i4") != NO_DAY) & (
        np.frombuffer(sections["entity_kind"], "u1") != KINDS.index(Kind.PERSON)
    )
    prominence = 2.0 ** (rules.PROMINENCE * np.frombuffer(sections["entity_prior"], "<f4").astype("f8").round(4))
    prominence *= np.where(ended, rules.HINT_WEIGHT["ended"], 1.0)
    alias_weight = role_weight[np.frombuffer(sections["alias_role"], "u1")] * prominence[entity]
    alias_weight *= np.where(flags & WEAK, rules.WEAK_WEIGHT, 1.0)
    channel = np.frombuffer(sections["hit_channel"], "u1")
    weight = alias_weight[hit_alias] * np.where(channel == rules.Channel.LATIN, rules.LATIN_WEIGHT, 1.0)

    hit_entity = entity[hit_alias]
    cased = np.bitwise_or.reduceat(flags[hit_alias] & CASED, starts) > 0
    cased |= (np.bitwise_or.reduceat(flags[hit_alias] & WEAK, starts) > 0) & _ordinary(sections)
    first, last = np.minimum.reduceat(hit_entity, starts), np.maximum.reduceat(hit_entity, starts)
    top = np.maximum.reduceat(weight, starts)
    key_of_hit = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(hit_alias))))
    is_top = np.flatnonzero(weight == top[key_of_hit])
    # Of equal weights the first in text order counts, as in decide(): aliases are numbered in that order.
    best = np.full(len(starts), np.iinfo("i8").max)
    np.minimum.at(best, key_of_hit[is_top], hit_alias[is_top])
    weak = (flags[best] & WEAK) > 0
    strengths = (Strength.STRONG, Strength.WEAK)
    reliable, unknown = (
        np.where(weak, *(value(strength) for strength in reversed(strengths)))
        for value in (rules.RELIABLE.__getitem__, rules.unknown_weight)
    )
    acronym = np.frombuffer(sections["alias_role"], "u1")[best] == ROLES.index(Role.ACRONYM)
    reliable = np.where(weak & acronym, rules.WEAK_ACRONYM_RELIABLE, reliable)
    probability = np.round(reliable * top / (top + unknown), 6)
    return (first == last) & ~cased, first, best, probability, cased


def _ordinary(sections: Sections) -> np.ndarray:
    """Per key: an ordinary word, where capitals tell a name from it."""
    import numpy as np

    words = common_words()
    return np.fromiter((key in words for key in _keys(sections)), bool)


def _keys(sections: Sections) -> list[str]:
    return bytes(memoryview(sections["key"])).decode().split("\n")[:-1]


def _make_lookup(con: duckdb.DuckDBPyConnection, sections: Sections, settled: pa.Table, rows: list[_Row]) -> None:
    import pyarrow as pa

    keys = _keys(sections)
    con.register("key_text", pa.table({"number": pa.array(range(len(keys)), pa.int32()), "key": keys}))
    con.register("settled", settled)
    columns = zip(*rows, strict=True) if rows else [[] for _ in _Row._fields]
    decided = [pa.array(values, kind) for values, kind in zip(columns, settled.schema.types, strict=True)]
    con.register("decided", pa.Table.from_arrays(decided, schema=settled.schema))
    con.execute("""
        CREATE OR REPLACE TABLE lookup AS
        SELECT k.key, qid, label, kind, a.text AS alias, rank, CAST(probability AS FLOAT) AS probability, prior,
               is_match, l.cased, e.valid_from, e.valid_to
        FROM (FROM settled UNION ALL FROM decided) l
        JOIN key_text k ON k.number = l.key
        JOIN entity e ON e.entity_id = l.entity
        JOIN alias a ON a.alias_id = l.alias
        ORDER BY l.key, rank
    """)
    for name in ("key_text", "settled", "decided"):
        con.unregister(name)
