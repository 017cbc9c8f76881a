"""The forms under which a token is filed, and looked up: two tokens that share a form may be neighbours.

RAW       the token with up to two characters left out (one if it is short, none if it is tiny)
FOLD      the folded token with up to one character left out
SKELETON  its consonants; with one left out where there are many
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from resolver.index.text import I64, PAIRS, U64, WIDTH, Codes, deletions, lengths_of, mix, skeletons

if TYPE_CHECKING:
    from numpy.typing import NDArray

RAW, FOLD, SKELETON = 1, 2, 3

# By length of the form: how many characters may be left out; -1 files nothing. Filing more for short
# tokens brings in half the vocabulary; filing more for long ones costs space and adds little, because the
# other kinds of form find them.
_MOST: Final = np.array(
    [
        [-1] * (WIDTH + 1),
        [-1, -1, 0] + [1] * 3 + [2] * (PAIRS - 5) + [1] * (WIDTH - PAIRS),
        [-1, -1, -1, 0] + [1] * (WIDTH - 3),
        [-1, -1, -1, 0, 0] + [1] * (WIDTH - 4),
    ]
)


def forms(codes: Codes, folded: Codes | None, light: NDArray[np.bool_] | bool = False) -> tuple[I64, U64]:
    """Rows and hashes of all forms of the tokens in a code matrix, in no order that matters.

    Args:
        codes: One token a row, padded with zeros.
        folded: The same tokens folded; None for tokens that may be in any script, which have RAW forms only.
        light: Rows for which to leave out the many forms that lack two characters.
    """
    n = len(codes)
    sides = [codes] if folded is None else [codes, folded, skeletons(folded)]
    kind = np.repeat(np.array([RAW, FOLD, SKELETON][: len(sides)]), n)
    together = np.concatenate(sides)
    most = _MOST[kind, lengths_of(together)]
    most[:n] = np.minimum(most[:n], np.where(light, 1, 2))
    row, hashes = deletions(together, most, mix(kind))
    return row % max(n, 1), hashes
