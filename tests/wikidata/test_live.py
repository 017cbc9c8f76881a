"""The live Wikidata; run by hand with `pytest -m network tests/wikidata`."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver.build.grow.fetch import Fetcher
from resolver.build.grow.guard import check_classes, check_seed
from resolver.build.grow.pull import run_query
from resolver.build.grow.responses import Responses
from resolver.build.grow.search import search
from resolver.build.grow.seedfile import find_seeds
from resolver.build.sources.wikidata import Service, Wikidata

pytestmark = pytest.mark.network

SEEDS = find_seeds(Path(__file__).parents[2] / "seeds")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wikidata:
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path))
    return Wikidata(Service.from_environment())


def test_every_class_and_property_bears_its_name(live: Wikidata, tmp_path: Path) -> None:
    notes: list[str] = []
    check_classes(Fetcher(live, Responses("live", tmp_path)), notes)
    assert notes == []


def test_a_name_is_found(live: Wikidata) -> None:
    assert "Q43" in {item.qid for item in search("Turkey", wikidata=live, kind=["country"])}


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed.query], ids=lambda seed: seed.path.stem)
def test_every_query_finds_what_it_should(seed, live: Wikidata, tmp_path: Path) -> None:
    responses = Responses("live", tmp_path)
    check_seed(seed, Fetcher(live, responses))
    seed.check_count(len(list(run_query(seed, responses, live))))
