"""Georgian in the national system without apostrophes: letter for letter.

The key is for weak matches with Latin spellings; an apostrophe would tell `t` from aspirated `t`, but usual
spellings drop it.
"""

from __future__ import annotations

_LETTERS = """
    a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h
"""
_TABLE = {start + place: latin for start in (0x10D0, 0x1C90, 0x10A0) for place, latin in enumerate(_LETTERS.split())}


def romanize(text: str) -> str:
    """Read Georgian letters of all three cases as Latin.

    >>> romanize("თბილისი"), romanize("სააკაშვილი")
    ('tbilisi', 'saakashvili')
    """
    return text.translate(_TABLE)
