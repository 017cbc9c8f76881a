"""Hangul in the Revised Romanisation, from the arithmetic of syllable blocks.

Sound changes between syllables follow the rule for place names (`jongno`, `silla`); people write theirs as
they like (`Park` for `bak`), so the key is for weak matches only.
"""

from __future__ import annotations

from functools import cache

_FIRST, _SYLLABLES = 0xAC00, 11172
_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
# Each final before a pause, and split before a vowel: what stays, what moves to the next syllable.
_FINALS = """
    -- k--g k--kk k-k-s n--n n-n-j n--n t--d l--r k-l-g m-l-m l-l-b l-l-s l-l-t p-l-p l--r m--m p--b p-p-s
    t--s t--ss ng-ng- t--j t--ch k--k t--t p--p t--h
"""
_NASAL = {"k": "ng", "t": "n", "p": "m"}


def _joint(pause: str, stays: str, moves: str, initial: str) -> str:
    """The sound where one syllable's final meets the next one's initial."""
    if not initial:
        return stays + moves
    if initial == "r" and pause:
        return "ll" if pause in ("l", "n") else _NASAL.get(pause, pause) + "n"
    if initial == "n" and pause == "l":
        return "ll"
    if initial in ("n", "m"):
        return _NASAL.get(pause, pause) + initial
    return pause + initial


@cache
def _tables() -> tuple[list[list[str]], list[str], list[str]]:
    """Joints by final and initial, vowels, and finals before a pause."""
    finals = [item.split("-") for item in _FINALS.split()]
    initials = [item.strip("-") for item in _INITIALS.split()]
    joints = [[_joint(pause, stays, moves, first) for first in initials] for pause, stays, moves in finals]
    return joints, _VOWELS.split(), [final[0] for final in finals]


def romanize(text: str) -> str:
    """Read Hangul syllables as Latin letters; other characters stay.

    >>> romanize("서울"), romanize("종로"), romanize("신라"), romanize("독립문"), romanize("한국어")
    ('seoul', 'jongno', 'silla', 'dongnimmun', 'hangugeo')
    """
    joints, vowels, pauses = _tables()
    parts: list[str] = []
    final = 0
    for character in text:
        offset = ord(character) - _FIRST
        if 0 <= offset < _SYLLABLES:
            parts.append(joints[final][offset // 588])
            parts.append(vowels[offset % 588 // 28])
            final = offset % 28
        else:
            parts.append(pauses[final] + character)
            final = 0
    return "".join(parts) + pauses[final]
