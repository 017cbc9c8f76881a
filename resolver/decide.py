"""Hits under one name -> shares of belief -> status. The only file that says `matched`.

Every entity that holds the name gets a weight:

    weight = how well the alias identifies (ALIAS_WEIGHT)  x  likelihood of the reading (1 for the key itself)
             x  2 ** (PROMINENCE * prior)                  x  what the hints say (HINT_WEIGHT)

The name may also mean something the gazetteer does not hold: that has the weight of UNKNOWN, by how well the
best alias identifies. Probability is a weight's part of the total, capped by RELIABLE, so that a name which
several entities share is never certain. Namesakes that lie one in the other (a city and its province) share
one belief; the reading order is country, city, subdivision. docs/decide.md has the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from resolver import calibrate, scoring
from resolver.config import Config
from resolver.features import Relation
from resolver.features.alignment import LIGHT
from resolver.features.weights import load_odds
from resolver.gazetteer import CASED, KINDS, NO_DAY, ROLES, WEAK, Gazetteer
from resolver.hits import Channel, Hit
from resolver.model import Alias, Answer, Entity, Evidence, Hints, Kind, Role, Status, Strength
from resolver.namesakes import OWN_NAMES, breadth, is_wide, nested, weigh_narrow
from resolver.normalize import exact_key

ALIAS_WEIGHT = {
    Role.LABEL: 1.0,
    Role.OFFICIAL: 1.0,
    Role.ENDONYM: 1.0,
    Role.SHORT: 0.8,
    Role.ALIAS: 0.5,
    Role.ACRONYM: 0.6,
    Role.CODE: 0.15,
    Role.HISTORICAL: 0.5,
    Role.NICKNAME: 0.3,
    Role.DESCRIPTOR: 0.5,
    Role.TITLE: 0.3,
    Role.DEMONYM: 0.25,
    Role.METONYM: 0.2,
    Role.SURNAME: 0.4,
}
"""How well an alias identifies its entity, by role."""

WEAK_WEIGHT = 0.15
LATIN_WEIGHT = 0.35
OTHER_CASE_WEIGHT = 0.2
PROMINENCE = 12.0
UNKNOWN = {Strength.STRONG: 0.02, Strength.WEAK: 0.6}
RELIABLE = {Strength.STRONG: 0.985, Strength.WEAK: 0.93}
WEAK_ACRONYM_RELIABLE = 0.6
"""Three letters that no person has judged mean too much to be matched without a kind."""
HINT_WEIGHT = {
    "outside_validity": 0.04,
    "alias_outside_validity": 0.35,
    "other_country": 0.002,
    "country_unknown": 0.3,
    "other_language": 0.5,
    "ended": 0.4,
    "inside_validity": 20.0,
}
COUNTRIES = frozenset({Kind.COUNTRY, Kind.TERRITORY})
KIND_GIVEN_WEIGHT = 0.02
"""What is left of the unknown's weight once the caller vouches for the kind."""
NAMESAKE_SHARE = 0.9
RIVAL_PRIOR, RIVAL_SHARE = 0.6, 0.1
"""A rival this prominent, with this share of belief, under this very name is never passed over in silence."""
UNKNOWN_PRIOR = 0.2

OTHER_GIVEN_NAME = 0.25
"""What is left where only a bare surname is resembled and the mention has another name beside it.

Of 552 made-up people with a statesman's surname 28 were matched before this and the rule on initials, 17 with them;
of 2,500 misspelt names as many as before.
"""

OTHER_SURNAME = 0.1
"""What is left of the odds where the surname is resembled only, and is one that others bear as it stands."""

_DOTTED = re.compile(r"\s*(?:[a-z]\.\s?)+[a-z]\.?\s*")
_ROLE_WEIGHT = [ALIAS_WEIGHT[role] for role in ROLES]
_PERSON = KINDS.index(Kind.PERSON)
_ACRONYM = ROLES.index(Role.ACRONYM)


@dataclass(slots=True)
class Contender:
    """An entity in the running, by numbers; words are found for it only if it is shown."""

    entity: int
    hit: Hit
    weight: float
    weak: bool
    probability: float = 0.0
    nested: bool = False
    other_case: bool = False
    most: float = 1.0
    notes: list[Evidence] = field(default_factory=list)


def decide(gazetteer: Gazetteer, query: str, hits: Iterable[Hit], hints: Hints, config: Config) -> Answer:
    """Weigh the hits of one mention and settle its status.

    Args:
        gazetteer: Where the hits' numbers point.
        query: The mention as given; its capitals decide whether codes and acronyms count.
        hits: Proposals of every channel, in any order.
        hints: What the caller knows.
        config: Thresholds.

    Returns:
        matched, ambiguous or unmatched, with at most `config.top` candidates in total order.
    """
    return answered(gazetteer, rank(gazetteer, query, hits, hints), hints, config)


def answered(gazetteer: Gazetteer, contenders: Sequence[Contender], hints: Hints, config: Config) -> Answer:
    """The answer that ranked contenders give; candidates and evidence are put into words when looked at."""
    status, margin = settle_status(gazetteer, contenders, config, kind_given=bool(hints.kinds))
    if contenders:
        from resolver.wording import Words  # which builds on this file

        words = Words(gazetteer, tuple(contenders[: config.top]), len(contenders), hints, config)
        return words.answer(status, margin)
    return Answer(
        status=status,
        margin=margin,
        as_of=hints.as_of,
        gazetteer_version=gazetteer.version,
        config_hash=config.hash,
    )


def rank(gazetteer: Gazetteer, query: str, hits: Iterable[Hit], hints: Hints) -> list[Contender]:
    """Entities with their share of belief, best first: probability, then prior, then QID number."""
    best: dict[int, Contender] = {}
    form: str | None = None
    by_kind = bool(hints.kinds or hints.exclude_kinds)
    ordinary = query.islower() and is_common_word(query)
    hits = list(hits)
    small = ordinary and not any(_is_country(gazetteer, hit) or hit.resemblance for hit in hits)
    bearing = bearings(gazetteer, hits, hints) if hits and hits[0].resemblance else {}
    for hit in hits:
        number = gazetteer.alias_entity[hit.alias]
        if hints.never and gazetteer.qid(number) in hints.never:
            continue
        if by_kind and not _kind_fits(gazetteer, number, hints):
            continue
        flags, other_case = gazetteer.alias_flags[hit.alias], False
        if flags & CASED and hit.channel is Channel.EXACT:
            form = cased_form(query) if form is None else form
            proper = cased_form(gazetteer.alias_text(hit.alias))
            if proper != form:
                if not _readable_in_lower_case(proper, form):
                    continue
                other_case = True
                note = Evidence("other_case", OTHER_CASE_WEIGHT, f"written {query}, the name is {proper}")
                hit = Hit(hit.alias, hit.channel, hit.likelihood * OTHER_CASE_WEIGHT, (*hit.evidence, note))
        if ordinary and flags & WEAK:
            continue
        if small:
            other_case = True
            note = Evidence("other_case", OTHER_CASE_WEIGHT, f"{query} is an ordinary word, written small")
            hit = Hit(hit.alias, hit.channel, hit.likelihood * OTHER_CASE_WEIGHT, (*hit.evidence, note))
        most = bearing.get((hit.key, number), 1.0)
        weight = _weight(gazetteer, number, hit, flags, hints, most)
        held = best.get(number)
        if held is None or weight > held.weight or (weight == held.weight and _is_shown(gazetteer, hit, held.hit)):
            best[number] = Contender(number, hit, weight, bool(flags & WEAK), other_case=other_case, most=most)
    contenders = sorted(best.values(), key=lambda c: c.entity)
    if len(contenders) > 1 and not contenders[0].hit.resemblance:
        weigh_narrow(gazetteer, contenders, hints)
    if contenders:
        _share(gazetteer, contenders, hints)
        prior = gazetteer.entity_prior
        contenders.sort(key=lambda c: (-c.probability, -prior[c.entity], c.entity))
    return contenders


def settle_status(
    gazetteer: Gazetteer, contenders: Sequence[Contender], config: Config, *, kind_given: bool = False
) -> tuple[Status, float]:
    """Status and margin of ranked contenders.

    Matched needs probability, margin, no prominent rival, and for an acronym its capitals or a kind. Ambiguous
    means that the name is known, since what it may mean among all contenders reaches the probability of a match,
    yet no single one does.
    """
    if not contenders:
        return Status.UNMATCHED, 0.0
    first = contenders[0].probability
    margin = round(first - (contenders[1].probability if len(contenders) > 1 else 0.0), 6)
    sure = first >= config.match_probability and margin >= config.match_margin
    if sure and contenders[0].other_case and not kind_given:
        return Status.UNMATCHED, margin
    if sure:
        rivals = (c for c in contenders[1:] if c.probability >= RIVAL_SHARE)
        if any(_prominent(gazetteer, c) for c in rivals):
            return Status.AMBIGUOUS, margin
        return Status.MATCHED, margin
    # Many names resemble any string a little: what is only resembled is known if the two best carry the belief,
    # by names that identify.
    known = [c for c in contenders[:2] if not c.weak] if contenders[0].hit.resemblance else contenders
    if len(contenders) > 1 and sum(c.probability for c in known) >= config.match_probability:
        return Status.AMBIGUOUS, margin
    return Status.UNMATCHED, margin


def _prominent(gazetteer: Gazetteer, contender: Contender) -> bool:
    role = ROLES[gazetteer.alias_role[contender.hit.alias]]
    own_name = role in OWN_NAMES and not contender.weak
    if not own_name or contender.nested or gazetteer.prior(contender.entity) < RIVAL_PRIOR:
        return False
    return is_wide(gazetteer.alias(contender.hit.alias).langs)


def _is_shown(gazetteer: Gazetteer, hit: Hit, held: Hit) -> bool:
    """Whether of two names of one weight the first is shown: English ones, then those of more languages."""
    ranks = [(breadth(gazetteer.alias(one.alias).langs), -one.alias) for one in (hit, held)]
    return ranks[0] > ranks[1]  # aliases are numbered in text order, whatever the order of hits


def cased_form(text: str) -> str:
    """What has to be equal, capitals included, for a code or an acronym to count.

    Full stops between single letters say as much as capitals do: "u.s." is no pronoun.

    >>> cased_form("U.S.") == cased_form("US") == cased_form("u.s."), cased_form("us") == cased_form("US")
    (True, False)
    """
    if _DOTTED.fullmatch(text):
        text = text.upper()
    return "".join(c for c in text if c.isalnum() or c == "&")


def unknown_weight(strength: Strength, *, kind_given: bool = False) -> float:
    """Weight of "something the gazetteer does not hold" beside an alias of this strength.

    Args:
        strength: Of the strongest alias under the name.
        kind_given: Whether the caller vouches for the kind.
    """
    weight = UNKNOWN[strength] * 2 ** (PROMINENCE * UNKNOWN_PRIOR)
    return weight * KIND_GIVEN_WEIGHT if kind_given else weight


def _readable_in_lower_case(proper: str, form: str) -> bool:
    """Whether an acronym is worth listing though it is not in capitals: `usa`, `pkk`; never `us`, `who`, `it`."""
    if len(proper) < 3 or not proper.isascii() or proper.lower() != form.lower():
        return False
    return not is_common_word(form.lower())


def is_common_word(text: str) -> bool:
    """Whether a string is an ordinary word in any spelling: `may`, `who`, `said`."""
    from resolver.lexicon import common_words

    return exact_key(text) in common_words()


# -- weights


def bearings(gazetteer: Gazetteer, hits: Iterable[Hit], hints: Hints) -> dict[tuple[int, int], float]:
    """Share of each entity in each key that was found, as if the key itself had been asked for, kind unknown.

    Returns:
        Key number and entity number to share in (0, 1]; those whose kind is not asked for have none.
    """
    weights: dict[int, dict[int, float]] = {}
    strong: dict[int, Strength] = {}
    for hit in hits:
        number = gazetteer.alias_entity[hit.alias]
        if not _kind_fits(gazetteer, number, hints):
            continue
        weight = _name_weight(gazetteer, number, hit.alias)
        held = weights.setdefault(hit.key, {})
        held[number] = max(weight, held.get(number, 0.0))
        if not gazetteer.alias_flags[hit.alias] & WEAK:
            strong[hit.key] = Strength.STRONG
    return {
        (key, number): weight / total
        for key, held in weights.items()
        for total in (sum(held.values()) + unknown_weight(strong.get(key, Strength.WEAK)),)
        for number, weight in held.items()
    }


def _is_country(gazetteer: Gazetteer, hit: Hit) -> bool:
    return KINDS[gazetteer.entity_kind[gazetteer.alias_entity[hit.alias]]] in COUNTRIES


def _kind_fits(gazetteer: Gazetteer, number: int, hints: Hints) -> bool:
    kind = KINDS[gazetteer.entity_kind[number]]
    return (not hints.kinds or kind in hints.kinds) and kind not in hints.exclude_kinds


def _name_weight(gazetteer: Gazetteer, number: int, alias: int) -> float:
    """What an entity weighs among those that bear one name."""
    weight = _ROLE_WEIGHT[gazetteer.alias_role[alias]] * 2 ** (PROMINENCE * round(gazetteer.entity_prior[number], 4))
    return weight * WEAK_WEIGHT if gazetteer.alias_flags[alias] & WEAK else weight


def _weight(gazetteer: Gazetteer, number: int, hit: Hit, flags: int, hints: Hints, bearing: float) -> float:
    if hit.resemblance:
        seen = scoring.observed(hit.resemblance, bearing, bool(flags & WEAK), gazetteer.prior(number))
        weight = hit.likelihood * scoring.fuzzy_odds(seen, hit.resemblance.kind, kind_given=bool(hints.kinds))
        if ROLES[gazetteer.alias_role[hit.alias]] is Role.SURNAME and hit.resemblance.extra > LIGHT:
            weight *= OTHER_GIVEN_NAME
    else:
        weight = hit.likelihood * _name_weight(gazetteer, number, hit.alias)
        if hit.channel is Channel.LATIN:
            weight *= LATIN_WEIGHT
    if hints:
        for name, _ in hint_evidence(gazetteer.entity_at(number), gazetteer.alias(hit.alias, hints.langs), hints):
            weight *= HINT_WEIGHT[name]
    elif gazetteer.entity_to[number] != NO_DAY and gazetteer.entity_kind[number] != _PERSON:
        weight *= HINT_WEIGHT["ended"]
    return weight


def hint_evidence(entity: Entity, alias: Alias, hints: Hints) -> Iterator[tuple[str, str]]:
    """What the hints say of an entity by one of its names: evidence and its detail."""
    if day := hints.as_of:
        # People are named long after their death; before its start nothing is named.
        if entity.valid_from and day < entity.valid_from:
            yield "outside_validity", f"{entity.label} begins on {entity.valid_from}"
        elif entity.valid_to and entity.kind is not Kind.PERSON:
            if day > entity.valid_to:
                yield "outside_validity", f"{entity.label} ended on {entity.valid_to}"
            else:
                yield "inside_validity", f"{entity.label} lasted until {entity.valid_to}"
        if (alias.valid_from and day < alias.valid_from) or (alias.valid_to and day > alias.valid_to):
            yield "alias_outside_validity", f"{alias.text}: {alias.valid_from or '…'} to {alias.valid_to or '…'}"
    elif entity.valid_to and entity.kind is not Kind.PERSON:
        yield "ended", f"{entity.label} ended on {entity.valid_to}"
    if hints.countries and entity.qid not in hints.countries:
        if not entity.countries and entity.kind not in COUNTRIES:
            yield "country_unknown", f"no country is known for {entity.label}"
        elif hints.countries.isdisjoint(entity.countries):
            yield "other_country", f"{entity.label} belongs to {', '.join(entity.countries) or 'itself'}"
    if hints.langs and alias.langs and hints.langs.isdisjoint(alias.langs) and "mul" not in alias.langs:
        yield "other_language", f"{alias.text} is listed under {alias.lang}"


def _share(gazetteer: Gazetteer, contenders: Sequence[Contender], hints: Hints) -> None:
    """Turn weights into probabilities, namesakes that nest first among themselves."""
    if contenders[0].hit.resemblance:
        _share_fuzzy(gazetteer, contenders, kind_given=bool(hints.kinds))
    else:
        strength = Strength.WEAK if all(c.weak for c in contenders) else Strength.STRONG
        total = sum([c.weight for c in contenders]) + unknown_weight(strength, kind_given=bool(hints.kinds))
        strong, by_kind = RELIABLE[Strength.STRONG], bool(hints.kinds)
        for c in contenders:
            most = reliable(gazetteer, c, kind_given=by_kind) if c.weak else strong
            c.probability = round(most * c.weight / total, 6)
    if len(contenders) == 1:
        return
    for first, *others in nested(gazetteer, contenders, dated=bool(hints.as_of)):
        belief = first.probability + sum(c.probability for c in others)
        kept = max(first.probability, NAMESAKE_SHARE * belief)
        rest = belief - first.probability
        for c in others:
            c.probability = round(c.probability * (belief - kept) / rest, 6) if rest else 0.0
            c.nested = True
            c.notes.append(Evidence("namesake", 0.0, f"shares its name with {_named(gazetteer, first)}, read first"))
        first.probability = round(kept, 6)
        first.notes.append(Evidence("namesake", 1.0, "before " + ", ".join(_named(gazetteer, c) for c in others)))


def _share_fuzzy(gazetteer: Gazetteer, contenders: Sequence[Contender], *, kind_given: bool) -> None:
    """Shares of names that resemble the mention: weights are odds against the unknown; the best share is calibrated."""
    total = 1.0 + sum(c.weight for c in contenders)
    best = max(contenders, key=lambda c: c.weight)
    assert best.hit.resemblance is not None
    share = best.weight / total
    known = calibrate.apply(load_odds().knots[scoring.odds_class(best.hit.resemblance, kind_given=kind_given)], share)
    if 0.0 < known < 1.0 and _has_another_surname(gazetteer, best):
        known = 1.0 / (1.0 + (1.0 - known) / (known * OTHER_SURNAME))
        best.notes.append(Evidence("other_surname", OTHER_SURNAME, "the surname is one that others bear"))
    ratio = known / share if share > 0.0 else 0.0
    rest = total - 1.0 - best.weight
    for c in contenders:
        part = share * ratio if c is best else min(ratio * c.weight / total, (1.0 - share * ratio) * c.weight / rest)
        # A misspelt name says no more than the name itself would.
        c.probability = round(min(part, c.most), 6)


def _has_another_surname(gazetteer: Gazetteer, contender: Contender) -> bool:
    """Whether a mention of several words ends in a surname that others bear, and this person does not: Rossi, Bossi."""
    seen = contender.hit.resemblance
    if seen is None or seen.kind is not Kind.PERSON or seen.single:
        return False
    words = seen.alignment.query
    last = words.heavy[-1] if words.heavy else -1
    if not any(pair.at == last and pair.relation is Relation.FUZZY for pair in seen.alignment.pairs):
        return False
    key = gazetteer.key_number(words.texts[last])
    bearers = {gazetteer.alias_entity[alias] for alias, _ in gazetteer.hits(key)} if key is not None else set()
    return contender.entity not in bearers and any(gazetteer.entity_kind[number] == _PERSON for number in bearers)


def reliable(gazetteer: Gazetteer, contender: Contender, *, kind_given: bool) -> float:
    """The most that one name can be trusted, by the strength and role of the alias."""
    if not contender.weak:
        return RELIABLE[Strength.STRONG]
    if gazetteer.alias_role[contender.hit.alias] == _ACRONYM and not kind_given:
        return WEAK_ACRONYM_RELIABLE
    return RELIABLE[Strength.WEAK]


def _named(gazetteer: Gazetteer, contender: Contender) -> str:
    entity = gazetteer.entity_at(contender.entity)
    return f"the {entity.kind} {entity.label} ({entity.qid})"
