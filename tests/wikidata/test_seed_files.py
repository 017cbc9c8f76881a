"""Seed files: those of the project, and what is wrong with others; kinds; redirects; kept answers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from resolver.build.grow.guard import PROPERTIES, same_meaning
from resolver.build.grow.kinds import KIND_ORDER, Kinds, known_classes
from resolver.build.grow.responses import Responses, RunRecord
from resolver.build.grow.seedfile import find_seeds, read_seed
from resolver.build.sources.wikibase import CODE_SCHEME, NAME_ROLE, RELATION
from resolver.build.tables import EntityRow, read_all
from resolver.errors import InputError
from resolver.model import Kind
from resolver.redirects import Redirect, read_redirects, write_redirects

ROOT = Path(__file__).parents[2]
SEEDS = find_seeds(ROOT / "seeds")
THEMES = """
    un-members capitals cities subdivisions heads-of-state heads-of-government foreign-ministers legislators parties
    armed-groups ministries central-banks militaries news-agencies broadcasters international-organizations companies
    conflicts treaties
"""


def test_there_is_a_query_for_every_theme() -> None:
    assert set(THEMES.split()) <= {seed.path.stem for seed in SEEDS if seed.query}


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.query], ids=lambda seed: seed.path.stem)
def test_classes_in_queries_bear_the_labels_of_the_table(seed) -> None:
    for qid, label in seed.named.items():
        if qid in known_classes():
            assert label == known_classes()[qid].label
        if qid in PROPERTIES:
            assert label == PROPERTIES[qid]
    assert seed.query.count("{") == seed.query.count("}")
    assert seed.unverified  # goes when the query has been run and its range set to what it found


def test_listed_ids_are_confirmed_ones_of_the_tables() -> None:
    rows = [row for row in read_all(ROOT / "gazetteers", "entities") if isinstance(row, EntityRow)]
    confirmed = {row.qid for row in rows if not row.provisional}
    confirmed |= {line.split("\t")[0] for line in (ROOT / "seeds/checks/un_members.tsv").read_text().splitlines()[1:]}
    by_hand = [row for row in read_all(ROOT / "seeds/curated", "entities") if isinstance(row, EntityRow)]
    confirmed |= {row.qid for row in by_hand if not row.provisional}
    for seed in SEEDS:
        if seed.qids:
            seed.check_count(len(seed.qids))
            assert not set(seed.qids) - confirmed, seed.path


def test_hand_written_rows_describe_themselves_or_are_seeds() -> None:
    """Else a gazetteer that is regrown from nothing could not be built."""
    listed = {qid for seed in SEEDS for qid in seed.qids}
    by_hand = [row for row in read_all(ROOT / "seeds/curated", "entities") if isinstance(row, EntityRow)]
    assert [row.qid for row in by_hand if not (row.kind and row.label) and row.qid not in listed] == []


def test_every_property_that_is_read_is_checked_by_name() -> None:
    assert {*NAME_ROLE, *CODE_SCHEME, *RELATION} <= set(PROPERTIES)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.qids", "Q1\n", "the head needs"),
        ("a.qids", "# title: A\n# expect: 9-1\nQ1\n", "the lower number comes first"),
        ("a.qids", "# title: A\n# expect: 1-9\nTurkey\n", "a.qids:3: 'Turkey' is not a Wikidata item id"),
        ("a.qids", "# title: A\n# expect: 1-9\nx-local\n", "not a Wikidata item id"),
        ("a.qids", "# title: A\n# expect: 1-9\nQ1\nQ2\nQ1\n", "a.qids:5: Q1 stands in line 3 already"),
        ("a.rq", "# title: A\n# expect: 1-9\nSELECT ?item WHERE { } LIMIT 5\n", "take ORDER BY, LIMIT and OFFSET out"),
        ("a.rq", "# title: A\n# expect: 1-9\nSELECT ?person WHERE { }\n", "begins with SELECT DISTINCT"),
        (
            "a.rq",
            "# title: A\n# expect: 1-9\nSELECT ?item { ?item wdt:P31 wd:Q5 }\n",
            "P31, Q5 in the query but not named",
        ),
        (
            "a.rq",
            "# title: A\n# expect: 1-9\n# class: Q5\nSELECT ?item { }\n",
            "a.rq:3: expected an id and its English",
        ),
        ("a.txt", "Q1\n", "a seed is a list of ids"),
    ],
)
def test_seeds_that_cannot_be_used(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        find_seeds(path)


def test_a_seed_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.qids"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="can't be read as UTF-8"):
        read_seed(path)


def test_no_seeds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no seeds there"):
        find_seeds(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        find_seeds(tmp_path / "nowhere.qids")


def test_a_comment_in_a_query_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.rq"
    text = "# title: A\n# expect: 1-9\n# a LIMIT on our patience\nSELECT ?item { } # Q99\n"
    path.write_text(text, encoding="utf-8")
    assert read_seed(path).query == "SELECT ?item { }"


def test_the_table_of_classes() -> None:
    assert set(KIND_ORDER) == set(Kind)
    assert {row.kind for row in known_classes().values()} == set(Kind)


def test_kinds_come_from_the_nearest_class() -> None:
    kinds = Kinds({"Q901": ("Q902",), "Q902": ("Q515", "Q903"), "Q903": ("Q43229",), "Q905": ("Q905",)})
    assert kinds.kind_of(["Q901"]) == "city"
    assert kinds.kind_of(["Q903"]) == "organization"
    assert kinds.kind_of(["Q903", "Q901"]) == "city"
    assert kinds.kind_of(["Q904"]) is None
    assert kinds.kind_of(["Q905"]) is None  # a class above itself ends the walk


def test_climbing_asks_only_for_what_it_needs() -> None:
    world = {"Q901": ["Q902"], "Q902": ["Q515"]}
    asked: list[list[str]] = []

    def ask(qids: list[str]) -> dict[str, list[str]]:
        asked.append(qids)
        return {qid: world[qid] for qid in qids}

    kinds = Kinds()
    kinds.climb(["Q901", "Q5"], ask)
    assert asked == [["Q901"], ["Q902"]]
    assert kinds.kind_of(["Q901"]) == "city"


@pytest.mark.parametrize(
    ("label", "live", "same"),
    [
        ("political organisation", {"political organization"}, True),
        ("capital", {"capital city"}, True),
        ("sea", {"sea"}, True),
        ("former administrative territorial entity", {"former monastery"}, False),
        ("war", {"warbler"}, False),
    ],
)
def test_labels_that_mean_the_same(label: str, live: set[str], same: bool) -> None:
    assert same_meaning(label, live) == same


def test_redirects_are_followed_to_the_end(tmp_path: Path) -> None:
    for name, row in (("a", Redirect("Q3", "Q2", "c", "2026-01-01")), ("b", Redirect("Q2", "Q1", "b", "2026-01-02"))):
        (tmp_path / name).mkdir()
        write_redirects(tmp_path / name, [row])
    assert read_redirects([tmp_path]) == {"Q3": "Q1", "Q2": "Q1"}
    assert read_redirects([tmp_path / "a"]) == {"Q3": "Q2"}
    assert read_redirects([tmp_path / "a", tmp_path / "b"]) == {"Q3": "Q1", "Q2": "Q1"}
    assert read_redirects([tmp_path / "nowhere"]) == {}


def test_a_known_redirect_keeps_its_day(tmp_path: Path) -> None:
    write_redirects(tmp_path, [Redirect("Q3", "Q2", "c", "2026-01-01")])
    write_redirects(tmp_path, [Redirect("Q3", "Q2", "c", "2026-02-02"), Redirect("x-c", "Q2")])
    text = (tmp_path / "redirects.tsv").read_text(encoding="utf-8")
    assert text == "qid\ttarget\tlabel\tfound\nQ3\tQ2\tc\t2026-01-01\nx-c\tQ2\t\t\n"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Q1\tQ2\t\t\nQ2\tQ1\t\t\n", "in a circle: Q1 -> Q2 -> Q1"),
        ("Q1\tQ2\t\t\nQ1\tQ3\t\t\n", "Q1 redirects to Q3 here and to Q2"),
        ("Q1\tTurkey\t\t\n", ":2: expected an old id"),
        ("Q1\tQ1\t\t\n", ":2: expected an old id"),
    ],
)
def test_redirects_that_cannot_be_used(tmp_path: Path, rows: str, words: str) -> None:
    (tmp_path / "redirects.tsv").write_text(f"qid\ttarget\tlabel\tfound\n{rows}", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_redirects([tmp_path])


def test_answers_are_read_if_they_are_new_enough(tmp_path: Path) -> None:
    asked = {"ids": "Q1"}
    Responses("a", tmp_path).put(asked, {"Q1": {}})
    assert Responses("a", tmp_path).get(asked) is None
    assert Responses("a", tmp_path, newer_than=time.time() - 60).get(asked) == {"Q1": {}}
    assert Responses("b", tmp_path, newer_than=time.time() - 60).get(asked) is None
    assert Responses("a", tmp_path).get(asked, within=60) == {"Q1": {}}
    (path,) = tmp_path.glob("*/*.gz")
    os.utime(path, (0, 0))
    assert Responses("a", tmp_path, newer_than=1.0).get(asked) is None
    assert Responses("a", tmp_path).forget_old() == 1


def test_a_damaged_answer_is_asked_for_again(tmp_path: Path) -> None:
    kept = Responses("a", tmp_path, newer_than=0.0)
    kept.put({"ids": "Q1"}, {})
    (path,) = tmp_path.glob("*/*.gz")
    path.write_bytes(path.read_bytes()[:10])
    assert kept.get({"ids": "Q1"}) is None


def test_a_run_is_on_record_until_it_is_done(tmp_path: Path) -> None:
    run = RunRecord("pull x", tmp_path)
    first = run.begin(resume=True)
    assert RunRecord("pull x", tmp_path).begin(resume=True) == first
    assert RunRecord("pull x", tmp_path).begin(resume=False) > first
    assert RunRecord("pull y", tmp_path).unfinished_since() is None
    run.finish()
    assert run.unfinished_since() is None
