"""Score -> probability: fit, apply, and check.

A calibration is a monotone broken line from score to probability, one for each class of answers. A class is
whatever the caller finds to behave alike: the group of kinds for `compare`; alias strength and channel for
the resolver. It is fitted by pooling adjacent violators over score order (isotonic regression), thinned to a
few knots that can be read in a file, and never reaches 0 or 1: a pool of n answers claims at most
(n + 1) / (n + 2).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from resolver.features.weights import load_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Knots = tuple[tuple[float, float], ...]
"""Points of the broken line, both coordinates ascending."""


class Bin(NamedTuple):
    """One row of a reliability table: answers whose probability lies in [low, high)."""

    low: float
    high: float
    answers: int
    claimed: float
    observed: float


def apply(knots: Knots, score: float) -> float:
    """Probability of a score by linear interpolation; flat beyond the ends.

    >>> round(apply(((0.2, 0.1), (0.8, 0.9)), 0.5), 6), apply(((0.2, 0.1), (0.8, 0.9)), 1.0)
    (0.5, 0.9)
    """
    at = bisect_right(knots, (score, 2.0))
    if at == 0:
        return knots[0][1]
    if at == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[at - 1], knots[at]
    return y0 + (y1 - y0) * (score - x0) / (x1 - x0)


def probability(score: float, group: str = "any") -> float:
    """Calibrated probability of a score of `resolver.scoring`, by the bundled calibration.

    Args:
        score: In [0, 1].
        group: Class of the answer, from `resolver.scoring.judged_by`.

    Returns:
        In (0, 1).

    >>> 0.0 < probability(0.02) < probability(0.98) < 1.0
    True
    """
    return apply(load_weights().knots[group], score)


def with_rivals(probabilities: Sequence[float]) -> tuple[float, ...]:
    """Pair probabilities of rival entities for one mention, as shares that leave room for none of them.

    Each probability is the chance that this candidate and the mention are one, judged alone. At most one of
    them is. With independent odds o, candidate i has o_i / (1 + sum of all o): unchanged where there is one
    candidate, at most a half where two fit equally well.

    >>> [round(p, 2) for p in with_rivals([0.9])], [round(p, 2) for p in with_rivals([0.9, 0.9, 0.1])]
    ([0.9], [0.47, 0.47, 0.01])
    """
    odds = [p / (1.0 - p) if p < 1.0 else 1e9 for p in probabilities]
    total = 1.0 + sum(odds)
    return tuple(o / total for o in odds)


def fit(scores: Sequence[float], right: Sequence[bool], *, knots: int = 16, least: int = 50) -> Knots:
    """Fit a calibration.

    Args:
        scores: In [0, 1].
        right: Whether the answer with that score was right; same length.
        knots: About how many points to keep.
        least: Fewest answers behind a point.

    Returns:
        Points of the broken line, ascending.

    >>> fit([0.1] * 100 + [0.9] * 100, [False] * 90 + [True] * 10 + [True] * 95 + [False] * 5)
    ((0.1, 0.107843), (0.9, 0.941176))
    """
    if not scores:
        raise ValueError("a calibration needs scores")
    ranked = sorted(zip(scores, right, strict=True))
    size = max(least, len(ranked) // knots)
    blocks: list[list[float]] = []  # score sum, right, count
    at = 0
    while at < len(ranked):
        # Near both ends, where certainty lives, blocks are a quarter as large.
        edge = min(at, len(ranked) - at) < 2 * size
        end = min(len(ranked), at + max(least, size // 4 if edge else size))
        while end < len(ranked) and ranked[end][0] == ranked[end - 1][0]:
            end += 1
        part = ranked[at:end]
        blocks.append([sum(s for s, _ in part), float(sum(r for _, r in part)), float(len(part))])
        at = end
        while len(blocks) > 1 and _claim(blocks[-2]) >= _claim(blocks[-1]):
            last = blocks.pop()
            blocks[-1] = [x + y for x, y in zip(blocks[-1], last, strict=True)]
    return tuple((round(block[0] / block[2], 6), round(_claim(block), 6)) for block in blocks)


def _claim(block: list[float]) -> float:
    """What a block of n answers, r of them right, may claim: (r + 1) / (n + 2)."""
    return (block[1] + 1.0) / (block[2] + 2.0)


def reliability(claimed: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> tuple[Bin, ...]:
    """Reliability table: in each band of claimed probability, how many answers were right.

    >>> reliability([0.95] * 10, [True] * 9 + [False])
    (Bin(low=0.9, high=1.0, answers=10, claimed=0.95, observed=0.9),)
    """
    table = []
    for i in range(bins):
        low, high = i / bins, (i + 1) / bins
        inside = [
            (p, r) for p, r in zip(claimed, right, strict=True) if low <= p < high or (i == bins - 1 and p >= high)
        ]
        if inside:
            n = len(inside)
            mean = round(sum(p for p, _ in inside) / n, 4)
            table.append(Bin(low, high, n, mean, round(sum(r for _, r in inside) / n, 4)))
    return tuple(table)


def calibration_error(claimed: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Expected calibration error: mean distance of claimed from observed, weighted by count.

    >>> round(calibration_error([0.95] * 10, [True] * 9 + [False]), 3)
    0.05
    """
    table = reliability(claimed, right, bins=bins)
    total = sum(row.answers for row in table) or 1
    return sum(row.answers * abs(row.claimed - row.observed) for row in table) / total


def fit_logistic(
    features: NDArray[np.float64],
    right: NDArray[np.float64],
    *,
    signs: Sequence[int] | None = None,
    ridge: float = 1.0,
    rounds: int = 60,
) -> NDArray[np.float64]:
    """Coefficients of a logistic regression by Newton's method; deterministic.

    Args:
        features: One row a pair; the first column is the constant and is not penalised.
        right: 0 or 1 a pair.
        signs: What is known of each coefficient beforehand: 1 never negative, -1 never positive, 0 free.
            A coefficient that the data would give the other sign becomes 0.
        ridge: Strength of the penalty on squared coefficients.
        rounds: At most so many Newton steps for each set of free coefficients.

    Returns:
        One coefficient a column.
    """
    import numpy as np

    columns = features.shape[1]
    wanted = np.zeros(columns) if signs is None else np.array(signs, dtype=float)
    penalty = np.full(columns, ridge)
    penalty[0] = 1e-6

    def loss(x: NDArray[np.float64], part: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
        z = x @ part
        return float(np.logaddexp(0.0, z).sum() - right @ z + 0.5 * (weight * part * part).sum())

    free = np.ones(columns, dtype=bool)
    beta = np.zeros(columns)
    for _ in range(columns):
        x, weight, part = features[:, free], penalty[free], beta[free]
        now = loss(x, part, weight)
        for _ in range(rounds):
            p = 1.0 / (1.0 + np.exp(-np.clip(x @ part, -30.0, 30.0)))
            gradient = x.T @ (right - p) - weight * part
            hessian = (x * (p * (1.0 - p))[:, None]).T @ x + np.diag(weight)
            step = np.linalg.solve(hessian, gradient)
            # Newton overshoots far from the optimum: halve until the loss falls.
            for _ in range(20):
                new = loss(x, part + step, weight)
                if new <= now:
                    break
                step = step / 2.0
            part = part + step
            done = now - new < 1e-7 * (1.0 + now)
            now = new
            if done:
                break
        beta = np.zeros(columns)
        beta[free] = part
        against = beta * wanted < 0.0
        if not against.any():
            break
        # Half of the offenders go at a time, the worst first: others may come right without them.
        size = np.where(against, np.abs(beta) * features.std(axis=0), -1.0)
        out = np.argsort(-size, kind="stable")[: (int(against.sum()) + 1) // 2]
        free[out] = False
        beta[out] = 0.0
    return beta
