"""Resolutions as table, JSON, JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest
from rich.cells import cell_len

from resolver import Resolution, Resolver
from resolver.explain import COLUMNS, WRITERS, flat, printable
from resolver.model import Answer, Status

NAMES = [
    "Türkiye", "Georgia", "YPG/PKK", "", "  ", "土耳其", "Türkiye", "nobody, \"quoted\"", "two\nlines", "AA",
    "x" * 300, "a\x1b[31mb\x07", "\u202egnp", "\ud800",
]  # fmt: skip


@pytest.fixture
def found(mini: Resolver) -> list[Resolution]:
    return list(mini.resolve_many(NAMES))


def written(name: str, resolutions: list[Resolution]) -> str:
    out = io.StringIO()
    WRITERS[name](resolutions, out)
    return out.getvalue()


def test_json(found: list[Resolution]) -> None:
    assert json.loads(written("json", found)) == [r.to_dict() for r in found]
    assert written("json", []) == "[]\n"


def test_jsonl(found: list[Resolution]) -> None:
    lines = written("jsonl", found).splitlines()
    assert [json.loads(line) for line in lines] == [r.to_dict() for r in found]
    assert written("jsonl", []) == ""


def test_csv(found: list[Resolution]) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", found), newline="")))
    assert rows == [flat(r) for r in found]
    assert [row["query"] for row in rows] == NAMES
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["qid"], rows[2]["parts"], rows[1]["candidates"]) == ("Q43", "Q277036 Q152220", "Q230 Q1428")
    assert written("csv", []) == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_the_terminal(found: list[Resolution], monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = written("table", found).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_the_table_keeps_order_and_shows_rivals_and_parts(
    found: list[Resolution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = written("table", found[:4])
    rows = [line.split() for line in text.splitlines() if line.strip() and "─" not in line]
    assert [row[0] for row in rows[1:]] == [
        "Türkiye",
        "Georgia",
        "rival",
        "rival",
        "YPG/PKK",
        "YPG",
        "PKK",
        "unmatched",
    ]
    assert [row[1] for row in rows[1:7]] == ["matched", "ambiguous", "Q230", "Q1428", "composite", "matched"]
    for word in ("query", "status", "QID", "label", "kind", "prob", "Q277036", "Q152220"):
        assert word in text


def test_the_table_carries_no_control_characters(found: list[Resolution]) -> None:
    text = written("table", found)
    assert all(c.isprintable() or c == "\n" for c in text)


def test_long_input_is_written_in_blocks(mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolver.explain._TABLE_BLOCK", 2)
    monkeypatch.setenv("COLUMNS", "120")
    text = written("table", list(mini.resolve_many(["Türkiye", "PKK", "nobody", "Ankara", "Syria"])))
    order = [text.index(qid) for qid in ("Q43", "Q152220", "nobody", "Q3640", "Q858")]
    assert order == sorted(order)


@pytest.mark.parametrize("name", WRITERS)
def test_writers_take_a_stream(mini: Resolver, name: str) -> None:
    out = io.StringIO()
    WRITERS[name](iter([mini.resolve("Türkiye")]), out)
    assert "Q43" in out.getvalue()


def test_printable() -> None:
    assert printable("Türkiye 土耳其") == "Türkiye 土耳其"
    assert printable("a\tb\u200fc") == r"a\tb\u200fc"
    assert printable("\ud800") == r"\ud800"


def test_no_answer_has_empty_cells() -> None:
    cells = flat(Resolution("x", Answer(status=Status.UNMATCHED)))
    assert {name for name, value in cells.items() if value} == {"query", "status", "score", "probability", "margin"}
