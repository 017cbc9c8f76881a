"""Raw text -> exact key: the one string under which a name is stored, looked up and joined.

The key keeps the native script. In order:

1. Compose (NFC), so that a letter and its mark written apart equal the one written together.
2. Full-width ASCII becomes ASCII.
3. Fold letters: lower case everywhere; Latin, Cyrillic and Greek lose their marks (in Devanagari and its
   relatives marks are vowels and stay); letters that are written both ways in one language become one
   (dotless i, ø, ß, final sigma, Persian and Arabic yeh and kaf, hamza on alef); digits become ASCII.
4. Delete what never separates words: combining diacritics, apostrophes, full stops, middle dots, soft
   hyphens, zero-width and direction marks, tatweel. `U.S.` and `US` have one key; so have `Sana'a` and `Sanaa`.
5. `&` becomes the word `and`.
6. Everything that is neither letter, mark nor number becomes one space; ends are trimmed.

The same six steps exist as a pure SQL scalar expression, `name_key(text)`, made from the same constants by
`sql_key.py`; a test holds the two equal over every alias and over generated text in all scripts.
Steps 3 to 6 look at one character at a time, which is what makes one table and one regular expression agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, partial

from resolver.letters import DELETED, EXCHANGED, EXPANDED, MARKED, SEPARATORS, ZERO_DIGITS, code_points

MAX_LENGTH = 500
"""Longest accepted name in characters; the longest alias of the gazetteer has 150."""


class _FoldTable(dict[int, str | None]):
    """Steps 2 to 6 for one code point, worked out when first met; the argument of `str.translate`."""

    def __init__(self) -> None:
        super().__init__()
        self._fixed: dict[int, str | None] = dict.fromkeys(code_points(SEPARATORS), " ")
        self._fixed |= dict.fromkeys(code_points(DELETED))
        self._fixed |= {ord(a): b for a, b in (EXCHANGED | EXPANDED).items()}
        self._fixed |= {zero + d: str(d) for zero in ZERO_DIGITS for d in range(10)}

    def __missing__(self, code_point: int) -> str | None:
        folded = self[code_point] = self._fold(code_point)
        return folded

    def _fold(self, code_point: int) -> str | None:
        if 0xFF01 <= code_point <= 0xFF5E:
            return self[code_point - 0xFEE0]
        if 0xD800 <= code_point <= 0xDFFF:
            return " "
        if code_point in self._fixed:
            return self._fixed[code_point]
        lower = chr(code_point).lower()
        if any(low <= code_point <= high for low, high in MARKED):
            lower = "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c)[0] != "M")
        elif len(lower) != 1:
            lower = chr(code_point)
        return "".join(self._fixed.get(ord(c), c) or "" for c in lower)


@cache
def _fold_table() -> _FoldTable:
    return _FoldTable()


@cache
def _ascii_table() -> tuple[bytes, bytes]:
    """The same steps for ASCII without `&`, as the two arguments of `bytes.translate`: twice as fast."""
    table = _fold_table()
    kept = "".join(table[cp] or " " if cp != ord("&") else " " for cp in range(128))
    return kept.encode().ljust(256), bytes(cp for cp in range(128) if table[cp] is None)


def exact_key(text: str) -> str:
    """The exact key of a name; empty when the text holds no letter, mark or number.

    An empty key is no name: callers never compare two of them.

    >>> exact_key("Côte d’Ivoire"), exact_key("U.S."), exact_key("İSTANBUL"), exact_key("Straße")
    ('cote divoire', 'us', 'istanbul', 'strasse')
    >>> exact_key("Зеленський"), exact_key("हिन्दी"), exact_key("🙂 — !")
    ('зеленськии', 'हिन्दी', '')
    """
    if text.isascii() and "&" not in text:
        folded = text.encode().translate(*_ascii_table()).decode()
    else:
        folded = unicodedata.normalize("NFC", text).translate(_fold_table())
    return " ".join(folded.split())


def exact_keys(texts: Sequence[str]) -> list[str]:
    """The exact keys of many names, in order: the steps run over whole joined texts, three times as fast.

    >>> exact_keys(["Kyiv", "München", "AT&T"])
    ['kyiv', 'munchen', 'at and t']
    """
    narrow = [text for text in texts if text.isascii()]
    if len(narrow) == len(texts):
        return _narrow_keys(narrow)
    wide = [text for text in texts if not text.isascii()]
    narrow_keys, wide_keys = iter(_narrow_keys(narrow)), iter(_wide_keys(wide))
    return [next(narrow_keys) if text.isascii() else next(wide_keys) for text in texts]


def _narrow_keys(texts: list[str]) -> list[str]:
    """Keys of ASCII names."""
    table, deleted = _ascii_table()
    lines = table[:10] + b"\n" + table[11:]
    joined = "\n".join(texts).encode().replace(b"&", b" and ").translate(lines, deleted).decode()
    return _split_keys(texts, joined)


def _wide_keys(texts: list[str]) -> list[str]:
    """Keys of names with characters beyond ASCII."""
    # Composed one by one: most names are composed already, and one that is not would slow the whole text.
    composed = map(partial(unicodedata.normalize, "NFC"), texts)
    return _split_keys(texts, "\n".join(composed).translate(_line_table()))


def _split_keys(texts: list[str], joined: str) -> list[str]:
    """Part folded names at their newlines, each blank once and none at an end."""
    while "  " in joined:
        joined = joined.replace("  ", " ")
    keys = joined.replace(" \n", "\n").replace("\n ", "\n").strip(" ").split("\n") if texts else []
    if len(keys) == len(texts):
        return keys
    return [exact_key(text) for text in texts]  # a name holds a newline of its own


@cache
def _line_table() -> _FoldTable:
    """The fold table, but for newlines, which stay."""
    table = _FoldTable()
    table[10] = "\n"
    return table
