"""Readings of a name, looked up in order of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver.hits import Channel, key_hits
from resolver.mention import ReadingKind, parse
from resolver.retrieve import READING_LIKELIHOOD, Proposal, given_names_agree, proposals

if TYPE_CHECKING:
    from resolver import Resolver


def found(mini: Resolver, name: str) -> list[Proposal]:
    mention = parse(name)
    return list(proposals(mini.gazetteer, mention, mention.readings()))


def entities(mini: Resolver, name: str) -> list[tuple[str, str]]:
    held = mini.gazetteer
    return [
        (proposal.query, held.qid(held.alias_entity[hit.alias]))
        for proposal in found(mini, name)
        for hit in proposal.hits
    ]


def test_every_kind_of_reading_has_a_likelihood() -> None:
    assert set(READING_LIKELIHOOD) == set(ReadingKind) - {ReadingKind.WHOLE}
    assert all(0 < value <= 1 for value in READING_LIKELIHOOD.values())


@pytest.mark.parametrize("key", ["", "nicaragwa"])
def test_unknown_keys_have_no_hits(mini: Resolver, key: str) -> None:
    assert key_hits(mini.gazetteer, key) == ()


def test_the_whole_string_is_the_likeliest(mini: Resolver) -> None:
    hits = key_hits(mini.gazetteer, "vladimir putin")
    assert {(hit.channel, hit.likelihood) for hit in hits} == {(Channel.EXACT, 1.0)}
    read = [hit.likelihood for p in found(mini, "Mr. V. Putin") for hit in p.hits]
    assert read
    assert max(read) < 1


def test_a_key_of_latin_letters_says_so(mini: Resolver) -> None:
    (hit,) = key_hits(mini.gazetteer, "rossiya")
    assert hit.channel is Channel.LATIN
    assert mini.resolve("Rossiya").qid == "Q159"


@pytest.mark.parametrize(
    ("name", "qid"),
    [
        ("President Vladimir Putin", "Q7747"),
        ("Putin, Vladimir", "Q7747"),
        ("V. Putin", "Q7747"),
        ("V. V. Putin", "Q7747"),
        ("Vladimir Vladimirovich Putin", "Q7747"),
        ("Türkiye'nin", "Q43"),
        ("Ankara, Turkey", "Q3640"),
        ("the Soviet Union", "Q15180"),
    ],
)
def test_readings_lead_to_the_entity(mini: Resolver, name: str, qid: str) -> None:
    assert qid in [found for _, found in entities(mini, name)]


@pytest.mark.parametrize("name", ["Olga Putin", "W. Putin", "Nicaragwa", "---", "Vladimir"])
def test_others_propose_no_person(mini: Resolver, name: str) -> None:
    assert "Q7747" not in [found for _, found in entities(mini, name)]


def test_nothing_is_proposed_without_hits(mini: Resolver) -> None:
    assert all(proposal.hits for proposal in found(mini, "President V. Putin of Russia"))


@pytest.mark.parametrize(
    ("given", "names", "expected"),
    [
        (["v"], ["vladimir"], (0.3, "initials")),
        (["vladimir"], ["v"], (0.0, "")),  # Valentin, Viktor and Vadim are "V." too
        (["v", "v"], ["vladimir", "vladimirovich"], (0.3, "initials")),
        (["v"], ["vladimir", "vladimirovich"], (0.21, "initials")),
        (["vladimir", "x"], ["vladimir"], (0.7, "middle_name")),
        (["w"], ["vladimir"], (0.0, "")),
        (["vladimirovich"], ["vladimir", "vladimirovich"], (0.0, "")),
        (["vlad"], ["vladimir"], (0.0, "")),
    ],
)
def test_given_names(given: list[str], names: list[str], expected: tuple[float, str]) -> None:
    assert given_names_agree(given, names) == expected
