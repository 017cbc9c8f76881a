"""Strings that name several entities, or one entity by its relation to another."""

from __future__ import annotations

import re
from functools import cache

from resolver.lexicon import fold, table
from resolver.mention.inflect import without_joined_ending
from resolver.mention.reading import Descriptor

_EDGE = " \t\r\n\"«»„“”'’‘,;:.!?…"
_MAX_PARTS = 8
# Signs that join names wherever they stand.
_STRONG = re.compile(r"\s*[;+|/]\s*|\s+(?:vs\.?|v\.|&|↔|→)\s+")
_TWO_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
_SPACED_DASH = re.compile(r"\s+[-–—]\s+|(?<=\w)[–—](?=\w)")
_HYPHEN = re.compile(r"(?<=\w\w)-(?=\w\w)")
_COMMA = re.compile(r"\s*[,،，、]\s*")


@cache
def _conjunctions() -> re.Pattern[str]:
    words = sorted((fold(row["form"]) for row in table("conjunctions")), key=lambda word: (-len(word), word))
    return re.compile(r"\s+(?:" + "|".join(map(re.escape, words)) + r")\s+")


def split_composite(text: str) -> tuple[str, ...]:
    """The names that `text` joins, in order; empty unless there are at least two.

    Only a proposal: a caller uses it when the whole is no known name and every part is one. Commas join
    only together with a conjunction, for elsewhere they qualify ("Springfield, Illinois").

    >>> split_composite("YPG/PKK"), split_composite("Russia, Ukraine and Belarus"), split_composite("Israel–Hamas")
    (('YPG', 'PKK'), ('Russia', 'Ukraine', 'Belarus'), ('Israel', 'Hamas'))
    >>> split_composite("Paris, France"), split_composite("Jean-Luc Picard"), split_composite("24/7")
    ((), (), ())
    """
    parts = _parts(_STRONG, text)
    if parts and not all(map(_TWO_LETTERS.search, parts)):
        return ()  # 24/7, A/S
    if not parts and _conjunctions().search(fold(text)):
        parts = _joined_by_words(text)
    if not parts:
        parts = _parts(_SPACED_DASH, text)
    if not parts and " " not in text.strip():
        # Two words with capitals: "Israel-Hamas". More hyphens, or a lower-case half, belong to one name.
        halves = _HYPHEN.split(text.strip())
        if len(halves) == 2 and all(half[0].isupper() for half in halves):
            parts = _trimmed(halves)
    return parts


def joins_names(text: str) -> bool:
    """Whether a conjunction stands in `text`: its commas then divide a list.

    >>> joins_names("Aruba, Bonaire and Curaçao"), joins_names("Long Beach, New York")
    (True, False)
    """
    return _conjunctions().search(fold(text)) is not None


def _parts(separator: re.Pattern[str], text: str) -> tuple[str, ...]:
    return _trimmed(separator.split(text)) if separator.search(text) else ()


def _joined_by_words(text: str) -> tuple[str, ...]:
    """Parts between conjunctions, and between the commas before the first of them."""
    folded = fold(text)
    pieces, start = [], 0
    for match in _conjunctions().finditer(folded):
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    return _trimmed([part for piece in pieces for part in _COMMA.split(piece)])


def _trimmed(parts: list[str]) -> tuple[str, ...]:
    trimmed = tuple(part.strip(_EDGE) for part in parts)
    trimmed = tuple(part for part in trimmed if part)
    return trimmed if 2 <= len(trimmed) <= _MAX_PARTS else ()


# Words between a part of an organisation and its name, and words in front that say nothing.
OF = frozenset((
    "of", "der", "des", "von", "vom", "du", "de", "del", "della", "dello", "di", "do", "da", "dos", "das", "van", "av",
    "af", "al", "ai",
))  # fmt: skip
OF_JOINED = ("d'", "dell'")
EMPTY = frozenset(
    ("the", "der", "die", "das", "le", "la", "les", "el", "los", "las", "il", "lo", "a", "an", "its", "de")
)
_MAX_MODIFIERS = 3


def parse_descriptor(text: str) -> Descriptor | None:
    """The relation to another entity that a phrase describes an entity by; None where it is no such phrase.

    >>> parse_descriptor("PKK's Syrian wing")
    Descriptor(relation='wing_of', anchor_text='PKK', modifier_text='Syrian')
    >>> parse_descriptor("the military wing of Hamas")
    Descriptor(relation='wing_of', anchor_text='Hamas', modifier_text='military')
    >>> parse_descriptor("PKK'nın Suriye kolu")
    Descriptor(relation='wing_of', anchor_text='PKK', modifier_text='Suriye')
    >>> parse_descriptor("West Wing") is None
    True
    """
    words = text.strip(_EDGE).split()
    norms = [fold(word).strip(_EDGE) for word in words]
    while norms and norms[0] in EMPTY:
        del words[0], norms[0]
    if norms and norms[0].startswith("l'"):
        words[0], norms[0] = words[0][2:], norms[0][2:]
    for place, norm in enumerate(norms):
        row = _part_words().get(norm)
        if row:
            before, after = words[:place], words[place + 1 :]
            found = _owner_before(before, row["order"]) if not after else _OWNER_AFTER[row["order"]](before, after)
            if found:
                anchor, modifier = found
                return Descriptor(row["relation"], anchor, modifier)
    return None


@cache
def _part_words() -> dict[str, dict[str, str]]:
    return {fold(row["form"]): row for row in table("descriptors")}


_Found = tuple[str, str] | None


def _owner_before(before: list[str], order: str) -> _Found:
    """As in "PKK's Syrian wing", "PKK'nın Suriye kolu"; in English also "Hamas military wing"."""
    for place, word in enumerate(before):
        base = without_joined_ending(word)
        if base != word and len(before) - place <= _MAX_MODIFIERS + 1:
            return " ".join([*before[:place], base]), " ".join(before[place + 1 :])
    if order == "of" and len(before) >= 2 and before[-1].islower() and before[0][0].isupper():
        return " ".join(before[:-1]), before[-1]
    return None


def _owner_after_of(before: list[str], after: list[str]) -> _Found:
    """As in "military wing of Hamas", "branche syrienne du PKK"."""
    for place, word in enumerate(after[: _MAX_MODIFIERS + 1]):
        folded = fold(word)
        joined = next((prefix for prefix in OF_JOINED if folded.startswith(prefix)), "")
        if folded not in OF and not joined:
            continue
        anchor = [word[len(joined) :], *after[place + 1 :]] if joined else after[place + 1 :]
        while len(anchor) > 1 and fold(anchor[0]) in EMPTY:
            anchor = anchor[1:]
        if anchor:
            return " ".join(anchor), " ".join([*before, *after[:place]])
    return None


def _owner_after(before: list[str], after: list[str]) -> _Found:
    """As in "сирийское крыло РПК"; in Persian the modifier follows its noun."""
    if before or len(after) == 1:
        return " ".join(after), " ".join(before)
    return after[-1], " ".join(after[:-1])


def _owner_after_prefix(before: list[str], after: list[str]) -> _Found:
    """As in "الجناح العسكري لحركة حماس": the owner begins with the preposition l-."""
    for place, word in enumerate(after[: _MAX_MODIFIERS + 1]):
        if len(word) > 3 and word.startswith("ل"):
            owner = "ال" + word[2:] if word.startswith("لل") else word[1:]
            return " ".join([owner, *after[place + 1 :]]), " ".join([*before, *after[:place]])
    return None


_OWNER_AFTER = {
    "of": _owner_after_of,
    "genitive": _owner_after,
    "bare": _owner_after,
    "to": _owner_after_prefix,
}
