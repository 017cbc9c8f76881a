"""Answers as typed columns: the values of the resolution, one way or the other."""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa
import pytest

from resolver import Resolver
from resolver.table.batches import resolve_asked
from resolver.table.columns import ANSWER, answer_columns, answer_schema
from resolver.table.hints import Asked

NAMES = ["Ankara", "Georgia", "YPG/PKK", "Nowheristan", "", "AA", "Turkish", "TR", "土耳其", "x" * 600, "🙂"]


def test_values_are_those_of_the_resolution(mini: Resolver) -> None:
    rows = answer_columns(mini.resolve_many(NAMES)).to_pylist()
    for name, row in zip(NAMES, rows, strict=True):
        resolution = next(mini.resolve_many([name]))
        told = resolution.to_dict()
        for field in ("status", "qid", "label", "kind", "provisional", "alias"):
            assert row[field] == told[field], (name, field)
        for field in ("score", "probability", "margin"):
            assert row[field] == pytest.approx(told[field], abs=1e-4)
        assert [c["qid"] for c in row["candidates"]] == [c["qid"] for c in told["candidates"]]
        assert [(e["name"], e["detail"]) for e in row["evidence"]] == [
            (e["name"], e["detail"]) for e in told["evidence"]
        ]
        assert [(p["query"], p["qid"]) for p in row["parts"]] == [(p["query"], p["qid"]) for p in told["parts"]]
    assert {row["status"] for row in rows} == {"matched", "ambiguous", "unmatched", "composite"}


def test_no_answers_make_no_rows() -> None:
    empty = answer_columns([])
    assert (len(empty), empty.schema) == (0, answer_schema())


def test_the_sql_types_are_the_arrow_types(mini: Resolver) -> None:
    batch = answer_columns(mini.resolve_many(NAMES))
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE typed ({', '.join(f'{name} {kind}' for name, kind in ANSWER.items())})")
        con.register("batch", batch)
        con.execute("INSERT INTO typed FROM batch")
        made = con.execute("DESCRIBE typed").fetchall()
        read = con.execute("DESCRIBE batch").fetchall()
    assert [row[:2] for row in made] == [row[:2] for row in read]


@pytest.mark.parametrize("which", ["mini", "bundled"])
def test_settled_columns_equal_those_made_one_by_one(which: str, request: pytest.FixtureRequest) -> None:
    resolver: Resolver = request.getfixturevalue(which)
    gazetteer, chance = resolver.gazetteer, random.Random(20_251_122)
    total = len(gazetteer.alias_entity)
    texts = {gazetteer.alias_text(chance.randrange(total)) for _ in range(min(4 * total, 1500))}
    texts |= {gazetteer.key(chance.randrange(len(gazetteer))) for _ in range(1000)}
    texts |= {*NAMES, "Türkiye", "us", "US", "may", "May", "Lebanon", "Ivory Coast", "Soviet Union", "ROC"}
    names = sorted(text for text in texts if len(text) < 600)
    quick = resolve_asked(resolver, [Asked(name, None, None, None, None, None) for name in names])
    slow = answer_columns(resolver.resolve_many(names))
    for column in quick.schema.names:
        for name, one, other in zip(names, quick[column].to_pylist(), slow[column].to_pylist(), strict=True):
            assert one == other, (name, column)
    assert isinstance(quick, pa.RecordBatch)


def test_settled_columns_list_as_many_candidates_as_the_settings_say(bundled: Resolver) -> None:
    few = Resolver.open(bundled.database, config=bundled.config.replace(top=2), overrides=False)
    names = ["Springfield", "San José", "Georgia", "Victoria", "Ankara"] * 8
    quick = resolve_asked(few, [Asked(name, None, None, None, None, None) for name in names])
    assert quick.equals(answer_columns(few.resolve_many(names)))
    assert max(len(found) for found in quick["candidates"].to_pylist()) == 2
