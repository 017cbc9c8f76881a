from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver.build.tables import (
    TABLES,
    THEME_OF_KIND,
    THEMES,
    AliasRow,
    EntityRow,
    PositionRow,
    RelationRow,
    read_all,
    read_arrow,
    read_table,
    table_files,
    write_table,
)
from resolver.errors import GazetteerCorrupt, InputError
from resolver.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {
    "entities": [
        EntityRow("x-b", "media", "B", None, (), (), None, None, None, None, None, True, ("curated",)),
        EntityRow("Q10", "city", "Ten", "a city", ("Q1", "Q2"), ("iso2:TN",), "1900", None, 7, None, "country"),
        EntityRow("Q9", "person", "Nine", office="minister"),
    ],
    "aliases": [
        AliasRow("Q10", "Zehn", ("de",), "label", "neutral", "strong", False, "1900-01", None, ("ne", "xfactr")),
        AliasRow("Q10", "TEN", (), "code", "neutral", "weak", True),
    ],
    "positions": [PositionRow("Q9", "Minister", "Q1", "1999", None, ("everypol",))],
    "relations": [RelationRow("Q9", "member_of", "Q10", sources=("curated",))],
}


@pytest.mark.parametrize("suffix", ["tsv", "parquet"])
@pytest.mark.parametrize("name", TABLES)
def test_rows_come_back_sorted_and_equal(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.{suffix}"
    assert write_table(path, name, ROWS[name]) == len(ROWS[name])
    assert list(read_table(path)) == sorted(ROWS[name], key=TABLES[name].order)


@pytest.mark.parametrize("suffix", ["tsv", "parquet"])
def test_bytes_do_not_depend_on_the_order_of_rows(suffix: str, tmp_path: Path) -> None:
    one, two = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
    write_table(one, "entities", ROWS["entities"])
    write_table(two, "entities", list(reversed(ROWS["entities"])))
    assert one.read_bytes() == two.read_bytes()


def test_entities_are_sorted_by_number_then_local_ids(tmp_path: Path) -> None:
    path = tmp_path / "entities.tsv"
    write_table(path, "entities", ROWS["entities"])
    assert [row[0] for row in read_table(path)] == ["Q9", "Q10", "x-b"]


def test_tsv_writes_lists_with_bars_and_null_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "aliases.tsv"
    write_table(path, "aliases", ROWS["aliases"])
    assert "Q10\tZehn\tde\tlabel\tneutral\tstrong\tfalse\t1900-01\t\tne|xfactr\n" in path.read_text(encoding="utf-8")


def test_both_forms_give_the_same_arrow_columns(tmp_path: Path) -> None:
    for name, rows in ROWS.items():
        for suffix in ("tsv", "parquet"):
            write_table(tmp_path / f"{name}.{suffix}", name, rows)
        tsv, parquet = (read_arrow(tmp_path / f"{name}.{suffix}") for suffix in ("tsv", "parquet"))
        assert tsv.schema.names == parquet.schema.names
        assert tsv.to_pylist() == parquet.to_pylist()


def test_all_theme_folders_are_read(tmp_path: Path) -> None:
    for theme, suffix in (("people", "tsv"), ("places", "parquet")):
        (tmp_path / theme).mkdir()
        write_table(tmp_path / theme / f"aliases.{suffix}", "aliases", ROWS["aliases"])
    assert [path.parent.name for path in table_files(tmp_path, "aliases")] == ["people", "places"]
    assert len(list(read_all(tmp_path, "aliases"))) == 4


def test_a_tab_or_a_bar_in_a_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tab or line break"):
        write_table(tmp_path / "a.tsv", "aliases", [AliasRow("Q1", "a\tb")])
    with pytest.raises(InputError, match=r"may not hold '\|'"):
        write_table(tmp_path / "a.tsv", "aliases", [AliasRow("Q1", "a", ("x|y",))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("qid\ttext\n", "columns are"),
        ("qid\ttext\tlangs\trole\tregister\tstrength\tcased\tvalid_from\tvalid_to\tsources\nQ1\ta\n", ":2: 2 cells"),
        (
            "qid\ttext\tlangs\trole\tregister\tstrength\tcased\tvalid_from\tvalid_to\tsources\n"
            "Q1\ta\t\talias\tneutral\tstrong\tyes\t\t\t\n",
            ":2: cased is 'yes'",
        ),
    ],
)
def test_a_damaged_tsv_names_file_and_line(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "aliases.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GazetteerCorrupt, match=message):
        list(read_table(path))


def test_a_damaged_parquet_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "aliases.parquet"
    path.write_bytes(b"not parquet")
    with pytest.raises(GazetteerCorrupt, match="not a readable aliases table"):
        read_arrow(path)


def test_unknown_tables_and_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown table"):
        write_table(tmp_path / "a.tsv", "names", [])
    with pytest.raises(InputError, match=r"\.tsv or \.parquet"):
        write_table(tmp_path / "a.csv", "aliases", [])


def test_every_kind_has_a_theme() -> None:
    assert set(THEME_OF_KIND) == set(Kind)
    assert set(THEME_OF_KIND.values()) == set(THEMES)
