"""The answer of every key under default settings, worked out once when a gazetteer is built.

Keys of one entity (nine in ten) are settled in SQL with the weights of decide.py; keys that several entities
share, and keys with an alias whose capitals count, are decided one by one by `decide()` itself, as a query in
the key's own lower-case spelling would be.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from resolver import decide as rules
from resolver.build.exact import NO_ENTITY, Settled
from resolver.config import Config
from resolver.gazetteer import STATUSES, UNSETTLED, Gazetteer
from resolver.model import Hints, Status

if TYPE_CHECKING:
    import duckdb

_MATCHED = STATUSES.index(Status.MATCHED)
_UNMATCHED = STATUSES.index(Status.UNMATCHED)
_RIVALS = 50  # an answer lists at most this many; no key has more than a few hundred


def settle(con: duckdb.DuckDBPyConnection, exact: Path) -> Settled:
    """Make the table `lookup` (one row per key and entity) and the default answer of every key.

    Args:
        con: Where the tables entity and alias are; `lookup` is made beside them.
        exact: The arrays already written from them.
    """
    import pyarrow as pa

    config = Config()
    gazetteer = Gazetteer(exact)
    con.execute(_single_keys(config))
    plain = con.sql("SELECT key_number, entity_id, matched FROM single ORDER BY key_number").to_arrow_table()
    status = array("B", [UNSETTLED]) * len(gazetteer)
    best = array("i", [NO_ENTITY]) * len(gazetteer)
    for number, entity, matched in zip(*(column.to_pylist() for column in plain.columns), strict=True):
        status[number] = _MATCHED if matched else _UNMATCHED
        if matched:
            best[number] = entity
    wide = Config(top=_RIVALS)
    rows: dict[str, list[object]] = {
        name: [] for name in ("key_number", "entity_id", "alias", "rank", "probability", "is_match")
    }
    for number, cased in con.execute("SELECT key_number, cased FROM shared ORDER BY key_number").fetchall():
        key = gazetteer.key(number)
        hits = [rules.Hit(alias, rules.Channel(channel)) for alias, channel in gazetteer.hits(number)]
        answer = rules.decide(gazetteer, key, hits, Hints(), wide)
        matched = answer.status is Status.MATCHED
        if not cased:
            status[number] = STATUSES.index(answer.status)
            if matched:
                best[number] = gazetteer.entity_number(answer.candidates[0].entity.qid)
        for rank, candidate in enumerate(answer.candidates):
            rows["key_number"].append(number)
            rows["entity_id"].append(gazetteer.entity_number(candidate.entity.qid))
            rows["alias"].append(candidate.alias.text)
            rows["rank"].append(rank + 1)
            rows["probability"].append(candidate.probability)
            rows["is_match"].append(matched and rank == 0)
    con.register("decided", pa.table(rows))
    con.execute(_LOOKUP)
    con.unregister("decided")
    return Settled(status, best)


def _single_keys(config: Config) -> str:
    """SQL for the keys of one entity: the same arithmetic as decide(), a column at a time."""
    roles = " ".join(f"WHEN '{role}' THEN {weight}" for role, weight in rules.ALIAS_WEIGHT.items())
    reliable, unknown = (
        " ".join(f"WHEN '{strength}' THEN {value(strength)}" for strength in rules.RELIABLE)
        for value in (rules.RELIABLE.__getitem__, rules.unknown_weight)
    )
    return f"""
        CREATE OR REPLACE TEMP TABLE hit AS
        SELECT key, alias_id, 0 AS channel FROM alias
        UNION ALL SELECT latin_key, alias_id, 1 FROM alias WHERE latin_key IS NOT NULL;

        CREATE OR REPLACE TEMP TABLE weighed AS
        SELECT hit.key, entity_id, a.text, a.strength, a.cased, prior,
               (CASE role {roles} END) * (CASE channel WHEN 1 THEN {rules.LATIN_WEIGHT} ELSE 1 END)
               * (CASE strength WHEN 'weak' THEN {rules.WEAK_WEIGHT} ELSE 1 END) * pow(2, {rules.PROMINENCE} * prior)
               * (CASE WHEN e.valid_to IS NOT NULL AND kind <> 'person' THEN {rules.HINT_WEIGHT["ended"]} ELSE 1 END)
               AS weight
        FROM hit JOIN alias a USING (alias_id) JOIN entity e USING (entity_id);

        CREATE OR REPLACE TEMP TABLE grouped AS
        SELECT key, row_number() OVER (ORDER BY key) - 1 AS key_number,
               count(DISTINCT entity_id) AS entities, bool_or(cased) AS cased, min(entity_id) AS entity_id,
               arg_max(text, weight) AS alias, arg_max(strength, weight) AS strength, max(weight) AS weight
        FROM weighed GROUP BY key;

        CREATE OR REPLACE TEMP TABLE single AS
        SELECT key, key_number, entity_id, alias,
               round((CASE strength {reliable} END) * weight / (weight + CASE strength {unknown} END), 6) AS probability,
               probability >= {max(config.match_probability, config.match_margin)} AS matched
        FROM grouped WHERE entities = 1 AND NOT cased;

        CREATE OR REPLACE TEMP TABLE shared AS
        SELECT key, key_number, cased FROM grouped WHERE entities > 1 OR cased;
    """


_LOOKUP = """
    CREATE OR REPLACE TABLE lookup AS
    SELECT key, qid, label, kind, alias, rank, probability, prior, is_match, cased, valid_from, valid_to
    FROM (
        SELECT key, entity_id, alias, 1 AS rank, probability, matched AS is_match, false AS cased FROM single
        UNION ALL
        SELECT s.key, d.entity_id, d.alias, d.rank, d.probability, d.is_match, s.cased
        FROM decided d JOIN shared s USING (key_number)
    ) JOIN entity USING (entity_id)
    ORDER BY key, rank
"""
