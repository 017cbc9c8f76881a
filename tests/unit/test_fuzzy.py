"""The fuzzy channel: what is searched for, what is left out, and what a likeness may say."""

from __future__ import annotations

import math

import pytest

from resolver import Config, Resolver, Status
from resolver.comparison import read_name
from resolver.features.weights import load_odds
from resolver.hits import Resemblance
from resolver.model import Kind
from resolver.scoring import OBSERVED, fuzzy_odds, observed, odds_class


def resemblances(resolver: Resolver, name: str) -> dict[str, Resemblance]:
    read = read_name(name)
    (found,) = resolver.fuzzy.search([read])
    held = resolver.gazetteer
    return {
        held.alias_text(hit.alias): hit.resemblance
        for hit in resolver.fuzzy.hits(read, found)
        if hit.resemblance is not None
    }


def test_misspelt_names_find_their_own(bundled: Resolver) -> None:
    assert any("Zelensk" in text for text in resemblances(bundled, "Volodimir Selenskyj"))
    assert any("Nikaragwa" in text for text in resemblances(bundled, "Nicaragwa"))


@pytest.mark.parametrize("name", ["", "Türkiye", "usa", "2025-02-24", "Vice President", "x" * 300])
def test_some_strings_are_not_searched_for(bundled: Resolver, name: str) -> None:
    # Known keys, short ones, numbers, ordinary words, bare titles and sentences are no misspelt names.
    own = {read_name(name).exact, read_name(name).latin}
    held = bundled.gazetteer
    for text in resemblances(bundled, name):
        assert not own & {read_name(text).exact, read_name(text).latin}
    if name != "Türkiye":
        assert not resemblances(bundled, name), held


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("N. Ireland", "Ireland"),  # only people go by initials
        ("John Wayne Airport", "John Wayne"),  # an airport is no person
        ("Zurich International Airport", "Zurich"),
        ("Corcoran", "Ann Corcoran"),  # a bare surname is a name of its own
    ],
)
def test_likenesses_that_say_nothing(bundled: Resolver, name: str, other: str) -> None:
    found = bundled.resolve(name)
    assert found.label != other
    assert found.alias is None or found.alias.text != other


def test_a_search_does_not_depend_on_what_else_is_asked(bundled: Resolver) -> None:
    names = [read_name(name) for name in ("Nicaragwa", "Волонтир Зеленски", "Isreal", "فلاديمر بوتين")]
    together = bundled.fuzzy.search(names)
    assert together == [bundled.fuzzy.search([name])[0] for name in names]
    assert together[::-1] == bundled.fuzzy.search(names[::-1])


def test_scripts_that_lose_letters_are_searched_in_their_own(bundled: Resolver) -> None:
    (found,) = bundled.fuzzy.search([read_name("فلاديمر بوتين")])
    assert {one.native for one in found} == {True, False}
    assert bundled.resolve("فلاديمر بوتين").qid == "Q7747"


def test_the_setting_switches_it_off(mini: Resolver, bundled: Resolver) -> None:
    exact = Resolver.open(bundled.database, config=Config(fuzzy=0))
    assert exact.resolve("Nicaragwa").status is Status.UNMATCHED
    assert exact.resolve("Nicaragwa").config_hash != bundled.resolve("Nicaragwa").config_hash


def test_a_weak_name_misspelt_says_no_more_than_the_name_itself(bundled: Resolver) -> None:
    for candidate in bundled.resolve("Blacbeard").candidates:
        if candidate.alias.strength == "weak":
            assert candidate.probability < 0.65


def test_the_coefficients_fit_the_observations() -> None:
    model = load_odds()
    assert len(model.open) == len(model.kind_given) == len(OBSERVED)
    assert set(model.kinds) == set(model.kinds_given) == set(Kind)
    assert {
        f"{name}{end}"
        for name in ("person", "place", "organization", "any", "native", "brief")
        for end in ("", "_kind")
    } == (set(model.knots))
    for points in model.knots.values():
        assert list(points) == sorted(points)
        assert all(0.0 < y < 1.0 for _, y in points)


def test_odds_rise_with_likeness_and_fall_with_what_is_left_over(bundled: Resolver) -> None:
    (seen, *_) = resemblances(bundled, "Nicaragwa").values()

    def odds(**changes: object) -> float:
        return fuzzy_odds(observed(seen._replace(**changes), 1.0, weak=False, prior=0.5), seen.kind)

    assert odds(pair=0.99, found=0.99) > odds(pair=0.5, found=0.99) > odds(pair=0.5, found=0.5)
    assert odds(extra=1.0) < odds(extra=0.0)
    assert odds(apart=True) < odds(apart=False)
    assert math.isfinite(odds(pair=1.0, found=1.0))
    assert odds(pair=0.0, found=0.0) > 0.0
    assert odds_class(seen, kind_given=True) == odds_class(seen) + "_kind"
