"""Golden tables: what each name has to answer with the bundled gazetteer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from resolver import Resolver, Status

HERE = Path(__file__).parent
COLUMNS = ["input", "as_of", "kind", "country", "expected_status", "expected_qid", "category", "why"]
PEER = "peer"  # what other tools answer, where they are wrong: scripts/quality/peers_traps.py


def rows() -> list[object]:
    found = []
    for path in sorted(HERE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames in (COLUMNS, [*COLUMNS, PEER])
            found += [pytest.param(row, id=f"{path.stem}:{row['input']}:{row['kind']}{row['as_of']}") for row in reader]
    return found


@pytest.mark.parametrize("row", rows())
def test_golden(bundled: Resolver, row: dict[str, str]) -> None:
    found = bundled.resolve(
        row["input"], as_of=row["as_of"] or None, kind=row["kind"] or None, country=row["country"] or None
    )
    held = [(c.entity.qid, c.probability) for c in found.candidates]
    assert str(found.status) == row["expected_status"], (row["why"], held)
    expected = row["expected_qid"]
    if found.status is Status.COMPOSITE:
        assert [part.qid for part in found.parts] == expected.split("+"), row["why"]
    elif found.status is Status.MATCHED:
        assert found.qid in expected.split("|"), (row["why"], held)
    elif found.status is Status.AMBIGUOUS:
        assert found.qid is None
        assert len(held) > 1
        if expected:
            assert held[0][0] in expected.split("|"), (row["why"], held)
    else:
        assert found.qid is None
        assert not expected


def test_no_row_stands_twice() -> None:
    for path in sorted(HERE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            asked = [(r["input"], r["as_of"], r["kind"], r["country"]) for r in csv.DictReader(file)]
        assert len(asked) == len(set(asked)), path.name
