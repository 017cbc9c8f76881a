"""What a spelling may mean by itself, worked out once for each spelling and day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resolver.decide import Contender, rank, settle_status
from resolver.gazetteer import KINDS, ROLES, WEAK, Gazetteer
from resolver.hits import Channel, Hit
from resolver.model import Evidence, Hints, Kind, Role, Status

if TYPE_CHECKING:
    from resolver.config import Config

_MOST = 64  # names under one key that are weighed, the most prominent first
_SURNAME = ROLES.index(Role.SURNAME)
_DEMONYM = ROLES.index(Role.DEMONYM)
_PERSON = KINDS.index(Kind.PERSON)
_KEPT = 100_000  # spellings remembered


@dataclass(slots=True)
class Sense:
    """What one spelling may mean without its text.

    Attributes:
        key: Number of its key; -1 where it is no known name itself.
        status: The answer of the spelling alone.
        contenders: Entities by number with their share of belief, best first.
        strong: Whether some name identifies by itself.
        surname: Whether the best is a bare surname.
        demonym: Whether the best is the name of a people.
        kind: Kind of the best.
        texts: The names themselves, for comparing capitals.
    """

    key: int
    status: Status
    contenders: list[Contender]
    strong: bool = False
    surname: bool = False
    demonym: bool = False
    kind: Kind = Kind.OTHER
    texts: tuple[str, ...] = ()

    @property
    def best(self) -> int:
        """Number of the likeliest entity, -1 without one."""
        return self.contenders[0].entity if self.contenders else -1

    @property
    def probability(self) -> float:
        """Share of belief of the likeliest."""
        return self.contenders[0].probability if self.contenders else 0.0


class Senses:
    """Senses by key and spelling, remembered."""

    def __init__(self, gazetteer: Gazetteer, config: Config) -> None:
        self.gazetteer = gazetteer
        self.config = config
        self._known: dict[tuple[int, str, float, Hints], Sense] = {}

    def of(
        self, key: int, surface: str, hints: Hints, likelihood: float = 1.0, evidence: tuple[Evidence, ...] = ()
    ) -> Sense:
        """The sense of a spelling under a key."""
        known = self._known.get((key, surface, likelihood, hints))
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._work_out(key, surface, hints, likelihood, evidence)
            self._known[key, surface, likelihood, hints] = known
        return known

    def _work_out(
        self, key: int, surface: str, hints: Hints, likelihood: float, evidence: tuple[Evidence, ...]
    ) -> Sense:
        gazetteer = self.gazetteer
        hits = list(gazetteer.hits(key))
        texts = tuple(gazetteer.alias_text(alias) for alias, _ in hits[:_MOST])
        if len(hits) > _MOST:
            prior, owner = gazetteer.entity_prior, gazetteer.alias_entity
            hits = sorted(hits, key=lambda hit: -prior[owner[hit[0]]])[:_MOST]
        proposals = [Hit(alias, Channel(channel), likelihood, evidence) for alias, channel in hits]
        contenders = rank(gazetteer, surface, proposals, hints)
        status, _ = settle_status(gazetteer, contenders, self.config, kind_given=bool(hints.kinds))
        if not contenders:
            return Sense(key, status, contenders, texts=texts)
        first = contenders[0].hit.alias
        role = gazetteer.alias_role[first]
        return Sense(
            key,
            status,
            contenders,
            strong=any(not gazetteer.alias_flags[c.hit.alias] & WEAK for c in contenders),
            surname=role == _SURNAME,
            demonym=role == _DEMONYM,
            kind=KINDS[gazetteer.entity_kind[contenders[0].entity]],
            texts=texts,
        )


@dataclass(slots=True)
class Span:
    """A mention in the making: words from `first` to `last`, what they may mean, what they are taken to mean.

    `entity` is the number of the entity, -1 where it stays open. `name` is whether it looks like a name that the
    gazetteer lacks. `notes` tell what the text added.
    """

    first: int
    last: int
    surface: str
    sense: Sense | None
    entity: int = -1
    unknown: bool = False
    sure: bool = False
    probability: float = 0.0
    trimmed: int = 0
    notes: list[Evidence] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How many words it has."""
        return self.last - self.first + 1
