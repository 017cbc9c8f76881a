from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ENTITY_COLUMNS = ("qid", "type", "label", "description", "country", "extra", "source")
ALIAS_COLUMNS = ("qid", "alias", "lang", "kind", "source")


def write_tsv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in [columns, *rows]), encoding="utf-8")


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """A folder of facts: entity rows may give `extra` as a dict."""

    def make(
        name: str, entities: Sequence[tuple[object, ...]], aliases: Sequence[tuple[str, ...]] = (), **more: str
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rows = [[json.dumps(cell) if isinstance(cell, dict) else str(cell) for cell in row] for row in entities]
        write_tsv(folder / "entities.tsv", ENTITY_COLUMNS, rows)
        write_tsv(folder / "aliases.tsv", ALIAS_COLUMNS, aliases)
        for stem, text in more.items():
            (folder / f"{stem}.tsv").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def places(make_folder: Callable[..., Path]) -> Path:
    return make_folder(
        "places",
        [
            ("Q1", "country", "Ruritania", "", "", {"iso2": "RU", "population": 9}, "natural-earth;country-coder"),
            ("Q2", "city", "Strelsau", "capital of Ruritania", "Q1", {"capital": True}, "natural-earth"),
            ("Q3", "subdivision", "Zenda", "province", "Q1", "", "natural-earth"),
            ("Q4", "city", "Hentzau", "", "Q1", "", "natural-earth"),
        ],
        [
            ("Q1", "Ruritanie", "fr", "label", "cldr"),
            ("Q1", "Ruritanie", "oc", "label", "ne5"),
            ("Q1", "RUR", "mul", "code", "iso"),
            ("Q1", "Ruritanian", "en", "demonym", "factbook"),
            ("Q3", "Strelsau", "mul", "alias", "ne5"),
            ("Q3", "Category:Zenda", "en", "alias", "ne5"),
            ("Q4", "Hentzau (município)", "pt", "label", "ne5"),
        ],
    )


@pytest.fixture
def actors(make_folder: Callable[..., Path]) -> Path:
    unverified = (
        "proposed_qid\ttype\tlabel\talias\tlang\tkind\tnote\n"
        "\tmedia\tStrelsau Post\tStrelsau Post\ten\tlabel\tdaily paper\n"
        "\tmedia\tStrelsau Post\tLa Poste de Strelsau\tfr\talias\t\n"
        "Q77\tarmed_group\tBlue Guards\tBlue Guards\ten\tlabel\tone list only\n"
        "\tperson\tRupert Hentzau\tRupert of Hentzau\ten\talias\t\n"
    )
    return make_folder(
        "actors",
        [
            ("Q1", "organization", "Kingdom of Ruritania", "", "", "", "X-FACTR/Wikidata"),
            (
                "Q11",
                "person",
                "Rudolf Elphberg",
                "",
                "Q1",
                {"birth": "1860-02-00", "positions": [["President", "1890", None], ["Mayor of Zenda"]]},
                "every-politician-scrapers",
            ),
            ("Q12", "person", "He", "", "", "", "X-FACTR/Wikidata"),
            ("Q13", "person", "Rupert Hentzau", "", "", "", "every-politician-scrapers"),
            ("Q14", "organization", "List of dukes", "", "", "", "govdirectory"),
        ],
        [
            ("Q11", "Elphberg", "de", "alias", "X-FACTR/Wikidata"),
            ("Q11", "Эльфберг, Рудольф Иванович", "ru", "label", "X-FACTR/Wikidata"),
            ("Q12", "He", "en", "label", "X-FACTR/Wikidata"),
            ("Q12", "Antoinette de Mauban", "en", "alias", "X-FACTR/Wikidata"),
        ],
        unverified=unverified,
        confirmed="label\tqid\tsource\nRupert Hentzau\tQ13\tread in two lists\n",
        relations="subject_qid\trelation\tobject_qid\tsource\nQ11\tleader_of\tQ1\tcurated\nQ11\tpart_of\tQ999\tcurated\n",
    )
