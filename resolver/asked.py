"""What a caller knows beside the name, as given -> `Hints`; every slip is one clear line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime

from resolver.errors import InputError
from resolver.model import Hints, Kind

OneOrMore = str | Collection[str] | None

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def read_hints(
    country_id: Callable[[str], str],
    kind: OneOrMore = None,
    exclude_kind: OneOrMore = None,
    country: OneOrMore = None,
    as_of: date | str | None = None,
    lang: OneOrMore = None,
) -> Hints:
    """The hints of one call, checked.

    Args:
        country_id: Entity id of a country as given: code, QID or name.
        kind: Accepted kind or kinds.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        as_of: A date or `YYYY-MM-DD`.
        lang: Language or languages.

    Raises:
        InputError: unknown kind, country or language, or no date.

    >>> read_hints(str, kind="city", lang="tr").kinds
    frozenset({<Kind.CITY: 'city'>})
    """
    return Hints(
        kinds=frozenset(map(read_kind, several(kind))),
        exclude_kinds=frozenset(map(read_kind, several(exclude_kind))),
        countries=frozenset(map(country_id, several(country))),
        as_of=read_day(as_of),
        langs=frozenset(map(_language, several(lang))),
    )


def several(value: OneOrMore) -> Collection[str]:
    """One value, several, or none, as a collection.

    >>> several("a"), several(None), several(["a", "b"])
    (('a',), (), ['a', 'b'])
    """
    return () if value is None else (value,) if isinstance(value, str) else value


def read_kind(text: str) -> Kind:
    """The kind that a word names.

    Raises:
        InputError: no such kind.
    """
    try:
        return Kind(text)
    except ValueError:
        raise InputError(f"unknown kind {text!r}; kinds: {', '.join(Kind)}") from None


def read_day(value: date | str | None) -> date | None:
    """The day that a date or a string names.

    Raises:
        InputError: no date.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(f"{value!r} is not a date; dates look like 2022-06-01") from None


def _language(text: str) -> str:
    code = text.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise InputError(f"{text!r} is not a language code; codes look like tr or zh-hant")
    return code
