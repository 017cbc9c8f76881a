"""`resolver wikidata ...` as a process, against the local Wikibase."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from items import are, item
from server import FakeWikibase, Fault

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(wikibase: FakeWikibase, tmp_path: Path) -> dict[str, str]:
    more = {"RESOLVER_WIKIDATA": wikibase.api, "RESOLVER_SPARQL": wikibase.sparql, "COLUMNS": "80"}
    return os.environ | more | {"PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "resolver", "wikidata", *args]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    return run


def test_the_road_from_a_seed_to_a_review(run: Run, seed: Callable[..., Path], tmp_path: Path) -> None:
    seed("Q900000001", "Q900000003")
    done = run("pull", "seeds/seed.qids", "--into", "gaz/world", "--languages", "en,ru")
    assert (done.returncode, done.stdout) == (0, "Test seed: 2 items\n2 entities added, 0 updated, 8 names\n")
    assert done.stderr.splitlines()[0] == "Pulling from Wikidata …"
    done = run("refresh", "gaz/world", "--languages", "en,ru")
    assert done.stdout.splitlines()[0] == "2 entities compared, 0 changes"
    done = run("verify", "--tables", "gaz")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "2 ids: 0 contradicts, 0 proposes, 2 confirms")
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "gaz", "refresh.tsv", "seeds", "verify.tsv"}


def test_search(run: Run) -> None:
    assert run("search", "ruritan", "--kind", "media").stdout == "Q900000004  media  Ruritanian News Agency\n"
    found = json.loads(run("search", "ruritan", "--format", "json").stdout)
    assert found[0]["kind"] == "country"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["pull", "nowhere.rq", "--into", "x"], "nowhere.rq: no such file or folder"),
        (["pull", "seeds/seed.qids", "--into", "x", "--languages", "english, turkish!"], "--languages is"),
        (["refresh", "nowhere"], "nowhere: no entities with a Wikidata id there"),
        (["verify", "--tables", "nowhere"], "no folder nowhere"),
        (["search", "a", "--kind", "planet"], "unknown kind planet"),
    ],
)
def test_slips_are_one_line(run: Run, seed: Callable[..., Path], args: list[str], words: str) -> None:
    seed("Q900000001")
    done = run(*args)
    last = done.stderr.splitlines()[-1]
    assert (done.returncode, last.startswith("resolver: "), words in last) == (2, True, True), done.stderr


def test_problems_end_with_one(run: Run, seed: Callable[..., Path], wikibase: FakeWikibase) -> None:
    seed("Q900000001", name="a.qids")
    seed("Q900000003", name="b.qids", expect="7-9")
    done = run("pull", "seeds", "--into", "gaz")
    assert done.returncode == 1
    assert "PROBLEM: seeds/b.qids: found 1 items, expected 7 to 9" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_ctrl_c_says_how_to_go_on(
    environment: dict[str, str], tmp_path: Path, seed: Callable[..., Path], wikibase: FakeWikibase
) -> None:
    qids = [f"Q9100{number:05}" for number in range(1, 101)]
    wikibase.items |= {qid: item({"en": f"Person {qid}"}, claims=are("Q5")) for qid in qids}
    seed(*qids)
    command = [sys.executable, "-m", "resolver", "wikidata", "pull", "seeds/seed.qids", "--into", "gaz/people"]
    wikibase.faults.append(Fault("slow", times=0, seconds=30.0, path="api.php"))
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not any(batch[0] == qids[0] for batch in wikibase.batches()) and time.monotonic() < deadline:
        time.sleep(0.02)
    wikibase.faults[0].times = 99
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    if process.returncode == 0:
        pytest.skip("the pull was faster than the signal")
    assert process.returncode == 130
    assert "--resume goes on" in told
    assert "Traceback" not in told
    assert not (tmp_path / "gaz").exists()
    wikibase.faults.clear()
    wikibase.asked.clear()
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[1].startswith("100 entities added")
    assert [qids[0]] not in [batch[:1] for batch in wikibase.batches()]
