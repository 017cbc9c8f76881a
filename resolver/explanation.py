"""Why a name was answered as it was, and what would change the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from resolver.model import Candidate, Resolution, Status

if TYPE_CHECKING:
    from resolver.asked import OneOrMore
    from resolver.engine import Resolver

_MOST_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A hint that would give another answer.

    Attributes:
        hint: Name of the hint: kind or country.
        value: Its value.
        resolution: The answer with it.
    """

    hint: str
    value: str
    resolution: Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A resolution looked at closely.

    Attributes:
        resolution: The answer, with up to twenty candidates.
        match_probability, match_margin: What a match needs.
        changes: Hints that would give another answer.
        override: The command that would record a decision of one's own.
    """

    resolution: Resolution
    match_probability: float
    match_margin: float
    changes: tuple[Change, ...]
    override: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the resolution's own fields, and every candidate with its alias and evidence."""
        return {
            **self.resolution.to_dict(),
            "candidates": [_candidate(c) for c in self.resolution.candidates],
            "match_probability": self.match_probability,
            "match_margin": self.match_margin,
            "changes": [
                {"hint": c.hint, "value": c.value, "status": str(c.resolution.status), "qid": c.resolution.qid}
                for c in self.changes
            ],
            "override": self.override,
        }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        **candidate.to_dict(),
        "alias": candidate.alias.to_dict(),
        "evidence": [evidence.to_dict() for evidence in candidate.evidence],
    }


def explain(
    resolver: Resolver,
    name: str,
    *,
    kind: OneOrMore = None,
    exclude_kind: OneOrMore = None,
    country: OneOrMore = None,
    as_of: date | str | None = None,
    lang: OneOrMore = None,
    top: int = 20,
) -> Explanation:
    """Resolve one name and look at the answer closely.

    Args:
        resolver: What answers.
        name: The name; so are the hints as for `Resolver.resolve`.
        kind: Accepted kind or kinds.
        exclude_kind: Refused kind or kinds.
        country: Country or countries.
        as_of: Day on which the name was used.
        lang: Language or languages of the name.
        top: Candidates to show.

    Raises:
        InputError: as for `Resolver.resolve`.

    >>> from resolver import Resolver
    >>> found = explain(Resolver.open(), "Georgia")
    >>> found.resolution.status, [(c.hint, c.value) for c in found.changes][0]
    (<Status.AMBIGUOUS: 'ambiguous'>, ('kind', 'country'))
    """
    resolution = resolver.resolve(
        name, kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang, top=top
    )
    changes: list[Change] = []
    tried: set[tuple[str, str]] = set()
    for rival in resolution.candidates:
        hints = [("kind", str(rival.entity.kind))] if not kind else []
        hints += [("country", qid) for qid in rival.entity.countries[:1] if not country]
        for hint, value in hints:
            if (hint, value) in tried or len(changes) == _MOST_CHANGES:
                continue
            tried.add((hint, value))
            given: dict[str, Any] = {"kind": kind, "country": country, hint: value}
            other = resolver.resolve(name, exclude_kind=exclude_kind, as_of=as_of, lang=lang, **given)
            if (other.status, other.qid) != (resolution.status, resolution.qid):
                changes.append(Change(hint, value, other))
    return Explanation(
        resolution=resolution,
        match_probability=resolver.config.match_probability,
        match_margin=resolver.config.match_margin,
        changes=tuple(changes),
        override=_override(name, resolution),
    )


def _override(name: str, resolution: Resolution) -> str:
    """The command that decides otherwise: for the runner-up of a match, for the leader of anything else."""
    rank = 1 if resolution.status is Status.MATCHED else 0
    qid = resolution.candidates[rank].entity.qid if len(resolution.candidates) > rank else "QID"
    quoted = name.replace("'", "'\\''")
    return f"resolver override add '{quoted}' {qid} --why '…'"
