"""DuckDB: the macros and views that a gazetteer file carries, for clients that have never heard of Python.

Scalar macros and views work under any name that the file is attached as. Macros that read tables name them in
full, so that they work under one name only: `ATTACH '...' AS gaz`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.decide import HINT_WEIGHT
from resolver.sql_key import sql_name_key

if TYPE_CHECKING:
    import duckdb

CATALOG = "gaz"
"""The name that a gazetteer file is attached as, in all recipes."""

VIEWS = {
    "alias_lookup": """
        SELECT key, qid, label, kind, alias, rank, probability, prior, is_match, cased, valid_from, valid_to
        FROM lookup
    """,
    "cased_lookup": """
        SELECT form, key, qid, label, kind, probability FROM cased
    """,
    "alias_provenance": """
        SELECT qid, text, langs, role, register, strength, cased, a.valid_from, a.valid_to, a.sources
        FROM alias a JOIN entity USING (entity_id)
    """,
    "entity_code": """
        SELECT qid, split_part(code, ':', 1) AS scheme, substr(code, strpos(code, ':') + 1) AS value
        FROM (SELECT qid, unnest(codes) AS code FROM entity)
    """,
    # One row an entity: itself, the one country of its own, else of the place that it is the capital of or lies in.
    "entity_country": """
        WITH own AS (
            SELECT qid, CASE WHEN len(countries) = 1 THEN countries[1]
                             WHEN len(countries) = 0 AND kind = 'country' THEN qid END AS country,
                   len(countries) = 0 AS unknown
            FROM entity
        ), above AS (
            SELECT subject AS qid, min(country) AS country
            FROM relation JOIN own ON own.qid = object
            WHERE relation IN ('capital_of', 'located_in') AND valid_to IS NULL
            GROUP BY subject HAVING count(DISTINCT country) = 1
        )
        SELECT own.qid, coalesce(own.country, CASE WHEN own.unknown THEN above.country END) AS country
        FROM own LEFT JOIN above USING (qid)
    """,
}
"""Views of a gazetteer file; they work through ATTACH, because a view binds in its own catalog."""

# Weight on a day beside the weight without one, of an entity that has ended.
_OUTSIDE = round(HINT_WEIGHT["outside_validity"] / HINT_WEIGHT["ended"], 9)
_INSIDE = round(HINT_WEIGHT["inside_validity"] / HINT_WEIGHT["ended"], 9)

MACROS = {
    "name_key(name)": sql_name_key("name"),
    # What a date does to an entity's probability under a name, before the shares are worked out anew.
    "validity(day, kind, valid_from, valid_to)": f"""
        CAST(CASE WHEN day IS NULL THEN 1
             WHEN day < valid_from THEN {HINT_WEIGHT["outside_validity"]}
             WHEN valid_to IS NULL OR kind = 'person' THEN 1
             WHEN day > valid_to THEN {_OUTSIDE}
             ELSE {_INSIDE} END AS DOUBLE)
    """,
    # The form that a decision about a name of one word holds for; several words are meant in any.
    "capitals(name, key)": """
        CASE WHEN name IS NULL OR contains(key, ' ') OR lower(name) = upper(name) THEN 'any'
             WHEN name = upper(name) THEN 'all' WHEN name = lower(name) THEN 'no'
             WHEN regexp_full_match(name, '[^\\p{Lu}\\p{Ll}]*\\p{Lu}[^\\p{Lu}]*') THEN 'first' ELSE 'mixed' END
    """,
}
"""Scalar macros; each stands alone, since a macro can't see another one through ATTACH."""

_LIKE = "jaro_winkler_similarity(a.key, n.sought, 0.85)"
_ORDER = "similarity + prior / 10 DESC, qid"  # where two names are about as like, the prominent entity comes first
_NEAR = "length(a.key) > 3 AND length(n.sought) > 3 AND abs(length(a.key) - length(n.sought)) <= 3"

TABLE_MACROS = {
    "fuzzy(name)": f"""
        SELECT row_number() OVER (ORDER BY {_ORDER}) AS rank, qid, label, kind, alias,
               similarity, prior
        FROM (
            SELECT qid, label, kind, prior, max(similarity) AS similarity, arg_max(alias, similarity) AS alias
            FROM (
                SELECT a.*, {_LIKE} AS similarity
                FROM (SELECT {CATALOG}.name_key(name) AS sought) n
                JOIN {CATALOG}.alias_lookup a
                ON {_NEAR} AND (a.key[:2] = n.sought[:2] OR a.key[-3:] = n.sought[-3:])
            ) WHERE similarity >= 0.85 GROUP BY qid, label, kind, prior
        ) QUALIFY rank <= 10 ORDER BY rank
    """,
    "fuzzy_column(table_name, column_name)": f"""
        WITH n AS MATERIALIZED (
            SELECT name, {CATALOG}.name_key(name) AS sought
            FROM (
                SELECT DISTINCT CAST(COLUMNS(lambda c: c = column_name) AS VARCHAR) AS name
                FROM query_table(table_name)
            )
        ), near AS (
            SELECT n.name, a.qid, a.alias, {_LIKE} AS similarity
            FROM n JOIN {CATALOG}.alias_lookup a ON a.key[:3] = n.sought[:3] AND {_NEAR}
            UNION ALL
            SELECT n.name, a.qid, a.alias, {_LIKE} AS similarity
            FROM n JOIN {CATALOG}.alias_lookup a ON a.key[-3:] = n.sought[-3:] AND {_NEAR}
        ), best AS (
            SELECT name, qid, max(similarity) AS similarity, arg_max(alias, similarity) AS alias
            FROM near WHERE similarity >= 0.85 GROUP BY name, qid
        )
        SELECT name, row_number() OVER (PARTITION BY name ORDER BY {_ORDER}) AS rank,
               qid, label, kind, alias, similarity, prior
        FROM best JOIN {CATALOG}.entity USING (qid) QUALIFY rank <= 5
    """,
}
"""Macros that read tables."""


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros and views in the current catalog of `con`, which has to be attached as `CATALOG`."""
    for signature, body in MACROS.items():
        con.execute(f"CREATE MACRO {signature} AS {body}")
    for name, query in VIEWS.items():
        con.execute(f"CREATE VIEW {name} AS {query}")
    for signature, body in TABLE_MACROS.items():
        con.execute(f"CREATE MACRO {signature} AS TABLE {body}")
