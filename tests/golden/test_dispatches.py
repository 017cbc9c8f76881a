"""Sample dispatches: every gold mention stands where it says and resolves to its entity, given its kind."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from resolver import Kind, Resolver

DISPATCHES = Path(__file__).parents[2] / "seeds" / "dispatches"
TEXTS = sorted(DISPATCHES.glob("*.txt"))


def mentions(text: Path) -> list[dict[str, str]]:
    with text.with_suffix("").with_suffix(".gold.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


# Inflected forms that a name by itself is not read in yet; in its text it is.
PENDING = {
    ("istanbul-2025-06", "украинскую"),
    ("kyiv-2025-05", "Чорному морі"),
}


def test_there_are_eight() -> None:
    assert len(TEXTS) == 8


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_spans_match_the_text(path: Path) -> None:
    text, last = path.read_text(encoding="utf-8"), 0
    for mention in mentions(path):
        start, end = int(mention["start"]), int(mention["end"])
        assert text[start:end] == mention["surface"]
        assert start >= last, f"{mention['surface']} overlaps the mention before it"
        last = end


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_every_mention_resolves_given_its_kind(bundled: Resolver, path: Path) -> None:
    wrong = []
    for mention in mentions(path):
        found = bundled.resolve(mention["surface"], kind=Kind(mention["kind"]))
        if found.qid != mention["qid"]:
            wrong.append((mention["surface"], mention["qid"], str(found.status), found.qid))
    assert {(path.stem, surface) for surface, *_ in wrong} <= PENDING, wrong
