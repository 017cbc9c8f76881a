"""Names that give way to a namesake who bears them more truly. The last word over names before they are indexed.

Prominence decides between namesakes, and lists of the names of countries and capitals are long: without this rule the
Aghem name of Mali takes the capital of the Maldives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

WIDE = (
    "ar", "cs", "de", "el", "en", "es", "fa", "fr", "he", "hi", "hu", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv",
    "tr", "uk", "zh",
)  # fmt: skip
"""Languages in which a name of another entity is heard often enough to compete with somebody's English name."""
FEW = 3
"""Languages that may use a name before it is more than one of theirs."""
WELL_KNOWN = 5
"""Languages that use an acronym everybody knows."""


def give_way(con: duckdb.DuckDBPyConnection) -> int:
    """Delete from `keyed` the names that give way; returns how many.

    * A name in up to three languages, none of them wide, where it is another entity's English label or acronym.
    * A name in one language, not English, where many know it as another entity's acronym.

    Curated names never give way, nor does an entity's own label.
    """
    wide = ", ".join(f"'{lang}'" for lang in WIDE)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE giving AS
        WITH english AS (
            SELECT key, entity_id, role, len(langs) AS known FROM keyed JOIN entity e USING (entity_id)
            WHERE strength = 'strong' AND (role = 'acronym' OR (role = 'label' AND text = e.label))
        )
        SELECT DISTINCT k.entity_id, k.text
        FROM keyed k JOIN entity e USING (entity_id) JOIN english o ON o.key = k.key AND o.entity_id <> k.entity_id
        WHERE NOT list_contains(k.sources, 'curated') AND k.text <> e.label AND (
            (len(k.langs) BETWEEN 1 AND {FEW} AND NOT list_has_any(k.langs, [{wide}]))
            OR (len(k.langs) = 1 AND k.langs <> ['en'] AND o.role = 'acronym' AND o.known >= {WELL_KNOWN})
        );
        DELETE FROM keyed USING giving g WHERE keyed.entity_id = g.entity_id AND keyed.text = g.text
    """)
    ((count,),) = con.execute("SELECT count(*) FROM giving").fetchall()
    con.execute("DROP TABLE giving")
    return int(count)
