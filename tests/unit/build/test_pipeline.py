from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver.build.pipeline import build_tables
from resolver.build.tables import AliasRow, EntityRow, PositionRow, read_all
from resolver.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def entities(folder: Path) -> dict[str, EntityRow]:
    return {row.qid: row for row in read_all(folder, "entities") if isinstance(row, EntityRow)}


def aliases(folder: Path, qid: str) -> dict[str, AliasRow]:
    return {row.text: row for row in read_all(folder, "aliases") if isinstance(row, AliasRow) and row.qid == qid}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_two_builds_give_the_same_bytes(places: Path, actors: Path, tmp_path: Path) -> None:
    build_tables([places, actors], tmp_path / "one")
    build_tables([places, actors], tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert "places/entities.parquet" in contents(tmp_path / "one")


def test_entities_are_merged_over_folders(places: Path, actors: Path, tmp_path: Path) -> None:
    report = build_tables([places, actors], tmp_path / "out")
    held = entities(tmp_path / "out")
    assert (held["Q1"].kind, held["Q1"].label) == ("country", "Ruritania")
    assert held["Q2"].capital == "country"
    assert held["Q11"].office == "head_of_state"
    assert held["Q11"].valid_from == "1860-02"
    assert held["Q12"].label == "Antoinette de Mauban"
    assert "Q14" not in held
    assert report.entities == len(held)
    assert report.dropped["not an entity"] == 1


def test_aliases_are_unique_cleaned_and_judged(places: Path, actors: Path, tmp_path: Path) -> None:
    build_tables([places, actors], tmp_path / "out")
    ruritania = aliases(tmp_path / "out", "Q1")
    assert ruritania["Ruritanie"].langs == ("fr", "oc")
    assert ruritania["Ruritanie"].sources == ("cldr", "ne")
    assert ruritania["Kingdom of Ruritania"].role == "alias"
    assert (ruritania["RUR"].role, ruritania["RUR"].cased, ruritania["RUR"].langs) == ("code", True, ())
    assert ruritania["Ruritanian"].strength == "weak"
    assert set(aliases(tmp_path / "out", "Q3")) == {"Zenda"}
    assert set(aliases(tmp_path / "out", "Q4")) == {"Hentzau"}
    elphberg = aliases(tmp_path / "out", "Q11")
    assert elphberg["Elphberg"].role == "surname"
    assert elphberg["Рудольф Иванович Эльфберг"].role == "label"
    assert "Рудольф Эльфберг" in elphberg
    assert "He" not in aliases(tmp_path / "out", "Q12")
    dropped = (tmp_path / "out" / "dropped.tsv").read_text(encoding="utf-8")
    for reason in ("foreign label", "namespace", "pronoun", "qualifier"):
        assert f"\n{reason}\t" in dropped


def test_every_row_belongs_to_an_entity(places: Path, actors: Path, tmp_path: Path) -> None:
    report = build_tables([places, actors], tmp_path / "out")
    held = entities(tmp_path / "out")
    for table in ("aliases", "positions", "relations"):
        assert {row[0] for row in read_all(tmp_path / "out", table)} <= held.keys()
    assert {row[2] for row in read_all(tmp_path / "out", "relations")} == {"Q1"}
    for qid, row in held.items():
        assert row.label in aliases(tmp_path / "out", qid)
    positions = [row for row in read_all(tmp_path / "out", "positions") if isinstance(row, PositionRow)]
    assert [(row.title, row.country, row.valid_from) for row in positions] == [
        ("Mayor of Zenda", "Q1", None),
        ("President", "Q1", "1890"),
    ]
    assert report.relations == 1


def test_unconfirmed_names_are_provisional(places: Path, actors: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "kind_exceptions.tsv").write_text("qid\tkind\tlabel\twhy\nQ4\tregion\tHentzau\tan estate\n")
    (seeds / "held_names.tsv").write_text("label\tqid\twhy\n")
    report = build_tables([places, actors], tmp_path / "out", seeds=seeds)
    held = entities(tmp_path / "out")
    assert held["Q4"].kind == "region"
    assert held["x-strelsau-post"].provisional
    assert held["Q77"].provisional
    assert not held["Q13"].provisional
    assert "Rupert of Hentzau" in aliases(tmp_path / "out", "Q13")
    assert [row.id for row in report.missing] == ["Q77", "x-strelsau-post"]
    missing = (seeds / "missing-qids.tsv").read_text(encoding="utf-8").splitlines()
    assert missing[1] == "Q77\tBlue Guards\tarmed_group\tQ77\tone list only"


def test_an_exception_for_nothing_is_refused(places: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "kind_exceptions.tsv").write_text("qid\tkind\tlabel\twhy\nQ404\tcity\tNowhere\tgone\n")
    (seeds / "held_names.tsv").write_text("label\tqid\twhy\n")
    with pytest.raises(InputError, match="Q404"):
        build_tables([places], tmp_path / "out", seeds=seeds)


def test_a_failed_build_leaves_the_old_tables(
    places: Path, make_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build_tables([places], out)
    before = contents(out)
    bad = make_folder("bad", [("Q1", "galaxy", "A", "", "", "", "ne5")])
    with pytest.raises(InputError, match="galaxy"):
        build_tables([bad], out)

    def full_disk(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resolver.build.pipeline.write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        build_tables([places], out)
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "out", "places"]


def test_licences_survive_a_rebuild_and_steps_are_told(places: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_tables([places], out)
    (out / "LICENSES.txt").write_text("notices\n")
    steps: list[tuple[str, int, int]] = []
    build_tables([places], out, progress=lambda *step: steps.append(step))
    assert (out / "LICENSES.txt").read_text() == "notices\n"
    assert [number for _, number, _ in steps] == [1, 2, 3, 4, 5]
    tags = [line.split("\t")[0] for line in (out / "sources.tsv").read_text().splitlines()[1:]]
    assert tags == sorted(tags)
    assert {"ne", "coder", "cldr", "iso", "factbook"} <= set(tags)


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        build_tables([], tmp_path / "out")
