from __future__ import annotations

import pytest

from resolver.build.foreign import Owners, alike, is_foreign


@pytest.mark.parametrize(
    ("text", "kinds", "sources", "own"),
    [
        ("Tuscany", {"alias": ["mul"]}, ["ne", "xfactr"], ["Pistoia"]),  # two sources
        ("Caquetá", {"label": ["es", "fr"]}, ["ne"], ["Japurá"]),  # usual name in two languages
        ("Mesopotamia", {"official": ["en"]}, ["factbook"], ["Iraq"]),
        ("Kapitol", {"alias": ["tr"]}, ["curated"], ["United States Capitol"]),
        ("Dohuk", {"label": ["de"]}, ["ne"], ["Duhok"]),  # like spelling
        ("KFC", {"alias": ["en"]}, ["xfactr"], ["Kilmarnock F.C."]),  # initials
        ("モスクワ", {"label": ["ja"]}, ["ne"], ["Moscow Oblast"]),  # no name of that script to compare with
    ],
)
def test_evidence_keeps_a_name(text: str, kinds: dict[str, list[str]], sources: list[str], own: list[str]) -> None:
    assert not is_foreign(text, kinds, sources, own[0], own)


def test_without_evidence_it_is_foreign() -> None:
    assert is_foreign("Stavanger", {"alias": ["mul"]}, ["ne"], "Rogaland", ["Rogaland fylke"])
    assert is_foreign("Gilbert", {"label": ["uz"]}, ["mpararel"], "David Hilpert", ["Dawid"])


def test_owners_leave_out_the_entity_itself() -> None:
    owners = Owners()
    owners.add("Q1", "Zenda")
    owners.add("Q2", "ZENDA")
    assert owners.others("Q1", "zenda") == {"Q2"}
    assert owners.others("Q3", "Strelsau") == frozenset()


def test_alike_is_symmetric() -> None:
    pairs = [("Dohuk", "Duhok"), ("Tuscany", "Pistoia"), ("UZH", "Universität Zürich"), ("Gori", "Gorizia")]
    assert [alike(a, b) for a, b in pairs] == [alike(b, a) for a, b in pairs]
