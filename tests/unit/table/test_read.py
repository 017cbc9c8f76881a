"""Files into tables: every row, every cell as it was, and one line about a file that can't be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from resolver import InputError
from resolver.table.read import load_file


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def rows(con: duckdb.DuckDBPyConnection, path: Path, data: bytes | None = None, **options: object) -> list[object]:
    if data is not None:
        path.write_bytes(data)
    load_file(con, str(path), "t", **options)  # type: ignore[arg-type]
    return con.execute("FROM t").fetchall()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", b"id,actor\n1,Ankara\n2,\n", [(1, "Ankara"), (2, None)]),
        ("crlf.csv", b"id,actor\r\n1,Ankara\r\n", [(1, "Ankara")]),
        ("bom.csv", "\ufeffid,actor\n1,Türkiye\n".encode(), [(1, "Türkiye")]),
        ("semicolon.csv", b'id;actor\n1;"a; b"\n2;c, d\n', [(1, "a; b"), (2, "c, d")]),
        ("one.csv", b'actor\nAnkara\nSmith, John\n"a ""b"""\n', [("Ankara",), ("Smith, John",), ('a "b"',)]),
        ("lines.csv", b'id,actor\n1,"two\nlines"\n2,x\n', [(1, "two\nlines"), (2, "x")]),
        ("tab.tsv", b'id\tactor\n1\tSmith, "J" x\n', [(1, 'Smith, "J" x')]),
        ("head.csv", b"id,actor\n", []),
        ("twice.csv", b"a,A,\n1,2,3\n", [(1, 2, 3)]),
        ("pad.csv", b"actor\n  Ankara \n", [("  Ankara ",)]),
        ("words.csv", b"actor\nNULL\nNA\nnan\ntrue\n", [("NULL",), ("NA",), ("nan",), ("true",)]),
        ("a.jsonl", b'{"id":1,"actor":"Ankara"}\n{"id":2,"actor":null}\n', [(1, "Ankara"), (2, None)]),
    ],
)
def test_every_row_and_cell(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, data: bytes, expected: list[object]
) -> None:
    assert rows(con, tmp_path / name, data) == expected


def test_a_number_stays_what_it_was(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    head = b"code,count,day,part,late,big\n"
    body = b"007,1,2020-01-31,0.50,1,1\n" * 12_000 + b"7,2,2020-02-01,1.5,1e5,123456789012345678901234567890\n"
    found = rows(con, tmp_path / "t.csv", head + body)
    types = [kind for _, kind, *_ in con.execute("DESCRIBE t").fetchall()]
    assert types == ["VARCHAR", "BIGINT", "DATE", "DOUBLE", "VARCHAR", "VARCHAR"]
    assert len(found) == 12_001
    assert con.execute("SELECT code, late, big FROM t").fetchall()[-1] == ("7", "1e5", "123456789012345678901234567890")


def test_named_columns_and_all_columns_may_stay_text(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert rows(con, tmp_path / "t.csv", b"Name,n\n7,1\n", text=["name"]) == [("7", 1)]
    assert rows(con, tmp_path / "t.csv", as_text=True) == [("7", "1")]


def test_other_forms(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = pa.table({"actor": ["Ankara", None], "n": [1, 2]})
    parquet.write_table(table, tmp_path / "a.parquet")
    feather.write_feather(table, str(tmp_path / "a.arrow"))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"actor,n\nAnkara,1\n,2\n"))
    with duckdb.connect(str(tmp_path / "a.duckdb")) as other:
        other.register("frame", table)
        other.execute("CREATE TABLE events AS FROM frame")
    for name in ("a.parquet", "a.arrow", "a.csv.gz", "a.duckdb"):
        assert rows(con, tmp_path / name) == [("Ankara", 1), (None, 2)], name
    parquet.write_table(table, tmp_path / "b.parquet")
    assert len(rows(con, tmp_path / "*.parquet")) == 4


def test_another_encoding(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    data = "actor\nTürkiye\n"
    assert rows(con, tmp_path / "l.csv", data.encode("latin-1"), encoding="latin-1") == [("Türkiye",)]
    assert rows(con, tmp_path / "u.csv", data.encode("utf-16"), encoding="utf-16") == [("Türkiye",)]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("none.csv", None, "no file"),
        ("a.xlsx", b"x", "can't tell the format"),
        ("empty.csv", b"", "is empty"),
        ("ragged.csv", b"id,actor\n1,a\n2,b,c\n3,d\n", "line 3"),
        ("latin.csv", "actor\nT\xfcrkiye\n".encode("latin-1"), "--encoding"),
        ("late.csv", b"actor\n" + b"x" * 9 + b"\n" * 1 + b"a\n" * 90_000 + b"T\xfcrkiye\n", "--encoding"),
        ("bad.parquet", b"PAR1 no more", "can't read"),
        ("bad.jsonl", b'{"a":1}\n{"a":\n', "can't read"),
        ("bad.arrow", b"nothing of the kind", "can't read"),
        ("bad.duckdb", b"nothing of the kind", "can't read"),
    ],
)
def test_one_line_about_what_is_wrong(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, data: bytes | None, told: str
) -> None:
    with pytest.raises(InputError) as error:
        rows(con, tmp_path / name, data)
    assert told in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_database_of_several_tables_wants_a_choice(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "two.duckdb")) as other:
        other.execute("CREATE TABLE a AS SELECT 1 AS n; CREATE VIEW b AS SELECT 2 AS n")
    with pytest.raises(InputError, match="a, b; choose one with --table"):
        rows(con, tmp_path / "two.duckdb")
    assert rows(con, tmp_path / "two.duckdb", source_table="b") == [(2,)]
