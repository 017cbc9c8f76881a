"""The plain data that reading and judging a string stand on: one TSV a subject, and its loader.

A table has a header line, no quoting and no comments; lists inside a cell are joined with `|`. Forms are
compared folded, so a table may write them with their accents.

| table | what it holds |
| --- | --- |
| honorifics | titles before and after names, and common nouns before names of groups and places |
| legal_forms | company and party forms |
| articles | articles and distancing words that may stand before a name |
| abbreviations | short forms of the words of names, directions among them |
| alternatives | words between two names of one entity |
| endings | case endings and possessives: ending, base ending, case, languages |
| proclitics | one-letter words that Arabic and Hebrew write together with the name |
| conjunctions | words that join names in a list |
| descriptors | words for a part of an organisation |
| postal | postal codes of states and provinces that qualify a town: "Cambridge, MA" |
| bodies | words for the government, the army and the police of a country |
| peoples | forms of demonyms where they are written small: ending, and what stands for it; `-` where none count |

Parts of `endings`: `joined` endings stand after an apostrophe, colon or hyphen; `plural` words agree with plural
words only; `attributive` words stand before another; `rare` changes come last; `hinted` rows apply only where the
language is known, because their endings are parts of too many names; the others tell people what the row is about.
The order of the rows of one language counts: the likelier base form first.

Other tables belong to the modules that read them.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources

_MARKED = ((0xC0, 0x2AF), (0x370, 0x3FF), (0x1E00, 0x1FFF))  # Latin and Greek beyond ASCII
_FOLDED = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ς": "σ", "ё": "е", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
    "ʹ": "'", "′": "'", "‐": "-", "‑": "-", "ك": "ک", "ي": "ی", "أ": "ا", "إ": "ا", "آ": "ا",
}  # fmt: skip


class _FoldTable(dict[int, str]):
    """One folded character for each code point; the argument of `str.translate`."""

    def __init__(self) -> None:
        super().__init__({ord(letter): folded for letter, folded in _FOLDED.items()})

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        lower = character.lower()
        folded = lower if len(lower) == 1 else character
        if any(low <= code_point <= high for low, high in _MARKED):
            folded = unicodedata.normalize("NFD", lower)[0]
        folded = self[code_point] = self.get(ord(folded), folded)
        return folded


_fold = _FoldTable()


def fold(text: str) -> str:
    """`text` in lower case without Latin and Greek accents, character for character.

    The length stays, so that a place found in the folded text is the same place in the text. Cyrillic keeps its
    й and ї: endings depend on them.

    >>> fold("Türkiye’nin"), fold("Łódź"), fold("İstanbul"), fold("Китай")
    ("turkiye'nin", 'lodz', 'istanbul', 'китай')
    """
    return text.translate(_fold)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `lexicon/<name>.tsv`, in the order of the file.

    Raises:
        ValueError: A row has more or fewer cells than the header; names the file and the line.

    >>> table("conjunctions")[0]
    {'form': 'and', 'langs': 'en'}
    """
    lines = resources.files(__name__).joinpath(f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise ValueError(f"lexicon/{name}.tsv, line {number}: {len(cells)} cells, not {len(header)}")
        rows.append(dict(zip(header, cells, strict=True)))
    return tuple(rows)


@cache
def common_words() -> frozenset[str]:
    """Exact keys of ordinary words of several languages: no acronym is read out of them.

    >>> "who" in common_words(), "usa" in common_words()
    (True, False)
    """
    from resolver.normalize import exact_keys

    return frozenset(exact_keys([row["word"] for row in table("common_words")]))


@cache
def word_groups() -> dict[str, str]:
    """Words that nearly all names of one group of kinds are made with, and that group; see scripts/fit_words.py.

    >>> word_groups()["airport"], word_groups()["university"], word_groups().get("smith")
    ('any', 'organization', None)
    """
    return {row["word"]: row["group"] for row in table("word_groups")}
