"""A hit: an alias proposed for a mention, and where hits come from first, an equal key."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from resolver.gazetteer import Gazetteer
from resolver.model import Evidence, Kind

if TYPE_CHECKING:
    from resolver.features import Alignment


class Channel(IntEnum):
    """How a hit was found."""

    EXACT = 0
    LATIN = 1
    FUZZY = 2


class Resemblance(NamedTuple):
    """What the fuzzy channel observed between a mention and the name of an alias; weightless.

    Attributes:
        pair: Probability that the two are names of one entity, judged alone, in (0, 1).
        found: Score of the index, in (0, 1).
        native: Whether the index of names in their own script found it.
        cross: Whether the two are written in different scripts.
        brief: Whether the mention is in Han or kana, where one character is a syllable or a word.
        single: Whether the mention is one word.
        extra, missing: Rarity of the words that only the mention has, and that only the alias has.
        apart: Whether words that only the mention has make another name of it: "Central Park Hotel".
        letters: Letters of the shorter of the two.
        kind: Kind of the alias's entity, by which the pair was judged.
        sides: The two names, aligned, or as they are written where many pairs were judged at once.
    """

    pair: float
    found: float
    native: bool
    cross: bool
    brief: bool
    single: bool
    extra: float
    missing: float
    apart: bool
    letters: int
    kind: Kind
    sides: Alignment | tuple[str, str]

    @property
    def alignment(self) -> Alignment:
        """The two names word by word; worked out where it is looked at, if many pairs were judged at once."""
        if len(self.sides) != 2:
            return self.sides
        from resolver.comparison import align_names, read_name

        return align_names(*map(read_name, self.sides), kind=self.kind)


class Hit(NamedTuple):
    """An alias proposed for a mention.

    Attributes:
        alias: Alias number.
        channel: How it was found.
        likelihood: How likely the mention is, were this alias meant; 1 for an equal key.
        evidence: What the channel observed.
        resemblance: For the fuzzy channel, how the names resemble each other.
        key: For the fuzzy channel, number of the key that was found.
    """

    alias: int
    channel: Channel = Channel.EXACT
    likelihood: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    resemblance: Resemblance | None = None
    key: int = -1


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
