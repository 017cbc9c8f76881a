"""Token alignment: each token of the mention is paired with at most one of the alias.

Literal pairs come first, then joined tokens ("al asad", "alasad"), then the most alike remaining pairs, best
first; what is left over on both sides faces each other as a contradiction, and what is left over on one side
only was left out. No whole-string ratio decides anything here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from resolver.features.tokens import Token, edit_budget, likeness_vector, token
from resolver.features.weights import load_weights

Rarity = Callable[[str], float]
"""Token to its rarity in [0, 1]: 1 for a word that hardly any entity shares, near 0 for "bank" or "john"."""

LIGHT = 0.12
"""Ceiling of the rarity of particles, legal forms and honorifics."""

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


class Pair(NamedTuple):
    """One token or run of tokens of the query and its partner in the alias.

    Attributes:
        relation: How they agree.
        query, alias: The words as written, runs joined by a space.
        at, to: Position of the first token in the query and in the alias.
        weight: Mean rarity mass of both sides.
        likeness: In (0, 1]; 1 for literal.
    """

    relation: Relation
    query: str
    alias: str
    at: int
    to: int
    weight: float
    likeness: float


class Alignment(NamedTuple):
    """The alignment of two names.

    Attributes:
        query, alias: The tokens as given.
        pairs: Paired tokens.
        extra_query, extra_alias: Positions left over on each side.
        query_weights, alias_weights: Rarity of each token.
        conflicts: Numbers, directions and other contrasts that contradict, as `(kind, query, alias)`;
            the missing side is empty where only one name has one.
    """

    query: tuple[str, ...]
    alias: tuple[str, ...]
    pairs: tuple[Pair, ...]
    extra_query: tuple[int, ...]
    extra_alias: tuple[int, ...]
    query_weights: tuple[float, ...]
    alias_weights: tuple[float, ...]
    conflicts: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1 << 18)
def likeness(x: str, y: str) -> tuple[Relation, float]:
    """How alike two different tokens are, and by which relation; likeness 0 where they are different words.

    Args:
        x, y: Tokens of a key.

    Returns:
        The relation and a likeness in [0, 1]: the chance, among pairs of names that agree in everything else,
        that the two words write the same name.

    >>> likeness("usama", "osama")[0].name, likeness("pkk", "puk")[1]
    ('EQUIVALENT', 0.0)
    """
    a, b = token(x), token(y)
    if a.number or b.number:
        return (Relation.EQUIVALENT, 0.99) if a.number == b.number else (Relation.FUZZY, 0.0)
    if a.axis and a.axis == b.axis and a.pole != b.pole:
        return Relation.FUZZY, 0.0
    if len(x) == 1 or len(y) == 1:
        return (Relation.INITIAL, 0.5) if x[0] == y[0] else (Relation.FUZZY, 0.0)
    shared = bool(a.groups) and not a.groups.isdisjoint(b.groups)
    relation = Relation.EQUIVALENT if shared else _spelling(a, b)
    if relation is None:
        return Relation.FUZZY, 0.0
    value = load_weights().likeness(likeness_vector(a, b))
    return (relation, value) if value >= ENOUGH else (relation, 0.0)


def _spelling(a: Token, b: Token) -> Relation | None:
    """Sound or fuzzy where the spelling allows it, None where the two are different words."""
    short, long = sorted((a.text, b.text), key=len)
    if len(short) <= 3 and len(long) <= 3 and a.sound != b.sound:
        return None
    if a.sound == b.sound or (a.skeleton == b.skeleton and len(a.skeleton) > 1):
        return Relation.SOUND
    vector = likeness_vector(a, b)
    edits = round((1.0 - vector[1]) * len(long))
    if edits <= edit_budget(len(short)):
        return Relation.FUZZY
    # Past the budget only a shared sound or skeleton speaks for the pair.
    return Relation.SOUND if vector[6] >= 0.6 or vector[9] >= 0.7 else None


def align(
    query_tokens: Sequence[str], alias_tokens: Sequence[str], *, idf: Rarity, joined: bool = True
) -> Alignment:
    """Pair the tokens of two names.

    Args:
        query_tokens, alias_tokens: Words of the two keys; either may be empty.
        idf: Rarity of a token in [0, 1].
        joined: Whether runs of tokens may be written together.

    Returns:
        The alignment. Pairs are in the order of the query; results depend on the two names only.

    >>> found = align("abdul rahman alasad".split(), "abdulrahman al asad".split(), idf=lambda _: 1.0)
    >>> [(p.relation.name, p.query, p.alias) for p in found.pairs]
    [('JOINED', 'abdul rahman', 'abdulrahman'), ('JOINED', 'alasad', 'al asad')]
    """
    query, alias = tuple(query_tokens), tuple(alias_tokens)
    facts_q, facts_a = [token(t) for t in query], [token(t) for t in alias]
    wq = tuple([min(idf(f.text), LIGHT) if f.light else idf(f.text) for f in facts_q])
    wa = tuple([min(idf(f.text), LIGHT) if f.light else idf(f.text) for f in facts_a])
    free_q, free_a = list(range(len(query))), list(range(len(alias)))
    pairs: list[Pair] = []
    for i, text in enumerate(query):
        for j in free_a:
            if alias[j] == text:
                pairs.append(Pair(Relation.LITERAL, text, text, i, j, (wq[i] + wa[j]) / 2, 1.0))
                free_a.remove(j)
                free_q.remove(i)
                break
    if free_q and free_a:
        if joined and (len(free_q) > 1 or len(free_a) > 1):
            _pair_joined(query, alias, wq, wa, free_q, free_a, pairs, swap=False)
            _pair_joined(alias, query, wa, wq, free_a, free_q, pairs, swap=True)
        if free_q and free_a:
            _pair_alike(query, alias, wq, wa, free_q, free_a, pairs)
        if free_q and free_a:
            _pair_acronym(query, alias, wq, wa, free_q, free_a, pairs, swap=False)
            _pair_acronym(alias, query, wa, wq, free_a, free_q, pairs, swap=True)
        pairs.sort(key=_by_position)
    conflicts = _conflicts(free_q, free_a, facts_q, facts_a) if free_q or free_a else ()
    return Alignment(query, alias, tuple(pairs), tuple(free_q), tuple(free_a), wq, wa, conflicts)


def _by_position(pair: Pair) -> tuple[int, int]:
    return pair.at, pair.to


def _pair_alike(
    query: tuple[str, ...], alias: tuple[str, ...], wq: tuple[float, ...], wa: tuple[float, ...],
    free_q: list[int], free_a: list[int], pairs: list[Pair],
) -> None:  # fmt: skip
    """Best pair first; ties go to the earlier and nearer positions, so that order of input decides nothing else."""
    found = []
    for i in free_q:
        for j in free_a:
            relation, value = likeness(query[i], alias[j])
            if value > 0.0:
                found.append((-value, abs(i - j), i, j, relation))
    found.sort()
    for value, _, i, j, relation in found:
        if i in free_q and j in free_a:
            free_q.remove(i)
            free_a.remove(j)
            weight = min(wq[i], wa[j]) if relation is Relation.INITIAL else (wq[i] + wa[j]) / 2
            pairs.append(Pair(relation, query[i], alias[j], i, j, weight, -value))


def _pair_joined(
    many: tuple[str, ...], one: tuple[str, ...], wm: tuple[float, ...], wo: tuple[float, ...],
    free_m: list[int], free_o: list[int], pairs: list[Pair], *, swap: bool,
) -> None:  # fmt: skip
    """Runs of two or three free neighbours that are written as one token on the other side."""
    at = 0
    while at < len(free_m) - 1:
        for size in (3, 2):
            run = free_m[at : at + size]
            if len(run) < size or run[-1] - run[0] != size - 1:
                continue
            text = "".join([many[i] for i in run])
            for j in free_o:
                other = one[j]
                if len(other) < 4 or abs(len(other) - len(text)) > 2 or len(text) < 4:
                    continue
                value = 1.0 if text == other else likeness(text, other)[1]
                if value >= 0.6:
                    weight = (min(1.0, sum(wm[i] for i in run)) + wo[j]) / 2
                    words = " ".join(many[i] for i in run)
                    pair = Pair(Relation.JOINED, words, other, run[0], j, weight, value)
                    pairs.append(
                        Pair(Relation.JOINED, other, words, j, run[0], weight, value) if swap else pair
                    )
                    for i in run:
                        free_m.remove(i)
                    free_o.remove(j)
                    break
            else:
                continue
            at -= 1
            break
        at += 1


def _pair_acronym(
    many: tuple[str, ...], one: tuple[str, ...], wm: tuple[float, ...], wo: tuple[float, ...],
    free_m: list[int], free_o: list[int], pairs: list[Pair], *, swap: bool,
) -> None:  # fmt: skip
    """A short token that spells the initials of the free tokens of the other side, particles optional."""
    for j in list(free_o):
        text = one[j]
        if not 2 <= len(text) <= 7 or len(free_m) < len(text) - 1:
            continue
        for words in (free_m, [i for i in free_m if token(many[i]).light != "particle"]):
            if len(words) >= 2 and len(words) == len(text) and "".join([many[i][0] for i in words]) == text:
                weight = (min(1.0, sum(wm[i] for i in words)) + wo[j]) / 2
                long = " ".join(many[i] for i in words)
                first = words[0]
                pair = Pair(Relation.ACRONYM, long, text, first, j, weight, 1.0)
                pairs.append(Pair(Relation.ACRONYM, text, long, j, first, weight, 1.0) if swap else pair)
                free_m[:] = [i for i in free_m if i not in words]
                free_o.remove(j)
                break


def _conflicts(
    free_q: list[int], free_a: list[int], facts_q: list[Token], facts_a: list[Token]
) -> tuple[tuple[str, str, str], ...]:
    """Numbers and contrasts among the leftovers: facing each other, or on one side only."""
    found = []
    numbers_q = [facts_q[i].number for i in free_q if facts_q[i].number]
    numbers_a = [facts_a[j].number for j in free_a if facts_a[j].number]
    if numbers_q or numbers_a:
        found.append(("number", " ".join(numbers_q), " ".join(numbers_a)))
    poles_q = {facts_q[i].axis: facts_q[i].pole for i in free_q if facts_q[i].axis}
    poles_a = {facts_a[j].axis: facts_a[j].pole for j in free_a if facts_a[j].axis}
    for axis in sorted(poles_q.keys() | poles_a.keys()):
        found.append(("contrast", poles_q.get(axis, ""), poles_a.get(axis, "")))
    return tuple(found)
