"""Arrays made anew from a database that came without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolver import GazetteerCorrupt
from resolver.build.reopen import derive_exact
from resolver.gazetteer import Gazetteer

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_those_of_the_build(mini_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "some.exact"
    derive_exact(mini_path, target)
    assert target.read_bytes() == mini_path.with_suffix(".exact").read_bytes()
    assert [p.name for p in target.parent.iterdir()] == ["some.exact"]


def test_the_database_is_not_touched(mini_path: Path, tmp_path: Path) -> None:
    before = mini_path.read_bytes(), mini_path.stat().st_mtime_ns
    derive_exact(mini_path, tmp_path / "some.exact")
    assert (mini_path.read_bytes(), mini_path.stat().st_mtime_ns) == before


def test_progress(mini_path: Path, tmp_path: Path) -> None:
    told: list[float] = []
    derive_exact(mini_path, tmp_path / "some.exact", lambda _stage, part: told.append(part))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_a_failure_leaves_what_was_there(mini_path: Path, tmp_path: Path) -> None:
    target, bad = tmp_path / "some.exact", tmp_path / "bad.duckdb"
    derive_exact(mini_path, target)
    bad.write_bytes(mini_path.read_bytes()[:5000])
    with pytest.raises(GazetteerCorrupt):
        derive_exact(bad, target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.duckdb", "some.exact"]
    assert Gazetteer(target).version == Gazetteer(mini_path.with_suffix(".exact")).version
