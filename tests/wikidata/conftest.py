"""A local Wikibase with a few items; the real pywikibot talks to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resolver.build.grow.guard import PROPERTIES
from resolver.build.grow.kinds import known_classes

sys.path.insert(0, str(Path(__file__).parent))

from items import are, claim, day, item
from server import FakeWikibase, serve

from resolver.build.sources.wikidata import Service, Wikidata


def world() -> FakeWikibase:
    """A town, its country, its mayor, an agency; ids of invented items are above Q900000000."""
    wikibase = FakeWikibase()
    for qid, label in {qid: row.label for qid, row in known_classes().items()}.items() | PROPERTIES.items():
        wikibase.items[qid] = item({"en": label})
    wikibase.items |= {
        "Q900000001": item(
            {"en": "Ruritania", "fr": "Ruritanie", "ru": "Руритания"},
            aliases={"en": ["Kingdom of Ruritania"]},
            description="country in the south of nowhere",
            claims=are("Q3624078")
            | {
                "P297": [claim("RX")],
                "P571": [claim(day("1821"))],
                "P1448": [
                    claim(("Ruritanian Republic", "en"), start="1950-05-01", rank="preferred"),
                    claim(("Grand Duchy of Ruritania", "en"), start="1821", end="1950-04-30"),
                    claim(("Wrongland", "en"), rank="deprecated"),
                ],
                "P1082": [claim(5_000, at="1990"), claim(7_000, at="2020")],
            },
            sitelinks=42,
        ),
        "Q900000002": item(
            {"en": "Strelsau", "de": "Strelsau", "ru": "Стрельзау"},
            description="capital of Ruritania",
            claims=are("Q900000101")
            | {
                "P625": [claim((47.5, -13.25124))],
                "P17": [claim("Q900000001")],
                "P1376": [claim("Q900000001")],
                "P361": [claim("Q900000099")],
            },
        ),
        "Q900000003": item(
            {"en": "Rudolf Elphberg", "ru": "Рудольф Эльфберг"},
            aliases={"en": ["R. Elphberg"]},
            claims=are("Q5")
            | {
                "P27": [claim("Q900000001")],
                "P569": [claim(day("1960-02-03"))],
                "P39": [claim("Q900000201", start="1990-01-01", end="1995-06-30"), claim("Q900000202", start="1995")],
            },
        ),
        "Q900000004": item({"en": "Ruritanian News Agency"}, aliases={"en": ["RNA"]}, claims=are("Q192283")),
        "Q900000101": item({"en": "royal town"}, claims={"P279": [claim("Q900000102")]}),
        "Q900000102": item({"en": "chartered town"}, claims={"P279": [claim("Q515")]}),
        "Q900000201": item({"en": "Prime Minister of Ruritania"}, claims={"P17": [claim("Q900000001")]}),
        "Q900000202": item({"en": "King of Ruritania"}, claims={"P1001": [claim("Q900000001")]}),
    }
    return wikibase


@pytest.fixture
def wikibase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWikibase]:
    """The running server; caches go to the test's folder."""
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "cache"))
    with serve(world()) as running:
        yield running


@pytest.fixture
def connect(wikibase: FakeWikibase) -> Callable[..., Wikidata]:
    """Make a connection to the server that does not wait long."""

    def connect(notice: Callable[[str], None] | None = None, **changes: object) -> Wikidata:
        patience = {"wait": 0.01, "longest_wait": 2.0, "pause": 0.0, "retries": 2, "timeout": 5.0}
        settings = {"api": wikibase.api, "sparql": wikibase.sparql, "contact": "test@example.org"} | patience | changes
        return Wikidata(Service(**settings), notice)  # type: ignore[arg-type]

    return connect


@pytest.fixture
def seed(tmp_path: Path) -> Callable[..., Path]:
    """Write a seed file."""

    def seed(*qids: str, name: str = "seed.qids", expect: str = "1-100", body: str = "", head: str = "") -> Path:
        path = tmp_path / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["# title: Test seed", f"# expect: {expect}", *head.splitlines(), *qids, body]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return seed
