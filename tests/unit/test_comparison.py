"""compare(): the judgements that users notice, by kind and script."""

from __future__ import annotations

import json

import pytest

from resolver.comparison import align_names, compare, read_name
from resolver.errors import InputError, ResolverError

SAME = [
    ("Usama bin Ladin", "Osama Bin Laden", "person"),
    ("Zelenskiy, Volodimir", "Volodymyr Zelenskyy", "person"),
    ("Selenskyj", "Zelenskyy", "person"),
    ("Lavrov, S. V.", "Sergey Viktorovich Lavrov", "person"),
    ("J.K. Rowling", "Joanne K. Rowling", "person"),
    ("Jon Smith", "John Smith", "person"),
    ("Bob Smith", "Robert Smith", "person"),
    ("محمد بن سلمان", "Mohammed bin Salman", "person"),
    ("习近平", "Xi Jinping", "person"),
    ("Владимир Путин", "Vladimir Putin", "person"),
    ("Reccep Erdogan", "Recep Erdoğan", "person"),
    ("Nicaragwa", "Nicaragua", "country"),
    ("Deutschland", "Germany", "country"),
    ("Abdul Rahman al Asad", "Abdulrahman Alasad", "person"),
    ("Siemens Aktiengesellschaft", "Siemens AG", "company"),
    ("Open Joint Stock Company Gazprom", "OAO Gazprom", "company"),
    ("Brigade Forty-Four", "Brigade 44", "military"),
    ("1st International Bank", "First International Bank", "company"),
    ("A-B-C Holdings", "ABC Holdings", "company"),
    ("O.A.S.", "Organization of American States", "organization"),
    ("Ministerio de Defensa", "Ministry of Defence", "government_body"),
]

DIFFERENT = [
    ("Bank of the West", "Bank of the East", "company"),
    ("57th Division", "58th Division", "military"),
    ("North Korea", "South Korea", "country"),
    ("Iran", "Iraq", "country"),
    ("Niger", "Nigeria", "country"),
    ("Austria", "Australia", "country"),
    ("Slovakia", "Slovenia", "country"),
    ("PKK", "PUK", "armed_group"),
    ("Ministry of Justice", "Ministry of Finance", "government_body"),
    ("Government of Estonia", "Government of Ethiopia", "government_body"),
    ("John Smith", "Peter Smith", "person"),
    ("Sergey Ivanovich Lavrov", "Sergey Viktorovich Lavrov", "person"),
    ("William G. Frost", "William W. Frost", "person"),
    ("New Jersey", "Jersey", "territory"),
    ("Mexico City", "Guatemala City", "city"),
    ("Angela Merkel", "Vladimir Putin", "person"),
    ("محمد", "صادق", "person"),
    ("東京", "北京", "city"),
]


@pytest.mark.parametrize(("a", "b", "kind"), SAME)
def test_one_entity(a: str, b: str, kind: str) -> None:
    assert compare(a, b, kind=kind).probability > 0.5


@pytest.mark.parametrize(("a", "b", "kind"), DIFFERENT)
def test_two_entities(a: str, b: str, kind: str) -> None:
    assert compare(a, b, kind=kind).probability < 0.5


def test_omission_is_weaker_than_contradiction() -> None:
    def p(a: str, b: str) -> float:
        return compare(a, b, kind="person").probability

    full = "Sergey Viktorovich Lavrov"
    assert p("Sergey Lavrov", full) > p("Sergey Ivanovich Lavrov", full) + 0.3


def test_no_key_is_no_name() -> None:
    for a, b in (("", ""), ("🙂", "🙂"), ("—", "..."), ("", "Ankara")):
        assert compare(a, b).probability == 0.0


def test_like_meets_like_script() -> None:
    assert align_names(read_name("محمد"), read_name("محمود")).query.texts == ("محمد",)
    assert align_names(read_name("محمد"), read_name("Mohammed")).query.texts == ("mhmd",)
    assert align_names(read_name("محمد"), read_name("Mohammed")).cross_script


def test_initials_stay_apart_for_people_only() -> None:
    name = read_name("J.P. Morgan")
    assert align_names(name, name, kind="person").query.texts == ("j", "p", "morgan")
    assert align_names(name, name, kind="company").query.texts == ("jp", "morgan")


def test_input_errors_say_what_and_what_is_allowed() -> None:
    with pytest.raises(InputError, match="must be a string"):
        compare(None, "x")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="too long"):
        compare("x" * 501, "x")
    with pytest.raises(InputError, match="unknown kind 'planet'"):
        compare("x", "y", kind="planet")
    assert issubclass(InputError, ResolverError)


def test_plain_data() -> None:
    found = json.loads(json.dumps(compare("Kofi Annan", "K. Annan", kind="person").to_dict()))
    assert set(found) == {"a", "b", "kind", "score", "probability", "evidence"}
    assert found["kind"] == "person"
    assert {e["name"] for e in found["evidence"]} >= {"literal", "initial"}
