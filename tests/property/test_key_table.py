"""The table of keys and texts answers as working out the key and searching for it does."""

from __future__ import annotations

import random
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver import Resolver, gazetteer
from resolver.arrays import Arrays, write_arrays
from resolver.gazetteer import UNSETTLED, Gazetteer
from resolver.keytable import NO_KEY, KeyTable
from resolver.normalize import exact_key, exact_keys

if TYPE_CHECKING:
    from pathlib import Path

# Few letters, so that strings share residues, keys and beginnings.
TEXT = st.one_of(st.text("abAB ü土.\ud800", max_size=6), st.text(max_size=12))


def table_over(folder: Path, keys: list[str], texts: list[str], numbers: list[int]) -> KeyTable:
    """A table over strings held as a gazetteer file holds them."""
    sections: dict[str, bytes | array[int]] = {}
    for name, values in (("key", keys), ("text", texts)):
        lines = [value.encode("utf-8", "surrogatepass") + b"\n" for value in values]
        sections[f"{name}_offset"] = array("I", accumulate(map(len, lines), initial=0))
        sections[name] = b"".join(lines)
    path = folder / "strings"
    write_arrays(path, {}, sections)
    return KeyTable(Arrays(path), "key", "text", np.array(numbers, np.int32))


def table_of(folder: Path, texts: list[str]) -> tuple[KeyTable, list[str]]:
    texts = [text for text in texts if "\n" not in text and exact_key(text)]
    keys = sorted({exact_key(text) for text in texts}, key=lambda key: key.encode("utf-8", "surrogatepass"))
    return table_over(folder, keys, texts, [keys.index(exact_key(text)) for text in texts]), keys


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=30), st.lists(TEXT, max_size=30))
def test_texts_and_keys_are_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], others: list[str]
) -> None:
    table, keys = table_of(tmp_path_factory.mktemp("table"), texts)
    number = {key: i for i, key in enumerate(keys)}
    asked = [*texts, *others, *keys, *map(exact_key, others)]
    assert table.numbers(asked) == [number.get(name) for name in asked]
    assert [table.number(name) for name in asked] == [number.get(name) for name in asked]
    held = {text for text in texts if "\n" not in text and exact_key(text)}
    for name, found in zip(asked, table.numbers(asked, texts=True), strict=True):
        # A text may be left to its key where two texts of one key clash; what is found is never another key.
        assert found == number.get(exact_key(name)) if name in held or name in number else found is None


def test_a_table_of_nothing(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, [])
    assert table.numbers(["a", "", "\n", "x" * 9999]) == [None] * 4
    assert table.numbers([]) == []
    assert table.number("a") is None


def test_strings_that_share_a_residue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolver.keytable._PRIME", 3)
    names = [f"name {i}" for i in range(200)]
    table, keys = table_of(tmp_path, names)
    assert table.numbers(keys) == list(range(len(keys)))
    assert table.numbers([f"no {name}" for name in names]) == [None] * len(names)


def test_only_strings_are_asked_for(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, ["a"])
    for wrong in (None, 5, b"a"):
        with pytest.raises(TypeError):
            table.numbers(["a", wrong])  # type: ignore[list-item]


def test_a_text_without_a_key_is_not_found(tmp_path: Path) -> None:
    table = table_over(tmp_path, ["a"], ["a", "B"], [0, NO_KEY])
    assert table.numbers(["a", "B"], texts=True) == [0, None]


def test_every_alias_text_leads_to_its_key(bundled: Resolver) -> None:
    held = Gazetteer(bundled.database.with_suffix(".exact"))
    texts = [held.alias_text(alias) for alias in range(len(held.alias_entity))]
    keys = exact_keys(texts)
    numbers = held.name_numbers(texts)
    assert numbers == held.key_numbers(keys)
    assert None not in numbers
    assert [held.key(number) for number in numbers[::97] if number is not None] == keys[::97]
    # Most need no key: that is what the table is for.
    assert held.text_numbers(texts).count(None) < len(texts) / 100


def test_a_key_is_its_own_key(bundled: Resolver) -> None:
    keys = bundled.gazetteer.keys()
    assert exact_keys(keys) == keys


def one_by_one(resolver: Resolver, names: list[str]) -> None:
    for name, bulk in zip(names, resolver.resolve_many(names), strict=True):
        seen = (bulk.status, bulk.qid)
        single = resolver.resolve(name)
        assert seen == (single.status, single.qid), name
        assert bulk == single, name


def sample(resolver: Resolver, count: int) -> list[str]:
    """Alias texts, spelt as they are and otherwise; half of them under keys whose capitals count."""
    held, rng = resolver.gazetteer, random.Random(11)
    cased = [number for number, status in enumerate(held.key_status) if status == UNSETTLED]
    hits = [alias for number in rng.sample(cased, min(len(cased), count // 2)) for alias, _ in held.hits(number)]
    aliases = [*hits, *rng.sample(range(len(held.alias_entity)), count // 2)]
    texts = [held.alias_text(alias) for alias in aliases]
    spelt = (str, str.upper, str.lower, str.title, lambda text: f" {text}. ")
    return [rng.choice(spelt)(text) for text in texts]


def test_bulk_answers_as_one_by_one(bundled: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "_BULK", 0)
    one_by_one(bundled, sample(bundled, 2_000))


@pytest.mark.slow
def test_every_alias_text_in_bulk_as_one_by_one(bundled: Resolver) -> None:
    held = bundled.gazetteer
    one_by_one(bundled, [held.alias_text(alias) for alias in range(len(held.alias_entity))])
