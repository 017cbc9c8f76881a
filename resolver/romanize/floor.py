"""Unidecode as one cached table: the romanisation of Latin, and the floor under every other script.

The key is for comparing names across spellings (`Łódź`, `Lodz`). For alphabets whose letters map one to one
it is a fair reading; for syllabaries and abjads it is only better than nothing, which is why those have files
of their own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Where unidecode answers with a symbol, or with a letter that no usual spelling has.
_OWN = {"ə": "a", "ŋ": "ng", "ʻ": "", "ʼ": "", "ʿ": "", "ʾ": "", "&": " and ", "ǀ": "", "ǁ": "", "ǃ": ""}
_DELETED = frozenset("'.`´·’‘‛ʹ′״׳־ـ\u00ad")
_FOREIGN = re.compile(r"[^a-z0-9]")


def pairs(text: str) -> dict[str, str]:
    """A letter table from `letter:reading` items between spaces.

    >>> pairs("ж:zh ь:")
    {'ж': 'zh', 'ь': ''}
    """
    return {letter: latin for letter, _, latin in (item.partition(":") for item in text.split())}


class AsciiTable(dict[int, str]):
    """Lower-case ASCII for each code point, worked out when first met; the argument of `str.translate`.

    Letters and digits give ASCII letters and digits, apostrophes, full stops and accents nothing, everything
    else a space.
    """

    def __init__(self, own: Mapping[str, str]) -> None:
        super().__init__({ord(letter): latin for letter, latin in (_OWN | dict(own)).items()})

    def __missing__(self, code_point: int) -> str:
        latin = self[code_point] = self._romanize(chr(code_point))
        return latin

    def _romanize(self, character: str) -> str:
        category = unicodedata.category(character)
        if character in _DELETED or category == "Cf":
            return ""
        if category[0] not in "LMN":
            return " "
        lower = character.lower()
        if lower != character:
            return lower.translate(self)
        latin = _unidecode()(character) or _unidecode()(character.upper())
        return _FOREIGN.sub("", latin.lower())


_found: Callable[[str], str] | None = None


def _unidecode() -> Callable[[str], str]:
    global _found  # imported on the first letter that needs it, once
    if _found is None:
        from unidecode import unidecode

        _found = unidecode
    return _found
