"""Two names, no gazetteer: how likely they are to be names of one entity, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from resolver import calibrate, scoring
from resolver.errors import InputError
from resolver.features import (
    Alignment,
    Rarity,
    Words,
    align,
    builtin_rarity,
    evidence,
    group_of,
    read_words,
    words,
)
from resolver.model import Evidence, Kind
from resolver.normalize import MAX_LENGTH, exact_key, exact_keys
from resolver.romanize import LOSSY, Script, detect_script, latin_key, latin_keys

_DOTTED_INITIALS = re.compile(r"\b(\w)\.(?=\w)")


class Name(NamedTuple):
    """One name, read once.

    Attributes:
        text: As given.
        script: Script of most of its letters.
        exact: Its exact key.
        latin: Its latin key.
        initials: The same with dotted initials apart ("J.K. Rowling"), for people.
        native: Words of its exact key, single characters for Han; empty unless the script needs it.
    """

    text: str
    script: str
    exact: str
    latin: str
    initials: str
    native: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `compare` found.

    Attributes:
        a, b: The names as given.
        kind: The kind they were compared as; None where unknown.
        score: In [0, 1]; ranks, not calibrated.
        probability: In [0, 1]; calibrated on alias pairs of the bundled gazetteer, three fifths of them
            names of different entities that resemble each other.
        evidence: What spoke for and against.
    """

    a: str
    b: str
    kind: Kind | None
    score: float
    probability: float
    evidence: tuple[Evidence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data with the documented field names."""
        return {
            "a": self.a,
            "b": self.b,
            "kind": str(self.kind) if self.kind else None,
            "score": round(self.score, 4),
            "probability": round(self.probability, 4),
            "evidence": [e.to_dict() for e in self.evidence],
        }


@lru_cache(maxsize=1 << 12)
def read_name(text: str) -> Name:
    """Read one name: keys, words, script; cached.

    >>> read_name("J.K. Rowling").initials, read_name("习近平").native
    ('j k rowling', ('习', '近', '平'))
    """
    return _named(text, exact_key(text), latin_key(text))


def read_names(texts: Sequence[str]) -> list[Name]:
    """Many names, each as `read_name` reads it; a fifth of the time."""
    return list(map(_named, texts, exact_keys(texts), latin_keys(texts)))


def _named(text: str, exact: str, latin: str) -> Name:
    plain = text.isascii() and "&" not in text  # then letters of its key are letters of its own
    script = Script.LATIN if plain and exact.islower() else detect_script(text)
    initials = latin
    if "." in text and (apart := _DOTTED_INITIALS.sub(r"\1. ", text)) != text:
        initials = latin_key(apart)
    native: tuple[str, ...] = ()
    if script in LOSSY:
        native = tuple(exact.split())
        if script is Script.HAN:
            native = tuple(part for word in native for part in (word if not word.isascii() else (word,)))
    return Name(text, script, exact, latin, initials, native)


def words_of(name: Name, other: Name, group: str) -> tuple[tuple[str, ...], bool]:
    """The words by which `name` meets `other`, and whether they come from different scripts."""
    cross = name.script != other.script
    if name.native and not cross:
        return name.native, False
    return words(name.initials if group == "person" else name.latin, group=group), cross


@lru_cache(maxsize=1 << 12)
def _words_read(texts: tuple[str, ...], idf: Rarity, person: bool) -> Words:
    return read_words(texts, idf=idf, person=person)


def align_names(a: Name, b: Name, *, kind: str | None = None, idf: Rarity = builtin_rarity) -> Alignment:
    """Alignment of two names in the script that they share, else by romanisation."""
    group = group_of(kind)
    words_a, cross = words_of(a, b, group)
    person = group == "person"
    sides = (_words_read(texts, idf, person) for texts in (words_a, words_of(b, a, group)[0]))
    return align(*sides, kind=kind, cross_script=cross)


def compare(a: str, b: str, *, kind: Kind | str | None = None) -> Comparison:
    """How likely two strings are to be names of one entity.

    Homonyms are outside the question: two people of one name compare as equal. Not symmetric where one name
    leaves words out, because `a` is taken as the name met in a text and `b` as the name on record: swapping
    moves the probability by 0.02 on average, by up to 0.5 where one of them is a single word.

    Args:
        a: A name as met, up to 500 characters.
        b: A name on record, up to 500 characters.
        kind: What they name; None where unknown.

    Returns:
        The comparison; probability 0 where either name holds no letter or digit.

    Raises:
        InputError: Not strings, too long, or an unknown kind.

    >>> from resolver import compare
    >>> compare("Usama bin Ladin", "Osama Bin Laden", kind="person").probability > 0.9
    True
    >>> compare("Iran", "Iraq", kind="country").probability < 0.5
    True
    """
    for name in (a, b):
        if not isinstance(name, str):
            raise InputError(f"a name must be a string, not {type(name).__name__}")
        if len(name) > MAX_LENGTH:
            raise InputError(f"a name of {len(name)} characters is too long; at most {MAX_LENGTH} are compared")
    try:
        known = Kind(kind) if kind is not None else None
    except ValueError:
        raise InputError(f"unknown kind {kind!r}; one of {', '.join(Kind)}") from None
    alignment = align_names(read_name(a), read_name(b), kind=known)
    value = scoring.score(alignment, kind=known)
    return Comparison(
        a=a,
        b=b,
        kind=known,
        score=value,
        probability=calibrate.probability(value, scoring.judged_by(alignment, known)) if value > 0.0 else 0.0,
        evidence=evidence(alignment),
    )
