"""Many mentions against the aliases that indexes propose for them: the twin of `resolver.resemblance`, in columns.

Each question that is asked there of one pair is asked here of all pairs at once; pairs in which something rare plays a
part are judged there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from resolver.collection import no_collection
from resolver.comparison import Name, read_names
from resolver.features import GROUPS, Relation, builtin_rarity, group_of, words
from resolver.features.alignment import LIGHT
from resolver.features.many import Aligned, Measured, Names, aligned, measured
from resolver.features.many.facts import GROUP_CODE
from resolver.features.weights import load_weights, logistic
from resolver.fuzzy import MOST_ALIASES, REACH, SURE
from resolver.gazetteer import CASED, KINDS
from resolver.hits import Channel, Hit, Resemblance
from resolver.resemblance import BRIEF, GENERIC, Verdict, resemble, verdict_on
from resolver.romanize import LOSSY, Script
from resolver.scoring import log_odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolver.fuzzy import Proposed
    from resolver.gazetteer import Gazetteer

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_MODELS = (*GROUPS, *(f"{group}_cross" for group in GROUPS))
_GROUP_OF_KIND = np.array([GROUPS.index(group_of(kind)) for kind in KINDS])
_PERSON, _PLACE = GROUPS.index("person"), GROUPS.index("place")
_OWN_WORDS = np.array([GROUP_CODE[group] for group in GROUPS])
_SCRIPTS: dict[str, int] = {script: number for number, script in enumerate(Script)}
_LATIN: Final = _SCRIPTS[Script.LATIN]
_NATIVE: Final = 2
_IS_LOSSY = np.array([script in LOSSY for script in Script])


class _Pairs(NamedTuple):
    """Distinct pairs of a mention and the name of an alias.

    Attributes:
        name, other: Positions of the two among the mentions and among the names of aliases.
        kind: Number of the kind of the alias's entity.
        score, native: What the index that proposed the alias says.
    """

    name: Ints
    other: Ints
    kind: Ints
    score: Floats
    native: Bools


def resembling(gazetteer: Gazetteer, names: Sequence[Name], found: Proposed) -> list[list[Hit]]:
    """The aliases under the keys found, each with how it resembles its mention.

    Args:
        gazetteer: What the keys are numbers of.
        names: The mentions.
        found: Keys proposed for them, those of each mention together, the best of each index first.
    """
    likely = found.only(_is_likely(found))
    own = [
        np.array([-1 if number is None else number for number in gazetteer.key_numbers(keys)], np.int64)[likely.row]
        for keys in ([name.exact for name in names], [name.latin for name in names])
    ]
    # What an equal key is worth has been decided.
    likely = likely.only((likely.key != own[0]) & (likely.key != own[1]))
    count, alias = gazetteer.first_hits(likely.key, MOST_ALIASES)
    at = np.repeat(np.arange(len(count)), count)
    plain = np.asarray(gazetteer.alias_flags)[alias] & CASED == 0
    distinct, place = np.unique(alias[plain], return_inverse=True)
    others = read_names(list(map(gazetteer.alias_text, distinct.tolist())))
    met, alias = likely.only(at[plain]), alias[plain]
    mine, theirs = _scripts(names)[met.row], _scripts(others)[place]
    # Romanised twice, nothing is left to compare.
    kept = np.flatnonzero((mine == theirs) | (mine == _LATIN) | (theirs == _LATIN))
    met, alias, place, theirs = met.only(kept), alias[kept], place[kept], theirs[kept]
    kind = np.asarray(gazetteer.entity_kind)[np.asarray(gazetteer.alias_entity)[alias]].astype(np.int64)
    spelt: dict[str, int] = {}
    latin = np.array([spelt.setdefault(name.latin, len(spelt)) for name in others], np.int64)[place]
    about = (((met.row * len(others) + latin) * len(_SCRIPTS) + theirs) * len(KINDS) + kind) * 2 + met.native
    _, first, pair = np.unique(about, return_index=True, return_inverse=True)
    once = met.only(first)
    judged = _judged(names, others, _Pairs(once.row, place[first], kind[first], once.score, once.native))
    out: list[list[Hit]] = [[] for _ in names]
    nobody = set()
    with no_collection():
        for at, number, alias_, key_ in zip(
            met.row.tolist(), pair.tolist(), alias.tolist(), met.key.tolist(), strict=True
        ):
            seen = judged[number]
            if isinstance(seen, Resemblance):
                out[at].append(Hit(alias_, Channel.FUZZY, resemblance=seen, key=key_))
            elif seen is Verdict.NOBODY:
                nobody.add(at)
    for at in nobody:
        out[at] = []
    return out


def _scripts(names: Sequence[Name]) -> Ints:
    return np.array([_SCRIPTS[name.script] for name in names], np.int64)


def _is_likely(found: Proposed) -> Bools:
    """Which keys are worth aligning: the first few, and what comes near the best of its index."""
    row, _, score, native = found
    begin = np.flatnonzero(np.append(True, np.diff(row) != 0)[: len(row)])
    size = np.diff(np.append(begin, len(row)))
    place = np.arange(len(row)) - begin.repeat(size)
    distinct, back = np.unique(score, return_inverse=True)
    odds = np.array(list(map(log_odds, distinct.tolist())))[back]
    best = np.full((int(row.max(initial=-1)) + 1, 2), -np.inf)
    np.maximum.at(best, (row, native.astype(np.int64)), odds)
    likely: Bools = (place < SURE) | (odds > best[row, native.astype(np.int64)] - REACH)
    return likely


def _judged(names: Sequence[Name], others: Sequence[Name], asked: _Pairs) -> list[Resemblance | Verdict]:
    """The resemblance of each pair, or why it is not kept."""
    group = _GROUP_OF_KIND[asked.kind]
    script_q = _scripts(names)[asked.name]
    cross = script_q != _scripts(others)[asked.other]
    # The words by which a name is met depend on whether it names a person, and on the other's script.
    way = np.where(~cross & _IS_LOSSY[script_q], _NATIVE, group == _PERSON)
    person = group == _PERSON
    numbers: dict[tuple[tuple[str, ...], bool], int] = {}
    sides = []
    for side, at in ((names, asked.name), (others, asked.other)):
        distinct, back = np.unique((at * 3 + way) * 2 + person, return_inverse=True)
        met = [
            numbers.setdefault(_words(side[code // 6], code // 2 % 3, code % 2 == 1), len(numbers))
            for code in distinct.tolist()
        ]
        sides.append(np.array(met, np.int64)[back])
    read = Names(list(numbers), builtin_rarity)
    pairs = aligned(read, sides[0], sides[1], cross)
    seen = measured(read, pairs)
    chance = _probabilities(read, pairs, seen, group + len(GROUPS) * cross)
    verdict = _verdicts(read, pairs, seen, group)
    columns = (
        asked.name, asked.other, asked.kind, asked.score, asked.native, chance, cross,
        read.count[pairs.query] == 1, seen.extra, seen.missing, _apart(read, pairs, group),
        np.minimum(read.letters[pairs.query], read.letters[pairs.alias]), verdict, pairs.apart,
    )  # fmt: skip
    out: list[Resemblance | Verdict] = []
    with no_collection():
        for (
            at, to, kind, score, native, pair, across, single, extra, missing, apart, letters, code, rare,
        ) in zip(*(column.tolist() for column in columns), strict=True):  # fmt: skip
            name, other = names[at], others[to]
            if rare:
                one = resemble(name, other, KINDS[kind], score, native=native)
                code = verdict_on(one)
                out.append(one if code is Verdict.KEPT else code)
            elif code:
                out.append(_VERDICTS[code])
            else:
                brief = name.script in BRIEF
                out.append(
                    Resemblance(
                        pair, score, native, across, brief, single, extra, missing, apart, letters, KINDS[kind],
                        (name.text, other.text),
                    )
                )  # fmt: skip
    return out


_VERDICTS = tuple(Verdict)


def _words(name: Name, way: int, person: bool) -> tuple[tuple[str, ...], bool]:
    if way == _NATIVE:
        return name.native, person
    return words(name.initials if way else name.latin, group="person" if way else "any"), person


def _probabilities(names: Names, pairs: Aligned, seen: Measured, model: Ints) -> Floats:
    """`scoring.score` and its calibration; sums run over the features in their order, as there."""
    weights = load_weights()
    total = np.zeros(len(model))
    for coefficients, values in zip(np.array([weights.groups[name] for name in _MODELS]).T, seen.features, strict=True):
        total += coefficients[model] * values
    score = np.array([logistic(z) for z in total.tolist()])
    score[(names.count[pairs.query] == 0) | (names.count[pairs.alias] == 0)] = 0.0
    out = np.zeros(len(model))
    for number, name in enumerate(_MODELS):
        rows = np.flatnonzero((model == number) & (score > 0.0))
        out[rows] = _calibrated(np.array(weights.knots[name]), score[rows])
    return out


def _calibrated(knots: Floats, score: Floats) -> Floats:
    """`calibrate.apply` for many scores."""
    x, y = knots.T
    high = x.searchsorted(score, side="right")
    low, high = np.maximum(high - 1, 0), np.minimum(high, len(x) - 1)
    width = np.where(x[high] > x[low], x[high] - x[low], 1.0)
    within = (score > x[0]) & (score < x[-1])
    found: Floats = np.where(within, y[low] + (y[high] - y[low]) * (score - x[low]) / width, y[low])
    return found


def _verdicts(names: Names, pairs: Aligned, seen: Measured, group: Ints) -> NDArray[np.int8]:
    """`verdict_on` for every pair."""
    q, a, facts = pairs.query, pairs.alias, names.facts
    person = group == _PERSON
    word_q, word_a = names.token[:, q], names.token[:, a]
    dropped = seen.number | seen.contrast
    nobody = ~dropped & (names.heaviest[q] <= LIGHT)
    speaks = facts.speaks[word_q]
    other_kind = pairs.left_query & (speaks > 0) & (speaks != _OWN_WORDS[group])
    dropped |= other_kind.any(axis=0) & (person | (group == _PLACE))
    dropped |= person & (names.count[q] == 1) & (seen.missing > LIGHT) & (names.heavies[a] > 1)
    initial = (pairs.partner >= 0) & (pairs.relation == Relation.INITIAL)
    partner, here = np.maximum(pairs.partner, 0), np.arange(len(q))
    short = facts.length[word_a[partner, here]] == 1
    letter_left = (pairs.left_query & (facts.length[word_q] == 1)).any(axis=0)
    dropped |= np.where(person, (initial & short).any(axis=0), initial.any(axis=0) | letter_left)
    verdict = np.where(dropped, Verdict.DROPPED, Verdict.KEPT).astype(np.int8)
    verdict[nobody] = Verdict.NOBODY
    return verdict


def _apart(names: Names, pairs: Aligned, group: Ints) -> Bools:
    """`resemblance.is_apart` for every pair."""
    q, here = pairs.query, np.arange(len(pairs.query))
    surname = pairs.left_query[names.last_heavy[q], here] & (names.heavies[q] > 0)
    weight = names.weight[:, q]
    generic = (pairs.left_query & (weight > LIGHT) & (weight < GENERIC)).any(axis=0)
    found: Bools = np.where(group == _PERSON, surname, generic)
    return found
