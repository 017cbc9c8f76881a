"""What a spelling may mean by itself, worked out once for each spelling, language and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resolver.decide import Contender, rank, settle_status
from resolver.gazetteer import CASED, KINDS, ROLES, Gazetteer
from resolver.hits import Channel, Hit
from resolver.model import Answer, Evidence, Hints, Kind, Role, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from resolver.config import Config

_MOST = 64  # names under one key that are weighed, the most prominent first
_CHANNELS = tuple(Channel)
_CODE = ROLES.index(Role.CODE)
_SURNAME = ROLES.index(Role.SURNAME)
_METONYM = ROLES.index(Role.METONYM)
_DEMONYM = ROLES.index(Role.DEMONYM)
_KEPT = 100_000  # spellings remembered
_WELL_COVERED = frozenset(
    ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru", "tr", "ar", "fa", "ja", "zh", "uk", "fi")
)
"""Languages whose names we hold in full: a single word that is a name in other languages only is none in these."""
_NOT_LATIN, _BEYOND_LATIN = frozenset(("ru", "uk", "ar", "fa", "ja", "zh")), "\u0250"
_INTERNATIONAL = 5  # languages a spelling is listed under, for it to be used in any


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
        code: Whether the best is a code.
        kind: Kind of the best.
        prior: Prominence of the best.
        texts: The names themselves, for comparing capitals.
        metonym: Whether somebody may be meant who sits in a place of this name.
    """

    key: int
    status: Status
    contenders: list[Contender]
    strong: bool = False
    surname: bool = False
    demonym: bool = False
    code: bool = False
    kind: Kind = Kind.OTHER
    prior: float = 0.0
    texts: tuple[str, ...] = ()
    metonym: bool = False

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
        self._known: dict[tuple[int, str, str, float, Hints], Sense] = {}

    def of(
        self,
        key: int,
        surface: str,
        hints: Hints,
        lang: str = "",
        likelihood: float = 1.0,
        evidence: tuple[Evidence, ...] = (),
    ) -> Sense:
        """The sense of a spelling under a key in a text of a language."""
        asked = key, surface, lang, likelihood, hints
        known = self._known.get(asked)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[asked] = self._work_out(key, surface, hints, lang, likelihood, evidence)
        return known

    def _work_out(
        self, key: int, surface: str, hints: Hints, lang: str, likelihood: float, evidence: tuple[Evidence, ...]
    ) -> Sense:
        gazetteer = self.gazetteer
        hits = list(gazetteer.hits(key))
        if len(hits) > _MOST:
            prior, owner = gazetteer.entity_prior, gazetteer.alias_entity
            hits = sorted(hits, key=lambda hit: -prior[owner[hit[0]]])[:_MOST]
        if lang in _WELL_COVERED and " " not in surface and not surface.isupper() and _in_script(surface, lang):
            langs, flags = gazetteer.alias_langs, gazetteer.alias_flags
            hits = [hit for hit in hits if flags[hit[0]] & CASED or is_spoken(langs(hit[0]), lang)]
        texts = tuple([gazetteer.alias_text(alias) for alias, _ in hits])
        proposals = [Hit(alias, _CHANNELS[channel], likelihood, evidence) for alias, channel in hits]
        query = _alike_in_case(surface, texts) if evidence else surface
        return self.weighed(key, query, proposals, hints, texts)

    def weighed(
        self, key: int, surface: str, proposals: Iterable[Hit], hints: Hints, texts: tuple[str, ...] = ()
    ) -> Sense:
        """The sense of a spelling by its hits."""
        gazetteer = self.gazetteer
        contenders = rank(gazetteer, surface, proposals, hints)
        status, _ = settle_status(gazetteer, contenders, self.config, kind_given=bool(hints.kinds))
        if not contenders:
            return Sense(key, status, contenders, texts=texts)
        roles = gazetteer.alias_role
        role = roles[contenders[0].hit.alias]
        return Sense(
            key,
            status,
            contenders,
            strong=not all(c.weak for c in contenders),
            surname=role == _SURNAME,
            demonym=role == _DEMONYM,
            code=role == _CODE,
            kind=KINDS[gazetteer.entity_kind[contenders[0].entity]],
            prior=gazetteer.prior(contenders[0].entity),
            texts=texts,
            metonym=_METONYM in [roles[c.hit.alias] for c in contenders],
        )


def _alike_in_case(surface: str, texts: tuple[str, ...]) -> str:
    """The base form of an inflected name, with capitals like those it is written with."""
    case = surface[:1].isupper(), surface.isupper()
    return next((text for text in texts if (text[:1].isupper(), text.isupper()) == case), surface)


def _in_script(surface: str, lang: str) -> bool:
    """Whether a word may be one of a language by its letters: `تركيا` is none of an English text."""
    return lang in _NOT_LATIN or surface[:1] < _BEYOND_LATIN


def is_spoken(langs: Sequence[str], lang: str) -> bool:
    """Whether a single word may be meant in a text of a language: listed under it, under none, or under many.

    >>> is_spoken(("yo",), "en"), is_spoken(("en",), "en"), is_spoken((), "en")
    (False, True, True)
    """
    return not langs or lang in langs or "mul" in langs or len(langs) >= _INTERNATIONAL


@dataclass(slots=True)
class Span:
    """A mention in the making: words from `first` to `last`, what they may mean, what they are taken to mean.

    Attributes:
        first, last: Its words.
        surface: Its raw text.
        sense: What it may mean by itself; None for a name that we lack.
        entity: Number of the entity it is taken to mean, -1 where it stays open.
        unknown: Whether it looks like a name that the gazetteer lacks.
        sure: Whether the text need not be asked.
        probability: Of the entity.
        skipped: Characters of its first word that are no part of it.
        notes: What the text added.
        answer: An answer that was found by other ways than the name's key.
    """

    first: int
    last: int
    surface: str
    sense: Sense | None
    entity: int = -1
    unknown: bool = False
    sure: bool = False
    probability: float = 0.0
    skipped: int = 0
    notes: tuple[Evidence, ...] = ()
    answer: Answer | None = None

    @property
    def length(self) -> int:
        """How many words it has."""
        return self.last - self.first + 1
