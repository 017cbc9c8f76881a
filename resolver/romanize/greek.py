"""Modern Greek as it is pronounced and as passports write it: the digraphs first, then letter by letter.

The key is for weak matches with Latin spellings.
"""

from __future__ import annotations

import re
import unicodedata

from resolver.romanize.floor import pairs

LETTERS = pairs("""
    α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:y φ:f χ:ch ψ:ps
    ω:o
""")
_PLACED = {  # what depends on the neighbours: at a word's start, elsewhere
    "μπ": ("b", "mp"),
    "ντ": ("d", "nt"),
    "γκ": ("g", "gk"),
    "γγ": ("ng", "ng"),
    "γξ": ("nx", "nx"),
    "γχ": ("nch", "nch"),
    "ου": ("ou", "ou"),
}
_DIGRAPH = re.compile("μπ|ντ|γ[γκξχ]|ου|[αεη]υ")
_UNVOICED = frozenset("θκξπσςτφχψ")


def romanize(text: str) -> str:
    """Resolve accents and digraphs; single letters are left to the table made of `LETTERS`.

    >>> romanize("μητσοτάκης"), romanize("μπακογιάννη"), romanize("ευρώπη")
    ('μητσοτακης', 'bακογιαννη', 'evρωπη')
    """
    plain = unicodedata.normalize("NFD", text)
    if len(plain) != len(text):
        # A diaeresis keeps the two vowels apart.
        plain = plain.replace("υ\u0308", "y").replace("\u0301", "").replace("\u0308", "")

    def latin(match: re.Match[str]) -> str:
        pair, start, end = match[0], match.start(), match.end()
        if pair in _PLACED:
            return _PLACED[pair][0 if start == 0 or not plain[start - 1].isalpha() else 1]
        after = plain[end : end + 1]
        return LETTERS[pair[0]] + ("f" if after in _UNVOICED or not after.isalpha() else "v")

    return _DIGRAPH.sub(latin, plain)
