"""One entity out of its rows in several folders: kind, label, dates, codes, signals.

Kind rule: the folders' order is their rank, so the first folder that describes an entity decides; places
stand first, then actors. `SUBTYPE_KIND` corrects classes that a folder files under a neighbouring kind, and
seeds/kind_exceptions.tsv lists every single exception by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from resolver.build import clean, signals
from resolver.build.tables import EntityRow, PositionRow
from resolver.errors import InputError
from resolver.model import Kind, is_entity_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from resolver.build.sources.facts import FactEntity

# Classes that a folder files under the nearest kind it has.
SUBTYPE_KIND: dict[str, str] = {
    "ethnic_group": "other",
    "dynasty": "other",
    "airport": "other",
    "building": "other",
    "street": "other",
    "parliament": "government_body",
    "court": "government_body",
    "conflict": "event",
    "sports_event": "event",
}
# Kinds that a source read from a description, and read wrongly: what the description really says.
_DESCRIBED: tuple[tuple[frozenset[str], str, re.Pattern[str]], ...] = (
    (frozenset({"person"}), "city", re.compile(r"(?:city|town|village) in ", re.I)),
    (
        frozenset({"person", "organization"}),
        "other",
        re.compile(
            r".*\b(?:ethnic (?:group|minority)|indigenous people|religious group of people)\b|(?:nation|ethnicity)\b|"
            r"(?:(?:a|an|the|main|minor|supporting|american|japanese|marvel|dc) )*fictional|(?:comic book|video game) "
            r"character|.*programming language|type of |(?:two-player )?board game",
            re.I,
        ),
    ),
)
_SETTLEMENT = re.compile(r"(?:city/town|town|village|city|human settlement|municipality)\b(?! of district)", re.I)
_CODE_FIELDS = ("iso2", "iso3", "former_iso2", "m49", "iso3166_2", "geonames", "partyfacts_id")
_DATE = re.compile(r"(\d{1,4})(?:-(\d\d))?(?:-(\d\d))?")
# Sources that list concepts among their items; brands and bands of other sources may be lower-case names.
_CONCEPT_SOURCES = frozenset({"fb15k", "reep", "commons"})


@dataclass(slots=True)
class Draft:
    """An entity while it is being merged: its rows, best folder first."""

    rows: list[FactEntity] = field(default_factory=list)
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome for one entity.

    Attributes:
        row: Its row of the entities table.
        positions: Offices it held.
        subtype: The finer class a source gives, else empty.
        names: Labels that other folders give it, repaired, to be kept as aliases: text -> source tag.
    """

    row: EntityRow
    positions: tuple[PositionRow, ...]
    subtype: str
    names: dict[str, str]


def read_exceptions(path: Path) -> dict[str, str]:
    """QID -> kind, from a TSV of qid, kind, label, why.

    Raises:
        InputError: A wrong header, an id that is none, or a kind outside the list; names the line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != ["qid", "kind", "label", "why"]:
        raise InputError(f"{path}: the columns are qid, kind, label, why")
    exceptions: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 4 or not is_entity_id(cells[0]) or cells[1] not in set(Kind):
            raise InputError(f"{path}:{number}: expected an id, a kind, a label and why, got {line!r}")
        exceptions[cells[0]] = cells[1]
    return exceptions


def choose_kind(rows: Iterable[FactEntity], exceptions: Mapping[str, str]) -> str:
    """The kind of an entity from its rows, best folder first.

    >>> from resolver.build.sources.facts import FactEntity
    >>> geo = FactEntity("Q39", "country", "Switzerland", "", (), {}, ("ne",))
    >>> actor = FactEntity("Q39", "organization", "Switzerland", "", (), {}, ("xfactr",))
    >>> choose_kind([geo, actor], {}), choose_kind([geo, actor], {"Q39": "other"})
    ('country', 'other')
    """
    row = next(iter(rows))
    if row.qid in exceptions:
        return exceptions[row.qid]
    if row.kind == "subdivision" and _SETTLEMENT.match(row.description) and "xfactr" in row.sources:
        return "city"  # its class names list a settlement first
    if "fb15k" in row.sources:
        for kinds, kind, pattern in _DESCRIBED:
            if row.kind in kinds and pattern.match(row.description):
                return kind
    return SUBTYPE_KIND.get(str(row.extra.get("subtype")), row.kind)


def merge_entity(draft: Draft, exceptions: Mapping[str, str], countries: Collection[str]) -> Merged | None:
    """Merge the rows of one entity; None if it is no entity at all (a list page, a common noun).

    Args:
        draft: Its rows, best folder first.
        exceptions: QID -> kind.
        countries: Casefolded country names, for `signals.office`.
    """
    rows = draft.rows
    qid, kind = rows[0].qid, choose_kind(rows, exceptions)
    labels = {clean.repair(row.label): row.sources for row in rows}
    usable = [text for text in labels if clean.reject(text, named=True, party=kind == "political_party") is None]
    if not usable:
        reason = clean.reject(next(iter(labels)), named=True)
        if reason in ("namespace", "list", "disambiguation", "empty"):
            return None  # a pronoun stays for now: labels.py finds the name
        usable = list(labels)
    label = usable[0]
    description = next((text for row in rows if (text := _plain_description(row.description))), "")
    tags = tuple(sorted({tag for row in rows for tag in row.sources}))
    if qid not in exceptions and _common_noun(label, kind, tags):
        return None
    where = next((row.countries for row in rows if row.countries), ())
    extras = [row.extra for row in rows]
    positions = _positions(qid, extras, where, tags) if kind == "person" else ()
    row = EntityRow(
        qid,
        kind,
        plain_label(label, kind),
        description or None,
        where,
        tuple(sorted({f"{_scheme(name)}:{extra[name]}" for extra in extras for name in _CODE_FIELDS if name in extra})),
        _first_date(extras, "birth" if kind == "person" else "start", "inception"),
        _first_date(extras, "death" if kind == "person" else "end"),
        next((int(extra["population"]) for extra in extras if extra.get("population")), None),
        signals.office([p.title for p in positions], description, tags, countries) if kind == "person" else None,
        next((flag for extra in extras if (flag := signals.capital(extra))), None),
        draft.provisional,
        tags,
    )
    subtype = next((str(extra["subtype"]) for extra in extras if "subtype" in extra), "")
    if kind == "other" and re.search(r"\bairport\b|\baerodrome\b|\bairbase\b", description):
        subtype = "airport"
    return Merged(row, positions, subtype, {text: sources[0] for text, sources in labels.items() if sources})


def _common_noun(label: str, kind: str, tags: Collection[str]) -> bool:
    """Whether a lower-case label stands for a class of things: "pianist", "friendly match", "crossbencher"."""
    if not (label[:1].isascii() and label.islower()):
        return False
    return set(tags) <= _CONCEPT_SOURCES or (kind == "political_party" and " " not in label)


def _plain_description(text: str) -> str:
    """A description without classes that have no name: "historical country; Q4304392"."""
    return "; ".join(part for part in clean.repair(text).split("; ") if not is_entity_id(part))


def plain_label(label: str, kind: str) -> str:
    """The label without a qualifier in brackets; places and parties keep theirs, where it tells them apart.

    >>> plain_label("Gang of Four (band)", "organization"), plain_label("Frankfurt (Oder)", "city")
    ('Gang of Four', 'Frankfurt (Oder)')
    """
    keep = ("country", "territory", "city", "subdivision", "region", "water", "political_party")
    split = clean.split_qualifier(label)
    return split[0] if split and kind not in keep else label


def clean_date(value: object) -> str | None:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD` from a source's date; None for anything else, also before year 1.

    >>> clean_date("1953-00-00"), clean_date(987), clean_date("-27"), clean_date("2001-02-30")
    ('1953', '0987', None, '2001-02')
    """
    found = _DATE.fullmatch(str(value or "").strip())
    if not found or int(found[1]) == 0:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if not 1 <= month <= 12:
        return f"{year:04}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"


def _first_date(extras: Iterable[Mapping[str, Any]], *names: str) -> str | None:
    dates = (clean_date(extra[name]) for extra in extras for name in names if name in extra)
    return next((day for day in dates if day), None)


def _scheme(name: str) -> str:
    return {"iso3166_2": "iso3166-2", "partyfacts_id": "partyfacts", "former_iso2": "iso2-former"}.get(name, name)


def _positions(
    qid: str, extras: Iterable[Mapping[str, Any]], countries: tuple[str, ...], tags: tuple[str, ...]
) -> tuple[PositionRow, ...]:
    # With several countries nothing says which of them an office belongs to.
    country = countries[0] if len(countries) == 1 else None
    sources = tuple(tag for tag in tags if tag in ("everypol", "congress", "curated")) or tags
    rows = {
        (clean.repair(str(held[0])), *(clean_date(day) for day in (*held[1:3], None, None)[:2]))
        for extra in extras
        for held in extra.get("positions", ())
    }
    ordered = sorted(rows, key=lambda row: tuple(cell or "" for cell in row))
    return tuple(PositionRow(qid, title, country, start, end, sources) for title, start, end in ordered if title)
