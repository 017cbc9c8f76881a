"""What may be a key at all: a few megabytes that spare most misspelt names the search for other readings.

Two sets of 32-bit hashes, sorted and mapped: the words of all keys, and the first with the last word of each key, the
first also by its first letter alone. What is not in them is in no key; what is in them nearly always is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from resolver.index import store
from resolver.index.text import U64, Tokens, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK: Final = 131_072  # keys worked on at a time


class Sieve:
    """The sieve of one gazetteer, opened for reading; threads share it."""

    def __init__(self, words: NDArray[np.uint32], ends: NDArray[np.uint32]) -> None:
        self._words = words
        self._ends = ends

    @classmethod
    def open(cls, folder: Path) -> Sieve:
        """Map the sieve in `folder`; errors as of `FuzzyIndex.open`."""
        arrays, _ = store.read(folder)
        return cls(arrays["words"], arrays["ends"])

    def has_words(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each word may stand in some key; words hold no space."""
        return _within(self._words, _short(Tokens(words).hashes()))

    def has_ends(self, keys: Sequence[str]) -> NDArray[np.bool_]:
        """Whether some key may begin and end with the same words as each of these, or begin with its initial.

        Never for a key of one word.
        """
        found = np.zeros(len(keys), bool)
        tokens = Tokens(keys)
        several = np.flatnonzero(tokens.count > 1)
        found[several] = _within(self._ends, _ends(tokens, tokens.hashes(), several))
        return found


def write_sieve(keys: Sequence[str], folder: Path) -> None:
    """Write the sieve of all keys of a gazetteer."""
    words, ends = [], []
    for at in range(0, len(keys), _CHUNK):
        tokens = Tokens(keys[at : at + _CHUNK])
        hashes = tokens.hashes()
        several = np.flatnonzero(tokens.count > 1)
        words.append(np.unique(_short(hashes)))
        ends.append(np.unique(np.concatenate(list(_both_ends(tokens, hashes, several)))))
    arrays: dict[str, NDArray[Any]] = {"words": _joined(words), "ends": _joined(ends)}
    store.write(folder, arrays, {})


def _both_ends(tokens: Tokens, hashes: U64, names: NDArray[np.int64]) -> Iterator[NDArray[np.uint32]]:
    yield _ends(tokens, hashes, names)
    first = tokens.count.cumsum() - tokens.count
    letters = [chr(code) for code in tokens.codes[tokens.start[first[names]]].tolist()]
    initial = hashes.copy()
    initial[first[names]] = Tokens(letters).hashes() if letters else 0
    yield _ends(tokens, initial, names)


def _ends(tokens: Tokens, hashes: U64, names: NDArray[np.int64]) -> NDArray[np.uint32]:
    end = tokens.count.cumsum()
    first, last = (end - tokens.count)[names], end[names] - 1
    return _short(mix(hashes[first] * np.uint64(3) + hashes[last]))


def _short(hashes: U64) -> NDArray[np.uint32]:
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _joined(parts: Iterable[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    held = list(parts)
    return np.unique(np.concatenate(held)) if held else np.zeros(0, np.uint32)


def _within(held: NDArray[np.uint32], sought: NDArray[np.uint32]) -> NDArray[np.bool_]:
    if not len(held):
        return np.zeros(len(sought), bool)
    found: NDArray[np.bool_] = held[np.minimum(held.searchsorted(sought), len(held) - 1)] == sought
    return found
