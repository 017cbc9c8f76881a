"""Small items in the form of Wikibase, written for the tests."""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]


def item(
    labels: dict[str, str],
    *,
    aliases: dict[str, list[str]] | None = None,
    description: str = "",
    claims: dict[str, list[Item]] | None = None,
    sitelinks: int = 0,
) -> Item:
    """An item with these labels and statements."""
    return {
        "labels": {lang: {"language": lang, "value": text} for lang, text in labels.items()},
        "aliases": {lang: [{"language": lang, "value": t} for t in texts] for lang, texts in (aliases or {}).items()},
        "descriptions": {"en": {"language": "en", "value": description}} if description else {},
        "claims": claims or {},
        "sitelinks": {f"s{n}wiki": {"site": f"s{n}wiki", "title": "x"} for n in range(sitelinks)},
    }


def claim(
    value: Any, *, rank: str = "normal", start: str | None = None, end: str | None = None, at: str | None = None
) -> Item:
    """A statement; a value is an item id, a text, a number, a (text, language) pair, a (latitude, longitude) pair
    or a date made by `day`."""
    made: Item = {"mainsnak": _snak(value), "rank": rank, "type": "statement"}
    dates = {"P580": start, "P582": end, "P585": at}
    if any(dates.values()):
        made["qualifiers"] = {prop: [_snak(day(text))] for prop, text in dates.items() if text}
    return made


def no_value() -> Item:
    """A statement that the value is unknown."""
    return {"mainsnak": {"snaktype": "somevalue"}, "rank": "normal"}


def day(text: str) -> Item:
    """A Wikidata time of the precision of the text: YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = text.split("-")
    full = "-".join([*parts, *["00"] * (3 - len(parts))])
    return {"time": f"+{full}T00:00:00Z", "precision": 8 + len(parts)}


def are(*classes: str) -> dict[str, list[Item]]:
    """Statements that it is an instance of these classes."""
    return {"P31": [claim(qid) for qid in classes]}


def _snak(value: Any) -> Item:
    kind = "string"
    if isinstance(value, dict):
        kind = "time"
    elif isinstance(value, tuple) and isinstance(value[0], float):
        kind, value = "globecoordinate", {"latitude": value[0], "longitude": value[1], "precision": 0.01}
    elif isinstance(value, tuple):
        kind, value = "monolingualtext", {"text": value[0], "language": value[1]}
    elif isinstance(value, int):
        kind, value = "quantity", {"amount": f"+{value}", "unit": "1"}
    elif isinstance(value, str) and value[:1] == "Q" and value[1:].isdecimal():
        kind = "wikibase-entityid"
        value = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
    return {"snaktype": "value", "datavalue": {"type": kind, "value": value}}
