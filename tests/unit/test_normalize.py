"""The exact key, step by step."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.normalize import exact_key, exact_keys

GOLDEN = {
    "Türkiye": "turkiye",
    "TÜRKİYE": "turkiye",
    "ISPARTA": "isparta",
    "Iğdır": "igdir",
    "IĞDIR": "igdir",
    "Straße": "strasse",
    "STRASSE": "strasse",
    "GROẞ": "gross",
    "Łódź": "lodz",
    "Ærø": "aero",
    "ΑΘΉΝΑΣ": "αθηνασ",
    "Αθήνας": "αθηνασ",
    "Йошкар-Ола": "иошкар ола",
    "Київ": "киів",
    "हिन्दी": "हिन्दी",
    "মুজিব": "মুজিব",
    "ＵＳＡ": "usa",
    "U.S.": "us",
    "Sana'a": "sanaa",
    "Sana’a": "sanaa",
    "Côte d’Ivoire": "cote divoire",
    "AT&T": "at and t",
    "YPG/PKK": "ypg pkk",
    "  New\u00a0York\n": "new york",
    "أردوغان": "اردوغان",
    "محمد\u200f": "محمد",
    "طـــه": "طه",
    "ی": exact_key("ي"),
    "弗拉基米尔·普京": "弗拉基米尔普京",
    "ウラジーミル・プーチン": "ウラジーミルプーチン",
    "ガザ": "ガザ",
    "서울": "서울",
    "١٩٤٨": "1948",
    "\u200b": "",
    "🙂": "",
    "…": "",
    "\ud800": "",
    "\x00a\x1f": "a",
}


@pytest.mark.parametrize(("text", "key"), GOLDEN.items())
def test_golden(text: str, key: str) -> None:
    assert exact_key(text) == key


@pytest.mark.parametrize("text", [t for t in GOLDEN if "\ud800" not in t])
def test_decomposed_text_has_the_same_key(text: str) -> None:
    assert exact_key(unicodedata.normalize("NFD", text)) == exact_key(text)


def test_marks_that_are_vowels_stay() -> None:
    assert exact_key("कि") != exact_key("का")
    assert exact_key("ガ") != exact_key("カ")


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert exact_key(exact_key(text)) == exact_key(text)


@given(st.lists(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" \n&'.-aİ")), max_size=12), max_size=12))
def test_many_keys_are_the_keys_one_by_one(texts: list[str]) -> None:
    assert exact_keys(texts) == [exact_key(text) for text in texts]
