"""A part asked for as a country is answered with the country; anything else is not."""

from __future__ import annotations

import pytest

from resolver import Config, Resolver, Status
from resolver.whole import PART_SHARE

COUNTRIES = ("country", "territory")


@pytest.mark.parametrize(
    "name",
    ["Northern Ireland", "N. Ireland", "N Ireland", "Ireland (N.)", "Ireland, North", "Scotland", "Wales", "England"],
)
def test_a_constituent_part_stands_for_its_country(bundled: Resolver, name: str) -> None:
    found = bundled.resolve(name, kind=COUNTRIES)
    assert (found.status, found.qid) == (Status.MATCHED, "Q145")
    assert found.probability < 0.9


def test_it_says_so(bundled: Resolver) -> None:
    found = bundled.resolve("Northern Ireland", kind=COUNTRIES)
    (evidence,) = [evidence for evidence in found.evidence if evidence.name == "part_of"]
    assert evidence.detail == "Northern Ireland (subdivision, Q26) is part of United Kingdom"
    assert found.probability == pytest.approx(PART_SHARE * bundled.resolve("Northern Ireland").probability, abs=0.01)


def test_a_former_state_gives_way_to_the_part_of_its_name_unless_it_was_its_time(bundled: Resolver) -> None:
    assert bundled.resolve("Scotland", kind=COUNTRIES).qid == "Q145"
    assert bundled.resolve("Kingdom of Scotland", kind=COUNTRIES).qid == "Q230791"
    assert bundled.resolve("Scotland", kind=COUNTRIES, as_of="1500-01-01").qid == "Q230791"


@pytest.mark.parametrize("name", ["Texas", "Mexico City", "West Papua", "Taipei", "California", "Ankara", "Sicily"])
def test_no_other_place_does(bundled: Resolver, name: str) -> None:
    assert bundled.resolve(name, kind=COUNTRIES).status is Status.UNMATCHED


def test_only_where_countries_are_asked_for(bundled: Resolver) -> None:
    name = "Northern Ireland"
    assert bundled.resolve(name, kind="subdivision").qid == "Q26"
    assert bundled.resolve(name, kind="territory").qid is None
    assert bundled.resolve(name, kind=("country", "city")).qid is None
    assert bundled.resolve(name, kind=COUNTRIES, country="FR").qid is None
    assert bundled.resolve(name, kind=COUNTRIES, country="GB").qid == "Q145"


def test_a_threshold_above_it_leaves_the_country_listed(bundled: Resolver) -> None:
    found = bundled.with_config(Config(match_probability=0.95)).resolve("Northern Ireland", kind=COUNTRIES)
    assert found.status is Status.UNMATCHED
    assert [candidate.entity.qid for candidate in found.candidates] == ["Q145"]


def test_bulk_answers_are_the_same(bundled: Resolver) -> None:
    names = ["Northern Ireland", "Texas", "Windward Islands", "Antigua", "Germany West", "Ireland (N)"]
    many = list(bundled.resolve_many(names, kind=COUNTRIES))
    assert many == [bundled.resolve(name, kind=COUNTRIES) for name in names]


def test_a_name_known_as_another_kind_is_no_longer_name_with_a_word_in_front(bundled: Resolver) -> None:
    assert bundled.resolve("Windward Islands", kind=COUNTRIES).status is Status.UNMATCHED
    assert bundled.resolve("Antigua", kind=COUNTRIES).qid == "Q781"


def test_a_country_before_its_part(bundled: Resolver) -> None:
    assert bundled.resolve("France, Martinique").qid == "Q17054"
    assert bundled.resolve("Germany, Martinique").qid is None
