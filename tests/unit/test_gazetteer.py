"""Reading one compiled gazetteer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from resolver import Kind, Register, Resolver, Role, Strength, gazetteer
from resolver.gazetteer import Gazetteer, Relation, day_number, day_of, shown_language

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(mini_path: Path) -> Path:
    """The arrays of the mini gazetteer."""
    return mini_path.with_suffix(".exact")


@pytest.fixture
def held(path: Path) -> Gazetteer:
    """A gazetteer of its own, since asking for many keys changes how keys are found."""
    return Gazetteer(path)


@pytest.mark.parametrize("day", [None, date(1970, 1, 1), date(1, 1, 1), date(9999, 12, 31), date(1922, 12, 30)])
def test_days_there_and_back(day: date | None) -> None:
    assert day_of(day_number(day)) == day


def test_keys_by_number_and_back(held: Gazetteer) -> None:
    keys = [held.key(number) for number in range(len(held))]
    assert keys == sorted(keys, key=str.encode)
    assert len(set(keys)) == len(keys)
    assert [held.key_number(key) for key in keys] == list(range(len(keys)))
    assert held.key_numbers(keys) == list(range(len(keys)))


@pytest.mark.parametrize("key", ["", "zzz", "a", "turki", "turkiyee", "\ud800", "土", "\U0010ffff", "türkiye"])
def test_unknown_keys(held: Gazetteer, key: str) -> None:
    assert held.key_number(key) is None
    assert held.key_numbers([key]) == [None]


def test_the_dictionary_of_keys_answers_as_the_search_does(
    held: Gazetteer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [*(held.key(number) for number in range(len(held))), "", "zzz", "\ud800"]
    searched = [held.key_number(key) for key in asked]
    monkeypatch.setattr(gazetteer, "_BULK", 0)
    assert held.key_numbers(asked) == searched
    assert [held.key_number(key) for key in asked] == searched
    other = Gazetteer(path)
    assert [other.key_number(key) for key in asked] == searched


def test_an_entity_as_its_row_says(mini: Resolver) -> None:
    union = mini.entity("Q15180")
    assert (union.label, union.kind, union.description) == ("Soviet Union", Kind.COUNTRY, "former state")
    assert (union.valid_from, union.valid_to) == (date(1922, 12, 30), date(1991, 12, 26))
    assert (union.countries, union.codes, union.provisional) == ((), (), False)
    assert mini.entity("Q43").codes == (("iso2", "TR"), ("iso3", "TUR"))
    assert mini.entity("Q3640").countries == ("Q43",)
    assert mini.entity("x-anadolu-agency").provisional


def test_partial_dates_are_their_first_day(mini: Resolver) -> None:
    assert mini.entity("Q277036").valid_from == date(2011, 1, 1)


def test_aliases_as_their_rows_say(mini: Resolver) -> None:
    aliases = {alias.text: alias for alias in mini.aliases("Q43")}
    assert list(aliases) == sorted(aliases)
    official = aliases["Türkiye"]
    assert (official.role, official.register, official.strength) == (Role.OFFICIAL, Register.NEUTRAL, Strength.STRONG)
    assert (official.lang, set(official.langs), official.valid_from) == ("en", {"en", "tr"}, date(2022, 6, 1))
    assert (aliases["TR"].role, aliases["TR"].cased, aliases["TR"].lang) == (Role.CODE, True, "")
    assert aliases["Turkish"].strength is Strength.WEAK


def test_every_number_leads_somewhere(mini: Resolver) -> None:
    held = mini.gazetteer
    for number, qid in enumerate(held.qids):
        assert held.entity_number(qid) == number
        assert held.qid(number) == held.entity_at(number).qid == qid
        assert {held.alias_entity[alias] for alias in held.alias_numbers(number)} == {number}
        assert 0 <= held.prior(number) <= 1
    reached = {alias for key in range(len(held)) for alias, _ in held.hits(key)}
    assert reached == set(range(len(held.alias_entity)))
    assert held.entity_number("Q999999999") == -1


def test_relations_and_kin(mini: Resolver) -> None:
    held = mini.gazetteer
    assert held.relations == (
        Relation("Q277036", "wing_of", "Q152220"),
        Relation("Q3640", "located_in", "Q2297724"),
    )
    city, province, group, other = map(held.entity_number, ("Q3640", "Q2297724", "Q277036", "Q152220"))
    assert held.are_kin(city, province)
    assert held.are_kin(province, city)
    assert not held.are_kin(group, other)


def test_country_codes(mini: Resolver) -> None:
    codes = mini.gazetteer.country_codes
    assert (codes["tr"], codes["tur"], codes["us"]) == ("Q43", "Q43", "Q30")
    assert "TR" not in codes


@pytest.mark.parametrize(
    ("listed", "preferred", "shown"),
    [
        ((), frozenset(), ""),
        ((), frozenset({"tr"}), ""),
        (("de", "mul"), frozenset(), "mul"),
        (("de", "en"), frozenset({"tr"}), "en"),
        (("de", "fr"), frozenset({"fr", "de"}), "de"),
        (("af",), frozenset(), "af"),
    ],
)
def test_the_language_shown(listed: tuple[str, ...], preferred: frozenset[str], shown: str) -> None:
    assert shown_language(listed, preferred) == shown


def test_alias_language_follows_the_question(mini: Resolver) -> None:
    found = mini.resolve("Türkiye", lang="tr").alias
    assert found is not None
    assert (found.text, found.lang) == ("Türkiye", "tr")
