"""The arithmetic of decide.py a column at a time, for the keys where nothing but arithmetic decides.

Left to `decide()` itself are keys with an alias whose capitals count, ordinary words that are somebody's weak
name, and keys that several places bear which may lie one in the other. A test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver import decide as rules
from resolver import namesakes
from resolver.gazetteer import CASED, KINDS, NO_DAY, ROLES, STATUSES, WEAK
from resolver.hits import Channel
from resolver.lexicon import common_words
from resolver.model import Kind, Role, Status, Strength

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from resolver.config import Config

Sections = Mapping[str, Any]
"""The arrays of a gazetteer by name: buffers of numbers, UTF-8 bytes."""


class Shares(NamedTuple):
    """Contenders of every key, by key and then best first.

    Attributes:
        key, entity, alias: Numbers, one a contender; where some keys were asked for, `key` is the place among them.
        latin: Whether the alias has the key in Latin letters only.
        place: 1 for the best contender of its key.
        weight: What the contender weighs.
        probability: Its share of belief.
        status: One a key: status code; meaningless where `hard`.
        hard: One a key: left to `decide()`.
        cased: One a key: the answer depends on the capitals of the query.
    """

    key: np.ndarray
    entity: np.ndarray
    alias: np.ndarray
    latin: np.ndarray
    place: np.ndarray
    weight: np.ndarray
    probability: np.ndarray
    status: np.ndarray
    hard: np.ndarray
    cased: np.ndarray


def key_lines(sections: Sections) -> pa.StringArray:
    """All keys, in order, each with the newline that ends it; nothing is copied."""
    import pyarrow as pa

    offsets = sections["key_offset"]
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(sections["key"]))


def share(
    sections: Sections, config: Config, keys: np.ndarray | None = None, breadth: np.ndarray | None = None
) -> Shares:
    """Shares of belief and status of keys under default settings, without hints.

    Args:
        sections: The arrays of a gazetteer, by name.
        config: Thresholds.
        keys: Numbers of the keys, none of which may depend on capitals; None means all keys.
        breadth: What `alias_breadth` gives, where it is at hand.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    starts = np.frombuffer(sections["hit_offset"], "<u4").astype("i8")
    hit_alias = np.frombuffer(sections["hit_alias"], "<u4")
    hit_latin = np.frombuffer(sections["hit_channel"], "u1") == Channel.LATIN
    if keys is not None:
        counts = starts[keys + 1] - starts[keys]
        hits = np.repeat(starts[keys] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        hit_alias, hit_latin, starts = hit_alias[hits], hit_latin[hits], np.append(0, np.cumsum(counts))
    hit_alias = hit_alias.astype("i8")
    hit_key = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    flags = np.frombuffer(sections["alias_flags"], "u1")
    role = np.frombuffer(sections["alias_role"], "u1")
    hit_entity = np.frombuffer(sections["alias_entity"], "<u4")[hit_alias].astype("i8")
    prior = np.frombuffer(sections["entity_prior"], "<f4").astype("f8").round(4)
    weight = _weights(sections, hit_alias, hit_latin, hit_entity, prior)

    # Of an entity's aliases the heaviest counts, of equal ones the most widely used, then the first in text order.
    breadth = alias_breadth(sections) if breadth is None else breadth
    order = _sorted_within(hit_key, (hit_alias, -breadth[hit_alias], -weight, hit_entity))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(hit_key[order]) != 0) | (np.diff(hit_entity[order]) != 0)
    order = order[first]
    key, entity, alias, weight = hit_key[order], hit_entity[order], hit_alias[order], weight[order]
    latin = hit_latin[order]
    begin = np.flatnonzero(np.append(True, np.diff(key) != 0)[: len(key)])
    weak = (flags[alias] & WEAK) > 0

    listed_widely = breadth[alias] >= namesakes.WIDE
    own = np.isin(role[alias], [ROLES.index(name) for name in namesakes.OWN_NAMES]) & ~weak
    known = np.logical_or.reduceat(own & listed_widely, begin)[key]
    narrow = known & ~listed_widely & np.isin(role[alias], [ROLES.index(name) for name in namesakes.LISTED])
    weight = np.where(narrow, weight * namesakes.NARROW_WEIGHT, weight)

    all_weak = np.logical_and.reduceat(weak, begin)
    unknown = np.where(all_weak, rules.unknown_weight(Strength.WEAK), rules.unknown_weight(Strength.STRONG))
    total = np.add.reduceat(weight, begin) + unknown
    reliable = np.where(weak, rules.RELIABLE[Strength.WEAK], rules.RELIABLE[Strength.STRONG])
    reliable[weak & (role[alias] == ROLES.index(Role.ACRONYM))] = rules.WEAK_ACRONYM_RELIABLE
    probability = np.round(reliable * weight / total[key], 6)

    ranked = _sorted_within(key, (entity, -prior[entity], -probability))
    key, entity, alias, weak = key[ranked], entity[ranked], alias[ranked], weak[ranked]
    latin, weight, probability = latin[ranked], weight[ranked], probability[ranked]
    place = np.arange(len(key)) - begin[key] + 1
    prominent = _prominent(role[alias], weak, prior[entity]) & listed_widely[ranked]
    status = _status(config, key, begin, place, probability, prominent)
    cased = np.zeros(len(starts) - 1, bool)
    if keys is None:
        cased = np.bitwise_or.reduceat(flags[hit_alias] & CASED, starts[:-1]) > 0
        words = pa.array([f"{word}\n" for word in common_words()], pa.string())
        ordinary = np.asarray(pc.is_in(key_lines(sections), value_set=words))
        cased |= ordinary & (np.bitwise_or.reduceat(flags[hit_alias] & WEAK, starts[:-1]) > 0)
        countries = np.isin(np.frombuffer(sections["entity_kind"], "u1"), [KINDS.index(k) for k in rules.COUNTRIES])
        cased |= ordinary & ~np.logical_or.reduceat(countries[hit_entity], starts[:-1])
    kind = np.frombuffer(sections["entity_kind"], "u1")[entity]
    historical = role[alias] == ROLES.index(Role.HISTORICAL)
    nesting = np.isin(kind, [KINDS.index(k) for k in namesakes.NESTING]) & (~weak | historical)
    nesting &= role[alias] != ROLES.index(Role.DEMONYM)
    hard = cased | (np.add.reduceat(nesting.astype("i8"), begin) > 1)
    return Shares(key, entity, alias, latin, place, weight, probability, status, hard, cased)


def _sorted_within(group: np.ndarray, columns: tuple[np.ndarray, ...]) -> np.ndarray:
    """`np.lexsort` within groups that already stand together; most groups have one row and need none."""
    import numpy as np

    order = np.arange(len(group))
    same = np.diff(group) == 0
    rows = np.flatnonzero(np.append(same, False) | np.append(False, same))
    order[rows] = rows[np.lexsort((*(column[rows] for column in columns), group[rows]))]
    return order


def _weights(
    sections: Sections, hit_alias: np.ndarray, hit_latin: np.ndarray, hit_entity: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    import numpy as np

    ended = np.frombuffer(sections["entity_to"], "<i4") != NO_DAY
    ended &= np.frombuffer(sections["entity_kind"], "u1") != KINDS.index(Kind.PERSON)
    of_entity = 2.0 ** (rules.PROMINENCE * prior) * np.where(ended, rules.HINT_WEIGHT["ended"], 1.0)
    roles = np.array([rules.ALIAS_WEIGHT[role] for role in ROLES])
    of_alias = roles[np.frombuffer(sections["alias_role"], "u1")[hit_alias]]
    weak = np.frombuffer(sections["alias_flags"], "u1")[hit_alias] & WEAK
    of_alias = of_alias * np.where(weak, rules.WEAK_WEIGHT, 1.0)
    weight: np.ndarray = of_alias * of_entity[hit_entity] * np.where(hit_latin, rules.LATIN_WEIGHT, 1.0)
    return weight


def _prominent(role: np.ndarray, weak: np.ndarray, prior: np.ndarray) -> np.ndarray:
    import numpy as np

    known: np.ndarray = np.isin(role, [ROLES.index(name) for name in namesakes.OWN_NAMES]) & ~weak
    known &= prior >= rules.RIVAL_PRIOR
    return known


def alias_breadth(sections: Sections) -> np.ndarray:
    """`breadth()` for every alias."""
    import numpy as np

    listed = bytes(sections["langs"]).decode().split("\n")[:-1]
    widths = np.array([namesakes.breadth(tuple(filter(None, langs.split("|")))) for langs in listed], "i4")
    numbers = memoryview(sections["alias_langs"])
    found: np.ndarray = widths[np.frombuffer(numbers, f"<u{numbers.itemsize}")]
    return found


def _status(
    config: Config, key: np.ndarray, begin: np.ndarray, place: np.ndarray, probability: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """`settle_status()` for every key."""
    import numpy as np

    top = probability[begin]
    count = np.diff(np.append(begin, len(key)))
    second = np.where(count > 1, probability[np.minimum(begin + 1, len(key) - 1)], 0.0)
    sure = (top >= config.match_probability) & (np.round(top - second, 6) >= config.match_margin)
    rival = np.logical_or.reduceat((place > 1) & (probability >= rules.RIVAL_SHARE) & known, begin)
    known_name = (count > 1) & (np.add.reduceat(probability, begin) >= config.match_probability)
    matched, ambiguous, unmatched = (
        STATUSES.index(status) for status in (Status.MATCHED, Status.AMBIGUOUS, Status.UNMATCHED)
    )
    unsure = np.where(known_name, ambiguous, unmatched)
    return np.where(sure, np.where(rival, ambiguous, matched), unsure).astype("u1")
