"""The fuzzy channel: names that no key answers -> aliases that resemble them.

Two indexes answer for one gazetteer: keys in Latin letters, which names of every script meet by romanisation, and
keys in their own script for the scripts whose romanisation loses letters. What they find is aligned word by word
with the name; how much that is worth is decided elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from resolver.comparison import Name, read_name
from resolver.decide import is_common_word
from resolver.gazetteer import CASED, KINDS, Gazetteer
from resolver.hits import Channel, Hit, Resemblance
from resolver.index import FuzzyIndex
from resolver.index.sieve import Sieve
from resolver.lexicon import table
from resolver.model import Kind
from resolver.normalize import exact_keys
from resolver.resemblance import Verdict, resemble, verdict_on
from resolver.romanize import LOSSY, Script
from resolver.scoring import log_odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATIN, NATIVE, SIEVE = "latin", "native", "sieve"

TOP = 12
"""Keys of one name that are aligned: docs/fuzzy-index.md has what more would find."""

SURE, REACH = 4, 5.0
"""So many keys are aligned in any case; others if their score's log odds come this near to the best one's."""

MOST_ALIASES = 24
"""Aliases under one key that are considered; a commoner name identifies nobody by likeness."""

_FEW = 12  # names for which judging pairs one by one is faster than all at once
_LONGEST = 120  # characters of a name that is searched for; a longer one is a sentence


_LEAST_LETTERS: dict[str, int] = {Script.HAN: 3, Script.KANA: 3, Script.HANGUL: 3}


class Found(NamedTuple):
    """A key that an index proposes for a name: its number, the index's score, and which index."""

    key: int
    score: float
    native: bool


class Proposed(NamedTuple):
    """The same of many names as columns; `row` is the position of the name."""

    row: NDArray[np.int64]
    key: NDArray[np.int64]
    score: NDArray[np.float64]
    native: NDArray[np.bool_]

    def only(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Proposed:
        """Some of the rows, by position or by mask."""
        return Proposed(self.row[which], self.key[which], self.score[which], self.native[which])


class Fuzzy:
    """The fuzzy channel of one gazetteer; threads share it, each with indexes of its own.

    Args:
        gazetteer: What is searched, with its layers.
        folders: Where the indexes of each of `gazetteer.gazetteers` are.
    """

    def __init__(self, gazetteer: Gazetteer, folders: Sequence[Path]) -> None:
        self._gazetteer = gazetteer
        self._folders = folders
        self._own = threading.local()

    @cached_property
    def sieves(self) -> list[Sieve]:
        """What may be a key at all: one sieve for each of the gazetteers."""
        return [Sieve.open(folder / SIEVE) for folder in self._folders]

    def search(self, names: Sequence[Name], *, top: int = TOP) -> list[list[Found]]:
        """Keys that each name may be a spelling of, the best of each index first.

        Args:
            names: From `resolver.comparison.read_name`.
            top: Most keys of one index for one name.
        """
        found: list[list[Found]] = [[] for _ in names]
        proposed = self._found(names, top)
        for row, *rest in zip(*(column.tolist() for column in proposed), strict=True):
            found[row].append(Found(*rest))
        return found

    def _found(self, names: Sequence[Name], top: int) -> Proposed:
        fit = [i for i, name in enumerate(names) if _is_searched(name)]
        parts = [*self._ask(LATIN, [names[i].latin for i in fit], fit, top)]
        if lossy := [i for i in fit if names[i].script in LOSSY]:
            parts += self._ask(NATIVE, [names[i].exact for i in lossy], lossy, top)
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Proposed(*(column[order] for column in columns))

    def _ask(self, which: str, keys: list[str], numbers: list[int], top: int) -> Iterator[Proposed]:
        here, asked = self._gazetteer.here, np.array(numbers, np.int64)
        for part, index in enumerate(self._indexes(which)):
            hits = index.search(keys, top=top)
            number = index.number[hits.key].astype(np.int64)
            if len(self._folders) > 1:
                number = np.array([here(part, key) for key in number.tolist()], np.int64)
            yield Proposed(asked[hits.query], number, hits.score, np.full(len(number), which == NATIVE))

    def _indexes(self, which: str) -> list[FuzzyIndex]:
        indexes: list[FuzzyIndex] | None = getattr(self._own, which, None)
        if indexes is None:
            indexes = [FuzzyIndex.open(folder / which) for folder in self._folders]
            setattr(self._own, which, indexes)
        return indexes

    def resembling(self, names: Sequence[Name]) -> list[list[Hit]]:
        """What `search` and `hits` give for each of many names; their pairs with aliases are judged all at once."""
        if len(names) < _FEW:
            return [self.hits(name, mine) for name, mine in zip(names, self.search(names), strict=True)]
        from resolver.resembling import resembling

        return resembling(self._gazetteer, names, self._found(names, TOP))

    def _aliases(self, name: Name, found: Sequence[Found]) -> Iterator[tuple[int, int, Kind, float, bool]]:
        """Alias, key, kind of entity, score and index of what may be compared with a name."""
        gazetteer = self._gazetteer
        for key, score, native in _likely(found):
            if gazetteer.key(key) in (name.exact, name.latin):
                continue  # what an equal key is worth has been decided
            for alias, _ in islice(gazetteer.hits(key), MOST_ALIASES):
                if not gazetteer.alias_flags[alias] & CASED:
                    yield alias, key, KINDS[gazetteer.entity_kind[gazetteer.alias_entity[alias]]], score, native

    def hits(self, name: Name, found: Sequence[Found]) -> list[Hit]:
        """The aliases under the keys found, each with how it resembles the name."""
        gazetteer = self._gazetteer
        judged: dict[tuple[str, str, Kind, bool], Resemblance] = {}
        out = []
        for alias, key, kind, score, native in self._aliases(name, found):
            other = read_name(gazetteer.alias_text(alias))
            if name.script != other.script and Script.LATIN not in (name.script, other.script):
                continue  # romanised twice, nothing is left to compare
            about = (other.latin, other.script, kind, native)
            resemblance = judged.get(about)
            if resemblance is None:
                resemblance = judged[about] = resemble(name, other, kind, score, native=native)
            verdict = verdict_on(resemblance)
            if verdict is Verdict.NOBODY:
                return []
            if verdict is Verdict.KEPT:
                out.append(Hit(alias, Channel.FUZZY, resemblance=resemblance, key=key))
        return out


def _likely(found: Sequence[Found]) -> list[Found]:
    """The keys worth aligning: the first few, and what comes near the best of its index."""
    best = {native: max(one.score for one in found if one.native == native) for native in {f.native for f in found}}
    return [
        one
        for place, one in enumerate(found)
        if place < SURE or log_odds(one.score) > log_odds(best[one.native]) - REACH
    ]


def _is_searched(name: Name) -> bool:
    """Whether a name is one to search for: no sentence, no bare number, no ordinary word in small letters."""
    if len(name.text) > _LONGEST or sum(map(str.isalpha, name.exact)) < _LEAST_LETTERS.get(name.script, 4):
        return False
    if name.text.islower() and is_common_word(name.text):
        return False
    return not _title_words().issuperset(name.exact.split())


@cache
def _title_words() -> frozenset[str]:
    """Words of titles and of common nouns before names: by themselves they name nobody."""
    return frozenset(word for key in exact_keys([row["form"] for row in table("honorifics")]) for word in key.split())
