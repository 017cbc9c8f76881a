"""Weights: the features of an alignment -> score in [0, 1].

A score ranks; it is the logistic of a weighted sum whose coefficients scripts/fit.py measured on alias pairs
of the gazetteer (lexicon/weights.toml, one coefficient a line; docs/judging.md shows what each is worth).
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

from resolver.features import Alignment, group_of, vector
from resolver.features.weights import load_odds, load_weights, logistic
from resolver.model import Kind

if TYPE_CHECKING:
    from resolver.hits import Resemblance


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


OBSERVED = (
    "always", "pair", "found", "bearing", "weak", "prior", "cross", "single", "pair_single", "short", "native",
    "native_found", "extra", "missing", "apart", "brief",
)  # fmt: skip
"""What the odds of a fuzzy candidate are made of, in order, beside its kind; docs/judging.md explains each."""

_LEAST, _MOST = 1e-5, 1.0 - 1e-5
_MASS = 2.0  # two rare words left over say all that more would say


def log_odds(probability: float) -> float:
    """Logarithm of the odds of a probability, bounded to about 11.5 either way.

    >>> round(log_odds(0.5), 6), round(log_odds(1.0), 2)
    (0.0, 11.51)
    """
    bounded = min(max(probability, _LEAST), _MOST)
    return math.log(bounded / (1.0 - bounded))


def observed(seen: Resemblance, bearing: float, weak: bool, prior: float) -> tuple[float, ...]:
    """Observations of a fuzzy candidate as numbers, in the order of `OBSERVED`.

    Args:
        seen: How the names resemble each other.
        bearing: Share of the entity in the name that was found, were it written so, in (0, 1].
        weak: Whether the alias needs context.
        prior: Prominence of the entity, in [0, 1].
    """
    pair, found = log_odds(seen.pair), log_odds(seen.found)
    return (
        1.0, pair, 0.0 if seen.native else found, math.log(max(bearing, _LEAST)), float(weak), prior,
        float(seen.cross), float(seen.single), pair * seen.single, _shortness(seen), float(seen.native),
        found * seen.native, min(seen.extra, _MASS), min(seen.missing, _MASS), float(seen.apart), float(seen.brief),
    )  # fmt: skip


def _shortness(seen: Resemblance) -> float:
    """1 for a single word of three letters or fewer, falling to 0 for one of nine: it resembles many others."""
    return max(0.0, min(1.0, (9 - seen.letters) / 6)) if seen.single else 0.0


def fuzzy_odds(observations: tuple[float, ...], kind: Kind, *, kind_given: bool = False) -> float:
    """Odds of a fuzzy candidate against "something the gazetteer does not hold", were there no rival.

    Args:
        observations: From `observed`.
        kind: Of the candidate.
        kind_given: Whether the caller vouches for the kind, which leaves less room for strangers.

    Source: a conditional logit that scripts/fit_fuzzy.py fits; lexicon/fuzzy.toml.
    """
    model = load_odds()
    weights, kinds = (model.kind_given, model.kinds_given) if kind_given else (model.open, model.kinds)
    return math.exp(sum(map(mul, weights, observations)) + kinds[kind])


def odds_class(seen: Resemblance, *, kind_given: bool = False) -> str:
    """The class of answers whose calibration holds for a leading candidate."""
    name = "brief" if seen.brief else "native" if seen.native else group_of(seen.kind)
    return f"{name}_kind" if kind_given else name
