"""What every scorer keeps: range, identity, documented symmetry, no dependence on what was asked before."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resolver.comparison import align_names, compare, read_name
from resolver.features import vector
from resolver.features.agreement import likeness
from resolver.features.tokens import token
from resolver.model import Kind

VOCABULARY = """bank ministry usama osama bin laden 57th 58th north south korea al asad alasad john jon j smith gmbh
    ag москва محمد 北京 zelenskyy selenskyj un unsc security council the of party"""
WORDS = st.sampled_from(VOCABULARY.split())
NAMES = st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(max_size=40))
KINDS = st.one_of(st.none(), st.sampled_from(list(Kind)))


@given(NAMES, NAMES, KINDS)
@settings(max_examples=300, deadline=None)
def test_range(a: str, b: str, kind: Kind | None) -> None:
    found = compare(a, b, kind=kind)
    assert 0.0 <= found.score <= 1.0
    assert 0.0 <= found.probability < 1.0
    assert all(0.0 <= e.value <= 1.0 for e in found.evidence)


@given(NAMES, NAMES, KINDS)
@settings(max_examples=200, deadline=None)
def test_nothing_is_more_like_a_name_than_itself(a: str, b: str, kind: Kind | None) -> None:
    # A word written twice carries less than one: for such names the order may turn by a hair.
    assume(all(len(set(name.casefold().split())) == len(name.split()) for name in (a, b)))
    assert (
        compare(a, a, kind=kind).score >= compare(a, b, kind=kind).score - 1e-9
        or read_name(a).script != read_name(b).script
    )


@given(NAMES, NAMES, KINDS)
@settings(max_examples=200, deadline=None)
def test_swapping_exchanges_only_what_was_left_out(a: str, b: str, kind: Kind | None) -> None:
    one, two = (align_names(read_name(x), read_name(y), kind=kind) for x, y in ((a, b), (b, a)))
    assert len(one.pairs) == len(two.pairs)
    assert {(e.kind, e.q, e.a) for e in _conflicts(one)} == {(e.kind, e.a, e.q) for e in _conflicts(two)}
    assert abs(vector(one)[1] - vector(two)[1]) < 1e-9  # the literal share


@given(NAMES, NAMES)
@settings(max_examples=100, deadline=None)
def test_the_caches_change_nothing(a: str, b: str) -> None:
    warm = compare(a, b)
    likeness.cache_clear()
    token.cache_clear()
    read_name.cache_clear()
    assert compare(a, b) == warm


class _Conflict:
    def __init__(self, kind: str, q: str, a: str) -> None:
        self.kind, self.q, self.a = kind, q, a


def _conflicts(alignment: object) -> list[_Conflict]:
    return [_Conflict(*c) for c in alignment.conflicts]  # type: ignore[attr-defined]
