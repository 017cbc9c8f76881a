"""From evidence to one score a pair: the better of several readings, each a weighted sum of the features.

A name may be a misspelling of a key, letter by letter, or a rearrangement of it, word by word; no single set
of weights is right for both. The weights stand in weights.tsv: thousandths of a log odds per thousand of a
feature, one column a reading. scripts/bench/fuzzy_fit.py writes them, docs/fuzzy-index.md has the figures.
Sums are of integers, so that an answer can't depend on the order of additions.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from resolver.index.align import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LIMIT: Final = 13_800  # log odds beyond which six digits of a score are all nines or zeros


@cache
def weights() -> NDArray[np.int64]:
    """The weights: one row a reading, one column a feature."""
    text = files("resolver.index").joinpath("weights.tsv").read_text(encoding="utf-8")
    rows = dict(line.split("\t", 1) for line in text.splitlines()[1:])
    if set(rows) != set(FEATURES):
        raise ValueError(f"weights.tsv and align.FEATURES differ: {sorted(set(rows) ^ set(FEATURES))}")
    return np.array([[int(cell) for cell in rows[name].split("\t")] for name in FEATURES], dtype=np.int64).T


def logits(features: NDArray[np.int32]) -> NDArray[np.int64]:
    """Log odds of each column of a feature matrix, in thousandths: those of its best reading."""
    best = (weights() @ features.astype(np.int64)).max(axis=0)
    found: NDArray[np.int64] = np.clip(best // 1000, -_LIMIT, _LIMIT)
    return found


def scores(logit: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log odds in thousandths as scores in (0, 1), to six digits."""
    return np.round(1.0 / (1.0 + np.exp(-logit / 1000.0)), 6)
