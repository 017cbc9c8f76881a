"""Which language a text is in, as far as reading its names depends on it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from resolver.lexicon import common_words, table
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from resolver.annotate.text import Words

CAPITAL_NOUNS = frozenset(("de", "lb"))
"""Languages that write every noun with a capital: there a capital tells no name."""

_LOOKED_AT = 5000  # words of a text
_ORDER = "en ru ar de fr es tr it uk pl fa pt nl fi sv cs he el ro hu bg sr hr sk da no sl id hi az mk be"
_LIKELIER = {lang: place for place, lang in enumerate(_ORDER.split())}
"""Which language a short text is taken for if it may be in several."""


@cache
def _frequent() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in table("frequent_words"):
        found.setdefault(exact_key(row["word"]), []).append(row["lang"])
    return {word: tuple(langs) for word, langs in found.items()}


def detect_language(words: Words) -> str:
    """The language whose most frequent words are most frequent in a text; of one without any, what its letters tell.

    >>> from resolver.annotate.text import read_words
    >>> detect_language(read_words("The talks were held in Ankara and the minister said that he was satisfied."))
    'en'
    >>> detect_language(read_words("Президент Украины прибыл.")), detect_language(read_words("Ankara"))
    ('ru', '')
    """
    seen: Counter[str] = Counter()
    frequent = _frequent()
    for word in words.words[:_LOOKED_AT]:
        for lang in frequent.get(word, ()):
            seen[lang] += 1
    if not seen:
        return _by_letters(words.text[: 10 * _LOOKED_AT].lower())
    return min(seen.items(), key=lambda item: (-item[1], _LIKELIER.get(item[0], len(_LIKELIER)), item[0]))[0]


_LETTERS = (
    ("uk", "іїєґ"), ("mk", "ѓќѕ"), ("sr", "ђћџљњ"), ("be", "ў"), ("ru", "ыэъё"), ("fa", "پچژگ"), ("tr", "ğşı"),
    ("pl", "łąęż"), ("cs", "řěů"), ("ro", "țșă"), ("hu", "őű"), ("de", "ß"), ("ru", "абвгдежзий"), ("el", "αεηιο"),
    ("ar", "اوي"), ("he", "אהוי"),
)  # fmt: skip
"""Letters that one language alone writes, then those of the language that writes most of a script."""


def _by_letters(text: str) -> str:
    return next((lang for lang, letters in _LETTERS if any(letter in text for letter in letters)), "")


@cache
def ordinary_words(lang: str) -> frozenset[str]:
    """Folded ordinary words of a language; of all languages where it is not known."""
    if not lang:
        return common_words() | frozenset(exact_key(row["form"]) for row in table("calendar"))
    own = {exact_key(row["form"]) for name in ("calendar", "compass") for row in table(name) if row["lang"] == lang}
    own |= {exact_key(row["word"]) for row in table("common_words") if row["lang"] == lang}
    return frozenset(own | {exact_key(row["word"]) for row in table("frequent_words") if row["lang"] == lang})


@cache
def calendar_words(lang: str) -> frozenset[str]:
    """Folded days, months and points of the compass of a language."""
    names = ("calendar", "compass")
    return frozenset(exact_key(row["form"]) for name in names for row in table(name) if row["lang"] == lang)
