"""The review: what it walks, what each key records, and that every decision is in the file before the next name."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.cells import cell_len

from resolver import InputError, OverrideConflict, Resolver
from resolver.overrides import Decision, Override, Overrides, add_overrides
from resolver.review import Session, open_review, screen
from resolver.review.app import ReviewApp
from resolver.review.items import Item, read_rows, read_worklist
from resolver.review.session import undecided

NAMES = ["Georgia"] * 5 + ["the sick man"] * 4 + ["Türkiye"] * 3 + ["us"] * 2 + ["Wörld\tFront"]


@pytest.fixture(scope="module")
def events(mini: Resolver, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of answers, as resolve_table writes it."""
    from resolver.table import resolve_table

    path = tmp_path_factory.mktemp("review") / "events.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE events AS SELECT unnest(?::VARCHAR[]) AS actor, unnest(range(15)) AS n,"
            " DATE '2016-03-01' AS day, 'a long story that begins far from its subject, before ' || actor"
            " || ' is named' AS story",
            [NAMES],
        )
        resolve_table(con, "events", column="actor", resolver=mini)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "o.tsv"


@pytest.fixture
def session(events: Path, mini: Resolver, path: Path) -> Session:
    return open_review(events, mini, overrides=path, who="ann")


def saved(path: Path) -> list[tuple[str, str]]:
    return [(row.name, row.verdict()) for row in Overrides.read(path)] if path.exists() else []


# -- what it walks


def test_the_worklist_is_by_frequency(events: Path) -> None:
    items = read_worklist(events)
    assert [(item.name, item.rows) for item in items] == [
        ("Georgia", 5), ("the sick man", 4), ("us", 2), ("Wörld\tFront", 1),
    ]  # fmt: skip
    assert [item.status for item in items] == ["ambiguous", "unmatched", "unmatched", "unmatched"]


def test_rows_show_the_name_in_its_surroundings(events: Path) -> None:
    rows = read_rows(events, read_worklist(events)[0], limit=2)
    assert [row.place for row in rows] == ["events.actor"] * 2
    cells = dict(rows[0].cells)
    assert (cells["n"], cells["day"]) == ("0", "2016-03-01")
    assert cells["story"] == "…before Georgia is named"


@pytest.mark.parametrize("kind", ["missing", "text", "empty"])
def test_databases_that_cannot_be_reviewed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "e.duckdb"
    if kind == "text":
        path.write_text("no database\n" * 500)
    elif kind == "empty":
        duckdb.connect(str(path)).close()
    with pytest.raises(InputError, match=r"e\.duckdb") as caught:
        read_worklist(path)
    assert "\n" not in str(caught.value)


def test_what_is_decided_is_not_asked_again(events: Path, mini: Resolver, path: Path) -> None:
    rows = [
        Override(name="Georgia", decision=Decision.NEVER, qid="Q1428"),
        Override(name="The Sick Man", decision=Decision.ENTITY, qid="Q43"),
        Override(name="US", decision=Decision.NONE),
        Override(name="Wörld Front", decision=Decision.NONE, kind="person"),
    ]
    add_overrides(rows, path)
    names = [item.name for item in open_review(events, mini, overrides=path).items]
    assert names == ["Georgia", "us", "Wörld\tFront"]
    assert len(open_review(events, mini, overrides=path, every=True).items) == 4


def test_what_is_no_entity_leaves_the_worklist(mini_path: Path, tmp_path: Path) -> None:
    from resolver.table import resolve_table

    rows = [
        Override(name="the sick man", decision=Decision.NONE),
        Override(name="Georgia", decision=Decision.NEVER, qid="Q43"),
    ]
    resolver = Resolver.open(mini_path, overrides=Overrides(rows))
    with duckdb.connect(str(tmp_path / "e.duckdb")) as con:
        con.execute("CREATE TABLE events AS SELECT unnest(?::VARCHAR[]) AS actor", [NAMES])
        summary = resolve_table(con, "events", column="actor", resolver=resolver)
        found = [name for (name,) in con.execute("SELECT name FROM resolution_worklist").fetchall()]
        assert con.execute("SELECT count(*) FROM events_resolved").fetchall() == [(len(NAMES),)]
    assert found == ["Georgia", "us", "Wörld\tFront"]
    assert [item.name for item in summary.unresolved] == found


# -- deciding


def test_choosing_saves_and_goes_on(session: Session, path: Path) -> None:
    second = session.candidates[1].entity.qid
    session.choose(1)
    assert saved(path) == [("Georgia", second)]
    assert (session.item.name, session.decided) == ("the sick man", 1)
    (row,) = Overrides.read(path)
    assert (row.who, row.why, bool(row.decided_at)) == ("ann", "reviewed, 5 rows", True)


def test_none_never_and_skip(session: Session, path: Path) -> None:
    first = session.candidates[0].entity.qid
    session.never(0)
    assert session.item.name == "Georgia"
    assert first not in {candidate.entity.qid for candidate in session.candidates}
    session.move(1)
    session.why = "a joke"
    session.none()
    assert saved(path) == [("Georgia", f"not {first}"), ("the sick man", "no entity")]
    assert [row.why for row in Overrides.read(path)] == ["reviewed, 5 rows", "a joke"]
    session.move(99)
    assert session.item is None
    with pytest.raises(InputError, match="nothing is left"):
        session.none()


def test_undo_takes_back_one_by_one(session: Session, path: Path) -> None:
    session.never(0)
    session.choose(0)
    session.none()
    assert session.undo().name == "the sick man"
    assert session.item.name == "the sick man"
    assert [verdict for _, verdict in saved(path)] == ["Q1428", "not Q230"]
    session.undo()
    session.undo()
    assert saved(path) == []
    assert session.item.name == "Georgia"
    assert len(session.candidates) > 1
    assert session.undo() is None


def test_a_change_of_mind_replaces_and_comes_back(session: Session, path: Path) -> None:
    session.choose(0)
    session.move(-1)
    session.choose(1)
    assert saved(path) == [("Georgia", "Q1428")]
    session.undo()
    assert saved(path) == [("Georgia", "Q230")]


def test_what_another_has_decided_stands(session: Session, path: Path) -> None:
    add_overrides([Override(name="Georgia", decision=Decision.NONE, who="bob")], path)
    with pytest.raises(OverrideConflict, match="no entity by bob"):
        session.choose(0)
    assert saved(path) == [("Georgia", "no entity")]
    assert (session.item.name, session.decided) == ("Georgia", 0)


def test_search_by_name_and_by_id(session: Session, path: Path) -> None:
    session.move(1)
    assert session.search("Turkey")
    assert session.candidates[0].entity.qid == "Q43"
    assert not session.search("nobody at all anywhere")
    assert session.candidates[0].entity.qid == "Q43"
    assert session.search("Q159")
    session.choose(0)
    assert saved(path) == [("the sick man", "Q159")]
    assert session.sought == ""
    assert session.search("Q999999999")
    session.choose(0)
    assert saved(path)[-1] == ("us", "Q999999999")
    assert session.search("")


def test_a_decision_keeps_to_the_hints_beside_the_name(mini: Resolver, path: Path) -> None:
    items = [Item(name="Georgia", rows=2, status="ambiguous", kinds=("country",), countries=("Türkiye",))] * 2
    session = Session(items, mini, path, "ann")
    assert session.limits() == "country, Q43"
    assert session.search("Q1428")
    with pytest.raises(InputError, match="is a subdivision; these rows ask for country"):
        session.choose(0)
    session.none()
    session.general = True
    session.none()
    assert [(row.kind, row.country) for row in Overrides.read(path)] == [(None, ""), ("country", "Q43")]


def test_one_decision_for_all_hints_answers_its_other_items(mini: Resolver, path: Path) -> None:
    items = [Item(name=n, rows=1, status="ambiguous", countries=(c,)) for n in ("Georgia", "x y") for c in ("TR", "RU")]
    session = Session(items, mini, path, "ann")
    session.none()
    assert (session.item.name, session.item.countries) == ("Georgia", ("RU",))
    session.move(-1)
    session.general = True
    session.none()
    assert (session.item.name, session.position) == ("x y", 2)
    session.undo()
    assert session.position == 0


def test_rows_are_those_of_the_hints(mini: Resolver, tmp_path: Path) -> None:
    from resolver.table import resolve_table

    with duckdb.connect(str(tmp_path / "e.duckdb")) as con:
        con.execute(
            "CREATE TABLE events AS SELECT 'Georgia' AS actor, i AS n, ['TR', 'RU', NULL][i % 3 + 1] AS land"
            " FROM range(12) t(i)"
        )
        resolve_table(con, "events", column="actor", country_column="land", resolver=mini)
    found = {
        item.asked[2]: [dict(row.cells)["n"] for row in read_rows(tmp_path / "e.duckdb", item)]
        for item in read_worklist(tmp_path / "e.duckdb")
    }
    assert found["TR"] == ["0", "3", "6"]
    assert found["RU"] == ["1", "4", "7"]


def test_hints_that_nobody_can_read_do_no_harm(mini: Resolver, path: Path) -> None:
    session = Session([Item(name="Türkiye", rows=1, status="unmatched", kinds=("planet",))], mini, path, "ann")
    assert session.candidates[0].entity.qid == "Q43"
    assert session.limits() == ""


def test_a_name_without_letters_can_only_be_skipped(mini: Resolver, path: Path) -> None:
    add_overrides([Override(name="x y", decision=Decision.NONE)], path)
    items = undecided([Item(name="— ?", rows=9, status="unmatched")], Overrides.read(path), mini)
    session = Session(items, mini, path, "ann")
    with pytest.raises(InputError, match="no letter or number"):
        session.none()
    session.move(1)
    assert session.item is None


# -- the screen


def drive(session: Session, events: Path, steps: Callable[[ReviewApp, Any], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        app = ReviewApp(session, events)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(run())


def shown(app: ReviewApp) -> list[str]:
    """The lines of the terminal."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def test_one_key_a_decision(session: Session, events: Path, path: Path) -> None:
    async def steps(app: ReviewApp, pilot: Any) -> None:
        lines = shown(app)
        assert len(lines) == 24
        assert "Georgia" in lines[1]
        assert "ambiguous · 5 rows" in lines[1]
        assert any("▶1 Georgia" in line and "Q230" in line for line in lines)
        await pilot.press("a")
        assert saved(path) == [("Georgia", "Q230")]
        await pilot.press("u")
        assert saved(path) == []
        await pilot.press("2")
        assert saved(path) == [("Georgia", "Q1428")]
        assert any("saved: Georgia = Q1428" in line for line in shown(app))
        await pilot.press("n")
        assert saved(path)[-1] == ("the sick man", "no entity")
        await pilot.press("space", "b", "b", "b")
        assert session.item.name == "Georgia"
        await pilot.press("down", "up", "down", "enter")
        assert saved(path)[0] == ("Georgia", "Q1428")
        await pilot.press("b", "b", "x")
        assert ("Georgia", "not Q230") in saved(path)
        await pilot.press("9")
        assert any("there is no candidate 9" in line for line in shown(app))

    drive(session, events, steps)


def test_searching_and_giving_a_reason(session: Session, events: Path, path: Path) -> None:
    async def steps(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("space", "w", *"nan", "enter")
        await pilot.press("s", *"Turkey", "enter")
        assert any("found for Turkey" in line for line in shown(app))
        await pilot.press("escape")
        assert not any("found for" in line for line in shown(app))
        await pilot.press("slash", *"Q159", "enter", "a")
        (row,) = Overrides.read(path)
        assert (row.name, row.qid, row.why) == ("the sick man", "Q159", "nan")
        await pilot.press("s", *"qqqqqqq", "enter")
        assert any("nothing found for qqqqqqq" in line for line in shown(app))
        await pilot.press("s", "n", "escape")
        assert len(Overrides.read(path)) == 1

    drive(session, events, steps)


def test_the_end_help_and_quitting(session: Session, events: Path) -> None:
    async def steps(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("question_mark")
        assert any("take the last decision back" in line for line in shown(app))
        await pilot.press("escape", *["space"] * 5)
        assert any("That was the last name" in line for line in shown(app))
        await pilot.press("n", "a", "x", "up", "g", "b")
        assert "Wörld\\tFront" in shown(app)[1]
        await pilot.press("q")

    drive(session, events, steps)


def test_the_file_may_not_be_writable(session: Session, events: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    session.path = tmp_path / "file" / "o.tsv"

    async def steps(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("a")
        assert "can't be written" in " ".join(map(str.strip, shown(app)))
        assert "Georgia" in shown(app)[1]

    drive(session, events, steps)


def test_the_database_may_be_held_by_another(session: Session, events: Path) -> None:
    async def steps(app: ReviewApp, pilot: Any) -> None:
        code = f"import duckdb, sys; c = duckdb.connect({str(events)!r}); print(1, flush=True); sys.stdin.read()"
        holding = [sys.executable, "-c", code]
        with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            await pilot.press("space")
            assert any("another process holds it" in line for line in shown(app))
            holder.communicate("")

    drive(session, events, steps)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_too_long(session: Session, width: int) -> None:
    item = Item(
        name="土耳其 \x1b[31m" * 40, rows=1_234_567, status="ambiguous", countries=("TR", "SY"), kinds=("city",)
    )
    candidates = session.resolver.resolve("Georgia", top=9).candidates
    texts = [
        screen.heading(session, item, width),
        screen.choices(candidates, 0, width),
        screen.progress(session, "a" * 300, width),
        screen.surroundings(read_rows_of_one(), width, "note " * 50),
        screen.keys(width),
        screen.help_text(width),
    ]
    for text in texts:
        for line in text.plain.split("\n"):
            assert cell_len(line) <= width
            assert line.isprintable()


def read_rows_of_one() -> list[Any]:
    from resolver.review.items import Row

    return [Row("t.c", (("column", "value\x1b" * 50), ("wide", "土" * 200)))]


def test_the_screen_uses_the_colours_of_the_terminal() -> None:
    colours = {word for word in ReviewApp.CSS.replace(";", " ").split() if "ansi" in word or "#" in word[:1]}
    assert {word for word in colours if word.startswith("ansi")} <= {"ansi_default", "ansi_white", "ansi_black"}
    assert set(screen.STYLE.values()) <= {"yellow", "red", "green", "cyan"}


def test_without_a_terminal(events: Path, mini_path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "resolver", "review", "-g", str(mini_path), "--overrides", str(tmp_path / "o.tsv")]
    done = subprocess.run([*command, str(events)], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("resolver: review needs a terminal")
    done = subprocess.run([*command, str(tmp_path / "gone.duckdb")], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "no database at" in done.stderr
