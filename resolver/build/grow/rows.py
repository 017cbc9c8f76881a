"""Facts of one Wikidata item -> rows of the source tables.

Names are repaired, checked and judged by the same rules as those of all other sources (clean.py, roles.py); see
docs/gazetteers.md. What is peculiar to Wikidata stands here: dates of names, offices, relations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from resolver.build import clean, roles, signals
from resolver.build.merge import plain_label
from resolver.build.sources.wikibase import FactLink, FactName, Facts
from resolver.build.tables import AliasRow, EntityRow, PositionRow, RelationRow

SOURCE = "wikidata"
_NO_ENTITY = ("namespace", "list", "disambiguation", "empty")
_BARE_LANGS = frozenset({"mul", ""})
_OWN = ("label", "official", "endonym")
_UNDATED = ("label", "alias")


class Office(NamedTuple):
    """An office as item: its English label and its countries."""

    title: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityRows:
    """Rows of one entity, and how many of its names were left out, by reason (`clean.REASONS`)."""

    entity: EntityRow
    aliases: tuple[AliasRow, ...]
    positions: tuple[PositionRow, ...]
    relations: tuple[RelationRow, ...]
    dropped: Counter[str]


@dataclass(slots=True)
class _Name:
    """One text while its rows are gathered: role -> languages, and the days of each named statement."""

    langs: dict[str, set[str]] = field(default_factory=dict)
    days: dict[str, list[tuple[str | None, str | None]]] = field(default_factory=dict)

    def all_langs(self) -> set[str]:
        """Languages of all roles."""
        first, *others = self.langs.values()
        return first.union(*others) if others else first


def make_rows(
    facts: Facts,
    kind: str,
    *,
    offices: Mapping[str, Office] | None = None,
    kind_of: Mapping[str, str] | None = None,
    countries: Collection[str] = (),
) -> EntityRows | None:
    """Rows of one item.

    Args:
        facts: What `read_entity` found.
        kind: Its kind.
        offices: Offices by id; one that is not there gives no position.
        kind_of: Kinds of other entities, to tell the capital of a country from that of a province.
        countries: Casefolded names of countries, to tell a head of state from the president of a club.

    Returns:
        The rows; None if the item is no entity: a list, a category, a disambiguation page, or without any label.

    >>> from resolver.build.sources.wikibase import read_entity
    >>> labels = {"en": {"value": "Turkey", "language": "en"}, "tr": {"value": "Türkiye", "language": "tr"}}
    >>> facts = read_entity({"id": "Q43", "labels": labels})
    >>> [row.text for row in make_rows(facts, "country").aliases]
    ['Turkey', 'Türkiye']
    """
    label = clean.repair(facts.label)
    if clean.reject(label, named=True, party=kind == "political_party") in _NO_ENTITY:
        return None
    label = plain_label(label, kind)
    positions = tuple(_positions(facts, offices or {})) if kind == "person" else ()
    capital_of = tuple(facts.capital_of)
    row = EntityRow(
        facts.qid,
        kind,
        label,
        clean.repair(facts.description) or None,
        facts.countries,
        tuple(sorted({*facts.codes, *_place(facts)})),
        facts.valid_from,
        facts.valid_to,
        facts.population,
        _office(positions, facts.description, countries) if kind == "person" else None,
        _capital(capital_of, kind_of or {}) if kind in ("city", "subdivision", "country", "territory") else None,
        False,
        (SOURCE,),
        facts.sitelinks or None,
    )
    names, dropped = _gather(facts, kind, label)
    aliases = tuple(_judged(row, names))
    return EntityRows(row, aliases, positions, tuple(_relations(facts.qid, (*facts.links, *capital_of))), dropped)


def _place(facts: Facts) -> tuple[str, ...]:
    """Coordinates as a code, `geo:latitude,longitude` to about ten metres."""
    if facts.latitude is None or facts.longitude is None:
        return ()
    return (f"geo:{facts.latitude:.4f},{facts.longitude:.4f}",)


def _gather(facts: Facts, kind: str, label: str) -> tuple[dict[str, _Name], Counter[str]]:
    names: dict[str, _Name] = {}
    dropped: Counter[str] = Counter()
    party = kind == "political_party"

    def put(text: str, role: str, held: FactName) -> None:
        name = names.get(text)
        if name is None:
            name = names[text] = _Name()
        langs = name.langs.get(role)
        if langs is None:
            name.langs[role] = {held.lang}
        else:
            langs.add(held.lang)
        if held.role not in _UNDATED:
            name.days.setdefault(role, []).append((held.valid_from, held.valid_to))

    put(label, "label", FactName(label, facts.label_lang, "label"))
    # Languages mostly agree on a name, so that most of the work on it is done once an item.
    known: dict[tuple[str, bool], tuple[str, str | None, tuple[str, str] | None]] = {}
    # Text and role -> languages, where nothing but the rule on English labels may change either.
    plain: dict[tuple[str, str], set[str]] = {}
    for held in facts.names:
        role = held.role
        langs = plain.get((held.text, role))
        if langs is not None and held.lang != "en":
            langs.add(held.lang)
            continue
        named = role in _OWN
        found = known.get((held.text, named))
        if found is None:
            text, reason = clean.repair_and_reject(held.text, named=named, party=party)
            split = clean.split_qualifier(text) if not reason and kind not in ("country", "territory") else None
            found = known[held.text, named] = (text, reason, split)
        text, reason, split = found
        if role == "label" and held.lang == "en" and text != label:
            role = "alias"  # English has one label, the entity's own
        if reason:
            if text != label:
                dropped[reason] += 1
            continue
        if split and text != label:
            if party:
                put(text, role, held)  # "(Turkey)" tells parties of one name apart
                role = "alias"
            else:
                dropped["qualifier"] += 1
            text = split[0]
            if clean.reject(text, named=named):
                continue
        if kind == "person" and ", " in text:
            for form in clean.natural_order(text):
                put(form, role, held)
                role = "alias"  # the first form is the usual name; the inverted one is not
        put(text, role, held)
        if not split and role == held.role and role in _UNDATED and ", " not in text:
            plain[held.text, role] = names[text].langs[role]
    return names, dropped


def _judged(row: EntityRow, names: Mapping[str, _Name]) -> Iterator[AliasRow]:
    subject = roles.Subject(row.kind, row.label)
    if row.kind == "person" and any(map(roles.may_be_part, names)):
        spoken = {text: name.all_langs() for text, name in names.items()}
        parts, tails = roles.name_parts(spoken, family_first=roles.family_name_first(row.countries))
        subject = roles.Subject(row.kind, row.label, "", parts, tails)
    qid = row.qid
    for text, name in names.items():
        verdict = roles.judge(subject, text, name.langs, (SOURCE,))
        begin, end = _days(name) if name.days else (None, None)
        langs = tuple(sorted(name.all_langs() - _BARE_LANGS))
        yield AliasRow(
            qid, text, langs, verdict.role, "neutral", verdict.strength, verdict.cased, begin, end, (SOURCE,)
        )


def _days(name: _Name) -> tuple[str | None, str | None]:
    """Days of use: those of its named statements, where they are all dated and it is not the label of today."""
    if "label" in name.langs or not name.days:
        return None, None
    spans = [span for held in name.days.values() for span in held]
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]
    begin = min((day for day in begins if day), default=None) if all(begins) else None
    end = max((day for day in ends if day), default=None) if all(ends) else None
    return begin, end


def _positions(facts: Facts, offices: Mapping[str, Office]) -> Iterator[PositionRow]:
    seen: set[tuple[str, str | None]] = set()
    for held in facts.offices:
        office = offices.get(held.target)
        title = clean.repair(office.title) if office else ""
        if not office or not title or (title, held.valid_from) in seen:
            continue
        seen.add((title, held.valid_from))
        country = office.countries[0] if len(office.countries) == 1 else None
        yield PositionRow(facts.qid, title, country, held.valid_from, held.valid_to, (SOURCE,))


def _office(positions: Iterable[PositionRow], description: str, countries: Collection[str]) -> str | None:
    return signals.office([row.title for row in positions], description, (SOURCE,), countries)


def _capital(links: Iterable[FactLink], kind_of: Mapping[str, str]) -> str | None:
    """What it is the capital of today: a country, else a subdivision."""
    kinds = {kind_of.get(link.target) for link in links if link.valid_to is None}
    return "country" if kinds & {"country", "territory"} else "subdivision" if "subdivision" in kinds else None


def _relations(qid: str, links: Iterable[FactLink]) -> Iterator[RelationRow]:
    seen: set[tuple[str, str, str]] = set()
    for link in links:
        ends = (link.target, qid) if link.inverse else (qid, link.target)
        key = (ends[0], link.relation, ends[1])
        if ends[0] != ends[1] and key not in seen:
            seen.add(key)
            yield RelationRow(ends[0], link.relation, ends[1], link.valid_from, link.valid_to, (SOURCE,))
