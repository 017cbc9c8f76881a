"""Sample dispatches, annotated: every gold mention is found at its place with its entity, and nothing else is.

A mention that stands for a government may be answered with the city or with the government; the note of its gold
row says which government. A composite is read as its parts.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from resolver import Resolver
from resolver.render import Document
from resolver.render.document import Mark, marks

DISPATCHES = Path(__file__).parents[2] / "seeds" / "dispatches"
TEXTS = sorted(DISPATCHES.glob("*.txt"))
Span = tuple[int, int]


def gold(path: Path) -> dict[Span, set[str]]:
    """Accepted ids by span."""
    with path.with_suffix("").with_suffix(".gold.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    accepted = {}
    for row in rows:
        meant = re.search(r"metonym of (\S+)", row["note"])
        accepted[int(row["start"]), int(row["end"])] = {row["qid"], *([meant.group(1)] if meant else [])}
    return accepted


def links(document: Document) -> dict[Span, str]:
    """Ids by span of everything that is linked, parts of composites each for itself."""

    def linked(mark: Mark) -> dict[Span, str]:
        if mark.resolution.qid:
            return {(mark.start, mark.end): mark.resolution.qid}
        return {span: qid for inner in mark.inside for span, qid in linked(inner).items()}

    return {span: qid for mark in marks(document) for span, qid in linked(mark).items()}


def differences(resolver: Resolver, path: Path) -> list[str]:
    """One line for each gold mention that is not answered and each link that is not gold."""
    text = path.read_text(encoding="utf-8")
    day = re.search(r"(20\d\d)-(\d\d)$", path.stem)
    assert day
    mentions = tuple(resolver.annotate(text, as_of=f"{day.group(1)}-{day.group(2)}-01"))
    assert all(text[m.start : m.end] == m.surface for m in mentions)
    found, wanted = links(Document(path.name, text, mentions)), gold(path)
    missing = [
        f"missing {start}-{end} {text[start:end]!r}: {' or '.join(sorted(qids))}, found {found.get((start, end))}"
        for (start, end), qids in wanted.items()
        if found.get((start, end)) not in qids
    ]
    false = [f"false {start}-{end} {text[start:end]!r}: {found[start, end]}" for start, end in found.keys() - wanted]
    return sorted(missing + false)


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_every_gold_mention_and_no_other(bundled: Resolver, path: Path) -> None:
    assert differences(bundled, path) == []


def test_how_many_there_are() -> None:
    assert sum(len(gold(path)) for path in TEXTS) == 293
