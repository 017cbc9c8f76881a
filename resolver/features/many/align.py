"""Alignment of many pairs of names at once: the twin of `resolver.features.alignment.align`.

Matrices are slot by pair: row i holds what is said of the i-th word of every pair's query (or alias), so that each
operation runs along all pairs. Pairs in which words written together, spelt-out acronyms or very long names may play a
part are rare and left to `align` itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from resolver.features.agreement import Relation
from resolver.features.alignment import joined_likeness, spelt_acronyms
from resolver.features.many.facts import MOST, PARTICLE, Names
from resolver.features.many.likeness import likenesses

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolver.features.many.facts import Bools, Floats

    Ints = NDArray[np.int64]

_INITIAL: Final = int(Relation.INITIAL)
_NONE: Final = -1.0
_ACRONYM: Final = 8  # letters of the longest acronym


class Aligned(NamedTuple):
    """Pairs of names, aligned word by word.

    Attributes:
        query, alias: The names of each pair, by position in `Names`.
        partner: For each word of the query its partner in the alias, -1 for none.
        relation, alike: How they agree, and how much; 1 for literal.
        left_query, left_alias: Words without a partner.
        apart: Whether the pair has to be aligned by itself; the rest then means nothing.
    """

    query: Ints
    alias: Ints
    partner: NDArray[np.int8]
    relation: NDArray[np.int8]
    alike: Floats
    left_query: Bools
    left_alias: Bools
    apart: Bools


def aligned(names: Names, query: Ints, alias: Ints, cross: Bools) -> Aligned:
    """Align pairs of names.

    Args:
        names: All names of all pairs.
        query: Position of the mention of each pair.
        alias: Position of the name of its alias.
        cross: Whether the two were written in different scripts.
    """
    n, rows = len(query), np.arange(len(query))
    apart = (names.count[query] > MOST) | (names.count[alias] > MOST)
    mine, theirs = names.token[:, query], names.token[:, alias]
    free_a = theirs >= 0
    partner = np.full((MOST, n), -1, np.int8)
    for slot in range(int(names.count[query].max(initial=0))):
        if slot == MOST:
            break
        same = (theirs == mine[slot]) & free_a
        same &= mine[slot] >= 0
        other = same.argmax(axis=0)
        hit = np.flatnonzero(same[other, rows])
        partner[slot, hit] = other[hit]
        free_a[other[hit], hit] = False
    free_q = (mine >= 0) & (partner < 0)
    relation = np.zeros((MOST, n), np.int8)
    alike = np.ones((MOST, n))
    left_q, left_a = free_q.sum(axis=0), free_a.sum(axis=0)
    some = np.flatnonzero((left_q > 0) & (left_a > 0) & ~apart)
    apart[some] = _are_joined(names, mine, theirs, free_q, free_a, some, cross)
    some = some[~apart[some]]
    if len(some):
        size = int(max(names.count[query[some]].max(), names.count[alias[some]].max()))
        parts = np.maximum(names.count[query[some]], names.count[alias[some]])
        for low, high in ((0, 3), (3, 5), (5, size)):
            row = some[(parts > low) & (parts <= high)]
            if len(row):
                _pair_alike(names, (mine, theirs), (free_q, free_a), (partner, relation, alike), row, cross, high)
    left_q, left_a = free_q.sum(axis=0), free_a.sum(axis=0)
    some = np.flatnonzero((left_q > 0) & (left_a > 0) & (left_q + left_a > 2) & ~apart)
    apart[some] = _are_acronyms(names, mine, theirs, free_q, free_a, some)
    return Aligned(query, alias, partner, relation, alike, free_q, free_a, apart)


def _pair_alike(
    names: Names,
    words: tuple[NDArray[np.int32], NDArray[np.int32]],
    free: tuple[Bools, Bools],
    out: tuple[NDArray[np.int8], NDArray[np.int8], Floats],
    row: Ints,
    cross: Bools,
    size: int,
) -> None:
    """Best pair first, as `alignment._pair_alike`: by likeness, then by the nearer and the earlier position."""
    order = sorted((abs(i - j), i, j) for i in range(size) for j in range(size))
    at = np.array([i for _, i, _ in order])
    to = np.array([j for _, _, j in order])
    open_ = free[0][:, row][at] & free[1][:, row][to]
    cell, place = np.nonzero(open_)
    left, right = words[0][at[cell], row[place]].astype(np.int64), words[1][to[cell], row[place]].astype(np.int64)
    total = len(names.facts.text)
    code = (left * total + right) * 2 + cross[row[place]]
    distinct, back = np.unique(code, return_inverse=True)
    kind, value = likenesses(names.facts, distinct // 2 // total, distinct // 2 % total, distinct % 2 == 1)
    # An initial is the last resort of a word: any likeness of whole words goes before it.
    rank = np.where(kind == _INITIAL, value - 1.0, value)
    rank[value == 0.0] = _NONE
    score = np.full(open_.shape, _NONE)
    score[cell, place] = rank[back]
    which = np.zeros(open_.shape, np.int64)
    which[cell, place] = back
    partner, relation, alike = out
    live = np.flatnonzero((score > _NONE).any(axis=0))
    score, which, row = score[:, live], which[:, live], row[live]
    while len(row):
        best = score.argmax(axis=0)
        here = np.arange(len(row))
        found = which[best, here]
        i, j = at[best], to[best]
        partner[i, row], relation[i, row], alike[i, row] = j, kind[found], value[found]
        free[0][i, row] = free[1][j, row] = False
        score[(at[:, None] == i) | (to[:, None] == j)] = _NONE
        live = np.flatnonzero((score > _NONE).any(axis=0))
        score, which, row = score[:, live], which[:, live], row[live]


def _are_joined(
    names: Names,
    mine: NDArray[np.int32],
    theirs: NDArray[np.int32],
    free_q: Bools,
    free_a: Bools,
    rows: Ints,
    cross: Bools,
) -> Bools:
    """Whether neighbours on one side are one word on the other: few look so by length and by a letter at one end."""
    found = np.zeros(len(rows), bool)
    for many, one, free_m, free_o in ((mine, theirs, free_q, free_a), (theirs, mine, free_a, free_q)):
        at = np.flatnonzero(free_m[:, rows].sum(axis=0) > 1)
        row = rows[at]
        words, others = many[:, row], one[:, row]
        held, open_ = free_m[:, row], free_o[:, row]
        facts = names.facts
        size, other = facts.length[words], facts.length[others]
        seen = np.zeros(len(row), bool)
        for slot in range(MOST - 1):
            pair = held[slot] & held[slot + 1]
            if not pair.any():
                continue
            two = size[slot] + size[slot + 1]
            three = np.where(held[slot + 2], two + size[slot + 2], -9) if slot + 2 < MOST else np.full(len(row), -9)
            ends = (facts.first[others] == facts.first[words[slot]]) | (
                facts.last[others] == facts.last[words[slot + 1]]
            )
            length = np.where(other > two + 2, three, two)
            like = pair & open_ & ends & (other >= 4) & (np.abs(length - other) <= 3)
            for one_at, place in zip(*(where.tolist() for where in np.nonzero(like)), strict=True):
                run = 3 if other[one_at, place] > two[place] + 2 else 2
                parts = [facts.text[i] for i in words[slot : slot + run, place]]
                word = facts.text[others[one_at, place]]
                seen[place] |= joined_likeness(parts, word, bool(cross[row[place]])) > 0.0
        found[at] |= seen
    return found


def _are_acronyms(
    names: Names, mine: NDArray[np.int32], theirs: NDArray[np.int32], free_q: Bools, free_a: Bools, rows: Ints
) -> Bools:
    """Whether a word left over on one side spells the first letters of those left over on the other."""
    found = np.zeros(len(rows), bool)
    facts = names.facts
    for many, one, free_m, free_o in ((mine, theirs, free_q, free_a), (theirs, mine, free_a, free_q)):
        at = np.flatnonzero(free_m[:, rows].sum(axis=0) > 1)
        row = rows[at]
        words, others, held, open_ = many[:, row], one[:, row], free_m[:, row], free_o[:, row]
        here = np.arange(len(row))
        first = held.argmax(axis=0)
        rest = held.copy()
        rest[first, here] = False
        second = rest.argmax(axis=0)
        letters = facts.first[words[first, here]], facts.first[words[second, here]]
        other = facts.length[others]
        begins = (facts.first[others] == letters[0]) | (facts.first[others] == letters[1])
        gate = (open_ & begins & (other <= _ACRONYM)).any(axis=0)
        whole = np.where(facts.length[words] <= 3, facts.length[words], 1)
        heavy = held & (facts.light[words] != PARTICLE)
        fits = np.zeros(other.shape, bool)
        for some in (held, heavy):
            for length in (some.sum(axis=0), np.where(some, whole, 0).sum(axis=0)):
                fits |= other == length
        for place in np.flatnonzero(gate & (open_ & fits & (other > 1)).any(axis=0)).tolist():
            texts = [facts.text[i] for i in words[:, place]]
            free, full = np.flatnonzero(held[:, place]).tolist(), np.flatnonzero(heavy[:, place]).tolist()
            spelt = spelt_acronyms(texts, free, full)
            left = (facts.text[others[j, place]] for j in np.flatnonzero(open_[:, place]))
            found[at[place]] |= any(word in spelt for word in left)
    return found
