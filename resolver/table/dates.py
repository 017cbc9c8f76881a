"""One answer for all the days on which it is the same.

A table of events asks for the same name on thousands of days, yet the answer changes only at the few days on which an
entity or a name begins or ends. Such a question is asked with a day that watches what it is compared with: whatever
day gives the same comparisons gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
_DAY = timedelta(days=1)


class WatchedDay(date):
    """A day that keeps the span of days for which every comparison made with it comes out the same.

    Comparisons by order narrow the span; any other look at the day narrows it to the day itself, so that the span is
    never too wide.

    >>> day = WatchedDay.of(date(2022, 6, 1))
    >>> day < date(2023, 1, 1), date(2000, 1, 1) <= day
    (True, True)
    >>> day.first, day.last
    (datetime.date(2000, 1, 1), datetime.date(2022, 12, 31))
    """

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> WatchedDay:
        """Watch a day."""
        made = cls(day.year, day.month, day.day)
        made.first, made.last = date.min, date.max
        return made

    def _from(self, day: date) -> None:
        self.first = max(self.first, day)

    def _to(self, day: date) -> None:
        self.last = min(self.last, day)

    def __lt__(self, other: date) -> bool:
        found = date.__lt__(self, other)
        if found is True:
            self._to(other - _DAY)
        elif found is False:
            self._from(other)
        return found

    def __le__(self, other: date) -> bool:
        found = date.__le__(self, other)
        if found is True:
            self._to(other)
        elif found is False:
            self._from(other + _DAY)  # the day itself is later still
        return found

    def __gt__(self, other: date) -> bool:
        found = date.__gt__(self, other)
        if found is True:
            self._from(other + _DAY)
        elif found is False:
            self._to(other)
        return found

    def __ge__(self, other: date) -> bool:
        found = date.__ge__(self, other)
        if found is True:
            self._from(other)
        elif found is False:
            self._to(other - _DAY)
        return found


def _pinning(name: str) -> Callable[..., Any]:
    plain = getattr(date, name)

    def look(self: WatchedDay, *args: Any, **named: Any) -> Any:
        own = date.fromordinal(date.toordinal(self))
        self.first = self.last = own
        return plain(self, *args, **named)

    return look


def _pinning_part(name: str) -> property:
    part = getattr(date, name)
    look = _pinning("toordinal")

    def read(self: WatchedDay) -> Any:
        look(self)
        return part.__get__(self)

    return property(read)


_LOOKS = (
    "__eq__", "__ne__", "__hash__", "__str__", "__repr__", "__format__", "__add__", "__radd__", "__sub__", "__rsub__",
    "__reduce__", "ctime", "isocalendar", "isoformat", "isoweekday", "replace", "strftime", "timetuple", "toordinal",
    "weekday",
)  # fmt: skip
for _name in _LOOKS:
    setattr(WatchedDay, _name, _pinning(_name))
for _name in ("year", "month", "day"):
    setattr(WatchedDay, _name, _pinning_part(_name))


def by_spans(days: Sequence[date], ask: Callable[[date], T]) -> Iterator[tuple[T, int]]:
    """Ask for sorted days, once for each span of days with one answer.

    Args:
        days: Days in ascending order.
        ask: Gives the answer for a day.

    Yields:
        An answer and the number of days, from where the last one ended, that it holds for.
    """
    at = 0
    while at < len(days):
        day = WatchedDay.of(days[at])
        answer = ask(day)
        end = at + 1
        last = vars(day)["last"]
        while end < len(days) and days[end] <= last:
            end += 1
        yield answer, end - at
        at = end
