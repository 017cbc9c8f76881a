"""One Wikidata entity in its JSON form -> the facts we keep of it.

Pure and fast: a plain dict in, a `Facts` out, no network and no pywikibot, so that a pull of fifty entities and a
dump of a hundred million share it. The rules on claims are these:

1. Statements of deprecated rank are dropped; preferred rank comes first.
2. A statement that has ended keeps its place with its dates, behind those that have not.
3. A value that is unknown or absent on purpose ("somevalue", "novalue") is no value.
4. A date finer than its precision is cut to it; one coarser than a year, or before year 1, is no date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

NAME_ROLE: dict[str, str] = {
    "P1448": "official",
    "P1813": "short",
    "P1705": "endonym",
    "P1549": "demonym",
    "P1449": "nickname",
    "P742": "nickname",
}
"""Property of a name -> its role: official name, short name, native label, demonym, nickname, pseudonym."""

CODE_SCHEME: dict[str, str] = {"P297": "iso2", "P298": "iso3", "P300": "iso3166-2", "P1566": "geonames"}
"""Property of a code -> its scheme in the entities table."""

RELATION: dict[str, tuple[str, bool]] = {
    "P361": ("part_of", False),
    "P527": ("part_of", True),
    "P749": ("subsidiary_of", False),
    "P355": ("subsidiary_of", True),
    "P1365": ("successor_of", False),
    "P1366": ("successor_of", True),
}
"""Property of a relation -> our word for it, and whether the statement's value is our subject."""

ANY_LANGUAGE = "mul"
_COUNTRY = ("P17", "P27", "P495")
_NO_LANGUAGE = frozenset({"und", "zxx", "mis"})
_ENDING_ROLES = frozenset({"official", "short", "endonym", "nickname"})
_QID = re.compile(r"Q[1-9][0-9]*")
_RANK = {"preferred": 0, "normal": 1}
_DAY, _MONTH, _YEAR = 11, 10, 9


class FactName(NamedTuple):
    """A name with its language, role and days of use; `preferred` where its statement is."""

    text: str
    lang: str
    role: str
    valid_from: str | None = None
    valid_to: str | None = None
    preferred: bool = False


class FactLink(NamedTuple):
    """A link to another item: what it says, the item, its days; `inverse` where the item is the subject."""

    relation: str
    target: str
    valid_from: str | None = None
    valid_to: str | None = None
    inverse: bool = False


class Facts(NamedTuple):
    """What we keep of one entity.

    Attributes:
        qid: Its id.
        label: English label, else the one for all languages, else the first asked for; empty if there is none.
        description: English, may be empty.
        names: Labels, aliases and named statements, each (text, lang, role) once.
        classes: Values of P31, best first.
        parents: Values of P279, for items that are classes.
        countries: P17, else P27, else P495; best first.
        codes: `scheme:value`; a two-letter code that has ended is `iso2-former`.
        valid_from, valid_to: P569 and P570, else P571 and P576.
        population: P1082, the latest of the best rank.
        latitude, longitude: P625 in degrees.
        offices: P39 with its days; the relation is `office`.
        capital_of: P1376, what it is the capital of.
        links: Relations, see `RELATION`.
        sitelinks: How many pages of Wikimedia projects are about it.
        label_lang: The language of `label`.
    """

    qid: str
    label: str
    description: str
    names: tuple[FactName, ...]
    classes: tuple[str, ...]
    parents: tuple[str, ...]
    countries: tuple[str, ...]
    codes: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None
    population: int | None
    latitude: float | None
    longitude: float | None
    offices: tuple[FactLink, ...]
    capital_of: tuple[FactLink, ...]
    links: tuple[FactLink, ...]
    sitelinks: int
    label_lang: str = "en"


class _Value(NamedTuple):
    """One usable statement: its value, days, rank, and the statement itself."""

    value: Any
    valid_from: str | None
    valid_to: str | None
    preferred: bool
    statement: dict[str, Any]


def read_entity(item: dict[str, Any], *, languages: Collection[str] | None = None) -> Facts:
    """Read the JSON of one item.

    Args:
        item: One value of `entities` in an answer of wbgetentities, or one line of a dump. Missing parts and
            empty ones written as `[]` are fine.
        languages: Languages whose names are kept, as Wikidata codes; None keeps all. Names for all languages
            (`mul`) are always kept, and the English label and description always serve as those of the entity.

    Returns:
        Its facts.

    >>> facts = read_entity({"id": "Q43", "labels": {"en": {"language": "en", "value": "Turkey"}}})
    >>> facts.label, facts.names[0].role, facts.classes
    ('Turkey', 'label', ())
    """
    claims = item.get("claims") or {}
    labels = item.get("labels") or {}
    begin, end = ("P569", "P570") if "P569" in claims or "P570" in claims else ("P571", "P576")
    where = next((found for name in _COUNTRY if name in claims and (found := _items(claims[name]))), ())
    latitude, longitude = _place(claims.get("P625"))
    label, label_lang = _label(labels, languages)
    return Facts(
        item["id"],
        label,
        _text(item.get("descriptions") or {}, "en"),
        tuple(_names(item, labels, claims, languages)),
        _items(claims.get("P31")),
        _items(claims.get("P279")),
        where,
        tuple(_codes(claims)),
        _first_date(claims.get(begin)),
        _first_date(claims.get(end)),
        _population(claims.get("P1082")),
        latitude,
        longitude,
        tuple(_links(claims, {"P39": ("office", False)})),
        tuple(_links(claims, {"P1376": ("capital_of", False)})),
        tuple(_links(claims, RELATION)),
        len(item.get("sitelinks") or ()),
        label_lang,
    )


def classes_of(item: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Values of P31 and of P279 alone, for walking up the classes."""
    claims = item.get("claims") or {}
    return _items(claims.get("P31")), _items(claims.get("P279"))


def partial_date(value: dict[str, Any]) -> str | None:
    """A Wikidata time as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None for decades, centuries and years before 1.

    >>> partial_date({"time": "+1923-10-29T00:00:00Z", "precision": 11})
    '1923-10-29'
    >>> partial_date({"time": "+1923-10-00T00:00:00Z", "precision": 10})
    '1923-10'
    >>> partial_date({"time": "+1923-00-00T00:00:00Z", "precision": 7}), partial_date({"time": "-0044-03-15T00:00:00Z"})
    (None, None)
    """
    time, precision = str(value.get("time", "")), value.get("precision", _DAY)
    if not time.startswith("+") or not isinstance(precision, int) or precision < _YEAR:
        return None
    year, month, day = time[1:].partition("T")[0].split("-")[-3:] if time.count("-") == 2 else ("", "", "")
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()) or not 0 < int(year) < 10_000:
        return None
    year = f"{int(year):04}"
    if precision == _YEAR or not 1 <= int(month) <= 12:
        return year
    if precision == _MONTH or not 1 <= int(day) <= _last_day(int(year), int(month)):
        return f"{year}-{month}"
    return f"{year}-{month}-{day}"


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _label(labels: dict[str, Any], languages: Collection[str] | None) -> tuple[str, str]:
    """The label and its language."""
    for lang in ("en", ANY_LANGUAGE, *sorted(languages or ())):
        if text := _text(labels, lang):
            return text, lang
    return next(((str(entry["value"]), lang) for lang, entry in labels.items()), ("", ""))


def _text(terms: dict[str, Any], lang: str) -> str:
    entry = terms.get(lang) if terms else None
    return str(entry["value"]) if entry else ""


def _names(
    item: dict[str, Any], labels: dict[str, Any], claims: dict[str, Any], languages: Collection[str] | None
) -> Iterator[FactName]:
    def kept(lang: str) -> bool:
        return languages is None or lang in languages or lang == ANY_LANGUAGE

    for lang, entry in labels.items():
        if languages is None or kept(lang):
            yield FactName(entry["value"], lang, "label")
    for lang, entries in (item.get("aliases") or {}).items():
        if languages is None or kept(lang):
            for entry in entries:
                yield FactName(entry["value"], lang, "alias")
    seen: set[tuple[str, str, str]] = set()
    for prop, role in NAME_ROLE.items():
        if prop not in claims:
            continue
        for held in _values(claims.get(prop)):
            given = held.value
            worded = isinstance(given, dict)
            text, lang = (given.get("text"), str(given.get("language") or "")) if worded else (given, "")
            lang = "" if lang in _NO_LANGUAGE else lang
            if not isinstance(text, str) or (lang and not kept(lang)):
                continue
            # A name that a thing bore until some day is a former name of it, whatever it was officially.
            role_now = "historical" if held.valid_to and role in _ENDING_ROLES else role
            if (text, lang, role_now) not in seen:
                seen.add((text, lang, role_now))
                yield FactName(text, lang, role_now, held.valid_from, held.valid_to, held.preferred)


def _codes(claims: dict[str, Any]) -> Iterator[str]:
    for prop, scheme in CODE_SCHEME.items():
        if prop not in claims:
            continue
        for held in _values(claims.get(prop)):
            if isinstance(held.value, str):
                ended = held.valid_to and scheme == "iso2"
                yield f"{scheme}-former:{held.value}" if ended else f"{scheme}:{held.value}"


def _links(claims: dict[str, Any], table: dict[str, tuple[str, bool]]) -> Iterator[FactLink]:
    for prop, (relation, inverse) in table.items():
        if prop not in claims:
            continue
        for held in _values(claims.get(prop)):
            if target := _item(held.value):
                yield FactLink(relation, target, held.valid_from, held.valid_to, inverse)


def _items(statements: Iterable[dict[str, Any]] | None) -> tuple[str, ...]:
    if not statements:
        return ()
    return tuple(dict.fromkeys(target for held in _values(statements) if (target := _item(held.value))))


def _item(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    target = value.get("id") or (f"Q{value['numeric-id']}" if value.get("entity-type") == "item" else "")
    return target if isinstance(target, str) and _QID.fullmatch(target) else None


def _first_date(statements: Iterable[dict[str, Any]] | None) -> str | None:
    dates = (partial_date(held.value) for held in _values(statements) if isinstance(held.value, dict))
    return next((day for day in dates if day), None)


def _population(statements: Iterable[dict[str, Any]] | None) -> int | None:
    counts: list[tuple[bool, str, int]] = []
    for held in _values(statements):
        amount = str(held.value.get("amount", "")) if isinstance(held.value, dict) else ""
        if amount.lstrip("+").split(".")[0].isdecimal():
            asked = _qualifier(held.statement, "P585") or ""
            counts.append((held.preferred, asked, int(float(amount))))
    return max(counts)[2] if counts else None


def _place(statements: Iterable[dict[str, Any]] | None) -> tuple[float | None, float | None]:
    for held in _values(statements):
        value = held.value
        if isinstance(value, dict) and isinstance(value.get("latitude"), int | float):
            return float(value["latitude"]), float(value["longitude"])
    return None, None


def _values(statements: Iterable[dict[str, Any]] | None) -> list[_Value]:
    """Usable statements: preferred before normal, still true before ended, else in the order of the item."""
    if not statements:
        return []
    found: list[tuple[int, bool, int, _Value]] = []
    for number, statement in enumerate(statements or ()):
        rank = _RANK.get(statement.get("rank", "normal"))
        snak = statement.get("mainsnak") or {}
        if rank is None or snak.get("snaktype") != "value" or "datavalue" not in snak:
            continue
        begin, end = (None, None)
        if statement.get("qualifiers"):
            begin, end = _qualifier(statement, "P580"), _qualifier(statement, "P582")
        value = _Value(snak["datavalue"].get("value"), begin, end, rank == 0, statement)
        found.append((rank, end is not None, number, value))
    if len(found) > 1:
        found.sort(key=lambda row: row[:3])
    return [row[3] for row in found]


def _qualifier(statement: dict[str, Any], prop: str) -> str | None:
    """The first usable date of a qualifier."""
    for snak in (statement.get("qualifiers") or {}).get(prop, ()):
        if snak.get("snaktype") == "value" and isinstance(value := (snak.get("datavalue") or {}).get("value"), dict):
            return partial_date(value)
    return None
