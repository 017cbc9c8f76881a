"""Fits the weights of the fuzzy index's readings and writes resolver/index/weights.tsv.

    python scripts/bench/fuzzy_fit.py FOLDER [FOLDER...] [--real TABLE.tsv] [--size g1m] [--readings 2]

Fit on folders made with other seeds than the one that is reported. TABLE holds real names, see fuzzy_real.py,
which reports on the other half of its entities. Each query is a choice between the keys on
its shortlist and "none of them"; the fit maximises the likelihood of the right choice, with the readings of a
key added up (at query time the best one counts). Needs scipy.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import fuzzy_real
import numpy as np
from fuzzy import load
from scipy.optimize import minimize

from resolver.build.index_build import build_index
from resolver.index import FuzzyIndex
from resolver.index.align import FEATURES

Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]
WEIGHTS = Path(__file__).parents[2] / "resolver" / "index" / "weights.tsv"


def generated(folder: Path, size: str) -> Pairs:
    corpus = load(folder, size)
    fuzzy = [(q.key, q.entity) for q in corpus.queries if q.key not in corpus.exact]
    return collect(corpus.keys, corpus.entities, fuzzy)


def real(path: Path, count: int) -> Pairs:
    table = fuzzy_real.load(path, count, count // 3, 1, half=1)
    return collect(table.keys, table.entities, [(key, entity) for _, key, entity, _ in table.queries])


def collect(keys: list[str], entities: list[set[str]], fuzzy: list[tuple[str, str]]) -> Pairs:
    """Features of the pairs (float, one row a pair), the query of each, and whether it is right."""
    with tempfile.TemporaryDirectory() as place:
        build_index(keys, place)
        index = FuzzyIndex.open(place)
        found, owner, right = [], [], []
        for at in range(0, len(fuzzy), 500):
            part = fuzzy[at : at + 500]
            query, key, features = index.evidence([name for name, _ in part])
            found.append(features.T / 1000)
            owner.append(query + at)
            right += [part[q][1] in entities[k] for q, k in zip(query.tolist(), key.tolist(), strict=True)]
    return np.concatenate(found), np.concatenate(owner), np.array(right)


def fit(features: np.ndarray, owner: np.ndarray, right: np.ndarray, readings: int, ridge: float) -> np.ndarray:
    """Weights, one row a feature, one column a reading."""
    begin = np.flatnonzero(np.diff(owner, prepend=-1))
    number = np.cumsum(np.diff(owner, prepend=-1) > 0) - 1
    answered = np.add.reduceat(right, begin) > 0
    shape = (features.shape[1], readings)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        each = features @ weights
        high = each.max(axis=1, keepdims=True)
        part = np.exp(each - high)
        total = part.sum(axis=1)
        logit = high[:, 0] + np.log(total)
        top = np.maximum(np.maximum.reduceat(logit, begin), 0)
        odds, none = np.exp(logit - top[number]), np.exp(-top)
        everything = np.add.reduceat(odds, begin) + none
        gold = np.where(answered, np.maximum(np.add.reduceat(odds * right, begin), 1e-300), none)
        pull = odds / everything[number] - np.where(right, odds / gold[number], 0)
        gradient = features.T @ (part / total[:, None] * pull[:, None]) / len(begin) + 2 * ridge * weights
        return float(np.log(everything / gold).mean() + ridge * (flat**2).sum()), gradient.ravel()

    start = np.random.default_rng(0).normal(0, 0.3, shape).ravel()
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 800})
    print(f"pairs {len(owner):,}  queries {len(begin):,}  loss {found.fun:.4f}")
    return found.x.reshape(shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--real", type=Path)
    parser.add_argument("--size", default="g1m")
    parser.add_argument("--readings", type=int, default=2)
    parser.add_argument("--ridge", type=float, default=1e-5)
    args = parser.parse_args()
    parts = []
    shift = 0
    sources = [generated(folder, args.size) for folder in args.folder]
    if args.real:
        sources.append(real(args.real, 9000))
    for features, owner, right in sources:
        parts.append((features, owner + shift, right))
        shift += int(owner.max()) + 1
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    weights = fit(*columns, args.readings, args.ridge)
    head = "\t".join(["feature", *(f"reading_{i + 1}" for i in range(args.readings))])
    lines = [
        "\t".join([name, *(str(round(1000 * w)) for w in row)]) for name, row in zip(FEATURES, weights, strict=True)
    ]
    WEIGHTS.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
