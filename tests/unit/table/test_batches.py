"""Record batches in, record batches out: rows keep their place, and equal resolve_many's answers."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver import InputError, Resolver
from resolver.table import batches as batches_module
from resolver.table.batches import Remembered, distinct_names, resolve_batches
from resolver.table.columns import answer_columns

POOL = ["Ankara", "Georgia", "YPG/PKK", "Nowheristan", "", "Turkey", "Zelenskiy", None]


def batch(names: list[str | None], **columns: list[object]) -> pa.RecordBatch:
    return pa.record_batch({"name": pa.array(names, pa.string()), **columns})


def test_every_row_keeps_its_place_and_its_columns(mini: Resolver) -> None:
    (out,) = resolve_batches([batch(["Georgia", None, "Ankara", "Georgia"], n=[4, 3, 2, 1])], resolver=mini)
    assert out["name"].to_pylist() == ["Georgia", None, "Ankara", "Georgia"]
    assert out["n"].to_pylist() == [4, 3, 2, 1]
    assert out["name_status"].to_pylist() == ["ambiguous", "unmatched", "matched", "ambiguous"]
    assert out["name_qid"].to_pylist() == [None, None, "Q3640", None]
    assert out["name_candidates"].to_pylist()[1] == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(POOL), max_size=40), max_size=6))
def test_equal_to_resolve_many_however_the_rows_are_cut(mini: Resolver, parts: list[list[str | None]]) -> None:
    out = list(resolve_batches([batch(part) for part in parts], resolver=mini))
    assert [len(b) for b in out] == [len(part) for part in parts]
    for part, found in zip(parts, out, strict=True):
        named = [i for i, name in enumerate(part) if name is not None]
        expected = answer_columns(mini.resolve_many([name for name in part if name is not None]))
        answers = found.select([f"name_{field}" for field in expected.schema.names])
        assert answers.take(pa.array(named, pa.int64())).to_pylist() == [
            {f"name_{field}": value for field, value in row.items()} for row in expected.to_pylist()
        ]


def test_what_was_remembered_may_be_forgotten(mini: Resolver) -> None:
    remembered = Remembered(mini, most=3)
    for _ in range(3):
        for names in (["Ankara", "Georgia"], ["Turkey", "Russia", "Syria"], ["Ankara", None, "USA"]):
            found = remembered.answer(distinct_names(pa.array(names)))
            expected = [None if n is None else mini.resolve(n).qid for n in names]
            assert found["qid"].to_pylist() == expected


def test_a_name_is_resolved_once(mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = batches_module.resolve_asked

    def counting(resolver: Resolver, questions: list[object], **named: bool) -> pa.RecordBatch:
        asked.extend(str(question) for question in questions)
        return real(resolver, questions, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(batches_module, "resolve_asked", counting)
    list(resolve_batches([batch(["Ankara", "Georgia", "Ankara"]), batch(["Georgia", "Ankara"])], resolver=mini))
    assert len(asked) == len(set(asked)) == 2


def test_hints_of_each_row(mini: Resolver) -> None:
    rows = batch(["Georgia"] * 4, kind=["country", "subdivision", " ", None], day=["2020-01-01", "", None, "2020"])
    (out,) = resolve_batches([rows], resolver=mini, kind_column="KIND", as_of="day")
    assert out["name_qid"].to_pylist() == ["Q230", "Q1428", None, None]
    (out,) = resolve_batches([rows], resolver=mini, kind=["country"])
    assert out["name_qid"].to_pylist() == ["Q230"] * 4


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (pa.array([date(1980, 1, 1)]), "1980-01-01"),
        (pa.array([datetime(1980, 1, 1, 12)]), "1980-01-01"),
        (pa.array(["1980-01-01T12:00:00"]), "1980-01-01"),
        (pa.array(["19800101"]), "1980-01-01"),
        (pa.array([19800101]), "1980-01-01"),
        (pa.array(["1980-03"]), "1980-03-15"),
        (pa.array([1980]), "1980-07-01"),
    ],
)
def test_days_in_every_form(mini: Resolver, cells: pa.Array, day: str) -> None:
    rows = pa.record_batch({"name": pa.array(["USSR"]), "day": cells})
    (out,) = resolve_batches([rows], resolver=mini, as_of_column="day")
    expected = answer_columns([mini.resolve("USSR", as_of=day)])
    assert out["name_evidence"].to_pylist() == expected["evidence"].to_pylist()
    assert out["name_probability"].to_pylist() == expected["probability"].to_pylist()


def test_other_types_than_text_are_read_as_text(mini: Resolver) -> None:
    names = pa.array(["Ankara", None, "Ankara"]).dictionary_encode()
    numbers = pa.array([43, None, 43])
    (out,) = resolve_batches([pa.record_batch({"name": names, "n": numbers})], resolver=mini)
    assert out["name_qid"].to_pylist() == ["Q3640", None, "Q3640"]
    (out,) = resolve_batches([pa.record_batch({"name": numbers})], resolver=mini)
    assert out["name_status"].to_pylist() == ["unmatched"] * 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"column": "actor"}, "has no column 'actor'"),
        ({"column": "nmae"}, "did you mean name?"),
        ({"as_of": "soon"}, "neither a column of the table nor a date"),
        ({"kind": "planet"}, "unknown kind 'planet'"),
        ({"kind": "city", "kind_column": "name"}, "give one of the two"),
    ],
)
def test_what_is_wrong_is_said(mini: Resolver, given: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told.replace("?", "\\?")):
        list(resolve_batches([batch(["Ankara"])], resolver=mini, **given))  # type: ignore[arg-type]


def test_a_column_of_the_answers_name_is_not_overwritten(mini: Resolver) -> None:
    with pytest.raises(InputError, match="name_qid already"):
        list(resolve_batches([batch(["Ankara"], Name_QID=["Q1"])], resolver=mini))


def test_the_method_of_the_resolver(mini: Resolver) -> None:
    (out,) = mini.resolve_batches(iter([batch(["Ankara"])]))
    assert out["name_qid"].to_pylist() == ["Q3640"]
