"""Armenian by its eastern pronunciation, without marks for aspiration.

The key is for weak matches with Latin spellings. Western Armenian swaps voiced and voiceless stops; names
from there meet only through their other letters.
"""

from __future__ import annotations

import re

_LETTERS = """
    a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev
"""
_TABLE = {start + place: latin for start in (0x531, 0x561) for place, latin in enumerate(_LETTERS.split())}
_TABLE[0x587] = "ev"
_INITIAL = re.compile("(?<!\\w)([եԵոՈ])")
_INITIAL_SOUND = {"ե": "ye", "Ե": "ye", "ո": "vo", "Ո": "vo"}


def romanize(text: str) -> str:
    """Read Armenian letters as Latin.

    >>> romanize("Երևան"), romanize("Նիկոլ Փաշինյան"), romanize("Հայաստան")
    ('yerevan', 'nikol pashinyan', 'hayastan')
    """
    text = text.replace("ու", "u").replace("Ու", "u").replace("ՈՒ", "u")
    return _INITIAL.sub(lambda match: _INITIAL_SOUND[match[1]], text).translate(_TABLE)
