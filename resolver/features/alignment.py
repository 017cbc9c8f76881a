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
from resolver.features.weights import builtin_rarity, load_weights

Rarity = Callable[[str], float]
"""Token to its rarity in [0, 1]: 1 for a word that hardly any entity shares, near 0 for "bank" or "john"."""

LIGHT = 0.12
"""Ceiling of the rarity of particles, legal forms and honorifics."""

ENOUGH = 0.15
"""Least likeness of a pair; below it two tokens are different words."""

LETTER = 0.2
"""Least rarity of a single letter in a person's name, where it is an initial."""

COMMON_NAME = 0.4
"""Least rarity of a word of a person's name: two common given names contradict as two rare ones do."""

MOST_WORDS = 40
"""Words of a name that are aligned; the rest of a longer one is ignored, to bound the work."""


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


class Words(NamedTuple):
    """The words of one name with all that is looked up once: see `read_words`.

    Attributes:
        texts: The words.
        facts: What is known of each.
        weights: Rarity of each, lowered for particles, legal forms and honorifics.
        heavy: Positions of the words that say who is meant; never empty where there are words.
        text, heard, bones: The words, their sounds and their skeletons without spaces.
        legal: Families of the legal forms among them.
    """

    texts: tuple[str, ...]
    facts: tuple[Token, ...]
    weights: tuple[float, ...]
    heavy: tuple[int, ...]
    text: str
    heard: str
    bones: str
    legal: frozenset[str]


class Alignment(NamedTuple):
    """The alignment of two names.

    Attributes:
        query, alias: The two names.
        pairs: Paired tokens, in the order of the query.
        extra_query, extra_alias: Positions left over on each side.
        conflicts: Numbers, directions, initials and legal forms that contradict, as `(kind, query, alias)`;
            one side is empty where only the other name has one.
        cross_script: Whether the names were written in different scripts.
    """

    query: Words
    alias: Words
    pairs: tuple[Pair, ...]
    extra_query: tuple[int, ...]
    extra_alias: tuple[int, ...]
    conflicts: tuple[tuple[str, str, str], ...]
    cross_script: bool


def read_words(texts: Sequence[str], *, idf: Rarity, person: bool = False) -> Words:
    """Look up all that alignment needs of one name; do it once for a name that meets many others.

    Args:
        texts: Words of a key, from `resolver.features.words` or a native key.
        idf: Rarity of a token in [0, 1].
        person: Whether single letters are initials.

    >>> read_words(["bank", "of", "the", "west"], idf=lambda _: 1.0).heavy
    (0, 3)
    """
    texts = tuple(texts[:MOST_WORDS])
    facts = tuple([token(text) for text in texts])
    weights = []
    for fact in facts:
        weight = idf(fact.text)
        if person and len(fact.text) == 1:
            weight = max(weight, LETTER)
        elif fact.light:
            weight = min(weight, LIGHT)
        elif person:
            weight = COMMON_NAME + (1.0 - COMMON_NAME) * weight
        weights.append(weight)
    heavy = tuple([i for i, weight in enumerate(weights) if weight > LIGHT]) or tuple(range(len(texts)))
    return Words(
        texts,
        facts,
        tuple(weights),
        heavy,
        "".join(texts),
        "".join([fact.sound for fact in facts]),
        "".join([fact.skeleton for fact in facts]),
        frozenset([fact.legal for fact in facts if fact.legal]),
    )


@lru_cache(maxsize=1 << 18)
def likeness(x: str, y: str, cross_script: bool = False) -> tuple[Relation, float]:
    """How alike two different tokens are, and by which relation; likeness 0 where they are different words.

    Args:
        x, y: Tokens of a key.
        cross_script: Whether they were written in different scripts.

    Returns:
        The relation and a likeness in [0, 1]: the chance, among pairs of names that agree in everything else,
        that the two words write the same name.

    >>> likeness("usama", "osama")[0].name, likeness("pkk", "puk")[1]
    ('EQUIVALENT', 0.0)
    """
    a, b = token(x), token(y)
    if a.number or b.number:
        return (Relation.EQUIVALENT, 0.99) if a.number == b.number else (Relation.FUZZY, 0.0)
    if a.digits and b.digits and a.digits != b.digits:
        return Relation.FUZZY, 0.0
    if a.axis and a.axis == b.axis:
        return (Relation.EQUIVALENT, 0.99) if a.pole == b.pole else (Relation.FUZZY, 0.0)
    if len(x) == 1 or len(y) == 1:
        return (Relation.INITIAL, 1.0) if x[0] == y[0] and len(x) != len(y) else (Relation.FUZZY, 0.0)
    vector = likeness_vector(a, b)
    shared = bool(a.groups) and not a.groups.isdisjoint(b.groups)
    relation = Relation.EQUIVALENT if shared else _spelling(a, b, vector)
    if relation is None:
        return Relation.FUZZY, 0.0
    value = load_weights().likeness(vector, cross_script=cross_script)
    return (relation, value) if value >= ENOUGH else (relation, 0.0)


def _spelling(a: Token, b: Token, vector: tuple[float, ...]) -> Relation | None:
    """Sound or fuzzy where the spelling allows it, None where the two are different words."""
    shorter, longer = sorted((len(a.text), len(b.text)))
    if a.sound == b.sound:
        return Relation.SOUND
    bones_equal, bones, heard = vector[8], vector[9], vector[6]
    if shorter <= 3:
        # Too short for letters to differ, unless an abjad has left the vowels out.
        return Relation.SOUND if bones_equal and vector[22] else None
    if bones_equal:
        return Relation.SOUND
    if round((1.0 - vector[1]) * longer) <= edit_budget(shorter):
        return Relation.FUZZY
    # Past the budget only a nearly shared sound or skeleton speaks for the pair.
    near = heard >= 0.75 or (bones >= 0.75 and heard >= 0.5) or (vector[21] >= 0.75)
    return Relation.SOUND if near else None


def align(
    query: Sequence[str] | Words,
    alias: Sequence[str] | Words,
    *,
    idf: Rarity = builtin_rarity,
    kind: str | None = None,
    cross_script: bool = False,
) -> Alignment:
    """Pair the tokens of two names.

    Args:
        query, alias: Words of the two keys, or what `read_words` made of them; either may be empty.
        idf: Rarity of a token in [0, 1]; not used for `Words`.
        kind: What they name; single letters are initials where it is a person. Not used for `Words`.
        cross_script: Whether the names were written in different scripts.

    Returns:
        The alignment. Pairs are in the order of the query; results depend on the two names only.

    >>> found = align("abdul rahman alasad".split(), "abdulrahman al asad".split())
    >>> [(p.relation.name, p.query, p.alias) for p in found.pairs]
    [('JOINED', 'abdul rahman', 'abdulrahman'), ('JOINED', 'alasad', 'al asad')]
    """
    q = query if isinstance(query, Words) else read_words(query, idf=idf, person=kind == "person")
    a = alias if isinstance(alias, Words) else read_words(alias, idf=idf, person=kind == "person")
    texts_q, texts_a, wq, wa = q.texts, a.texts, q.weights, a.weights
    pairs: list[Pair] = []
    if texts_q == texts_a:
        for i, text in enumerate(texts_q):
            pairs.append(Pair(Relation.LITERAL, text, text, i, i, wq[i], 1.0))
        return Alignment(q, a, tuple(pairs), (), (), (), cross_script)
    free_q: list[int] = []
    free_a = list(range(len(texts_a)))
    for i, text in enumerate(texts_q):
        if text in texts_a:
            for j in free_a:
                if texts_a[j] == text:
                    pairs.append(Pair(Relation.LITERAL, text, text, i, j, wq[i], 1.0))
                    free_a.remove(j)
                    break
            else:
                free_q.append(i)
        else:
            free_q.append(i)
    if free_q and free_a:
        if len(free_q) > 1 or len(free_a) > 1:
            _pair_joined(texts_q, texts_a, wq, wa, free_q, free_a, pairs, cross_script, swap=False)
            _pair_joined(texts_a, texts_q, wa, wq, free_a, free_q, pairs, cross_script, swap=True)
        _pair_alike(texts_q, texts_a, wq, wa, free_q, free_a, pairs, cross_script)
        if free_q and free_a and (len(free_q) > 1 or len(free_a) > 1):
            _pair_acronym(q, a, free_q, free_a, pairs, swap=False)
            _pair_acronym(a, q, free_a, free_q, pairs, swap=True)
        pairs.sort(key=_by_position)
    conflicts = _conflicts(q, a, free_q, free_a) if free_q or free_a else ()
    return Alignment(q, a, tuple(pairs), tuple(free_q), tuple(free_a), conflicts, cross_script)


def _by_position(pair: Pair) -> tuple[int, int]:
    return pair.at, pair.to


def _pair_alike(
    query: tuple[str, ...], alias: tuple[str, ...], wq: tuple[float, ...], wa: tuple[float, ...],
    free_q: list[int], free_a: list[int], pairs: list[Pair], cross: bool,
) -> None:  # fmt: skip
    """Best pair first; ties go to the earlier and nearer positions, so that order of input decides nothing else."""
    found = []
    for i in free_q:
        text = query[i]
        for j in free_a:
            relation, value = likeness(text, alias[j], cross)
            if value > 0.0:
                # An initial is the last resort of a word: any likeness of whole words goes before it.
                found.append((relation is Relation.INITIAL, -value, abs(i - j), i, j, relation))
    if len(found) > 1:
        found.sort()
    for initial, value, _, i, j, relation in found:
        if i in free_q and j in free_a:
            free_q.remove(i)
            free_a.remove(j)
            weight = min(wq[i], wa[j]) if initial else (wq[i] + wa[j]) / 2
            pairs.append(Pair(relation, query[i], alias[j], i, j, weight, -value))


def _pair_joined(
    many: tuple[str, ...], one: tuple[str, ...], wm: tuple[float, ...], wo: tuple[float, ...],
    free_m: list[int], free_o: list[int], pairs: list[Pair], cross: bool, *, swap: bool,
) -> None:  # fmt: skip
    """Runs of two or three free neighbours that are written as one token on the other side."""
    longest = max([len(one[j]) for j in free_o], default=0)
    if longest < 4:
        return
    at = 0
    while at < len(free_m) - 1:
        for size in (3, 2):
            run = free_m[at : at + size]
            if len(run) < size or run[-1] - run[0] != size - 1:
                continue
            text = "".join([many[i] for i in run])
            if not 4 <= len(text) <= longest + 2:
                continue
            partner, value = -1, 0.6
            for j in free_o:
                other = one[j]
                if len(other) >= 4 and abs(len(other) - len(text)) <= 2:
                    alike = 1.0 if text == other else likeness(text, other, cross)[1]
                    if alike > value:
                        partner, value = j, alike
            # A run of which one word alone is nearly as like the other side is not written together.
            if partner < 0 or (value < 1.0 and any(likeness(many[i], one[partner], cross)[1] > 0.5 for i in run)):
                continue
            weight = (min(1.0, sum([wm[i] for i in run])) + wo[partner]) / 2
            _add(
                pairs,
                Relation.JOINED,
                " ".join([many[i] for i in run]),
                one[partner],
                run[0],
                partner,
                weight,
                value,
                swap,
            )
            free_m[at : at + size] = []
            free_o.remove(partner)
            break
        else:
            at += 1


def _pair_acronym(
    many: Words, one: Words, free_m: list[int], free_o: list[int], pairs: list[Pair], *, swap: bool
) -> None:
    """A short token that spells the initials of the free tokens of the other side.

    Particles count or not, and a part that is an acronym itself may stand whole (UN Security Council, UNSC).
    """
    for j in list(free_o):
        text = one.texts[j]
        if not 2 <= len(text) <= 8 or len(free_m) < 2:
            continue
        full = [i for i in free_m if many.facts[i].light != "particle"]
        for words in (free_m, full):
            initials = "".join([many.texts[i][0] for i in words])
            nested = "".join([many.texts[i] if len(many.texts[i]) <= 3 else many.texts[i][0] for i in words])
            if len(words) > 1 and text in (initials, nested):
                weight = (min(1.0, sum([many.weights[i] for i in words])) + one.weights[j]) / 2
                long = " ".join([many.texts[i] for i in words])
                _add(pairs, Relation.ACRONYM, long, text, words[0], j, weight, 1.0, swap)
                free_m[:] = [i for i in free_m if i not in words and many.facts[i].light != "particle"]
                free_o.remove(j)
                break


def _add(
    pairs: list[Pair],
    relation: Relation,
    many: str,
    one: str,
    at: int,
    to: int,
    weight: float,
    value: float,
    swap: bool,
) -> None:
    pairs.append(
        Pair(relation, one, many, to, at, weight, value) if swap else Pair(relation, many, one, at, to, weight, value)
    )


def _conflicts(q: Words, a: Words, free_q: list[int], free_a: list[int]) -> tuple[tuple[str, str, str], ...]:
    """Numbers, contrasts, initials and legal forms among the leftovers: facing each other, or on one side."""
    found = []
    left_q, left_a = [q.facts[i] for i in free_q], [a.facts[j] for j in free_a]
    numbers_q = [t.number or t.digits for t in left_q if t.digits or t.number]
    numbers_a = [t.number or t.digits for t in left_a if t.digits or t.number]
    if numbers_q or numbers_a:
        found.append(("number", " ".join(numbers_q), " ".join(numbers_a)))
    poles_q = {t.axis: t.pole for t in left_q if t.axis}
    poles_a = {t.axis: t.pole for t in left_a if t.axis}
    if poles_q or poles_a:
        for axis in sorted(poles_q.keys() | poles_a.keys()):
            found.append(("contrast", poles_q.get(axis, ""), poles_a.get(axis, "")))
    if left_q and left_a:
        letters_q = [t.text for t in left_q if len(t.text) == 1]
        letters_a = [t.text for t in left_a if len(t.text) == 1]
        if letters_q or letters_a:
            found.append(
                (
                    "initial",
                    " ".join(letters_q or [t.text for t in left_q]),
                    " ".join(letters_a or [t.text for t in left_a]),
                )
            )
    if q.legal and a.legal and q.legal.isdisjoint(a.legal):
        found.append(("legal", " ".join(sorted(q.legal)), " ".join(sorted(a.legal))))
    return tuple(found)
