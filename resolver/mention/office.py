"""Phrases that name a person by an office: "Turkish foreign minister", "President of Ukraine", "президент Украины".

An office stands before its owner with a word between ("President of Ukraine"), or behind it ("Ukraine's president",
"US President"); in languages that put the owner in the genitive or make an adjective of it, also right before it.
Whose office it is has to be looked up; whether such a phrase names anybody is for the road to say.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from resolver.lexicon import fold, table
from resolver.mention.composite import EMPTY, OF, OF_JOINED
from resolver.mention.inflect import base_forms, without_joined_ending
from resolver.normalize import exact_key

_EDGE = ' \t\r\n"«»„“”.,;:!?…'
_UNSPACED = frozenset(("ja", "ko", "zh"))
_MOST_WORDS = 12
_INFLECTED = ("bg", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk")  # whose offices stand in any case
_STEM = 4  # letters that no case ending changes


class Office(NamedTuple):
    """An office as a phrase names it.

    Attributes:
        offices: What the words may stand for, such as `foreign_minister`; the likelier first.
        owner: The country or body whose office it is, as written.
    """

    offices: tuple[str, ...]
    owner: str


class _Form(NamedTuple):
    offices: tuple[str, ...]
    bare: bool


def parse_office(text: str) -> Office | None:
    """The office and its owner that a phrase is made of; None where it is no such phrase.

    >>> parse_office("Turkish foreign minister"), parse_office("the President of Ukraine")
    (Office(offices=('foreign_minister',), owner='Turkish'), Office(offices=('president',), owner='Ukraine'))
    >>> parse_office("Ukraine's president"), parse_office("Министр обороны России")
    (Office(offices=('president',), owner='Ukraine'), Office(offices=('defence_minister',), owner='России'))
    >>> parse_office("министром обороны России")
    Office(offices=('defence_minister',), owner='России')
    >>> parse_office("President Erdoğan"), parse_office("deputy minister"), parse_office("Russia")
    (None, None, None)
    """
    text = text.strip(_EDGE)
    words = text.split()
    if len(words) == 1:
        return _unspaced(text)
    if not 2 <= len(words) <= _MOST_WORDS:
        return None
    while len(words) > 2 and fold(words[0]) in EMPTY:
        del words[0]
    keys = [exact_key(word) for word in words]
    forms = office_forms()
    keys[0] = _base_of_head(keys[0], words[0])
    for length in range(len(words) - 1, 0, -1):
        if (form := forms.get(" ".join(keys[:length]))) and (owner := _behind(words[length:], form)):
            return Office(form.offices, owner)
        if (form := forms.get(" ".join(keys[-length:]))) and (owner := _before(words[:-length])):
            return Office(form.offices, owner)
    return None


def _base_of_head(key: str, word: str) -> str:
    """The base form of the first word where that begins an office: `министром`, `ministrem`."""
    heads = head_words()
    if key in heads or not may_be_head(key):
        return key
    return next((base for form in base_forms(word, langs=_INFLECTED) if (base := exact_key(form.text)) in heads), key)


def may_be_head(key: str) -> bool:
    """Whether a word may be one that an office begins with, in whatever case: a cheap look before any other.

    >>> may_be_head("министром"), may_be_head("minister"), may_be_head("ankara")
    (True, True, False)
    """
    return key[:_STEM] in _stems()


@cache
def head_words() -> frozenset[str]:
    """Keys of the words that an office begins with."""
    return frozenset(key.split(" ")[0] for key in office_forms())


@cache
def _stems() -> frozenset[str]:
    return frozenset(word[:_STEM] for word in head_words())


def _behind(words: list[str], form: _Form) -> str:
    """The owner that follows an office: `of Ukraine`, `d'Ukraine`; `Украины` in languages without a word between."""
    first = fold(words[0])
    joined = next((prefix for prefix in OF_JOINED if first.startswith(prefix)), "")
    if joined:
        words = [words[0][len(joined) :], *words[1:]]
    elif first in OF or first == "for":
        words = words[1:]
        while len(words) > 1 and fold(words[0]) in EMPTY:
            words = words[1:]
    elif not form.bare and not _is_adjective(words):
        return ""
    return " ".join(words)


def _is_adjective(words: list[str]) -> bool:
    """Whether what follows is one word in small letters, as adjectives of countries are: `président français`."""
    return len(words) == 1 and words[0].islower()


def _before(words: list[str]) -> str:
    """The owner that an office follows: `Ukraine's`, `Turkish`, `Türkiye'nin`."""
    return " ".join([*words[:-1], without_joined_ending(words[-1])])


def _unspaced(text: str) -> Office | None:
    """The owner and the office of a phrase written without spaces: 土耳其外交部长."""
    for form, offices in _unspaced_forms():
        if text.endswith(form) and len(text) > len(form) + 1:
            return Office(offices, text[: -len(form)].removesuffix("の").removesuffix("的"))
    return None


@cache
def office_forms() -> dict[str, _Form]:
    """Key of each way to write an office -> what it may stand for, and whether it needs no word before its owner."""
    found: dict[str, tuple[dict[str, None], bool]] = {}
    for row in table("offices"):
        offices, bare = found.get(exact_key(row["form"]), ({}, False))
        offices[row["office"]] = None
        found[exact_key(row["form"])] = offices, bare or row["order"] == "bare"
    return {key: _Form(tuple(offices), bare) for key, (offices, bare) in found.items()}


@cache
def _unspaced_forms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Forms of languages that write no spaces, the longest first."""
    forms = {row["form"] for row in table("offices") if row["lang"] in _UNSPACED}
    return tuple((form, office_forms()[exact_key(form)].offices) for form in sorted(forms, key=lambda f: (-len(f), f)))
