"""Names as code arrays: tokens, hashes, deletion variants, folded and consonant forms.

Both sides of the index call these functions, so that a query is cut and hashed exactly as the keys were.
Everything is an array operation over all tokens at once.

Hashes are polynomial, over mixed character codes, modulo 2**64. The base is odd and so has an inverse:
with prefix sums, the hash of a token less any one or two characters is a few multiplications away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]
Codes = NDArray[Any]  # matrix of character codes, one token a row, padded with zeros

WIDTH: Final = 20  # characters of a token that are compared; the exact hash covers all of them
MAX_TOKENS: Final = 12  # tokens of a name that are compared
_SPACE, _NEWLINE = 32, 10

_MASK = (1 << 64) - 1
_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_POWERS = np.array([pow(_BASE, i, 1 << 64) for i in range(1024)], dtype=np.uint64)
_INV1 = np.uint64(_INVERSE)
_INV2 = np.uint64(_INVERSE * _INVERSE & _MASK)


def mix(values: Any) -> U64:
    """Spread 64-bit values evenly (the splitmix64 finaliser)."""
    x = np.asarray(values).astype(np.uint64) + np.uint64(_BASE)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


_MIXED_LOW = mix(np.arange(1024))
_MIXED_LOW[0] = 0  # padding adds nothing


def _mixed_codes(codes: NDArray[Any]) -> U64:
    if codes.dtype == np.uint8:
        low: U64 = _MIXED_LOW[codes]
        return low
    low = _MIXED_LOW[np.minimum(codes, 1023)]
    high = codes > 1023
    if high.any():
        low[high] = mix(codes[high])
    return low


def ragged(starts: NDArray[Any], lengths: NDArray[Any]) -> I64:
    """Indices of all elements of the slices `starts[i] : starts[i] + lengths[i]`, one after the other.

    >>> ragged(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    lengths = lengths.astype(np.int64)
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts.astype(np.int64) - (ends - lengths), lengths) + np.arange(total, dtype=np.int64)


_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")


def _bigrams(run: re.Match[str]) -> str:
    text = run.group()
    return f" {' '.join(text[i : i + 2] for i in range(max(len(text) - 1, 1)))} "


def cut(names: Sequence[str]) -> list[str]:
    """Native names with a space wherever a token ends: runs of Han characters become overlapping pairs.

    >>> cut(["中国外交部", "רמת גן"])
    ['中国 国外 外交 交部', 'רמת גן']
    """
    return [" ".join(_HAN.sub(_bigrams, name).split()) if _HAN.search(name) else name for name in names]


class Tokens:
    """The tokens of a list of names, as positions in one array of character codes.

    Attributes:
        codes: All names joined with newlines; uint8 if every character is ASCII, else uint32.
        start, length: Where each token begins, and its length, in name order.
        count: Number of tokens of each name.
    """

    __slots__ = ("codes", "count", "length", "start")

    def __init__(self, names: Sequence[str], *, ascii_only: bool | None = None) -> None:
        joined = "\n".join(names)
        if joined.count("\n") >= max(len(names), 1):
            joined = "\n".join(name.replace("\n", " ") for name in names)
        if ascii_only or (ascii_only is None and joined.isascii()):
            self.codes: NDArray[Any] = np.frombuffer(joined.encode("ascii", "replace"), dtype=np.uint8)
        else:
            self.codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype="<u4")
        ends_name = self.codes == _NEWLINE
        is_gap = ends_name | (self.codes == _SPACE)
        padded = np.concatenate(([True], is_gap, [True]))
        edges = np.flatnonzero(padded[1:] != padded[:-1])
        self.start: I64 = edges[0::2]
        self.length: I64 = edges[1::2] - self.start
        bounds = np.concatenate(([0], ends_name.nonzero()[0], [len(self.codes)]))
        at = self.start.searchsorted(bounds)
        self.count: I64 = np.diff(at) if names else np.zeros(0, np.int64)

    def hashes(self) -> U64:
        """One 64-bit hash a token, over all its characters."""
        if not len(self.start):
            return np.zeros(0, np.uint64)
        at = ragged(self.start, self.length)
        position = at - self.start.repeat(self.length)
        terms = _mixed_codes(self.codes[at]) * _POWERS[np.minimum(position, 1023)]
        first = self.length.cumsum() - self.length
        return mix(np.add.reduceat(terms, first))

    def matrix(self, which: I64) -> Codes:
        """Codes of the first `WIDTH` characters of the tokens at positions `which`, padded with zeros."""
        start, length = self.start[which], np.minimum(self.length[which], WIDTH)
        return pack(self.codes, start, length)


def pack(codes: NDArray[Any], start: I64, length: I64) -> Codes:
    """Slices of a code array as the rows of a zero-padded matrix."""
    out = np.zeros((len(start), WIDTH), dtype=codes.dtype)
    row = np.repeat(np.arange(len(start)), length)
    at = ragged(start, length)
    out[row, at - start.repeat(length)] = codes[at]
    return out


def lengths_of(codes: Codes) -> I64:
    """Number of characters of each row."""
    found: I64 = np.add.reduce(codes != 0, axis=1, dtype=np.int64)
    return found


def deletions(codes: Codes, most: I64, salt: U64) -> tuple[I64, U64]:
    """Hashes of tokens whole, with one character left out, and with two.

    Args:
        codes: One token a row, padded with zeros.
        most: For each row, how many characters may be left out, 0 to 2; -1 leaves the row out.
            Two only among the first `PAIRS` characters.
        salt: For each row, what keeps forms of different kinds apart.

    Returns:
        Row and hash of each variant.
    """
    sums = np.zeros((len(codes), WIDTH + 1), dtype=np.uint64)
    np.cumsum(_mixed_codes(codes) * _POWERS[:WIDTH], axis=1, out=sums[:, 1:])
    whole = sums[:, -1]
    none = np.flatnonzero(most >= 0)
    one, p = np.nonzero((codes != 0) & (most >= 1)[:, None])
    with_one = sums[one, p] + (whole[one] - sums[one, p + 1]) * _INV1
    two = np.flatnonzero(most >= 2)
    long = lengths_of(codes[two, :PAIRS])
    at, which = np.nonzero(long[:, None] > _SECOND)
    two, p, q = two[at], _FIRST[which], _SECOND[which]
    with_two = sums[two, p] + (sums[two, q] - sums[two, p + 1]) * _INV1 + (whole[two] - sums[two, q + 1]) * _INV2
    row = np.concatenate((none, one, two))
    return row, mix(np.concatenate((whole[none], with_one, with_two)) + salt[row])


PAIRS: Final = 16
_FIRST, _SECOND = np.triu_indices(PAIRS, 1)

# Spellings of one sound in different romanisations, longest first; order matters.
_FOLDS: Final = (
    ("shch", "s"), ("tsch", "C"), ("sch", "s"), ("tch", "C"), ("dsch", "j"), ("dzh", "j"), ("sh", "s"),
    ("cz", "C"), ("sz", "s"), ("zh", "j"), ("dj", "j"), ("kh", "h"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"), ("bh", "b"), ("ch", "C"), ("ck", "k"), ("c", "k"), ("C", "c"), ("q", "k"), ("x", "ks"),
    ("ts", "z"), ("tz", "z"), ("w", "v"), ("f", "v"), ("j", "i"), ("y", "i"), ("ou", "u"), ("oo", "u"),
    ("ee", "i"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ie", "e"), ("ei", "e"),
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
_VOWELS = np.zeros(256, dtype=bool)
_VOWELS[[ord(c) for c in "aeiouh"]] = True


def fold(tokens: str) -> str:
    r"""Rewrite newline-separated tokens so that spellings of one sound become one.

    >>> fold("tchaikovsky\nchaykovskiy\nmohammed\nmuhamed").split()
    ['caikovski', 'caikovski', 'mohamed', 'muhamed']
    """
    return _DOUBLED.sub(r"\1", _respell(tokens))


def _respell(tokens: str) -> str:
    for old, new in _FOLDS:
        tokens = tokens.replace(old, new)
    return tokens


def fold_codes(codes: Codes) -> Codes:
    """`fold` for a code matrix of ASCII tokens."""
    if not len(codes):
        return codes
    wide = np.full((len(codes), WIDTH + 1), _NEWLINE, dtype=np.uint8)
    wide[:, :WIDTH] = codes
    folded = _respell(wide[wide != 0].tobytes().decode("ascii")).encode("ascii")
    flat = np.frombuffer(folded, dtype=np.uint8)
    doubled = np.zeros(len(flat), dtype=bool)
    doubled[1:] = (flat[1:] == flat[:-1]) & (flat[1:] >= ord("a"))
    flat = flat[~doubled]
    ends = np.flatnonzero(flat == _NEWLINE)
    start = np.concatenate(([0], ends[:-1] + 1))
    return pack(flat, start, np.minimum(ends - start, WIDTH))


def skeletons(folded: Codes) -> Codes:
    """Consonants of folded tokens; a vowel stays only at the beginning, where all vowels are one."""
    keep = (folded != 0) & ~_VOWELS[folded]
    first = folded[:, 0]
    keep[:, 0] = first != 0
    out = np.zeros_like(folded)
    row, col = np.nonzero(keep)
    size = keep.sum(axis=1)
    at = np.arange(len(row)) - np.repeat(size.cumsum() - size, size)
    out[row, at] = folded[row, col]
    vowel = _VOWELS[first]
    out[vowel, 0] = ord("a")
    return out


def class_bits(codes: NDArray[Any]) -> U64:
    """One of 31 bits for each character code, 0 for code 0."""
    if codes.dtype == np.uint8:
        low: U64 = _CLASS_BITS[codes]
        return low
    low = _CLASS_BITS[np.minimum(codes, 127)]
    high = codes > 127
    if high.any():
        low[high] = np.uint64(1) << (mix(codes[high]) % np.uint64(31))
    return low


_CLASS_BITS = np.uint64(1) << ((np.arange(256, dtype=np.uint64) + np.uint64(31 * 8 - 97)) % np.uint64(31))
_CLASS_BITS[0] = 0


def signatures(codes: Codes) -> U64:
    """Which characters a token holds, and which twice: the bits that differ bound the edits from below.

    Bit c stands for "at least one of class c", bit 31 + c for "at least two"; there are 31 classes.
    """
    bits = class_bits(codes)
    seen = np.bitwise_or.accumulate(bits, axis=1)
    twice = np.bitwise_or.reduce(bits[:, 1:] & seen[:, :-1], axis=1)
    found: U64 = seen[:, -1] | (twice << np.uint64(31))
    return found


def joined_signatures(signs: U64, count: I64) -> U64:
    """Signatures of names from those of their tokens, `count` tokens a name."""
    out = np.zeros(len(count), dtype=np.uint64)
    first = count.cumsum() - count
    low = np.uint64((1 << 31) - 1)
    for place in range(int(count.max()) if len(count) else 0):
        row = np.flatnonzero(count > place)
        more = signs[first[row] + place]
        out[row] |= more | ((out[row] & more & low) << np.uint64(31))
    return out


def letter(first: NDArray[Any]) -> NDArray[np.uint8]:
    """Class 0 to 26 of a token by its first character: a to z, anything else by its code."""
    code = first.astype(np.int64)
    small = code - ord("a")
    return np.where((small >= 0) & (small < 26), small, np.where(code < 128, 26, code % 27)).astype(np.uint8)


def trigrams(codes: Codes) -> I64:
    """Numbers, below `TRIGRAMS`, of the letter triples of tokens, edges included; -1 beyond a token's end.

    Returns:
        Matrix of one row a token and `WIDTH` columns: the triple around each character.
    """
    length = lengths_of(codes)
    classes = np.where(codes == 0, 0, letter(codes).astype(np.int64) + 1)
    padded = np.zeros((len(codes), WIDTH + 2), dtype=np.int64)
    padded[:, 1:-1] = classes
    triple = (padded[:, :-2] * 28 + padded[:, 1:-1]) * 28 + padded[:, 2:]
    return np.where(np.arange(WIDTH) < length[:, None], triple, -1)


TRIGRAMS: Final = 28**3
