"""Speed and size of the exact tier, as ratios in one run.

    python scripts/bench/exact.py [GAZETTEER.duckdb] [--rounds N]

Rounds are interleaved, so that a machine whose speed drifts slows both sides alike; medians are printed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from resolver import Resolver
from resolver.normalize import exact_key

NAMES = 200_000
SEED = 20_250_223


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def whole_process(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def bulk(resolver: Resolver, rounds: int) -> None:
    """resolve_many against dict.get on the same names, already normalised."""
    texts = sorted({resolver.gazetteer.alias_text(i) for i in range(len(resolver.gazetteer.alias_entity))})
    names = random.Random(SEED).sample(texts, min(NAMES, len(texts)))
    table = {exact_key(text): i for i, text in enumerate(texts)}
    del texts  # a million strings of our own would be walked by every full garbage collection
    started = time.process_time()
    list(resolver.resolve_many(names))  # the table of texts and keys is made on first bulk use
    print(f"first column of {len(names):,} names, with making the table: {time.process_time() - started:.1f} s")
    respelt = [f" {name.upper()}." for name in names]  # spelt as no source spells them: every key is worked out
    lookup, resolving, keyed, reading = [], [], [], []
    for _ in range(rounds):
        keys = [exact_key(name) for name in names]
        lookup.append(seconds(lambda keys=keys: list(map(table.get, keys))))
        resolving.append(seconds(lambda: list(resolver.resolve_many(names))))
        keyed.append(seconds(lambda: list(resolver.resolve_many(respelt))))
        reading.append(seconds(lambda: [r.qid for r in resolver.resolve_many(names)]))
    base = statistics.median(lookup)
    print(f"dict.get on ready keys        {len(names) / base:12,.0f} names/s   1.00")
    for label, times in (
        ("resolve_many", resolving),
        ("resolve_many, other spelling", keyed),
        ("resolve_many and read qid", reading),
    ):
        took = statistics.median(times)
        print(f"{label:29} {len(names) / took:12,.0f} names/s   {base / took:.2f}")


def opening(path: Path, rounds: int) -> None:
    """Opening and the first answer in a new process: seconds and resident megabytes (Linux)."""
    code = (
        "import json, sys, time\nfrom pathlib import Path\nfrom resolver import Resolver\nt = time.perf_counter()\n"
        f"r = Resolver.open({str(path)!r})\nopened = time.perf_counter() - t\nr.resolve('Ankara').qid\n"
        "first = time.perf_counter() - t\npages = int(Path('/proc/self/statm').read_text().split()[1])\n"
        "print(json.dumps([opened, first, pages * 4096 / 1e6]))"
    )
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
        for _ in range(rounds)
    ]
    opened, first, resident = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"open {opened * 1e3:.1f} ms, first answer after {first * 1e3:.1f} ms, {resident:.0f} MB resident")


def command(path: Path, rounds: int) -> None:
    """`resolver resolve NAME` as a whole process against importing duckdb and typer."""
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(whole_process(sys.executable, "-c", "import duckdb, typer"))
        ours.append(whole_process(sys.executable, "-m", "resolver", "resolve", "Ankara", "-g", str(path)))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"resolver resolve NAME {statistics.median(ours):.2f} s; import duckdb, typer"
          f" {statistics.median(theirs):.2f} s; ratio {ratio:.2f}")  # fmt: skip


def sizes(resolver: Resolver) -> None:
    """Disk use per million aliases."""
    aliases = len(resolver.gazetteer.alias_entity)
    for path in sorted(resolver.database.parent.iterdir()):
        size = path.stat().st_size / 1e6
        print(f"{path.name:20} {size:8.1f} MB  {size / aliases * 1e6:8.1f} MB per million aliases")
    print(f"{aliases:,} aliases, {len(resolver.gazetteer):,} keys")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gazetteer", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    resolver = Resolver.open(options.gazetteer)
    sizes(resolver)
    opening(resolver.database, options.rounds)
    command(resolver.database, options.rounds)
    bulk(resolver, options.rounds)


if __name__ == "__main__":
    main()
