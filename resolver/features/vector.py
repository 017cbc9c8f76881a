"""An alignment as numbers for the model and as evidence for people; neither carries a weight."""

from __future__ import annotations

import math

from rapidfuzz.distance import Indel

from resolver.features.agreement import Relation
from resolver.features.alignment import LIGHT, Alignment
from resolver.model import Evidence, Kind

_ratio = Indel.normalized_similarity
_INITIAL, _EQUIVALENT = Relation.INITIAL, Relation.EQUIVALENT

GROUPS = ("person", "place", "organization", "any")
"""Groups of kinds that have coefficients of their own; `any` serves where the kind is unknown."""

_PLACES = (Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.CITY, Kind.REGION, Kind.WATER)
_ORGANIZATIONS = (
    Kind.ORGANIZATION, Kind.GOVERNMENT_BODY, Kind.POLITICAL_PARTY, Kind.ARMED_GROUP, Kind.COMPANY, Kind.MEDIA,
    Kind.MILITARY,
)  # fmt: skip
_GROUP_OF: dict[str, str] = (
    {"person": "person"} | dict.fromkeys(_PLACES, "place") | dict.fromkeys(_ORGANIZATIONS, "organization")
)


def group_of(kind: str | None) -> str:
    """The group of coefficients that judges a kind.

    >>> group_of(Kind.CITY), group_of("political_party"), group_of("event"), group_of(None)
    ('place', 'organization', 'any', 'any')
    """
    return _GROUP_OF.get(kind, "any") if kind is not None else "any"


FEATURES = (
    "always", "literal", "equivalent", "sound", "fuzzy", "initial", "joined", "acronym", "doubt", "doubt_largest",
    "likelihood", "worst", "common_doubt", "contradicted", "contradicted_mass", "left_out_query", "left_out_alias",
    "left_out_query_mass", "left_out_alias_mass", "matched_mass", "one_matched", "two_matched", "three_matched",
    "complete", "identical", "same_order", "number_conflict", "number_missing", "contrast_conflict",
    "contrast_missing", "initial_conflict", "middle_conflict", "legal_conflict", "text", "text_high", "text_higher",
    "heard", "heard_high", "bones", "bones_high", "single_query", "single_alias", "single_both", "length",
    "first_paired", "last_paired", "first_contradicted", "last_contradicted", "single_doubt", "single_text_high",
    "single_short", "single_unlike", "gender_conflict",
)  # fmt: skip
"""What is measured of an alignment, in order; docs/judging.md explains each."""


def vector(alignment: Alignment) -> tuple[float, ...]:
    """The features of an alignment, in the order of `FEATURES`.

    Returns:
        Numbers in [-4, 4]; masses are sums of rarities, shares are masses over the total mass.

    >>> from resolver.features import align
    >>> found = dict(zip(FEATURES, vector(align(["north", "korea"], ["south", "korea"]))))
    >>> found["contrast_conflict"], found["number_conflict"], found["identical"]
    (1.0, 0.0, 0.0)
    """
    q, a, pairs, extra_q, extra_a, conflicts, _ = alignment
    wq, wa = q.weights, a.weights
    shares = [0.0] * 7
    doubt = largest = matched = paired = likelihood = worst = common = 0.0
    content = feminine = masculine = 0
    same_order = 1.0
    last_to = -1
    for relation, _, _, at, to, weight, alike in pairs:
        paired += weight
        if relation and relation != _INITIAL:
            ends_q, ends_a = q.texts[at][-1] == "a", a.texts[to][-1] == "a"
            feminine += ends_q and not ends_a
            masculine += ends_a and not ends_q
            lacking = weight * (1.0 - alike)
            doubt += lacking
            if lacking > largest:
                largest = lacking
            likelihood += weight * math.log(alike)
            if weight > LIGHT:
                if 1.0 - alike > worst:
                    worst = 1.0 - alike
                known = 1.0 - (wq[at] if wq[at] > wa[to] else wa[to])
                if relation != _EQUIVALENT and known > common:
                    common = known
        credit = weight * alike
        shares[relation] += credit
        matched += credit
        if credit > 0.2:
            content += 1
        if to < last_to:
            same_order = 0.0
        last_to = to
    left_q = sum([wq[i] for i in extra_q]) if extra_q else 0.0
    left_a = sum([wa[j] for j in extra_a]) if extra_a else 0.0
    total = paired + left_q + left_a or 1.0
    against = left_q if left_q < left_a else left_a
    number = number_one = contrast = contrast_one = initial = legal = middle = 0.0
    identical = q.texts == a.texts
    if identical:
        text = heard = bones = 1.0
    else:
        text, heard = _ratio(q.text, a.text), _ratio(q.heard, a.heard)
        bones = _ratio(q.bones, a.bones) if q.bones and a.bones else 0.0
        for kind, here, there in conflicts:
            both_sides = here and there
            if kind == "number":
                number, number_one = (1.0, number_one) if both_sides else (number, 1.0)
            elif kind == "contrast":
                contrast, contrast_one = (1.0, contrast_one) if both_sides else (contrast, 1.0)
            elif kind == "initial":
                initial = 1.0
            else:
                legal = 1.0
    heavy_q, heavy_a = q.heavy, a.heavy
    one_q, one_a = float(len(heavy_q) == 1), float(len(heavy_a) == 1)
    single = one_q * one_a
    first = last = first_against = last_against = 0.0
    if identical:
        first = last = 1.0
    elif not single and heavy_q and heavy_a:
        first_q, last_q, first_a, last_a = heavy_q[0], heavy_q[-1], heavy_a[0], heavy_a[-1]
        for _, _, _, at, to, _, alike in pairs:
            if at == first_q and to == first_a:
                first = alike
            if at == last_q and to == last_a:
                last = alike
        if extra_q and extra_a:
            first_against = float(first_q in extra_q and first_a in extra_a)
            last_against = float(last_q in extra_q and last_a in extra_a)
            if first > 0.5 and last > 0.5 and not (first_against or last_against):
                middle = float(any(wq[i] > LIGHT for i in extra_q) and any(wa[j] > LIGHT for j in extra_a))
    # A name of one short word has nothing but its letters: one that differs makes another name.
    short = single * max(0.0, min(1.0, (8 - min(len(q.text), len(a.text))) / 4)) if shares[2] + shares[3] > 0.0 else 0.0
    if heard == 1.0:
        short = 0.0
    text_high = text - 0.6 if text > 0.6 else 0.0
    over_q, over_a = left_q - against, left_a - against
    return (
        1.0,
        shares[0] / total, shares[1] / total, shares[2] / total, shares[3] / total, shares[4] / total,
        shares[5] / total, shares[6] / total,
        doubt / total, largest, likelihood if likelihood > -4.0 else -4.0, worst, common,
        against / total, against if against < 2.0 else 2.0,
        over_q / total, over_a / total, over_q if over_q < 2.0 else 2.0, over_a if over_a < 2.0 else 2.0,
        math.log1p(matched), float(content == 1), float(content == 2), float(content > 2),
        1.0 if left_q <= 0.13 and left_a <= 0.13 and content else 0.0, float(identical), same_order,
        number, number_one, contrast, contrast_one, initial, middle, legal,
        text, text_high, text - 0.85 if text > 0.85 else 0.0,
        heard, heard - 0.7 if heard > 0.7 else 0.0,
        bones, bones - 0.7 if bones > 0.7 else 0.0,
        one_q, one_a, single, min(len(q.text), len(a.text), 20) / 20,
        first, last, first_against, last_against,
        single * doubt, single * text_high,
        short, single * max(0.0, 0.85 - text), float(feminine + masculine > 1 and not (feminine and masculine)),
    )  # fmt: skip


_WORDS = {
    Relation.LITERAL: ("literal", "same word"),
    Relation.EQUIVALENT: ("equivalent", "known form of the same word"),
    Relation.SOUND: ("sound", "same sound"),
    Relation.FUZZY: ("fuzzy", "few letters differ"),
    Relation.INITIAL: ("initial", "initial"),
    Relation.JOINED: ("joined", "written together"),
    Relation.ACRONYM: ("acronym", "initials"),
}


def evidence(alignment: Alignment) -> tuple[Evidence, ...]:
    """The alignment as evidence, one entry for each pair, leftover and conflict.

    Values are the likeness of a pair, the rarity of a leftover, and 1 for a conflict. The order is: pairs,
    contradictions, words left out, conflicts.

    >>> from resolver.features import align
    >>> found = align(["57th", "division"], ["58th", "division"], idf=lambda _: 1.0)
    >>> [(e.name, e.detail) for e in evidence(found)]
    [('literal', 'division'), ('contradicted', '57th against 58th'), ('number_conflict', '57 against 58')]
    """
    query, alias = alignment.query, alignment.alias
    out = []
    for pair in alignment.pairs:
        name, words = _WORDS[pair.relation]
        detail = pair.query if pair.relation is Relation.LITERAL else f"{pair.query} ~ {pair.alias}: {words}"
        out.append(Evidence(name, pair.likeness, detail))
    left_q, left_a = alignment.extra_query, alignment.extra_alias
    if left_q and left_a:
        mass = min(sum(query.weights[i] for i in left_q), sum(alias.weights[j] for j in left_a), 1.0)
        here, there = " ".join(query.texts[i] for i in left_q), " ".join(alias.texts[j] for j in left_a)
        out.append(Evidence("contradicted", mass, f"{here} against {there}"))
    else:
        out.extend(Evidence("left_out_alias", query.weights[i], f"{query.texts[i]} only in the query") for i in left_q)
        out.extend(Evidence("left_out_query", alias.weights[j], f"{alias.texts[j]} only in the alias") for j in left_a)
    for kind, here, there in alignment.conflicts:
        if here and there:
            out.append(Evidence(f"{kind}_conflict", 1.0, f"{here} against {there}"))
        else:
            out.append(Evidence(f"{kind}_missing", 1.0, f"{here or there} on one side only"))
    if alignment.cross_script:
        out.append(Evidence("cross_script", 1.0, "compared by romanisation"))
    return tuple(out)
