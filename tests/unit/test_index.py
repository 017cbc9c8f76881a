from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from resolver.build.index_build import build_index
from resolver.errors import GazetteerCorrupt, GazetteerNotFound, GazetteerVersionError
from resolver.index import FuzzyIndex, store, text
from resolver.index.align import FEATURES
from resolver.index.score import weights

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [
    "recep tayyip erdogan", "tayyip erdogan", "bilal erdogan", "sergey lavrov", "sergey viktorovich lavrov",
    "sergei shoigu", "volodymyr zelenskyy", "zelensky", "olaf scholz", "nicaragua", "nigeria", "niger", "iran",
    "iraq", "north korea", "south korea", "bank of the west", "bank of the east", "university of springfield",
    "springfield", "maria gonzalez", "mario gonzalez", "57th motor rifle division", "58th motor rifle division",
    "al nusra", "jabhat al nusra", "tchaikovsky", "pkk", "democratic republic of the congo", "republic of the congo",
]  # fmt: skip
NATIVE = ["владимир путин", "فلاديمير بوتين", "רמת גן", "中国外交部", "中国", "東京都", "블라디미르 푸틴", "αθηνα"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> FuzzyIndex:
    folder = tmp_path_factory.mktemp("latin")
    build_index(KEYS, folder)
    return FuzzyIndex.open(folder)


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> FuzzyIndex:
    folder = tmp_path_factory.mktemp("native")
    build_index(NATIVE, folder, native=True)
    return FuzzyIndex.open(folder)


def best(index: FuzzyIndex, name: str, keys: list[str]) -> str | None:
    hits = index.search([name])
    return keys[hits.key[0]] if len(hits.key) else None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("reccep tayyip erdogan", "recep tayyip erdogan"),  # a letter too many
        ("erdogan recep tayyip", "recep tayyip erdogan"),  # moved
        ("serget lavrov", "sergey lavrov"),  # a slip
        ("s v lavrov", "sergey viktorovich lavrov"),  # initials
        ("nicaragwa", "nicaragua"),  # respelt
        ("zelenskiy", "zelensky"),
        ("chaykovskiy", "tchaikovsky"),
        ("universty of springfeild", "university of springfield"),  # both words
        ("58th motor rifle division", "58th motor rifle division"),
        ("nusra", "al nusra"),  # a part left out
    ],
)
def test_finds_what_was_meant(index: FuzzyIndex, name: str, key: str) -> None:
    assert best(index, name, KEYS) == key


def test_every_key_finds_itself_first(index: FuzzyIndex) -> None:
    assert [best(index, key, KEYS) for key in KEYS] == KEYS


def test_a_word_of_the_index_counts_against_another(index: FuzzyIndex) -> None:
    hits = index.search(["iran", "iran", "nigeriia"])
    scores = {KEYS[k]: s for q, k, s in zip(hits.query, hits.key, hits.score, strict=True) if q == 0}
    assert scores["iran"] > 0.9
    assert scores.get("iraq", 0.0) < 0.5


@pytest.mark.parametrize("name", ["", " ", "x", "q w", "!!"])
def test_nothing_is_found_for_nothing(index: FuzzyIndex, name: str) -> None:
    assert len(index.search([name]).key) == 0


@pytest.mark.parametrize("name", ["puk", "pk", "pkkk"])
def test_names_of_three_letters_match_only_themselves(index: FuzzyIndex, name: str) -> None:
    assert "pkk" not in {KEYS[k] for k in index.search([name]).key}


def test_hits_are_ordered_by_query_then_score_then_key(index: FuzzyIndex) -> None:
    hits = index.search([*KEYS, "", "zelenskiy"], top=5)
    order = np.lexsort((hits.key, -hits.score, hits.query))
    assert order.tolist() == list(range(len(order)))
    assert np.bincount(hits.query).max() <= 5
    assert hits.score.min() > 0
    assert hits.score.max() < 1


def test_native_names_in_every_script(native: FuzzyIndex) -> None:
    asked = ["владимер путин", "فلاديمر بوتين", "רמת גאן", "中国外交", "블라디미르 푸탄", "αθινα"]
    meant = ["владимир путин", "فلاديمير بوتين", "רמת גן", "中国外交部", "블라디미르 푸틴", "αθηνα"]
    assert [best(native, name, NATIVE) for name in asked] == meant


def test_an_index_of_nothing(tmp_path: Path) -> None:
    build_index([], tmp_path)
    assert len(FuzzyIndex.open(tmp_path).search(["a name", ""]).key) == 0
    assert len(FuzzyIndex.open(tmp_path).search([]).key) == 0


def test_same_keys_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = build_index(KEYS, tmp_path / "one"), build_index(tuple(KEYS), tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    assert [p.name for p in one.parent.iterdir()] == [store.FILE_NAME]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    said: list[float] = []
    build_index(KEYS, tmp_path, progress=said.append)
    assert said == sorted(said)
    assert said[0] == 0.0
    assert said[-1] == 1.0


def test_long_and_repeated_words(tmp_path: Path) -> None:
    keys = ["a" * 400, "boutros boutros ghali", " ".join(["word"] * 40), "x y z", "bonn"]
    build_index(keys, tmp_path)
    index = FuzzyIndex.open(tmp_path)
    assert [best(index, key, keys) for key in keys[:3]] == keys[:3]
    assert best(index, "butros boutros ghali", keys) == keys[1]


def test_missing_damaged_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound, match="rebuild"):
        FuzzyIndex.open(tmp_path)
    path = build_index(KEYS, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-5000])
    with pytest.raises(GazetteerCorrupt, match="cut short"):
        FuzzyIndex.open(tmp_path)
    path.write_bytes(b"something else altogether")
    with pytest.raises(GazetteerCorrupt, match="not a fuzzy index"):
        FuzzyIndex.open(tmp_path)
    path.write_bytes(whole[:40])
    with pytest.raises(GazetteerCorrupt, match="damaged"):
        FuzzyIndex.open(tmp_path)
    size = int.from_bytes(whole[8:16], "little")
    header = json.loads(whole[16 : 16 + size])
    header["meta"]["format"] = store.FORMAT + 1
    other = json.dumps(header).encode().ljust(size)
    path.write_bytes(whole[:16] + other[:size] + whole[16 + size :])
    with pytest.raises(GazetteerVersionError):
        FuzzyIndex.open(tmp_path)


def test_weights_fit_the_features() -> None:
    assert weights().shape[1] == len(FEATURES)
    assert len(weights()) >= 1


def test_forms_without_one_or_two_characters_hash_like_the_shorter_word() -> None:
    long, short = text.Tokens(["abcdefgh"]).matrix(np.array([0])), text.Tokens(["abdefh"]).matrix(np.array([0]))
    salt = np.zeros(1, np.uint64)
    _, many = text.deletions(long, np.array([2]), salt)
    _, whole = text.deletions(short, np.array([0]), salt)
    assert len(many) == 1 + 8 + 28
    assert whole[0] in many
