"""Names that give way to a namesake who bears them more truly."""

from __future__ import annotations

import duckdb
import pytest

from resolver.build.namesakes import give_way

ENTITIES = [(0, "Mali"), (1, "Malé"), (2, "Unity"), (3, "National Union"), (4, "Vienna"), (5, "Vienne")]
MALE = (1, "Malé", ["en", "fr"], "label", "strong", ["ne"], "male")
UNION = (3, "UNITA", ["en", "es", "fr", "nl", "ru"], "acronym", "strong", ["xfactr"], "unita")
VIENNE = (5, "Vienne", ["en"], "label", "strong", ["ne"], "vienne")


@pytest.mark.parametrize(
    ("name", "namesake", "gives"),
    [
        ((0, "Malè", ["agq"], "label", "strong", ["cldr"], "male"), MALE, True),
        ((0, "Malè", ["agq"], "label", "strong", ["curated"], "male"), MALE, False),
        ((0, "Malè", ["agq", "bas", "dua", "ewo"], "label", "strong", ["cldr"], "male"), MALE, False),
        ((0, "Malè", [], "alias", "strong", ["cldr"], "male"), MALE, False),
        ((4, "Vienne", ["fr"], "label", "strong", ["cldr"], "vienne"), VIENNE, False),
        ((4, "Vienna", ["agq"], "label", "strong", ["cldr"], "vienne"), VIENNE, False),
        ((2, "Unità", ["it"], "label", "strong", ["ne"], "unita"), UNION, True),
        ((2, "Unità", ["it"], "label", "strong", ["ne"], "unita"), (*UNION[:2], ["en"], *UNION[3:]), False),
        ((2, "Unità", ["en"], "alias", "strong", ["ne"], "unita"), UNION, False),
    ],
)
def test_who_gives_way(name: tuple[object, ...], namesake: tuple[object, ...], gives: bool) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE entity (entity_id BIGINT, label VARCHAR)")
        con.executemany("INSERT INTO entity VALUES (?, ?)", ENTITIES)
        con.execute(
            "CREATE TABLE keyed (entity_id BIGINT, text VARCHAR, langs VARCHAR[], role VARCHAR, strength VARCHAR,"
            " sources VARCHAR[], key VARCHAR)"
        )
        con.executemany("INSERT INTO keyed VALUES (?, ?, ?, ?, ?, ?, ?)", [name, namesake])
        assert give_way(con) == gives
        left = con.execute("SELECT text FROM keyed ORDER BY entity_id").fetchall()
        assert [namesake[1]] in [list(row) for row in left]
        assert len(left) == 2 - gives
