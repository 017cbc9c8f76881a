from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver.build.provisional import local_id, settle
from resolver.build.sources.facts import SOURCES, FactProposal, FactsFolder
from resolver.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_rows_are_typed_and_sources_are_tags(places: Path) -> None:
    folder = FactsFolder(places)
    first = next(folder.entities())
    assert (first.qid, first.kind, first.extra["iso2"], first.sources) == ("Q1", "country", "RU", ("ne", "coder"))
    alias = next(folder.aliases())
    assert (alias.text, alias.lang, alias.kind, alias.source) == ("Ruritanie", "fr", "label", "cldr")
    assert list(folder.relations()) == []
    assert list(folder.proposals()) == []
    assert folder.confirmed() == {}


def test_further_alias_files_are_read(places: Path) -> None:
    (places / "org_aliases_cldr.tsv").write_text(
        "qid\talias\tlang\tkind\tsource\nQ9\tUnion\tfr\tlabel\tcldr-48\n", encoding="utf-8"
    )
    assert [row.text for row in FactsFolder(places).aliases()][-1] == "Union"


@pytest.mark.parametrize(
    ("entity", "message"),
    [
        (("X1", "city", "A", "", "", "", "ne5"), r"entities\.tsv:2: 'X1' is not a Wikidata item id"),
        (("Q1", "city", "A", "", "", "{", "ne5"), r"entities\.tsv:2: extra is not JSON"),
        (("Q1", "city", "A", "", "", "", "hearsay"), r"entities\.tsv:2: source 'hearsay' has no licence"),
    ],
)
def test_bad_rows_name_file_and_line(entity: tuple[str, ...], message: str, make_folder: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=message):
        list(FactsFolder(make_folder("bad", [entity])).entities())


def test_missing_files_and_columns_are_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(FactsFolder(tmp_path).entities())
    (tmp_path / "entities.tsv").write_text("qid\tlabel\n", encoding="utf-8")
    with pytest.raises(InputError, match="columns are"):
        list(FactsFolder(tmp_path).entities())


def test_one_tag_means_one_project() -> None:
    for tag in {info.tag for info in SOURCES.values()}:
        assert len({info for info in SOURCES.values() if info.tag == tag}) == 1
    assert all(info.licence for info in SOURCES.values())


def proposal(label: str, text: str, *, qid: str = "", note: str = "") -> FactProposal:
    return FactProposal(qid, "media", label, text, "en", "label", note)


def test_unverified_names_become_confirmed_provisional_or_local() -> None:
    rows = [
        proposal("Post", "The Post", note="daily paper"),
        proposal("Post", "Poste"),
        proposal("Herald", "Herald", qid="Q8"),
        proposal("Times", "Times"),
    ]
    settled = settle(rows, {"Times": "Q9"}, {"Q9": "The Times"})
    assert [(row.qid, row.label) for row in settled.entities] == [("Q8", "Herald"), ("x-post", "Post")]
    assert [(row.qid, row.text) for row in settled.aliases] == [
        ("Q8", "Herald"),
        ("x-post", "The Post"),
        ("x-post", "Poste"),
        ("Q9", "Times"),
    ]
    assert [(row.id, row.proposed_qid) for row in settled.missing] == [("Q8", "Q8"), ("x-post", "")]


def test_a_confirmed_item_must_be_described() -> None:
    with pytest.raises(InputError, match="Q9"):
        settle([proposal("Times", "Times")], {"Times": "Q9"}, {})


def test_local_ids_need_letters() -> None:
    assert local_id("Kata'ib Hezbollah") == "x-kataib-hezbollah"
    with pytest.raises(InputError, match="no local id"):
        local_id("!!")
