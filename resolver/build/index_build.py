"""Writes the fuzzy index of a list of names: the file that `resolver.index.FuzzyIndex` reads.

Layout and reasons: docs/fuzzy-index.md. Same keys in the same order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from resolver.index import store, text
from resolver.index.forms import forms

if TYPE_CHECKING:
    from numpy.typing import NDArray

FREQUENT: Final = 64  # tokens of more keys than this get their keys split by the letter of another token
HEAD_TOKENS: Final = 4  # tokens of a key that its first, rough score looks at
SMALL: Final = 100_000  # rarity in a gazetteer of fewer keys is judged as in one of so many
CHUNK: Final = 131_072  # keys, or tokens, worked on at a time

Progress = Callable[[float], None]


def build_index(
    keys: Sequence[str],
    folder: str | Path,
    *,
    native: bool = False,
    numbers: NDArray[np.uint32] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the index of `keys` into `folder`.

    Args:
        keys: Distinct names of space-separated words; the id of a key is its position. Latin keys are
            lower-case ASCII; native keys are lower-case text in any script.
        folder: Created if missing; an index already there is replaced in one step.
        native: Whether keys may be in any script. Sounds are then not folded.
        numbers: What the caller calls each key, kept beside them; their positions where None.
        progress: Called with the share done, 0 to 1.

    Returns:
        Path of the file written.
    """
    say = progress or _silent
    say(0.0)
    arrays: dict[str, NDArray[Any]] = {}
    n = len(keys)
    hashes, count, blob, ends = _read_keys(keys, native)
    say(0.15)
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    is_first = np.concatenate(([True], ordered[1:] != ordered[:-1])) if len(ordered) else np.zeros(0, bool)
    vocab = ordered[is_first]
    ids = np.empty(len(hashes), dtype=np.uint32)
    ids[order] = (np.cumsum(is_first) - 1).astype(np.uint32)
    first_use = order[is_first]
    say(0.25)

    owner = np.repeat(np.arange(n, dtype=np.int64), count)
    df = _documents(ids, owner, len(vocab))
    weight = token_weights(df, n)
    key_weight = np.zeros(n, dtype=np.int64)
    np.add.at(key_weight, owner, weight[ids])
    key_start = np.concatenate(([0], np.cumsum(count)))
    say(0.35)

    codes, full = _vocab_codes(keys, count, first_use, native)
    arrays["vocab_hash"] = vocab
    arrays["vocab_length"] = np.minimum(full, 255).astype(np.uint8)
    arrays["vocab_df"] = df.astype(np.uint32)
    arrays["vocab_weight"] = np.minimum(weight, 65535).astype(np.uint16)
    arrays["vocab_letter"] = letters = text.letter(codes[:, 0])
    info = np.zeros(len(vocab) + 1, dtype=np.uint32)  # the last one stands for "no token"
    info[:-1] = weight << 13 | np.minimum(full, 255) << 5 | letters
    arrays["vocab_info"] = info
    single = np.full(27, len(vocab), dtype=np.uint32)
    singles = np.flatnonzero(full == 1)
    single[letters[singles]] = singles
    arrays["letter_token"] = single
    arrays["trigram_rarity"] = _rarity(codes)
    row = np.zeros((n, 8), dtype=np.uint32)  # one cache line holds all that the first score of a key reads
    row[:, :HEAD_TOKENS] = _heads(ids, owner, weight, n)
    row[:, 4:6] = _signatures(ids, text.signatures(codes), count).view(np.uint32).reshape(n, 2)
    row[:, 6] = key_weight
    row[:, 7] = key_start[:-1]
    arrays["key_row"] = row
    arrays["rarest"] = token_weights(np.ones(1), n)
    arrays["key_tokens"] = ids
    arrays["key_start"] = key_start.astype(np.uint32)
    arrays["key_text"] = blob
    arrays["key_text_start"] = ends
    arrays["number"] = np.arange(n, dtype=np.uint32) if numbers is None else numbers
    sides = [codes] if native else [codes, text.fold_codes(codes)]
    arrays["vocab_text"] = np.concatenate(sides, axis=1)
    arrays["vocab_sign"] = np.stack([text.signatures(side) for side in sides], axis=1)
    say(0.45)
    arrays.update(_form_table(sides, say))
    say(0.8)
    arrays.update(_postings(ids, owner, key_weight, df, codes, key_start))
    say(0.95)
    path = store.write(Path(folder), arrays, {"keys": n, "native": native, "frequent": FREQUENT})
    say(1.0)
    return path


def _silent(share: float) -> None:
    del share


def token_weights(df: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Rarity of tokens found in `df` of `n` keys, in sixteenths of a bit, at least 16."""
    share = (max(n, SMALL) + 1) / np.maximum(df, 1)
    found: NDArray[np.int64] = np.maximum(np.round(16 * np.log2(share)), 16).astype(np.int64)
    return found


def _read_keys(
    keys: Sequence[str], native: bool
) -> tuple[text.U64, NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint32]]:
    """Hash of each token, tokens a key, all keys as UTF-8, and where each key begins there."""
    hashes, count, blobs, sizes = [], [], [], []
    for at in range(0, len(keys), CHUNK):
        part = list(keys[at : at + CHUNK])
        tokens = text.Tokens(text.cut(part) if native else part, ascii_only=not native)
        hashes.append(tokens.hashes())
        count.append(tokens.count)
        if native:
            encoded = [k.encode() for k in part]
            blobs.append(np.frombuffer(b"".join(encoded), dtype=np.uint8))
            sizes.append(np.array([len(k) for k in encoded], dtype=np.int64))
        else:
            blobs.append(tokens.codes[tokens.codes != 10])
            sizes.append(np.array([len(k) for k in part], dtype=np.int64))
    if not hashes:
        none = np.zeros(0, np.uint64)
        return none, np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(1, np.uint32)
    ends = np.concatenate(([0], np.cumsum(np.concatenate(sizes)))).astype(np.uint32)
    return np.concatenate(hashes), np.concatenate(count), np.concatenate(blobs), ends


def _signatures(ids: NDArray[np.uint32], signs: text.U64, count: NDArray[np.int64]) -> text.U64:
    """Signatures of the keys, from those of their first tokens, as many as a query's are made of."""
    place = np.arange(len(ids)) - np.repeat(np.cumsum(count) - count, count)
    used = place < text.MAX_TOKENS
    return text.joined_signatures(signs[ids[used]], np.minimum(count, text.MAX_TOKENS))


def _rarity(codes: text.Codes) -> NDArray[np.uint8]:
    """How unusual each letter triple is among the distinct tokens, in eighths of a bit."""
    count = np.zeros(text.TRIGRAMS, dtype=np.int64)
    for at in range(0, len(codes), CHUNK):
        triple = text.trigrams(codes[at : at + CHUNK])
        count += np.bincount(triple[triple >= 0], minlength=text.TRIGRAMS)
    return np.round(8 * np.log2((len(codes) + 1) / (count + 0.5))).clip(0, 255).astype(np.uint8)


def _heads(ids: NDArray[np.uint32], owner: NDArray[np.int64], weight: NDArray[np.int64], n: int) -> NDArray[np.uint32]:
    """The rarest tokens of each key, padded with one more than the greatest id."""
    heads = np.full((n, HEAD_TOKENS), len(weight), dtype=np.uint32)
    # 25 bits for the key, 10 for the weight (sixteenths of a bit of rarity stay below 640), 28 for the token.
    packed = np.sort((owner << 38) | ((1023 - np.minimum(weight[ids], 1023)) << 28) | ids)
    key, token = packed >> 38, packed & ((1 << 28) - 1)
    place = np.arange(len(key)) - np.searchsorted(key, np.arange(n))[key]
    few = place < HEAD_TOKENS
    heads[key[few], place[few]] = token[few]
    return heads


def _documents(ids: NDArray[np.uint32], owner: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Number of keys that hold each token; a token twice in a key counts once."""
    packed = np.sort((ids.astype(np.uint64) << np.uint64(32)) | owner.astype(np.uint64))
    fresh = np.concatenate(([True], packed[1:] != packed[:-1])) if len(packed) else np.zeros(0, bool)
    return np.bincount((packed[fresh] >> np.uint64(32)).astype(np.int64), minlength=size)


def _vocab_codes(
    keys: Sequence[str], count: NDArray[np.int64], first_use: NDArray[np.int64], native: bool
) -> tuple[text.Codes, NDArray[np.int64]]:
    """Code matrix and full length of the distinct tokens, found at token positions `first_use`."""
    dtype = np.uint32 if native else np.uint8
    codes = np.zeros((len(first_use), text.WIDTH), dtype=dtype)
    full = np.zeros(len(first_use), dtype=np.int64)
    start = np.concatenate(([0], np.cumsum(count)))
    for at in range(0, len(keys), CHUNK):
        low, high = start[at], start[min(at + CHUNK, len(keys))]
        mine = np.flatnonzero((first_use >= low) & (first_use < high))
        if not len(mine):
            continue
        part = list(keys[at : at + CHUNK])
        tokens = text.Tokens(text.cut(part) if native else part, ascii_only=not native)
        which = first_use[mine] - low
        codes[mine] = tokens.matrix(which)
        full[mine] = tokens.length[which]
    return codes, full


def _form_table(sides: list[text.Codes], say: Progress) -> dict[str, NDArray[Any]]:
    """Buckets of token ids by the hashes of their forms."""
    codes, folded = sides[0], sides[1] if len(sides) > 1 else None
    bits = max(8, int(np.ceil(np.log2(max(len(codes), 1) * 20 + 1))))
    parts = []
    for at in range(0, len(codes), CHUNK):
        rows, hashes = forms(codes[at : at + CHUNK], None if folded is None else folded[at : at + CHUNK])
        bucket = hashes >> np.uint64(64 - bits)
        packed = np.sort((bucket << np.uint64(32)) | (rows + at).astype(np.uint64))
        parts.append(packed[np.concatenate(([True], packed[1:] != packed[:-1]))] if len(packed) else packed)
        say(0.45 + 0.25 * min(1.0, (at + CHUNK) / len(codes)))
    packed = np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.uint64)
    counts = np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=1 << bits)
    return {
        "form_start": np.concatenate(([0], np.cumsum(counts))).astype(np.uint32),
        "form_token": (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32),
    }


def _postings(
    ids: NDArray[np.uint32],
    owner: NDArray[np.int64],
    key_weight: NDArray[np.int64],
    df: NDArray[np.int64],
    codes: text.Codes,
    key_start: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    """Keys of each token, lightest key first; for frequent tokens also by the letter of another token."""
    rank = np.empty(len(key_weight), dtype=np.uint32)  # lightest key first, so that a cut keeps the closest
    rank_order = np.argsort(key_weight, kind="stable")
    rank[rank_order] = np.arange(len(rank), dtype=np.uint32)
    packed = np.sort((ids.astype(np.uint64) << np.uint64(32)) | rank[owner].astype(np.uint64))
    fresh = np.concatenate(([True], packed[1:] != packed[:-1])) if len(packed) else np.zeros(0, bool)
    packed = packed[fresh]
    out: dict[str, NDArray[Any]] = {
        "post_key": rank_order[(packed & np.uint64(0xFFFFFFFF)).astype(np.int64)].astype(np.uint32),
        "post_start": np.concatenate(([0], np.cumsum(df))).astype(np.uint32),
    }
    common = np.flatnonzero(df > FREQUENT)
    slot = np.full(len(df) + 1, -1, dtype=np.int64)
    slot[common] = np.arange(len(common))
    # every ordered pair of tokens of a key whose first is frequent
    at = np.flatnonzero(slot[ids] >= 0) if len(ids) else np.zeros(0, np.int64)
    begin = key_start[owner[at]]
    size = key_start[owner[at] + 1] - begin
    other = text.ragged(begin, size)
    left = np.repeat(at, size)
    apart = other != left
    left, other = left[apart], other[apart]
    letters = text.letter(codes[:, 0])[ids[other]] if len(other) else np.zeros(0, np.uint8)
    group = slot[ids[left]] * 27 + letters
    packed = np.sort((group.astype(np.uint64) << np.uint64(32)) | rank[owner[left]].astype(np.uint64))
    fresh = np.concatenate(([True], packed[1:] != packed[:-1])) if len(packed) else np.zeros(0, bool)
    packed = packed[fresh]
    sizes = np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=27 * len(common))
    out["pair_token"] = common.astype(np.uint32)
    out["pair_start"] = np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32)
    out["pair_key"] = rank_order[(packed & np.uint64(0xFFFFFFFF)).astype(np.int64)].astype(np.uint32)
    return out
