"""Several names in one string, and names by relation."""

from __future__ import annotations

import pytest

from resolver import Resolver, Status


@pytest.mark.parametrize("name", ["YPG/PKK", "YPG / PKK", "YPG and PKK", "YPG & PKK"])
def test_two_names_are_a_composite(mini: Resolver, name: str) -> None:
    found = mini.resolve(name)
    assert found.status is Status.COMPOSITE
    assert [part.qid for part in found.parts] == ["Q277036", "Q152220"]
    assert (found.qid, found.candidates, found.probability) == (None, (), 0.0)
    assert all(part.status is Status.MATCHED for part in found.parts)


def test_the_relation_between_the_parts_is_evidence(mini: Resolver) -> None:
    found = mini.resolve("YPG/PKK")
    assert [(e.name, e.detail) for e in found.evidence if e.name == "relation"] == [
        ("relation", "Q277036 wing_of Q152220")
    ]


def test_parts_keep_their_order(mini: Resolver) -> None:
    assert [part.qid for part in mini.resolve("Russia/Ukraine/Turkey").parts] == ["Q159", "Q212", "Q43"]


@pytest.mark.parametrize("name", ["YPG/Nicaragwa", "Georgia/Ukraine", "Nicaragwa/Zamunda", "24/7", "YPG/", "/"])
def test_every_part_has_to_be_one_name(mini: Resolver, name: str) -> None:
    found = mini.resolve(name)
    assert found.status is not Status.COMPOSITE
    assert found.parts == ()


def test_two_names_of_one_entity_are_one(mini: Resolver) -> None:
    found = mini.resolve("Turkey/Türkiye")
    assert (found.status, found.qid, found.parts) == (Status.MATCHED, "Q43", ())
    assert "alternative_names" in [e.name for e in found.evidence]


@pytest.mark.parametrize("name", ["PKK's Syrian wing", "PKK's Syria wing", "the Syria wing of PKK"])
def test_a_descriptor_leads_through_the_relation(mini: Resolver, name: str) -> None:
    found = mini.resolve(name)
    assert found.qid == "Q277036"
    assert found.provisional
    assert found.evidence[0].name == "descriptor"
    assert 0 < found.probability < mini.resolve("PKK").probability


@pytest.mark.parametrize("name", ["PKK's Ukrainian wing", "YPG's Syrian wing", "Nicaragwa's Syrian wing"])
def test_a_descriptor_of_nothing_is_unmatched(mini: Resolver, name: str) -> None:
    assert mini.resolve(name).qid is None


def test_hints_hold_for_parts_and_described(mini: Resolver) -> None:
    assert mini.resolve("YPG/PKK", kind="country").status is Status.UNMATCHED
    assert mini.resolve("YPG/PKK", kind="armed_group").status is Status.COMPOSITE
    assert mini.resolve("PKK's Syrian wing", kind="country").qid is None


def test_a_composite_as_plain_data(mini: Resolver) -> None:
    plain = mini.resolve("YPG/PKK", as_of="2016-03-01").to_dict()
    assert (plain["status"], plain["qid"], plain["as_of"]) == ("composite", None, "2016-03-01")
    assert [part["qid"] for part in plain["parts"]] == ["Q277036", "Q152220"]
    assert [part["as_of"] for part in plain["parts"]] == ["2016-03-01"] * 2


@pytest.mark.parametrize(
    "name",
    ["Military Forces of Ukraine (2019-)", "Armed Forces of Ukraine", "Ukrainian military", "the military of Ukraine"],
)
def test_a_body_is_found_by_its_country(bundled: Resolver, name: str) -> None:
    found = bundled.resolve(name)
    assert found.qid == "x-armed-forces-of-ukraine"


def test_a_body_that_is_not_held_is_not_its_country(bundled: Resolver) -> None:
    found = bundled.resolve("Police Forces of Fiji (2006-2014)")
    assert found.status is Status.UNMATCHED
    assert [candidate.entity.label for candidate in found.candidates] == ["Fiji"]
    assert found.candidates[0].evidence[0].name == "body"
    assert bundled.resolve("Police Forces of Fiji (2006-2014)", kind="country").candidates[0].entity.label == "Fiji"
    assert bundled.resolve("Police Forces of Fiji (2006-2014)", kind="country").status is Status.MATCHED
    assert bundled.resolve("Police Forces of Fiji (2006-2014)", kind="person").candidates == ()


@pytest.mark.parametrize(
    "name", ["Georgia police", "Government of Nicaragwa and Zamunda", "police", "military of Gotham"]
)
def test_what_names_no_country_is_no_body(bundled: Resolver, name: str) -> None:
    assert "body" not in [e.name for candidate in bundled.resolve(name).candidates for e in candidate.evidence]
