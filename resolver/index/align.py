"""Evidence of a query against a key: which token stands for which, and what is left over.

Each token of the query is paired with at most one of the key, the most alike first, then the rarest.
Everything is counted in integers: rarity in sixteenths of a bit, shares in thousandths. Arrays are slot by
pair: row i holds the i-th token of every pair (query, key), so that each operation runs along all pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from resolver.index.candidates import INITIAL_LIKE, Chunk, Scratch
from resolver.index.text import I64, MAX_TOKENS, WIDTH

Arrays = Mapping[str, NDArray[Any]]
I32 = NDArray[np.int32]

FEATURES: Final = (
    "one",  # always 1
    "query_share",  # share of the query's weight that found a partner, lessened by unlikeness
    "key_share",  # the same of the key
    "raw",  # edits between partners as written, in fours
    "folded",  # edits between their folded forms
    "edit_share",  # both, by characters compared
    "worst_token",  # the same of the worst pair
    "contradiction",  # how common the query's word is, where it is a word of the index spelt otherwise here
    "known_fuzzy",  # partners that differ, where the query's is a word of the index
    "known_fold_equal",  # of these, those that sound the same
    "unknown_fuzzy",  # partners that differ, where it is none
    "surprise",  # the least usual letter triple of such a word: high in slips, low in names
    "short_fuzzy",  # partners that differ, of five letters or fewer
    "first_letter",  # partners that begin differently
    "query_left",  # words of the query without a partner
    "query_left_weight",
    "worst_left",  # weight of the rarest of them
    "key_left",  # words of the key without a partner
    "key_left_weight",
    "initials_query",  # initials of the query that stand for words of the key
    "initials_key",  # the other way about
    "moved",  # words out of order
    "exact_weight",  # weight of the words that agree
    "fuzzy_weight",  # weight of the partners that differ
    "single",  # the query is one word
    "chars",  # characters compared
    "name_edits",  # edits between the whole names, in fours, in the better order
    "name_share",  # the same by length
    "name_near",  # at most two edits
    "name_nearer",  # at most one
    "sorted_more",  # what the order as written adds
)


def features(arrays: Arrays, chunk: Chunk, scratch: Scratch, query: I64, key: I64) -> I32:
    """Matrix of one row a name in `FEATURES`, one column a pair (query, key)."""
    out = np.zeros((len(FEATURES), len(query)), dtype=np.int32)
    local, number, width = scratch.number(chunk)
    try:
        near = chunk.near
        codes = np.zeros((len(chunk.known) + 1, width), dtype=np.int16)
        codes[near.row, number[: len(near.row)]] = chunk.like << 6 | near.raw.astype(np.int64) << 3 | near.folded
        begin = arrays["key_start"][key].astype(np.int64)
        keys = arrays["key_start"][key + 1] - begin
        most = np.maximum(chunk.count[query], keys)
        low = 0
        for high in (2, 3, 4, 6, MAX_TOKENS) if len(query) > 512 else (4, MAX_TOKENS):
            row = np.flatnonzero((most > low) & ((most <= high) | (high == MAX_TOKENS)))
            if len(row):
                size = min(high, int(most[row].max()), MAX_TOKENS)
                out[:, row] = _aligned(arrays, chunk, codes, local, query[row], begin[row], keys[row], size)
            low = high
    finally:
        scratch.clear(chunk)
    _whole(arrays, chunk, query, key, out)
    return out


def _aligned(
    arrays: Arrays,
    chunk: Chunk,
    codes: NDArray[np.int16],
    local: I32,
    query: I64,
    begin: I64,
    keys: I64,
    size: int,
) -> I32:
    n, rows = len(query), np.arange(len(query))
    slots = np.arange(size)[:, None]
    u = chunk.distinct_padded[np.where(slots < chunk.count[query], chunk.first[query] + slots, -1)]
    at = np.minimum(begin + slots, max(len(arrays["key_tokens"]) - 1, 0))
    v = np.where(slots < keys, arrays["key_tokens"][at], len(arrays["vocab_info"]) - 1).astype(np.int64)
    k_info = arrays["vocab_info"][v].astype(np.int32)
    k_weight, k_len, k_letter = k_info >> 13, np.minimum(k_info >> 5 & 255, WIDTH), k_info & 31
    q_weight, q_len, q_letter, q_known = chunk.padded[:, u]
    number = local[v]

    code = np.empty((size, size, n), dtype=np.int32)
    for i in range(size):
        code[i] = codes[u[i], number]
    initial = np.zeros((size, size, n), dtype=bool)
    some = np.flatnonzero(((q_len == 1) | (k_len == 1)).any(axis=0))
    if len(some):
        a, b = q_len[:, None, some], k_len[None, :, some]
        initial[:, :, some] = (
            ((a == 1) != (b == 1)) & (a > 0) & (b > 0) & (code[:, :, some] == 0)
            & (q_letter[:, None, some] == k_letter[None, :, some])
        )  # fmt: skip
    like = np.where(initial, INITIAL_LIKE, code >> 6)
    # most alike, then rarest, then least moved, then first: all in one number
    value = (like << 21) | (np.minimum(k_weight, 511) << 12)
    place = np.arange(size, dtype=np.int32)
    value |= ((15 - np.abs(place[:, None] - place)) << 8 | (255 - place[:, None] * size - place))[:, :, None]
    value = np.where(like > 0, value, 0).reshape(size * size, n)
    partner = np.full((size, n), -1, dtype=np.int32)
    blocks = value.reshape(size, size, n)
    for _ in range(size):
        best = value.max(axis=0)
        live = best.nonzero()[0]
        if not len(live):
            break
        cell = 255 - (best[live] & 255)
        i, j = cell // size, cell % size
        partner[i, live] = j
        blocks[i, :, live] = 0
        blocks[:, j, live] = 0

    paired = partner >= 0
    j = np.maximum(partner, 0)
    own = slots
    by_initial = paired & initial[own, j, rows]
    by_word = paired & ~by_initial
    found = np.where(by_word, code[own, j, rows], 0)
    raw, folded = found >> 3 & 7, found & 7
    found_like = np.where(by_initial, INITIAL_LIKE, found >> 6)
    partner_weight = np.where(paired, k_weight[j, rows], 0)
    k_left = k_len > 0
    k_left[j[paired], np.broadcast_to(rows, j.shape)[paired]] = False
    q_left = (q_len > 0) & ~paired
    fuzzy = raw > 0
    known_fuzzy, unknown_fuzzy = fuzzy & (q_known > 0), fuzzy & (q_known == 0)
    chars = np.where(by_word, np.maximum(q_len, k_len[j, rows]), 0)
    left_weight = np.where(q_left, q_weight, 0)
    rarest = np.int32(arrays["rarest"][0])
    previous = np.maximum.accumulate(partner, axis=0)
    terms = (
        q_weight * found_like, q_weight, partner_weight * found_like, k_weight, raw, folded, chars,
        np.where(known_fuzzy, rarest - q_weight, 0), known_fuzzy, known_fuzzy & (folded == 0), unknown_fuzzy,
        fuzzy & (chars <= 5), fuzzy & (q_letter != k_letter[j, rows]), q_left, left_weight, k_left,
        np.where(k_left, k_weight, 0), by_initial & (q_len == 1), by_initial & (q_len > 1),
        np.where(by_word & ~fuzzy, partner_weight, 0), np.where(fuzzy, partner_weight, 0),
    )  # fmt: skip
    table = np.empty((len(terms), size, n), dtype=np.int32)
    for row, term in enumerate(terms):
        table[row] = term
    (
        q_shared, q_total, k_shared, k_total, raws, foldeds, compared, against, knowns, alikes, unknowns,
        shorts, firsts, q_lefts, q_left_total, k_lefts, k_left_total, q_initials, k_initials, exact, inexact,
    ) = table.sum(axis=1, dtype=np.int32)  # fmt: skip
    columns = (
        np.int32(1000),
        q_shared.astype(np.int64) * 1000 // (255 * np.maximum(q_total, 1)),
        k_shared.astype(np.int64) * 1000 // (255 * np.maximum(k_total, 1)),
        raws * 250,
        foldeds * 250,
        (raws + foldeds) * 1000 // np.maximum(compared, 1),
        ((raw + folded) * 500 // np.maximum(chars, 1)).max(0),
        against * 4,
        knowns * 1000,
        alikes * 1000,
        unknowns * 1000,
        np.where(unknown_fuzzy, chunk.surprise[u], 0).max(0) * 8,
        shorts * 1000,
        firsts * 1000,
        q_lefts * 1000,
        q_left_total * 4,
        left_weight.max(0) * 4,
        k_lefts * 1000,
        k_left_total * 4,
        q_initials * 1000,
        k_initials * 1000,
        (paired[1:] & (previous[:-1] > partner[1:])).sum(0) * 1000,
        exact * 4,
        inexact * 4,
        (chunk.count[query] == 1) * 1000,
        np.minimum(compared, 40) * 50,
    )
    out = np.zeros((len(FEATURES), n), dtype=np.int32)
    for row, column in enumerate(columns):
        out[row] = column
    return out


def _whole(arrays: Arrays, chunk: Chunk, query: I64, key: I64, out: I32) -> None:
    """Fill in the edits between whole names; a name out of order is also compared with its words sorted."""
    blob = memoryview(arrays["key_text"].data)
    start = arrays["key_text_start"]
    spans = zip(start[key].tolist(), start[key + 1].tolist(), strict=True)
    right = [str(blob[a:b], "utf-8") for a, b in spans]
    at = query.tolist()
    left = [chunk.names[i] for i in at]
    plain = _edits(left, right).astype(np.int32)
    edits = plain.copy()
    moved = np.flatnonzero(out[FEATURES.index("moved")])
    if len(moved):
        turned = moved.tolist()
        edits[moved] = np.minimum(
            plain[moved],
            _edits(
                [" ".join(sorted(left[i].split())) for i in turned],
                [" ".join(sorted(right[i].split())) for i in turned],
            ),
        )
    sizes = np.diff(start.take(np.stack((key, key + 1))).astype(np.int64), axis=0)[0]
    longer = np.maximum(np.array([len(name) for name in chunk.names], np.int64)[query], sizes).clip(1)
    first = FEATURES.index("name_edits")
    out[first] = np.minimum(edits, 12) * 250
    out[first + 1] = np.minimum(edits * 1000 // longer, 1000)
    out[first + 2] = (edits <= 2) * 1000
    out[first + 3] = (edits <= 1) * 1000
    out[first + 4] = np.minimum((plain - edits) * 1000 // longer, 1000)


def _edits(left: list[str], right: list[str]) -> NDArray[np.uint8]:
    if not left:
        return np.zeros(0, np.uint8)
    found: NDArray[np.uint8] = process.cpdist(left, right, scorer=OSA.distance, dtype=np.uint8, workers=1)
    return found
