"""The exact key in Python and in SQL are one function."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver import Resolver
from resolver.normalize import exact_key
from resolver.sql_key import sql_name_key

SCRIPTS = {
    "ascii": (0x00, 0x7F),
    "latin": (0x80, 0x24F),
    "ipa and modifiers": (0x250, 0x2FF),
    "marks": (0x300, 0x36F),
    "greek": (0x370, 0x3FF),
    "cyrillic": (0x400, 0x52F),
    "armenian": (0x530, 0x58F),
    "hebrew": (0x590, 0x5FF),
    "arabic": (0x600, 0x6FF),
    "syriac and thaana": (0x700, 0x7BF),
    "indic": (0x900, 0xDFF),
    "thai and lao": (0xE00, 0xEFF),
    "tibetan and myanmar": (0xF00, 0x109F),
    "georgian and jamo": (0x10A0, 0x11FF),
    "ethiopic and cherokee": (0x1200, 0x13FF),
    "khmer and mongolian": (0x1780, 0x18AF),
    "latin and greek extended": (0x1E00, 0x1FFF),
    "punctuation and symbols": (0x2000, 0x2BFF),
    "kana": (0x3000, 0x30FF),
    "han": (0x4E00, 0x9FFF),
    "hangul": (0xAC00, 0xD7A3),
    "presentation forms": (0xF900, 0xFFFD),
    "beyond the first plane": (0x10000, 0x1FAFF),
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"CREATE MACRO name_key(name) AS {sql_name_key('name')}")
    return con


def differing(con: duckdb.DuckDBPyConnection, texts: list[str]) -> list[tuple[str, str, str]]:
    rows = con.execute("SELECT t, name_key(t) FROM (SELECT unnest(?::VARCHAR[]) AS t)", [texts]).fetchall()
    return [(text, key, exact_key(text)) for text, key in rows if key != exact_key(text)]


def test_every_code_point(con: duckdb.DuckDBPyConnection) -> None:
    texts = [f"a{chr(cp)}b {chr(cp)}" for cp in range(0x30000) if not 0xD800 <= cp <= 0xDFFF]
    assert differing(con, texts) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                [
                    st.characters(min_codepoint=a, max_codepoint=b, exclude_categories=["Cs"])
                    for a, b in SCRIPTS.values()
                ]
            ),
            max_size=30,
        ).map("".join),
        min_size=1,
        max_size=40,
    )
)
def test_text_in_all_scripts(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert differing(con, texts) == []


def test_null_and_empty(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("SELECT name_key(NULL), name_key(''), name_key(' — ')").fetchone() == (None, "", "")


def test_every_alias_of_the_bundled_gazetteer(bundled: Resolver) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{bundled.database}' AS gaz (READ_ONLY)")
        different = con.execute("SELECT text, key, gaz.name_key(text) FROM gaz.alias WHERE key <> gaz.name_key(text)")
        # Derived surnames hold their key where words and key differ; every other alias has its own.
        assert different.fetchall() == []
