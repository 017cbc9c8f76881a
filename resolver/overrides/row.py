"""One human decision about a name: its fields, what it says in words, and its line in a text file.

A decision is found by the exact key of the whole name. Capitals: a name of several words is meant however it is
capitalised. In a name of one word the capitals count, so that a decision about `US` never reaches the pronoun:
all capitals, all small letters, a capital first and everything else are four forms, and a decision holds for the
form it was recorded in. A decision recorded by key alone holds for all of them.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from resolver.errors import InputError
from resolver.model import Kind, entity_order, is_entity_id
from resolver.normalize import exact_key

COLUMNS = (
    "name", "key", "kind", "country", "valid_from", "valid_to", "decision", "qid", "who", "decided_at", "why",
)  # fmt: skip
"""Columns of the text file and of a database's table `decision`, in order."""

_COUNTRY = re.compile(r"[A-Z]{2,3}|Q[1-9][0-9]*")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_Words = TypeVar("_Words", bound=StrEnum)
_PLAIN = {escaped[1]: plain for plain, escaped in _ESCAPED.items()}


class Decision(StrEnum):
    """What was decided: this entity, no entity at all, or anything but this entity."""

    ENTITY = "entity"
    NONE = "none"
    NEVER = "never"


class Capitals(StrEnum):
    """How a name of one word is capitalised; `ANY` for several words and for scripts without capitals."""

    ANY = "any"
    ALL = "all"
    NO = "no"
    FIRST = "first"
    MIXED = "mixed"


class WrongCell(InputError):
    """A field can't be read; the reader of a file adds file and row to it.

    Attributes:
        column: Which field.
    """

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def capitals(text: str) -> Capitals:
    """The form of a name that a decision about it holds for.

    >>> [str(capitals(name)) for name in ("US", "U.S.", "us", "Us", "iPhone", "the US", "土耳其")]
    ['all', 'all', 'no', 'first', 'mixed', 'any', 'any']
    """
    return _capitals(text, exact_key(text))


def _capitals(text: str, key: str) -> Capitals:
    if " " in key:
        return Capitals.ANY
    upper = [c.isupper() for c in text if c.lower() != c.upper()]
    if not upper:
        return Capitals.ANY
    if all(upper):
        return Capitals.ALL
    if not any(upper):
        return Capitals.NO
    return Capitals.FIRST if upper[0] and not any(upper[1:]) else Capitals.MIXED


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One decision, with the conditions under which it holds and who took it.

    A condition holds only where the caller says as much: a decision for the kind `person` needs `kind="person"`, one
    with dates needs an `as_of` between them.

    Attributes:
        name: The name as written; empty where `key` alone identifies it.
        key: Its exact key; worked out from `name` where there is one.
        kind, country: Hints that the decision is limited to; a country is an ISO 3166-1 code or a QID.
        valid_from, valid_to: First and last day of use that it is limited to.
        decision, qid: What was decided; `qid` is empty for `none`.
        who, decided_at, why: The author, the moment (UTC) and the reason.

    Raises:
        InputError: a field can't be used; the message says which and why.

    >>> Override(name="The PKK's men", decision=Decision.ENTITY, qid="Q152220", who="ann").says()
    'Q152220 by ann'
    """

    name: str = ""
    key: str = ""
    kind: Kind | None = None
    country: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    decision: Decision
    qid: str = ""
    who: str = ""
    decided_at: datetime | None = None
    why: str = ""

    def __post_init__(self) -> None:
        key = exact_key(self.name or self.key)
        if not key:
            raise WrongCell("name", f"{self.name or self.key!r} has no letter or number in it")
        object.__setattr__(self, "key", key)
        if self.decision is Decision.NONE and self.qid:
            raise WrongCell("qid", f"{self.qid!r} beside the decision none, which takes no id")
        if self.decision is not Decision.NONE and not is_entity_id(self.qid):
            raise WrongCell("qid", f"{self.qid!r} is not an entity id; ids look like Q43 or x-anadolu-agency")
        if self.country and not _COUNTRY.fullmatch(self.country):
            raise WrongCell("country", f"{self.country!r} is not a country; give an ISO code (TR, TUR) or a QID (Q43)")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise WrongCell("valid_to", f"{self.valid_to} is before {self.valid_from}")
        for column in ("name", "who", "why"):
            try:
                getattr(self, column).encode()
            except UnicodeEncodeError:
                raise WrongCell(column, "holds half a character; UTF-8 can't write it") from None

    @property
    def capitals(self) -> Capitals:
        """The form of the name it holds for; `ANY` where it was recorded by key alone."""
        return _capitals(self.name, self.key) if self.name else Capitals.ANY

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What two decisions share that speak about the same thing, but for their dates."""
        return self.key, str(self.capitals), str(self.kind or ""), self.country

    @property
    def order(self) -> tuple[object, ...]:
        """Where it stands in a sorted file."""
        return (
            self.key, self.name, str(self.kind or ""), self.country, self.valid_from or date.min,
            self.valid_to or date.max, str(self.decision), entity_order(self.qid) if self.qid else (),
            self.moment, self.who, self.why,
        )  # fmt: skip

    @property
    def moment(self) -> str:
        """When it was decided, as text; empty where unknown."""
        if self.decided_at is None:
            return ""
        return self.decided_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def outcome(self) -> tuple[str, str]:
        """What was decided, without who, when and why."""
        return str(self.decision), self.qid

    def verdict(self) -> str:
        """What was decided, in words: `Q43`, `no entity` or `not Q43`."""
        return {Decision.ENTITY: self.qid, Decision.NONE: "no entity", Decision.NEVER: f"not {self.qid}"}[self.decision]

    def author(self) -> str:
        """Who, when and why, as the evidence of an answer words it."""
        when = ", ".join(filter(None, (self.who or "unknown", self.moment[:10])))
        return f"{when}: {self.why}" if self.why else when

    def says(self) -> str:
        """The decision in one line, with its author."""
        day = f" on {self.moment[:10]}" if self.moment else ""
        return f"{self.verdict()} by {self.who or 'unknown'}{day}" + (f" ({self.why})" if self.why else "")

    def conditions(self) -> str:
        """The conditions in words, empty where it always holds."""
        dates = f"{self.valid_from or '…'} to {self.valid_to or '…'}" if self.valid_from or self.valid_to else ""
        return ", ".join(filter(None, (str(self.kind or ""), self.country, dates)))

    def shown_name(self) -> str:
        """The name, or the key with a note that it is one."""
        return self.name or f"key {self.key}"

    def cells(self) -> dict[str, str]:
        """The row as text, by column; what reads it back is `from_cells`."""
        return {
            "name": self.name,
            "key": self.key,
            "kind": str(self.kind or ""),
            "country": self.country,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "decision": str(self.decision),
            "qid": self.qid,
            "who": self.who,
            "decided_at": self.moment,
            "why": self.why,
        }

    @classmethod
    def from_cells(cls, cells: dict[str, str]) -> Override:
        """A decision from the text of its fields; a column that is left out counts as empty.

        Raises:
            WrongCell: a field can't be read.
        """
        text = {column: cells.get(column, "") for column in COLUMNS}
        decision = text["decision"].strip() or ("entity" if text["qid"].strip() else "")
        return cls(
            name=text["name"],
            key=text["key"],
            kind=_one_of(Kind, "kind", text["kind"].strip()) if text["kind"].strip() else None,
            country=text["country"].strip().upper(),
            valid_from=parse_day(text["valid_from"].strip(), "valid_from"),
            valid_to=parse_day(text["valid_to"].strip(), "valid_to", last=True),
            decision=_one_of(Decision, "decision", decision),
            qid=text["qid"].strip(),
            who=text["who"],
            decided_at=_moment(text["decided_at"].strip()),
            why=text["why"],
        )


def escaped(text: str) -> str:
    r"""Text for one cell of a TSV file; `plain` reads it back.

    >>> print(escaped("a\tb\\c"))
    a\tb\\c
    """
    return "".join(_ESCAPED.get(c, c) for c in text)


def plain(cell: str) -> str:
    r"""What `escaped` was given; a backslash before anything else stays as it is.

    >>> plain(r"a\tb\\c") == "a\tb\\c", plain(r"C:\dir") == r"C:\dir"
    (True, True)
    """
    return _ESCAPE.sub(lambda found: _PLAIN.get(found[1], found[0]), cell) if "\\" in cell else cell


def parse_day(text: str, column: str, *, last: bool = False) -> date | None:
    """A day from `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; part of a date is its first day, or its last.

    Raises:
        WrongCell: not a date.

    >>> parse_day("2016-02", "valid_to", last=True)
    datetime.date(2016, 2, 29)
    """
    if not text:
        return None
    try:
        if (found := _DAY.fullmatch(text)) is None:
            raise ValueError
        year, month = int(found[1]), int(found[2] or (12 if last else 1))
        return date(year, month, int(found[3] or (calendar.monthrange(year, month)[1] if last else 1)))
    except ValueError:
        raise WrongCell(column, f"{text!r} is not a date; dates look like 2022-06-01, 2022-06 or 2022") from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise WrongCell("decided_at", f"{text!r} is not a moment; it looks like 2022-06-01T12:00:00Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _one_of(words: type[_Words], column: str, text: str) -> _Words:
    try:
        return words(text)
    except ValueError:
        raise WrongCell(column, f"unknown {column} {text!r}; it is one of {', '.join(words)}") from None
