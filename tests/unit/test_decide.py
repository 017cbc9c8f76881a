"""Weights to probabilities to status."""

from __future__ import annotations

import random
from datetime import date

import pytest

from resolver import Kind, Resolver, Role, Status, Strength
from resolver.config import Config
from resolver.decide import (
    ALIAS_WEIGHT,
    HINT_WEIGHT,
    RELIABLE,
    UNKNOWN,
    Channel,
    Hit,
    cased_form,
    decide,
    rank,
    settle_status,
    unknown_weight,
)
from resolver.hits import key_hits
from resolver.model import Hints
from resolver.normalize import exact_key


def hits(mini: Resolver, name: str) -> tuple[Hit, ...]:
    return key_hits(mini.gazetteer, exact_key(name))


def test_every_role_has_a_weight() -> None:
    assert set(ALIAS_WEIGHT) == set(Role)
    assert all(0 < weight <= 1 for weight in ALIAS_WEIGHT.values())
    assert set(UNKNOWN) == set(RELIABLE) == set(Strength)
    assert all(value < 1 for value in RELIABLE.values())


def test_nothing_proposed_is_unmatched(mini: Resolver) -> None:
    answer = decide(mini.gazetteer, "x", (), Hints(), Config())
    assert (answer.status, answer.candidates, answer.margin, answer.evidence) == (Status.UNMATCHED, (), 0.0, ())


def test_the_order_of_hits_does_not_matter(mini: Resolver) -> None:
    found = [hit for name in ("Georgia", "Ankara", "Türkiye", "Putin", "US") for hit in hits(mini, name)]
    expected = decide(mini.gazetteer, "Georgia", found, Hints(), Config(top=50))
    for seed in range(20):
        shuffled = random.Random(seed).sample(found, len(found))
        assert decide(mini.gazetteer, "Georgia", shuffled, Hints(), Config(top=50)) == expected


def test_probabilities_sum_to_at_most_one_and_descend(mini: Resolver) -> None:
    for name in ("Georgia", "Ankara", "Türkiye", "Putin", "US", "USSR"):
        ranked = rank(mini.gazetteer, name, hits(mini, name), Hints())
        shares = [c.probability for c in ranked]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) < 1
        assert all(share < 1 for share in shares)


def test_one_row_an_entity(mini: Resolver) -> None:
    twice = hits(mini, "Türkiye") * 3
    assert len(twice) > 3
    assert len(rank(mini.gazetteer, "Türkiye", twice, Hints())) == 1


def test_a_latin_hit_weighs_less_than_an_exact_one(mini: Resolver) -> None:
    (hit,) = hits(mini, "Россия")
    exact = rank(mini.gazetteer, "x", [hit], Hints())[0]
    latin = rank(mini.gazetteer, "x", [Hit(hit.alias, Channel.LATIN)], Hints())[0]
    assert latin.weight < exact.weight
    assert latin.probability < exact.probability


def test_a_less_likely_reading_weighs_less(mini: Resolver) -> None:
    (hit,) = hits(mini, "Россия")
    shares = [
        rank(mini.gazetteer, "x", [Hit(hit.alias, likelihood=part)], Hints())[0].probability for part in (1, 0.5, 0.01)
    ]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 3


def test_a_shared_name_is_ambiguous_and_lists_rivals(mini: Resolver) -> None:
    answer = mini.resolve("Georgia").answer
    assert answer.status is Status.AMBIGUOUS
    assert [c.entity.qid for c in answer.candidates] == ["Q230", "Q1428"]
    assert answer.evidence[-1].name == "tie"
    assert "Q230" in answer.evidence[-1].detail
    assert "Q1428" in answer.evidence[-1].detail
    assert answer.margin == pytest.approx(answer.candidates[0].probability - answer.candidates[1].probability)


@pytest.mark.parametrize(
    ("hint", "qid"),
    [
        ({"kind": "country"}, "Q230"),
        ({"kind": "subdivision"}, "Q1428"),
        ({"kind": ["country", "city"]}, "Q230"),
        ({"exclude_kind": "country"}, "Q1428"),
        ({"country": "US"}, "Q1428"),
        ({"country": "Q30"}, "Q1428"),
        ({"country": "United States"}, "Q1428"),
        ({"country": "GEO"}, "Q230"),
        ({"kind": "person"}, None),
        ({"exclude_kind": ["country", "subdivision"]}, None),
    ],
)
def test_hints_decide(mini: Resolver, hint: dict[str, object], qid: str | None) -> None:
    assert mini.resolve("Georgia", **hint).qid == qid


def test_a_refused_kind_is_never_listed(mini: Resolver) -> None:
    for hint in ({"kind": Kind.SUBDIVISION}, {"exclude_kind": Kind.COUNTRY}):
        assert {c.entity.kind for c in mini.resolve("Georgia", **hint).candidates} == {Kind.SUBDIVISION}


def test_a_city_is_read_before_its_province(mini: Resolver) -> None:
    found = mini.resolve("Ankara")
    assert found.qid == "Q3640"
    assert [c.entity.qid for c in found.candidates] == ["Q3640", "Q2297724"]
    notes = [e for e in found.evidence if e.name == "namesake"]
    assert len(notes) == 1
    assert "Q2297724" in notes[0].detail
    assert mini.resolve("Ankara", kind="subdivision").qid == "Q2297724"


@pytest.mark.parametrize(
    ("name", "qid"), [("US", "Q30"), ("U.S.", "Q30"), ("us", None), ("Us", None), ("TR", "Q43"), ("tr", None)]
)
def test_codes_count_only_in_their_capitals(mini: Resolver, name: str, qid: str | None) -> None:
    found = mini.resolve(name)
    assert found.qid == qid
    assert bool(found.candidates) == (qid is not None)


def test_an_acronym_in_small_letters_is_listed_and_a_kind_makes_it_count(mini: Resolver) -> None:
    found = mini.resolve("ussr")
    assert (found.status, [c.entity.qid for c in found.candidates]) == (Status.UNMATCHED, ["Q15180"])
    assert "other_case" in [e.name for e in found.evidence]
    assert mini.resolve("ussr", kind="country").qid == "Q15180"
    assert mini.resolve("us", kind="country").qid is None


def test_a_weak_name_is_less_sure_than_a_strong_one(mini: Resolver) -> None:
    weak, strong = mini.resolve("Putin"), mini.resolve("Vladimir Putin")
    assert weak.qid == strong.qid == "Q7747"
    assert weak.probability < strong.probability <= RELIABLE[Strength.STRONG]
    assert "weak_alias" in [e.name for e in weak.evidence]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("1900-01-01", "outside_validity"),
        ("2010-01-01", "outside_validity"),
        ("1950-01-01", "inside_validity"),
        (None, "ended"),
    ],
)
def test_days_are_weighed_and_said(mini: Resolver, day: str | None, name: str) -> None:
    found = mini.resolve("Soviet Union", as_of=day)
    assert name in [e.name for e in found.candidates[0].evidence]
    assert found.as_of == (date.fromisoformat(day) if day else None)


def test_a_day_outside_lowers_but_never_drops(mini: Resolver) -> None:
    inside, outside = (mini.resolve("Soviet Union", as_of=day) for day in ("1950-01-01", "2010-01-01"))
    assert outside.candidates[0].entity.qid == inside.qid == "Q15180"
    assert outside.probability < inside.probability


def test_a_name_before_its_day_gives_way_to_another_name_of_the_same_entity(mini: Resolver) -> None:
    early, late = (mini.resolve("Türkiye", as_of=day) for day in ("2010-01-01", "2023-01-01"))
    assert early.qid == late.qid == "Q43"
    assert early.alias is not None
    assert late.alias is not None
    assert (early.alias.text, late.alias.text) == ("Turkiye", "Türkiye")


def test_people_are_named_after_their_death_and_never_before_their_birth(mini: Resolver) -> None:
    assert mini.resolve("Vladimir Putin", as_of="1900-01-01").probability < mini.resolve("Vladimir Putin").probability


def test_another_language_counts_less(mini: Resolver) -> None:
    own, other = mini.resolve("Россия", lang="ru"), mini.resolve("Россия", lang="de")
    assert own.qid == other.qid == "Q159"
    assert other.probability < own.probability
    assert "other_language" in [e.name for e in other.evidence]


def test_hint_weights_are_those_that_are_given() -> None:
    assert set(HINT_WEIGHT) >= {"outside_validity", "other_country", "other_language", "ended"}
    assert all(weight < 1 for name, weight in HINT_WEIGHT.items() if name != "inside_validity")


def test_a_kind_that_is_given_leaves_less_to_the_unknown() -> None:
    for strength in Strength:
        assert unknown_weight(strength, kind_given=True) < unknown_weight(strength)
    assert unknown_weight(Strength.WEAK) > unknown_weight(Strength.STRONG)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("U.S.", "US", True), ("us", "US", False), ("A.A.", "AA", True), ("AT&T", "ATT", False), ("", "-", True)],
)
def test_cased_form(one: str, other: str, same: bool) -> None:
    assert (cased_form(one) == cased_form(other)) is same


def test_thresholds_are_inclusive(mini: Resolver) -> None:
    ranked = rank(mini.gazetteer, "Putin", hits(mini, "Putin"), Hints())
    first = ranked[0].probability
    at = Config(match_probability=first, match_margin=first)
    assert settle_status(mini.gazetteer, ranked, at)[0] is Status.MATCHED
    above = Config(match_probability=first + 1e-4)
    assert settle_status(mini.gazetteer, ranked, above)[0] is Status.UNMATCHED


def test_no_more_candidates_than_asked_for(mini: Resolver) -> None:
    assert len(mini.resolve("Georgia", top=1).candidates) == 1
    assert mini.resolve("Georgia", top=1).status is Status.AMBIGUOUS
    assert mini.resolve("Georgia", top=1).margin == mini.resolve("Georgia").margin
