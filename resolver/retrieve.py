"""Mention -> hits by key: the readings of a string, looked up one after the other; nothing is scored here.

The order is the order of trust. Each proposal is handed out as soon as it is found, so that a caller who is
satisfied pays for nothing further:

1. the whole string in Latin letters;
2. its readings: without titles, articles, legal forms, qualifiers; turned round; in the base form;
3. a body's name with its country behind it ("Chilean Communist Party": "Communist Party of Chile");
4. a person's name with initials or without middle names, from the entities that hold the surname.

The whole string by its exact key comes before all of them and is the engine's own first step (`key_hits`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolver.gazetteer import KINDS, ROLES, WEAK, Gazetteer
from resolver.hits import Channel, Hit, key_hits
from resolver.mention import Mention, Reading, ReadingKind
from resolver.model import Evidence, Kind, Role
from resolver.normalize import exact_key
from resolver.romanize import latin_key

if TYPE_CHECKING:
    from resolver.fuzzy import Fuzzy

READING_LIKELIHOOD = {
    ReadingKind.CLEANED: 1.0,
    ReadingKind.REORDERED: 0.9,
    ReadingKind.UNQUALIFIED: 0.6,
    ReadingKind.ALTERNATIVE: 0.8,
    ReadingKind.EXPANDED: 0.7,
    ReadingKind.UNTITLED: 0.9,
    ReadingKind.ARTICLELESS: 0.9,
    ReadingKind.FORMLESS: 0.8,
    ReadingKind.PROCLITIC: 0.5,
    ReadingKind.POSSESSIVE: 0.9,
    ReadingKind.INFLECTED: 0.6,
    ReadingKind.ADJECTIVE: 0.005,
}
"""How likely a name is written so, were it meant, beside its plain form."""

OF_COUNTRY_LIKELIHOOD = 0.8
INITIALS_LIKELIHOOD = 0.3
MIDDLE_NAME_LIKELIHOOD = 0.7
_PERSON = KINDS.index(Kind.PERSON)
_PLACES = frozenset(
    map(KINDS.index, (Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION, Kind.WATER))
)
_COUNTRY, _DEMONYM = KINDS.index(Kind.COUNTRY), ROLES.index(Role.DEMONYM)
_NO_STEM = frozenset(map(ROLES.index, (Role.DEMONYM, Role.CODE, Role.ACRONYM, Role.METONYM)))
_MOST_BEARERS = 500  # of a surname; a commoner one identifies nobody by an initial


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hits of one reading.

    Attributes:
        query: What was looked up.
        hits: The aliases found; never empty.
        hint: The qualifier that stood with the name, such as `Illinois`; may be empty.
        kinds: Kinds that the words left out speak for; empty where they say nothing.
    """

    query: str
    hits: tuple[Hit, ...]
    hint: str = ""
    kinds: frozenset[Kind] = frozenset()


def proposals(gazetteer: Gazetteer, mention: Mention, readings: Iterable[Reading]) -> Iterator[Proposal]:
    """Every reading of a mention beyond the string itself that some alias answers to, the surest first.

    Args:
        gazetteer: Where to look.
        mention: The string.
        readings: Its readings, from `mention.readings()`.
    """
    name = mention.raw
    key = exact_key(name)
    latin = latin_key(name)
    if latin != key and (hits := key_hits(gazetteer, latin, Channel.LATIN)):
        yield Proposal(name, hits)
    seen = {key}
    for reading in readings:
        if (shorter := exact_key(reading.text)) in seen:
            continue
        seen.add(shorter)
        likelihood = READING_LIKELIHOOD[reading.kind]
        evidence = Evidence(str(reading.kind), likelihood, f"{reading.detail}: read as {reading.text}")
        hits = key_hits(gazetteer, shorter, likelihood=likelihood, evidence=(evidence,))
        if reading.kind is ReadingKind.ADJECTIVE:
            hits = tuple(hit for hit in hits if _is_place(gazetteer, hit))
        if hits:
            yield Proposal(reading.text, hits, reading.hint, reading.kinds)
    for other, country in _of_country(gazetteer, key):
        evidence = Evidence("of_country", OF_COUNTRY_LIKELIHOOD, f"read as {other}: of {country}")
        if hits := key_hits(gazetteer, other, likelihood=OF_COUNTRY_LIKELIHOOD, evidence=(evidence,)):
            yield Proposal(name, hits)
    seen.add(exact_key(name.replace(".", " ")))  # "V.V. Putin": here the full stops part words
    for turned in sorted(seen):
        if hits := tuple(_bearers(gazetteer, turned)):
            yield Proposal(name, hits)


def _is_place(gazetteer: Gazetteer, hit: Hit) -> bool:
    """Whether an alias is a place's name that adjectives are made from."""
    return (
        gazetteer.entity_kind[gazetteer.alias_entity[hit.alias]] in _PLACES
        and gazetteer.alias_role[hit.alias] not in _NO_STEM
        and not gazetteer.alias_flags[hit.alias] & WEAK
    )


def _of_country(gazetteer: Gazetteer, key: str) -> Iterator[tuple[str, str]]:
    """Keys of "Communist Party of Chile" for "Chilean Communist Party", each with the country."""
    people, _, rest = key.partition(" ")
    number = gazetteer.key_number(people) if rest else None
    countries = set(countries_of_people(gazetteer, number)) if number is not None else set()
    if len(countries) == 1:  # "Congolese" is of two
        (country,) = countries
        for article in ("of", "of the"):
            yield f"{rest} {article} {exact_key(country)}", country


def countries_of_people(gazetteer: Gazetteer, number: int) -> Iterator[str]:
    """Labels of the countries whose people the key with this number names."""
    for alias, _ in gazetteer.hits(number):
        entity = gazetteer.alias_entity[alias]
        if gazetteer.alias_role[alias] == _DEMONYM and gazetteer.entity_kind[entity] == _COUNTRY:
            yield gazetteer.entity_at(entity).label


_RESEMBLED = (ReadingKind.CLEANED, ReadingKind.UNTITLED, ReadingKind.UNQUALIFIED, ReadingKind.ALTERNATIVE)
"""Readings that are searched for by likeness; the alignment takes the others in its stride."""
_MOST_RESEMBLED = 3


def alike(fuzzy: Fuzzy, readings: Sequence[Sequence[Reading]]) -> Iterator[tuple[int, Proposal]]:
    """Names that resemble mentions, with each mention's position: the whole string first, then its readings.

    All mentions are searched for at once; what one finds does not depend on the others.

    Args:
        fuzzy: Where to look.
        readings: Of each mention.
    """
    asked = [(at, reading) for at, mine in enumerate(readings) for reading in _resembled(mine)]
    from resolver.comparison import read_names

    names = read_names([reading.text for _, reading in asked])
    for (at, reading), found in zip(asked, fuzzy.resembling(names), strict=True):
        hits = tuple(found)
        if reading.kind is not ReadingKind.WHOLE:
            likelihood = READING_LIKELIHOOD[reading.kind]
            evidence = (Evidence(str(reading.kind), likelihood, f"{reading.detail}: read as {reading.text}"),)
            hits = tuple(hit._replace(likelihood=likelihood, evidence=evidence) for hit in hits)
        if hits:
            yield at, Proposal(reading.text, hits, reading.hint, reading.kinds)


def _resembled(readings: Sequence[Reading]) -> list[Reading]:
    """The whole string, and what is left without titles and qualifiers."""
    others = [reading for reading in readings[1:] if reading.kind in _RESEMBLED]
    return [readings[0], *others[: _MOST_RESEMBLED - 1]]


def _bearers(gazetteer: Gazetteer, key: str) -> Iterator[Hit]:
    """Persons whose surname closes the key and whose given names agree with the rest of it."""
    *given, surname = key.split(" ")
    number = gazetteer.key_number(surname) if given and len(surname) > 2 else None
    if number is None:
        return
    bearers = {
        gazetteer.alias_entity[alias]
        for alias, _ in gazetteer.hits(number)
        if gazetteer.entity_kind[gazetteer.alias_entity[alias]] == _PERSON
    }
    if len(bearers) > _MOST_BEARERS:
        return
    for bearer in sorted(bearers):
        for alias in gazetteer.alias_numbers(bearer):
            text = gazetteer.alias_text(alias)
            if text[0].isascii() and text[0].lower() != given[0][0]:
                continue  # given names that agree begin alike: most names need no key
            *names, last = exact_key(text).split(" ")
            if last != surname or not names:
                continue
            likelihood, name = given_names_agree(given, names)
            if likelihood:
                yield Hit(alias, Channel.EXACT, likelihood, (Evidence(name, likelihood, f"against {text}"),))


def given_names_agree(given: list[str], names: list[str]) -> tuple[float, str]:
    """Whether given names as found may be those of an alias: likelihood and kind of evidence; 0 if not.

    Every given name found has to be one of the alias, in order and from the first on, or its initial; names
    that only one side has may be left out, but the first never. An initial of the alias says nothing of a full name.

    >>> given_names_agree(["v"], ["vladimir"])
    (0.3, 'initials')
    >>> given_names_agree(["recep"], ["recep", "tayyip"])
    (0.7, 'middle_name')
    >>> given_names_agree(["octavian"], ["olaf"]), given_names_agree(["tayyip"], ["recep", "tayyip"])
    ((0.0, ''), (0.0, ''))
    >>> given_names_agree(["robert"], ["r", "t"])
    (0.0, '')
    """
    initials = 0
    found_first = len(given) <= len(names)
    shorter, longer = (given, names) if found_first else (names, given)
    place = 0
    for name in shorter:
        first = place
        while place < len(longer) and not (_agree(name, longer[place]) if found_first else _agree(longer[place], name)):
            place += 1
        if place == len(longer) or (first == 0 and place > 0):
            return 0.0, ""
        initials += len(name) == 1 or len(longer[place]) == 1
        place += 1
    likelihood = (INITIALS_LIKELIHOOD if initials else 1.0) * (
        MIDDLE_NAME_LIKELIHOOD if len(given) != len(names) else 1.0
    )
    return round(likelihood, 4), "initials" if initials else "middle_name"


def _agree(found: str, known: str) -> bool:
    """Whether a given name as found is a known one or its initial; a known initial stands for too many names."""
    return found == known or (len(found) == 1 and found == known[0])
