"""From evidence to one score per key: integer weights, then a table; no float sum whose order could matter.

The weights come from scripts/bench/fuzzy.py --fit; docs/fuzzy-index.md has the figures before and after.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from resolver.index.align import FEATURES

# thousandths of a log odds per unit of the feature
WEIGHTS: Final[dict[str, int]] = {
    "one": -3070, "query_share": 1720, "key_share": 350, "raw": -1960, "folded": -1820, "edit_share": -3080,
    "contradiction": -2130, "known_fuzzy": 850, "known_fold_equal": 570, "unknown_fuzzy": 3160,
    "query_left": -480, "query_left_weight": -2830, "key_left": -190, "key_left_weight": -2640,
    "initials": -520, "moved": -790, "exact_weight": 2020, "fuzzy_weight": 410, "single": -240,
    "first_letter": -250, "short_fuzzy": -40, "chars": 1980,
}  # fmt: skip
_LIMIT: Final = 16_000  # beyond these thousandths of a log odds nothing changes any more


def logits(features: NDArray[np.int64]) -> NDArray[np.int64]:
    """Weighted sum of each row of a feature matrix, in thousandths of a log odds."""
    total = np.zeros(len(features), dtype=np.int64)
    for i, name in enumerate(FEATURES):
        total += features[:, i] * WEIGHTS[name]
    return np.clip(total // 1000, -_LIMIT, _LIMIT)


def scores(logit: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log odds in thousandths as scores in (0, 1), six digits."""
    return np.round(1.0 / (1.0 + np.exp(-logit / 1000.0)), 6)
