"""Any decisions, any order, any hints: what is answered is what the rules on the page say, alone and in bulk."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from resolver import Kind, OverrideConflict, Resolver, Status
from resolver.overrides import Decision, Override, Overrides

GROUPS = [["US", "us", "Us"], ["Georgia", "GEORGIA"], ["the sick man", "The Sick Man"]]
QIDS = ["Q43", "Q230", "Q1428", "Q30"]
SPANS = [(None, None), (None, date(2015, 12, 31)), (date(2016, 1, 1), None)]


def rows_about(names: list[str]) -> st.SearchStrategy[Override]:
    """Decisions about one key, so that they meet."""
    return st.builds(
        lambda name, by_key, decision, qid, kind, country, span: Override(
            name="" if by_key else name,
            key=name,
            decision=decision,
            qid="" if decision is Decision.NONE else qid,
            kind=kind,
            country=country,
            valid_from=span[0],
            valid_to=span[1],
        ),
        st.sampled_from(names),
        st.booleans(),
        st.sampled_from(Decision),
        st.sampled_from(QIDS),
        st.sampled_from([None, None, Kind.COUNTRY]),
        st.sampled_from(["", "", "US"]),
        st.sampled_from(SPANS),
    )


cases = st.sampled_from(GROUPS).flatmap(
    lambda names: st.tuples(st.lists(rows_about(names), min_size=1, max_size=8), st.sampled_from(names))
)
hints = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([None, "country", "subdivision"]),
        "country": st.sampled_from([None, "US"]),
        "as_of": st.sampled_from([None, "2015-06-01", "2020-01-01"]),
    }
)


def free_of_contradictions(several: list[Override]) -> Overrides:
    held = Overrides()
    for row in several:
        try:
            held = held.including([row])
        except OverrideConflict:
            continue
    return held


def form(name: str) -> str:
    """The forms of docs/overrides.md, for the names above only."""
    return "any" if " " in name else "all" if name.isupper() else "no" if name.islower() else "first"


def holding(held: Overrides, name: str, asked: dict[str, str | None]) -> list[Override]:
    found = []
    for row in held:
        if row.key != name.lower() or (row.name and form(row.name) != form(name)):
            continue
        if (row.kind and row.kind != asked["kind"]) or (row.country and row.country != asked["country"]):
            continue
        if row.valid_from or row.valid_to:
            day = asked["as_of"]
            if day is None or not str(row.valid_from or "0") <= day <= str(row.valid_to or "9"):
                continue
        found.append(row)
    return sorted(found, key=particularity, reverse=True)


def particularity(row: Override) -> tuple[bool, ...]:
    named = bool(row.name) and form(row.name) != "any"
    return bool(row.kind), bool(row.country), bool(row.valid_from or row.valid_to), named


@settings(max_examples=100, deadline=None)
@given(case=cases, asked=hints, seed=st.integers(0, 9))
def test_decisions_do_what_the_page_says(
    mini: Resolver, mini_path: Path, case: tuple[list[Override], str], asked: dict[str, str | None], seed: int
) -> None:
    several, name = case
    held = free_of_contradictions(several)
    shuffled = list(held)
    random.Random(seed).shuffle(shuffled)
    assert Overrides(shuffled) == held
    resolver = Resolver.open(mini_path, overrides=held)
    found = resolver.resolve(name, **asked)
    refused: set[str] = set()
    for row in holding(held, name, asked):
        if row.decision is Decision.NEVER:
            refused.add(row.qid)
        elif row.decision is Decision.NONE:
            assert (found.status, found.candidates) == (Status.UNMATCHED, ())
            break
        elif row.qid not in refused and asked["kind"] in (None, mini.entity(row.qid).kind):
            assert (found.qid, found.probability) == (row.qid, 1.0)
            break
    else:
        assert not refused & {candidate.entity.qid for candidate in found.candidates}
        if not refused:
            expected = mini.resolve(name, **asked)
            assert (found.status, found.candidates) == (expected.status, expected.candidates)
    (alone,) = resolver.resolve_many([name], **asked)
    assert alone == found
    several_found = list(resolver.resolve_many([name, "Ankara", name], **asked))
    assert several_found[0] == several_found[2] == found
    assert (several_found[0].status, several_found[0].qid) == (found.status, found.qid)
