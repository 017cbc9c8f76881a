"""From queries to a short list of keys each: bounded work, whole chunks of queries at a time.

1. `Chunk` cuts the queries into tokens and finds the neighbours of each distinct token once.
2. `postings` spends each query's budget on the lists of keys of those neighbours, most telling first.
3. `shortlist` looks at every key found, weighs the tokens it shares with the query, keeps the best.

All arithmetic is on integers, so that an answer can't depend on what else is in the chunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from resolver.index.neighbours import Neighbours, likeness, neighbours
from resolver.index.text import (
    I64,
    MAX_TOKENS,
    WIDTH,
    Tokens,
    cut,
    joined_signatures,
    lengths_of,
    letter,
    ragged,
    signatures,
    trigrams,
)

Arrays = Mapping[str, NDArray[Any]]

HEAD: Final = 48  # keys taken from the light end of a frequent token's list
INITIAL_LIKE: Final = 150  # what an initial that fits counts for, of 255
KNOWN_TRUST: Final = 192
SHARE_COUNTS: Final = 6
SIGN_COUNTS: Final = 160
SLACK: Final = 2200  # how far below the best first score a key may lie


class Scratch:
    """Memory that searches share: one local number for each token of the index, 0 outside a search."""

    __slots__ = ("local",)

    def __init__(self, size: int) -> None:
        self.local = np.zeros(size + 1, dtype=np.int32)

    def number(self, chunk: Chunk) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
        """Number the neighbours of a chunk from 1; `clear` must follow.

        Returns:
            The number of each token of the index, that of each neighbour, and one more than the greatest.
        """
        token, local = np.concatenate((chunk.near.token, chunk.initial_token)), self.local
        place = np.arange(1, len(token) + 1, dtype=np.int32)
        local[token] = place
        last = local[token]
        compact = np.cumsum(last == place).astype(np.int32)
        number = compact[last - 1]
        local[token] = number
        return local, number, int(compact[-1]) + 1 if len(compact) else 1

    def clear(self, chunk: Chunk) -> None:
        """Forget the numbers of a chunk's neighbours."""
        self.local[chunk.near.token] = 0
        self.local[chunk.initial_token] = 0


class Chunk:
    """A few hundred queries on their way through the index.

    Attributes:
        size: Number of queries.
        query, distinct: For each token of each query: its query, and its number among distinct tokens.
        first: Where each query's tokens begin.
        count: Number of tokens of each query.
        known: For each distinct token, its id in the index, or -1.
        near: Neighbours of the distinct tokens.
        near_start: Where each distinct token's neighbours begin.
        weight: For each distinct token, its rarity in sixteenths of a bit.
    """

    def __init__(self, arrays: Arrays, names: Sequence[str], *, native: bool) -> None:
        tokens = Tokens(cut(names) if native else names, ascii_only=not native)
        hashes = tokens.hashes()
        query = np.repeat(np.arange(len(names)), tokens.count)
        place = np.arange(len(query)) - np.repeat(tokens.count.cumsum() - tokens.count, tokens.count)
        used = np.flatnonzero(place < MAX_TOKENS)
        hashes, self.query = hashes[used], query[used]
        self.size = len(names)
        self.names = names
        self.count: I64 = np.minimum(tokens.count, MAX_TOKENS)
        self.first: I64 = self.count.cumsum() - self.count
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        fresh = np.ones(len(ordered), dtype=bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        self.distinct = np.empty(len(order), dtype=np.int64)
        self.distinct[order] = fresh.cumsum() - 1
        which = used[order[fresh]]
        codes = tokens.matrix(which)
        self.codes = codes
        self.length = lengths_of(codes)
        self.letter = letter(codes[:, 0]).astype(np.int64)
        vocab = arrays["vocab_hash"]
        at = np.minimum(vocab.searchsorted(ordered[fresh]), max(len(vocab) - 1, 0))
        found = vocab[at] == ordered[fresh] if len(vocab) else np.zeros(len(at), bool)
        self.known: I64 = np.where(found, at, -1)
        self.near: Neighbours = neighbours(arrays, codes, native=native, light=self.known >= 0)
        n = len(self.known)
        self.near_start: I64 = self.near.row.searchsorted(np.arange(n + 1))
        self._weigh(arrays)
        self.sign = joined_signatures(signatures(codes)[self.distinct], self.count)
        triple = trigrams(codes)
        surprise = np.where(triple >= 0, arrays["trigram_rarity"][triple], 0).max(axis=1, initial=0)
        # one more entry stands for "no token"
        self.surprise = np.append(surprise, 0).astype(np.int32)
        self.distinct_padded = np.append(self.distinct, len(self.known))
        self.padded = np.zeros((4, len(self.known) + 1), dtype=np.int32)
        self.padded[:, :-1] = self.weight, self.length, self.letter, self.known >= 0
        initial = arrays["letter_token"][self.letter].astype(np.int64)
        self.initial_row: I64 = np.flatnonzero((self.length > 1) & (initial < len(vocab)))
        self.initial_token: I64 = initial[self.initial_row]

    def _weigh(self, arrays: Arrays) -> None:
        weights = arrays["vocab_weight"]
        rarest = int(arrays["rarest"][0])
        has = self.near_start[1:] > self.near_start[:-1]
        near = np.full(len(has), rarest, dtype=np.int64)
        near[has] = weights[self.near.token[self.near_start[:-1][has]]]
        self.weight: I64 = np.where(self.known >= 0, weights[self.known] if len(weights) else 0, near)
        longer = np.maximum(self.length[self.near.row], np.minimum(arrays["vocab_length"][self.near.token], WIDTH))
        self.like = likeness(self.near.raw, self.near.folded, longer)


def postings(arrays: Arrays, chunk: Chunk, budget: int, frequent: int) -> tuple[I64, I64]:
    """Pairs (query, key), each once and in that order, from at most `budget` list entries a query."""
    size = chunk.near_start[1:] - chunk.near_start[:-1]
    per = size[chunk.distinct]
    place = np.repeat(np.arange(len(chunk.distinct)), per)  # the token of the query behind each entry
    entry = ragged(chunk.near_start[:-1][chunk.distinct], per)
    token = chunk.near.token[entry]
    query = chunk.query[place]
    like = chunk.like[entry]
    begin = arrays["post_start"][token].astype(np.int64)
    length = arrays["post_start"][token + 1].astype(np.int64) - begin

    many = np.flatnonzero(length > frequent)
    row, first, total = _by_letter(arrays, chunk, place[many], token[many])
    length = np.minimum(length, np.where(length > frequent, HEAD, frequent))
    begin = np.concatenate((begin, first + len(arrays["post_key"])))
    length = np.concatenate((length, total))
    query = np.concatenate((query, query[many][row]))
    like = np.concatenate((like, like[many][row]))

    cost = np.minimum((length + 8) * (32 + 255 - like), (1 << 28) - 1)
    order = np.argsort((query << 32) | cost, kind="stable")
    order = order[length[order] > 0]
    begin, length, query = begin[order], length[order], query[order]
    run = length.cumsum()
    starts = query.searchsorted(np.arange(chunk.size + 1))
    before = np.concatenate(([0], run))[starts[:-1]]
    left = budget - (run - length - before[query])
    length = np.minimum(length, np.maximum(left, 0))
    flat = ragged(begin, length)
    own = query.repeat(length)
    split = len(arrays["post_key"])
    pairs = flat >= split
    key = np.empty(len(flat), dtype=np.uint64)
    key[~pairs] = arrays["post_key"][flat[~pairs]]
    key[pairs] = arrays["pair_key"][flat[pairs] - split]
    packed = np.sort((own.astype(np.uint64) << np.uint64(32)) | key)
    fresh = np.ones(len(packed), dtype=bool)
    fresh[1:] = packed[1:] != packed[:-1]
    packed = packed[fresh]
    return (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _by_letter(arrays: Arrays, chunk: Chunk, place: I64, token: I64) -> tuple[I64, I64, I64]:
    """Parts of frequent tokens' lists whose keys hold another token beginning like one of the query's.

    Returns:
        Row of `place` and `token`, and where in `pair_key` the part begins and how long it is.
    """
    bits = np.int64(1) << chunk.letter
    near = np.int64(1) << arrays["vocab_letter"][chunk.near.token].astype(np.int64)
    np.bitwise_or.at(bits, chunk.near.row, near)
    each = bits[chunk.distinct]
    # for each token of a query, the letters of all its other tokens
    query = chunk.query[place]
    span = chunk.count[query]
    row = np.repeat(np.arange(len(place)), span)
    other = ragged(chunk.first[query], span)
    apart = other != place[row]
    mask = np.zeros(len(place), dtype=np.int64)
    np.bitwise_or.at(mask, row[apart], each[other[apart]])
    row, which = np.nonzero((mask[:, None] >> np.arange(27)) & 1)
    slot = np.searchsorted(arrays["pair_token"], token)[row] * 27 + which
    begin = arrays["pair_start"][slot].astype(np.int64)
    return row, begin, arrays["pair_start"][slot + 1].astype(np.int64) - begin


def shortlist(arrays: Arrays, chunk: Chunk, scratch: Scratch, query: I64, key: I64, keep: int) -> tuple[I64, I64]:
    """The `keep` keys of each query that share most of its weight and letters, best first."""
    rows = arrays["key_row"].take(key, axis=0)
    shared = np.zeros(len(key), dtype=np.int32)
    local, number, width = scratch.number(chunk)
    try:
        table = _shares(arrays, chunk, number, width).ravel()
        row = (query * width).astype(np.int32)
        for column in range(4):
            at = local.take(rows[:, column])
            at += row
            shared += table.take(at)
    finally:
        scratch.clear(chunk)
    _initials(arrays, chunk, query, rows, shared)
    mine = np.bincount(chunk.query, chunk.weight[chunk.distinct], chunk.size).astype(np.int32)
    shared *= 2048 * SHARE_COUNTS
    shared //= np.maximum(mine[query] + rows[:, 6].astype(np.int32), 1)
    sign = np.ascontiguousarray(rows[:, 4:6]).view(np.uint64).ravel()
    apart = np.bitwise_count(chunk.sign[query] ^ sign)
    score = np.minimum(np.maximum(4096 + shared - apart * np.int32(SIGN_COUNTS), 0), 16383).astype(np.int64)
    packed = np.sort((query << 48) | ((16383 - score) << 32) | key)
    owner = packed >> 48
    starts = owner.searchsorted(np.arange(chunk.size + 1))
    rank = packed >> 32
    lead = rank[np.minimum(starts[:-1], max(len(packed) - 1, 0))] if len(packed) else rank
    close = rank - lead[owner] <= SLACK
    best = np.flatnonzero((np.arange(len(packed)) - starts[owner] < keep) & close)
    return owner[best], packed[best] & 0xFFFFFFFF


def _shares(arrays: Arrays, chunk: Chunk, number: NDArray[np.int32], width: int) -> NDArray[np.uint16]:
    """For each query and each local token number, the weight that the token shares with the query."""
    table = np.zeros((chunk.size, width), dtype=np.uint16)
    near = chunk.near
    at = np.concatenate((near.row, chunk.initial_row))
    weight = arrays["vocab_weight"][np.concatenate((near.token, chunk.initial_token))].astype(np.int64)
    # a word of the gazetteer that is spelt otherwise is rather another word
    trust = np.where((near.raw > 0) & (chunk.known[near.row] >= 0), KNOWN_TRUST, 256)
    like = np.concatenate((chunk.like * trust >> 8, np.full(len(chunk.initial_row), INITIAL_LIKE)))
    value = like * weight >> 8
    order = np.argsort((at << 32) | value, kind="stable")
    start = np.searchsorted(at[order], np.arange(len(chunk.known) + 1))
    size = (start[1:] - start[:-1])[chunk.distinct]
    entry = order[ragged(start[:-1][chunk.distinct], size)]
    owner = chunk.query.repeat(size)
    rising = np.argsort(value[entry], kind="stable")
    entry = entry[rising]
    table[owner[rising], number[entry]] = value[entry]
    return table


def _initials(arrays: Arrays, chunk: Chunk, query: I64, rows: NDArray[np.uint32], shared: NDArray[np.int32]) -> None:
    """Let initials in a query count for the words of a key that they may stand for."""
    single = (chunk.length == 1)[chunk.distinct]
    if not single.any():
        return
    letters = np.zeros(chunk.size, dtype=np.int64)
    np.bitwise_or.at(letters, chunk.query[single], np.int64(1) << chunk.letter[chunk.distinct[single]])
    row = np.flatnonzero(letters[query])
    mask, best = letters[query[row]], np.zeros(len(row), dtype=bool)
    for column in range(4):
        info = arrays["vocab_info"].take(rows[row, column]).astype(np.int64)
        best |= ((mask >> (info & 31)) & 1 > 0) & (info >> 5 & 255 > 1)
    shared[row] += np.where(best, INITIAL_LIKE, 0).astype(np.int32)
