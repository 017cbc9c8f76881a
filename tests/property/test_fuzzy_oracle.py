"""Candidates on real names against a slow, obviously right oracle: compare the name with every key there is.

The oracle's measure sees slips and moved words, and knows nothing else: the ratio of the name with the key, with the
key's words sorted, and with its first word put last or its last word first. Its best keys, all of them where several
are as like, have to be among the candidates; how they are weighed is tested elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from resolver import Resolver
from resolver.build.index_build import build_index
from resolver.comparison import read_name
from resolver.index import FuzzyIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS = "abcdefghijklmnopqrstuvwxyz"
RESPELT = (
    ("k", "c"), ("c", "k"), ("v", "w"), ("w", "v"), ("sh", "sch"), ("ch", "tch"), ("i", "y"), ("y", "i"),
    ("z", "s"), ("f", "ph"), ("u", "ou"), ("ou", "u"), ("oo", "u"), ("q", "k"), ("x", "ks"), ("ll", "l"),
)  # fmt: skip
ALL = 32  # more candidates than the index ever keeps


def one_slip(key: str, rng: random.Random) -> str:
    """A letter left out, put in, exchanged, or swapped with its neighbour."""
    at = rng.choice([at for at in range(len(key) - 1) if " " not in key[at : at + 2]])
    return rng.choice(
        [
            key[:at] + key[at + 1 :],
            key[:at] + rng.choice(LETTERS) + key[at:],
            key[:at] + rng.choice(LETTERS) + key[at + 1 :],
            key[:at] + key[at + 1] + key[at] + key[at + 2 :],
        ]
    )


def two_slips(key: str, rng: random.Random) -> str:
    return one_slip(one_slip(key, rng), rng)


def doubled(key: str, rng: random.Random) -> str:
    at = rng.randrange(len(key))
    return key[:at] + key[at] + key[at:]


def turned(key: str, rng: random.Random) -> str:
    words = key.split()
    return " ".join([*words[1:], words[0]])


def turned_with_a_slip(key: str, rng: random.Random) -> str:
    return one_slip(turned(key, rng), rng)


def respelt(key: str, rng: random.Random) -> str:
    fitting = [(old, new) for old, new in RESPELT if old in key]
    return key.replace(*rng.choice(fitting), 1) if fitting else doubled(key, rng)


def cut_short(key: str, rng: random.Random) -> str:
    """The last letters left out."""
    return key[: -rng.randint(1, 2)]


def run_together(key: str, rng: random.Random) -> str:
    """A blank left out."""
    at = rng.choice([at for at, letter in enumerate(key) if letter == " "])
    return key[:at] + key[at + 1 :]


# The share of queries whose oracle's best has to be a candidate, here and on the whole gazetteer.
NOISE = (
    (one_slip, 0.97),
    (two_slips, 0.97),
    (doubled, 0.97),
    (turned, 0.97),
    (turned_with_a_slip, 0.97),
    (respelt, 0.97),
    (cut_short, 0.97),
    (run_together, 0.30),  # a known weak spot: words are found by their beginnings and bones
)
each_noise = pytest.mark.parametrize(("noise", "share"), NOISE, ids=[noise.__name__ for noise, _ in NOISE])


def queries(keys: list[str], noise: Callable[[str, random.Random], str], count: int) -> list[str]:
    """Misspelt keys that are no keys themselves: those are found by equal key and never searched for."""
    rng, held = random.Random(noise.__name__), set(keys)
    several = noise in (turned, turned_with_a_slip, run_together)
    fitting = [key for key in keys if len(key) > 6 and max(map(len, key.split())) > 2 and (" " in key or not several)]
    made = (" ".join(noise(key, rng).split()) for key in rng.choices(fitting, k=2 * count))
    return [name for name in dict.fromkeys(made) if name not in held and len(name) > 3][:count]


def best(names: list[str], keys: list[str], workers: int = 1) -> list[NDArray[np.int64]]:
    """For each name the numbers of all keys that are likest to it."""
    words = [key.split() for key in keys]
    measured = (
        (str, keys),
        (in_order, [" ".join(sorted(of)) for of in words]),
        (str, [" ".join([*of[1:], of[0]]) for of in words]),
        (str, [" ".join([of[-1], *of[:-1]]) for of in words]),
    )
    found = []
    for at in range(0, len(names), 64):
        some = names[at : at + 64]
        likest = np.zeros((len(some), len(keys)), np.float32)
        for read, compared in measured:
            asked = [read(name) for name in some]
            alike = process.cdist(asked, compared, scorer=fuzz.ratio, dtype=np.float32, workers=workers)
            np.maximum(likest, alike, out=likest)
        found += [np.flatnonzero(row == row.max()) for row in likest]
    return found


def in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def keys_of(resolver: Resolver) -> list[str]:
    held = resolver.gazetteer
    return held.keys()


@pytest.fixture(scope="module")
def latin_keys(bundled: Resolver) -> list[str]:
    """Every key in Latin letters that is searched by likeness."""
    return [key for key in keys_of(bundled) if key.isascii() and 3 < len(key) <= 80]


@pytest.fixture(scope="module")
def some_keys(latin_keys: list[str]) -> list[str]:
    return sorted(random.Random(5).sample(latin_keys, min(20_000, len(latin_keys))))


@pytest.fixture(scope="module")
def some_index(some_keys: list[str], tmp_path_factory: pytest.TempPathFactory) -> FuzzyIndex:
    folder = tmp_path_factory.mktemp("real")
    build_index(some_keys, folder)
    return FuzzyIndex.open(folder)


@each_noise
def test_the_oracles_best_real_name_is_a_candidate(
    noise: Callable[[str, random.Random], str], share: float, some_keys: list[str], some_index: FuzzyIndex
) -> None:
    names = queries(some_keys, noise, 250)
    assert len(names) > 200
    hits = some_index.search(names, top=ALL)
    assert found_share(hits.query, hits.key, best(names, some_keys)) >= share


@pytest.mark.slow
@each_noise
def test_thousands_of_them(
    noise: Callable[[str, random.Random], str], share: float, some_keys: list[str], some_index: FuzzyIndex
) -> None:
    names = queries(some_keys, noise, 2_500)
    assert len(names) > 2_000
    hits = some_index.search(names, top=ALL)
    assert found_share(hits.query, hits.key, best(names, some_keys, workers=2)) >= share


@pytest.mark.slow
@each_noise
def test_the_oracles_best_of_the_whole_gazetteer_is_a_candidate(
    noise: Callable[[str, random.Random], str], share: float, bundled: Resolver, latin_keys: list[str]
) -> None:
    names = queries(latin_keys, noise, 200)
    number = {key: i for i, key in enumerate(latin_keys)}
    query, found = [], []
    for at, candidates in enumerate(bundled.fuzzy.search([read_name(name) for name in names], top=ALL)):
        for candidate in candidates:
            if (held := number.get(bundled.gazetteer.key(candidate.key))) is not None:
                query.append(at)
                found.append(held)
    oracle = best(names, latin_keys, workers=2)
    assert found_share(np.array(query), np.array(found), oracle) >= share


def found_share(query: NDArray[np.int64], key: NDArray[np.int64], oracle: list[NDArray[np.int64]]) -> float:
    found = [bool(np.isin(key[query == at], likest).any()) for at, likest in enumerate(oracle)]
    return sum(found) / len(found)


def test_names_in_their_own_script_are_candidates(tmp_path_factory: pytest.TempPathFactory, bundled: Resolver) -> None:
    keys = [key for key in keys_of(bundled) if 6 < len(key) <= 40 and "؀" <= key[0] <= "ۿ"]
    keys = sorted(random.Random(6).sample(keys, min(8_000, len(keys))))
    folder = tmp_path_factory.mktemp("native")
    build_index(keys, folder, native=True)
    rng, letters = random.Random(7), sorted({c for key in keys for c in key if c != " "})

    def slip(key: str) -> str:
        at = rng.choice([at for at in range(len(key)) if key[at] != " "])
        return rng.choice([key[:at] + key[at + 1 :], key[:at] + rng.choice(letters) + key[at + 1 :]])

    held = set(keys)
    names = [name for name in (" ".join(slip(key).split()) for key in rng.sample(keys, 250)) if name not in held]
    hits = FuzzyIndex.open(folder).search(names, top=ALL)
    assert found_share(hits.query, hits.key, best(names, keys)) >= 0.97
