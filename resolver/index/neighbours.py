"""From a token to the tokens of the index that it may be a spelling of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from resolver.index.forms import forms
from resolver.index.text import I64, WIDTH, Codes, fold_codes, lengths_of, ragged, signatures

MOST_COMPARED: Final = 48  # neighbours by form whose edits are counted
MOST_NEIGHBOURS: Final = 24
FAR: Final = 7  # edits are counted up to this


class Neighbours(NamedTuple):
    """Neighbours of a list of tokens, token by token, closest first.

    Attributes:
        row: Position of the token in the list.
        token: Id of the neighbour.
        raw, folded: Edits between the two as written, and between their folded forms.
    """

    row: I64
    token: I64
    raw: NDArray[np.uint8]
    folded: NDArray[np.uint8]


def likeness(raw: NDArray[Any], folded: NDArray[Any], longer: NDArray[Any]) -> I64:
    """How alike two tokens are, 0 to 255, from their edits and the length of the longer one."""
    lost = (3 * raw.astype(np.int64) + 5 * folded.astype(np.int64)) * 32
    return np.maximum(255 - lost // np.maximum(longer.astype(np.int64), 1), 0)


LEAST_LIKE: Final = 140


def edits(left: list[bytes] | list[str], right: list[bytes] | list[str]) -> NDArray[np.uint8]:
    """Edits (insertion, deletion, substitution, swap) between pairs of strings."""
    if not left:
        return np.zeros(0, np.uint8)
    found: NDArray[np.uint8] = process.cpdist(
        left, right, scorer=OSA.distance, score_cutoff=FAR - 1, dtype=np.uint8, workers=1
    )
    return found


def texts(codes: Codes) -> NDArray[Any]:
    """Rows of a code matrix as fixed-width strings."""
    kind = f"S{WIDTH}" if codes.dtype == np.uint8 else f"<U{WIDTH}"
    return np.ascontiguousarray(codes).view(kind).ravel()


def _lookup(arrays: Mapping[str, NDArray[Any]], codes: Codes, native: bool) -> tuple[I64, I64]:
    """Pairs (row, token id) that share a form, each once, in that order."""
    rows, hashes = forms(codes, native)
    start = arrays["form_start"]
    shift = np.uint64(64 - (len(start) - 1).bit_length() + 1)
    bucket = (hashes >> shift).astype(np.int64)
    begin = start[bucket]
    size = start[bucket + 1] - begin
    token = arrays["form_token"][ragged(begin, size)]
    packed = np.sort((np.repeat(rows, size).astype(np.uint64) << np.uint64(32)) | token)
    fresh = np.ones(len(packed), dtype=bool)
    fresh[1:] = packed[1:] != packed[:-1]
    packed = packed[fresh]
    return (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def neighbours(arrays: Mapping[str, NDArray[Any]], codes: Codes, *, native: bool) -> Neighbours:
    """Find the neighbours of the tokens in a code matrix; a token of the index is its own nearest."""
    row, token = _lookup(arrays, codes, native)
    vocab = arrays["vocab_codes"]
    length = lengths_of(codes)
    other = np.minimum(arrays["vocab_length"][token].astype(np.int64), WIDTH)
    longer = np.maximum(length[row], other)
    apart = np.bitwise_count(signatures(codes)[row] ^ arrays["vocab_sign"][token])
    if not native:
        apart = apart + np.bitwise_count(signatures(fold_codes(codes))[row] ^ arrays["fold_sign"][token])
    packed = np.sort((row << 48) | (apart.astype(np.int64) << 40) | np.arange(len(row)))
    size = np.bincount(row, minlength=len(codes))
    near = packed[np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) < MOST_COMPARED] & 0xFFFFFFFF
    row, token, longer = row[near], token[near], longer[near]
    left = texts(codes)
    raw = edits(left[row].tolist(), texts(vocab)[token].tolist())
    if native:
        folded = raw
    else:
        folded_left = texts(fold_codes(codes))
        folded = edits(folded_left[row].tolist(), texts(arrays["vocab_fold"])[token].tolist())
    like = likeness(raw, folded, longer)
    keep = np.flatnonzero(like >= LEAST_LIKE)
    order = keep[np.lexsort((token[keep], -like[keep], row[keep]))]
    row, token, raw, folded = row[order], token[order], raw[order], folded[order]
    size = np.bincount(row, minlength=len(codes))
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    few = place < MOST_NEIGHBOURS
    return Neighbours(row[few], token[few], raw[few], folded[few])
