"""Which gazetteer is used, and where what is compiled is kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from resolver import GazetteerNotFound, InputError, bundle

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that brings the mini gazetteer, with a cache of its own."""
    root = tmp_path / "root"
    shutil.copytree(MINI, root / "gazetteers" / "mini")
    (root / "seeds" / "curated" / "more").mkdir(parents=True)
    monkeypatch.setattr(bundle, "data_root", lambda: root)
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "cache"))
    return root


def test_the_package_brings_its_data() -> None:
    root = bundle.data_root()
    assert (root / "gazetteers").is_dir()
    assert bundle.check_lists() == root / "seeds" / "checks"


def test_curated_folders_come_last(package: Path) -> None:
    assert [folder.name for folder in bundle.source_folders()] == ["mini", "more"]


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none"):
        bundle.theme_folders(tmp_path / "none", tmp_path)
    with pytest.raises(InputError, match="none"):
        bundle.theme_folders(tmp_path, tmp_path / "none")


def test_compiled_once_then_opened(package: Path) -> None:
    told: list[str] = []
    first = bundle.compiled_path(progress=lambda stage, _part: told.append(stage))
    assert told
    stamp = first.stat().st_mtime_ns
    told.clear()
    assert bundle.compiled_path(progress=lambda stage, _part: told.append(stage)) == first
    assert (told, first.stat().st_mtime_ns) == ([], stamp)
    assert bundle.exact_path(first) == first.with_suffix(".exact")


def test_a_changed_table_is_compiled_anew_and_the_old_forgotten(package: Path) -> None:
    first = bundle.compiled_path()
    table = package / "gazetteers" / "mini" / "aliases.tsv"
    with table.open("a", encoding="utf-8") as file:
        file.write("x-anadolu-agency\tAnadolu\ttr\tshort\tneutral\tstrong\tfalse\t\t\ttest\n")
    second = bundle.compiled_path()
    assert second != first
    assert not first.exists()


def test_a_build_that_stopped_halfway_is_made_good(package: Path) -> None:
    first = bundle.compiled_path()
    first.with_suffix(".exact").unlink()
    assert bundle.compiled_path() == first
    assert first.with_suffix(".exact").is_file()


def test_a_named_file_wins_over_the_variable(
    package: Path, mini_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(tmp_path / "none.duckdb"))
    with pytest.raises(GazetteerNotFound, match=r"none\.duckdb"):
        bundle.compiled_path()
    assert bundle.compiled_path(mini_path) == mini_path
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini_path))
    assert bundle.compiled_path() == mini_path
    monkeypatch.setenv("RESOLVER_GAZETTEER", "")
    assert bundle.compiled_path().parent.parent == Path(os.environ["RESOLVER_CACHE"])


def test_arrays_made_for_a_lone_database_follow_its_content(
    mini_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "cache"))
    lone = tmp_path / "lone.duckdb"
    shutil.copy(mini_path, lone)
    first = bundle.exact_path(lone)
    assert first.is_relative_to(tmp_path / "cache")
    assert bundle.exact_path(lone) == first
    os.utime(lone, ns=(1, 1))
    assert bundle.exact_path(lone) != first
