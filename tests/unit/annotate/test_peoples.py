"""Demonyms written small: their forms, and what texts of a language take them for."""

from __future__ import annotations

import pytest

from resolver import Resolver
from resolver.annotate.peoples import Peoples, forms_of
from resolver.lexicon import table
from resolver.normalize import exact_key


def test_the_table_is_clean() -> None:
    rows = table("peoples")
    assert len({(row["lang"], row["base"]) for row in rows}) == len(rows)
    for row in rows:
        forms = row["forms"].split("|")
        assert len(set(forms)) == len(forms), row
        assert row["base"] in forms or row["forms"] == "-", row


@pytest.mark.parametrize(
    ("text", "lang", "form"),
    [
        ("российский", "ru", "российскими"),
        ("индийцы", "ru", "индийца"),
        ("бразильцы", "ru", "бразилец"),
        ("росіяни", "uk", "росіянин"),
        ("індійці", "uk", "індієць"),
        ("британци", "bg", "британецът"),
        ("словаци", "bg", "словак"),
    ],
)
def test_forms(text: str, lang: str, form: str) -> None:
    assert form in forms_of(text, lang)
    assert text in forms_of(text, lang)


def test_ordinary_words_are_no_peoples(bundled: Resolver) -> None:
    known = Peoples(bundled.gazetteer, "ru", frozenset({exact_key("турков")}))
    assert known.bases[exact_key("турками")] == exact_key("турки")
    assert exact_key("турков") not in known.bases
    assert not Peoples(bundled.gazetteer, "tr", frozenset()).bases  # Turkish writes them with capitals
