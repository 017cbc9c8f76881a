"""The real pywikibot against a local Wikibase that misbehaves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from server import FakeWikibase, Fault

import resolver
from resolver.build.sources.wikidata import Service, Wikidata, _seconds
from resolver.errors import ConfigError, SourceError

Connect = Callable[..., Wikidata]
QUERY = "SELECT DISTINCT ?item WHERE { } ORDER BY ?item LIMIT 10 OFFSET 0"


def ask(wikidata: Wikidata) -> object:
    return wikidata.entities(["Q900000001"], props="labels")["Q900000001"]["labels"]["en"]["value"]


@pytest.mark.parametrize("kind", ["maxlag", "429", "500", "502", "503", "504", "truncated", "broken"])
def test_a_passing_fault_is_waited_out(kind: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault(kind, path="api.php"))
    wikidata = connect()
    assert ask(wikidata) == "Ruritania"
    assert not wikibase.faults[0].times


@pytest.mark.parametrize("kind", ["429", "500", "503", "truncated", "broken"])
def test_a_passing_fault_of_the_query_service(kind: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.rows = lambda _query: ["Q1"]
    wikibase.faults.append(Fault(kind, path="sparql"))
    assert connect().select(QUERY) == [{"item": "http://www.wikidata.org/entity/Q1"}]


@pytest.mark.parametrize("kind", ["maxlag", "429", "500", "truncated"])
def test_a_lasting_fault_is_one_error(kind: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault(kind, times=99, path="api.php"))
    with pytest.raises(SourceError, match="no usable answer after all tries"):
        ask(connect())


@pytest.mark.parametrize(("kind", "words"), [("500", "status 500"), ("truncated", "cut off"), ("429", "status 429")])
def test_a_lasting_fault_of_the_query_service(kind: str, words: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault(kind, times=99, path="sparql"))
    with pytest.raises(SourceError, match=words):
        connect().select(QUERY)


def test_a_rate_limit_told_as_an_error_of_the_api(connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault("ratelimited", times=99, path="api.php"))
    with pytest.raises(SourceError):
        ask(connect())


def test_a_refused_query_is_not_repeated(connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault("400", times=99, path="sparql"))
    with pytest.raises(SourceError, match="status 400, query refused"):
        connect().select(QUERY)
    assert wikibase.faults[0].times == 98


@pytest.mark.parametrize("path", ["api.php", "sparql"])
def test_retry_after_is_kept(path: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault("429", retry_after="1", path=path))
    waits: list[str] = []
    wikidata = connect(waits.append)
    began = time.monotonic()
    if path == "sparql":
        wikidata.select(QUERY)
    else:
        ask(wikidata)
    assert time.monotonic() - began > 0.95
    assert waits
    assert all("Waiting" in line for line in waits)


@pytest.mark.parametrize("path", ["api.php", "sparql"])
def test_a_retry_after_of_hours_ends_the_run(path: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault("429", retry_after="7200", times=99, path=path))
    with pytest.raises(SourceError, match="to wait 7200 s") as caught:
        connect().select(QUERY) if path == "sparql" else ask(connect())
    assert caught.value.retry_after == pytest.approx(7200, abs=1)


@pytest.mark.parametrize("path", ["api.php", "sparql"])
def test_a_slow_answer_is_asked_for_again(path: str, connect: Connect, wikibase: FakeWikibase) -> None:
    wikibase.faults.append(Fault("slow", seconds=0.8, path=path))
    wikidata = connect(timeout=0.3)
    assert (wikidata.select(QUERY) == []) if path == "sparql" else (ask(wikidata) == "Ruritania")


def test_nobody_there(connect: Connect) -> None:
    wikidata = connect(api="http://127.0.0.1:9/w", sparql="http://127.0.0.1:9/sparql", retries=1)
    with pytest.raises(SourceError):
        ask(wikidata)
    with pytest.raises(SourceError, match="the connection broke"):
        wikidata.select(QUERY)


def test_an_address_that_is_none() -> None:
    with pytest.raises(ConfigError, match="expected an address"):
        Wikidata(Service(api="wikidata"))


def test_requests_say_who_asks_and_are_gentle(connect: Connect, wikibase: FakeWikibase) -> None:
    wikidata = connect(maxlag=7)
    ask(wikidata)
    wikidata.select(QUERY)
    assert all("qid-resolver/" in agent and "test@example.org" in agent for agent in wikibase.agents)
    entities = [one for one in wikibase.asked if one.get("action") == "wbgetentities"]
    assert [one["maxlag"] for one in entities] == ["7"]
    assert not [one for one in wikibase.asked if one.get("action") in ("login", "clientlogin")]


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_WIKIDATA", "https://example.org/w")
    monkeypatch.setenv("RESOLVER_CONTACT", "me@example.org")
    service = Service.from_environment()
    assert (service.api, service.contact) == ("https://example.org/w", "me@example.org")
    assert Service.from_environment("you@example.org").contact == "you@example.org"


def test_a_retry_after_may_be_a_date() -> None:
    assert _seconds("12") == 12
    assert _seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert _seconds("soon") is None


def test_nothing_is_left_in_the_home_or_the_folder_of_the_user(wikibase: FakeWikibase, tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    code = (
        "from resolver.build.sources.wikidata import Service, Wikidata\n"
        f"wikidata = Wikidata(Service(api={wikibase.api!r}))\n"
        "print(wikidata.entities(['Q5'], props='labels')['Q5']['labels']['en']['value'])\n"
        "import os; print([name for name in os.environ if name.startswith('PYWIKIBOT')])\n"
    )
    environment = os.environ | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "RESOLVER_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": str(Path(resolver.__file__).parents[1]),
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("human\n[]\n", "")
    assert not list(home.iterdir())
    assert not list(here.iterdir())
