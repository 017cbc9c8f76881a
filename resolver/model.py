"""The words of the field as frozen value types: entity, alias, candidate, evidence, resolution.

Nothing here reads files, scores or decides. Enumerations are string enums, so that `Kind.CITY == "city"`
and they print, compare and serialise as the plain word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, Self, final

from resolver.later import MadeLater, Maker

_ENTITY_ID = re.compile(r"Q[1-9][0-9]*|x-[a-z0-9]+(?:-[a-z0-9]+)*")


class Kind(StrEnum):
    """What an entity is; every entity has exactly one."""

    COUNTRY = "country"
    TERRITORY = "territory"
    SUBDIVISION = "subdivision"
    CITY = "city"
    REGION = "region"
    WATER = "water"
    PERSON = "person"
    ORGANIZATION = "organization"
    GOVERNMENT_BODY = "government_body"
    POLITICAL_PARTY = "political_party"
    ARMED_GROUP = "armed_group"
    COMPANY = "company"
    MEDIA = "media"
    MILITARY = "military"
    EVENT = "event"
    OTHER = "other"


class Role(StrEnum):
    """What an alias is to its entity."""

    LABEL = "label"
    OFFICIAL = "official"
    SHORT = "short"
    ALIAS = "alias"
    ACRONYM = "acronym"
    CODE = "code"
    ENDONYM = "endonym"
    DEMONYM = "demonym"
    HISTORICAL = "historical"
    NICKNAME = "nickname"
    SURNAME = "surname"
    TITLE = "title"
    DESCRIPTOR = "descriptor"
    METONYM = "metonym"


class Register(StrEnum):
    """Tone of an alias: reported with every answer, never a reason to change the entity."""

    NEUTRAL = "neutral"
    CONTESTED = "contested"
    PEJORATIVE = "pejorative"
    PROPAGANDA = "propaganda"


class Strength(StrEnum):
    """Whether an alias identifies by itself (strong) or needs context (weak)."""

    STRONG = "strong"
    WEAK = "weak"


class Status(StrEnum):
    """The four outcomes of a resolution."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    COMPOSITE = "composite"


def is_entity_id(text: str) -> bool:
    """Whether `text` is a Wikidata item id (`Q43`) or a local id (`x-anadolu-agency`).

    >>> is_entity_id("Q43"), is_entity_id("x-anadolu-agency"), is_entity_id("Q0"), is_entity_id("43")
    (True, True, False, False)
    """
    return _ENTITY_ID.fullmatch(text) is not None


def entity_order(qid: str) -> tuple[int, int, str]:
    """Sort key that puts Wikidata items by number before local ids by name.

    >>> sorted(["x-b", "Q10", "Q9"], key=entity_order)
    ['Q9', 'Q10', 'x-b']
    """
    return (0, int(qid[1:]), "") if qid[0] == "Q" else (1, 0, qid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A Wikidata item or a local entity waiting for one.

    Attributes:
        qid: `Q...`, or `x-...` for a local id.
        label: Usual English name.
        kind: What it is.
        description: One phrase, may be empty.
        countries: Ids of the countries it belongs to, in the source's order.
        codes: Scheme and value pairs, such as `("iso2", "TR")`.
        valid_from, valid_to: First and last day it existed, None where open or unknown.
        prior: Prominence in [0, 1]; see docs/prior.md.
        provisional: True where the QID waits for confirmation.
    """

    qid: str
    label: str
    kind: Kind
    description: str = ""
    countries: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    prior: float = 0.0
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One name of an entity.

    Attributes:
        text: The name as its source writes it.
        lang: The language it is listed under first; empty where the source names none.
        langs: Every language it is listed under, sorted.
        role, register, strength: See the enumerations.
        valid_from, valid_to: First and last day of use, None where open or unknown.
        cased: True where only this exact capitalisation is a name (codes, acronyms, "IT", "WHO").
        source: Source tags joined with `;`; docs/sources.md explains them.
    """

    text: str
    lang: str = ""
    langs: tuple[str, ...] = ()
    role: Role = Role.ALIAS
    register: Register = Register.NEUTRAL
    strength: Strength = Strength.STRONG
    valid_from: date | None = None
    valid_to: date | None = None
    cased: bool = False
    source: str = ""

    def to_dict(self) -> dict[str, str]:
        """The five fields that a resolution shows of its alias."""
        return {
            "text": self.text,
            "lang": self.lang,
            "role": str(self.role),
            "register": str(self.register),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named observation for or against a candidate; it carries no weight.

    Attributes:
        name: The kind of evidence, such as `exact_key` or `outside_validity`.
        value: Strength of the observation in [0, 1].
        detail: One phrase for people.
    """

    name: str
    value: float
    detail: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Name, value and detail as plain data."""
        return {"name": self.name, "value": round(self.value, 4), "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(MadeLater):
    """An entity under consideration, with the alias that proposed it.

    Attributes:
        entity: The entity.
        alias: The alias that proposed it.
        score: In [0, 1]; ranks, not calibrated.
        probability: In [0, 1]; calibrated. The probabilities of all candidates sum to at most 1: the rest
            is the chance that the name means something the gazetteer does not hold.
        evidence: What spoke for and against it.
    """

    entity: Entity
    alias: Alias
    score: float
    probability: float
    evidence: tuple[Evidence, ...] = ()

    def with_words(self, maker: Maker) -> Self:
        """This candidate, new, with alias and evidence that are worked out when first looked at."""
        return self.leave(maker, "alias", "evidence")

    def to_dict(self) -> dict[str, Any]:
        """The five fields that a resolution shows of each candidate."""
        return {
            "qid": self.entity.qid,
            "label": self.entity.label,
            "kind": str(self.entity.kind),
            "score": round(self.score, 4),
            "probability": round(self.probability, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(MadeLater):
    """Everything a resolution says, apart from the query string itself.

    Attributes:
        status: matched, ambiguous, unmatched or composite.
        candidates: Best first: probability, then prior, then QID number.
        margin: Top probability less the runner-up's; equals the top probability with one candidate.
        evidence: What decided: the best candidate's evidence and the decision's own.
        parts: For a composite, one resolution per part.
        as_of: The day asked about.
        gazetteer_version, config_hash: What produced the answer.
    """

    status: Status
    candidates: tuple[Candidate, ...] = ()
    margin: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Resolution, ...] = ()
    as_of: date | None = None
    gazetteer_version: str = ""
    config_hash: str = ""

    def with_words(self, maker: Maker) -> Self:
        """This answer, new, with candidates and evidence that are worked out when first looked at."""
        return self.leave(maker, "candidates", "evidence")

    @property
    def probability(self) -> float:
        """Probability of the best candidate in [0, 1]; 0.0 without candidates."""
        if (maker := self.maker) is not None:
            return maker.probability
        return self.candidates[0].probability if self.candidates else 0.0

    @property
    def qid(self) -> str | None:
        """Id of the matched entity; None unless matched."""
        if self.status is not Status.MATCHED:
            return None
        if (maker := self.maker) is not None:
            return maker.qid
        return self.candidates[0].entity.qid


class Book(Protocol):
    """Where a resolver keeps settled answers by number."""

    def status(self, number: int) -> Status | None:
        """Status of answer `number`; None where it depends on the query's capitals."""

    def qid(self, number: int) -> str | None:
        """Entity id of answer `number`, None unless settled and matched."""

    def answer(self, query: str) -> Answer:
        """The answer to `query`, in full."""


@final
class Resolution:
    """The answer for one mention: the query as given, and an `Answer`.

    Attributes read through to the answer. In bulk a resolver hands over a number in its book of settled
    answers instead; status and QID are read from the book, and the full answer is worked out on first use, so
    that resolving a million names and looking closely at ten is cheap. Equality and pickling are by value.

    >>> r = Resolution("Nicaragwa", Answer(status=Status.UNMATCHED))
    >>> r.qid is None, r.status == "unmatched", r.probability
    (True, True, 0.0)
    """

    __slots__ = ("_answer", "_book", "_query")

    def __init__(self, query: str, answer: Answer | int, book: Book | None = None) -> None:
        self._query = query
        self._answer = answer
        self._book = book

    @property
    def query(self) -> str:
        """The name as given."""
        return self._query

    @property
    def answer(self) -> Answer:
        """The answer itself, worked out on first use."""
        held = self._answer
        if isinstance(held, int):
            assert self._book is not None
            held = self._book.answer(self._query)
            self._answer = held
        return held

    @property
    def status(self) -> Status:
        """matched, ambiguous, unmatched or composite."""
        held = self._answer
        if isinstance(held, int) and self._book is not None and (settled := self._book.status(held)):
            return settled
        return self.answer.status

    @property
    def best(self) -> Candidate | None:
        """The candidate that is the answer; None unless matched."""
        answer = self.answer
        return answer.candidates[0] if answer.status is Status.MATCHED else None

    @property
    def qid(self) -> str | None:
        """Id of the matched entity (`Q...` or `x-...`); None unless matched."""
        held = self._answer
        if isinstance(held, int) and self._book is not None and self._book.status(held):
            return self._book.qid(held)
        return self.answer.qid

    @property
    def label(self) -> str | None:
        """Label of the matched entity; None unless matched."""
        best = self.best
        return best.entity.label if best else None

    @property
    def kind(self) -> Kind | None:
        """Kind of the matched entity; None unless matched."""
        best = self.best
        return best.entity.kind if best else None

    @property
    def provisional(self) -> bool:
        """True where the matched entity's QID waits for confirmation."""
        best = self.best
        return bool(best and best.entity.provisional)

    @property
    def alias(self) -> Alias | None:
        """The alias that matched; None unless matched."""
        best = self.best
        return best.alias if best else None

    @property
    def score(self) -> float:
        """Score of the best candidate in [0, 1]; 0.0 without candidates."""
        candidates = self.answer.candidates
        return candidates[0].score if candidates else 0.0

    @property
    def probability(self) -> float:
        """Probability of the best candidate in [0, 1]; 0.0 without candidates."""
        return self.answer.probability

    @property
    def margin(self) -> float:
        """Top probability less the runner-up's."""
        return self.answer.margin

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Best first, at most `top` of them."""
        return self.answer.candidates

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What spoke for and against the answer."""
        return self.answer.evidence

    @property
    def parts(self) -> tuple[Resolution, ...]:
        """Resolutions of the parts of a composite, in order."""
        return self.answer.parts

    @property
    def as_of(self) -> date | None:
        """The day asked about."""
        return self.answer.as_of

    @property
    def gazetteer_version(self) -> str:
        """Version of the gazetteer that answered."""
        return self.answer.gazetteer_version

    @property
    def config_hash(self) -> str:
        """Hash of the settings that decided."""
        return self.answer.config_hash

    def to_dict(self) -> dict[str, Any]:
        """Plain data with the documented field names, ready for `json.dumps`."""
        answer, best = self.answer, self.best
        return {
            "query": self.query,
            "status": str(answer.status),
            "qid": self.qid,
            "label": self.label,
            "kind": str(best.entity.kind) if best else None,
            "score": round(self.score, 4),
            "probability": round(self.probability, 4),
            "margin": round(answer.margin, 4),
            "provisional": self.provisional,
            "alias": best.alias.to_dict() if best else None,
            "candidates": [c.to_dict() for c in answer.candidates],
            "evidence": [e.to_dict() for e in answer.evidence],
            "parts": [p.to_dict() for p in answer.parts],
            "as_of": answer.as_of.isoformat() if answer.as_of else None,
            "gazetteer_version": answer.gazetteer_version,
            "config_hash": answer.config_hash,
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resolution):
            return NotImplemented
        return self.query == other.query and self.answer == other.answer

    def __hash__(self) -> int:
        return hash((self.query, self.qid))

    def __reduce__(self) -> tuple[type[Resolution], tuple[str, Answer]]:
        return Resolution, (self.query, self.answer)

    def __repr__(self) -> str:
        return (
            f"Resolution({self.query!r}, {self.status}, {self.qid}, probability={self.probability:.3f},"
            f" margin={self.margin:.3f})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the caller knows beside the name; every field only narrows.

    Attributes:
        kinds: Accepted kinds; empty accepts all.
        exclude_kinds: Kinds that are refused.
        countries: Accepted country ids; empty accepts all.
        as_of: Day on which the name was used; None means any time.
        langs: Languages of the name; empty means unknown.
        never: Ids that people ruled out for this name; of no account for whether anything is known.
    """

    kinds: frozenset[Kind] = field(default_factory=frozenset)
    exclude_kinds: frozenset[Kind] = field(default_factory=frozenset)
    countries: frozenset[str] = field(default_factory=frozenset)
    as_of: date | None = None
    langs: frozenset[str] = field(default_factory=frozenset)
    never: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.kinds or self.exclude_kinds or self.countries or self.as_of or self.langs)
