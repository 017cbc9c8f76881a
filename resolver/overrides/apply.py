"""Decisions over answers: the last step of the road, after everything a machine can say.

* An entity that was decided on is the answer, with probability 1; what it overrules stays listed with 0.
* "No entity" is the answer unmatched.
* "Never this entity" takes that entity out of the running, and the others are weighed anew among themselves.

The evidence `override` names the author. Ids that were merged away are followed to the entity they became, and the
evidence `redirect` says so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from resolver.errors import GazetteerNotFound, InputError
from resolver.model import Alias, Answer, Candidate, Entity, Evidence, Hints, Kind, Status, is_entity_id
from resolver.normalize import exact_key
from resolver.overrides.collection import Overrides
from resolver.overrides.row import Capitals, Decision, Override, capitals

if TYPE_CHECKING:
    from resolver.config import Config
    from resolver.gazetteer import Gazetteer

Way = Callable[[str, Hints, "Config"], Answer]

_MOST_KEPT = 10_000  # answers to overridden names, so that a column of one name costs one


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision as one gazetteer understands it.

    Attributes:
        row: The decision.
        qid: The entity it speaks of today; empty for `none`.
        country: Id of the country it is limited to; empty for any.
    """

    row: Override
    qid: str
    country: str

    def holds(self, form: Capitals, hints: Hints) -> bool:
        """Whether a name of this form, with these hints, is one it was recorded for."""
        row, day = self.row, hints.as_of
        if row.capitals not in (Capitals.ANY, form):
            return False
        if (row.kind and row.kind not in hints.kinds) or (self.country and self.country not in hints.countries):
            return False
        if not (row.valid_from or row.valid_to):
            return True
        return (
            day is not None
            and (row.valid_from is None or row.valid_from <= day)
            and (row.valid_to is None or day <= row.valid_to)
        )

    def evidence(self) -> tuple[Evidence, ...]:
        """Who decided, when and why; and that the entity has another id by now."""
        never = "" if self.row.decision is Decision.ENTITY else f"{self.row.verdict()}: "
        found = Evidence("override", 1.0, never + self.row.author())
        if self.qid == self.row.qid:
            return (found,)
        return found, Evidence("redirect", 1.0, f"{self.row.qid} has become {self.qid}")


def rulings(gazetteer: Gazetteer, overrides: str | os.PathLike[str] | Overrides) -> Rulings | None:
    """The decisions in force, from a text file, a database or ready; None where there are none.

    Raises:
        InputError, OverrideConflict: as for `Overrides.read`.
    """
    if not isinstance(overrides, Overrides):
        from resolver.overrides.table import is_database, read_database

        overrides = read_database(overrides) if is_database(overrides) else Overrides.read(overrides)
    return Rulings(gazetteer, overrides, known_redirects()) if len(overrides) else None


def known_redirects() -> dict[str, str]:
    """Ids that the source tables of the package and of the user's layers know to have been merged."""
    from resolver.bundle import source_folders
    from resolver.layers import layers_home
    from resolver.redirects import read_redirects

    try:
        folders = source_folders()
    except GazetteerNotFound:
        folders = []
    return read_redirects([*folders, layers_home()])


class Rulings:
    """The decisions in force in one resolver.

    Args:
        gazetteer: What the decisions are applied to.
        overrides: The decisions.
        redirects: Ids that were merged away, with what they became.

    Raises:
        InputError: a decision is limited to a country that the gazetteer doesn't know.
    """

    def __init__(self, gazetteer: Gazetteer, overrides: Overrides, redirects: Mapping[str, str] | None = None) -> None:
        self._gazetteer = gazetteer
        self.overrides = overrides
        self.overrides = overrides
        redirects = redirects or {}
        self.rules = {
            key: tuple(Rule(row, self._today(row.qid, redirects), self._country(row, overrides.source)) for row in rows)
            for key, rows in overrides.by_key.items()
        }
        self.redirected = {
            rule.row.qid: rule.qid for rules in self.rules.values() for rule in rules if rule.qid != rule.row.qid
        }
        told = [overrides.fingerprint, *(f"{old} {new}" for old, new in sorted(self.redirected.items()))]
        self.fingerprint = hashlib.blake2b("\n".join(told).encode(), digest_size=8).hexdigest()
        self._kept: dict[tuple[str, Hints, Config, Way], Answer] = {}

    def _today(self, qid: str, redirects: Mapping[str, str]) -> str:
        """The id to use: what it became, unless only the old one is held."""
        now = followed(qid, redirects)
        number = self._gazetteer.entity_number
        return now if now == qid or number(now) >= 0 or number(qid) < 0 else qid

    def _country(self, row: Override, source: str) -> str:
        if not row.country or is_entity_id(row.country):
            return row.country
        if qid := self._gazetteer.country_codes.get(row.country.lower()):
            return qid
        raise InputError(
            f"{source or 'overrides'}: the decision about {row.shown_name()!r} is limited to {row.country}, which is "
            "no country of the gazetteer; give an ISO code (TR, TUR) or a QID (Q43)"
        )

    @cached_property
    def _ruled(self) -> frozenset[int | None]:
        """Numbers of the keys that somebody decided on, of those that the gazetteer holds."""
        return frozenset(self._gazetteer.key_numbers(list(self.rules))) - {None}

    def without(self, numbers: list[int | None]) -> list[int | None]:
        """Numbers of settled keys, None where a decision may say otherwise; the list itself where none does."""
        ruled = self._ruled
        if ruled.isdisjoint(numbers):
            return numbers
        return [None if number in ruled else number for number in numbers]

    def answer(self, name: str, hints: Hints, config: Config, road: Way) -> Answer:
        """The answer to one name: that of the road, and what people decided about it.

        Args:
            name: The whole name.
            hints: What the caller knows.
            config: Settings.
            road: What answers a name without its own decisions.
        """
        rules = self.rules.get(exact_key(name)) if len(name) <= config.max_length else None
        if rules is None:
            return road(name, hints, config)
        form = capitals(name)
        holding = [rule for rule in rules if rule.holds(form, hints)]
        if not holding:
            return road(name, hints, config)
        if hints.as_of is not None:
            return self._decided(name, holding, hints, config, road)  # days are many, and each would be kept
        kept = self._kept.get((name, hints, config, road))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[name, hints, config, road] = self._decided(name, holding, hints, config, road)
        return kept

    def _decided(self, name: str, rules: list[Rule], hints: Hints, config: Config, road: Way) -> Answer:
        refused: list[Rule] = []
        aside: tuple[Evidence, ...] = ()
        for rule in rules:  # the most particular first
            if rule.row.decision is Decision.NEVER:
                refused.append(rule)
            elif rule.row.decision is Decision.NONE:
                return replace(self._bare(hints, config), evidence=rule.evidence())
            elif rule.qid not in {other.qid for other in refused}:
                if (best := self._candidate(name, rule, hints)) is not None:
                    return self._with_entity(best, road(name, hints, config), config)
                aside += (Evidence("override_aside", 0.0, f"{rule.row.says()}: of a kind that is not asked for"),)
        answer = road(name, _refusing(hints, refused), config)
        if refused:
            answer = _without_entities(answer, {rule.qid for rule in refused})
        told = tuple(evidence for rule in refused for evidence in rule.evidence())
        return replace(answer, evidence=(*answer.evidence, *told, *aside))

    def _bare(self, hints: Hints, config: Config) -> Answer:
        return Answer(
            status=Status.UNMATCHED,
            as_of=hints.as_of,
            gazetteer_version=self._gazetteer.version,
            config_hash=config.hash,
        )

    def _candidate(self, name: str, rule: Rule, hints: Hints) -> Candidate | None:
        """The entity decided on; None where its kind is one that the caller refuses."""
        number = self._gazetteer.entity_number(rule.qid)
        evidence = rule.evidence()
        if number >= 0:
            entity = self._gazetteer.entity_at(number)
        else:
            # A person may know more than the gazetteer: the id stands, under the name it was given for.
            kind = rule.row.kind or (min(hints.kinds) if len(hints.kinds) == 1 else Kind.OTHER)
            entity = Entity(qid=rule.qid, label=rule.row.name or name, kind=kind)
            evidence += (Evidence("not_held", 1.0, f"{rule.qid} is not in the gazetteer"),)
        if (hints.kinds and entity.kind not in hints.kinds) or entity.kind in hints.exclude_kinds:
            return None
        alias = Alias(text=rule.row.name or name, source="override")
        return Candidate(entity=entity, alias=alias, score=1.0, probability=1.0, evidence=evidence)

    def _with_entity(self, best: Candidate, answer: Answer, config: Config) -> Answer:
        """The answer of the road with the decided entity before all others."""
        qid = best.entity.qid
        found = [c for c in answer.candidates if c.entity.qid == qid]
        if found:
            best = replace(best, evidence=(*best.evidence, *found[0].evidence))
        number = self._gazetteer.entity_number
        others = sorted(
            (replace(c, probability=0.0) for c in answer.candidates if c.entity.qid != qid),
            key=lambda c: (-c.entity.prior, number(c.entity.qid)),
        )
        return replace(
            answer,
            status=Status.MATCHED,
            candidates=(best, *others)[: config.top],
            margin=1.0,
            evidence=best.evidence,
            parts=(),
        )


def followed(qid: str, redirects: Mapping[str, str]) -> str:
    """The id that an entity has today.

    >>> followed("Q1", {"Q1": "Q2", "Q2": "Q3"}), followed("Q3", {}), followed("Q1", {"Q1": "Q2", "Q2": "Q1"})
    ('Q3', 'Q3', 'Q1')
    """
    seen = {qid}
    now = qid
    while (following := redirects.get(now)) is not None:
        if following in seen:
            return qid  # a circle leads nowhere
        seen.add(following)
        now = following
    return now


def _refusing(hints: Hints, refused: list[Rule]) -> Hints:
    return replace(hints, never=frozenset(rule.qid for rule in refused)) if refused else hints


def _without_entities(answer: Answer, refused: set[str]) -> Answer:
    """The answer without candidates that found a way in beside the keys; a best one that goes leaves no match."""
    if not any(c.entity.qid in refused for c in answer.candidates):
        return answer
    rest = tuple(c for c in answer.candidates if c.entity.qid not in refused)
    if rest and answer.candidates[0] is rest[0]:
        margin = round(rest[0].probability - (rest[1].probability if len(rest) > 1 else 0.0), 6)
        return replace(answer, candidates=rest, margin=margin)
    return replace(answer, status=Status.UNMATCHED, candidates=rest, margin=0.0, evidence=())
