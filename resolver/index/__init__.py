"""Fuzzy search over the names of a gazetteer: which keys may a misspelt name mean?

    names ─ candidates.Chunk ─ postings ─ shortlist ─ align.features ─ score ─ (query, key id, score)

The index is one memory-mapped file (store.py) that resolver/build/index_build.py writes. Work per query is
bounded whatever the number of keys. docs/fuzzy-index.md tells why it is built this way, with figures.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from resolver.index import store
from resolver.index.align import features
from resolver.index.candidates import Chunk, Scratch, postings, shortlist
from resolver.index.score import logits, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FuzzyIndex", "Hits"]

CHUNK: Final = 384  # queries worked on at a time
BUDGET: Final = 640  # entries of posting lists read for one query
TINY: Final = 3  # Latin names of so few characters match only themselves
SHORTLIST: Final = 32  # most keys of one query that are aligned


class Hits(NamedTuple):
    """Keys found, by query, then best first; ties in score stand in order of key id.

    Attributes:
        query: Position of the query.
        key: Id of the key.
        score: In [0, 1]; ranks, not calibrated.
    """

    query: NDArray[np.int64]
    key: NDArray[np.int64]
    score: NDArray[np.float64]


class FuzzyIndex:
    """A fuzzy index, opened for reading. Not to be shared by threads: open one each, the file is shared.

    Attributes:
        size: Number of keys.
        number: What the builder of the index calls each key, by key id.
        native: Whether the keys are in their own scripts, not romanised.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> None:
        self._arrays = arrays
        self._frequent = int(meta["frequent"])
        self.size = int(meta["keys"])
        self.number: NDArray[np.uint32] = arrays["number"]
        self.native = bool(meta["native"])
        self._scratch = Scratch(len(arrays["vocab_hash"]))

    @classmethod
    def open(cls, folder: str | Path) -> FuzzyIndex:
        """Map the index in `folder`.

        Raises:
            GazetteerNotFound: There is none.
            GazetteerVersionError: Another version of this package wrote it.
            GazetteerCorrupt: It is damaged.
        """
        return cls(*store.read(Path(folder)))

    def search(self, names: Sequence[str], *, top: int = 16) -> Hits:
        """Find the keys that each name may be a spelling of.

        Args:
            names: Normalised as the keys were. An empty name finds nothing.
            top: Most keys for one name.

        Returns:
            Hits of all names. The answer for a name doesn't depend on the other names.
        """
        parts = [self._chunk(names[at : at + CHUNK], at, top) for at in range(0, len(names), CHUNK)]
        if not parts:
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        return Hits(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def evidence(self, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """Pairs (query, key id) that get a score, in that order, and their features; see align.FEATURES.

        For fitting weights and for looking into an answer; at most a few hundred names at once.
        """
        arrays = self._arrays
        chunk = Chunk(arrays, names, native=self.native)
        query, key = postings(arrays, chunk, BUDGET, self._frequent)
        query, key = shortlist(arrays, chunk, self._scratch, query, key, SHORTLIST)
        if not self.native:
            query, key = self._without_tiny(names, query, key)
        return query, key, features(arrays, chunk, self._scratch, query, key)

    def _without_tiny(
        self, names: Sequence[str], query: NDArray[np.int64], key: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Leave out pairs of different names one of which is too short to be told from its neighbours."""
        start = self._arrays["key_text_start"]
        size = np.array([len(name) for name in names], dtype=np.int64)[query]
        other = start[key + 1].astype(np.int64) - start[key]
        tiny = np.flatnonzero(np.minimum(size, other) <= TINY)
        blob = self._arrays["key_text"].data
        drop = [
            i
            for i, q, k in zip(tiny.tolist(), query[tiny].tolist(), key[tiny].tolist(), strict=True)
            if str(blob[start[k] : start[k + 1]], "ascii") != names[q]
        ]
        return np.delete(query, drop), np.delete(key, drop)

    def _chunk(self, names: Sequence[str], at: int, top: int) -> Hits:
        query, key, found = self.evidence(names)
        logit = logits(found)
        order = np.lexsort((key, -logit, query))
        query, key, logit = query[order], key[order], logit[order]
        place = np.arange(len(query)) - np.searchsorted(query, np.arange(len(names)))[query]
        best = place < top
        return Hits(query[best] + at, key[best], scores(logit[best]))
