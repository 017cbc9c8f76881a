from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.build import roles
from resolver.build.roles import ROLE_ORDER, Subject, capitals, common_words, judge, may_be_part, name_parts

COUNTRY = Subject("country", "United States")
BODY = Subject("organization", "World Trade Forum")


def person(label: str, *names: str, family_first: bool = False) -> Subject:
    parts, tails = name_parts({name: ["en"] for name in (label, *names)}, family_first=family_first)
    return Subject("person", label, "", parts, tails)


@pytest.mark.parametrize(
    ("subject", "text", "kinds", "expected"),
    [
        (COUNTRY, "USA", {"code": ["mul"], "label": ["de", "cs"]}, ("label", "strong", True)),
        (COUNTRY, "US", {"alias": ["en"]}, ("acronym", "weak", True)),
        (COUNTRY, "U.S.", {"short": ["en"]}, ("acronym", "weak", True)),
        (COUNTRY, "us", {"alias": ["en"]}, ("alias", "weak", False)),
        (COUNTRY, "Americans", {"demonym": ["en"]}, ("demonym", "weak", False)),
        (BODY, "WTFO", {"acronym": ["en"]}, ("acronym", "strong", True)),
        (BODY, "UNESCO", {"acronym": ["en"]}, ("acronym", "strong", False)),
        (BODY, "WTF", {"label": ["en"]}, ("label", "weak", True)),
        (BODY, "WTF", {"label": ["en", "tr"]}, ("label", "strong", True)),
        (BODY, "Forum", {"alias": ["en"]}, ("alias", "weak", False)),
        (BODY, "Sir World", {"descriptive": ["en"]}, ("descriptor", "strong", False)),
        (Subject("company", "Apple"), "Apple", {"label": ["en"]}, ("label", "weak", False)),
        (Subject("city", "Nice"), "Nice", {"label": ["fr"]}, ("label", "strong", False)),
        (Subject("city", "Of"), "Of", {"label": ["tr"]}, ("label", "weak", False)),
        (Subject("country", "Turkey"), "Turkey", {"label": ["en"]}, ("label", "strong", False)),
        (Subject("other", "Airport", "airport"), "SAME", {"acronym": ["en"]}, ("code", "weak", True)),
        (Subject("country", "Republic of Congo"), "Congo", {"demonym": ["en"]}, ("alias", "weak", False)),
    ],
)
def test_judge(subject: Subject, text: str, kinds: dict[str, list[str]], expected: tuple[str, str, bool]) -> None:
    assert tuple(judge(subject, text, kinds, ["xfactr"])) == expected


@pytest.mark.parametrize(
    ("subject", "text", "role"),
    [
        (person("Angela Merkel"), "Merkel", "surname"),
        (person("Angela Merkel"), "Angela", "nickname"),
        (person("Ursula von der Leyen"), "von der Leyen", "surname"),
        (person("Xi Jinping", family_first=True), "Xi", "surname"),
        (person("Xi Jinping", family_first=True), "Jinping", "nickname"),
        (person("Angela Merkel", "安格拉·默克尔"), "默克尔", "surname"),
        (person("Iosif Jughashvili"), "Koba", "nickname"),
    ],
)
def test_one_word_of_a_persons_name_is_weak(subject: Subject, text: str, role: str) -> None:
    verdict = judge(subject, text, {"alias": ["en"]}, ["xfactr"])
    assert (verdict.role, verdict.strength) == (role, "weak")


def test_a_persons_own_one_word_label_and_curated_short_names_stay_strong() -> None:
    assert judge(person("Voltaire"), "Voltaire", {"label": ["fr"]}, ["xfactr"]).strength == "strong"
    merkel = person("Angela Merkel")
    assert judge(merkel, "Merkel", {"short": ["de"]}, ["curated"]).role == "short"
    assert judge(merkel, "Merkel", {"short": ["de"]}, ["curated"]).strength == "strong"


def test_a_chinese_full_name_is_no_surname() -> None:
    assert judge(person("Xi Jinping"), "习近平", {"label": ["zh"]}, ["xfactr"]).strength == "strong"


def test_a_clubs_short_name_that_is_a_town_is_weak() -> None:
    club = Subject("organization", "Woking F.C.", "sports_team")
    assert judge(club, "Woking", {"short": ["en"]}, ["reep"], places={"woking"}).strength == "weak"
    assert judge(club, "Woking", {"short": ["en"]}, ["reep"], places={"leeds"}).strength == "strong"
    team = Subject("organization", "Brazil", "national_team")
    assert judge(team, "Brazil", {"label": ["en"]}, ["reep"], places={"brazil"}).strength == "weak"
    company = Subject("company", "Santander")
    assert judge(company, "Santander", {"label": ["es"]}, ["nsi"], places={"santander"}).strength == "strong"


def test_capitals_counts_letters_of_cased_alphabets_only() -> None:
    assert [capitals(text) for text in ("ΝΑΤΟ", "НАТО", "C-SPAN", "日本", "AC DC", "G20")] == [4, 4, 5, 0, 0, 1]


def test_common_words_are_casefolded_and_classed() -> None:
    words = common_words()
    assert words["of"] == "function"
    assert words["apple"] == "content"
    assert words["φωσ"] == "content"  # casefolded: the final sigma of φως is gone
    assert all(word == word.casefold() for word in words)
    assert set(words.values()) == {"function", "content"}


_WORDS = [
    "Ada",
    "von",
    "der",
    "Leyen",
    "al",
    "Testville",
    "FC",
    "U.",
    "S.",
    "G",
    "7",
    "Ü",
    "Путин",
    "普京",
    "of",
    "Li·Wei",
]
texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
given_as = st.dictionaries(
    st.sampled_from([*ROLE_ORDER, "descriptive", "odd"]), st.just(["en"]), min_size=1, max_size=3
)


@given(
    texts,
    st.lists(texts, min_size=1, max_size=3),
    given_as,
    st.sampled_from(["person", "city", "company"]),
    st.booleans(),
)
def test_the_short_way_of_most_names_is_the_long_way(
    text: str, names: list[str], kinds: dict[str, list[str]], kind: str, generic: bool
) -> None:
    parts, tails = name_parts({name: ["en"] for name in [text, *names]})
    subject = Subject(kind, names[0], "", parts, tails)
    places = {"testville", "ada testville"}
    short = judge(subject, text, kinds, ("x",), places=places, generic=generic)
    with pytest.MonkeyPatch.context() as long:
        long.setattr(roles, "_WORDY", frozenset())
        assert judge(subject, text, kinds, ("x",), places=places, generic=generic) == short
    # What is no part of another name is judged without the parts of the others.
    if not may_be_part(text):
        assert judge(Subject(kind, names[0]), text, kinds, ("x",), places=places, generic=generic) == short
