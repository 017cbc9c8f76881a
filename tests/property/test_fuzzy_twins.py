"""Judging many pairs of names at once gives what judging them one by one gives, to the last digit."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver import Resolver
from resolver.comparison import read_name, read_names
from resolver.features import align, builtin_rarity, vector
from resolver.features.agreement import likeness
from resolver.features.many import Names, aligned, measured
from resolver.features.many.facts import Facts
from resolver.features.many.likeness import likenesses
from resolver.hits import Hit
from resolver.mention import parse
from resolver.mention.strip import is_plain
from resolver.model import Hints
from resolver.retrieve import proposals
from resolver.unread import are_unread, read_many

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SAMPLE = 1500


@pytest.fixture(scope="module")
def misspelt(bundled: Resolver) -> list[str]:
    """Names of the bundled gazetteer in all scripts with a letter wrong, a word moved or left out; some as they are."""
    rng, held = random.Random(11), bundled.gazetteer
    texts = [held.alias_text(rng.randrange(len(held.alias_entity))) for _ in range(SAMPLE)]
    return [_changed(text, rng) for text in texts]


def _changed(text: str, rng: random.Random) -> str:
    words, chance = text.split(), rng.random()
    if len(words) > 1 and chance < 0.2:
        rng.shuffle(words)
    elif len(words) > 2 and chance < 0.3:
        del words[rng.randrange(len(words))]
    elif chance < 0.35:
        words = [word.lower() for word in words]
    elif chance < 0.45:
        words.insert(
            rng.randrange(len(words) + 1), rng.choice(["President", "Ltd", "the", "V.", "57th", "North", "ов"])
        )
    text = " ".join(words)
    at = rng.randrange(len(text))
    return text if rng.random() < 0.2 else text[:at] + rng.choice(LETTERS) + text[at + rng.randrange(2) :]


def told(hits: list[Hit]) -> list[tuple[object, ...]]:
    """Everything a hit says, its alignment worked out."""
    return [
        (hit.alias, hit.key, hit.resemblance and (*hit.resemblance[:-1], hit.resemblance.alignment)) for hit in hits
    ]


def test_many_names_resemble_what_each_resembles_alone(bundled: Resolver, misspelt: list[str]) -> None:
    fuzzy, names = bundled.fuzzy, read_names(misspelt)
    alone = [fuzzy.hits(name, found) for name, found in zip(names, fuzzy.search(names), strict=True)]
    assert sum(map(len, alone)) > 2 * SAMPLE
    for one, other in zip(fuzzy.resembling(names), alone, strict=True):
        assert told(one) == told(other)


def test_many_names_are_read_as_each_alone(misspelt: list[str]) -> None:
    names = [*misspelt, "", "&", "a\nb", "J.K. Rowling", "5", "習 Xi"]
    assert read_names(names) == list(map(read_name, names))


def test_what_is_unread_has_no_reading_that_a_key_answers(bundled: Resolver, misspelt: list[str]) -> None:
    held, mentions = bundled.gazetteer, [parse(name) for name in misspelt if read_name(name).exact]
    mentions = [one for one in mentions if held.key_number(read_name(one.raw).exact) is None]
    sieves = bundled.fuzzy.sieves
    readings = read_many(sieves, mentions)
    unread = are_unread(held, sieves, mentions, readings)
    assert unread.mean() > 0.5
    for mention, mine, alone in zip(mentions, readings, unread.tolist(), strict=True):
        everything = list(mention.readings())
        assert mine == everything[: len(mine)]
        if alone:
            assert not list(proposals(held, mention, everything)), mention.raw


def test_of_plain_names_nothing_is_left_out(misspelt: list[str]) -> None:
    plain = [name for name in misspelt if is_plain(name)]
    assert len(plain) > SAMPLE / 10
    for name in plain:
        # A full stop behind it keeps the short way shut and is left out again.
        assert [reading.text for reading in parse(f"{name},").stripped()][1:] == [name]


WORDS = st.sampled_from([
    "vladimir", "vladimr", "putin", "poutine", "mohammed", "muhammad", "mhmd", "john", "jon", "j", "v", "north",
    "south", "57th", "58th", "third", "bank", "of", "the", "west", "gmbh", "ltd", "inc", "iran", "iraq", "osama",
    "un", "unsc", "security", "council", "al", "asad", "alasad", "abdul", "rahman", "abdulrahman", "khrushchev",
    "chruschtschow", "cafe", "kaffe", "airport", "a", "ab", "abc", "محمد", "محمود", "習", "1945", "2a",
    "ivanova", "ivanov", "jr", "usama",
])  # fmt: skip
NAMES = st.lists(WORDS | st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=5).map(tuple)


@given(st.lists(st.tuples(NAMES, NAMES, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_alignments_and_what_is_measured_are_those_of_single_pairs(
    pairs: list[tuple[tuple[str, ...], tuple[str, ...], bool, bool]],
) -> None:
    numbers: dict[tuple[tuple[str, ...], bool], int] = {}
    sides = [
        np.array([numbers.setdefault((pair[side], pair[2]), len(numbers)) for pair in pairs], np.int64)
        for side in (0, 1)
    ]
    names = Names(list(numbers), builtin_rarity)
    many = aligned(names, sides[0], sides[1], np.array([cross for *_, cross in pairs], bool))
    features = np.array(measured(names, many).features).T
    for row, (query, alias, person, cross) in enumerate(pairs):
        if many.apart[row]:
            continue
        one = align(query, alias, kind="person" if person else "city", cross_script=cross)
        found = [(pair.at, pair.to, int(pair.relation), pair.likeness) for pair in one.pairs]
        slots = np.flatnonzero(many.partner[:, row] >= 0).tolist()
        assert found == [
            (at, int(many.partner[at, row]), int(many.relation[at, row]), float(many.alike[at, row])) for at in slots
        ]
        assert tuple(features[row].tolist()) == vector(one)


@given(st.lists(st.tuples(WORDS | st.text(LETTERS, min_size=1, max_size=12), WORDS, st.booleans()), min_size=1))
def test_likenesses_are_those_of_single_pairs(pairs: list[tuple[str, str, bool]]) -> None:
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    words = list(dict.fromkeys(word for one, other, _ in pairs for word in (one, other)))
    facts = Facts(words, builtin_rarity)
    one, other = (np.array([words.index(pair[side]) for pair in pairs], np.int64) for side in (0, 1))
    relation, value = likenesses(facts, one, other, np.array([cross for *_, cross in pairs], bool))
    for row, (x, y, cross) in enumerate(pairs):
        kind, alike = likeness(x, y, cross)
        assert value[row] == alike
        if alike:
            assert relation[row] == kind


def test_answers_are_the_same_in_any_batch_and_on_any_number_of_processes(
    bundled: Resolver, misspelt: list[str]
) -> None:
    names = misspelt[:300]
    together = list(bundled.resolve_many(names))
    assert together == [bundled.resolve(name) for name in names]
    assert together == [one for at in range(0, 300, 7) for one in bundled.resolve_many(names[at : at + 7])]
    apart = list(bundled.resolve_many(names, workers=2))
    assert [one.qid for one in apart] == [one.qid for one in together]
    assert apart == together
    assert bundled.road.answers(names, Hints(), bundled.config) == [one.answer for one in together]
