"""Source tables merged in DuckDB: the last word, unions, partial dates, references."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from resolver import InputError
from resolver.build.load import TABLES, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = {name: "\t".join(columns) for name, columns in TABLES.items()}


def table(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = ["\t".join(row.get(column, "") for column in TABLES[name]) for row in rows]
    path = folder / f"{name}.tsv"
    path.write_text("\n".join([HEADER[name], *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


@pytest.fixture
def bulk(tmp_path: Path) -> Path:
    table(
        tmp_path / "bulk",
        "entities",
        {"qid": "Q1", "kind": "country", "label": "Ruritania", "codes": "iso2:RU", "population": "9", "sources": "a"},
        {
            "qid": "Q2",
            "kind": "city",
            "label": "Strelsau",
            "countries": "Q1",
            "valid_from": "1200",
            "valid_to": "1900-02",
        },
    )
    table(
        tmp_path / "bulk",
        "aliases",
        {"qid": "Q1", "text": "Ruritania", "langs": "en|de", "role": "label", "sources": "a"},
        {"qid": "Q1", "text": 'say "R"', "langs": "en", "valid_from": "1880-06", "valid_to": "1881"},
    )
    return table(tmp_path / "bulk", "relations", {"subject": "Q2", "relation": "located_in", "object": "Q1"})


def one(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, object]:
    rows = con.execute(query)
    names = [column[0] for column in rows.description]
    (row,) = rows.fetchall()
    return dict(zip(names, row, strict=True))


def test_defaults_and_lists(con: duckdb.DuckDBPyConnection, bulk: Path) -> None:
    load(con, [bulk])
    country = one(con, "FROM merged_entity WHERE qid = 'Q1'")
    assert (country["description"], country["countries"], country["codes"]) == ("", [], ["iso2:RU"])
    assert (country["population"], country["provisional"], country["sources"]) == (9, False, ["a"])
    alias = one(con, "FROM merged_alias WHERE contains(text, 'say')")
    assert alias["text"] == 'say "R"'
    assert [alias[name] for name in ("role", "register", "strength", "cased")] == ["alias", "neutral", "strong", False]


def test_a_partial_start_is_its_first_day_and_an_end_its_last(con: duckdb.DuckDBPyConnection, bulk: Path) -> None:
    load(con, [bulk])
    city = one(con, "FROM merged_entity WHERE qid = 'Q2'")
    assert (city["valid_from"], city["valid_to"]) == (date(1200, 1, 1), date(1900, 2, 28))
    alias = one(con, "FROM merged_alias WHERE contains(text, 'say')")
    assert (alias["valid_from"], alias["valid_to"]) == (date(1880, 6, 1), date(1881, 12, 31))


def test_a_later_folder_replaces_what_it_fills_and_adds_lists(
    con: duckdb.DuckDBPyConnection, bulk: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    table(later, "entities", {"qid": "Q1", "label": "Kingdom of Ruritania", "codes": "iso3:RUR", "sources": "b"})
    table(later, "aliases", {"qid": "Q1", "text": "Ruritania", "langs": "fr|en", "role": "short", "sources": "b"})
    load(con, [bulk, later])
    country = one(con, "FROM merged_entity WHERE qid = 'Q1'")
    assert (country["label"], country["kind"], country["population"]) == ("Kingdom of Ruritania", "country", 9)
    assert (country["codes"], country["sources"]) == (["iso2:RU", "iso3:RUR"], ["a", "b"])
    alias = one(con, "FROM merged_alias WHERE text = 'Ruritania'")
    assert (alias["langs"], alias["role"], alias["sources"]) == (["de", "en", "fr"], "short", ["a", "b"])


def test_the_order_of_folders_decides(con: duckdb.DuckDBPyConnection, bulk: Path, tmp_path: Path) -> None:
    later = table(tmp_path / "later", "entities", {"qid": "Q1", "label": "Other"})
    load(con, [later, bulk])
    assert one(con, "FROM merged_entity WHERE qid = 'Q1'")["label"] == "Ruritania"


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("aliases", {"qid": "Q404", "text": "x"}, "alias of an unknown entity: Q404"),
        (
            "relations",
            {"subject": "Q404", "relation": "part_of", "object": "Q1"},
            "relation from an unknown entity: Q404",
        ),
        ("relations", {"subject": "Q1", "relation": "part_of", "object": "Q404"}, "relation to nothing: Q404"),
        ("positions", {"qid": "Q404", "title": "King"}, "position of an unknown entity: Q404"),
        ("entities", {"qid": "Q404", "label": "x"}, "entity without kind or label: Q404"),
        ("entities", {"qid": "Q404", "kind": "city"}, "entity without kind or label: Q404"),
    ],
)
def test_rows_that_point_nowhere(
    con: duckdb.DuckDBPyConnection, bulk: Path, tmp_path: Path, name: str, row: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        load(con, [bulk, table(tmp_path / "more", name, row)])


@pytest.mark.parametrize("content", ["", "qid\n", "no table at all\n\x00", "a\tb\nc\td\n"])
def test_files_that_are_no_tables(con: duckdb.DuckDBPyConnection, bulk: Path, content: str) -> None:
    (bulk / "entities.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(con, [bulk])
    assert "\n" not in str(caught.value)


def test_a_damaged_parquet_file_is_named(con: duckdb.DuckDBPyConnection, bulk: Path) -> None:
    (bulk / "entities.parquet").write_bytes(b"PAR1 and nothing of the sort")
    with pytest.raises(InputError, match=r"entities\.parquet.*expected the columns qid, kind"):
        load(con, [bulk])


def test_no_folders_at_all(con: duckdb.DuckDBPyConnection) -> None:
    load(con, [])
    assert con.execute("SELECT count(*) FROM merged_entity").fetchone() == (0,)


def test_rows_under_an_old_id_follow_its_redirect(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = table(tmp_path / "new", "entities", {"qid": "Q2", "kind": "city", "label": "Zenda"})
    (folder / "redirects.tsv").write_text("qid\ttarget\tlabel\tfound\nQ1\tQ2\tZenda\t\n", encoding="utf-8")
    table(tmp_path / "old", "aliases", {"qid": "Q1", "text": "Senda"})
    table(tmp_path / "old", "relations", {"subject": "Q2", "relation": "part_of", "object": "Q1"})
    load(con, [tmp_path / "new", tmp_path / "old"])
    assert con.execute("SELECT qid, text FROM merged_alias").fetchall() == [("Q2", "Senda")]
    assert con.execute("SELECT subject, object FROM relation").fetchall() == []  # nothing is a part of itself
