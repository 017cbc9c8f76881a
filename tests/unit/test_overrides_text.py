"""Decisions in running text: found where they stand, with capitals, and never against a longer name."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver import Resolver
from resolver.overrides import Decision, Override, Overrides

ENTITY, NONE, NEVER = Decision
ROWS = [
    Override(name="the sick man", decision=ENTITY, qid="Q43", who="ann"),
    Override(name="US", decision=NONE, who="ann"),
    Override(name="Georgia", decision=NEVER, qid="Q1428", who="ann"),
    Override(name="Ankara", decision=NEVER, qid="Q3640", who="ann"),
    Override(name="Land", decision=ENTITY, qid="Q159", valid_from=None, kind="country"),
    Override(key="kyiv", decision=ENTITY, qid="Q159"),
]


@pytest.fixture(scope="module")
def decided(mini_path: Path) -> Resolver:
    return Resolver.open(mini_path, overrides=Overrides(ROWS))


def found(resolver: Resolver, text: str, **more: object) -> list[tuple[str, str | None]]:
    annotations = list(resolver.annotate(text, **more))
    ends = [0, *(item.end for item in annotations)]
    for item, before in zip(annotations, ends, strict=False):
        assert text[item.start : item.end] == item.surface
        assert before <= item.start
    return [(item.surface, item.resolution.qid) for item in annotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“The Sick Man” of Europe.", [("The Sick Man", "Q43")]),
        ("the sick man's debts, the sick man’s end", [("the sick man", "Q43"), ("the sick man", "Q43")]),
        ("They told us that US and U.S. are not meant. (US)", []),
        ("Georgia said", [("Georgia", "Q230")]),
        ("KYIV, kyiv and Kyiv", [("KYIV", "Q159"), ("kyiv", "Q159"), ("Kyiv", "Q159")]),
        ("Land", []),
        ("the sick man", [("the sick man", "Q43")]),
        ("the sick\nman and Türkiye", [("the sick\nman", "Q43"), ("Türkiye", "Q43")]),
        ("", []),
    ],
)
def test_decided_names(decided: Resolver, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(decided, text) == expected


def test_never_weighs_the_others_anew(decided: Resolver) -> None:
    assert "Q3640" not in {qid for _, qid in found(decided, "Ankara said")}


def test_a_longer_name_keeps_its_meaning(mini: Resolver, mini_path: Path) -> None:
    text = "Vladimir Putin spoke. Putin left."
    before = found(mini, text)
    assert [surface for surface, _ in before] == ["Vladimir Putin", "Putin"]
    after = found(
        Resolver.open(mini_path, overrides=Overrides([Override(name="Putin", decision=ENTITY, qid="Q43")])), text
    )
    assert after == [before[0], ("Putin", "Q43")]


def test_a_decided_name_takes_the_place_of_shorter_ones(mini_path: Path) -> None:
    row = Override(name="Türkiye and Ukraine", decision=ENTITY, qid="Q159")
    resolver = Resolver.open(mini_path, overrides=Overrides([row]))
    assert found(resolver, "Yes, Türkiye and Ukraine, and Türkiye.") == [
        ("Türkiye and Ukraine", "Q159"),
        ("Türkiye", "Q43"),
    ]


def test_no_entity_where_unknown_names_are_asked_for(decided: Resolver) -> None:
    assert ("US", None) in found(decided, "The US said", unknown=True)


def test_evidence_names_the_author(decided: Resolver) -> None:
    (item,) = decided.annotate("the sick man")
    assert item.resolution.evidence[0].to_dict() == {"name": "override", "value": 1.0, "detail": "ann"}


def test_nothing_changes_where_nothing_was_decided(mini: Resolver, mini_path: Path) -> None:
    text = "Vladimir Putin met Erdoğan in Ankara; the PKK and the US were not there. Georgia was."
    other = Resolver.open(mini_path, overrides=Overrides([Override(name="nobody here", decision=NONE)]))
    assert found(other, text) == found(mini, text)
