"""Weights: every coefficient has a name, a value and the sign its evidence allows."""

from __future__ import annotations

import pytest

from resolver.features import FEATURES, GROUPS, align, vector
from resolver.features.tokens import LIKENESS_FEATURES
from resolver.features.weights import builtin_rarity, load_rarity, load_weights, logistic
from resolver.scoring import judged_by, score, score_vector

AGAINST = (
    "doubt", "contradicted", "contradicted_mass", "left_out_query", "left_out_alias", "number_conflict",
    "contrast_conflict", "initial_conflict", "middle_conflict", "first_contradicted", "last_contradicted",
)  # fmt: skip
FOR = ("literal", "equivalent", "sound", "fuzzy", "initial", "joined", "acronym", "text", "heard", "bones")


def test_every_group_has_every_coefficient() -> None:
    weights = load_weights()
    assert set(weights.groups) == {g + c for g in GROUPS for c in ("", "_cross")}
    assert all(len(values) == len(FEATURES) for values in weights.groups.values())
    assert len(weights.token) == len(weights.token_cross) == len(LIKENESS_FEATURES)
    assert set(weights.knots) == set(weights.groups)


@pytest.mark.parametrize("group", sorted(load_weights().groups))
def test_no_evidence_speaks_against_its_sign(group: str) -> None:
    values = dict(zip(FEATURES, load_weights().groups[group], strict=True))
    assert all(values[name] <= 0.0 for name in AGAINST)
    assert all(values[name] >= 0.0 for name in FOR)


def test_score_is_the_logistic_of_the_weighted_sum() -> None:
    found = vector(align(["kofi", "annan"], ["kofi", "anan"], kind="person"))
    by_hand = sum(w * x for w, x in zip(load_weights().groups["person"], found, strict=True))
    assert score_vector(found, "person") == pytest.approx(logistic(by_hand))


def test_empty_names_score_nothing() -> None:
    assert score(align([], [])) == 0.0
    assert score(align(["x"], [])) == 0.0


def test_scripts_have_their_own_coefficients() -> None:
    assert judged_by(align(["a"], ["a"]), "city") == "place"
    assert judged_by(align(["a"], ["a"], cross_script=True), None) == "any_cross"


def test_built_in_rarity_lists_common_words_only() -> None:
    table = load_rarity()
    assert all(0.0 <= value < 1.0 for value in table.values())
    for word in ("university", "party", "bank", "ministry", "of", "john"):
        assert builtin_rarity(word) < 0.7
    assert builtin_rarity("netanyahu") == 1.0
