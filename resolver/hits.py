"""A hit: an alias proposed for a mention, and where hits come from first, an equal key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from resolver.gazetteer import Gazetteer
from resolver.model import Evidence


class Channel(IntEnum):
    """How a hit was found."""

    EXACT = 0
    LATIN = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """An alias proposed for a mention.

    Attributes:
        alias: Alias number.
        channel: How it was found.
        likelihood: How likely the mention is, were this alias meant; 1 for an equal key.
        evidence: What the channel observed.
    """

    alias: int
    channel: Channel = Channel.EXACT
    likelihood: float = 1.0
    evidence: tuple[Evidence, ...] = ()


def key_hits(
    gazetteer: Gazetteer,
    key: str,
    channel: Channel = Channel.EXACT,
    *,
    likelihood: float = 1.0,
    evidence: tuple[Evidence, ...] = (),
) -> tuple[Hit, ...]:
    """Hits under one key; nothing for an empty key."""
    number = gazetteer.key_number(key) if key else None
    if number is None:
        return ()
    return tuple(
        Hit(alias, max(channel, Channel(found)), likelihood, evidence) for alias, found in gazetteer.hits(number)
    )
