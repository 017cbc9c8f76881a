"""People named in a text by their office alone."""

from __future__ import annotations

import pytest

from resolver import Resolver

DAY = "2023-08-01"


def found(resolver: Resolver, text: str, day: str | None = DAY) -> list[tuple[str, str | None]]:
    return [(mention.surface, mention.resolution.label) for mention in resolver.annotate(text, as_of=day)]


@pytest.mark.parametrize(
    ("text", "surface", "label"),
    [
        ("The Turkish foreign minister met the President of Ukraine.", "Turkish foreign minister", "Hakan Fidan"),
        ("They wrote to the President of Ukraine yesterday.", "President of Ukraine", "Volodymyr Zelenskyy"),
        ("Germany's chancellor was there.", "Germany's chancellor", "Olaf Scholz"),
        ("Он встретился с министром обороны России.", "министром обороны России", "Sergei Shoigu"),
        ("Er traf den Bundeskanzler Deutschlands.", "Bundeskanzler Deutschlands", "Olaf Scholz"),
        ("Он сказал, что Президент Украины прибыл.", "Президент Украины", "Volodymyr Zelenskyy"),
    ],
)
def test_on_a_day_an_office_is_a_person(bundled: Resolver, text: str, surface: str, label: str) -> None:
    assert (surface, label) in found(bundled, text)


def test_without_a_day_the_owner_stays_the_mention(bundled: Resolver) -> None:
    assert found(bundled, "Germany's chancellor was there.", None) == [("Germany", "Germany")]


def test_an_office_before_a_name_is_its_title(bundled: Resolver) -> None:
    mentions = found(bundled, "Turkish Foreign Minister Hakan Fidan met the presidents of Ukraine and Poland.")
    assert [label for _, label in mentions] == ["Türkiye", "Hakan Fidan", "Ukraine", "Poland"]


def test_offices_of_other_sentences_are_not_joined(bundled: Resolver) -> None:
    assert found(bundled, "He flew to Germany. Chancellor of nothing.") == [("Germany", "Germany")]
