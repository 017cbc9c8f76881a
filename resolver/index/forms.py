"""The forms under which a token is filed, and looked up: two tokens that share a form may be neighbours.

    RAW       the token with up to two characters left out (one if it is short, none if it is tiny)
    FOLD      the folded token with up to one character left out
    SKELETON  its consonants; with one left out where there are many
"""

from __future__ import annotations

from typing import Final

import numpy as np

from resolver.index.text import U64, WIDTH, Codes, I64, deletions, lengths_of, skeletons

RAW, FOLD, SKELETON = 1, 2, 3

# By length of the form: how many characters may be left out; -1 files nothing. Filing more for short
# tokens brings in half the vocabulary; filing more for long ones costs space and adds little, because the
# other kinds of form find them.
_MOST: Final = {
    RAW: [-1, -1, 0] + [1] * 3 + [2] * 7 + [1] * (WIDTH - 12),
    FOLD: [-1, -1, -1, 0] + [1] * (WIDTH - 3),
    SKELETON: [-1, -1, -1, 0, 0] + [1] * (WIDTH - 4),
}


def forms(codes: Codes, folded: Codes | None, light: bool = False) -> tuple[I64, U64]:
    """Rows and hashes of all forms of the tokens in a code matrix, in no order that matters.

    Args:
        codes: One token a row, padded with zeros.
        folded: The same tokens folded; None for tokens that may be in any script, which have RAW forms only.
        light: Whether to leave out the many forms that lack two characters.
    """
    kinds = [(RAW, codes)]
    if folded is not None:
        kinds += [(FOLD, folded), (SKELETON, skeletons(folded))]
    rows, hashes = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for kind, matrix in kinds:
        length = lengths_of(matrix)
        for size in np.flatnonzero(np.bincount(length, minlength=1)).tolist():
            most = _MOST[kind][size]
            if most < 0:
                continue
            most = min(most, 1) if light else most
            row = np.flatnonzero(length == size)
            found = deletions(matrix[row, :size], most, kind)
            rows.append(np.repeat(row, found.shape[1]))
            hashes.append(found.ravel())
    return np.concatenate(rows), np.concatenate(hashes)
