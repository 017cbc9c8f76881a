"""What decisions cost: bulk resolving with none, with many that concern no name, and with some that do.

    python scripts/bench/overrides.py [NAMES]

Rounds of all contestants are interleaved; the fastest of each counts, in CPU time, so that other jobs of the machine
matter little. Names are aliases of the gazetteer, drawn at random.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from resolver import Resolver
from resolver.overrides import Decision, Override, Overrides, add_overrides
from resolver.overrides.apply import rulings

ROUNDS = 5


def deciding(names: list[str]) -> Overrides:
    return Overrides([Override(name=name, decision=Decision.NONE, who="bench", why="bench") for name in names])


def ruled(resolver: Resolver, overrides: Overrides) -> Resolver:
    """A resolver over the same gazetteer in memory, so that nothing but the decisions differs."""
    return Resolver(resolver.gazetteer, resolver.database, resolver.config, rulings(resolver.gazetteer, overrides))


def one_round(resolver: Resolver, names: list[str]) -> float:
    started = time.process_time()
    matched = sum(found.qid is not None for found in resolver.resolve_many(names))
    assert matched > len(names) // 10
    return time.process_time() - started


def main(count: int) -> None:
    rng = random.Random(7)
    with Resolver.open(overrides=False) as plain:
        aliases = plain.gazetteer
        names = [aliases.alias_text(rng.randrange(len(aliases.alias_entity))) for _ in range(count)]
        distinct = sorted(set(names))
        contestants = {
            "none": plain,
            "10,000 about other names": ruled(plain, deciding([f"nobody asks for number {n}" for n in range(10_000)])),
            "100 about these names": ruled(plain, deciding(rng.sample(distinct, 100))),
            "5 % of these names": ruled(plain, deciding(rng.sample(distinct, len(distinct) // 20))),
        }
        best = dict.fromkeys(contestants, float("inf"))
        for _ in range(ROUNDS):
            for title, resolver in contestants.items():
                best[title] = min(best[title], one_round(resolver, names))
    for title, seconds in best.items():
        print(f"{title:<26} {count / seconds:>10,.0f} names/s  {seconds / best['none']:.2f} x")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "overrides.tsv"
        held = deciding([f"decided name {n}" for n in range(10_000)])
        add_overrides(held, path)
        started = time.process_time()
        Overrides.read(path)
        read = time.process_time()
        add_overrides(deciding(["one more"]), path)
        print(f"file of 10,000: read in {read - started:.2f} s, one more added in {time.process_time() - read:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
