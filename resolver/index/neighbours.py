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
MOST_COMPARED_LIGHT: Final = 16  # the same for a token that the index holds
MOST_NEIGHBOURS: Final = 24
FAR: Final = 7  # edits are counted up to this


Arrays = Mapping[str, NDArray[Any]]


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
    found: I64 = np.maximum(255 - lost // np.maximum(longer.astype(np.int64), 1), 0)
    return found


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


def _by_form(arrays: Arrays, codes: Codes, folded: Codes | None, light: NDArray[np.bool_]) -> tuple[I64, I64]:
    """Pairs (row, token id) that share a form: of each row those whose letters differ least."""
    rows, hashes = forms(codes, folded, light)
    start = arrays["form_start"]
    bucket = (hashes >> np.uint64(65 - (len(start) - 1).bit_length())).astype(np.int64)
    begin = start[bucket]
    size = start[bucket + 1] - begin
    token = arrays["form_token"][ragged(begin, size)]
    row = rows.repeat(size)
    sign = arrays["vocab_sign"].take(token, axis=0)
    apart = np.bitwise_count(signatures(codes)[row] ^ sign[:, 0])
    if folded is not None:
        apart += np.bitwise_count(signatures(folded)[row] ^ sign[:, 1])
    packed = row << 36
    packed |= apart.astype(np.int64) << 28
    packed |= token
    packed.sort()
    fresh = np.ones(len(packed), dtype=bool)
    fresh[1:] = packed[1:] != packed[:-1]
    packed = packed[fresh]
    row = packed >> 36
    place = np.arange(len(row)) - row.searchsorted(np.arange(len(codes)))[row]
    packed = packed[place < np.where(light, MOST_COMPARED_LIGHT, MOST_COMPARED)[row]]
    return packed >> 36, packed & ((1 << 28) - 1)


def neighbours(arrays: Arrays, codes: Codes, *, native: bool, light: NDArray[np.bool_]) -> Neighbours:
    """Find the neighbours of the tokens in a code matrix; a token of the index is its own nearest.

    Args:
        arrays: Those of the index.
        codes: One token a row.
        native: Whether tokens may be in any script.
        light: Rows for which to look only for the closest, at a third of the cost.
    """
    folded_codes = None if native else fold_codes(codes)
    row, token = _by_form(arrays, codes, folded_codes, light)
    found = arrays["vocab_text"].take(token, axis=0)
    raw = edits(texts(codes)[row].tolist(), texts(found[:, :WIDTH]).tolist())
    folded = raw
    if folded_codes is not None:
        folded = edits(texts(folded_codes)[row].tolist(), texts(found[:, WIDTH:]).tolist())
    longer = np.maximum(lengths_of(codes)[row], np.minimum(arrays["vocab_length"][token], WIDTH))
    like = likeness(raw, folded, longer)
    keep = np.flatnonzero(like >= LEAST_LIKE)
    order = keep[np.argsort((row[keep] << 36) | ((255 - like[keep]) << 28) | token[keep])]
    row, token, raw, folded = row[order], token[order], raw[order], folded[order]
    place = np.arange(len(row)) - row.searchsorted(np.arange(len(codes)))[row]
    few = place < MOST_NEIGHBOURS
    return Neighbours(row[few], token[few], raw[few], folded[few])
