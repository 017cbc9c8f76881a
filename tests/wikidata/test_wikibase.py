"""One item's JSON -> its facts."""

from __future__ import annotations

import pytest
from items import are, claim, day, item, no_value

from resolver.build.sources.wikibase import Facts, partial_date, read_entity


def read(made: dict, languages: frozenset[str] | None = None) -> Facts:
    return read_entity({"id": "Q900000001"} | made, languages=languages)


def test_names_in_all_or_chosen_languages() -> None:
    made = item({"en": "Ruritania", "mul": "Rur", "ru": "Руритания"}, aliases={"ru": ["Рурия"], "fr": ["Ruritanie"]})
    every = {(name.text, name.lang, name.role) for name in read(made).names}
    assert every == {
        ("Ruritania", "en", "label"),
        ("Rur", "mul", "label"),
        ("Руритания", "ru", "label"),
        ("Рурия", "ru", "alias"),
        ("Ruritanie", "fr", "alias"),
    }
    some = {name.lang for name in read(made, frozenset({"ru"})).names}
    assert some == {"ru", "mul"}
    assert read(made, frozenset({"ru"})).label == "Ruritania"


def test_the_label_where_there_is_no_english_one() -> None:
    assert read(item({"mul": "Rur", "ru": "Руритания"})).label == "Rur"
    facts = read(item({"ru": "Руритания"}))
    assert (facts.label, facts.label_lang) == ("Руритания", "ru")
    assert read({"labels": []}).label == ""


def test_deprecated_statements_go_preferred_ones_come_first_ended_ones_last() -> None:
    statements = [
        claim("Q1", end="1990"),
        claim("Q2", rank="deprecated"),
        claim("Q3"),
        claim("Q4", rank="preferred"),
        no_value(),
    ]
    assert read(item({}, claims={"P31": statements})).classes == ("Q4", "Q3", "Q1")


def test_ended_names_are_dated_not_dropped() -> None:
    statements = [claim(("New", "en"), start="1950-05"), claim(("Old", "en"), start="1821", end="1950-04-30")]
    names = read(item({"en": "New"}, claims={"P1448": statements})).names[1:]
    assert [(n.text, n.role, n.valid_from, n.valid_to) for n in names] == [
        ("New", "official", "1950-05", None),
        ("Old", "historical", "1821", "1950-04-30"),
    ]


def test_all_kinds_of_names() -> None:
    claims = {
        "P1813": [claim(("RNA", "en"))],
        "P1705": [claim(("Ruritanija", "und"))],
        "P1549": [claim(("Ruritanian", "en"))],
        "P1449": [claim(("Rudi", "en"))],
        "P742": [claim("El Rey")],
    }
    found = {(n.text, n.lang, n.role) for n in read(item({}, claims=claims)).names}
    assert found == {
        ("RNA", "en", "short"),
        ("Ruritanija", "", "endonym"),
        ("Ruritanian", "en", "demonym"),
        ("Rudi", "en", "nickname"),
        ("El Rey", "", "nickname"),
    }


def test_country_dates_codes_numbers_places() -> None:
    facts = read(
        item(
            {},
            claims={
                "P27": [claim("Q9")],
                "P495": [claim("Q8")],
                "P571": [claim(day("1821"))],
                "P576": [claim(day("1918-10-28"))],
                "P297": [claim("RX"), claim("RU", end="1990")],
                "P1566": [claim("123")],
                "P1082": [claim(9, at="1990"), claim(7, at="2020")],
            },
            sitelinks=3,
        )
        | {"sitelinks": {"a": {}, "b": {}, "c": {}}}
    )
    assert facts.countries == ("Q9",)
    assert (facts.valid_from, facts.valid_to) == ("1821", "1918-10-28")
    assert facts.codes == ("iso2:RX", "iso2-former:RU", "geonames:123")
    assert (facts.population, facts.sitelinks) == (7, 3)
    here = {"mainsnak": {"snaktype": "value", "datavalue": {"value": {"latitude": -1.5, "longitude": 30}}}}
    facts = read(item({}, claims={"P625": [here]}))
    assert (facts.latitude, facts.longitude) == (-1.5, 30.0)


def test_people_have_birth_and_death() -> None:
    claims = {"P569": [claim(day("1960-02-03"))], "P571": [claim(day("1999"))]}
    assert read(item({}, claims=claims)).valid_from == "1960-02-03"


def test_offices_and_relations() -> None:
    facts = read(
        item({}, claims={"P39": [claim("Q5", start="1990", end="1995")], "P527": [claim("Q6")], "P361": [claim("Q7")]})
    )
    assert [(o.target, o.valid_from, o.valid_to) for o in facts.offices] == [("Q5", "1990", "1995")]
    assert [(link.relation, link.target, link.inverse) for link in sorted(facts.links)] == [
        ("part_of", "Q6", True),
        ("part_of", "Q7", False),
    ]


@pytest.mark.parametrize(
    ("time", "precision", "expected"),
    [
        ("+2024-02-30T00:00:00Z", 11, "2024-02"),
        ("+2024-02-29T00:00:00Z", 11, "2024-02-29"),
        ("+1900-02-29T00:00:00Z", 11, "1900-02"),
        ("+00000001987-05-01T00:00:00Z", 10, "1987-05"),
        ("+0987-00-00T00:00:00Z", 9, "0987"),
        ("+1900-00-00T00:00:00Z", 7, None),
        ("-0044-03-15T00:00:00Z", 11, None),
        ("+13798000000-00-00T00:00:00Z", 3, None),
        ("rubbish", 11, None),
    ],
)
def test_dates_are_cut_to_their_precision(time: str, precision: int, expected: str | None) -> None:
    assert partial_date({"time": time, "precision": precision}) == expected


def test_empty_maps_may_be_lists() -> None:
    bare = {"labels": [], "aliases": [], "descriptions": [], "claims": [], "sitelinks": []}
    assert read(bare).names == ()


def test_statements_of_other_types_are_no_values() -> None:
    odd = {"mainsnak": {"snaktype": "value", "datavalue": {"value": {"id": "P31", "entity-type": "property"}}}}
    assert read(item({}, claims={"P31": [odd], "P1082": [claim("many")], "P571": [claim("then")]})) == read(item({}))
    assert read(item({}, claims=are("Q5"))).classes == ("Q5",)
