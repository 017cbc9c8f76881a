"""Hebrew: consonants, and the vowels that letters stand for; points are dropped, vowels are not guessed.

The key is weak: it meets a Latin spelling only through its consonants (`ntniahu`, `netanyahu`), and different
names can share it. Yiddish letters are read as Hebrew.
"""

from __future__ import annotations

import re

from resolver.romanize.floor import pairs

_TABLE = str.maketrans(
    pairs("""
    א:a ב:b ג:g ד:d ה:h ו:V ז:z ח:h ט:t י:Y כ:k ך:kh ל:l מ:m ם:m נ:n ן:n ס:s ע:a פ:p ף:f צ:ts ץ:ts ק:k
    ר:r ש:sh ת:t װ:V ױ:oy ײ:ey ׯ:Y ׳:' ״: ’:'
""")
)
_POINT = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+")
_GERESH = re.compile("(g|z|ts|sh|t|d|h|V)'")
_GERESH_SOUND = {"g": "j", "z": "zh", "ts": "ch", "sh": "sh", "t": "th", "d": "dh", "h": "kh", "V": "w"}
_INITIAL_VOWEL = re.compile("a(?<!\\w.)(?:(V)|Y)(?=\\w)")
_CONSONANT_V = re.compile("V(?:(?<!\\w.)|V|(?=a))")
_CONSONANT_Y = re.compile("Y(?:(?<!\\w.)|Y|(?=a))")
_FINAL_H = re.compile("h(?<=[^\\Wao].)(?!\\w)")


def _initial_vowel(match: re.Match[str]) -> str:
    return "o" if match[1] else "i"


def romanize(text: str) -> str:
    """Read a Hebrew text as lower-case Latin letters.

    >>> romanize("ירושלים"), romanize("נתניהו"), romanize("אוקראינה"), romanize("ג׳ורג׳")
    ('yroshlim', 'ntniho', 'okraina', 'jorj')
    """
    latin = _POINT.sub("", text).replace('"', "").replace("־", " ").translate(_TABLE)
    if "'" in latin:
        latin = _GERESH.sub(lambda match: _GERESH_SOUND[match[1]], latin)
    latin = _INITIAL_VOWEL.sub(_initial_vowel, latin)
    latin = _FINAL_H.sub("a", latin)
    if "V" in latin:
        latin = _CONSONANT_V.sub("v", latin).replace("V", "o")
    if "Y" in latin:
        latin = _CONSONANT_Y.sub("y", latin).replace("Y", "i")
    return latin.replace("aa", "a").replace("oo", "o").replace("ii", "i")
