"""DuckDB: the macro and views that a gazetteer file carries, for clients that have never heard of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.normalize import sql_name_key

if TYPE_CHECKING:
    import duckdb

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
}
"""Views of a gazetteer file; they work through ATTACH, because a view binds in its own catalog."""


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macro `name_key` and the views in the current catalog of `con`."""
    con.execute(f"CREATE MACRO name_key(name) AS {sql_name_key('name')}")
    for name, query in VIEWS.items():
        con.execute(f"CREATE VIEW {name} AS {query}")
