"""Speed of the whole road on names that no key answers: `python scripts/bench/resolve.py [--gazetteer FILE]`.

Names of the bundled gazetteer with slips of our own making (scripts/quality/hidden.py), resolved by `resolve_many` on
one process and on two, and one by one in a warm process. Each figure is the median of several rounds.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "quality")]

from hidden import ask, bearers  # noqa: E402

from resolver import Resolver, Status  # noqa: E402
from resolver.normalize import exact_key  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--names", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    resolver = Resolver.open(options.gazetteer)
    held = resolver.gazetteer
    asked = [one for one in ask(held, 4 * options.names, half=1, seed=5) if one.sort == "noise"]
    names = [one.text for one in asked if not bearers(held, exact_key(one.text))][: options.names]
    list(resolver.resolve_many(names[:300]))
    batch, apart = [], []
    for _ in range(options.rounds):
        start = time.process_time()
        found = list(resolver.resolve_many(names))
        batch.append(len(names) / (time.process_time() - start))
    if options.names >= 2000:
        start = time.perf_counter()
        same = list(resolver.resolve_many(names, workers=2))
        apart.append(len(names) / (time.perf_counter() - start))
        print(f"two processes: {apart[0]:,.0f} names/s by the clock, same answers: {same == found}")
    once = []
    for name in names[:500]:
        start = time.process_time()
        resolver.resolve(name)
        once.append(1000 * (time.process_time() - start))
    once.sort()
    matched = sum(one.status is Status.MATCHED for one in found)
    print(f"{len(names):,} names with a slip, {matched / len(names):.1%} matched")
    print(f"one process: {statistics.median(batch):,.0f} names/s CPU (median of {options.rounds})")
    print(f"one by one: median {statistics.median(once):.1f} ms, 99th percentile {once[int(0.99 * len(once))]:.1f} ms")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
