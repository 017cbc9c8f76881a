"""One run over a table: every row in its place, names resolved once, answers kept while they are good."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from resolver import ConfigError, InputError, Resolver, Status, resolve_table
from resolver.build.compile import compile_gazetteer
from resolver.overrides import Decision, Override, Overrides
from resolver.table import run as run_module
from resolver.table import workers as workers_module
from resolver.table.columns import ANSWER
from resolver.table.hints import Asked

MINI = Path(__file__).parents[2] / "data" / "mini"
EVENTS = [
    (1, "Ankara", "Georgia", "1980", "city"),
    (2, "Georgia", "Nowheristan", "2020-05-01", "country"),
    (3, None, "Ankara", "2020-05-01", None),
    (4, "YPG/PKK", "Georgia", None, ""),
    (5, "Ankara", None, "2020", "city"),
]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("CREATE TABLE events (id INTEGER, actor1 VARCHAR, actor2 VARCHAR, day VARCHAR, type VARCHAR)")
    con.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", EVENTS)
    return con


def fetch(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()


def test_every_row_is_there_in_order(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    summary = resolve_table(con, "EVENTS", column="Actor1", resolver=mini)
    assert fetch(con, "SELECT row_number, id, actor1_status, actor1_qid FROM events_resolved ORDER BY row_number") == [
        (1, 1, "matched", "Q3640"),
        (2, 2, "ambiguous", None),
        (3, 3, "unmatched", None),
        (4, 4, "composite", None),
        (5, 5, "matched", "Q3640"),
    ]
    assert (summary.table, summary.view, summary.columns) == ("events", "events_resolved", ("actor1",))
    assert (summary.rows, summary.names, summary.resolved, summary.kept) == (5, 3, 3, 0)
    assert summary.by_row == {"matched": 2, "ambiguous": 1, "unmatched": 1, "composite": 1}
    assert summary.by_name == {"matched": 1, "ambiguous": 1, "unmatched": 0, "composite": 1}
    assert [(one.name, one.rows, one.status) for one in summary.unresolved] == [("Georgia", 1, Status.AMBIGUOUS)]


def test_a_row_without_a_name_is_unmatched_and_says_no_more(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    resolve_table(con, "events", column="actor1", resolver=mini)
    query = "SELECT status, qid, probability, actor1_candidates, actor1_parts FROM events_resolved WHERE id = 3"
    assert fetch(con, query) == [("unmatched", None, 0.0, [], [])]


def test_the_columns_of_the_view(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    resolve_table(con, "events", column="actor1", resolver=mini)
    own = ["id", "actor1", "actor2", "day", "type", "row_number"]
    answers = [name for name in ANSWER if name != "alias"]
    plain = ["status", "qid", "label", "kind", "probability"]
    assert con.sql("FROM events_resolved").columns == [*own, *(f"actor1_{name}" for name in answers), *plain]
    resolve_table(con, "events", column=["actor1", "actor2"], resolver=mini)
    both = [f"{column}_{name}" for column in ("actor1", "actor2") for name in answers]
    assert con.sql("FROM events_resolved").columns == [*own, *both]
    types = dict(zip(con.sql("FROM resolution").columns, con.sql("FROM resolution").types, strict=True))
    assert str(types["candidates"]).startswith("STRUCT(qid VARCHAR")
    assert str(types["evidence"]).endswith("[]")


def test_names_that_the_input_has_already(mini: Resolver) -> None:
    con = duckdb.connect()
    con.execute("""CREATE TABLE t AS SELECT 'Ankara' AS "the name", 'mine' AS kind, 7 AS row_number, 9 AS "rowid" """)
    resolve_table(con, "t", column="the name", resolver=mini)
    row = con.sql("FROM t_resolved").df().iloc[0].to_dict()
    assert (row["kind"], row["row_number"], row["row_number_"], row["rowid"]) == ("mine", 7, 1, 9)
    assert (row["the name_kind"], row["qid"]) == ("city", "Q3640")
    con.execute('ALTER TABLE t ADD COLUMN "The Name_QID" VARCHAR')
    with pytest.raises(InputError, match="rename or drop it"):
        resolve_table(con, "t", column="the name", resolver=mini)


def test_two_columns_share_their_answers(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    summary = resolve_table(con, "events", column=["actor1", "actor2"], resolver=mini)
    assert summary.names == len(fetch(con, "FROM resolution")) == 4
    assert fetch(con, "SELECT name, rows FROM resolution_worklist") == [("Georgia", 3), ("Nowheristan", 1)]
    assert fetch(con, "SELECT name FROM resolution_ambiguous") == [("Georgia",)]
    used = fetch(con, "SELECT column_name, name, rows, first_row FROM resolution_use WHERE name = 'Ankara' ORDER BY 1")
    assert used == [("actor1", "Ankara", 2, 1), ("actor2", "Ankara", 1, 3)]


def test_hints_from_columns(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    summary = resolve_table(con, "events", column="actor1", as_of="day", kind_column="type", resolver=mini)
    query = "SELECT actor1_qid FROM events_resolved ORDER BY row_number"
    assert [qid for (qid,) in fetch(con, query)] == ["Q3640", "Q230", None, None, "Q3640"]
    assert summary.names == 4  # Ankara on two days
    asked = fetch(con, "SELECT name, hint_kind, CAST(as_of AS VARCHAR) FROM resolution ORDER BY ALL")
    assert asked[:2] == [("Ankara", "city", "1980-07-01"), ("Ankara", "city", "2020-07-01")]
    assert fetch(con, "SELECT name, first_as_of FROM resolution_worklist") == []


def test_hints_that_cannot_be_read(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("UPDATE events SET day = 'soon' WHERE id = 4")
    with pytest.raises(InputError, match="events, row 4, column day: 'soon' is not a date \\(1 such rows\\)"):
        resolve_table(con, "events", column="actor1", as_of="day", resolver=mini)
    con.execute("UPDATE events SET type = 'planet' WHERE id = 2")
    with pytest.raises(InputError, match="row 2: unknown kind 'planet'"):
        resolve_table(con, "events", column="actor1", kind_column="type", resolver=mini)
    summary = resolve_table(
        con, "events", column="actor1", as_of="day", kind_column="type", ignore_bad_hints=True, resolver=mini
    )
    assert summary.rows == 5
    assert fetch(con, "SELECT actor1_status FROM events_resolved WHERE id = 2") == [("ambiguous",)]


def test_a_second_run_resolves_what_is_new(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    resolve_table(con, "events", column="actor1", resolver=mini)
    con.execute("INSERT INTO events VALUES (6, 'Turkey', NULL, NULL, NULL)")
    con.execute("DELETE FROM events WHERE actor1 = 'YPG/PKK'")
    summary = resolve_table(con, "events", column="actor1", resolver=mini)
    assert (summary.rows, summary.names, summary.resolved, summary.kept) == (5, 3, 1, 2)
    assert sorted(fetch(con, "SELECT name FROM resolution")) == [("Ankara",), ("Georgia",), ("Turkey",)]
    assert fetch(con, "SELECT run, names, resolved, kept FROM run") == [(1, 3, 3, 0), (2, 3, 1, 2)]
    assert resolve_table(con, "events", column="actor1", resolver=mini, fresh=True).resolved == 3


def test_several_tables_in_one_database(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    resolve_table(con, "events", column="actor1", resolver=mini)
    con.execute("CREATE TABLE more AS SELECT unnest(['Ankara', 'Russia']) AS place")
    assert resolve_table(con, "more", column="place", resolver=mini).resolved == 1
    assert len(fetch(con, "FROM resolution")) == 4
    assert len(fetch(con, "FROM events_resolved")) == 5


def overrides(**decisions: str) -> Overrides:
    return Overrides(
        Override(name=name.replace("_", "/"), decision=Decision.ENTITY, qid=qid) for name, qid in decisions.items()
    )


def deciding(mini: Resolver, **decisions: str) -> Resolver:
    return Resolver.open(mini.database, overrides=overrides(**decisions))


def test_a_changed_override_resolves_the_names_it_may_alter(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    plain = Resolver.open(mini.database, overrides=False)
    assert resolve_table(con, "events", column=["actor1", "actor2"], resolver=plain).resolved == 4
    ruled = deciding(mini, Nowheristan="Q858")
    summary = resolve_table(con, "events", column=["actor1", "actor2"], resolver=ruled)
    assert (summary.resolved, summary.kept, summary.stale) == (1, 3, 1)
    assert fetch(con, "SELECT actor2_qid FROM events_resolved WHERE id = 2") == [("Q858",)]
    assert fetch(con, "SELECT name, qid FROM decision") == [("Nowheristan", "Q858")]
    again = resolve_table(con, "events", column=["actor1", "actor2"], resolver=ruled)
    assert (again.resolved, again.stale) == (0, 0)
    # A decision about a part decides it in a composite too.
    summary = resolve_table(con, "events", column=["actor1", "actor2"], resolver=deciding(mini, PKK="Q152220"))
    assert summary.stale == 2  # Nowheristan, which has none any more, and YPG/PKK
    assert fetch(con, "SELECT actor2_status FROM events_resolved WHERE id = 2") == [("unmatched",)]


def test_what_was_decided_in_the_database_itself_stays(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    from resolver.overrides.table import read_decisions, write_decisions

    write_decisions(con, overrides(Ankara="Q2297724"))
    resolve_table(con, "events", column="actor1", resolver=deciding(mini, Georgia="Q230"))
    assert {row.name for row in read_decisions(con)} == {"Ankara", "Georgia"}


def test_another_gazetteer_or_setting_resolves_all_again(
    con: duckdb.DuckDBPyConnection, mini: Resolver, tmp_path: Path
) -> None:
    resolve_table(con, "events", column="actor1", resolver=mini)
    careful = Resolver.open(mini.database, config=mini.config.replace(match_probability=0.99))
    assert resolve_table(con, "events", column="actor1", resolver=careful).stale == 3
    assert fetch(con, "SELECT count(*) FROM resolution WHERE status = 'matched'") == [(0,)]
    folder = tmp_path / "tables"
    folder.mkdir()
    for name in ("entities.tsv", "relations.tsv"):
        (folder / name).write_text((MINI / name).read_text())
    lines = (MINI / "aliases.tsv").read_text() + "Q858\tNowheristan\ten\talias\tneutral\tstrong\tfalse\t\t\ttest\n"
    head, *rest = lines.splitlines(keepends=True)
    (folder / "aliases.tsv").write_text(head + "".join(sorted(rest)))
    compile_gazetteer([folder], tmp_path / "other.duckdb")
    summary = resolve_table(con, "events", column="actor2", resolver=Resolver.open(tmp_path / "other.duckdb"))
    assert (summary.stale, summary.resolved) == (3, 3)
    assert fetch(con, "SELECT actor2_qid FROM events_resolved WHERE id = 2") == [("Q858",)]


def test_a_run_that_stops_half_way_is_gone_on_with(
    con: duckdb.DuckDBPyConnection, mini: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ("BATCH", "SLOW_BATCH"):
        monkeypatch.setattr(run_module, size, 1)
    real, calls = workers_module.resolve_asked, []

    def failing(*args: object, **named: object) -> pa.RecordBatch:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(workers_module, "resolve_asked", failing)
    with pytest.raises(KeyboardInterrupt):
        resolve_table(con, "events", column="actor1", resolver=mini)
    assert (len(fetch(con, "FROM resolution")), fetch(con, "FROM run")) == (2, [])
    summary = resolve_table(con, "events", column="actor1", resolver=mini)
    assert (summary.resolved, summary.kept) == (1, 2)


def test_views_frames_and_relations(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("CREATE VIEW later AS SELECT * FROM events WHERE id > 1")
    assert resolve_table(con, "later", column="actor1", resolver=mini).rows == 4
    assert fetch(con, "SELECT id, row_number FROM later_resolved ORDER BY 2")[0] == (2, 1)
    frame = pd.DataFrame({"actor": ["Ankara", None, "Ankara"]})
    for given in (frame, pa.table({"actor": ["Ankara", None, "Ankara"]}), con.sql("SELECT actor1 AS actor FROM later")):
        summary = resolve_table(con, given, column="actor", name="my frame", resolver=mini)
        assert summary.view == "my_frame_resolved"
        assert summary.by_row[Status.MATCHED] == (1 if summary.rows == 4 else 2)
    con.register("shown", frame)
    assert resolve_table(con, "shown", column="actor", resolver=mini).rows == 3
    assert len(fetch(con, "FROM shown_resolved")) == 3


@pytest.mark.parametrize(
    ("table", "given", "told"),
    [
        ("evnts", {"column": "actor1"}, "no table 'evnts' here; there is: events"),
        ("events", {"column": "actor3"}, "events has no column 'actor3'; did you mean actor"),
        ("events", {"column": []}, "no column of names"),
        ("events", {"column": "actor1", "as_of": "someday"}, "neither a column of the table nor a date"),
        ("events", {"column": "actor1", "as_of_column": "when"}, "no column 'when'"),
        ("events", {"column": "actor1", "country": "Atlantis"}, "unknown country 'Atlantis'"),
        (3, {"column": "actor1"}, "can't read a table from int"),
    ],
)
def test_what_is_wrong_is_said(
    con: duckdb.DuckDBPyConnection, mini: Resolver, table: object, given: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError) as error:
        resolve_table(con, table, resolver=mini, **given)  # type: ignore[arg-type]
    assert told in str(error.value)


def test_a_list_is_no_name(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("CREATE TABLE lists AS SELECT ['Ankara'] AS actors, 1.5::DECIMAL(4, 2) AS n")
    with pytest.raises(InputError, match="unnest it first"):
        resolve_table(con, "lists", column="actors", resolver=mini)
    assert resolve_table(con, "lists", column="n", resolver=mini).rows == 1


def test_a_table_of_ours_by_name_only_is_left_alone(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("CREATE TABLE resolution AS SELECT 1 AS mine")
    with pytest.raises(InputError, match="a table 'resolution' of other columns"):
        resolve_table(con, "events", column="actor1", resolver=mini)
    assert fetch(con, "FROM resolution") == [(1,)]


def test_an_empty_table(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("DELETE FROM events")
    summary = resolve_table(con, "events", column="actor1", as_of="day", resolver=mini)
    assert (summary.rows, summary.names, summary.unresolved) == (0, 0, ())


def test_inside_a_transaction_of_the_callers(con: duckdb.DuckDBPyConnection, mini: Resolver) -> None:
    con.execute("BEGIN")
    resolve_table(con, "events", column="actor1", resolver=mini)
    con.execute("ROLLBACK")
    assert not fetch(con, "SELECT * FROM duckdb_views() WHERE view_name = 'events_resolved'")


def test_answers_equal_those_of_resolve(con: duckdb.DuckDBPyConnection, bundled: Resolver) -> None:
    names = ["Türkiye", "Zelenskiy", "YPG/PKK", "Kremlin", "Zaire", "Lebanese Hezbollah", "Nowheristan", "", "US", "us"]
    con.execute("CREATE TABLE many AS SELECT unnest($1::VARCHAR[]) AS name", [names])
    resolve_table(con, "many", column="name", resolver=bundled)
    found = fetch(con, "SELECT name, status, qid, probability FROM many_resolved ORDER BY row_number")
    for name, status, qid, probability in found:
        single = bundled.resolve(str(name))
        assert (status, qid) == (single.status, single.qid), name
        assert probability == pytest.approx(single.probability, abs=1e-6)


def test_several_processes_answer_as_one(mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "SLOW_BATCH", 50)
    monkeypatch.setattr(workers_module, "PIECE", 20)
    names = [*(f"Nowhere {i}" for i in range(120)), "Ankara", "Georgia", "YPG/PKK", ""]
    found = []
    for workers in (1, 2):
        con = duckdb.connect()
        con.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[]) AS name", [names])
        summary = resolve_table(con, "t", column="name", resolver=mini, workers=workers)
        assert summary.rows == len(names)
        found.append(fetch(con, "FROM resolution ORDER BY name"))
    assert found[0] == found[1]
    with pytest.raises(ConfigError, match="workers is 0"):
        resolve_table(con, "t", column="name", resolver=mini, workers=0)


def test_what_is_slow(mini: Resolver) -> None:
    slow, quick = [Asked("Nowhere", *[None] * 5)] * 3, [Asked("Ankara", *[None] * 5)] * 9
    assert workers_module.slow_share(mini, slow + quick) == 0.25
    assert workers_module.slow_share(mini, quick) == 0
    assert workers_module.slow_share(mini, [Asked("Ankara", "city", *[None] * 4)]) == 1
    assert workers_module.slow_share(mini, []) == 0
