"""The Brahmic scripts of India and Sri Lanka: one table for the blocks that share a layout, one for Sinhala.

Consonants carry an `a` until a vowel sign or a virama takes it away; northern languages also drop it,
unwritten, at the end of a word and between light syllables (`Narendra`, not `Narendara`). The key is for weak
matches with Latin spellings: length and retroflexion are lost.
"""

from __future__ import annotations

import re

_INHERENT, _SIGN, _VIRAMA, _DOT = "\x01", "\x02", "\x03", "\x04"
_CONSONANTS = """
    k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h
"""
_NUKTA_CONSONANTS = ("q", "kh", "g", "z", "r", "rh", "f", "y")
_VOWELS = ("a", "a", "a", "i", "i", "u", "u", "ri", "li", "e", "e", "e", "ai", "o", "o", "o", "au")
_SIGNS = ("a", "i", "i", "u", "u", "ri", "ri", "e", "e", "e", "ai", "o", "o", "o", "au")
_SINHALA_VOWELS = {0xD85: "a a ae ae i i u u ri", 0xD91: "e e ai o o au"}
_SINHALA_CONSONANTS = {
    0xD9A: "k kh g gh n ng ch chh j jh n gn nj t th d dh n nd t th d dh n",
    0xDB3: "nd p ph b bh m mb y r",
    0xDBD: "l",
    0xDC0: "v sh sh s h l f",
}
_SINHALA_SIGNS = {0xDCF: "a ae ae i i u", 0xDD6: "u", 0xDD8: "ru e e ai o o o au"}
_SHARED_BLOCKS = tuple(range(0x900, 0xD80, 0x80))  # Devanagari to Malayalam


def _shared(start: int) -> dict[int, str]:
    """One block of the shared layout."""
    table = {start + at: "" for at in range(0x80)}
    table |= {
        start + 0x01: "n",
        start + 0x02: "N",
        start + 0x03: "h",
        start + 0x3C: _DOT,
        start + 0x4D: _VIRAMA,
    }
    table |= {start + 0x04 + at: latin for at, latin in enumerate(_VOWELS)}
    table |= {start + 0x15 + at: latin + _INHERENT for at, latin in enumerate(_CONSONANTS.split())}
    table |= {start + 0x3E + at: _SIGN + latin for at, latin in enumerate(_SIGNS)}
    table |= {start + 0x58 + at: latin + _INHERENT for at, latin in enumerate(_NUKTA_CONSONANTS)}
    table |= {start + 0x60: "ri", start + 0x61: "li", start + 0x62: _SIGN + "li", start + 0x63: _SIGN + "li"}
    table |= {start + 0x64: " ", start + 0x65: " "} | {start + 0x66 + at: str(at) for at in range(10)}
    return table


def _make_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for start in _SHARED_BLOCKS:
        table |= _shared(start)
    table |= {
        0x982: "ng",
        0x9AF: "J\x01",
        0x9CE: "t",
        0x9F0: "r\x01",
        0x9F1: "w\x01",
        0x9DF: "y\x01",
    }  # Bengali
    table |= {0xA70: "N", 0xA71: "", 0xA72: "i", 0xA73: "u"}  # Gurmukhi
    table |= {0xB71: "w\x01", 0xB83: ""}  # Oriya, Tamil
    table |= dict(zip(range(0xD7A, 0xD80), ("n", "n", "r", "l", "l", "k"), strict=True))  # Malayalam finals
    table |= {0xD82: "N", 0xD83: "h", 0xDCA: _VIRAMA}  # Sinhala
    for start, readings in _SINHALA_VOWELS.items():
        table |= {start + at: latin for at, latin in enumerate(readings.split())}
    for start, readings in _SINHALA_CONSONANTS.items():
        table |= {start + at: latin + _INHERENT for at, latin in enumerate(readings.split())}
    for start, readings in _SINHALA_SIGNS.items():
        table |= {start + at: _SIGN + latin for at, latin in enumerate(readings.split())}
    return table


_table: dict[int, str] = {}  # made on first use
_DOTTED = re.compile("((?:ch|[b-df-hj-np-tv-zJ])h?)\x01\x04")
_DOTTED_SOUND = {"k": "q", "j": "z", "d": "r", "dh": "rh", "ph": "f", "s": "sh", "J": "y"}
_NASAL = re.compile("N(?=[pbm])")
_FINAL_NASAL = re.compile("N(?![a-z])")
_SOUTHERN = re.compile("[\u0c00-\u0d7f]")
_NORTHERN = re.compile("[\u0900-\u0aff]")
# An unspoken vowel ends its word unless it follows a conjunct or -iy, or is the word's only one.
_LETTER = "[b-df-hj-np-tv-z]"
_FINAL = re.compile(
    "\x01(?![a-z\x03])(?<=[a-z\x01].\x01)(?<!iy\x01)" + "".join(f"(?<!\x03{_LETTER * n}\x01)" for n in (1, 2, 3))
)
# Backwards through the word: a vowel with one consonant and a spoken vowel on either side.
_MEDIAL = re.compile(f"([aeiou\x01]{_LETTER}{{1,3}})\x01({_LETTER}{{1,3}})(?=[aeiou\x01])")


def _dotted(match: re.Match[str]) -> str:
    return _DOTTED_SOUND.get(match[1], match[1]) + _INHERENT


def _drop_unspoken(latin: str) -> str:
    latin = _FINAL.sub("", latin)
    if _INHERENT not in latin:
        return latin
    return _MEDIAL.sub("\\1\\2", latin[::-1])[::-1]


def romanize(text: str) -> str:
    """Read a text in an Indic script as lower-case Latin letters.

    >>> romanize("नरेन्द्र मोदी"), romanize("पाकिस्तान"), romanize("मनमोहन"), romanize("কলকাতা")
    ('narendra modi', 'pakistan', 'manmohan', 'kalkata')
    >>> romanize("தமிழ்நாடு"), romanize("ಬೆಂಗಳೂರು"), romanize("കേരളം"), romanize("ශ්‍රී ලංකා")
    ('tamizhnatu', 'bengaluru', 'keralam', 'shri lanka')
    """
    if not _table:
        _table.update(_make_table())
    latin = text.replace("\u200d", "").replace("\u200c", "").translate(_table)
    if _DOT in latin:
        latin = _DOTTED.sub(_dotted, latin).replace(_DOT, "")
    latin = latin.replace(_INHERENT + _SIGN, "").replace(_INHERENT + _VIRAMA, _VIRAMA)
    if "J" in latin:
        latin = latin.replace("\x03J", "\x03y").replace("J", "j")
    if "N" in latin:
        latin = _NASAL.sub("m", latin)
        if _SOUTHERN.search(text):
            latin = _FINAL_NASAL.sub("m", latin)
        latin = latin.replace("N", "n")
    if _INHERENT in latin and _NORTHERN.search(text):
        latin = _drop_unspoken(latin)
    return latin.replace(_INHERENT, "a").replace(_VIRAMA, "").replace(_SIGN, "")
