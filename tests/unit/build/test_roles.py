from __future__ import annotations

import pytest

from resolver.build.roles import Subject, capitals, common_words, judge, name_parts

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
