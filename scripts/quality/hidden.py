"""Names to look up in a gazetteer that hides the answer to some of them: what fitting and measuring share.

Three sorts of names, each of an entity of one half of the gazetteer:

    alias     one name of an entity, hidden: the rest of its names are left to be found
    noise     a name with a slip, a word moved or left out: nothing is hidden
    stranger  a name of an entity that is hidden whole: nothing that is found is right

A fifth of the people among the latter two goes by the last word of the name alone.

Three of four known entities are drawn in proportion to 2 ** (8 * prior), because prominent ones are named more often;
the fourth, and all strangers, evenly.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from resolver.comparison import read_name
from resolver.fuzzy import Fuzzy
from resolver.gazetteer import CASED, KINDS, ROLES, WEAK, Gazetteer
from resolver.hits import Hit
from resolver.model import Kind, Role
from resolver.normalize import exact_key
from resolver.romanize import latin_key

NOT_NAMES = {Role.CODE, Role.ACRONYM, Role.DEMONYM, Role.SURNAME, Role.TITLE, Role.METONYM}
SORTS = {"alias": 0.4, "noise": 0.3, "stranger": 0.3}
PROMINENT = 0.75
TOP = 20
_VOWELS, _LETTERS = "aeiou", "abcdefghijklmnopqrstuvwxyz"


class Asked(NamedTuple):
    """A name, what it means, and what is hidden.

    Attributes:
        sort: alias, noise or stranger.
        text: The name.
        entity: Number of the entity it names.
        hidden: Keys under which this entity is not to be found; empty for noise.
        whole: Whether the entity is hidden under every key.
    """

    sort: str
    text: str
    entity: int
    hidden: frozenset[str]
    whole: bool


def ask(gazetteer: Gazetteer, count: int, *, half: int, seed: int) -> list[Asked]:
    """Draw `count` names of the entities whose number leaves the rest `half` when divided by two."""
    rng = random.Random(seed)
    entities = range(half, len(gazetteer.entity_kind), 2)
    weights = [2.0 ** (8 * gazetteer.entity_prior[i]) for i in entities]
    total, cumulated = 0.0, []
    for weight in weights:
        total += weight
        cumulated.append(total)
    gazetteer.key_numbers(["-"] * 30_000)  # many lookups follow
    asked = []
    for sort, share in SORTS.items():
        left = round(count * share)
        while left:
            prominent = sort != "stranger" and rng.random() < PROMINENT
            entity = rng.choices(entities, cum_weights=cumulated)[0] if prominent else rng.choice(entities)
            names = own_names(gazetteer, entity)
            if len(names) <= (sort == "alias"):
                continue
            text, key = rng.choice(names)
            if sort != "alias" and kind_of(gazetteer, entity) is Kind.PERSON and rng.random() < 0.2:
                text = text.split()[-1]
                if sort == "stranger" and bearers(gazetteer, exact_key(text)) - {entity}:
                    continue
            if sort == "noise" or (sort == "stranger" and rng.random() < 0.25):
                text = slip(text, rng)
                if bearers(gazetteer, exact_key(text)) - ({entity} if sort == "stranger" else set()):
                    continue
            hidden = frozenset({key, latin_key(text)}) if sort == "alias" else frozenset()
            asked.append(Asked(sort, text, entity, hidden, sort == "stranger"))
            left -= 1
    return asked


def own_names(gazetteer: Gazetteer, entity: int) -> list[tuple[str, str]]:
    """Names that identify an entity by themselves and that no other entity has, with their keys."""
    found = []
    for alias in gazetteer.alias_numbers(entity):
        if ROLES[gazetteer.alias_role[alias]] in NOT_NAMES or gazetteer.alias_flags[alias] & (WEAK | CASED):
            continue
        text = gazetteer.alias_text(alias)
        key = exact_key(text)
        if len(key) > 3 and bearers(gazetteer, key) <= {entity}:
            found.append((text, key))
    return found


def bearers(gazetteer: Gazetteer, key: str) -> set[int]:
    number = gazetteer.key_number(key)
    return set() if number is None else {gazetteer.alias_entity[alias] for alias, _ in gazetteer.hits(number)}


def slip(text: str, rng: random.Random) -> str:
    """The text with a word left out, words moved, or one or two letters wrong."""
    words = text.split()
    chance = rng.random()
    if len(words) > 2 and chance < 0.2:
        del words[rng.randrange(len(words))]
        return " ".join(words)
    if len(words) > 1 and chance < 0.3:
        rng.shuffle(words)
        text = " ".join(words)
    text = _letter(text, rng)
    return _letter(text, rng) if len(text) > 9 and rng.random() < 0.3 else text


def _letter(text: str, rng: random.Random) -> str:
    places = [i for i, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    at, chance = rng.choice(places), rng.random()
    plain = text[at].isascii()
    if chance < 0.3 or (not plain and chance > 0.7):
        return text[:at] + text[at + 1 :]
    if chance < 0.5:
        return text[: at + 1] + text[at:]
    if chance < 0.7:
        return text[:at] + rng.choice(_LETTERS if plain else text) + text[at + 1 :]
    if chance < 0.85:
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(_VOWELS if rng.random() < 0.5 else _LETTERS) + text[at:]


def answered(gazetteer: Gazetteer, fuzzy: Fuzzy, asked: list[Asked], *, top: int = TOP) -> Iterator[list[Hit]]:
    """What the fuzzy channel finds for each name, without what is hidden."""
    for at in range(0, len(asked), 1000):
        block = asked[at : at + 1000]
        names = [read_name(one.text) for one in block]
        for one, name, found in zip(block, names, fuzzy.search(names, top=top), strict=True):
            left = [f for f in found if not one.whole or one.entity not in bearers(gazetteer, gazetteer.key(f.key))]
            shown = []
            for f in left:
                hidden = gazetteer.key(f.key) in one.hidden
                hits = fuzzy.hits(name, [f])
                shown += [hit for hit in hits if not hidden or gazetteer.alias_entity[hit.alias] != one.entity]
            yield shown


def kind_of(gazetteer: Gazetteer, entity: int) -> Kind:
    return KINDS[gazetteer.entity_kind[entity]]
