"""Items by the batch: found, redirected, deleted; with the answers kept, and the time that is left told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resolver.build.grow.kinds import Kinds
from resolver.build.grow.responses import Responses
from resolver.build.grow.rows import Office
from resolver.build.sources.wikibase import Facts, classes_of, read_entity
from resolver.errors import SourceError

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata

PROPS = "info|labels|aliases|descriptions|claims|sitelinks"
BATCH = 50
_MONTH = 30 * 86_400.0
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Fetched:
    """What became of the ids asked for.

    Attributes:
        facts: Facts by id, under the id of today.
        redirects: Asked id -> id of today.
        missing: Ids that are no items: deleted, or never given out.
    """

    facts: dict[str, Facts] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


class Fetcher:
    """Asks Wikidata through the kept answers.

    Args:
        wikidata: The connection.
        responses: Where answers are kept.
        languages: Languages of names; None means all. English always comes along.
        progress: Told a stage, with rate and time left, and the part done.
    """

    def __init__(
        self,
        wikidata: Wikidata,
        responses: Responses,
        *,
        languages: frozenset[str] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._wikidata = wikidata
        self.responses = responses
        self._languages = languages
        self._asked_languages = "|".join(sorted(languages | {"en", "mul"})) if languages else ""
        self._tell = progress or (lambda _stage, _part: None)

    def fetch(self, qids: Iterable[str]) -> Fetched:
        """Facts of items, fifty a request.

        Raises:
            SourceError: Wikidata can't be asked; what has come so far is kept for `--resume`.
        """
        asked = list(dict.fromkeys(qids))
        fetched = Fetched()
        done = Pace(len(asked), "items", self._tell)
        for batch in batches(asked, BATCH):
            for qid, item in self.entities(batch, PROPS, self._asked_languages).items():
                self._sort(qid, item, fetched)
            done.add(len(batch))
        return fetched

    def entities(
        self, qids: Sequence[str], props: str, languages: str = "", *, within: float | None = None
    ) -> dict[str, dict[str, Any]]:
        """One batch: asked id -> JSON of the item; ids that an answer leaves out are asked again, fewer at a time."""
        found: dict[str, dict[str, Any]] = {}
        left = list(qids)
        size = len(left)
        while left:
            # An answer may leave out what would make it too large, and of two ids of one item one.
            for batch in batches(left, size):
                found |= _by_asked_id(self._ask(batch, props, languages, within))
            rest = [qid for qid in left if qid not in found]
            if rest and size == 1:
                raise SourceError(f"{self._wikidata.service.api}: no answer about {rest[0]}; try again later")
            left, size = rest, max(1, min(len(rest), size // 2))
        return {qid: found[qid] for qid in qids}

    def learn_classes(self, kinds: Kinds, classes: Iterable[str]) -> None:
        """Ask for the superclasses that `kinds` needs for these classes; they change rarely and are kept a month."""
        kinds.climb(classes, self._parents)

    def offices(self, qids: Iterable[str]) -> dict[str, Office]:
        """Title and countries of offices; kept a month."""
        found: dict[str, Office] = {}
        for batch in batches(sorted(set(qids), key=_number), BATCH):
            for qid, item in self.entities(batch, "info|labels|claims", "en|mul", within=_MONTH).items():
                if "missing" not in item:
                    facts = read_entity(item)
                    where = facts.countries or _jurisdiction(item)
                    found[qid] = Office(facts.label, where)
        return found

    def labels(self, qids: Iterable[str]) -> dict[str, set[str]]:
        """Casefolded English labels and aliases of items or properties; empty for one that is missing."""
        found: dict[str, set[str]] = {}
        for batch in batches(list(qids), BATCH):
            for qid, item in self.entities(batch, "info|labels|aliases", "en|mul").items():
                facts = read_entity(item | {"id": qid}) if "missing" not in item else None
                found[qid] = {name.text.casefold() for name in facts.names} if facts else set()
        return found

    def _parents(self, classes: list[str]) -> Mapping[str, Sequence[str]]:
        parents: dict[str, Sequence[str]] = {}
        for batch in batches(classes, BATCH):
            for qid, item in self.entities(batch, "info|claims", within=_MONTH).items():
                parents[qid] = classes_of(item)[1] if "missing" not in item else ()
        return parents

    def _ask(self, qids: Sequence[str], props: str, languages: str, within: float | None) -> dict[str, Any]:
        asked = {"ids": "|".join(qids), "props": props, "languages": languages}
        kept = self.responses.get(asked, within=within)
        if kept is None:
            kept = self._wikidata.entities(list(qids), props=props, languages=languages)
            self.responses.put(asked, kept)
        return dict(kept)

    def _sort(self, qid: str, item: dict[str, Any], fetched: Fetched) -> None:
        if "missing" in item:
            fetched.missing.append(qid)
            return
        if item["id"] != qid:
            fetched.redirects[qid] = item["id"]
        fetched.facts[item["id"]] = read_entity(item, languages=self._languages)


class Pace:
    """Counts what is done and tells part, rate and time left.

    Args:
        total: How many there are.
        what: What they are called.
        tell: The progress callback.
    """

    def __init__(self, total: int, what: str, tell: Progress) -> None:
        self._total = total
        self._what = what
        self._tell = tell
        self._done = 0
        self._started = time.monotonic()
        self.add(0)

    def add(self, count: int) -> None:
        """Tell that `count` more are done."""
        self._done += count
        spent = time.monotonic() - self._started
        line = f"{self._done:,} of {self._total:,} {self._what}"
        if self._done and spent > 1:
            rate = self._done / spent
            line += f", {rate:,.0f}/s, {_clock((self._total - self._done) / rate)} left"
        # The whole run ends later: a bar that is full is one that has been closed.
        self._tell(line, min(0.99, self._done / max(1, self._total)))


def batches(qids: Sequence[str], size: int) -> Iterator[list[str]]:
    """Slices of at most `size`.

    >>> list(batches(["Q1", "Q2", "Q3"], 2))
    [['Q1', 'Q2'], ['Q3']]
    """
    for start in range(0, len(qids), size):
        yield list(qids[start : start + size])


def _by_asked_id(entities: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Wikibase lists a redirected item under the asked id or under its own; `redirects` tells them apart."""
    found: dict[str, dict[str, Any]] = {}
    for key, item in entities.items():
        asked = (item.get("redirects") or {}).get("from", key)
        found[asked] = item
        found.setdefault(key, item)
    return found


def _jurisdiction(item: dict[str, Any]) -> tuple[str, ...]:
    """Where an office applies (P1001), for offices without a country."""
    claims = item.get("claims") or {}
    return read_entity({"id": item["id"], "claims": {"P17": claims.get("P1001", [])}}).countries


def _number(qid: str) -> int:
    return int(qid[1:])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
