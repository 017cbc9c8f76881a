"""Surnames derived from full names."""

from __future__ import annotations

import pytest

from resolver import Resolver, Role, Strength
from resolver.build.derive import SOURCE, Name, derive_surnames, surname_keys
from resolver.normalize import exact_key


@pytest.mark.parametrize(
    ("key", "countries", "surnames"),
    [
        ("vladimir putin", [], ["putin"]),
        ("recep tayyip erdogan", ["Q43"], ["erdogan"]),
        ("ursula von der leyen", ["Q183"], ["leyen", "von der leyen"]),
        ("bashar al assad", [], ["assad", "al assad"]),
        ("xi jinping", ["Q148"], []),
        ("lee jae myung", ["Q884"], ["lee"]),
        ("习近平", ["Q148"], []),
        ("pele", [], []),
        ("", [], []),
        ("martin luther king jr", [], ["king"]),
        ("henry viii 8", [], []),
        ("ali a", [], []),
        ("владимир путин", ["Q159"], ["путин"]),
        ("abe li", [], []),
        ("alexander viii", [], []),
    ],
)
def test_surnames(key: str, countries: list[str], surnames: list[str]) -> None:
    assert list(surname_keys(key, countries)) == surnames


def test_derived_aliases_are_weak_and_marked(mini: Resolver) -> None:
    derived = [alias for alias in mini.aliases("Q7747") if alias.role is Role.SURNAME]
    assert {alias.text for alias in derived} == {"Putin", "Путин"}
    assert {(alias.strength, alias.source, alias.langs, alias.cased) for alias in derived} == {
        (Strength.WEAK, SOURCE, (), False)
    }


def test_only_persons_have_derived_names(mini: Resolver) -> None:
    for qid in mini.gazetteer.qids:
        if mini.entity(qid).kind != "person":
            assert all(alias.source != SOURCE for alias in mini.aliases(qid)), qid


@pytest.mark.parametrize(
    ("label", "names", "surnames"),
    [
        ("Victoria", {"Victoria of the United Kingdom": "en", "Viktorija Britanska": "sl"}, set()),
        ("Charles II", {"Karel Španělský": "cs"}, set()),
        ("Henry Ford II", {"Генри Форд": "ru"}, {"ford", "форд"}),
        ("Otto von Bismarck", {"Отто фон Бисмарк": "ru"}, {"bismarck", "von bismarck", "бисмарк"}),
        ("Yury Berezkin", {"Юрий Евгеньевич": "ru"}, {"berezkin"}),
        ("Edward Heath", {"Едвард Хит": "bg", "Edward R. Heath": "en"}, {"heath", "хит"}),
        ("Plato", {"Plato": "en"}, set()),
    ],
)
def test_a_byname_is_no_surname(label: str, names: dict[str, str], surnames: set[str]) -> None:
    listed = {label: "en", **names}
    found = derive_surnames(Name("Q1", exact_key(text), text, (), [lang], label) for text, lang in listed.items())
    assert set(found[1]) == surnames


def test_kings_bear_no_country(bundled: Resolver) -> None:
    assert not [alias.text for alias in bundled.aliases("Q127318") if exact_key(alias.text) == "britain"]
    assert [c.entity.qid for c in bundled.resolve("Britain").candidates] == ["Q145"]
