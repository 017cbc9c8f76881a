"""How two different words agree: by the lexicon, by sound, within an edit budget, as an initial, or not at all."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from resolver.features.tokens import Token, edit_budget, edits, likeness_vector, similarity, token
from resolver.features.weights import load_weights

ENOUGH = 0.15
"""Least likeness of a pair; below it two tokens are different words."""


class Relation(IntEnum):
    """How two paired tokens agree."""

    LITERAL = 0
    EQUIVALENT = 1
    SOUND = 2
    FUZZY = 3
    INITIAL = 4
    JOINED = 5
    ACRONYM = 6


@lru_cache(maxsize=1 << 18)
def likeness(x: str, y: str, cross_script: bool = False) -> tuple[Relation, float]:
    """How alike two different tokens are, and by which relation; likeness 0 where they are different words.

    Args:
        x: Token of a key.
        y: Another.
        cross_script: Whether they were written in different scripts.

    Returns:
        The relation and a likeness in [0, 1]: the chance, among pairs of names that agree in everything else,
        that the two words write the same name.

    >>> likeness("usama", "osama")[0].name, likeness("pkk", "puk")[1]
    ('EQUIVALENT', 0.0)
    """
    a, b = token(x), token(y)
    if a.special or b.special:
        certain = _certain(a, b)
        if certain is not None:
            return certain
    relation = _spelling(a, b, cross_script) if a.groups.isdisjoint(b.groups) else Relation.EQUIVALENT
    if relation is None:
        return _DIFFERENT
    value = load_weights().likeness(likeness_vector(a, b), cross_script=cross_script)
    return (relation, value) if value >= ENOUGH else _DIFFERENT


_DIFFERENT = (Relation.FUZZY, 0.0)
_SAME_THING = (Relation.EQUIVALENT, 0.99)


def _certain(a: Token, b: Token) -> tuple[Relation, float] | None:
    """What needs no spelling: numbers, directions, initials, places on record; None where spelling decides."""
    if a.number or b.number:
        return _SAME_THING if a.number == b.number else _DIFFERENT
    if a.digits and b.digits and a.digits != b.digits:
        return _DIFFERENT
    if a.axis and a.axis == b.axis:
        return _SAME_THING if a.pole == b.pole else _DIFFERENT
    if len(a.text) == 1 or len(b.text) == 1:
        return (Relation.INITIAL, 1.0) if a.text[0] == b.text[0] and len(a.text) != len(b.text) else _DIFFERENT
    if a.place and b.place:
        # Iran and Iraq, Niger and Nigeria: both are on record, as different places.
        return None if not a.place.isdisjoint(b.place) else _DIFFERENT
    return None


def _spelling(a: Token, b: Token, cross_script: bool) -> Relation | None:
    """Sound or fuzzy where the spelling allows it, None where the two are different words."""
    if a.sound == b.sound:
        return Relation.SOUND
    bones_a, bones_b = a.skeleton, b.skeleton
    bones_equal = bones_a == bones_b and len(bones_a) > 1
    shorter, longer = len(a.text), len(b.text)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter <= 3:
        # Too short for letters to differ, unless an abjad has left the vowels out.
        return Relation.SOUND if bones_equal and cross_script and a.vowelless != b.vowelless else None
    if bones_equal:
        return Relation.SOUND
    budget = edit_budget(shorter)
    if longer - shorter <= budget and edits(a.text, b.text, score_cutoff=budget) <= budget:
        return Relation.FUZZY
    # Past the budget only a nearly shared sound or skeleton speaks for the pair.
    if similarity(a.sound, b.sound, score_cutoff=0.5) < 0.5:
        return None
    if similarity(a.sound, b.sound) >= 0.75:
        return Relation.SOUND
    return Relation.SOUND if bones_a and bones_b and similarity(bones_a, bones_b) >= 0.75 else None
