"""Cyrillic for any of its languages: a fair reading that meets English, German and French spellings half-way.

Letters read the same in every language except where the text itself shows which one it is: Ukrainian and
Belarusian letters make `г` an h and `и` a y; a hard sign that nothing is separated by is the Bulgarian vowel.
The key is for weak matches with Latin spellings and other Cyrillic languages.
"""

from __future__ import annotations

import re

from resolver.romanize.floor import pairs

LETTERS = pairs("""
    а:a б:b в:v г:g д:d е:e ж:zh з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh
    щ:shch ъ: ы:y ь: э:e ю:yu я:ya й:y ё:e ѐ:e ѝ:i є:ye і:i ї:i ґ:g ў:w ј:j љ:lj њ:nj ћ:c ђ:dj џ:dz ѓ:gj
    ќ:kj ѕ:dz ә:a ғ:gh қ:q ң:ng ө:o ү:u ұ:u һ:h җ:j ӣ:i ӯ:u ҳ:h ҷ:j ӏ: ӑ:a ӗ:e ҫ:s ҙ:z ҡ:q ӳ:u
""")
_UKRAINIAN_SIGN = re.compile("[їєґўі]|[сцз]ьк")
_KAZAKH_SIGN = re.compile("[әғқңөұүһ]")
_UKRAINIAN = str.maketrans({"г": "h", "и": "y"})
_VOWEL_HARD_SIGN = re.compile("ъ(?=[^еёюяъ\\W])")


def romanize(text: str) -> str:
    """Resolve what depends on the language; single letters are left to the table made of `LETTERS`.

    >>> romanize("київ"), romanize("българия")
    ('кyїв', 'бaлгария')
    """
    if _UKRAINIAN_SIGN.search(text) and not _KAZAKH_SIGN.search(text):
        return text.translate(_UKRAINIAN)
    if "ъ" in text:
        return _VOWEL_HARD_SIGN.sub("a", text)
    return text
