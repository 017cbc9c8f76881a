"""How fast a dump is imported, on one core, against reading it with orjson and against plain decompression.

    python scripts/bench/dump.py [MEGABYTES]

The dump is synthetic (dump_file.py), and so is another in which no two languages share a name. Rounds of all
contestants are interleaved; the fastest of each counts, in CPU time, so that other jobs of the machine matter little.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).parent))
from dump_file import write_dump

from resolver.build.sources.dump import import_dump
from resolver.build.sources.dump_file import DumpFile

ROUNDS = 3
ISSUE: dict[str, Any] = {
    "kinds": ["person", "organization"],
    "languages": ["en", "tr", "ru", "uk", "ar"],
    "min_sitelinks": 3,
}


def orjson_names(path: Path) -> int:
    """What anyone would write first: parse every line, take labels and aliases."""
    count = 0
    with path.open("rb") as file:
        for line in file:
            line = line.strip().rstrip(b",")
            if len(line) < 3:
                continue
            item = orjson.loads(line)
            names = [label["value"] for label in item["labels"].values()]
            names += [alias["value"] for listed in item["aliases"].values() for alias in listed]
            count += len(names)
    return count


def plain_gzip(path: Path) -> int:
    """Decompression alone, with the standard library."""
    count = 0
    with gzip.open(path, "rb") as file:
        while block := file.read(1 << 20):
            count += len(block)
    return count


def main() -> None:
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 200.0
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.json"
        entities = write_dump(dump, megabytes)
        apart = Path(folder) / "apart.json"
        write_dump(apart, megabytes, shared=False)
        packed = dump.with_suffix(".json.gz")
        with dump.open("rb") as file, gzip.open(packed, "wb", compresslevel=6) as out:
            shutil.copyfileobj(file, out)
        size = dump.stat().st_size / 1e6

        def imported(source: Path, **options: Any) -> Callable[[], object]:
            return lambda: import_dump(source, Path(folder) / "into", **options)

        def blocks() -> int:
            return sum(map(len, DumpFile(str(packed), ahead=False).blocks()))

        runs: dict[str, Callable[[], object]] = {
            "orjson, labels and aliases": lambda: orjson_names(dump),
            "import, choice of the manual": imported(dump, **ISSUE),
            "import, everything in five languages": imported(dump, languages=ISSUE["languages"]),
            "import, everything in all languages": imported(dump),
            "no shared name: orjson": lambda: orjson_names(apart),
            "no shared name: import, everything": imported(apart),
            "gzip module, decompression alone": lambda: plain_gzip(packed),
            "our decompression alone": blocks,
            "import from gzip, choice of the manual": imported(packed, **ISSUE),
        }
        best = dict.fromkeys(runs, float("inf"))
        for _ in range(ROUNDS):
            for name, run in runs.items():
                started = time.process_time()
                run()
                best[name] = min(best[name], time.process_time() - started)
    rate = {name: size / seconds for name, seconds in best.items()}
    print(f"{entities:,} entities, {size:.0f} MB, one core, CPU time, best of {ROUNDS}")
    base = 1.0
    for name, value in rate.items():
        if "import" not in name and "our" not in name:
            base = value
        print(f"  {name:42} {value:7.0f} MB/s  {value / base:5.2f}")


if __name__ == "__main__":
    main()
