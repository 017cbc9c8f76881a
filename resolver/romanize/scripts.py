"""Which script a text is written in, by Unicode block."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import StrEnum
from functools import cache


class Script(StrEnum):
    """A writing system that names are met in; `other` is any we have no name for, `none` has no letters."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    DEVANAGARI = "devanagari"
    BENGALI = "bengali"
    GURMUKHI = "gurmukhi"
    GUJARATI = "gujarati"
    ORIYA = "oriya"
    TAMIL = "tamil"
    TELUGU = "telugu"
    KANNADA = "kannada"
    MALAYALAM = "malayalam"
    SINHALA = "sinhala"
    THAI = "thai"
    LAO = "lao"
    KHMER = "khmer"
    MYANMAR = "myanmar"
    TIBETAN = "tibetan"
    ETHIOPIC = "ethiopic"
    GEORGIAN = "georgian"
    ARMENIAN = "armenian"
    THAANA = "thaana"
    SYRIAC = "syriac"
    MONGOLIAN = "mongolian"
    CHEROKEE = "cherokee"
    CANADIAN_SYLLABICS = "canadian_syllabics"
    YI = "yi"
    BOPOMOFO = "bopomofo"
    OTHER = "other"
    NONE = "none"


# First and last code point of each block that holds letters; anything between them is `other`.
_BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x41, 0x2AF, Script.LATIN),
    (0x2B0, 0x36F, Script.NONE),  # modifier letters and combining marks belong to no script
    (0x370, 0x3FF, Script.GREEK),
    (0x400, 0x52F, Script.CYRILLIC),
    (0x530, 0x58F, Script.ARMENIAN),
    (0x590, 0x5FF, Script.HEBREW),
    (0x600, 0x6FF, Script.ARABIC),
    (0x700, 0x74F, Script.SYRIAC),
    (0x750, 0x77F, Script.ARABIC),
    (0x780, 0x7BF, Script.THAANA),
    (0x870, 0x8FF, Script.ARABIC),
    (0x900, 0x97F, Script.DEVANAGARI),
    (0x980, 0x9FF, Script.BENGALI),
    (0xA00, 0xA7F, Script.GURMUKHI),
    (0xA80, 0xAFF, Script.GUJARATI),
    (0xB00, 0xB7F, Script.ORIYA),
    (0xB80, 0xBFF, Script.TAMIL),
    (0xC00, 0xC7F, Script.TELUGU),
    (0xC80, 0xCFF, Script.KANNADA),
    (0xD00, 0xD7F, Script.MALAYALAM),
    (0xD80, 0xDFF, Script.SINHALA),
    (0xE00, 0xE7F, Script.THAI),
    (0xE80, 0xEFF, Script.LAO),
    (0xF00, 0xFFF, Script.TIBETAN),
    (0x1000, 0x109F, Script.MYANMAR),
    (0x10A0, 0x10FF, Script.GEORGIAN),
    (0x1100, 0x11FF, Script.HANGUL),
    (0x1200, 0x139F, Script.ETHIOPIC),
    (0x13A0, 0x13FF, Script.CHEROKEE),
    (0x1400, 0x167F, Script.CANADIAN_SYLLABICS),
    (0x1780, 0x17FF, Script.KHMER),
    (0x1800, 0x18AF, Script.MONGOLIAN),
    (0x1C80, 0x1C8F, Script.CYRILLIC),
    (0x1C90, 0x1CBF, Script.GEORGIAN),
    (0x1D00, 0x1D7F, Script.LATIN),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x2C60, 0x2C7F, Script.LATIN),
    (0x2D00, 0x2D2F, Script.GEORGIAN),
    (0x2D80, 0x2DDF, Script.ETHIOPIC),
    (0x2DE0, 0x2DFF, Script.CYRILLIC),
    (0x2E80, 0x2FDF, Script.HAN),
    (0x3005, 0x3007, Script.HAN),
    (0x3041, 0x30FF, Script.KANA),
    (0x3105, 0x312F, Script.BOPOMOFO),
    (0x3131, 0x318F, Script.HANGUL),
    (0x31F0, 0x31FF, Script.KANA),
    (0x3400, 0x9FFF, Script.HAN),
    (0xA000, 0xA4CF, Script.YI),
    (0xA640, 0xA69F, Script.CYRILLIC),
    (0xA720, 0xA7FF, Script.LATIN),
    (0xA8E0, 0xA8FF, Script.DEVANAGARI),
    (0xA960, 0xA97F, Script.HANGUL),
    (0xA9E0, 0xA9FF, Script.MYANMAR),
    (0xAA60, 0xAA7F, Script.MYANMAR),
    (0xAB30, 0xAB6F, Script.LATIN),
    (0xAB70, 0xABBF, Script.CHEROKEE),
    (0xAC00, 0xD7FF, Script.HANGUL),
    (0xF900, 0xFAFF, Script.HAN),
    (0xFB00, 0xFB06, Script.LATIN),
    (0xFB13, 0xFB17, Script.ARMENIAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF21, 0xFF5A, Script.LATIN),
    (0xFF66, 0xFF9D, Script.KANA),
    (0xFFA0, 0xFFDC, Script.HANGUL),
    (0x1B000, 0x1B16F, Script.KANA),
    (0x20000, 0x323AF, Script.HAN),
)
_STARTS = [block[0] for block in _BLOCKS]
_ORDER = tuple(Script)
_CODE = {script: chr(0x61 + place) for place, script in enumerate(_ORDER)}
_HAN, _KANA = _CODE[Script.HAN], _CODE[Script.KANA]


@cache
def script_of(character: str) -> Script:
    """The script of one character; `none` unless it is a letter or a mark of a script.

    >>> script_of("Ж"), script_of("5"), script_of(chr(0xD800))
    (<Script.CYRILLIC: 'cyrillic'>, <Script.NONE: 'none'>, <Script.NONE: 'none'>)
    """
    if unicodedata.category(character)[0] not in "LM":
        return Script.NONE
    code_point = ord(character)
    place = bisect_right(_STARTS, code_point) - 1
    if place >= 0 and code_point <= _BLOCKS[place][1]:
        return _BLOCKS[place][2]
    return Script.OTHER


@cache
def only(script: Script) -> re.Pattern[str]:
    """A pattern that fully matches a text with no letters but this script's; lower-case text is assumed.

    >>> only(Script.CYRILLIC).fullmatch("санкт-петербург 2") is not None
    True
    >>> only(Script.CYRILLIC).fullmatch("группа wagner") is not None
    False
    """
    blocks = "".join(f"{chr(low)}-{chr(high)}" for low, high, own in _BLOCKS if own is script)
    return re.compile(f"[\0-`{{-\xa9\u2000-\u206f{blocks}]*")


class _CodeTable(dict[int, str]):
    """One ASCII character for each code point's script, nothing where it has none; for `str.translate`."""

    def __missing__(self, code_point: int) -> str:
        script = script_of(chr(code_point))
        code = self[code_point] = "" if script is Script.NONE else _CODE[script]
        return code


_codes = _CodeTable()


def detect_script(text: str) -> Script:
    """The script that most letters of `text` belong to.

    Text with any kana is Japanese and counts as kana, however many Han characters it has. A tie goes to the
    script that comes first in `Script`.

    >>> str(detect_script("Зеленський")), str(detect_script("日本のトヨタ")), str(detect_script("北京"))
    ('cyrillic', 'kana', 'han')
    >>> str(detect_script("PKK 2024")), str(detect_script("🙂 — 12"))
    ('latin', 'none')
    """
    codes = text.translate(_codes)
    if not codes:
        return Script.NONE
    if codes.count(codes[0]) < len(codes):
        kinds = sorted(set(codes))
        if _KANA in kinds:
            codes = codes.replace(_HAN, _KANA)
        return _ORDER[ord(max(kinds, key=codes.count)) - 0x61]
    return _ORDER[ord(codes[0]) - 0x61]
