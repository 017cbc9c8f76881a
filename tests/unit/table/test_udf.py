"""The SQL function resolve: answers of the resolver, in batches, and no noise at exit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest

from resolver import InputError, Resolver, register


@pytest.fixture
def con(mini: Resolver) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    register(con, resolver=mini)
    yield con
    con.close()


def test_answers_and_nulls(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    names = ["Ankara", None, "Georgia", "", "YPG/PKK", "Ankara"]
    con.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[]) AS name", [names])
    found = con.execute("SELECT name, resolve(name) FROM t ORDER BY rowid").fetchall()
    assert [name for name, _ in found] == names
    for name, answer in found:
        if name is None:
            assert answer is None
            continue
        single = mini.resolve(name)
        assert (answer["status"], answer["qid"], answer["label"]) == (single.status, single.qid, single.label)
        assert [c["qid"] for c in answer["candidates"]] == [c.entity.qid for c in single.candidates]
        assert [p["qid"] for p in answer["parts"]] == [p.qid for p in single.parts]


def test_many_rows_of_few_names(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE TABLE t AS SELECT ['Ankara', 'Georgia', NULL, 'Russia'][1 + i % 4] AS name FROM range(50000) r(i)"
    )
    found = con.execute("SELECT resolve(name).qid, count(*) FROM t GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("Q159", 12500), ("Q3640", 12500), (None, 25000)]


def test_hints_of_each_row(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute("""
        SELECT resolve_with(name, kind, country, day).qid
        FROM (VALUES ('Georgia', 'country', NULL, DATE '2020-01-01'), ('Georgia', 'subdivision', 'US', NULL),
                     (NULL, 'country', NULL, NULL), ('Georgia', NULL, NULL, NULL)) t(name, kind, country, day)
    """).fetchall()
    assert rows == [("Q230",), ("Q1428",), (None,), (None,)]


def test_the_same_hints_for_all(mini: Resolver) -> None:
    with duckdb.connect() as con:
        register(con, resolver=mini, name="country_of", kind="country")
        assert con.execute("SELECT country_of('Georgia').qid").fetchall() == [("Q230",)]
        assert con.execute("SELECT country_of_with('Ankara', 'city', NULL, NULL).qid").fetchall() == [("Q3640",)]


def test_a_name_that_is_taken(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    with pytest.raises(InputError, match="function resolve"):
        register(con, resolver=mini)
    con.execute("CREATE MACRO mine(x) AS x")
    with pytest.raises(InputError, match="function mine already"):
        register(con, resolver=mini, name="mine")
    with pytest.raises(InputError, match="unknown kind"):
        register(con, resolver=mini, name="other", kind="planet")


def test_nothing_is_said_at_exit(mini: Resolver) -> None:
    code = (
        "import duckdb\nfrom resolver import Resolver, register\ncon = duckdb.connect()\n"
        f"register(con, resolver=Resolver.open({str(mini.database)!r}))\n"
        "print(con.execute(\"SELECT resolve('Ankara').qid\").fetchall())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[('Q3640',)]", "")
