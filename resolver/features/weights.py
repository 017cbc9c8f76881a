"""The fitted coefficients of lexicon/weights.toml, and the built-in rarity of common words.

scripts/fit.py writes both files; docs/judging.md tells from what. Nothing here decides.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources
from operator import mul
from typing import NamedTuple


class Weights(NamedTuple):
    """Coefficients, as fitted.

    Attributes:
        token, token_cross: Of the token model within and across scripts, in the order of `LIKENESS_FEATURES`.
        groups: Of the alignment model: group of kinds to coefficients, in the order of `FEATURES`; groups
            named `..._cross` judge names written in different scripts.
        knots: Of the calibration: class to `(score, probability)` points, both ascending.
    """

    token: tuple[float, ...]
    token_cross: tuple[float, ...]
    groups: dict[str, tuple[float, ...]]
    knots: dict[str, tuple[tuple[float, float], ...]]

    def likeness(self, vector: tuple[float, ...], *, cross_script: bool = False) -> float:
        """The token model's answer for one `likeness_vector`, in (0, 1)."""
        return logistic(sum(map(mul, self.token_cross if cross_script else self.token, vector)))


def logistic(z: float) -> float:
    """The logistic function without overflow.

    >>> logistic(0.0), logistic(-1000.0), logistic(1000.0)
    (0.5, 0.0, 1.0)
    """
    if z < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-z))


def parse_weights(text: str) -> Weights:
    """The coefficients from the text of a weights file; sections may be missing while one is being fitted."""
    data = tomllib.loads(text)
    return Weights(
        tuple(data["token"].values()),
        tuple(data["token_cross"].values()),
        {group: tuple(values.values()) for group, values in data.get("alignment", {}).items()},
        {name: tuple((x, y) for x, y in points) for name, points in data.get("calibration", {}).items()},
    )


@cache
def load_weights() -> Weights:
    """The coefficients, read once a process."""
    return parse_weights(resources.files("resolver.lexicon").joinpath("weights.toml").read_text(encoding="utf-8"))


class Odds(NamedTuple):
    """Coefficients of the odds of fuzzy candidates, as fitted.

    Attributes:
        open, kinds: In the order of `resolver.scoring.OBSERVED`, and by kind of the candidate.
        kind_given, kinds_given: The same where the caller vouches for the kind.
        knots: Of the calibration: class of answers to `(share, probability)` points, both ascending.
    """

    open: tuple[float, ...]
    kinds: dict[str, float]
    kind_given: tuple[float, ...]
    kinds_given: dict[str, float]
    knots: dict[str, tuple[tuple[float, float], ...]]


def parse_odds(text: str) -> Odds:
    """The coefficients from the text of an odds file."""
    data = tomllib.loads(text)
    return Odds(
        tuple(data["open"].values()),
        data["open_kinds"],
        tuple(data["kind_given"].values()),
        data["kind_given_kinds"],
        {name: tuple((x, y) for x, y in points) for name, points in data["calibration"].items()},
    )


@cache
def load_odds() -> Odds:
    """The odds' coefficients, read once a process."""
    return parse_odds(resources.files("resolver.lexicon").joinpath("fuzzy.toml").read_text(encoding="utf-8"))


def parse_rarity(text: str) -> dict[str, float]:
    """Rarity by word from the text of a rarity table."""
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {word: float(value) for word, value in rows}


@cache
def load_rarity() -> dict[str, float]:
    """Rarity of the words that many entities share, by word; every other word has rarity 1.

    >>> table = load_rarity()
    >>> table["bank"] < 0.6, "zelenskyy" in table
    (True, False)
    """
    return parse_rarity(resources.files("resolver.lexicon").joinpath("token_rarity.tsv").read_text(encoding="utf-8"))


def builtin_rarity(word: str) -> float:
    """Rarity of a word in [0, 1] by the built-in table: what `compare` uses where no gazetteer is open.

    >>> builtin_rarity("party") < builtin_rarity("smith") < builtin_rarity("zelenskyy") == 1.0
    True
    """
    return load_rarity().get(word, 1.0)


def rarity(entities: int, total: int) -> float:
    """Rarity in [0, 1] of a word that `entities` of `total` entities have in their names.

    1 for a word of at most one entity in ten thousand, then falling with the logarithm to 0 for a word of
    one entity in fifty.

    >>> rarity(1, 100_000), round(rarity(200, 100_000), 2), rarity(5000, 100_000)
    (1.0, 0.43, 0.0)
    """
    share = entities / max(total, 1)
    low, high = 1e-4, 2e-2
    if share <= low:
        return 1.0
    return max(0.0, math.log(high / share) / math.log(high / low))
