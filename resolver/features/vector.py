"""An alignment as numbers for the model and as evidence for people; neither carries a weight."""

from __future__ import annotations

import math

from rapidfuzz.distance import Indel

from resolver.features.alignment import Alignment, Relation
from resolver.features.tokens import token
from resolver.model import Evidence, Kind

_ratio = Indel.normalized_similarity

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
    "contradicted", "contradicted_mass", "left_out_query", "left_out_alias", "left_out_query_mass",
    "left_out_alias_mass", "matched_mass", "one_matched", "two_matched", "three_matched", "complete", "identical",
    "same_order", "number_conflict", "number_missing", "contrast_conflict", "contrast_missing", "text", "text_high",
    "text_higher", "heard", "heard_high", "bones", "bones_high", "single_query", "single_alias", "single_both",
    "length", "first_paired", "last_paired", "first_contradicted", "last_contradicted", "cross_script",
    "cross_bones", "cross_heard", "single_doubt", "single_text_high",
)  # fmt: skip
"""What is measured of an alignment, in order; docs/judging.md explains each."""


def vector(alignment: Alignment, *, cross_script: bool = False) -> tuple[float, ...]:
    """The features of an alignment, in the order of `FEATURES`.

    Args:
        alignment: From `align`.
        cross_script: Whether the two names were written in different scripts.

    Returns:
        Numbers in [0, 3]; masses are sums of rarities, shares are masses over the total mass.
    """
    query, alias, pairs, extra_q, extra_a, wq, wa, conflicts = alignment
    identical = query == alias
    shares = [0.0] * 7
    doubt = largest = matched = paired = 0.0
    content = 0
    order = 1.0
    last = -1
    for relation, _, _, _, to, weight, alike in pairs:
        paired += weight
        if relation:
            lacking = weight * (1.0 - alike)
            doubt += lacking
            if lacking > largest:
                largest = lacking
        credit = weight * alike
        shares[relation] += credit
        matched += credit
        if credit > 0.2:
            content += 1
        if to < last:
            order = 0.0
        last = to
    left_q = sum([wq[i] for i in extra_q]) if extra_q else 0.0
    left_a = sum([wa[j] for j in extra_a]) if extra_a else 0.0
    total = paired + left_q + left_a or 1.0
    against = left_q if left_q < left_a else left_a
    text_q, text_a = "".join(query), "".join(alias)
    if identical:
        text = heard = bones = 1.0
        number_conflict = number_missing = contrast_conflict = contrast_missing = 0.0
    else:
        text = _ratio(text_q, text_a)
        facts_q, facts_a = [token(t) for t in query], [token(t) for t in alias]
        heard = _ratio("".join([f.sound for f in facts_q]), "".join([f.sound for f in facts_a]))
        bones_q, bones_a = "".join([f.skeleton for f in facts_q]), "".join([f.skeleton for f in facts_a])
        bones = _ratio(bones_q, bones_a) if bones_q and bones_a else 0.0
        number_conflict = number_missing = contrast_conflict = contrast_missing = 0.0
        for kind, here, there in conflicts:
            if kind == "number":
                number_conflict, number_missing = (1.0, 0.0) if here and there else (0.0, 1.0)
            elif here and there:
                contrast_conflict = 1.0
            else:
                contrast_missing = 1.0
    heavy_q = [i for i in range(len(query)) if wq[i] > 0.12] or [0]
    heavy_a = [j for j in range(len(alias)) if wa[j] > 0.12] or [0]
    one_q, one_a = float(len(heavy_q) == 1), float(len(heavy_a) == 1)
    both = one_q * one_a
    first = last_ = first_against = last_against = 0.0
    if not both:
        to_of = {at: (to, alike) for _, _, _, at, to, _, alike in pairs}
        if to_of.get(heavy_q[0], (-1, 0.0))[0] == heavy_a[0]:
            first = to_of[heavy_q[0]][1]
        if to_of.get(heavy_q[-1], (-1, 0.0))[0] == heavy_a[-1]:
            last_ = to_of[heavy_q[-1]][1]
        first_against = float(heavy_q[0] in extra_q and heavy_a[0] in extra_a)
        last_against = float(heavy_q[-1] in extra_q and heavy_a[-1] in extra_a)
    cross = 1.0 if cross_script else 0.0
    complete = 1.0 if left_q <= 0.13 and left_a <= 0.13 and content else 0.0
    text_high = text - 0.6 if text > 0.6 else 0.0
    return (
        1.0,
        shares[0] / total, shares[1] / total, shares[2] / total, shares[3] / total, shares[4] / total,
        shares[5] / total, shares[6] / total,
        doubt / total, largest,
        against / total, min(against, 2.0),
        (left_q - against) / total, (left_a - against) / total, min(left_q - against, 2.0), min(left_a - against, 2.0),
        math.log1p(matched), float(content == 1), float(content == 2), float(content > 2),
        complete, float(identical), order,
        number_conflict, number_missing, contrast_conflict, contrast_missing,
        text, text_high, text - 0.85 if text > 0.85 else 0.0,
        heard, heard - 0.7 if heard > 0.7 else 0.0,
        bones, bones - 0.7 if bones > 0.7 else 0.0,
        one_q, one_a, both, min(len(text_q), len(text_a), 20) / 20,
        first, last_, first_against, last_against,
        cross, cross * bones, cross * heard,
        both * doubt, both * text_high,
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


def evidence(alignment: Alignment, *, cross_script: bool = False) -> tuple[Evidence, ...]:
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
    left_q = [i for i in alignment.extra_query if query[i]]
    left_a = [j for j in alignment.extra_alias if alias[j]]
    if left_q and left_a:
        mass = min(
            sum(alignment.query_weights[i] for i in left_q),
            sum(alignment.alias_weights[j] for j in left_a),
            1.0,
        )
        here, there = (" ".join(query[i] for i in left_q), " ".join(alias[j] for j in left_a))
        out.append(Evidence("contradicted", mass, f"{here} against {there}"))
    else:
        out.extend(
            Evidence("left_out_alias", alignment.query_weights[i], f"{query[i]} only in the query")
            for i in left_q
        )
        out.extend(
            Evidence("left_out_query", alignment.alias_weights[j], f"{alias[j]} only in the alias")
            for j in left_a
        )
    for kind, here, there in alignment.conflicts:
        if here and there:
            out.append(Evidence(f"{kind}_conflict", 1.0, f"{here} against {there}"))
        else:
            out.append(Evidence(f"{kind}_missing", 1.0, f"{here or there} on one side only"))
    if cross_script:
        out.append(Evidence("cross_script", 1.0, "compared by romanisation"))
    return tuple(out)
