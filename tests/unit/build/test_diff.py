from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver.build.diff import diff_tables
from resolver.build.tables import AliasRow, EntityRow, write_table
from resolver.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def gazetteers(path: Path, entities: list[EntityRow], aliases: list[AliasRow]) -> Path:
    (path / "places").mkdir(parents=True)
    write_table(path / "places" / "entities.parquet", "entities", entities)
    write_table(path / "places" / "aliases.tsv", "aliases", aliases)
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return gazetteers(
        tmp_path / "old",
        [EntityRow("Q2", "city", "Zenda"), EntityRow("Q10", "city", "Gone"), EntityRow("Q3", "country", "Same")],
        [AliasRow("Q2", "Zenda", ("en",), "label"), AliasRow("Q2", "Senda"), AliasRow("Q10", "Gone")],
    )


def test_changes_are_read_as_sorted_lines(old: Path, tmp_path: Path) -> None:
    new = gazetteers(
        tmp_path / "new",
        [
            EntityRow("Q2", "region", "Zenda Land", population=5),
            EntityRow("Q11", "city", "New"),
            EntityRow("Q3", "country", "Same", sources=("ne",)),
        ],
        [AliasRow("Q2", "Zenda", ("de", "en"), "label", strength="weak"), AliasRow("Q2", "Zendá", ("pt",))],
    )
    assert [str(change) for change in diff_tables(old, new)] == [
        "Q2 Zenda Land: kind: city -> region",
        "Q2 Zenda Land: label: Zenda -> Zenda Land",
        "Q2 Zenda Land: population: 5",
        "Q2 Zenda Land: alias lost: Senda (alias, strong)",
        "Q2 Zenda Land: alias: Zenda (strength strong, langs en) -> strength weak, langs de|en",
        "Q2 Zenda Land: alias gained: Zendá (alias, strong, pt)",
        "Q10 Gone: entity lost: city",
        "Q11 New: entity gained: city",
    ]


def test_a_folder_equals_itself(old: Path) -> None:
    assert list(diff_tables(old, old)) == []


def test_a_folder_without_tables_is_refused(old: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no entities table"):
        list(diff_tables(old, tmp_path / "nowhere"))
