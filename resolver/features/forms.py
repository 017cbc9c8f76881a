"""Equivalent forms of name words: what lexicon/name_forms.tsv says of one token.

The table is a relation, never a rewrite: one token may stand in many rows, and two tokens are equivalent
where they share a row. Robin and Bob both share a row with Robert, not with each other.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

_ORDINAL = re.compile(r"0*(\d+)(?:st|nd|rd|th|er|e|eme|ter|te|ta|to|ya|y|i|go|inci|nci|uncu|ncu)?")

LIGHT_RELATIONS = ("particle", "legal", "title")
"""Relations of words that say little about who is meant: articles, legal forms, honorifics."""


class Forms(NamedTuple):
    """The table, by token.

    Attributes:
        groups: Token to the rows it shares with others, as `(relation, group)` strings.
        number: Token to the number it writes, as digits without leading zeros.
        contrast: Token to `(axis, pole)`: north against south, upper against lower.
        light: Token to the relation that makes it light.
        legal: Legal form to its family: limited, stock, partnership.
        phrases: Words of a legal form written out to its short form.
        phrase_starts: First words of those.
        tens: Spelt numbers that another number word may follow.
    """

    groups: dict[str, frozenset[str]]
    number: dict[str, str]
    contrast: dict[str, tuple[str, str]]
    light: dict[str, str]
    legal: dict[str, str]
    phrases: dict[tuple[str, ...], str]
    phrase_starts: set[str]
    tens: set[str]


@cache
def load_forms() -> Forms:
    """The table of equivalent forms, read once a process.

    >>> forms = load_forms()
    >>> bool(forms.groups["osama"] & forms.groups["usama"]), forms.contrast["norte"], forms.number["third"]
    (True, ('compass', 'north'), '3')
    """
    groups: dict[str, set[str]] = {}
    forms = Forms({}, {}, {}, {}, {}, {}, set(), set())
    text = resources.files("resolver.lexicon").joinpath("name_forms.tsv").read_text(encoding="utf-8")
    for at, line in enumerate(text.splitlines()[1:]):
        relation, group, words, _source = line.split("\t")
        for word in words.split():
            if relation == "phrase":
                phrase = tuple(word.split("_"))
                forms.phrases[phrase] = group
                forms.phrase_starts.add(phrase[0])
                continue
            if relation == "number":
                forms.number[word] = group
                if len(group) == 2 and group[1] == "0" and group != "10":
                    forms.tens.add(word)
            elif relation == "contrast":
                axis, _, pole = group.partition(":")
                forms.contrast[word] = (axis, pole)
            elif relation in LIGHT_RELATIONS:
                forms.light.setdefault(word, relation)
                if relation == "legal":
                    forms.legal.setdefault(word, group)
            if relation not in ("particle", "title"):
                groups.setdefault(word, set()).add(f"{relation}:{at}")
    forms.groups.update((word, frozenset(rows)) for word, rows in groups.items())
    return forms


def number_of(token: str) -> str:
    """The number a token writes, as digits; empty where it writes none.

    >>> number_of("57th"), number_of("third"), number_of("007"), number_of("xiv"), number_of("bank")
    ('57', '3', '7', '14', '')
    """
    known = load_forms().number.get(token)
    if known is not None:
        return known
    if token[:1].isdigit():
        whole = _ORDINAL.fullmatch(token)
        return whole[1] if whole else token
    return ""
