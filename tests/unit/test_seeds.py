"""The hand-written data is well formed: curated tables, dispatches with gold mentions, golden tables."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from unicodedata import is_normalized

import pytest

from resolver.model import Kind, Register, Role, Status, Strength, entity_order, is_entity_id

ROOT = Path(__file__).resolve().parents[2]
CURATED = ROOT / "seeds" / "curated"
DISPATCHES = ROOT / "seeds" / "dispatches"
GOLDEN = ROOT / "tests" / "golden"

COLUMNS = {
    "entities": [
        "qid",
        "kind",
        "label",
        "description",
        "countries",
        "codes",
        "valid_from",
        "valid_to",
        "population",
        "office",
        "capital",
        "provisional",
        "sources",
    ],
    "aliases": ["qid", "text", "langs", "role", "register", "strength", "cased", "valid_from", "valid_to", "sources"],
    "positions": ["qid", "title", "country", "valid_from", "valid_to", "sources"],
    "relations": ["subject", "relation", "object", "valid_from", "valid_to", "sources"],
}
RELATIONS = {
    "affiliated_with", "armed_forces_of", "capital_of", "government_of", "headquartered_in", "leader_of", "located_in",
    "member_of", "part_of", "police_of", "subsidiary_of", "successor_of", "wing_of",
}  # fmt: skip
GOLDEN_COLUMNS = ["input", "as_of", "kind", "country", "expected_status", "expected_qid", "category", "why"]
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})*")


def table_files(name: str) -> list[Path]:
    return sorted(CURATED.glob(f"*/{name}.tsv"))


def read_tsv(path: Path) -> tuple[list[str], list[list[str]]]:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    header, *rows = (line.split("\t") for line in text[:-1].split("\n"))
    return header, rows


def read_rows(name: str) -> list[tuple[str, dict[str, str]]]:
    """Every row of one kind of table as (where, cells)."""
    return [
        (f"{path.relative_to(ROOT)}:{number}", dict(zip(COLUMNS[name], row, strict=True)))
        for path in table_files(name)
        for number, row in enumerate(read_tsv(path)[1], start=2)
    ]


def first_day(text: str) -> date:
    """First day of a partial date; raises ValueError for a day that does not exist."""
    assert _DATE.fullmatch(text), text
    return date.fromisoformat((text + "-01-01")[:10])


def assert_span(where: str, cells: dict[str, str]) -> None:
    days = [first_day(cells[name]) for name in ("valid_from", "valid_to") if cells[name]]
    assert days == sorted(days), f"{where}: ends before it begins"


@pytest.mark.parametrize("name", COLUMNS)
def test_curated_tables_have_their_columns(name: str) -> None:
    paths = table_files(name)
    assert paths
    for path in paths:
        header, rows = read_tsv(path)
        assert header == COLUMNS[name], path
        assert rows, path
        for number, row in enumerate(rows, start=2):
            assert len(row) == len(header), f"{path}:{number}"
            assert all(cell == cell.strip() and is_normalized("NFC", cell) for cell in row), f"{path}:{number}"


@pytest.mark.parametrize("name", COLUMNS)
def test_curated_tables_are_sorted_and_unique(name: str) -> None:
    for path in table_files(name):
        _, rows = read_tsv(path)
        if name == "relations":
            keys = [(entity_order(r[0]), r[1], entity_order(r[2])) for r in rows]
        elif name == "entities":
            keys = [(entity_order(r[0]),) for r in rows]
        elif name == "aliases":
            keys = [(entity_order(r[0]), r[1]) for r in rows]
        else:
            keys = [(entity_order(r[0]), r[1], r[3]) for r in rows]
        assert keys == sorted(set(keys)), path


@pytest.mark.parametrize("name", COLUMNS)
def test_a_curated_row_stands_in_one_theme_only(name: str) -> None:
    identity = {"entities": 1, "aliases": 2, "positions": 4, "relations": 3}[name]
    seen: dict[tuple[str, ...], str] = {}
    for where, cells in read_rows(name):
        key = tuple(cells.values())[:identity]
        assert key not in seen, f"{where} repeats {seen[key]}"
        seen[key] = where


def test_curated_entities() -> None:
    for where, cells in read_rows("entities"):
        assert is_entity_id(cells["qid"]), where
        assert cells["sources"], where
        assert_span(where, cells)
        assert all(is_entity_id(qid) for qid in cells["countries"].split("|") if qid), where
        if cells["qid"].startswith("x-"):
            assert cells["kind"] in set(Kind), where
            assert cells["label"], where
            assert cells["description"], where
            assert cells["provisional"] == "true", where


def test_curated_aliases() -> None:
    for where, cells in read_rows("aliases"):
        assert is_entity_id(cells["qid"]), where
        assert cells["text"], where
        assert not set(cells["text"]) & {"|", "\t", ";"}, where
        langs = cells["langs"].split("|")
        assert langs == sorted(set(langs)), where
        assert all(_LANG.fullmatch(lang) for lang in langs), where
        assert cells["role"] in set(Role), where
        assert cells["register"] in set(Register), where
        assert cells["strength"] in set(Strength), where
        assert cells["cased"] in {"true", "false"}, where
        assert cells["sources"], where
        assert_span(where, cells)


def test_curated_positions() -> None:
    for where, cells in read_rows("positions"):
        assert is_entity_id(cells["qid"]), where
        assert cells["title"], where
        assert not cells["country"] or is_entity_id(cells["country"]), where
        assert_span(where, cells)


def test_curated_relations() -> None:
    for where, cells in read_rows("relations"):
        assert is_entity_id(cells["subject"]), where
        assert is_entity_id(cells["object"]), where
        assert cells["subject"] != cells["object"], where
        assert cells["relation"] in RELATIONS, where
        assert_span(where, cells)


def test_each_local_entity_waits_in_the_list_of_missing_items() -> None:
    _, waiting = read_tsv(ROOT / "seeds" / "missing-qids-curated.tsv")
    local = {cells["qid"] for _, cells in read_rows("entities") if cells["qid"].startswith("x-")}
    assert {row[0] for row in waiting} == local
    assert [row[0] for row in waiting] == sorted(local)


def test_dispatches_come_with_gold() -> None:
    texts = {path.stem for path in DISPATCHES.glob("*.txt")}
    assert len(texts) >= 3
    assert {path.name.removesuffix(".gold.tsv") for path in DISPATCHES.glob("*.gold.tsv")} == texts


@pytest.mark.parametrize("path", sorted(DISPATCHES.glob("*.txt")), ids=lambda path: path.stem)
def test_gold_mentions_match_the_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert 120 <= len(text.split()) <= 260
    header, rows = read_tsv(path.with_name(f"{path.stem}.gold.tsv"))
    assert header == ["start", "end", "surface", "qid", "kind", "note"]
    assert len(rows) > 30
    last = 0
    for start, end, surface, qid, kind, _ in rows:
        assert last <= int(start) < int(end), surface
        assert text[int(start) : int(end)] == surface
        assert is_entity_id(qid), surface
        assert kind in set(Kind), surface
        last = int(end)


def golden_files() -> list[Path]:
    return sorted(GOLDEN.glob("*.csv"))


def test_golden_tables_are_many() -> None:
    assert {path.stem for path in golden_files()} >= {
        "ambiguous", "case", "composite", "fuzzy", "orgs", "people", "register", "scripts", "time",
        "traps", "unmatched",
    }  # fmt: skip
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in golden_files()) >= 300


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_golden_tables_are_well_formed(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header in (GOLDEN_COLUMNS, [*GOLDEN_COLUMNS, "peer"])
    keys = [tuple(row[:4]) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        status, expected = cells["expected_status"], cells["expected_qid"]
        assert status in set(Status), row
        assert not cells["kind"] or cells["kind"] in set(Kind), row
        assert not cells["country"] or is_entity_id(cells["country"]), row
        assert not cells["as_of"] or date.fromisoformat(cells["as_of"]), row
        assert cells["category"], row
        assert cells["why"], row
        assert (status == Status.UNMATCHED) == (not expected), row
        assert (status == Status.COMPOSITE) == ("+" in expected), row
        assert all(is_entity_id(qid) for qid in re.split(r"[|+]", expected) if qid), row
        assert status != Status.AMBIGUOUS or "|" in expected, row
