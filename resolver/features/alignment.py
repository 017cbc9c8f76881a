"""Token alignment: each token of the mention is paired with at most one of the alias.

Literal pairs come first, then joined tokens ("al asad", "alasad"), then the most alike remaining pairs, best
first; what is left over on both sides faces each other as a contradiction, and what is left over on one side
only was left out. No whole-string ratio decides anything here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from resolver.features.agreement import Relation, likeness
from resolver.features.tokens import Token, edit_budget, edits, token
from resolver.features.weights import builtin_rarity

Rarity = Callable[[str], float]
"""Token to its rarity in [0, 1]: 1 for a word that hardly any entity shares, near 0 for "bank" or "john"."""

_by_position = itemgetter(3, 4)
# Looked up once: alignment runs for every candidate of every query.
_LITERAL, _INITIAL = Relation.LITERAL, Relation.INITIAL

LIGHT = 0.12
"""Ceiling of the rarity of particles, legal forms and honorifics."""

LETTER = 0.2
"""Least rarity of a single letter in a person's name, where it is an initial."""

COMMON_NAME = 0.4
"""Least rarity of a word of a person's name: two common given names contradict as two rare ones do."""

MOST_WORDS = 40
"""Words of a name that are aligned; the rest of a longer one is ignored, to bound the work."""


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
        special: Whether any is a number, a direction, a single letter or a place on record.
    """

    texts: tuple[str, ...]
    facts: tuple[Token, ...]
    weights: tuple[float, ...]
    heavy: tuple[int, ...]
    text: str
    heard: str
    bones: str
    legal: frozenset[str]
    special: bool


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


def nothing_left(alignment: Alignment) -> bool:
    """Whether every word that says who is meant has a partner on the other side.

    >>> nothing_left(align(["bank", "of", "japan"], ["japan", "bank"]))
    True
    >>> nothing_left(align(["saba"], ["saba", "bonaire"]))
    False
    """
    query, alias = alignment.query, alignment.alias
    left = [query.weights[i] for i in alignment.extra_query] + [alias.weights[j] for j in alignment.extra_alias]
    return all(weight <= LIGHT for weight in left)


def qualified(alignment: Alignment) -> bool:
    """Whether the alias begins with a word of weight that the query lacks: "British Windward Islands".

    >>> qualified(align(["windward", "islands"], ["british", "windward", "islands"]))
    True
    >>> qualified(align(["antigua"], ["antigua", "barbuda"]))
    False
    """
    first = min((pair.to for pair in alignment.pairs), default=0)
    return any(j < first and alignment.alias.weights[j] > LIGHT for j in alignment.extra_alias)


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
        any(fact.special for fact in facts),
    )


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
        query: Words of the key of the name met, or what `read_words` made of them; may be empty.
        alias: The same of the name on record.
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
    texts_q, _, wq, _, _, _, _, legal_q, special_q = q
    texts_a, _, wa, _, _, _, _, legal_a, special_a = a
    pairs: list[Pair] = []
    if texts_q == texts_a:
        for i, text in enumerate(texts_q):
            pairs.append(Pair(_LITERAL, text, text, i, i, wq[i], 1.0))
        return Alignment(q, a, tuple(pairs), (), (), (), cross_script)
    free_q: list[int] = []
    free_a = list(range(len(texts_a)))
    for i, text in enumerate(texts_q):
        if text in texts_a:
            for j in free_a:
                if texts_a[j] == text:
                    pairs.append(Pair(_LITERAL, text, text, i, j, wq[i], 1.0))
                    free_a.remove(j)
                    break
            else:
                free_q.append(i)
        else:
            free_q.append(i)
    if free_q and free_a:
        if len(free_q) > 1:
            _pair_joined(texts_q, texts_a, wq, wa, free_q, free_a, pairs, cross_script, swap=False)
        if len(free_a) > 1 and free_q:
            _pair_joined(texts_a, texts_q, wa, wq, free_a, free_q, pairs, cross_script, swap=True)
        _pair_alike(texts_q, texts_a, wq, wa, free_q, free_a, pairs, cross_script)
        if len(free_q) > 1 and free_a:
            _pair_acronym(q, a, free_q, free_a, pairs, swap=False)
        if len(free_a) > 1 and free_q:
            _pair_acronym(a, q, free_a, free_q, pairs, swap=True)
        if len(pairs) > 1:
            pairs.sort(key=_by_position)
    speaking = special_q or special_a or (legal_q and legal_a)
    conflicts = _conflicts(q, a, free_q, free_a) if speaking else ()
    return Alignment(q, a, tuple(pairs), tuple(free_q), tuple(free_a), conflicts, cross_script)


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
                found.append((relation is _INITIAL, -value, abs(i - j), i, j, relation))
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
    at = 0
    while at < len(free_m) - 1 and free_o:
        first, second = free_m[at], free_m[at + 1]
        at += 1
        if second - first != 1:
            continue
        head, tail = many[first][0], many[second][-1]
        length = len(many[first]) + len(many[second])
        for j in free_o:
            other = one[j]
            size = len(other)
            # The same letter at one end and about the same length, or it is not worth a look.
            if size < 4 or size < length - 2 or (other[0] != head and other[-1] != tail):
                continue
            run = free_m[at - 1 : at + 1]
            if size > length + 2:
                run = free_m[at - 1 : at + 2]
                if len(run) < 3 or run[2] - second != 1:
                    continue
            value = joined_likeness([many[i] for i in run], other, cross)
            if value > 0.0:
                weight = (min(1.0, sum([wm[i] for i in run])) + wo[j]) / 2
                long = " ".join([many[i] for i in run])
                _add(pairs, Relation.JOINED, long, other, run[0], j, weight, value, swap)
                at -= 1
                free_m[at : at + len(run)] = []
                free_o.remove(j)
                break


def joined_likeness(run: list[str], other: str, cross: bool) -> float:
    """Likeness of a run of words, written together, to one word; 0 where they are not the same."""
    text = "".join(run)
    if text == other:
        return 1.0
    budget = edit_budget(len(text))
    if edits(text, other, score_cutoff=budget) > budget:
        return 0.0
    value = likeness(text, other, cross)[1]
    # A run of which one word alone is nearly as like the other side is not written together.
    if value <= 0.6 or any(likeness(word, other, cross)[1] > 0.5 for word in run):
        return 0.0
    return value


def _pair_acronym(
    many: Words, one: Words, free_m: list[int], free_o: list[int], pairs: list[Pair], *, swap: bool
) -> None:
    """A short token that spells the initials of the free tokens of the other side.

    Particles count or not, and a part that is an acronym itself may stand whole (UN Security Council, UNSC).
    """
    texts, facts, ones = many.texts, many.facts, one.texts
    first, second, most = texts[free_m[0]], texts[free_m[1]], len(free_m)
    heads = first[0] + second[0]
    for j in free_o:
        text = ones[j]
        # No longer than there are words, unless it starts with a short word whole; most words are out here.
        if text[0] in heads and (1 < len(text) <= most or text[:2] in (first[:2], second[:2])) and len(text) <= 8:
            break
    else:
        return
    spelt = spelt_acronyms(texts, free_m, [i for i in free_m if facts[i].light != "particle"])
    for j in free_o:
        text = ones[j]
        if text in spelt and len(text) > 1:
            words = spelt[text]
            weight = (min(1.0, sum([many.weights[i] for i in words])) + one.weights[j]) / 2
            long = " ".join([texts[i] for i in words])
            _add(pairs, Relation.ACRONYM, long, text, words[0], j, weight, 1.0, swap)
            free_m[:] = [i for i in free_m if i not in words and facts[i].light != "particle"]
            free_o.remove(j)
            return


def spelt_acronyms(texts: Sequence[str], free: list[int], full: list[int]) -> dict[str, list[int]]:
    """The acronyms that words at some positions make, with those that make them: without particles, and with them."""
    spelt: dict[str, list[int]] = {}
    for words in (full, free):
        if len(words) > 1:
            spelt["".join([texts[i] if len(texts[i]) <= 3 else texts[i][0] for i in words])] = words
            spelt["".join([texts[i][0] for i in words])] = words
    return spelt


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
    if q.special or a.special:
        numbers_q = [t.number or t.digits for t in left_q if t.digits or t.number]
        numbers_a = [t.number or t.digits for t in left_a if t.digits or t.number]
        if numbers_q or numbers_a:
            found.append(("number", " ".join(numbers_q), " ".join(numbers_a)))
        poles_q = {t.axis: t.pole for t in left_q if t.axis}
        poles_a = {t.axis: t.pole for t in left_a if t.axis}
        for axis in sorted(poles_q.keys() | poles_a.keys()):
            found.append(("contrast", poles_q.get(axis, ""), poles_a.get(axis, "")))
        if left_q and left_a:
            letters_q = [t.text for t in left_q if len(t.text) == 1]
            letters_a = [t.text for t in left_a if len(t.text) == 1]
            if letters_q or letters_a:
                here = letters_q or [t.text for t in left_q]
                there = letters_a or [t.text for t in left_a]
                found.append(("initial", " ".join(here), " ".join(there)))
    if q.legal and a.legal and q.legal.isdisjoint(a.legal):
        found.append(("legal", " ".join(sorted(q.legal)), " ".join(sorted(a.legal))))
    return tuple(found)
