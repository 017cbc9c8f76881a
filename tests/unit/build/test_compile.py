"""Compiled gazetteers: keys, latin keys, prior, what is cased, what is written."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from resolver import InputError, Resolver
from resolver.build.compile import compile_gazetteer
from resolver.gazetteer import FORMAT
from resolver.normalize import exact_key

MINI = Path(__file__).parents[2] / "data" / "mini"


@pytest.fixture(scope="module")
def con(mini_path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(mini_path), read_only=True)


def test_entities_are_numbered_by_qid(con: duckdb.DuckDBPyConnection) -> None:
    qids = [qid for (qid,) in con.execute("SELECT qid FROM entity ORDER BY entity_id").fetchall()]
    assert qids[:3] == ["Q30", "Q43", "Q159"]
    assert qids[-1] == "x-anadolu-agency"
    numbers = con.execute("SELECT list(entity_id ORDER BY entity_id) FROM entity").fetchall()[0][0]
    assert numbers == list(range(len(qids)))


def test_aliases_hold_their_keys(con: duckdb.DuckDBPyConnection) -> None:
    for text, key in con.execute("SELECT text, key FROM alias").fetchall():
        assert key == exact_key(text) != ""


def test_latin_keys_only_where_they_add_something(con: duckdb.DuckDBPyConnection) -> None:
    latin = dict(con.execute("SELECT text, latin_key FROM alias WHERE latin_key IS NOT NULL").fetchall())
    assert latin["Россия"] in ("rossiia", "rossiya")
    assert "土耳其" not in latin  # one word of a lossy romanisation
    assert not [text for text in latin if text.isascii()]


def test_the_key_of_a_listed_name_is_not_repeated_as_latin(con: duckdb.DuckDBPyConnection) -> None:
    repeated = "SELECT a.text FROM alias a JOIN alias b USING (entity_id) WHERE a.latin_key = b.key"
    assert con.execute(repeated).fetchall() == []


def test_short_codes_are_cased(con: duckdb.DuckDBPyConnection) -> None:
    cased = {text for (text,) in con.execute("SELECT text FROM alias WHERE cased").fetchall()}
    assert cased == {"US", "USA", "TR", "AA", "PKK", "YPG", "USSR"}


def test_the_prior_is_in_range_and_ranks(con: duckdb.DuckDBPyConnection) -> None:
    prior = dict(con.execute("SELECT qid, prior FROM entity").fetchall())
    assert all(0 <= value <= 1 for value in prior.values())
    assert prior["Q43"] > prior["x-anadolu-agency"]
    assert prior["Q3640"] > prior["Q2297724"]
    assert prior["Q7747"] > prior["Q152220"]


def test_the_manifest(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    manifest = dict(con.execute("SELECT name, value FROM manifest").fetchall())
    assert manifest == {"format": str(FORMAT), "version": mini.gazetteer.version}


def test_older_releases_read_the_storage(mini_path: Path) -> None:
    # The main header holds the storage version at byte 12; 65 is that of DuckDB 1.2.
    assert int.from_bytes(mini_path.read_bytes()[12:20], "little") <= 65


def test_progress_goes_up_to_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    compile_gazetteer([MINI], tmp_path / "a.duckdb", lambda stage, part: told.append((stage, part)))
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert len({stage for stage, _ in told}) == len(told)


def test_a_finished_build_leaves_two_files(tmp_path: Path) -> None:
    compile_gazetteer([MINI], tmp_path / "deep" / "er" / "a.duckdb")
    assert sorted(p.name for p in (tmp_path / "deep" / "er").iterdir()) == ["a.duckdb", "a.exact"]


def test_an_inspection_that_fails_keeps_it_back(tmp_path: Path) -> None:
    def refuse(database: Path) -> None:
        assert Resolver.open(database).resolve("Türkiye").qid == "Q43"
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        compile_gazetteer([MINI], tmp_path / "a.duckdb", inspect=refuse)
    assert list(tmp_path.iterdir()) == []


def test_tables_in_parquet_and_tsv_give_the_same(tmp_path: Path, mini: Resolver) -> None:
    folder = tmp_path / "parquet"
    folder.mkdir()
    with duckdb.connect() as con:
        from resolver.build.load import OPTIONAL, TABLES

        for path in MINI.iterdir():
            cells = ", ".join(
                f"string_split({column}, '|') AS {column}"
                if kind.endswith("[]")
                else f"CAST({column} AS {kind}) AS {column}"
                for column, kind in TABLES[path.stem].items()
                if column not in OPTIONAL
            )
            con.execute(
                f"COPY (SELECT {cells} FROM read_csv('{path}', delim='\t', quote='', all_varchar=true, nullstr=''))"
                f" TO '{folder / path.stem}.parquet'"
            )
    assert compile_gazetteer([folder], tmp_path / "a.duckdb") == mini.gazetteer.version
