"""Thai and Lao: vowels written before their consonant are read after it; the rest is unidecode.

Unwritten vowels are not guessed, so the key is for weak matches on consonants.
"""

from __future__ import annotations

import re

_LEADING_VOWEL = re.compile("([\u0e40-\u0e44\u0ec0-\u0ec4])([\u0e01-\u0e2e\u0e81-\u0eae\u0edc\u0edd])")
_SILENT = re.compile("[\u0e01-\u0e2e\u0e81-\u0eae][\u0e34-\u0e39]?[\u0e4c\u0ecc]")


def romanize(text: str) -> str:
    """Drop silenced consonants and put leading vowels where they are heard.

    >>> romanize("เทพ") == "ทเพ", romanize("จันทร์") == "จันท"
    (True, True)
    """
    if "\u0e4c" in text or "\u0ecc" in text:
        text = _SILENT.sub("", text)
    return _LEADING_VOWEL.sub("\\2\\1", text)
