"""The gazetteer file in SQL, attached read-only from another database, as any DuckDB client would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from resolver.normalize import exact_key
from tests.sql.conftest import answers, events, recipes

if TYPE_CHECKING:
    from resolver import Resolver

SAMPLE = 3000
CASED = ["US", "us", "IT", "it", "WHO", "who", "IS", "is"]


def joined(con: duckdb.DuckDBPyConnection, names: list[str | None], statement: str) -> list[tuple[object, object]]:
    """Row number and QID for every row that a recipe gives for a table `events` of these names."""
    events(con, names)
    return sorted(((row["n"], row["qid"]) for row in answers(con, statement)), key=lambda row: int(str(row[0])))


README_JOIN = recipes("README.md")[0].split(";", 1)[1]


def test_the_readme_recipe_answers_and_never_multiplies(small: duckdb.DuckDBPyConnection) -> None:
    names = ["Türkiye", "TURKEY", None, "", "Georgia", "Турция", "nobody", "Putin", "Türkiye", "Ankara", "us", "pkk"]
    expected = ["Q43", "Q43", None, None, None, "Q43", None, "Q7747", "Q43", "Q3640", None, None]
    assert joined(small, names, README_JOIN) == list(enumerate(expected))


@pytest.mark.parametrize("size", ["small", "large"])
def test_at_most_one_match_a_key(request: pytest.FixtureRequest, size: str) -> None:
    con = request.getfixturevalue(size)
    twice = "SELECT key FROM gaz.alias_lookup WHERE is_match GROUP BY key HAVING count(*) > 1"
    assert con.execute(twice).fetchall() == []
    repeated = "SELECT key, qid FROM gaz.alias_lookup GROUP BY ALL HAVING count(*) > 1"
    assert con.execute(repeated).fetchall() == []
    assert con.execute("SELECT count(*) FROM gaz.alias_lookup WHERE is_match AND rank <> 1").fetchone() == (0,)
    assert con.execute("SELECT count(*) FROM gaz.alias_lookup WHERE key = '' OR key IS NULL").fetchone() == (0,)
    ranks = "SELECT key FROM gaz.alias_lookup GROUP BY key HAVING max(rank) <> count(*) OR min(rank) <> 1"
    assert con.execute(ranks).fetchall() == []


@pytest.mark.parametrize("size", ["small", "large"])
def test_keys_are_their_own_keys(request: pytest.FixtureRequest, size: str) -> None:
    con = request.getfixturevalue(size)
    keys = f"SELECT DISTINCT key FROM gaz.alias_lookup USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (3)"
    changed = f"SELECT key FROM ({keys}) WHERE key <> gaz.name_key(key)"
    assert con.execute(changed).fetchall() == []


def test_is_match_is_what_the_resolver_answers(bundled: Resolver, large: duckdb.DuckDBPyConnection) -> None:
    rows = large.execute(f"""
        SELECT key, max(qid) FILTER (WHERE is_match) FROM gaz.alias_lookup
        WHERE key IN (SELECT key FROM gaz.alias_lookup USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (7))
        GROUP BY key ORDER BY key
    """).fetchall()
    assert len(rows) > SAMPLE / 2
    wrong = []
    for key, qid in rows:
        found = bundled.resolve(key)
        # Where the key itself matches nothing, the resolver may still read it without a title or as two names.
        whole = any(exact_key(c.alias.text) == key for c in found.candidates[:1])
        if found.qid != qid and (qid is not None or whole):
            wrong.append((key, qid, found.qid))
    assert wrong == []


@pytest.mark.parametrize("size", ["small", "large"])
def test_names_whose_case_matters_never_match_by_key(request: pytest.FixtureRequest, size: str) -> None:
    con = request.getfixturevalue(size)
    assert {qid for _, qid in joined(con, CASED, README_JOIN)} == {None}


def test_a_cased_key_matches_only_in_small_letters(bundled: Resolver, large: duckdb.DuckDBPyConnection) -> None:
    rows = large.execute("""
        SELECT key, max(qid) FILTER (WHERE is_match) FROM gaz.alias_lookup WHERE cased GROUP BY key ORDER BY key
        LIMIT 1500
    """).fetchall()
    assert len(rows) > 100
    small = [(key, qid) for key, qid in rows if qid is not None]
    assert small == [(key, bundled.resolve(key).qid) for key, _ in small]


def test_views_through_attach(small: duckdb.DuckDBPyConnection) -> None:
    rows = small.execute("SELECT text, role, strength, cased FROM gaz.alias_provenance WHERE qid = 'Q30' ORDER BY text")
    assert rows.fetchall() == [
        ("US", "acronym", "strong", True),
        ("USA", "acronym", "strong", True),
        ("United States", "label", "strong", False),
    ]


def test_the_macro_through_attach(small: duckdb.DuckDBPyConnection) -> None:
    names = ["Türkiye’nin", "U.S.", "AT&T", "土耳其", "हिन्दी", "İSTANBUL", "ß", "", "🙂", "a\x00b", "Ａｎｋａｒａ"]
    keys = small.execute("SELECT gaz.name_key(n) FROM (SELECT unnest($1::VARCHAR[]) AS n)", [names]).fetchall()
    assert [key for (key,) in keys] == [exact_key(name) for name in names]
    assert small.execute("SELECT gaz.name_key(NULL)").fetchone() == (None,)


def test_the_join_is_a_hash_join(small: duckdb.DuckDBPyConnection) -> None:
    small.execute("CREATE OR REPLACE TEMP TABLE events AS SELECT 'Türkiye' AS actor, 1 AS n")
    plan = "".join(row[1] for row in small.execute(f"EXPLAIN {README_JOIN}").fetchall())
    # Releases draw plans differently: HASH_JOIN, Hash Join.
    assert re.search("hash.join", plan, re.IGNORECASE), plan
    assert not re.search("nested.loop|cross.product|blockwise|delim", plan, re.IGNORECASE), plan


def test_the_file_is_written_once(mini: Resolver, small: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error, match="read-only"):
        small.execute("DELETE FROM gaz.entity")
    manifest = dict(small.execute("SELECT name, value FROM gaz.manifest").fetchall())
    assert manifest == {"format": "1", "version": mini.gazetteer.version}
