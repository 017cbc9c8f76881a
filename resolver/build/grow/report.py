"""What a pull did, as data and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from resolver.redirects import Redirect


@dataclass(slots=True)
class PullReport:
    """What a pull did.

    Attributes:
        seeds: Seed title -> how many items it found.
        added, updated: Entities new to the tables, and those held before.
        names: Names written.
        redirects: Ids that Wikidata has merged into others since.
        missing: Ids that are no items any more.
        merges: Problems: ids of ours that Wikidata says are one, or something else; none was touched.
        refused: Problems: seeds that were left out, and why.
        unknown: Classes that lead to none of our kinds -> how many items; those became `other`.
        dropped: Names and items left out, by reason.
        notes: Further lines for people.
    """

    seeds: dict[str, int] = field(default_factory=dict)
    added: int = 0
    updated: int = 0
    names: int = 0
    redirects: list[Redirect] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What a person has to look at."""
        return [*self.refused, *self.merges]

    def lines(self) -> Iterator[str]:
        """The report as text."""
        for title, count in self.seeds.items():
            yield f"{title}: {count:,} items"
        yield f"{self.added:,} entities added, {self.updated:,} updated, {self.names:,} names"
        for row in self.redirects:
            yield f"redirect: {row.qid} {row.label} is now {row.target}"
        for qid in self.missing:
            yield f"deleted: {qid} is no item any more"
        if self.unknown:
            most = ", ".join(f"{qid} ({count})" for qid, count in self.unknown.most_common(8))
            yield f"classes without a kind, taken as other: {most}"
        if self.dropped:
            yield "left out: " + ", ".join(f"{count:,} {reason}" for reason, count in self.dropped.most_common())
        yield from self.notes
        for line in self.problems:
            yield f"PROBLEM: {line}"
