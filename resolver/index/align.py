"""Evidence of a query against a key: which token stands for which, and what is left over.

Each token of the query is paired with at most one of the key, the most alike and rarest first. Everything
is counted in integers: rarity in sixteenths of a bit, shares in thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from resolver.index.candidates import INITIAL_LIKE, Chunk, Scratch
from resolver.index.text import MAX_TOKENS, WIDTH, I64, ragged

Arrays = Mapping[str, NDArray[Any]]

FEATURES: Final = (
    "one",
    "query_share",
    "key_share",
    "raw",
    "folded",
    "edit_share",
    "contradiction",
    "known_fuzzy",
    "known_fold_equal",
    "unknown_fuzzy",
    "query_left",
    "query_left_weight",
    "key_left",
    "key_left_weight",
    "initials",
    "moved",
    "exact_weight",
    "fuzzy_weight",
    "single",
    "first_letter",
    "short_fuzzy",
    "chars",
)


def features(
    arrays: Arrays, chunk: Chunk, scratch: Scratch, query: I64, key: I64
) -> NDArray[np.int64]:
    """Matrix of one row a pair (query, key), one column a name in `FEATURES`."""
    out = np.zeros((len(query), len(FEATURES)), dtype=np.int64)
    local, number, width = scratch.number(chunk)
    try:
        codes = np.zeros((len(chunk.known), width), dtype=np.int16)
        codes[chunk.near.row, number] = np.arange(len(chunk.near.row)) * 0 + (
            chunk.like.astype(np.int16) * 64 + np.minimum(chunk.near.raw, 7) * 8 + np.minimum(chunk.near.folded, 7)
        )
        keys = arrays["key_start"][key + 1].astype(np.int64) - arrays["key_start"][key]
        most = np.maximum(chunk.count[query], keys)
        low = 0
        for high in (2, 3, 4, 6, MAX_TOKENS, 1 << 30):
            row = np.flatnonzero((most > low) & (most <= high))
            if len(row):
                out[row] = _aligned(arrays, chunk, codes, local, query[row], key[row], min(high, MAX_TOKENS))
            low = high
    finally:
        scratch.clear(chunk)
    return out


def _aligned(
    arrays: Arrays, chunk: Chunk, codes: NDArray[np.int16], local: NDArray[np.int32], query: I64, key: I64, size: int
) -> NDArray[np.int64]:
    n, slots = len(query), np.arange(size)
    q_count = chunk.count[query]
    q_mask = slots < q_count[:, None]
    u = chunk.distinct[np.where(q_mask, chunk.first[query][:, None] + slots, 0)]
    begin = arrays["key_start"][key].astype(np.int64)
    k_count = np.minimum(arrays["key_start"][key + 1].astype(np.int64) - begin, size)
    k_mask = slots < k_count[:, None]
    v = arrays["key_tokens"][np.where(k_mask, begin[:, None] + slots, 0)].astype(np.int64)

    both = q_mask[:, :, None] & k_mask[:, None, :]
    code = np.where(both, codes[u[:, :, None], local[v][:, None, :]], 0).astype(np.int64)
    q_len = np.where(q_mask, chunk.length[u], 0)
    k_len = np.where(k_mask, np.minimum(arrays["vocab_length"][v].astype(np.int64), WIDTH), 0)
    q_letter = chunk.letter[u]
    k_letter = arrays["vocab_letter"][v].astype(np.int64)
    initial = (
        both
        & (code == 0)
        & ((q_len == 1)[:, :, None] ^ (k_len == 1)[:, None, :])
        & (q_letter[:, :, None] == k_letter[:, None, :])
    )
    q_weight = np.where(q_mask, chunk.weight[u], 0)
    k_weight = np.where(k_mask, arrays["vocab_weight"][v].astype(np.int64), 0)
    like = np.where(initial, INITIAL_LIKE, code >> 6)
    # most alike first, then the rarer, then the same place
    value = np.where(
        like > 0,
        (like << 16) + (np.minimum(k_weight, 4095)[:, None, :] << 4) + 15 - np.abs(slots[:, None] - slots[None, :]),
        0,
    )
    rows = np.arange(n)
    partner = np.full((n, size), -1, dtype=np.int64)
    flat = value.reshape(n, size * size)
    for _ in range(size):
        best = flat.argmax(axis=1)
        live = np.flatnonzero(flat[rows, best] > 0)
        if not len(live):
            break
        i, j = best[live] // size, best[live] % size
        partner[live, i] = j
        value[live, i, :] = 0
        value[live, :, j] = 0
    paired = partner >= 0
    at = np.maximum(partner, 0)
    row = rows[:, None]
    pair_code = np.where(paired, code[row, slots, at], 0)
    pair_initial = paired & initial[row, slots, at]
    raw = np.where(paired & ~pair_initial, (pair_code >> 3) & 7, 0)
    folded = np.where(paired & ~pair_initial, pair_code & 7, 0)
    pair_like = np.where(paired, like[row, slots, at], 0)
    k_paired = np.zeros((n, size), dtype=bool)
    k_paired[np.broadcast_to(row, at.shape)[paired], at[paired]] = True
    w_k = np.where(paired, k_weight[row, at], 0)
    known = paired & (chunk.known[u] >= 0)
    fuzzy = raw > 0
    rarest = int(arrays["rarest"][0])
    chars = np.where(paired & ~pair_initial, np.maximum(q_len, k_len[row, at]), 0)
    out = np.zeros((n, len(FEATURES)), dtype=np.int64)
    total_q, total_k = np.maximum(q_weight.sum(1), 1), np.maximum(k_weight.sum(1), 1)
    previous = np.maximum.accumulate(np.where(paired, partner, -1), axis=1)
    columns = {
        "one": np.full(n, 1000),
        "query_share": (q_weight * pair_like).sum(1) * 1000 // (255 * total_q),
        "key_share": (w_k * pair_like).sum(1) * 1000 // (255 * total_k),
        "raw": raw.sum(1) * 250,
        "folded": folded.sum(1) * 250,
        "edit_share": (raw + folded).sum(1) * 1000 // np.maximum(chars.sum(1), 1),
        "contradiction": np.where(fuzzy & known, rarest - q_weight, 0).sum(1) * 4,
        "known_fuzzy": (fuzzy & known).sum(1) * 1000,
        "known_fold_equal": (fuzzy & known & (folded == 0)).sum(1) * 1000,
        "unknown_fuzzy": (fuzzy & ~known).sum(1) * 1000,
        "query_left": (q_mask & ~paired).sum(1) * 1000,
        "query_left_weight": np.where(paired, 0, q_weight).sum(1) * 4,
        "key_left": (k_mask & ~k_paired).sum(1) * 1000,
        "key_left_weight": np.where(k_paired, 0, k_weight).sum(1) * 4,
        "initials": pair_initial.sum(1) * 1000,
        "moved": (paired[:, 1:] & (previous[:, :-1] > partner[:, 1:])).sum(1) * 1000,
        "exact_weight": np.where(paired & ~fuzzy & ~pair_initial, w_k, 0).sum(1) * 4,
        "fuzzy_weight": np.where(fuzzy, w_k, 0).sum(1) * 4,
        "single": (q_count == 1) * 1000,
        "first_letter": (fuzzy & (q_letter != k_letter[row, at])).sum(1) * 1000,
        "short_fuzzy": (fuzzy & (chars <= 5)).sum(1) * 1000,
        "chars": np.minimum(chars.sum(1), 40) * 50,
    }
    for i, name in enumerate(FEATURES):
        out[:, i] = columns[name]
    return out
