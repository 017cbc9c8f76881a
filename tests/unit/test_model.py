"""Value types: ids, order, resolutions."""

from __future__ import annotations

import dataclasses
import random

import pytest

from resolver import Alias, Candidate, Entity, Evidence, Kind, Resolution, Resolver, Role, Status
from resolver.model import Answer, Hints, entity_order, is_entity_id

FIELDS = [
    "query", "status", "qid", "label", "kind", "score", "probability", "margin", "provisional", "alias", "candidates",
    "evidence", "parts", "as_of", "gazetteer_version", "config_hash",
]  # fmt: skip


@pytest.mark.parametrize("text", ["Q1", "Q43", "x-a", "x-anadolu-agency", "x-m23"])
def test_ids(text: str) -> None:
    assert is_entity_id(text)


@pytest.mark.parametrize("text", ["", "Q", "Q0", "Q01", "q1", "Q1 ", "Q1\n", "x-", "x--a", "x-A", "x-a-", "P31", "Q١"])
def test_not_ids(text: str) -> None:
    assert not is_entity_id(text)


def test_order_is_by_number_then_local_name() -> None:
    ids = ["Q2", "Q10", "Q100", "x-a", "x-b"]
    assert sorted(random.Random(1).sample(ids, 5), key=entity_order) == ids


def test_enumerations_are_their_words() -> None:
    assert (Kind.CITY == "city", str(Role.LABEL), f"{Status.MATCHED}") == (True, "label", "matched")
    assert len(Kind) == 16


@pytest.mark.parametrize("kind", [Entity, Alias, Evidence, Candidate, Answer, Hints])
def test_value_types_are_frozen_and_slotted(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(kind)


def test_frozen_means_frozen() -> None:
    entity = Entity(qid="Q43", label="Turkey", kind=Kind.COUNTRY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        entity.label = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Resolution("x", Answer(status=Status.UNMATCHED)).query = "y"  # type: ignore[misc]


def test_hints_know_whether_they_say_anything() -> None:
    assert not Hints()
    assert Hints(kinds=frozenset({Kind.CITY}))
    assert Hints(langs=frozenset({"tr"}))


def test_plain_data_has_the_documented_fields(mini: Resolver) -> None:
    plain = mini.resolve("Türkiye", as_of="2023-01-01").to_dict()
    assert list(plain) == FIELDS
    assert list(plain["alias"]) == ["text", "lang", "role", "register", "source"]
    assert list(plain["candidates"][0]) == ["qid", "label", "kind", "score", "probability"]
    assert list(plain["evidence"][0]) == ["name", "value", "detail"]
    assert (plain["qid"], plain["as_of"], plain["provisional"]) == ("Q43", "2023-01-01", False)


def test_plain_data_without_an_answer() -> None:
    plain = Resolution("x", Answer(status=Status.UNMATCHED)).to_dict()
    assert list(plain) == FIELDS
    assert (plain["qid"], plain["alias"], plain["candidates"], plain["probability"]) == (None, None, [], 0.0)


def test_equality_is_by_value(mini: Resolver) -> None:
    one, other = mini.resolve("Türkiye"), next(mini.resolve_many(["Türkiye"]))
    assert one == other
    assert hash(one) == hash(other)
    assert one != mini.resolve("Turkey")
    assert one != "Türkiye"
    assert len({one, other}) == 1


def test_score_and_probability_are_in_range(mini: Resolver) -> None:
    for name in ("Türkiye", "Georgia", "US", "AA", "ussr", "Putin", "V. Putin", "PKK's Syrian wing"):
        for candidate in mini.resolve(name).candidates:
            assert 0 <= candidate.score <= 1
            assert 0 <= candidate.probability <= 1


def test_repr_says_what_was_found(mini: Resolver) -> None:
    assert repr(mini.resolve("nobody at all")) == (
        "Resolution('nobody at all', unmatched, None, probability=0.000, margin=0.000)"
    )


def test_provisional_shows(mini: Resolver) -> None:
    assert mini.resolve("YPG").provisional
    assert not mini.resolve("PKK").provisional
