from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from resolver.build.labels import choose_label
from resolver.build.merge import Draft, choose_kind, clean_date, merge_entity, read_exceptions
from resolver.build.signals import office
from resolver.build.sources.facts import FactEntity
from resolver.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def fact(kind: str, label: str, description: str = "", *, source: str = "ne", **extra: Any) -> FactEntity:
    return FactEntity("Q5", kind, label, description, (), extra, (source,))


def test_the_first_folder_decides_and_named_exceptions_win() -> None:
    rows = [fact("country", "Ruritania"), fact("organization", "Ruritania", source="xfactr")]
    assert choose_kind(rows, {}) == "country"
    assert choose_kind(rows[::-1], {}) == "organization"
    assert choose_kind(rows, {"Q5": "region"}) == "region"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (fact("organization", "Don Cossacks", subtype="ethnic_group"), "other"),
        (fact("organization", "Diet", subtype="parliament"), "government_body"),
        (fact("subdivision", "Azov", "city/town; human settlement", source="xfactr"), "city"),
        (fact("person", "Bellevue", "city in King County, Washington", source="fb15k"), "city"),
        (fact("organization", "Sikhs", "ethnic group", source="fb15k"), "other"),
        (fact("person", "Ann Lee", "author of fictional diaries", source="fb15k"), "person"),
    ],
)
def test_classes_filed_under_a_neighbouring_kind(row: FactEntity, kind: str) -> None:
    assert choose_kind([row], {}) == kind


def test_merge_takes_the_first_value_of_each_column() -> None:
    rows = [
        fact("country", "Ruritania", iso2="RU", population=9),
        FactEntity("Q5", "organization", "Rurit&amp;nia", "a state", ("Q7",), {"start": "962"}, ("xfactr",)),
    ]
    merged = merge_entity(Draft(rows), {}, set())
    assert merged is not None
    assert merged.row.label == "Ruritania"
    assert merged.row.description == "a state"
    assert merged.row.codes == ("iso2:RU",)
    assert (merged.row.valid_from, merged.row.population) == ("0962", 9)
    assert merged.row.sources == ("ne", "xfactr")
    assert merged.names == {"Ruritania": "ne", "Rurit&nia": "xfactr"}


def test_lists_and_common_nouns_are_no_entities() -> None:
    assert merge_entity(Draft([fact("government_body", "Category:Ports")]), {}, set()) is None
    noun = fact("person", "pianist", "musician who plays the piano", source="fb15k")
    assert merge_entity(Draft([noun]), {}, set()) is None
    assert merge_entity(Draft([noun]), {"Q5": "person"}, set()) is not None
    assert merge_entity(Draft([fact("company", "freenet", source="nsi")]), {}, set()) is not None


def test_positions_have_a_country_only_when_it_is_certain() -> None:
    extra = {"positions": [["Mayor"], ["Judge", "2001-00-00", None]], "birth": "1950-01-02"}
    one = merge_entity(Draft([FactEntity("Q5", "person", "A B", "", ("Q1",), extra, ("everypol",))]), {}, set())
    two = merge_entity(Draft([FactEntity("Q5", "person", "A B", "", ("Q1", "Q2"), extra, ("everypol",))]), {}, set())
    assert one is not None
    assert two is not None
    assert [(p.title, p.country, p.valid_from) for p in one.positions] == [
        ("Judge", "Q1", "2001"),
        ("Mayor", "Q1", None),
    ]
    assert {p.country for p in two.positions} == {None}
    assert one.row.valid_from == "1950-01-02"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1953-13-01", "1953"), ("2020-02-29", "2020-02-29"), (-27, None), ("", None), ("c. 1900", None), (None, None)],
)
def test_clean_date(value: object, expected: str | None) -> None:
    assert clean_date(value) == expected


@pytest.mark.parametrize(
    ("titles", "description", "expected"),
    [
        (["President"], "", "head_of_state"),
        (["President of Ruritania"], "", "head_of_state"),
        (["President of the Football Union"], "", "official"),
        (["Vice President"], "", "official"),
        (["Prime Minister", "Mayor"], "", "head_of_government"),
        (["Chief Minister of Zenda"], "", "official"),
        (["Minister of Finance"], "", "minister"),
        (["member of the National Assembly"], "", "legislator"),
        ([], "American politician, 3rd President of Ruritania from 1913 to 1921", "head_of_state"),
        ([], "Deputy Prime Minister of Ruritania", "minister"),
        ([], "president of the Zenda Football Club", None),
        ([], "pianist", None),
    ],
)
def test_office(titles: list[str], description: str, expected: str | None) -> None:
    assert office(titles, description, [], {"ruritania"}) == expected


def test_exceptions_name_the_line_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "kind_exceptions.tsv"
    path.write_text("qid\tkind\tlabel\twhy\nQ5\tcity\tZenda\ta town\nQ6\ttown\tX\ty\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"kind_exceptions\.tsv:3"):
        read_exceptions(path)


def test_a_voted_label_gives_way_only_to_a_clear_majority() -> None:
    names = {
        "Siemens & Halske": {"label": ["en"]},
        "Siemens AG": {"alias": ["en"], "label": ["de", "fr", "nl"]},
        "SAG": {"acronym": ["en"], "label": ["de", "fr", "nl", "tr"]},
    }
    assert choose_label("Siemens & Halske", "company", names) == "Siemens AG"
    assert choose_label("Siemens & Halske", "person", names) == "Siemens & Halske"
    names["Siemens & Halske"]["label"] = ["en", "it"]
    assert choose_label("Siemens & Halske", "company", names) == "Siemens & Halske"
    assert choose_label("It", "other", {"It": {"label": ["en"]}}) is None
