"""Coverage and estimated precision of a column, and the threshold proposed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from resolver import Candidate, Config, Entity, InputError, Kind, Resolution, Resolver, Status
from resolver.audit import audit, judge, write_audit, write_csv, write_json
from resolver.model import Alias, Answer


@pytest.fixture
def events(tmp_path: Path) -> Path:
    names = ["Türkiye", "Türkiye", "Georgia", "YPG/PKK", "", "Nobody Here", "Moscow"]
    path = tmp_path / "events.csv"
    path.write_text("Actor\n" + "\n".join(f'"{name}"' for name in names) + "\n", encoding="utf-8")
    return path


def answer(name: str, probability: float, status: Status = Status.MATCHED, margin: float | None = None) -> Resolution:
    entity = Entity(qid=f"Q{hash(name) % 1000 + 1}", label=name, kind=Kind.CITY)
    candidate = Candidate(entity=entity, alias=Alias(text=name), score=probability, probability=probability)
    shown = Answer(status=status, candidates=(candidate,), margin=probability if margin is None else margin)
    return Resolution(name, shown)


def judged(mini: Resolver, *answers: tuple[Resolution, int], precision: float = 0.9) -> object:
    return judge(iter(answers), mini, column="c", blank=0, precision=precision)


def test_rows_and_names_are_counted(events: Path, mini: Resolver) -> None:
    found = audit(events, column="actor", resolver=mini)
    assert (found.column, found.rows, found.blank, found.names) == ("Actor", 7, 1, 5)
    assert sum(rows for _, rows in found.by_status.values()) == 6
    singles = [mini.resolve(name) for name in ("Türkiye", "Georgia", "YPG/PKK", "Nobody Here", "Moscow")]
    for status in Status:
        assert found.by_status[status][0] == sum(one.status is status for one in singles)
    assert found.by_status["composite"] == (1, 1)


def test_the_curve_falls_and_its_precision_is_the_mean_probability(events: Path, mini: Resolver) -> None:
    found = audit(events, column="Actor", resolver=mini)
    covered = [point.coverage for point in found.points]
    assert covered == sorted(covered, reverse=True)
    assert [point.threshold for point in found.points] == sorted({point.threshold for point in found.points})
    low = found.points[0]
    assert low.precision is not None
    assert low.wrong == pytest.approx(low.rows * (1 - low.precision), abs=0.01)
    assert any(point.threshold == found.current.threshold for point in found.points)


def test_the_lowest_threshold_that_keeps_the_promise_is_proposed(mini: Resolver) -> None:
    answers = [(answer("good", 0.98), 80), (answer("fair", 0.80), 20), (answer("poor", 0.66), 100)]
    found = judged(mini, *answers, precision=0.94)
    # 80 at 0.98 and 20 at 0.80 make 0.944 together; the hundred at 0.66 would spoil it.
    assert found.proposed.threshold == 0.67
    assert (found.proposed.rows, found.proposed.names) == (100, 2)
    assert found.proposed.precision == pytest.approx(0.944)
    assert [one.name for one in found.dropped] == ["poor"]
    assert [one.name for one in found.doubtful] == ["fair", "good"]
    assert found.gained == ()


def test_a_lower_threshold_adds_only_what_the_threshold_kept_out(mini: Resolver) -> None:
    below = mini.config.match_probability - 0.05
    answers = [
        (answer("sure", 0.99), 500),
        (answer("nearly", below, Status.UNMATCHED), 3),
        (answer("tied", below, Status.UNMATCHED, margin=0.1), 7),
        (answer("rivals", 0.9, Status.AMBIGUOUS), 9),
    ]
    found = judged(mini, *answers)
    assert [one.name for one in found.gained] == ["nearly"]
    assert found.proposed.rows == 503


def test_no_proposal_where_no_threshold_keeps_the_promise(mini: Resolver) -> None:
    found = judged(mini, (answer("poor", 0.7), 5), precision=0.95)
    assert found.proposed is None
    out = io.StringIO()
    write_audit(found, out)
    assert "No threshold promises 95.0 %" in out.getvalue()


def test_the_same_answers_mean_the_same_threshold(mini: Resolver) -> None:
    found = judged(mini, (answer("sure", 0.99), 5))
    assert found.proposed == found.current


def test_the_resolvers_own_threshold_is_todays(events: Path, mini: Resolver) -> None:
    strict = Resolver(mini.gazetteer, mini.database, Config(match_probability=0.93))
    assert audit(events, column="Actor", resolver=strict).current.threshold == 0.93


def test_hints_reach_the_names(events: Path, mini: Resolver) -> None:
    found = audit(events, column="Actor", resolver=mini, kind="country")
    assert found.by_status["matched"][0] == 2  # Türkiye, and Georgia the country


def test_lines_fit_the_terminal_and_marks_are_explained(mini: Resolver) -> None:
    answers = [(answer("東京" * 20, 0.98), 1_234_567), (answer("x" * 90, 0.66), 900_000)]
    out = io.StringIO()
    write_audit(judged(mini, *answers, precision=0.97), out)
    lines = out.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert any(line.startswith("<") for line in lines)
    assert any(line.startswith("*    0.65") for line in lines)
    assert "match_probability=0.67" in out.getvalue()


def test_json_and_csv_say_the_same(events: Path, mini: Resolver) -> None:
    found = audit(events, column="Actor", resolver=mini)
    plain, table = io.StringIO(), io.StringIO()
    write_json(found, plain)
    write_csv(found, table)
    told = json.loads(plain.getvalue())
    rows = list(csv.DictReader(io.StringIO(table.getvalue())))
    assert [float(row["coverage"]) for row in rows] == [point["coverage"] for point in told["points"]]
    assert [row["threshold"] for row in rows if row["current"] == "true"] == ["0.65"]


def test_a_column_of_nothing(tmp_path: Path, mini: Resolver) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("a,b\n,1\n,2\n", encoding="utf-8")
    found = audit(path, column="a", resolver=mini)
    assert (found.rows, found.blank, found.names, found.proposed) == (2, 2, 0, None)
    out = io.StringIO()
    write_audit(found, out)
    assert out.getvalue() == "a: 2 rows, 2 without a name, 0 distinct names\n"


@pytest.mark.parametrize(
    ("column", "precision", "words"),
    [("nope", 0.97, "has no column 'nope'"), ("Actor", 1.0, "precision is 1"), ("Actor", 0.0, "precision is 0")],
)
def test_bad_input_is_one_clear_line(events: Path, mini: Resolver, column: str, precision: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        audit(events, column=column, resolver=mini, precision=precision)


def test_a_missing_file(mini: Resolver) -> None:
    with pytest.raises(InputError, match="no file"):
        audit("nowhere.csv", column="a", resolver=mini)
