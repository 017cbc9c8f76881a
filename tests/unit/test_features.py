"""Token alignment and its evidence: what is paired, what is left over, what contradicts."""

from __future__ import annotations

import pytest

from resolver.features import FEATURES, GROUPS, Relation, align, evidence, group_of, rarity, read_words, vector, words
from resolver.features.agreement import likeness
from resolver.features.alignment import MOST_WORDS
from resolver.features.forms import load_forms, number_of
from resolver.features.tokens import LIKENESS_FEATURES, edit_budget, likeness_vector, skeleton, sound, token


def paired(a: str, b: str, **how: object) -> list[tuple[str, str, str]]:
    return [(p.relation.name, p.query, p.alias) for p in align(a.split(), b.split(), **how).pairs]  # type: ignore[arg-type]


def features(a: str, b: str, **how: object) -> dict[str, float]:
    return dict(zip(FEATURES, vector(align(a.split(), b.split(), **how)), strict=True))  # type: ignore[arg-type]


def test_literal_words_pair_once() -> None:
    assert paired("new york new york", "new york") == [("LITERAL", "new", "new"), ("LITERAL", "york", "york")]


def test_order_of_words_does_not_matter_for_pairing() -> None:
    assert {p[1] for p in paired("lavrov sergey", "sergey lavrov")} == {"lavrov", "sergey"}
    assert features("lavrov sergey", "sergey lavrov")["same_order"] == 0.0


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("usama", "osama", "EQUIVALENT"),
        ("bob", "robert", "EQUIVALENT"),
        ("selenskyj", "zelenskiy", "SOUND"),
        ("nicaragwa", "nicaragua", "FUZZY"),
        ("reccep", "recep", "SOUND"),
        ("netanyahu", "netanyanu", "FUZZY"),
        ("ministerstvo", "ministry", "EQUIVALENT"),
        ("57th", "57", "EQUIVALENT"),
        ("third", "3rd", "EQUIVALENT"),
        ("northern", "north", "EQUIVALENT"),
    ],
)
def test_how_two_words_agree(a: str, b: str, relation: str) -> None:
    assert paired(a, b) == [(relation, a, b)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("pkk", "puk"),  # three letters never match fuzzily
        ("ira", "isa"),
        ("iran", "iraq"),  # both on record, as different places
        ("niger", "nigeria"),
        ("austria", "australia"),
        ("57th", "58th"),
        ("north", "south"),
        ("upper", "lower"),
        ("1er", "2eme"),
        ("dudong3", "dudong4"),
    ],
)
def test_different_words_are_never_paired(a: str, b: str) -> None:
    assert likeness(a, b)[1] == 0.0
    assert paired(a, b) == []


def test_nicknames_are_a_relation_not_a_rewrite() -> None:
    groups = load_forms().groups
    assert groups["bob"] & groups["robert"]
    assert groups["rob"] & groups["robert"]
    assert groups["jack"] & groups["john"]
    assert not groups["peggy"] & groups["kate"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("abdul rahman", "abdulrahman"),
        ("al asad", "alasad"),
        ("abd el rahman", "abdurrahman"),
        ("jean claude", "jeanclaude"),
    ],
)
def test_words_written_together(a: str, b: str) -> None:
    assert paired(a, b) == [("JOINED", a, b)]
    assert paired(b, a) == [("JOINED", b, a)]


def test_acronym_spells_the_initials() -> None:
    assert paired("oas", "organization of american states")[0][0] == "ACRONYM"
    assert paired("un security council", "unsc")[0][0] == "ACRONYM"
    assert paired("oas", "organization of african unity") == []


def test_an_initial_yields_to_a_whole_word() -> None:
    assert paired("j kennedy", "john kennedy", kind="person")[0] == ("INITIAL", "j", "john")
    assert ("LITERAL", "john", "john") in paired("j john", "john james", kind="person")


def test_left_out_is_not_contradicted() -> None:
    omitted = features("sergey lavrov", "sergey viktorovich lavrov", kind="person")
    contradicted = features("sergey ivanovich lavrov", "sergey viktorovich lavrov", kind="person")
    assert omitted["contradicted"] == 0.0
    assert omitted["left_out_alias"] > 0.0
    assert contradicted["contradicted"] > 0.0
    assert contradicted["middle_conflict"] == 1.0


def test_what_is_left_out_knows_its_side() -> None:
    here = features("bayer munich sport", "bayer munich")
    there = features("bayer munich", "bayer munich sport")
    assert here["left_out_query"] > 0.0 == here["left_out_alias"]
    assert there["left_out_alias"] > 0.0 == there["left_out_query"]


def test_conflicts_and_one_sided_numbers() -> None:
    assert features("57th division", "58th division")["number_conflict"] == 1.0
    assert features("57th division", "division")["number_missing"] == 1.0
    assert features("north korea", "south korea")["contrast_conflict"] == 1.0
    assert features("frost william g", "frost william w", kind="person")["initial_conflict"] == 1.0
    assert features("deutsche bank ag", "deutsche bank gmbh")["legal_conflict"] == 1.0
    assert features("deutsche bank ag", "deutsche bank plc")["legal_conflict"] == 0.0


def test_generic_words_weigh_little() -> None:
    words_ = read_words(["ministry", "of", "zelenograd"], idf=lambda w: 0.1 if w == "ministry" else 1.0)
    assert words_.weights[1] < words_.weights[2]
    assert words_.heavy == (2,)


def test_a_common_given_name_still_contradicts() -> None:
    here = read_words(["john"], idf=lambda _: 0.0, person=True)
    assert here.weights[0] > read_words(["john"], idf=lambda _: 0.0).weights[0]


def test_evidence_in_words() -> None:
    found = evidence(align(["bank", "of", "the", "west"], ["bank", "of", "the", "east"]))
    names = [e.name for e in found]
    assert names == ["literal", "literal", "literal", "contradicted", "contrast_conflict"]
    assert all(0.0 <= e.value <= 1.0 for e in found)
    assert "west against east" in found[-1].detail
    assert [e.name for e in evidence(align(["a", "b"], ["a"]))][-1] == "left_out_alias"


def test_long_names_are_bounded() -> None:
    many = [f"word{i}x" for i in range(300)]
    assert len(align(many, many[::-1]).query.texts) == MOST_WORDS


def test_empty_sides() -> None:
    assert align([], []).pairs == ()
    assert len(vector(align([], ["x"]))) == len(FEATURES)


def test_sound_meets_across_languages() -> None:
    assert sound("khruschev") == sound("khrushev")
    assert sound("selenskyj").lstrip("sz") == sound("zelenskyy").lstrip("sz")
    assert skeleton(sound("mohammed")) == skeleton(sound("muhammad"))


def test_likeness_vector_is_symmetric() -> None:
    for a, b in (("usama", "osama"), ("schmidt", "smith"), ("ivanovich", "ivan"), ("mhmd", "mohammed")):
        left, right = likeness_vector(token(a), token(b)), likeness_vector(token(b), token(a))
        assert left == right
        assert len(left) == len(LIKENESS_FEATURES)


def test_edit_budget_grows_with_length() -> None:
    budgets = [edit_budget(n) for n in range(1, 20)]
    assert budgets == sorted(budgets)
    assert budgets[:3] == [0, 0, 0]


def test_numbers_however_written() -> None:
    assert [number_of(w) for w in ("7", "07", "7th", "seventh", "vii")] == ["7"] * 5
    assert number_of("7eleven") == "7eleven"  # a number that is part of a name stays whole
    assert number_of("vi") == ""  # a name more often than a number


def test_words_of_a_key() -> None:
    assert words("obshchestvo s ogranichennoy otvetstvennostyu roga") == ("llc", "roga")
    assert words("limited liability company") == ("limited", "liability", "company")  # nothing else is left
    assert words("forty second street") == ("42", "street")
    assert words("u s a c") == ("usac",)


def test_groups_cover_the_kinds() -> None:
    assert {group_of(k) for k in ("person", "city", "company", "event", None)} == set(GROUPS)


def test_rarity_falls_with_use() -> None:
    values = [rarity(n, 100_000) for n in (1, 10, 100, 1000, 5000)]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0
    assert values[-1] == 0.0


def test_relations_are_the_share_slots() -> None:
    assert [r.name.lower() for r in Relation] == list(FEATURES[1:8])
