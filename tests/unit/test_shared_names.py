"""Several entities under one name: names that few languages use, former names of states, the name that is shown."""

from __future__ import annotations

import pytest

from resolver import Resolver, Status
from resolver.namesakes import WIDE, breadth, is_wide


def test_english_names_come_first_then_those_of_more_languages() -> None:
    many = tuple("de fr it ru tr".split())  # noqa: SIM905
    assert breadth(("en",)) > breadth(()) > breadth(many) >= WIDE > breadth(("tr",))
    assert [is_wide(langs) for langs in (("en",), (), many, ("tr",))] == [True, True, True, False]


def test_a_name_that_few_languages_use_weighs_little_beside_a_wide_one_unless_it_is_one_of_them(
    bundled: Resolver,
) -> None:
    def share(lang: str | None) -> float:
        found = bundled.resolve("Guiana", kind=("country", "territory"), lang=lang)
        return next(c.probability for c in found.candidates if c.entity.qid == "Q734")

    # Guyana is so called in Portuguese and three small languages, French Guiana in English.
    assert share("pt") > 0.85
    assert share(None) < 0.75


@pytest.mark.parametrize(("name", "qid"), [("West Germany", "Q713750"), ("Germany West", "Q713750")])
def test_a_state_of_this_name_comes_before_the_one_that_followed_it(bundled: Resolver, name: str, qid: str) -> None:
    assert bundled.resolve(name).qid == qid


def test_a_former_name_still_leads_to_the_state_where_no_other_bears_it_widely(bundled: Resolver) -> None:
    assert bundled.resolve("Zaire", kind="country").candidates[0].entity.qid == "Q974"
    assert bundled.resolve("West Germany", as_of="2020-01-01").candidates[0].entity.qid == "Q183"


@pytest.mark.parametrize("name", ["Saint Martin", "St. Martin", "Guiana"])
def test_a_name_of_two_territories_is_ambiguous(bundled: Resolver, name: str) -> None:
    assert bundled.resolve(name, kind=("country", "territory")).status is Status.AMBIGUOUS


def test_the_name_shown_is_the_one_most_widely_used(bundled: Resolver) -> None:
    alias = bundled.resolve("Türkiye").alias
    assert alias is not None
    assert (alias.text, alias.lang) == ("Türkiye", "en")
