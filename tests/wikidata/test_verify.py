"""Ids of ours against live labels and kinds; local ids searched for; a name looked up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from items import are, item
from server import FakeWikibase

from resolver.build.grow.search import Found, search, table
from resolver.build.grow.theme import read_theme, write_theme
from resolver.build.grow.verify import Verdict, accept, verify
from resolver.build.sources.wikidata import Wikidata
from resolver.build.tables import AliasRow, EntityRow
from resolver.errors import InputError

Connect = Callable[..., Wikidata]


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., Path]:
    """Write a theme folder with one entity a row: id, kind, label, further names."""

    def held(*rows: tuple[str, str, str], names: dict[str, list[str]] | None = None, provisional: bool = False) -> Path:
        theme = read_theme(tmp_path / "tables" / "t")
        for qid, kind, label in rows:
            theme.entities[qid] = EntityRow(qid, kind, label, provisional=provisional, sources=("xfactr",))
            texts = [label, *(names or {}).get(qid, [])]
            theme.aliases[qid] = {text: AliasRow(qid, text, ("en",), sources=("xfactr",)) for text in texts}
        write_theme(theme)
        return theme.folder

    return held


def verdicts(folder: Path, connect: Connect, **more: object) -> dict[str, Verdict]:
    return {row.qid: row for row in verify([folder], wikidata=connect(), **more).verdicts}  # type: ignore[arg-type]


def test_an_id_with_a_name_in_common_is_confirmed(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000001", "country", "Ruritania"), ("Q900000003", "person", "Rudolf ELPHBERG"))
    assert {row.verdict for row in verdicts(folder, connect).values()} == {"confirms"}


def test_a_correction_of_an_entity_that_is_not_there_is_left_out(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000001", "country", "Ruritania"))
    rows = read_theme(folder)
    rows.entities["Q900000003"] = EntityRow("Q900000003", "", "", "a person", ("Q900000001",), sources=("curated",))
    write_theme(rows)
    assert set(verdicts(folder, connect)) == {"Q900000001"}


def test_another_name_or_kind_contradicts(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000001", "person", "Ruritania"), ("Q900000003", "person", "Black Michael"))
    found = verdicts(folder, connect)
    assert found["Q900000001"].why == "held as person, its classes say country"
    assert (found["Q900000003"].verdict, found["Q900000003"].why) == ("contradicts", "no name in common")


def test_kinds_that_are_drawn_differently_do_not_contradict(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000002", "subdivision", "Strelsau"))
    assert verdicts(folder, connect)["Q900000002"].verdict == "confirms"


def test_a_renamed_item_is_to_be_looked_at(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000001", "country", "Kingdom of Ruritania"))
    row = verdicts(folder, connect)["Q900000001"]
    assert (row.verdict, row.live_label) == ("proposes", "Ruritania")


def test_redirects_and_deleted_items(held: Callable[..., Path], connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.redirects["Q900000077"] = "Q900000003"
    folder = held(("Q900000077", "person", "Rudolf Elphberg"), ("Q900000078", "person", "Nobody"))
    found = verdicts(folder, connect)
    assert (found["Q900000077"].verdict, found["Q900000077"].live_qid) == ("proposes", "Q900000003")
    assert (found["Q900000078"].verdict, found["Q900000078"].why) == ("contradicts", "the item is gone from Wikidata")


def test_a_local_id_gets_the_item_of_its_name_and_kind(
    held: Callable[..., Path], connect: Connect, wikibase: FakeWikibase
) -> None:
    wikibase.items["Q900000401"] = item({"en": "Ruritanian News Agency"}, claims=are("Q23442"))  # an island
    folder = held(("x-rna", "media", "Ruritanian News Agency"), ("x-nobody", "person", "Antoinette"), provisional=True)
    found = verdicts(folder, connect)
    assert (found["x-rna"].verdict, found["x-rna"].live_qid) == ("proposes", "Q900000004")
    assert (found["x-nobody"].live_qid, found["x-nobody"].why) == ("", "nothing found; leave the local id")


def test_a_proposed_id_is_confirmed_or_contradicted(held: Callable[..., Path], connect: Connect) -> None:
    folder = held(("Q900000004", "media", "RNA"), ("Q900000002", "person", "Rudolf Elphberg"), provisional=True)
    found = verdicts(folder, connect)
    assert found["Q900000004"].verdict == "confirms"
    assert found["Q900000002"].verdict == "contradicts"
    assert "Q900000003 Rudolf Elphberg fits" in found["Q900000002"].why


def test_local_and_provisional_ids_come_first_and_may_come_alone(
    held: Callable[..., Path], connect: Connect, tmp_path: Path
) -> None:
    held(("Q900000001", "country", "Ruritania"))
    folder = held(("x-rna", "media", "RNA"), provisional=True)
    report = verify([folder], wikidata=connect())
    assert [row.qid for row in report.verdicts] == ["x-rna", "Q900000001"]
    assert list(verdicts(folder, connect, only="provisional")) == ["x-rna"]


def test_the_verdicts_are_a_file_to_review(held: Callable[..., Path], connect: Connect, tmp_path: Path) -> None:
    folder = held(("Q900000001", "country", "Ruritania"), ("Q900000003", "person", "Black Michael"))
    out = tmp_path / "verify.tsv"
    report = verify([folder], wikidata=connect(), out=out)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == list(Verdict._fields)
    assert [line.split("\t")[0] for line in lines[1:]] == ["contradicts", "confirms"]
    assert next(iter(report.lines())) == "2 ids: 1 contradicts, 0 proposes, 1 confirms"


def test_an_accepted_id_is_recorded_and_followed(held: Callable[..., Path], connect: Connect, tmp_path: Path) -> None:
    from resolver import Resolver
    from resolver.build.compile import compile_gazetteer

    folder = held(("x-rna", "media", "Ruritanian News Agency"), provisional=True)
    out = tmp_path / "verify.tsv"
    verify([folder], wikidata=connect(), out=out)
    with pytest.raises(InputError, match="no line is marked accept"):
        accept(out, tmp_path / "tables")
    out.write_text(out.read_text(encoding="utf-8").replace("\nproposes\t", "\naccept\t"), encoding="utf-8")
    assert [row[:2] for row in accept(out, tmp_path / "tables")] == [("x-rna", "Q900000004")]
    compile_gazetteer([tmp_path / "tables" / "companies", folder], tmp_path / "g.duckdb")
    with Resolver.open(tmp_path / "g.duckdb") as resolver:
        entity = resolver.entity("Q900000004")
    assert (entity.label, entity.provisional) == ("Ruritanian News Agency", False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qid\n", "not a file written by"),
        ("HEAD\nperhaps\tx-a\tmedia\tA\t\t\t\t\t\n", ":2: 'perhaps' is none of accept"),
        ("HEAD\naccept\tx-a\tmedia\tA\t\t\t\t\t\n", ":2: nothing to accept here"),
    ],
)
def test_verdicts_that_cannot_be_accepted(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "verify.tsv"
    path.write_text(text.replace("HEAD", "\t".join(Verdict._fields)), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        accept(path, tmp_path)


def test_no_tables(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no entities there"):
        verify([tmp_path], wikidata=connect())


def test_search_shows_kinds_and_filters_them(connect: Connect) -> None:
    found = search("ruritan", wikidata=connect())
    assert [(row.qid, row.kind) for row in found] == [("Q900000001", "country"), ("Q900000004", "media")]
    assert [row.qid for row in search("ruritan", wikidata=connect(), kind=["media"])] == ["Q900000004"]
    assert search("nowhere", wikidata=connect()) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"), [(" ", None, "nothing to search"), ("a", ["planet"], "unknown kind")]
)
def test_a_search_for_nothing(connect: Connect, text: str, kind: list[str] | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        search(text, wikidata=connect(), kind=kind)


def test_the_table_fits_its_width() -> None:
    rows = [Found("Q1", "person", "新華社 " * 9, "a " * 90, 1), Found("Q22", "", "B", "", 0)]
    from rich.cells import cell_len

    assert all(cell_len(line) <= 60 for line in table(rows, 60))
