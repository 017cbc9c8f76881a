"""Likeness of many pairs of different words at once: the twin of `resolver.features.agreement.likeness`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein, Prefix

from resolver.features import tokens as single
from resolver.features.agreement import ENOUGH, Relation, likeness
from resolver.features.weights import load_weights, logistic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from resolver.features.many.facts import Bools, Facts, Floats

_SOUND, _FUZZY, _INITIAL, _EQUIVALENT = Relation.SOUND, Relation.FUZZY, Relation.INITIAL, Relation.EQUIVALENT
_BUDGET = np.array([single.edit_budget(length) for length in range(64)], np.int32)


def compared(
    scorer: Callable[..., Any], left: list[str], right: list[str], kind: type, cutoff: float | None = None
) -> Any:
    """A scorer of rapidfuzz over pairs of strings."""
    if not left:
        return np.zeros(0, kind)
    return process.cpdist(left, right, scorer=scorer, dtype=kind, workers=1, score_cutoff=cutoff)


def likenesses(
    facts: Facts, a: NDArray[np.int64], b: NDArray[np.int64], cross: Bools
) -> tuple[NDArray[np.int8], Floats]:
    """Relation and likeness of pairs of different words; likeness 0 where they are different words.

    Args:
        facts: Of all words.
        a: Positions of the words of the query.
        b: Positions of those of the alias.
        cross: Whether the names were written in different scripts.
    """
    relation = np.full(len(a), _FUZZY, np.int8)
    value = np.zeros(len(a))
    grouped = facts.grouped[a] & facts.grouped[b]
    certain = (facts.number[a] | facts.number[b]) > 0
    certain |= (facts.digits[a] > 0) & (facts.digits[b] > 0)
    certain |= (facts.axis[a] > 0) & (facts.axis[a] == facts.axis[b])
    shared: dict[int, frozenset[str]] = {}
    for row in np.flatnonzero(grouped & ~certain).tolist():
        x, y = int(a[row]), int(b[row])
        if facts.place(x) and facts.place(y):
            certain[row] = True
        elif both := (facts.groups[x] or frozenset()) & (facts.groups[y] or frozenset()):
            shared[row] = both
    for row in np.flatnonzero(certain).tolist():
        relation[row], value[row] = likeness(facts.text[a[row]], facts.text[b[row]], bool(cross[row]))
    short, long = np.minimum(facts.length[a], facts.length[b]), np.maximum(facts.length[a], facts.length[b])
    letter = ~certain & (short == 1)
    initial = letter & (long > 1) & (facts.first[a] == facts.first[b])
    relation[initial], value[initial] = _INITIAL, 1.0
    open_ = np.flatnonzero(~certain & ~letter)
    spelt = _spelling(facts, a[open_], b[open_], cross[open_], short[open_], long[open_])
    relation[open_] = np.maximum(spelt, 0)
    alike = np.zeros(len(a), bool)
    alike[open_] = spelt >= 0
    if shared:
        rows = np.fromiter(shared, np.int64)
        rows = rows[~letter[rows]]
        relation[rows], alike[rows] = _EQUIVALENT, True
    rows = np.flatnonzero(alike)
    found = _fitted(facts, a[rows], b[rows], cross[rows], [shared.get(row) for row in rows.tolist()])
    enough = found >= ENOUGH
    value[rows[enough]] = found[enough]
    relation[rows[~enough]] = _FUZZY
    relation[(value == 0.0)] = _FUZZY
    return relation, value


def _spelling(
    facts: Facts,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    cross: Bools,
    short: NDArray[np.int32],
    long: NDArray[np.int32],
) -> NDArray[np.int8]:
    """Sound or fuzzy where the spelling allows it, -1 where two words are different ones."""
    out = np.full(len(a), -1, np.int8)
    heard = facts.sound_id[a] == facts.sound_id[b]
    bones = (facts.skeleton_id[a] == facts.skeleton_id[b]) & (facts.skeleton_length[a] > 1)
    out[heard] = _SOUND
    brief = short <= 3
    for row in np.flatnonzero(~heard & bones & brief & cross).tolist():
        if single.is_vowelless(facts.text[a[row]]) != single.is_vowelless(facts.text[b[row]]):
            out[row] = _SOUND
    out[~heard & bones & ~brief] = _SOUND
    rows = np.flatnonzero(~heard & ~bones & ~brief)
    budget = _BUDGET[np.minimum(short[rows], 63)]
    near = np.flatnonzero(long[rows] - short[rows] <= budget)
    edits = _of(facts.text, OSA.distance, a[rows[near]], b[rows[near]], np.int32, cutoff=3)
    fuzzy = near[edits <= budget[near]]
    out[rows[fuzzy]] = _FUZZY
    left = np.delete(rows, fuzzy)
    sounds = _of(facts.sound, Levenshtein.normalized_similarity, a[left], b[left], np.float64, cutoff=0.5)
    out[left[sounds >= 0.75]] = _SOUND
    left = left[(sounds >= 0.5) & (sounds < 0.75)]
    left = left[(facts.skeleton_length[a[left]] > 0) & (facts.skeleton_length[b[left]] > 0)]
    out[left[_of(facts.skeleton, Levenshtein.normalized_similarity, a[left], b[left], np.float64) >= 0.75]] = _SOUND
    return out


def _of(
    views: list[str],
    scorer: Callable[..., Any],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    kind: type,
    cutoff: float | None = None,
) -> Any:
    return compared(scorer, [views[i] for i in a.tolist()], [views[i] for i in b.tolist()], kind, cutoff)


def _fitted(
    facts: Facts,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    cross: Bools,
    shared: list[frozenset[str] | None],
) -> Floats:
    """The token model's answers: `likeness_vector` a column at a time, added up in its order."""
    similarity = Levenshtein.normalized_similarity
    x, y = [facts.text[i] for i in a.tolist()], [facts.text[i] for i in b.tolist()]
    edit = compared(similarity, x, y, np.float64)
    distance = compared(OSA.distance, x, y, np.int32, cutoff=2)
    heard = _of(facts.sound, similarity, a, b, np.float64)
    size_a, size_b = facts.skeleton_length[a], facts.skeleton_length[b]
    bones = np.where((size_a > 0) & (size_b > 0), _of(facts.skeleton, similarity, a, b, np.float64), 0.0)
    shape = _of(facts.shape, similarity, a, b, np.float64)
    bones_equal = ((facts.skeleton_id[a] == facts.skeleton_id[b]) & (size_a > 1)).astype(np.float64)
    n, m = np.minimum(facts.length[a], facts.length[b]), np.maximum(facts.length[a], facts.length[b])
    prefix = compared(Prefix.similarity, x, y, np.int32)
    relations = [single.relations_of(rows or ()) for rows in shared]
    pairs = list(zip(x, y, strict=True))
    vowelless = np.array([single.is_vowelless(u) or single.is_vowelless(v) for u, v in pairs], np.float64)
    patronymic = [single.is_patronymic(u) != single.is_patronymic(v) for u, v in pairs]
    apart = np.zeros(len(a))
    for row in np.flatnonzero(facts.grouped[a] & facts.grouped[b]).tolist():
        rows = facts.groups[a[row]] or (), facts.groups[b[row]] or ()
        apart[row] = not shared[row] and single.is_name(rows[0]) and single.is_name(rows[1])
    one = distance == 1
    tenth = np.minimum(n, 10) / 10

    def column(values: Any) -> Floats:
        return np.asarray(values, np.float64)

    columns = (
        np.ones(len(a)),
        edit,
        np.maximum(0.0, edit - 0.7),
        column(one),
        column(distance == 2),
        column(facts.sound_id[a] == facts.sound_id[b]),
        heard,
        np.maximum(0.0, heard - 0.7),
        bones_equal,
        bones,
        bones_equal * np.minimum(size_a, 6) / 6,
        tenth,
        (m - n) / np.maximum(m, 1),
        column(facts.sound_first[a] == facts.sound_first[b]),
        column(facts.last[a] == facts.last[b]),
        prefix / np.maximum(m, 1),
        column((prefix >= 4) & (m - prefix <= 3)),
        column(["name" in found for found in relations]),
        column(["reading" in found for found in relations]),
        column(["nickname" in found for found in relations]),
        column([not found.isdisjoint(single.WORD_RELATIONS) for found in relations]),
        bones * vowelless,
        bones_equal * vowelless,
        edit * np.minimum(n, 10) / 10,
        column(one & (n <= 5)),
        column(one & (facts.first[a] != facts.first[b])),
        column(patronymic),
        column((facts.last[a] == _A) != (facts.last[b] == _A)),
        column((facts.digits[a] > 0) != (facts.digits[b] > 0)),
        shape,
        np.maximum(0.0, shape - 0.7),
        column(facts.shape_id[a] == facts.shape_id[b]),
        apart,
    )
    weights = load_weights()
    total = np.zeros(len(a))
    for values, within, across in zip(columns, weights.token, weights.token_cross, strict=True):
        total += np.where(cross, across, within) * values
    return np.array([logistic(z) for z in total.tolist()], np.float64)


_A = ord("a")
