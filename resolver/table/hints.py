"""What is known beside the names of a table: the same for all rows, or a column's cell for each.

A row's hints are kept as text, as the row has them, so that a view can find a row's answer again by plain SQL. Several
values in one cell are joined with `|`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from resolver.errors import InputError
from resolver.table.names import found_column, quoted, text_literal

SEVERAL = "|"
HINTS = ("hint_kind", "hint_exclude_kind", "hint_country", "hint_lang", "as_of")
"""Columns that hold the hints of a name, in order."""
KEY = ("name", *HINTS)
"""What one row of the table `resolution` is about."""

_YEAR, _MONTH = "^[0-9]{4}$", "^[0-9]{4}-[0-9]{2}$"


class Asked(NamedTuple):
    """One distinct question: a name with its hints, as text."""

    name: str
    kind: str | None
    exclude_kind: str | None
    country: str | None
    lang: str | None
    as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HintColumns:
    """Where hints come from: for each either a fixed value, or a column, or neither.

    Attributes:
        kind, exclude_kind, country, lang: Fixed values, the same for all rows.
        as_of: A fixed day.
        kind_column, country_column, lang_column, as_of_column: Columns of the table.
    """

    kind: tuple[str, ...] = ()
    exclude_kind: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    as_of: date | None = None
    kind_column: str | None = None
    country_column: str | None = None
    lang_column: str | None = None
    as_of_column: str | None = None

    def within(self, columns: Collection[str], where: str) -> HintColumns:
        """The same, with columns spelled as the table spells them.

        Raises:
            InputError: a column isn't there.
        """
        from dataclasses import replace

        named: dict[str, Any] = {
            name: found_column(given, columns, where)
            for name in ("kind_column", "country_column", "lang_column", "as_of_column")
            if (given := getattr(self, name)) is not None
        }
        return replace(self, **named)

    def expressions(self, source: str, types: Mapping[str, str]) -> tuple[str, ...]:
        """SQL for each of `HINTS`, over the rows of `source`; NULL where nothing is known.

        Args:
            source: Alias of the table in the query.
            types: SQL type of every column, by name.
        """
        return (
            _text(self.kind, self.kind_column, source),
            _text(self.exclude_kind, None, source),
            _text(self.country, self.country_column, source),
            _text(self.lang, self.lang_column, source),
            _day(self.as_of, self.as_of_column, source, types),
        )


def hint_columns(
    *,
    kind: str | Collection[str] | None = None,
    exclude_kind: str | Collection[str] | None = None,
    country: str | Collection[str] | None = None,
    lang: str | Collection[str] | None = None,
    as_of: date | str | None = None,
    kind_column: str | None = None,
    country_column: str | None = None,
    lang_column: str | None = None,
    as_of_column: str | None = None,
    columns: Collection[str] = (),
) -> HintColumns:
    """Read what a caller says about hints.

    Args:
        kind: Accepted kind or kinds, for all rows; likewise `exclude_kind`, `country`, `lang`.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        lang: Language or languages.
        as_of: A day, or the name of one of `columns`.
        kind_column: Column with the kinds accepted in each row; likewise the others.
        country_column: Column with the countries.
        lang_column: Column with the languages.
        as_of_column: Column with the days.
        columns: Columns of the table.

    Raises:
        InputError: a hint is given twice, or `as_of` is neither a day nor a column.
    """
    if isinstance(as_of, str) and as_of_column is None:
        folded = {name.casefold() for name in columns}
        if as_of.casefold() in folded:
            as_of, as_of_column = None, as_of
    given = {"kind": kind, "country": country, "lang": lang, "as_of": as_of}
    by_column = {"kind": kind_column, "country": country_column, "lang": lang_column, "as_of": as_of_column}
    for name, value in given.items():
        if value and by_column[name]:
            raise InputError(f"{name} is given for all rows and as the column {by_column[name]}; give one of the two")
    return HintColumns(
        kind=_several(kind),
        exclude_kind=_several(exclude_kind),
        country=_several(country),
        lang=_several(lang),
        as_of=_fixed_day(as_of),
        kind_column=kind_column,
        country_column=country_column,
        lang_column=lang_column,
        as_of_column=as_of_column,
    )


def hint_arguments(asked: Iterable[str | None]) -> dict[str, Any]:
    """Hints kept as text, as keyword arguments of `Resolver.resolve`; the order is that of `HINTS` without the day."""
    names = ("kind", "exclude_kind", "country", "lang")
    return {
        name: [part.strip() for part in text.split(SEVERAL) if part.strip()]
        for name, text in zip(names, asked, strict=True)
        if text
    }


def _several(value: str | Collection[str] | None) -> tuple[str, ...]:
    return () if value is None else (str(value),) if isinstance(value, str) else tuple(sorted(map(str, value)))


def _fixed_day(value: date | str | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(
            f"as_of {value!r} is neither a column of the table nor a date; dates look like 2022-06-01"
        ) from None


def _text(fixed: tuple[str, ...], column: str | None, source: str) -> str:
    if column is not None:
        return f"nullif(trim(CAST({source}.{quoted(column)} AS VARCHAR)), '')"
    return text_literal(SEVERAL.join(fixed)) if fixed else "CAST(NULL AS VARCHAR)"


def _day(fixed: date | None, column: str | None, source: str, types: Mapping[str, str]) -> str:
    if fixed is not None:
        return f"DATE '{fixed.isoformat()}'"
    if column is None:
        return "CAST(NULL AS DATE)"
    cell, kind = f"{source}.{quoted(column)}", types[column].upper()
    if kind == "DATE":
        return cell
    if kind.startswith("TIMESTAMP"):
        return f"CAST({cell} AS DATE)"
    text = f"trim(CAST({cell} AS VARCHAR))"
    # A year or a month stands for its middle, which is right more often than its first day.
    return (
        f"coalesce(TRY_CAST({text} AS DATE), CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE),"
        f" CAST(TRY_STRPTIME({text}, '%Y%m%d') AS DATE),"
        f" CASE WHEN regexp_full_match({text}, '{_YEAR[1:-1]}') THEN TRY_CAST({text} || '-07-01' AS DATE)"
        f" WHEN regexp_full_match({text}, '{_MONTH[1:-1]}') THEN TRY_CAST({text} || '-15' AS DATE) END)"
    )
