"""The short ways of name_key() in SQL are open only to letters for which they are right; the rest is parity's part."""

from __future__ import annotations

import random
import re
import unicodedata

import duckdb
import pytest

from resolver import sql_key
from resolver.letters import code_points
from resolver.normalize import exact_key
from resolver.sql_key import sql_name_key


def letters(ranges: str) -> list[str]:
    return [chr(cp) for cp in code_points(ranges)]


@pytest.fixture(scope="module")
def joining() -> set[str]:
    """Characters that compose with the one before them."""
    pairs = (unicodedata.decomposition(chr(cp)).split() for cp in range(0x30000))
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    return seconds | {chr(cp) for cp in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}


@pytest.mark.parametrize("ranges", [sql_key._CASED, sql_key._CASELESS, sql_key._CYRILLIC, sql_key._SIMPLE])
def test_nothing_composes(joining: set[str], ranges: str) -> None:
    for letter in letters(ranges):
        assert letter not in joining
        # Viramas stand in one class of their own, so that two marks never change places.
        assert unicodedata.combining(letter) in (0, 9)
        assert unicodedata.normalize("NFC", letter) == letter


def test_signs_compose_or_change_places_only_where_it_says_so() -> None:
    signs = letters(sql_key._SIGNED)
    marks = [sign for sign in signs if unicodedata.combining(sign)]
    pattern = re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), sql_key._unsettled()))
    for first in signs:
        for second in signs:
            for text in (first + second, *(first + mark + second for mark in marks[:3])):
                assert pattern.search(text) or unicodedata.normalize("NFC", text) == text, text


def test_letters_without_case_are_their_own_key() -> None:
    for ranges in (sql_key._CASELESS, sql_key._EAST_ASIAN, sql_key._SIGNED):
        assert [letter for letter in letters(ranges) if exact_key(letter) != letter] == []


def test_cased_letters_need_small_letters_only() -> None:
    assert [letter for letter in letters(sql_key._CASED) if exact_key(letter) != letter.lower()] == []


def test_simple_letters_have_a_key_of_letters() -> None:
    assert [letter for letter in letters(sql_key._SIMPLE) if not exact_key(letter).isalnum()] == []


def test_words_of_mixed_letters() -> None:
    chance = random.Random(5)
    pools = [
        letters(sql_key._CASED + sql_key._CASELESS),
        letters(sql_key._SIMPLE),
        letters(sql_key._EUROPEAN),
        letters(sql_key._SIGNED),
        letters(" ".join(first + " " + second for first, second in sql_key._UNSETTLED)),
        list(
            "aA  -'’.&·ıİßøØŁæÆςΣ\x00\t\n\u0301\u0307\u0654\u05b0\u093c\u3099ａＡ．＆カガギ゛ﾞأيكى٣۳०Å" + "\u200d\u0640"
        ),
    ]
    texts = [
        "".join(chance.choice(pool) for pool in chance.choices(pools, [4, 4, 3, 4, 4, 3], k=chance.randrange(1, 9)))
        for _ in range(40_000)
    ]
    with duckdb.connect() as con:
        con.execute(f"CREATE MACRO name_key(name) AS {sql_name_key('name')}")
        rows = con.execute("SELECT t, name_key(t) FROM (SELECT unnest(?::VARCHAR[]) AS t)", [texts]).fetchall()
    assert [(text, key, exact_key(text)) for text, key in rows if key != exact_key(text)] == []


def test_columns_may_be_called_anything() -> None:
    with duckdb.connect() as con:
        con.execute(f"CREATE MACRO name_key(name) AS {sql_name_key('name')}")
        # Columns that are called as something inside the macro.
        query = "SELECT name_key(run), name_key(name) FROM (SELECT 'Ærø × 東京' AS run, 'Sʼ́ x が' AS name)"
        assert con.execute(query).fetchall() == [("aero 東京", exact_key("Sʼ́ x が"))]
