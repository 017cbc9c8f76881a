"""What every romanizer has to keep, whatever its script."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.romanize import ROMANIZERS, Script, detect_script, latin_key
from resolver.romanize.scripts import script_of

KEY = re.compile(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?")

SAMPLES = {
    Script.LATIN: "Łódź",
    Script.CYRILLIC: "Київ",
    Script.GREEK: "Αθήνα",
    Script.ARABIC: "دمشق",
    Script.HEBREW: "ירושלים",
    Script.HAN: "北京",
    Script.KANA: "トヨタ",
    Script.HANGUL: "서울",
    Script.DEVANAGARI: "दिल्ली",
    Script.BENGALI: "ঢাকা",
    Script.GURMUKHI: "ਪੰਜਾਬ",
    Script.GUJARATI: "અમદાવાદ",
    Script.ORIYA: "ଓଡ଼ିଶା",
    Script.TAMIL: "சென்னை",
    Script.TELUGU: "హైదరాబాదు",
    Script.KANNADA: "ಬೆಂಗಳೂರು",
    Script.MALAYALAM: "കേരളം",
    Script.SINHALA: "කොළඹ",
    Script.THAI: "กรุงเทพ",
    Script.LAO: "ວຽງຈັນ",
    Script.KHMER: "ភ្នំពេញ",
    Script.MYANMAR: "ရန်ကုန်",
    Script.TIBETAN: "ལྷ་ས",
    Script.ETHIOPIC: "አዲስ",
    Script.GEORGIAN: "თბილისი",
    Script.ARMENIAN: "Երևան",
    Script.THAANA: "މާލެ",
    Script.SYRIAC: "ܐܘܪܗܝ",
    Script.MONGOLIAN: "ᠮᠣᠩᠭᠣᠯ",
    Script.CHEROKEE: "ᏣᎳᎩ",
    Script.CANADIAN_SYLLABICS: "ᐃᖃᓗᐃᑦ",
    Script.YI: "ꆈꌠ",
    Script.BOPOMOFO: "ㄅㄆㄇ",
}


def test_every_script_has_a_sample():
    assert set(SAMPLES) == set(Script) - {Script.OTHER, Script.NONE}


@pytest.mark.parametrize(("script", "text"), SAMPLES.items())
def test_a_name_is_detected_and_read(script, text):
    assert detect_script(text) is script
    assert latin_key(text)
    assert KEY.fullmatch(latin_key(text))


@pytest.mark.parametrize("script", ROMANIZERS)
def test_every_romanizer_takes_any_code_point(script):
    romanize = ROMANIZERS[script]
    assert romanize("") == ""
    for code_point in (*range(0x20, 0x3400, 7), *range(0xA000, 0x11000, 11), 0x1F642, 0x10FFFE):
        romanize(chr(code_point))
        romanize("ا" + chr(code_point) + chr(code_point + 1))


def test_any_code_point_gives_a_key_that_is_its_own_key():
    for code_point in (*range(0x11000), *range(0x11000, 0x110000, 37)):
        key = latin_key(chr(code_point))
        assert KEY.fullmatch(key), hex(code_point)
        assert latin_key(key) == key, hex(code_point)


def test_lone_surrogates_are_skipped():
    assert latin_key("\ud800") == ""
    assert latin_key("Ky\udfffiv") in ("kyiv", "ky iv")
    assert latin_key("\ud83dКиїв") == "kyiv"


@given(st.text())
def test_keys_are_ascii_words_and_idempotent(text):
    key = latin_key(text)
    assert KEY.fullmatch(key)
    assert latin_key(key) == key


@given(st.text(alphabet=st.characters(min_codepoint=0x370, max_codepoint=0xD7FF)))
def test_detection_names_a_script_that_occurs(text):
    script = detect_script(text)
    occurring = {script_of(character) for character in text} - {Script.NONE}
    assert script in (occurring or {Script.NONE})


@given(st.sampled_from(sorted(SAMPLES.values())), st.sampled_from(sorted(SAMPLES.values())))
def test_words_are_read_in_order(left, right):
    key = latin_key(f"{left} {right}")
    if {detect_script(left), detect_script(right)} == {Script.KANA, Script.HAN}:
        assert key == ""
    else:
        # Only Ukrainian spelling and Persian letters reach across words, within one script.
        assert key.startswith(latin_key(left)[0])
        assert len(key.split()) >= 2
