"""Words as numbers of 64 bits, and sets of them that many at once are asked of.

A hash says which words are worth a closer look, thousands at a time and without a string made for any; what it lets
through is looked up by its letters. Two words of one number are a one-in-a-billion mistake.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

_FACTOR, _INVERSE = 0x9E3779B97F4A7C15, pow(0x9E3779B97F4A7C15, -1, 2**64)


@cache
def _powers(size: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Powers of the factor and of its inverse modulo 2**64."""
    import numpy as np

    return tuple(
        np.cumprod(np.concatenate(([np.uint64(1)], np.full(size - 1, factor, "<u8"))))  # type: ignore[return-value]
        for factor in (_FACTOR, _INVERSE)
    )


def word_hashes(codes: np.ndarray[Any, Any], begins: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A number of 64 bits for each word: the same for the same letters wherever they stand.

    Args:
        codes: Code points of all words, end to end.
        begins: Where each word begins in them.
    """
    import numpy as np

    if not len(codes):
        return np.zeros(0, "<u8")
    powers, inverses = _powers(1 << max(17, int(len(codes) - 1).bit_length()))
    sums = np.concatenate((np.zeros(1, "<u8"), np.cumsum(codes * powers[: len(codes)])))
    ends = np.append(begins[1:], len(codes))
    hashes: np.ndarray[Any, Any] = (sums[ends] - sums[begins]) * inverses[begins]
    return hashes


def hashes_of(words: Iterable[str]) -> np.ndarray[Any, Any]:
    """The hashes of single folded words, sorted."""
    import numpy as np

    listed = [word for word in words if word]
    codes = np.frombuffer("".join(listed).encode("utf-32-le", "surrogatepass"), "<u4")
    begins = np.cumsum([0, *map(len, listed)])[:-1]
    return np.unique(word_hashes(codes, begins))


def pair_hashes(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A number of 64 bits for each two words in a row."""
    import numpy as np

    return first * np.uint64(_FACTOR) ^ second * np.uint64(_INVERSE)


class HashSet:
    """Numbers of 64 bits that are asked for many at once.

    A sieve of bits, one of sixteen set, says no to most without a search.

    Args:
        held: The numbers, sorted, none twice.
        sieve: What `sieve_of` gives for them, where it is at hand.

    >>> import numpy as np
    >>> HashSet(np.array([3, 5], "<u8")).has(np.array([5, 4], "<u8")).tolist()
    [True, False]
    """

    def __init__(self, held: np.ndarray[Any, Any], sieve: np.ndarray[Any, Any] | None = None) -> None:
        self._held = held
        self._sieve = sieve_of(held) if sieve is None else sieve
        self._shift = _shift(8 * len(self._sieve))

    def has(self, sought: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Which of some numbers are in the set."""
        import numpy as np

        bit = _mixed(sought, self._shift)
        found: np.ndarray[Any, Any] = (self._sieve[bit >> np.uint64(3)] >> (bit & np.uint64(7)).astype("u1") & 1) > 0
        if len(places := np.flatnonzero(found)):
            asked = sought[places]
            at = np.minimum(np.searchsorted(self._held, asked), len(self._held) - 1)
            found[places] = self._held[at] == asked
        return found


def words_set(words: Iterable[str]) -> HashSet:
    """A set of folded words."""
    return HashSet(hashes_of(words))


def sieve_of(held: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A sieve of bits for a sorted set, at most one of sixteen set."""
    import numpy as np

    size = max(64, 1 << (16 * len(held)).bit_length())
    bits = np.zeros(size, "?")
    bits[_mixed(held, _shift(size))] = True
    return np.packbits(bits, bitorder="little")


def _shift(size: int) -> int:
    return 64 - (size.bit_length() - 1)


def _mixed(numbers: np.ndarray[Any, Any], shift: int) -> np.ndarray[Any, Any]:
    """Places in a sieve: the upper bits, which depend on all letters."""
    import numpy as np

    mixed: np.ndarray[Any, Any] = numbers * np.uint64(_FACTOR) >> np.uint64(shift)
    return mixed
