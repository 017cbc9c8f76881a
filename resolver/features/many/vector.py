"""What is measured of many alignments at once: the twin of `resolver.features.vector`.

Sums run over the words of the query in their order, as there, so that the numbers are the same to the last digit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rapidfuzz.distance import Indel

from resolver.features.agreement import Relation
from resolver.features.alignment import LIGHT
from resolver.features.many.facts import MOST
from resolver.features.many.likeness import compared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolver.features.many.align import Aligned
    from resolver.features.many.facts import Bools, Floats, Names


class Measured(NamedTuple):
    """What was measured of each pair.

    Attributes:
        features: One array for each of `resolver.features.FEATURES`.
        extra, missing: Rarity of the words that only the query has, and that only the alias has.
        number, contrast: Whether numbers, and directions and the like, contradict.
    """

    features: tuple[Floats, ...]
    extra: Floats
    missing: Floats
    number: Bools
    contrast: Bools


def measured(names: Names, pairs: Aligned) -> Measured:
    """Measure aligned pairs."""
    q, a = pairs.query, pairs.alias
    n, here = len(q), np.arange(len(q))
    facts = names.facts
    weight_q, weight_a = names.weight[:, q], names.weight[:, a]
    word_q, word_a = names.token[:, q], names.token[:, a]
    shares = [np.zeros(n) for _ in Relation]
    doubt, largest, matched, paired, likelihood, worst, common = (np.zeros(n) for _ in range(7))
    content, feminine, masculine = (np.zeros(n, np.int32) for _ in range(3))
    same_order = np.ones(n)
    last_to = np.full(n, -1)
    logs = _logarithms(pairs.alike)
    for slot in range(int(names.count[q].max(initial=0)) if n else 0):
        if slot == MOST:
            break
        partner = pairs.partner[slot].astype(np.int64)
        held = partner >= 0
        to = np.maximum(partner, 0)
        relation, alike = pairs.relation[slot], pairs.alike[slot]
        own, other = weight_q[slot], weight_a[to, here]
        initial = held & (relation == Relation.INITIAL)
        literal = held & (relation == Relation.LITERAL)
        weight = np.where(literal, own, np.where(initial, np.minimum(own, other), (own + other) / 2))
        weight = np.where(held, weight, 0.0)
        paired += weight
        unlike = held & ~literal & ~initial
        ends_q, ends_a = facts.last[word_q[slot]] == _A, facts.last[word_a[to, here]] == _A
        feminine += unlike & ends_q & ~ends_a
        masculine += unlike & ends_a & ~ends_q
        lacking = np.where(unlike, weight * (1.0 - alike), 0.0)
        doubt += lacking
        largest = np.maximum(largest, lacking)
        likelihood += np.where(unlike, weight * logs[slot], 0.0)
        telling = unlike & (weight > LIGHT)
        worst = np.where(telling, np.maximum(worst, 1.0 - alike), worst)
        known = 1.0 - np.maximum(own, other)
        common = np.where(telling & (relation != Relation.EQUIVALENT), np.maximum(common, known), common)
        credit = weight * alike
        for kind, share in zip(Relation, shares, strict=True):
            if kind not in _RARE:
                share += np.where(held & (relation == kind), credit, 0.0)
        matched += np.where(held, credit, 0.0)
        content += held & (credit > 0.2)
        same_order[held & (partner < last_to)] = 0.0
        last_to = np.where(held, partner, last_to)
    left_q, left_a = _sums(weight_q, pairs.left_query), _sums(weight_a, pairs.left_alias)
    total = paired + left_q + left_a
    total[total == 0.0] = 1.0
    against = np.minimum(left_q, left_a)
    some_q, some_a = pairs.left_query.any(axis=0), pairs.left_alias.any(axis=0)
    identical = ~some_q & ~some_a & (names.count[q] == names.count[a]) & _in_place(pairs)
    text, heard = _ratios(names.text, q, a), _ratios(names.heard, q, a)
    bones = np.where(_filled(names.bones)[q] & _filled(names.bones)[a], _ratios(names.bones, q, a), 0.0)
    for column in (text, heard, bones):
        column[identical] = 1.0
    numeral_q, numeral_a = _any(facts.numeral, word_q, pairs.left_query), _any(facts.numeral, word_a, pairs.left_alias)
    number, number_one = numeral_q & numeral_a, numeral_q ^ numeral_a
    axes_q, axes_a = _bits(facts.axis_bit, word_q, pairs.left_query), _bits(facts.axis_bit, word_a, pairs.left_alias)
    contrast, contrast_one = (axes_q & axes_a) > 0, (axes_q ^ axes_a) > 0
    letter = facts.length == 1
    letters = _any(letter, word_q, pairs.left_query) | _any(letter, word_a, pairs.left_alias)
    initial_conflict = some_q & some_a & letters
    legal_q, legal_a = names.legal[q], names.legal[a]
    legal = (legal_q > 0) & (legal_a > 0) & ((legal_q & legal_a) == 0)
    one_q, one_a = names.heavies[q] == 1, names.heavies[a] == 1
    single = (one_q & one_a).astype(np.float64)
    first, last, first_against, last_against, middle = _edges(names, pairs, identical, one_q & one_a)
    length = np.minimum(names.letters[q], names.letters[a])
    sounded = (shares[Relation.SOUND] + shares[Relation.FUZZY]) > 0.0
    short = np.where(sounded, single * np.maximum(0.0, np.minimum(1.0, (8 - length) / 4)), 0.0)
    short[heard == 1.0] = 0.0
    text_high = np.where(text > 0.6, text - 0.6, 0.0)
    over_q, over_a = left_q - against, left_a - against
    log_matched = np.array([math.log1p(mass) for mass in matched.tolist()])

    def flag(values: Any) -> Floats:
        return np.asarray(values, np.float64)

    features = (
        np.ones(n),
        *(share / total for share in shares),
        doubt / total,
        largest,
        np.maximum(likelihood, -4.0),
        worst,
        common,
        against / total,
        np.minimum(against, 2.0),
        over_q / total,
        over_a / total,
        np.minimum(over_q, 2.0),
        np.minimum(over_a, 2.0),
        log_matched,
        flag(content == 1),
        flag(content == 2),
        flag(content > 2),
        flag((left_q <= 0.13) & (left_a <= 0.13) & (content > 0)),
        flag(identical),
        same_order,
        flag(number),
        flag(number_one),
        flag(contrast),
        flag(contrast_one),
        flag(initial_conflict),
        middle,
        flag(legal),
        text,
        text_high,
        np.where(text > 0.85, text - 0.85, 0.0),
        heard,
        np.where(heard > 0.7, heard - 0.7, 0.0),
        bones,
        np.where(bones > 0.7, bones - 0.7, 0.0),
        flag(one_q),
        flag(one_a),
        single,
        np.minimum(length, 20) / 20,
        first,
        last,
        first_against,
        last_against,
        single * doubt,
        single * text_high,
        short,
        single * np.maximum(0.0, 0.85 - text),
        flag((feminine + masculine > 1) & ~((feminine > 0) & (masculine > 0))),
    )
    return Measured(features, left_q, left_a, number, contrast)


_A = ord("a")
_RARE = (Relation.JOINED, Relation.ACRONYM)  # never found here


def _edges(
    names: Names, pairs: Aligned, identical: Bools, single: Bools
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """How first and last heavy words agree or contradict, and whether words between them contradict."""
    q, a, here = pairs.query, pairs.alias, np.arange(len(pairs.query))
    both = (names.heavies[q] > 0) & (names.heavies[a] > 0) & ~identical & ~single
    contradict = both & pairs.left_query.any(axis=0) & pairs.left_alias.any(axis=0)
    found, against = [], []
    for mine, theirs in (
        (names.first_heavy[q], names.first_heavy[a]),
        (names.last_heavy[q], names.last_heavy[a]),
    ):
        met = both & (pairs.partner[mine, here] == theirs)
        found.append(np.where(met, pairs.alike[mine, here], 0.0))
        against.append(contradict & pairs.left_query[mine, here] & pairs.left_alias[theirs, here])
    between = contradict & (found[0] > 0.5) & (found[1] > 0.5) & ~(against[0] | against[1])
    heavy_q = (pairs.left_query & (names.weight[:, q] > LIGHT)).any(axis=0)
    heavy_a = (pairs.left_alias & (names.weight[:, a] > LIGHT)).any(axis=0)
    middle = (between & heavy_q & heavy_a).astype(np.float64)
    for column in found:
        column[identical] = 1.0
    return found[0], found[1], against[0].astype(np.float64), against[1].astype(np.float64), middle


def _in_place(pairs: Aligned) -> Bools:
    """Whether every word is literally the one in its place."""
    slots = np.arange(MOST)[:, None]
    in_place = (pairs.partner == slots) & (pairs.relation == Relation.LITERAL)
    found: Bools = np.asarray(((pairs.partner < 0) | in_place).all(axis=0), bool)
    return found


def _sums(weights: Floats, mask: Bools) -> Floats:
    total = np.zeros(weights.shape[1])
    for slot in range(MOST):
        total += np.where(mask[slot], weights[slot], 0.0)
    return total


def _any(flags: Bools, words: NDArray[np.int32], mask: Bools) -> Bools:
    found: Bools = np.asarray((flags[words] & mask).any(axis=0), bool)
    return found


def _bits(bits: NDArray[np.int64], words: NDArray[np.int32], mask: Bools) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.bitwise_or.reduce(np.where(mask, bits[words], 0), axis=0)
    return found


def _filled(texts: list[str]) -> Bools:
    return np.array([bool(text) for text in texts], bool)


def _ratios(texts: list[str], q: NDArray[np.int64], a: NDArray[np.int64]) -> Floats:
    left, right = [texts[i] for i in q.tolist()], [texts[i] for i in a.tolist()]
    found: Floats = compared(Indel.normalized_similarity, left, right, np.float64)
    return found


def _logarithms(alike: Floats) -> Floats:
    """Logarithms of likenesses, by the function that single pairs use."""
    distinct, back = np.unique(alike, return_inverse=True)
    return np.array([math.log(value) for value in distinct.tolist()])[back].reshape(alike.shape)
