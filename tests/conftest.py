"""Two gazetteers for the tests: a mini one compiled in a second, and the bundled one, compiled once a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolver import Resolver
from resolver.build.compile import compile_gazetteer

ROOT = Path(__file__).parent.parent
MINI = ROOT / "tests" / "data" / "mini"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Never touch the user's cache; keep a cache or a ready gazetteer that the caller has chosen for the tests."""
    before = dict(os.environ)
    os.environ.setdefault("RESOLVER_CACHE", str(tmp_path_factory.mktemp("cache")))
    os.environ.pop("RESOLVER_GAZETTEER", None)
    os.environ["RESOLVER_OVERRIDES"] = ""
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def mini_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database file of the mini gazetteer (tests/data/mini)."""
    target = tmp_path_factory.mktemp("mini") / "mini.duckdb"
    compile_gazetteer([MINI], target)
    return target


@pytest.fixture(scope="session")
def mini(mini_path: Path) -> Resolver:
    """A resolver over the mini gazetteer."""
    return Resolver.open(mini_path)


@pytest.fixture(scope="session")
def bundled(_own_cache: None) -> Resolver:
    """A resolver over the bundled gazetteer; RESOLVER_TEST_GAZETTEER names a ready one, to save the compiling."""
    return Resolver.open(os.environ.get("RESOLVER_TEST_GAZETTEER"))
