"""A review without its screen: where it stands, what can be chosen, and every decision saved as it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from resolver.engine import Resolver
from resolver.errors import InputError
from resolver.model import Alias, Candidate, Entity, Hints, Kind, is_entity_id
from resolver.overrides import Decision, Override, Overrides, change_overrides, decide_now
from resolver.overrides.apply import Rule
from resolver.overrides.check import known_country
from resolver.overrides.row import capitals
from resolver.review.items import Item

SHOWN = 9
"""Candidates that can be chosen by one key."""


@dataclass(slots=True)
class Step:
    """One decision that was taken, and what takes it back."""

    position: int
    added: Override
    removed: tuple[Override, ...]


@dataclass(slots=True)
class Session:
    """Walks a worklist; every decision is in the file before the next name is shown.

    Attributes:
        items: The names, most frequent first.
        resolver: Finds candidates; its own decisions are not applied.
        path: The file of decisions.
        who, why: What signs each of them; an empty reason becomes one that tells of the review.
        every: Whether names that are decided by now are shown too.
        position: The item shown; `len(items)` at the end.
        general: Whether a decision holds without the item's hints.
        steps: What was decided in this session.
        sought: What was searched for, empty where the item's own candidates are shown.
        candidates: What can be chosen now.
    """

    items: Sequence[Item]
    resolver: Resolver
    path: Path
    who: str
    why: str = ""
    every: bool = False
    position: int = 0
    general: bool = False
    steps: list[Step] = field(default_factory=list)
    sought: str = ""
    candidates: tuple[Candidate, ...] = ()

    def __post_init__(self) -> None:
        self.look()

    @property
    def item(self) -> Item | None:
        """The name to decide on; None at the end."""
        return self.items[self.position] if self.position < len(self.items) else None

    @property
    def decided(self) -> int:
        """How many decisions of this session stand."""
        return len(self.steps)

    # -- what can be chosen

    def look(self) -> None:
        """Find the candidates of the item shown, without those ruled out in this session."""
        self.sought = ""
        item = self.item
        if item is None:
            self.candidates = ()
            return
        found = self._candidates(item.name, item)
        gone = {
            step.added.qid
            for step in self.steps
            if step.position == self.position and step.added.decision is Decision.NEVER
        }
        self.candidates = tuple(c for c in found if c.entity.qid not in gone)

    def search(self, text: str) -> bool:
        """Look for something else than the name itself: another name, or an id; whether anything was found."""
        text = text.strip()
        if not text:
            self.look()
            return True
        found = (self._by_id(text),) if is_entity_id(text) else self._candidates(text, None)
        if not found:
            return False
        self.sought, self.candidates = text, found
        return True

    def _candidates(self, name: str, item: Item | None) -> tuple[Candidate, ...]:
        name = name[: self.resolver.config.max_length]
        try:
            found = self.resolver.resolve(name, top=SHOWN, **(item.hints() if item else {}))
        except InputError:
            found = self.resolver.resolve(name, top=SHOWN)  # a hint that nobody can read helps nobody
        if found.parts:
            return tuple(part.best for part in found.parts if part.best)
        return found.candidates

    def _by_id(self, qid: str) -> Candidate:
        held = self.resolver.gazetteer.entity_number(qid) >= 0
        entity = self.resolver.entity(qid) if held else Entity(qid=qid, label="(not in the gazetteer)", kind=Kind.OTHER)
        return Candidate(entity=entity, alias=Alias(text=entity.label), score=0.0, probability=0.0)

    def countries(self, entity: Entity) -> list[str]:
        """The countries of an entity by name, as far as they are held."""
        held = self.resolver.gazetteer
        return [self.resolver.entity(qid).label for qid in entity.countries if held.entity_number(qid) >= 0]

    # -- deciding

    def choose(self, number: int) -> Override:
        """The name means candidate `number`, counted from 0; goes on to the next name.

        Raises:
            InputError: there is no such candidate, or its kind is not one that the item asks for.
            OverrideConflict: another decision stands against it.
        """
        return self._decide(Decision.ENTITY, self._candidate(number), onward=True)

    def none(self) -> Override:
        """The name means no entity; goes on to the next name.

        Raises:
            OverrideConflict: another decision stands against it.
        """
        return self._decide(Decision.NONE, None, onward=True)

    def never(self, number: int) -> Override:
        """The name never means candidate `number`; stays with the name.

        Raises:
            InputError: there is no such candidate.
            OverrideConflict: another decision stands against it.
        """
        return self._decide(Decision.NEVER, self._candidate(number), onward=False)

    def undo(self) -> Override | None:
        """Take the last decision back, in the file too, and show its name again; None where there is none."""
        if not self.steps:
            return None
        step = self.steps[-1]
        change_overrides(self.path, lambda held: held.excluding([step.added]).including(step.removed))
        self.steps.pop()
        self.position = step.position
        self.look()
        return step.added

    def move(self, by: int) -> None:
        """Go on, or back, without deciding anything."""
        self.position = max(0, min(len(self.items), self.position + by))
        self.look()

    def _candidate(self, number: int) -> Candidate:
        if not 0 <= number < len(self.candidates):
            raise InputError(f"there is no candidate {number + 1}")
        return self.candidates[number]

    def _decide(self, decision: Decision, candidate: Candidate | None, *, onward: bool) -> Override:
        item = self.item
        if item is None:
            raise InputError("nothing is left to decide")
        if decision is Decision.ENTITY and candidate:
            self._fits(item, candidate.entity)
        row = decide_now(
            item.name,
            decision,
            candidate.entity.qid if candidate else "",
            kind=None if self.general else self._kind(item),
            country=None if self.general else self._country(item),
            who=self.who,
            why=self.why or f"reviewed, {item.rows:,} row{'' if item.rows == 1 else 's'}",
        )
        own = {step.added for step in self.steps if step.position == self.position}
        before, after = change_overrides(
            self.path, lambda held: _without_contradictions(held, row, own).including([row])
        )
        self.steps.append(Step(self.position, row, tuple(before.excluding(after))))
        if onward:
            self.position += 1
            while not self.every and (item := self.item) and answered(item, after, self.resolver):
                self.position += 1  # the same name with other hints, decided by this too
        self.look()
        return row

    def _fits(self, item: Item, entity: Entity) -> None:
        held = self.resolver.gazetteer.entity_number(entity.qid) >= 0
        if held and ((item.kinds and entity.kind not in item.kinds) or entity.kind in item.exclude_kinds):
            raise InputError(f"{entity.label} is a {entity.kind}; these rows ask for {item.hints_text()}")

    def _kind(self, item: Item) -> str | None:
        return item.kinds[0] if len(item.kinds) == 1 and item.kinds[0] in set(Kind) else None

    def _country(self, item: Item) -> str | None:
        if len(item.countries) != 1:
            return None
        try:
            return known_country(item.countries[0], self.resolver)
        except InputError:
            return None

    def limits(self) -> str:
        """What a decision about the item shown would be limited to, in words; empty where nothing."""
        if self.general or self.item is None:
            return ""
        return ", ".join(filter(None, (self._kind(self.item), self._country(self.item))))


def _without_contradictions(held: Overrides, row: Override, own: set[Override]) -> Overrides:
    """The decisions without those of this session about the same name that a change of mind replaces."""
    from resolver.overrides import contradict

    return held.excluding([other for other in held if other in own and contradict(other, row)])


def undecided(items: Sequence[Item], overrides: Overrides, resolver: Resolver) -> list[Item]:
    """The items that no decision answers yet; "never this entity" answers nothing.

    Args:
        items: The worklist.
        overrides: The decisions of the file.
        resolver: Reads the hints of the items.
    """
    return [item for item in items if not answered(item, overrides, resolver)]


def answered(item: Item, overrides: Overrides, resolver: Resolver) -> bool:
    """Whether a decision says what the name of an item means."""
    rows = overrides.about(item.name)
    if not rows:
        return False
    codes = resolver.gazetteer.country_codes
    hints = Hints(
        kinds=frozenset(Kind(kind) for kind in item.kinds if kind in set(Kind)),
        countries=frozenset(codes.get(country.lower(), country) for country in item.countries),
    )
    form = capitals(item.name)
    for row in rows:
        country = codes.get(row.country.lower(), row.country)
        # Days differ from row to row, so that a decision with dates never settles a name.
        if row.decision is not Decision.NEVER and Rule(row, row.qid, country).holds(form, replace(hints, as_of=None)):
            return True
    return False
