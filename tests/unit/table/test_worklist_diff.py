"""What is left open, and what would change today."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from resolver import InputError, Resolver, Status
from resolver.overrides import Decision, Override, Overrides
from resolver.table.diff import table_diff
from resolver.table.publish import resolve_file
from resolver.table.show import write_diff, write_summary, write_worklist
from resolver.table.worklist import worklist

ROWS = "actor,day\n" + "Georgia,2020-01-01\n" * 3 + "Nowheristan,\nNowheristan,2021\nAnkara,\nYPG/PKK,\n,\n"


@pytest.fixture
def database(mini: Resolver, tmp_path: Path) -> Path:
    (tmp_path / "events.csv").write_text(ROWS)
    target = tmp_path / "events.duckdb"
    resolve_file(tmp_path / "events.csv", column="actor", as_of="day", into=target, resolver=mini)
    return target


def test_most_frequent_first(database: Path) -> None:
    found = worklist(database)
    assert [(one.name, one.rows, one.status) for one in found] == [
        ("Georgia", 3, Status.AMBIGUOUS),
        ("Nowheristan", 2, Status.UNMATCHED),
    ]
    assert [guess.qid for guess in found[0].guesses] == ["Q230", "Q1428"]
    assert str(found[1].first_as_of) == str(found[1].last_as_of) == "2021-07-01"
    assert [one.name for one in worklist(database, status="unmatched")] == ["Nowheristan"]
    assert [one.name for one in worklist(database, limit=1, table="events")] == ["Georgia"]


def test_how_a_worklist_is_shown(database: Path) -> None:
    told = {}
    for form in ("table", "csv", "json"):
        out = io.StringIO()
        write_worklist(worklist(database), form, out)
        told[form] = out.getvalue()
    assert "ambiguous  Georgia [2020-01-01]" in told["table"]
    assert all(len(line) <= 80 for line in told["table"].splitlines())
    assert next(csv.DictReader(io.StringIO(told["csv"])))["guess_qid"] == "Q230"
    assert json.loads(told["json"])[0]["guesses"][0]["qid"] == "Q230"


def test_nothing_would_change(database: Path, mini: Resolver) -> None:
    found = table_diff(database, resolver=mini, probability=True)
    assert (found.names, found.changes, found.versions) == (5, (), (mini.gazetteer.version,))


def test_what_an_override_would_change(database: Path, mini: Resolver) -> None:
    decisions = [
        Override(name="Nowheristan", decision=Decision.ENTITY, qid="Q858"),
        Override(name="PKK", decision=Decision.NONE),
    ]
    ruled = Resolver.open(mini.database, overrides=Overrides(decisions))
    before = database.read_bytes()
    found = table_diff(database, resolver=ruled)
    assert [(c.name, c.rows, c.before, c.qid_before, c.after, c.qid_after) for c in found.changes] == [
        ("Nowheristan", 1, "unmatched", None, "matched", "Q858"),
        ("Nowheristan", 1, "unmatched", None, "matched", "Q858"),
        ("YPG/PKK", 1, "composite", "Q277036+Q152220", "unmatched", None),
    ]
    assert database.read_bytes() == before
    out = io.StringIO()
    write_diff(found, ruled.gazetteer.version, "table", out)
    assert "3 of 5 names would be answered otherwise, in 3 rows" in out.getvalue()
    assert "unmatched -> Syria (Q858) 1.00" in out.getvalue()
    # One name that changes alike on several days is told once.
    assert out.getvalue().count("Nowheristan") == 1
    assert "        2  Nowheristan [2021-07-01]" in out.getvalue()
    assert all(len(line) <= 80 for line in out.getvalue().splitlines())
    out = io.StringIO()
    write_diff(found, ruled.gazetteer.version, "csv", out)
    assert len(list(csv.DictReader(io.StringIO(out.getvalue())))) == 3


def test_a_summary_fits_eighty_columns(mini: Resolver, tmp_path: Path) -> None:
    names = ["x" * 200, "two\nlines", "Georgia", *(f"Nowhere {i}" for i in range(20))]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"n": name}) + "\n" for name in names))
    summary = resolve_file(tmp_path / "a.jsonl", column="n", into=tmp_path / "a.duckdb", resolver=mini)
    out = io.StringIO()
    write_summary(summary, "a.duckdb", out)
    lines = out.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines), lines
    assert len(summary.unresolved) == 10


def test_a_summary_of_several_columns_tells_names_from_their_hints(mini: Resolver, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,day\nAnkara,Georgia,2020\nAnkara,Ankara,2021\n")
    into = tmp_path / "a.duckdb"
    summary = resolve_file(tmp_path / "a.csv", column=["a", "b"], as_of_column="day", into=into, resolver=mini)
    assert (summary.rows, summary.spellings, summary.names) == (2, 2, 3)
    out = io.StringIO()
    write_summary(summary, into, out)
    told = out.getvalue().splitlines()
    assert told[0] == "2 rows of 2 columns, 2 distinct names, 3 with their hints"
    assert told[1].startswith("3 resolved in")
    assert told[3].split() == ["ambiguous", "1", "name", "1", "cell"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a.csv.gz", "A.TXT"])
def test_forms_of_other_programs_are_not_written(mini: Resolver, tmp_path: Path, name: str) -> None:
    (tmp_path / "in.csv").write_text("a\nAnkara\n")
    with pytest.raises(InputError, match=r"--into ends in \.csv, \.tsv, \.parquet or \.duckdb"):
        resolve_file(tmp_path / "in.csv", column="a", into=tmp_path / name, resolver=mini)
    assert not (tmp_path / name).exists()


def test_a_table_of_another_schema(mini: Resolver, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "in.duckdb")) as con:
        con.execute("CREATE SCHEMA raw; CREATE TABLE raw.ev AS SELECT 'Ankara' AS a; CREATE TABLE other AS SELECT 1 n")
    told = resolve_file(tmp_path / "in.duckdb", table="raw.ev", column="a", into=tmp_path / "o.duckdb", resolver=mini)
    assert (told.view, told.rows) == ("ev_resolved", 1)
    with pytest.raises(InputError, match=r"no table nope; it has other, raw\.ev; choose one"):
        resolve_file(tmp_path / "in.duckdb", table="nope", column="a", into=tmp_path / "o.duckdb", resolver=mini)


def test_what_is_no_database_of_answers(tmp_path: Path, database: Path) -> None:
    (tmp_path / "text.duckdb").write_text("nothing of the kind" * 1000)
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    for name, told in [
        ("none.duckdb", "no database"),
        ("text.duckdb", "damaged"),
        ("empty.duckdb", "holds no answers"),
    ]:
        with pytest.raises(InputError, match=told):
            worklist(tmp_path / name)
    with pytest.raises(InputError, match="it is unmatched or ambiguous"):
        worklist(database, status="matched")
    with pytest.raises(InputError, match="it has: events"):
        worklist(database, table="evnts")
