"""One mention against the name of one alias: how they resemble each other, and whether that says anything."""

from __future__ import annotations

from enum import IntEnum

from resolver import calibrate, scoring
from resolver.comparison import Name, align_names
from resolver.features import Alignment, Relation, group_of
from resolver.features.alignment import LIGHT
from resolver.hits import Resemblance
from resolver.lexicon import word_groups
from resolver.model import Kind
from resolver.romanize import Script

GENERIC = 0.75
"""Rarity below which a word is common among names: bank, party, airport, national."""

BRIEF = (Script.HAN, Script.KANA)
"""Scripts in which one character is a syllable or a word."""

_VETO = ("number", "contrast")
"""What makes two names of one pattern two names: the 48th and the 49th, north and south."""


class Verdict(IntEnum):
    """What to do with a pair."""

    KEPT = 0
    DROPPED = 1
    NOBODY = 2
    """Titles and articles alone: no word of the mention says who is meant."""


def resemble(name: Name, other: Name, kind: Kind, score: float, *, native: bool) -> Resemblance:
    """How a name resembles the name of an alias of an entity of this kind.

    Args:
        name: The mention.
        other: The alias.
        kind: Of the alias's entity.
        score: Of the index that proposed it.
        native: Whether that was the index of names in their own script.
    """
    alignment = align_names(name, other, kind=kind)
    value = scoring.score(alignment, kind=kind)
    return Resemblance(
        pair=calibrate.probability(value, scoring.judged_by(alignment, kind)) if value > 0.0 else 0.0,
        found=score,
        native=native,
        cross=alignment.cross_script,
        brief=name.script in BRIEF,
        single=len(alignment.query.texts) == 1,
        extra=sum(alignment.query.weights[i] for i in alignment.extra_query),
        missing=sum(alignment.alias.weights[i] for i in alignment.extra_alias),
        apart=_is_apart(alignment, person=kind is Kind.PERSON),
        letters=min(len(alignment.query.text), len(alignment.alias.text)),
        kind=kind,
        sides=alignment,
    )


def verdict_on(seen: Resemblance) -> Verdict:
    """Whether a resemblance says that this alias may be meant."""
    alignment, person = seen.alignment, seen.kind is Kind.PERSON
    if any(here and there for kind_of, here, there in alignment.conflicts if kind_of in _VETO):
        return Verdict.DROPPED
    if max(alignment.query.weights, default=0.0) <= LIGHT:
        return Verdict.NOBODY
    if _is_another_kind(alignment, seen.kind) or (person and _is_only_a_surname(seen)):
        return Verdict.DROPPED
    return Verdict.DROPPED if _is_by_initials(seen, person=person) else Verdict.KEPT


def _is_by_initials(seen: Resemblance, *, person: bool) -> bool:
    """Whether a single letter is made more of than it says.

    Only people go by initials: "N. Ireland" is neither Ireland nor "New Ireland". And an initial on record agrees with
    no name written out: "Anna Merkel" is not "A. Merkel", "Mike DuBose" not "Mike D".
    """
    alignment = seen.alignment
    initials = [pair for pair in alignment.pairs if pair.relation is Relation.INITIAL]
    if person:
        return any(len(pair.alias) == 1 for pair in initials)
    return bool(initials) or any(len(alignment.query.texts[i]) == 1 for i in alignment.extra_query)


def _is_apart(alignment: Alignment, *, person: bool) -> bool:
    """Whether the mention has a surname of its own, or a word such as `airport` that many names have."""
    query, left = alignment.query, alignment.extra_query
    if person:
        return bool(query.heavy) and query.heavy[-1] in left
    return any(LIGHT < query.weights[i] < GENERIC for i in left)


def _is_another_kind(alignment: Alignment, kind: Kind) -> bool:
    """Whether a word that only the mention has speaks for another kind of thing: an airport is no city."""
    own = group_of(kind)
    if own not in ("person", "place"):
        return False
    return any(word_groups().get(alignment.query.texts[i], own) != own for i in alignment.extra_query)


def _is_only_a_surname(seen: Resemblance) -> bool:
    """Whether one word meets a longer name of a person: bare surnames are aliases of their own, and weak ones."""
    return seen.single and seen.missing > LIGHT and len(seen.alignment.alias.heavy) > 1
