"""The index against a slow, obviously right oracle: compare the name with every key."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from resolver.build.index_build import build_index
from resolver.index import FuzzyIndex
from resolver.index.neighbours import edits

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = [
    "maria",
    "jose",
    "ahmed",
    "fatima",
    "ivan",
    "olga",
    "john",
    "mary",
    "peter",
    "anna",
    "li",
    "wei",
    "chen",
    "sara",
    "omar",
    "yusuf",
    "nina",
    "carlos",
    "elena",
    "pablo",
]
SOUND = ["ka", "ro", "mi", "ten", "shal", "vor", "gri", "bel", "on", "du", "zan", "pe", "lif", "qua", "ster", "nov"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def made_up_names(count: int, rng: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        last = "".join(rng.choices(SOUND, k=rng.randint(2, 4)))
        names[" ".join([*rng.choices(FIRST, k=rng.randint(0, 2)), last])] = None
    return list(names)


@pytest.fixture(scope="module")
def keys() -> list[str]:
    return made_up_names(4000, random.Random(1))


@pytest.fixture(scope="module")
def index(keys: list[str], tmp_path_factory: pytest.TempPathFactory) -> FuzzyIndex:
    folder = tmp_path_factory.mktemp("oracle")
    build_index(keys, folder)
    return FuzzyIndex.open(folder)


def slip(name: str, rng: random.Random) -> str:
    at, kind = rng.choice([i for i, c in enumerate(name[:-1]) if c != " "]), rng.randrange(4)
    if kind == 0:
        return name[:at] + rng.choice(LETTERS) + name[at:]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[:at] + rng.choice(LETTERS) + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def two_slips(name: str, rng: random.Random) -> str:
    return slip(slip(name, rng), rng)


def moved(name: str, rng: random.Random) -> str:
    words = name.split()
    rng.shuffle(words)
    return " ".join(words)


def respelt(name: str, rng: random.Random) -> str:
    old, new = rng.choice([("k", "c"), ("v", "w"), ("sh", "sch"), ("i", "y"), ("z", "ts"), ("f", "ph"), ("u", "ou")])
    return name.replace(old, new)


def normal(name: str) -> str:
    return " ".join(name.split())


@pytest.mark.parametrize(
    ("noise", "share"),
    [(slip, 0.97), (two_slips, 0.97), (moved, 0.99), (respelt, 0.97)],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_the_oracles_best_is_among_the_hits(
    noise: Callable[[str, random.Random], str], share: float, keys: list[str], index: FuzzyIndex
) -> None:
    rng = random.Random(noise.__name__)
    names = [normal(noise(name, rng)) for name in rng.sample([k for k in keys if len(k) > 6], 250)]
    hits = index.search(names)
    turned = [" ".join(sorted(key.split())) for key in keys]
    found = 0
    for at, name in enumerate(names):
        words = " ".join(sorted(name.split()))
        likest = [max(fuzz.ratio(name, k), fuzz.ratio(words, t)) for k, t in zip(keys, turned, strict=True)]
        top = max(likest)
        found += any(likest[k] == top for k in hits.key[hits.query == at].tolist())
    assert found >= share * len(names)


def test_answers_do_not_depend_on_the_batch(keys: list[str], index: FuzzyIndex) -> None:
    rng = random.Random(3)
    names = [normal(slip(name, rng)) for name in rng.sample([k for k in keys if len(k) > 4], 700)]
    whole = index.search(names)
    for size in (1, 7, 300):
        parts = [index.search(names[at : at + size]) for at in range(0, len(names), size)]
        assert np.concatenate([p.key for p in parts]).tobytes() == whole.key.tobytes()
        assert np.concatenate([p.score for p in parts]).tobytes() == whole.score.tobytes()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(alphabet=LETTERS + "0189  \nüж", max_size=60), max_size=5))
def test_no_text_breaks_a_latin_search(index: FuzzyIndex, names: list[str]) -> None:
    hits = index.search(names)
    assert set(hits.query.tolist()) <= set(range(len(names)))
    assert ((hits.score > 0) & (hits.score < 1)).all()


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> FuzzyIndex:
    folder = tmp_path_factory.mktemp("native")
    build_index(["владимир путин", "東京都", "فلاديمير بوتين", "ramat gan"], folder, native=True)
    return FuzzyIndex.open(folder)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_text_at_all_breaks_a_native_search(native: FuzzyIndex, names: list[str]) -> None:
    hits = native.search(names)
    assert set(hits.query.tolist()) <= set(range(len(names)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text("abc", max_size=9), st.text("abc", max_size=9)), min_size=1, max_size=20))
def test_edits_are_counted_up_to_the_limit(pairs: list[tuple[str, str]]) -> None:
    left, right = [a.encode() for a, _ in pairs], [b.encode() for _, b in pairs]
    assert edits(left, right).tolist() == [min(OSA.distance(a, b), 7) for a, b in pairs]


@settings(max_examples=60, deadline=None)
@given(
    st.sets(
        st.text("abcdefg ", min_size=3, max_size=12).map(normal).filter(lambda s: len(s) > 2), min_size=1, max_size=12
    )
)
def test_a_key_scores_highest_for_itself(tmp_path_factory: pytest.TempPathFactory, chosen: set[str]) -> None:
    # A one-letter word reads as an initial, whichever it is: equal keys of such are the exact tier's matter.
    keys = sorted(k for k in chosen if all(len(w) > 1 for w in k.split()))
    folder = tmp_path_factory.mktemp("self")
    build_index(keys, folder)
    index = FuzzyIndex.open(folder)
    hits = index.search(keys)
    for at in range(len(keys)):
        mine = hits.query == at
        assert (
            hits.score[mine & (hits.key == at)] >= hits.score[mine].max() if (mine & (hits.key == at)).any() else False
        )
