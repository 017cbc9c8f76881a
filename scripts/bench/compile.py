"""First use: the seconds of every stage of compiling the bundled gazetteer, and of its fuzzy indexes.

    python scripts/bench/compile.py [--rounds N]

Wall time, and CPU time of all threads: their ratio tells how many cores were at work, and how far other load on the
machine slowed the run. Everything is written to a temporary folder.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from resolver.build.compile import compile_gazetteer
from resolver.build.fuzzy import build_fuzzy
from resolver.bundle import exact_beside, source_folders
from resolver.gazetteer import Gazetteer


class Stages:
    """Wall and CPU seconds by stage; an instance is the callback that compiling tells its stages to."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._stage = ""
        self._since = self._now()

    def __call__(self, stage: str, _part: float) -> None:
        if stage != self._stage:
            self.close()
            self._stage = stage

    def close(self) -> None:
        """End the stage that is under way."""
        now = self._now()
        if self._stage:
            for held, (end, start) in zip((self.wall, self.cpu), zip(now, self._since, strict=True), strict=True):
                held[self._stage] = held.get(self._stage, 0.0) + end - start
        self._stage, self._since = "", now

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def timed(work: Callable[[Stages], object]) -> Stages:
    stages = Stages()
    stages("starting", 0.0)
    work(stages)
    stages.close()
    return stages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    runs: dict[str, list[Stages]] = {"exact tier": [], "fuzzy indexes": []}
    for _ in range(options.rounds):
        folder = Path(tempfile.mkdtemp())
        try:
            target = folder / "gazetteer.duckdb"
            runs["exact tier"].append(timed(lambda told, to=target: compile_gazetteer(source_folders(), to, told)))
            held = Gazetteer(exact_beside(target))
            into = folder / "gazetteer.fuzzy"
            runs["fuzzy indexes"].append(timed(lambda told, of=held, to=into: build_fuzzy(of, to, told)))
        finally:
            shutil.rmtree(folder)
    print(f"{'':24} {'wall s':>8} {'CPU s':>8}")
    for title, stages in runs.items():
        for name in stages[0].wall:
            wall, cpu = (statistics.median(getattr(s, of).get(name, 0.0) for s in stages) for of in ("wall", "cpu"))
            print(f"  {name:22} {wall:8.1f} {cpu:8.1f}")
        wall, cpu = (statistics.median(sum(getattr(s, of).values()) for s in stages) for of in ("wall", "cpu"))
        print(f"{title:24} {wall:8.1f} {cpu:8.1f}")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB resident")


if __name__ == "__main__":
    main()
