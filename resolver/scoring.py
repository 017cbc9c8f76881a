"""Weights: the features of an alignment -> score in [0, 1].

A score ranks; it is the logistic of a weighted sum whose coefficients scripts/fit.py measured on alias pairs
of the gazetteer (lexicon/weights.toml, one coefficient a line; docs/judging.md shows what each is worth).
"""

from __future__ import annotations

from operator import mul

from resolver.features import Alignment, group_of, vector
from resolver.features.weights import load_weights, logistic


def judged_by(alignment: Alignment, kind: str | None = None) -> str:
    """Name of the coefficients, and of the calibration, that judge an alignment.

    >>> from resolver.features import align
    >>> judged_by(align(["a"], ["b"], cross_script=True), "person")
    'person_cross'
    """
    group = group_of(kind)
    return group + "_cross" if alignment.cross_script else group


def score_vector(features: tuple[float, ...], group: str = "any") -> float:
    """Score of a feature vector.

    Args:
        features: From `resolver.features.vector`.
        group: From `judged_by`.

    Returns:
        In [0, 1]; higher is more alike. Comparable within a group only.
    """
    return logistic(sum(map(mul, load_weights().groups[group], features)))


def score(alignment: Alignment, *, kind: str | None = None) -> float:
    """Score of an alignment.

    Args:
        alignment: From `resolver.features.align`.
        kind: What the two names are said to name; None where unknown.

    Returns:
        In [0, 1]; 0 where either name is empty.

    >>> from resolver.features import align
    >>> def judged(a, b):
    ...     return score(align(a.split(), b.split()), kind="organization")
    >>> judged("bank of the west", "bank of the east") < judged("bank of the west", "bank of west")
    True
    """
    if not alignment.query.texts or not alignment.alias.texts:
        return 0.0
    return score_vector(vector(alignment), judged_by(alignment, kind))
