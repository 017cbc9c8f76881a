"""Cities linked to the subdivision that bears the name their source gives."""

from __future__ import annotations

from resolver.build.places import located_in
from resolver.build.tables import AliasRow, EntityRow, RelationRow

ENTITIES = [
    EntityRow("Q1", "country", "Ruritania"),
    EntityRow("Q2", "country", "Zembla"),
    EntityRow("Q10", "subdivision", "Zenda", countries=("Q1",)),
    EntityRow("Q11", "subdivision", "Hentzau", countries=("Q1",)),
    EntityRow("Q12", "subdivision", "Zenda", countries=("Q2",)),
    EntityRow("Q20", "city", "Strelsau", countries=("Q1",)),
    EntityRow("Q21", "city", "Onhava", countries=("Q2",)),
    EntityRow("Q22", "city", "Nowhere"),
]
ALIASES = [
    AliasRow("Q10", "Zenda Province"),
    AliasRow("Q11", "Hentzau"),
    AliasRow("Q11", "Old Zenda"),
    AliasRow("Q12", "Republic of Zenda"),
    AliasRow("Q20", "Zenda"),
]


def links(**admin1: str) -> list[RelationRow]:
    return located_in(ENTITIES, ALIASES, {city: (name, "source") for city, name in admin1.items()})


def test_the_subdivision_of_its_own_country() -> None:
    assert links(Q20="Zenda", Q21="Zenda") == [
        RelationRow("Q20", "located_in", "Q10", sources=("source",)),
        RelationRow("Q21", "located_in", "Q12", sources=("source",)),
    ]


def test_generic_words_accents_and_case_do_not_matter() -> None:
    for name in ("ZENDA", "Zenda Oblast", "the Province of Zenda", "Zénda"):
        assert [link.object for link in links(Q20=name)] == ["Q10"], name


def test_no_link_without_one_subdivision_of_that_name() -> None:
    assert links(Q20="Elsewhere") == []
    assert links(Q22="Zenda") == []
    assert links(Q1="Zenda") == []
    assert links(Q99="Zenda") == []
    twice = [*ALIASES, AliasRow("Q11", "Zenda")]
    assert located_in(ENTITIES, twice, {"Q20": ("Zenda", "source")}) == []


def test_a_name_of_generic_words_only() -> None:
    entities = [*ENTITIES, EntityRow("Q13", "subdivision", "State", countries=("Q1",))]
    aliases = [*ALIASES, AliasRow("Q13", "State")]
    assert [link.object for link in located_in(entities, aliases, {"Q20": ("State", "s")})] == ["Q13"]
