"""Figures of a gold table: what is counted as what."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from resolver import InputError, Resolver
from resolver.evaluate import Outcome, evaluate, write_csv, write_evaluation, write_json

ROWS = [
    ("Türkiye", "Q43", "", "plain"),
    ("Türkiye", "Q159", "", "plain"),
    ("Nobody Here", "", "", "none"),
    ("Türkiye", "", "", "none"),
    ("Nobody Here", "Q43", "", "lost"),
    ("Nobody Here", "Q999999999", "", "lost"),
    ("Georgia", "Q230", "country", "hint"),
    ("YPG/PKK", "Q277036+Q152220", "", "several"),
    ("Türkiye", "Q159|Q43", "", "several"),
]
OUTCOMES = ["right", "wrong", "none", "spurious", "missed", "missed", "right", "right", "right"]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "qid", "kind", "category"])
        writer.writerows(ROWS)
    return path


def test_every_row_has_its_outcome(gold: Path, mini: Resolver) -> None:
    found = evaluate(gold, resolver=mini)
    assert [str(one.outcome) for one in found.judged] == OUTCOMES
    assert [one.row for one in found.judged] == list(range(1, len(ROWS) + 1))


def test_figures_are_shares_of_what_they_say(gold: Path, mini: Resolver) -> None:
    found = evaluate(gold, resolver=mini)
    whole = found.whole
    assert (whole.rows, whole.answered, whole.right, whole.expected) == (9, 6, 4, 7)
    assert whole.precision == round(4 / 6, 4)
    assert whole.recall == round(4 / 7, 4)
    assert whole.coverage == round(6 / 9, 4)
    assert whole.low is not None
    assert whole.high is not None
    assert whole.low < whole.precision < whole.high
    assert found.not_held == 1


def test_groups_add_up(gold: Path, mini: Resolver) -> None:
    found = evaluate(gold, resolver=mini)
    for groups in (found.by_status, found.by_kind, found.by_category):
        assert sum(one.rows for one in groups.values()) == 9
        assert sum(one.right for one in groups.values()) == 4
    assert set(found.by_category) == {"plain", "none", "lost", "hint", "several"}
    assert found.by_kind["not held"].rows == 1
    assert found.by_kind["no entity"].rows == 2


def test_sure_and_wrong_is_worst(gold: Path, mini: Resolver) -> None:
    found = evaluate(gold, resolver=mini)
    assert [one.outcome for one in found.worst[:2]] == [Outcome.WRONG, Outcome.SPURIOUS]
    assert [one.name for one in found.worst[2:]] == ["Nobody Here"]  # who is not held can't be found: no error
    assert len(evaluate(gold, resolver=mini, worst=1).worst) == 1


def test_answers_are_those_of_resolve(mini: Resolver, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"text": "Georgia", "qid": "Q230", "kind": "country", "as_of": "2020-01-01"},
        {"text": "Georgia", "qid": "Q1428", "kind": "subdivision|city", "as_of": ""},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    one, two = evaluate(path, resolver=mini).judged
    assert one.answered == mini.resolve("Georgia", kind="country", as_of="2020-01-01").qid
    assert two.answered == (mini.resolve("Georgia", kind=["subdivision", "city"]).qid or "")


def test_the_projects_own_tables_can_be_evaluated(bundled: Resolver) -> None:
    found = evaluate(Path(__file__).parents[1] / "golden" / "orgs.csv", resolver=bundled)
    assert found.whole.precision == 1.0
    assert found.whole.recall == 1.0


def test_words_and_plain_data_agree(gold: Path, mini: Resolver) -> None:
    found = evaluate(gold, resolver=mini)
    text, plain, table = io.StringIO(), io.StringIO(), io.StringIO()
    write_evaluation(found, text)
    write_json(found, plain)
    write_csv(found, table)
    assert max(map(cell_len, text.getvalue().splitlines()[1:])) <= 80
    assert "precision 66.7 %" in text.getvalue()
    assert json.loads(plain.getvalue())["whole"]["precision"] == 0.6667
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(table.getvalue()))] == OUTCOMES


def test_a_table_without_rows(tmp_path: Path, mini: Resolver) -> None:
    path = tmp_path / "gold.csv"
    path.write_text("name,qid\n", encoding="utf-8")
    found = evaluate(path, resolver=mini)
    assert (found.whole.rows, found.whole.precision, found.whole.recall) == (0, None, None)
    write_evaluation(found, io.StringIO())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who,qid\na,Q1\n", "no column name"),
        ("name,answer\na,Q1\n", "no column qid"),
        ("name,qid\na,Q1\nb,43\n", "row 2, column qid: '43' is no entity id"),
        ("name,qid,kind\na,Q1,planet\n", "row 1: unknown kind 'planet'"),
        ("name,qid,as_of\na,Q1,\nb,Q1,soon\n", "row 2: 'soon' is not a date"),
    ],
)
def test_bad_tables_are_one_clear_line(tmp_path: Path, mini: Resolver, text: str, words: str) -> None:
    path = tmp_path / "gold.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        evaluate(path, resolver=mini)
