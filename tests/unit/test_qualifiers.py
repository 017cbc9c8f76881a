"""Where a place lies that is named with its state or country."""

from __future__ import annotations

import pytest

from resolver import Resolver, Status
from resolver.qualifiers import countries, places


@pytest.mark.parametrize(
    ("qualifier", "labels"),
    [
        ("France", {"France"}),
        ("IL", {"Illinois", "Israel"}),
        ("TX", {"Texas"}),
        ("Nicaragwa", set()),
        ("", set()),
    ],
)
def test_a_qualifier_is_every_place_of_its_name(bundled: Resolver, qualifier: str, labels: set[str]) -> None:
    assert {place.label for place in places(bundled.gazetteer, qualifier)} >= labels
    assert bool(countries(bundled.gazetteer, qualifier)) == bool(labels)


def test_a_small_letter_code_is_a_word(bundled: Resolver) -> None:
    assert "Oregon" not in {place.label for place in places(bundled.gazetteer, "or")}


def test_a_likeness_does_not_decide_what_a_qualifier_leaves_open(bundled: Resolver) -> None:
    assert bundled.resolve("Cambridge, MA").status is Status.AMBIGUOUS
