"""One answer for all the days on which it is the same: never for a day on which it is another."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver import Resolver
from resolver.table.batches import resolve_asked
from resolver.table.columns import answer_columns
from resolver.table.dates import WatchedDay, by_spans
from resolver.table.hints import Asked

GOLDEN = Path(__file__).parents[2] / "golden" / "time.csv"
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
bounds = st.lists(days, max_size=6)


def reading(bounds: list[date], day: date) -> tuple[bool, ...]:
    """Comparisons of every sort, the day on either side; later ones only where the first holds."""
    found = []
    for i, bound in enumerate(bounds):
        test = (day < bound, bound < day, day <= bound, bound <= day, day > bound, day >= bound)[i % 6]
        found.append(test)
        if not test and i % 2:
            break
    return tuple(found)


@given(bounds, st.lists(days, min_size=1, max_size=30))
def test_every_day_of_a_span_reads_the_same(bounds: list[date], asked: list[date]) -> None:
    asked.sort()
    at = 0
    for answer, length in by_spans(asked, lambda day: reading(bounds, day)):
        for day in asked[at : at + length]:
            assert reading(bounds, day) == answer
        at += length
    assert at == len(asked)


@given(bounds)
def test_a_span_is_as_wide_as_the_answer(bounds: list[date]) -> None:
    every = [date(1990, 1, 1) + timedelta(days=i) for i in range(0, 4000, 7)]
    spans = list(by_spans(every, lambda day: tuple(day < bound for bound in bounds)))
    assert len(spans) <= len(set(bounds)) + 1


@pytest.mark.parametrize(
    "look",
    [
        str,
        repr,
        hash,
        "{:%Y}".format,
        date.toordinal,
        lambda day: day.year,
        lambda day: day.isoformat(),
        lambda day: day == date(2020, 1, 1),
        lambda day: day - date(2020, 1, 1),
        lambda day: date(2020, 1, 1) - day,
        lambda day: day + timedelta(1),
    ],
)
def test_any_other_look_keeps_to_the_day_itself(look: object) -> None:
    day = WatchedDay.of(date(2022, 6, 1))
    assert callable(look)
    look(day)
    expected = (date.min, date.max) if look is date.toordinal else (date(2022, 6, 1), date(2022, 6, 1))
    assert (day.first, day.last) == expected  # the plain method of `date` can't be watched; nothing here calls it


def test_the_first_and_last_days_there_are() -> None:
    for day in (date.min, date.max):
        watched = WatchedDay.of(day)
        assert (watched < date.min, watched > date.max) == (False, False)
        assert watched.first <= day <= watched.last


def test_golden_names_on_many_days_as_one_by_one(bundled: Resolver) -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        names = sorted({row["input"] for row in csv.DictReader(stream)})
    days = [date(1900, 1, 1) + timedelta(days=2111 * i) for i in range(22)]
    asked = [Asked(name, None, None, None, None, day) for name in names for day in days]
    found = resolve_asked(bundled, asked)
    for day in days:
        rows = [i for i, one in enumerate(asked) if one.as_of == day]
        expected = answer_columns(bundled.resolve_many([asked[i].name for i in rows], as_of=day))
        assert found.take(rows).equals(expected), day
