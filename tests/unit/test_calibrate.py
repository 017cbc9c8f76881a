"""Calibration: monotone, honest about small samples, and checkable."""

from __future__ import annotations

import random

import numpy as np
import pytest

from resolver.calibrate import (
    apply,
    calibration_error,
    fit,
    fit_logistic,
    probability,
    reliability,
    with_rivals,
)
from resolver.features.weights import load_weights


def drawn(n: int, seed: int) -> tuple[list[float], list[bool]]:
    """Scores whose true probability is the square of the score."""
    rng = random.Random(seed)
    scores = [rng.random() for _ in range(n)]
    return scores, [rng.random() < s * s for s in scores]


def test_fit_recovers_the_truth_on_new_data() -> None:
    knots = fit(*drawn(20_000, 1))
    scores, right = drawn(20_000, 2)
    claimed = [apply(knots, s) for s in scores]
    assert calibration_error(claimed, right) < 0.02
    assert calibration_error(scores, right) > 0.1  # uncalibrated, the same scores are far off


def test_fit_is_monotone_and_never_certain() -> None:
    knots = fit(*drawn(2_000, 3))
    probabilities = [p for _, p in knots]
    assert probabilities == sorted(probabilities)
    assert [s for s, _ in knots] == sorted(s for s, _ in knots)
    assert probabilities[0] > 0.0
    assert probabilities[-1] < 1.0
    only_right = fit([0.9] * 10, [True] * 10)
    assert only_right[-1][1] == pytest.approx(11 / 12, abs=1e-5)


def test_fit_refuses_nothing() -> None:
    with pytest.raises(ValueError, match="needs scores"):
        fit([], [])


def test_equal_scores_get_one_probability() -> None:
    knots = fit([0.5] * 400, [True, False] * 200)
    assert len(knots) == 1
    assert apply(knots, 0.1) == apply(knots, 0.9) == pytest.approx(0.5)


def test_reliability_counts_every_answer() -> None:
    scores, right = drawn(1_000, 4)
    table = reliability([*scores, 1.0], [*right, True])
    assert sum(row.answers for row in table) == 1_001
    assert all(row.low <= row.claimed <= row.high for row in table)


def test_calibration_error_of_the_truth_and_of_a_lie() -> None:
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert calibration_error([1.0, 0.0], [False, True]) == 1.0


def test_rivals_share_one_probability() -> None:
    assert with_rivals([0.8]) == pytest.approx((0.8,))
    shares = with_rivals([0.99, 0.99, 0.5])
    assert sum(shares) < 1.0
    assert shares[0] == shares[1] < 0.5
    assert with_rivals([1.0, 0.5])[0] > 0.99
    assert with_rivals([]) == ()


def test_bundled_calibration_rises_with_the_score() -> None:
    for group in load_weights().knots:
        values = [probability(s / 50, group) for s in range(51)]
        assert values == sorted(values)
        assert 0.0 < values[0] < 0.1
        assert 0.9 < values[-1] < 1.0


def test_logistic_finds_known_coefficients() -> None:
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 2))])
    p = 1 / (1 + np.exp(-(x @ np.array([-1.0, 2.0, 0.5]))))
    y = (rng.random(20_000) < p).astype(float)
    assert fit_logistic(x, y) == pytest.approx([-1.0, 2.0, 0.5], abs=0.12)


def test_logistic_keeps_the_sign_it_is_told() -> None:
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(5_000), rng.normal(size=(5_000, 2))])
    y = (rng.random(5_000) < 1 / (1 + np.exp(-(x @ np.array([0.0, -2.0, 1.0]))))).astype(float)
    beta = fit_logistic(x, y, signs=[0, 1, 1])
    assert beta[1] == 0.0
    assert beta[2] > 0.5
