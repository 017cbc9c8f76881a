"""Checks that keep a broken gazetteer from being used: each fails on the fault it is there for."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from resolver import GazetteerCorrupt, Resolver
from resolver.build.checks import Problem, check_gazetteer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(mini: Resolver, tmp_path: Path) -> Resolver:
    """The mini gazetteer with a database of its own to spoil."""
    database = tmp_path / "mini.duckdb"
    shutil.copy(mini.database, database)
    return Resolver(mini.gazetteer, database, mini.config)


def spoil(resolver: Resolver, statement: str) -> None:
    with duckdb.connect(str(resolver.database)) as con:
        con.execute(statement)


def test_nothing_is_wrong_with_the_mini_gazetteer(mini: Resolver) -> None:
    assert check_gazetteer(mini) == []


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE entity SET kind = 'planet' WHERE qid = 'Q43'", "kind outside the list"),
        ("UPDATE alias SET role = 'pseudonym' WHERE text = 'Türkiye'", "role outside the list"),
        ("UPDATE alias SET register = 'rude' WHERE text = 'Türkiye'", "register outside the list"),
        ("UPDATE alias SET strength = 'medium' WHERE text = 'Türkiye'", "strength outside the list"),
        ("UPDATE alias SET entity_id = 999 WHERE text = 'Türkiye'", "alias of nothing"),
        ("DELETE FROM alias WHERE text = 'Syria' OR text = 'Syrian'", "entity without a name"),
        ("UPDATE relation SET subject = 'Q404' WHERE relation = 'wing_of'", "relation from nothing"),
        ("UPDATE relation SET object = 'Q404' WHERE relation = 'wing_of'", "relation to nothing"),
        ("INSERT INTO position (qid, title) VALUES ('Q404', 'King')", "position of nothing"),
        ("UPDATE lookup SET is_match = true WHERE key = 'georgia'", "two matches under one key"),
        ("UPDATE entity SET label = 'Angora' WHERE qid = 'Q3640'", "capital"),
    ],
)
def test_each_fault_is_found(copy: Resolver, statement: str, check: str) -> None:
    spoil(copy, statement)
    found = check_gazetteer(copy)
    assert check in {problem.check for problem in found}
    assert found == sorted(found)


def test_a_large_city_has_to_lead(copy: Resolver) -> None:
    spoil(copy, "UPDATE entity SET label = 'Angora', capital = NULL WHERE qid = 'Q3640'")
    assert check_gazetteer(copy) == [Problem("city above a million", "Angora (Q3640)", "unmatched nothing")]


def test_lists_of_names_that_have_to_resolve(mini: Resolver, tmp_path: Path) -> None:
    (tmp_path / "un_members.tsv").write_text(
        "qid\tlabel\nQ43\tTürkiye\nQ230\tGeorgia\nQ183\tGermany\n", encoding="utf-8"
    )
    (tmp_path / "g20_leaders.tsv").write_text(
        "qid\tlabel\nQ7747\tVladimir Putin\nQ7747\tV. Zelenskyy\n", encoding="utf-8"
    )
    assert list(map(str, check_gazetteer(mini, tmp_path))) == [
        "G20 leader: V. Zelenskyy (Q7747): matched Q3874799",
        "UN member: Germany (Q183): unmatched nothing",
    ]


def test_a_database_that_can_not_be_read(mini: Resolver, tmp_path: Path) -> None:
    (tmp_path / "bad.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(GazetteerCorrupt, match=r"bad\.duckdb"):
        check_gazetteer(Resolver(mini.gazetteer, tmp_path / "bad.duckdb", mini.config))


def test_nothing_is_wrong_with_the_bundled_one(bundled: Resolver) -> None:
    from resolver.bundle import check_lists

    assert check_lists() is not None
    assert check_gazetteer(bundled, check_lists()) == []
