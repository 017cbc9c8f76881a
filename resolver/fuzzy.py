"""The fuzzy channel: names that no key answers -> aliases that resemble them.

Two indexes answer for one gazetteer: keys in Latin letters, which names of every script meet by romanisation, and
keys in their own script for the scripts whose romanisation loses letters. What they find is aligned word by word
with the name; how much that is worth is decided elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from resolver import calibrate, scoring
from resolver.comparison import Name, align_names, read_name
from resolver.decide import is_common_word
from resolver.features import Alignment, Relation, group_of
from resolver.features.alignment import LIGHT
from resolver.gazetteer import CASED, KINDS, Gazetteer
from resolver.hits import Channel, Hit, Resemblance
from resolver.index import FuzzyIndex
from resolver.lexicon import table, word_groups
from resolver.model import Kind
from resolver.normalize import exact_keys
from resolver.romanize import LOSSY, Script

LATIN, NATIVE = "latin", "native"

TOP = 12
"""Keys of one name that are aligned: docs/fuzzy-index.md has what more would find."""

SURE, REACH = 4, 5.0
"""So many keys are aligned in any case; others if their score's log odds come this near to the best one's."""

GENERIC = 0.75
"""Rarity below which a word is common among names: bank, party, airport, national."""

MOST_ALIASES = 24
"""Aliases under one key that are considered; a commoner name identifies nobody by likeness."""

_LONGEST = 120  # characters of a name that is searched for; a longer one is a sentence


_VETO = ("number", "contrast")
"""What makes two names of one pattern two names: the 48th and the 49th, north and south."""

_LEAST_LETTERS: dict[str, int] = {Script.HAN: 3, Script.KANA: 3, Script.HANGUL: 3}


class Found(NamedTuple):
    """A key that an index proposes for a name: its number, the index's score, and which index."""

    key: int
    score: float
    native: bool


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

    def search(self, names: Sequence[Name], *, top: int = TOP) -> list[list[Found]]:
        """Keys that each name may be a spelling of, the best of each index first.

        Args:
            names: From `resolver.comparison.read_name`.
            top: Most keys of one index for one name.
        """
        found: list[list[Found]] = [[] for _ in names]
        fit = [i for i, name in enumerate(names) if _is_searched(name)]
        self._ask(LATIN, [names[i].latin for i in fit], fit, found, top)
        lossy = [i for i in fit if names[i].script in LOSSY]
        if lossy:
            self._ask(NATIVE, [names[i].exact for i in lossy], lossy, found, top)
        return found

    def _ask(self, which: str, keys: list[str], numbers: list[int], found: list[list[Found]], top: int) -> None:
        native, here = which == NATIVE, self._gazetteer.here
        for part, index in enumerate(self._indexes(which)):
            hits = index.search(keys, top=top)
            columns = (hits.query.tolist(), index.number[hits.key].tolist(), hits.score.tolist())
            for query, key, score in zip(*columns, strict=True):
                found[numbers[query]].append(Found(here(part, key), score, native))

    def _indexes(self, which: str) -> list[FuzzyIndex]:
        indexes: list[FuzzyIndex] | None = getattr(self._own, which, None)
        if indexes is None:
            indexes = [FuzzyIndex.open(folder / which) for folder in self._folders]
            setattr(self._own, which, indexes)
        return indexes

    def hits(self, name: Name, found: Sequence[Found]) -> list[Hit]:
        """The aliases under the keys found, each with how it resembles the name."""
        gazetteer = self._gazetteer
        judged: dict[tuple[str, str, Kind, bool], Resemblance] = {}
        out = []
        for key, score, native in _likely(found):
            if gazetteer.key(key) in (name.exact, name.latin):
                continue  # what an equal key is worth has been decided
            for alias, _ in islice(gazetteer.hits(key), MOST_ALIASES):
                if gazetteer.alias_flags[alias] & CASED:
                    continue
                kind = KINDS[gazetteer.entity_kind[gazetteer.alias_entity[alias]]]
                other = read_name(gazetteer.alias_text(alias))
                if name.script != other.script and Script.LATIN not in (name.script, other.script):
                    continue  # romanised twice, nothing is left to compare
                about = (other.latin, other.script, kind, native)
                resemblance = judged.get(about)
                if resemblance is None:
                    resemblance = judged[about] = resemble(name, other, kind, score, native=native)
                if any(here and there for kind_of, here, there in resemblance.alignment.conflicts if kind_of in _VETO):
                    continue
                if max(resemblance.alignment.query.weights, default=0.0) <= LIGHT:
                    return []  # titles and articles alone: no word says who is meant
                if _is_another_kind(resemblance.alignment, kind):
                    continue
                if kind is Kind.PERSON and _is_only_a_surname(resemblance):
                    continue
                if _by_initials(resemblance, person=kind is Kind.PERSON):
                    continue
                out.append(Hit(alias, Channel.FUZZY, resemblance=resemblance, key=key))
        return out


def _likely(found: Sequence[Found]) -> list[Found]:
    """The keys worth aligning: the first few, and what comes near the best of its index."""
    best = {native: max(one.score for one in found if one.native is native) for native in {f.native for f in found}}
    return [
        one
        for place, one in enumerate(found)
        if place < SURE or scoring.log_odds(one.score) > scoring.log_odds(best[one.native]) - REACH
    ]


def _by_initials(seen: Resemblance, *, person: bool) -> bool:
    """Whether a single letter is made more of than it says.

    Only people go by initials: "N. Ireland" is neither Ireland nor "New Ireland". And their surnames are written
    out: "Mike DuBose" is not "Mike D".
    """
    alignment = seen.alignment
    initials = [pair for pair in alignment.pairs if pair.relation is Relation.INITIAL]
    if person:
        last = len(alignment.alias.texts) - 1
        return any(len(pair.alias) == 1 and pair.to == last for pair in initials)
    return bool(initials) or any(len(alignment.query.texts[i]) == 1 for i in alignment.extra_query)


def _is_apart(alignment: Alignment, *, person: bool) -> bool:
    """Whether the mention has a surname of its own, or a word such as `airport` that many names have."""
    query, left = alignment.query, alignment.extra_query
    if person:
        return bool(query.heavy) and query.heavy[-1] in left
    return any(LIGHT < query.weights[i] < GENERIC for i in left)


def _is_another_kind(alignment: Alignment, kind: Kind) -> bool:
    """Whether a word that only the mention has speaks for another kind of thing: an airport is no city."""
    own = group_of(kind)
    if own not in ("person", "place"):
        return False
    return any(word_groups().get(alignment.query.texts[i], own) != own for i in alignment.extra_query)


def _is_only_a_surname(seen: Resemblance) -> bool:
    """Whether one word meets a longer name of a person: bare surnames are aliases of their own, and weak ones."""
    return seen.single and seen.missing > LIGHT and len(seen.alignment.alias.heavy) > 1


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


def resemble(name: Name, other: Name, kind: Kind, score: float, *, native: bool) -> Resemblance:
    """How a name resembles the name of an alias of an entity of this kind.

    Args:
        name: The mention.
        other: The alias.
        kind: Of the alias's entity.
        score: Of the index that proposed it.
        native: Whether that was the index of names in their own script.
    """
    alignment = align_names(name, other, kind=kind)
    value = scoring.score(alignment, kind=kind)
    return Resemblance(
        pair=calibrate.probability(value, scoring.judged_by(alignment, kind)) if value > 0.0 else 0.0,
        found=score,
        native=native,
        cross=alignment.cross_script,
        brief=name.script in (Script.HAN, Script.KANA),
        single=len(alignment.query.texts) == 1,
        extra=sum(alignment.query.weights[i] for i in alignment.extra_query),
        missing=sum(alignment.alias.weights[i] for i in alignment.extra_alias),
        apart=_is_apart(alignment, person=kind is Kind.PERSON),
        kind=kind,
        alignment=alignment,
    )
