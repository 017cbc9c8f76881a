"""Terms of office from what sources say, and who held an office on a day."""

from __future__ import annotations

from datetime import date

import pytest

from resolver.build.offices import Row, terms_of
from resolver.mention import parse_office
from resolver.offices import Term, holders, read_terms

SNAPSHOT = date(2022, 12, 25)


def day(text: str) -> date:
    return date.fromisoformat(text)


def made(*rows: tuple[str, str, str | None, bool]) -> list[tuple[str, str, str | None, str | None]]:
    terms = terms_of(
        "president", "Q1", [Row(who, day(a), day(b) if b else None, curated) for who, a, b, curated in rows], SNAPSHOT
    )
    return [
        (t.holder, str(t.start), t.end and str(t.end), t.known_until and str(t.known_until))  # type: ignore[misc]
        for t in terms
    ]


def test_a_whole_year_beside_a_day_of_it_says_nothing() -> None:
    assert made(("Q2", "2014-01-01", None, True), ("Q2", "2014-08-28", None, True)) == [
        ("Q2", "2014-08-28", None, None)
    ]
    assert made(("Q2", "2014-01-01", "2018-12-31", False), ("Q2", "2014-08-28", "2018-07-09", False)) == [
        ("Q2", "2014-08-28", "2018-07-09", None)
    ]


def test_an_open_end_is_closed_by_the_next_holder() -> None:
    assert made(("Q2", "2020-06-11", None, False), ("Q3", "2024-12-10", None, True)) == [
        ("Q2", "2020-06-11", "2024-12-10", None),
        ("Q3", "2024-12-10", None, None),
    ]


def test_an_open_end_of_a_bulk_source_is_known_until_it_was_made() -> None:
    assert made(("Q2", "2017-03-19", None, False)) == [("Q2", "2017-03-19", None, "2022-12-25")]


def test_who_comes_back_has_been_away() -> None:
    assert made(("Q2", "2013-03-16", None, True), ("Q2", "2023-07-25", None, True)) == [
        ("Q2", "2013-03-16", None, "2022-12-25"),
        ("Q2", "2023-07-25", None, None),
    ]


@pytest.mark.parametrize(
    ("on", "who"),
    [("2016-01-01", ["a"]), ("2018-07-09", ["a"]), ("2018-07-10", ["b"]), ("2018-07-20", ["b"]), ("1999-01-01", [])],
)
def test_of_two_that_hand_over_the_later_counts(on: str, who: list[str]) -> None:
    terms = [
        Term("president", "Q1", "a", day("2014-01-01"), day("2018-07-20"), None),
        Term("president", "Q1", "b", day("2018-07-10"), None, None),
    ]
    assert [term.holder for term in holders(terms, day(on))] == who


def test_who_held_it_together_for_long_are_both_told() -> None:
    terms = [
        Term("president", "Q1", "a", day("2014-01-01"), day("2019-01-01"), None),
        Term("president", "Q1", "b", day("2015-01-01"), day("2019-01-01"), None),
    ]
    assert [term.holder for term in holders(terms, day("2016-01-01"))] == ["b", "a"]


def test_terms_are_read_as_they_are_written() -> None:
    assert read_terms([["president", "Q1", "Q2", "2014-01-01", None, "2022-12-25"]]) == {
        ("president", "Q1"): (Term("president", "Q1", "Q2", day("2014-01-01"), None, SNAPSHOT),)
    }


@pytest.mark.parametrize(
    ("text", "office", "owner"),
    [
        ("Turkish foreign minister", "foreign_minister", "Turkish"),
        ("Minister of Foreign Affairs of the Republic of Poland", "foreign_minister", "Republic of Poland"),
        ("the Prime Minister of Israel", "prime_minister", "Israel"),
        ("Türkiye'nin Cumhurbaşkanı", "president", "Türkiye"),
        ("Außenminister der Ukraine", "foreign_minister", "Ukraine"),
        ("президент России", "president", "России"),
        ("président d'Ukraine", "president", "Ukraine"),
        ("وزير الدفاع الروسي", "defence_minister", "الروسي"),
        ("土耳其外交部长", "foreign_minister", "土耳其"),
        ("NATO Secretary General", "secretary_general", "NATO"),
    ],
)
def test_offices_are_read_in_many_languages(text: str, office: str, owner: str) -> None:
    found = parse_office(text)
    assert found is not None
    assert (found.offices[0], found.owner) == (office, owner)


@pytest.mark.parametrize(
    "text", ["President Erdoğan", "Prime Minister Johnson", "King Charles", "minister", "", "总统"]
)
def test_a_title_before_a_name_is_no_office_of_an_owner(text: str) -> None:
    assert parse_office(text) is None
