"""Class Resolver: hints, bulk, looking things up."""

from __future__ import annotations

import pickle
import threading
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from resolver import Config, InputError, Kind, Resolution, Resolver, Status
from resolver.lexicon import common_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_many_is_lazy_and_in_order(mini: Resolver) -> None:
    taken = 0

    def names() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "Türkiye" if taken % 2 else f"nobody {taken}"

    stream = mini.resolve_many(names())
    assert taken == 0
    first = [next(stream) for _ in range(4)]
    assert [r.query for r in first] == ["Türkiye", "nobody 2", "Türkiye", "nobody 4"]
    assert [r.qid for r in first] == ["Q43", None, "Q43", None]
    assert taken < 100_000


def test_every_name_comes_back(mini: Resolver) -> None:
    names = ["Türkiye", "", "  ", "Türkiye", "🙂", "x" * 600, "Georgia"]
    found = list(mini.resolve_many(names))
    assert [r.query for r in found] == names
    assert [str(r.status) for r in found] == [
        "matched", "unmatched", "unmatched", "matched", "unmatched", "unmatched", "ambiguous",
    ]  # fmt: skip
    assert [e.name for e in found[5].evidence] == ["too_long"]
    assert [e.name for e in found[1].evidence] == ["no_key"]


def test_wrong_hints_fail_before_the_first_name(mini: Resolver) -> None:
    with pytest.raises(InputError, match="kind"):
        mini.resolve_many(iter(()), kind="planet")


@pytest.mark.parametrize(
    "hint",
    [
        {"kind": "country"},
        {"exclude_kind": "city"},
        {"country": "TR"},
        {"as_of": "1980-01-01"},
        {"lang": "tr"},
        {"top": 1},
    ],
)
def test_hints_in_bulk_as_one_by_one(mini: Resolver, hint: dict[str, object]) -> None:
    names = ["Georgia", "Ankara", "Soviet Union", "Türkiye", "YPG/PKK", "US", "", "nobody"]
    assert list(mini.resolve_many(names, **hint)) == [mini.resolve(name, **hint) for name in names]


def test_kinds_and_days_in_all_their_types(mini: Resolver) -> None:
    expected = mini.resolve("Georgia", kind="country", as_of="2020-05-01")
    assert mini.resolve("Georgia", kind=Kind.COUNTRY, as_of=date(2020, 5, 1)) == expected
    assert mini.resolve("Georgia", kind=[Kind.COUNTRY], as_of=datetime(2020, 5, 1, 13, 0)) == expected
    assert mini.resolve("Georgia", kind=("country",)) != expected


@pytest.mark.parametrize("country", ["TR", "tr", "TUR", "Q43", "Türkiye", "turkey", ["US", "TR"]])
def test_countries_in_all_their_forms(mini: Resolver, country: object) -> None:
    assert mini.resolve("Ankara", country=country).qid == "Q3640"


@pytest.mark.parametrize("lang", ["tr", "TR", "zh-Hant", "zh_hant", ["tr", "en"]])
def test_languages_in_all_their_forms(mini: Resolver, lang: object) -> None:
    assert mini.resolve("Türkiye", lang=lang).qid == "Q43"


def test_every_answer_says_where_it_comes_from(mini: Resolver) -> None:
    for name in ("Türkiye", "Georgia", "nobody", "", "YPG/PKK", "PKK's Syrian wing"):
        found = mini.resolve(name)
        assert found.gazetteer_version == mini.gazetteer.version
        assert found.config_hash == mini.config.hash


def test_the_day_comes_back_whatever_the_answer(mini: Resolver) -> None:
    for name in ("Türkiye", "Georgia", "nobody", "", "YPG/PKK", "PKK's Syrian wing", "---"):
        assert mini.resolve(name, as_of="2016-03-01").as_of == date(2016, 3, 1), name


def test_settings_of_the_caller_show_in_the_hash(mini: Resolver) -> None:
    assert mini.resolve("Türkiye", top=1).config_hash == mini.config.replace(top=1).hash


def test_looking_up(mini: Resolver) -> None:
    assert mini.entity("Q43").label == "Turkey"
    assert {alias.text for alias in mini.aliases("Q7747")} >= {"Vladimir Putin", "Владимир Путин", "Putin"}


@pytest.mark.parametrize("qid", ["", "43", "Q0", "q43", "Q999999999", "x-nobody", None, 43, "Q43\n"])
def test_looking_up_what_is_not_there(mini: Resolver, qid: object) -> None:
    for look in (mini.entity, mini.aliases):
        with pytest.raises(InputError):
            look(qid)  # type: ignore[operator]


def test_as_a_context_manager_and_closed_twice(mini_path: Path) -> None:
    with Resolver.open(mini_path) as resolver:
        found = resolver.resolve("Türkiye")
    resolver.close()
    resolver.close()
    assert (found.qid, found.label) == ("Q43", "Turkey")


def test_a_path_as_text(mini_path: Path) -> None:
    assert Resolver.open(str(mini_path)).resolve("Türkiye").qid == "Q43"


def test_the_variable_names_a_file(mini_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini_path))
    assert Resolver.open().database == mini_path


def test_bulk_answers_survive_pickling(mini: Resolver) -> None:
    for answer in mini.resolve_many(["Türkiye", "Georgia", "nobody", "YPG/PKK"]):
        copy: Resolution = pickle.loads(pickle.dumps(answer))
        assert copy == answer
        assert copy.to_dict() == answer.to_dict()


def test_several_threads(mini_path: Path) -> None:
    resolver = Resolver.open(mini_path, config=Config())
    names = ["Türkiye", "Georgia", "nobody", "YPG/PKK", "Putin", "V. Putin"] * 50
    expected = [resolver.resolve(name) for name in names]
    outcomes: list[bool] = []

    def work() -> None:
        outcomes.append(list(resolver.resolve_many(names)) == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 4


def test_an_unmatched_name_lists_whom_it_may_mean(mini: Resolver) -> None:
    found = mini.resolve("AA")
    assert found.status is Status.UNMATCHED
    assert found.qid is found.best is found.alias is found.label is found.kind is None
    assert [c.entity.qid for c in found.candidates] == ["x-anadolu-agency"]
    assert mini.resolve("AA", kind="media").qid == "x-anadolu-agency"


def test_ordinary_words_in_bulk_as_one_by_one(bundled: Resolver) -> None:
    # The one place where capitals decide though no alias is cased: `may` is a word, `May` a name.
    names = [form for word in sorted(common_words()) for form in (word, word.title(), word.upper())]
    wrong = []
    for name, bulk in zip(names, bundled.resolve_many(names), strict=True):
        settled, single = (bulk.status, bulk.qid), bundled.resolve(name)
        if settled != (single.status, single.qid) or bulk != single:
            wrong.append((name, settled, single))
    assert wrong == []
