"""A column of distinct misspelt names, resolved whole: `python scripts/bench/million.py [--names N] [--workers N]`.

Names of the gazetteer, each with a slip of our own making (scripts/quality/hidden.py) and answered by no key, are
written to a Parquet file and resolved by `resolver resolve-table` in a process of its own. Printed are the rate by the
clock and by the processor, and the memory of all its processes together, sampled every second: what each holds for
itself and its part of what they share (Linux).
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "quality")]

from hidden import NOT_NAMES, slip  # noqa: E402

from resolver import Resolver  # noqa: E402
from resolver.gazetteer import CASED, ROLES, WEAK, Gazetteer  # noqa: E402
from resolver.normalize import exact_keys  # noqa: E402

SEED = 20_250_224
BLOCK = 20_000


def misspelt(gazetteer: Gazetteer, count: int) -> Iterator[list[str]]:
    """Blocks of distinct names with a slip that no key answers, `count` in all."""
    rng = random.Random(SEED)
    skipped = {ROLES.index(role) for role in NOT_NAMES}
    seen: set[str] = set()
    while len(seen) < count:
        aliases = rng.choices(range(len(gazetteer.alias_entity)), k=BLOCK)
        texts = [
            slip(gazetteer.alias_text(alias), rng)
            for alias in aliases
            if gazetteer.alias_role[alias] not in skipped and not gazetteer.alias_flags[alias] & (WEAK | CASED)
        ]
        keys = exact_keys(texts)
        block = []
        for text, key, number in zip(texts, keys, gazetteer.key_numbers(keys), strict=True):
            if number is None and len(key) > 3 and key not in seen and len(seen) < count:
                seen.add(key)
                block.append(text)
        yield block


def write(gazetteer: Gazetteer, count: int, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("name", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for block in misspelt(gazetteer, count):
            writer.write_table(pa.table({"name": block}, schema=schema))


def family(process: int) -> list[int]:
    """A process and all that it started, by id."""
    tasks = Path(f"/proc/{process}/task")
    try:
        own = [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [process, *(one for child in own for one in family(child))]


def megabytes(process: int) -> float:
    """What a process holds for itself and its part of what it shares."""
    try:
        rows = dict(line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
        return int(rows["Pss"].split()[0]) / 1024
    except (OSError, KeyError):
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    resolver = Resolver.open()
    assert resolver.fuzzy.sieves  # made before the clock starts
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "noisy.parquet"
        write(resolver.gazetteer, options.names, names)
        command = [
            sys.executable, "-m", "resolver", "resolve-table", str(names), "--column", "name",
            "--into", str(Path(folder) / "noisy.duckdb"), "--workers", str(options.workers),
        ]  # fmt: skip
        started, most, middle = time.perf_counter(), 0.0, []
        done = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ)
        while done.poll() is None:
            middle.append(sum(map(megabytes, family(done.pid))))
            most = max(most, middle[-1])
            time.sleep(1.0)
        clock = time.perf_counter() - started
        print((done.stdout.read() if done.stdout else "").strip())
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = used.ru_utime + used.ru_stime
        print(
            f"{options.names:,} names, {options.workers} processes: {clock:,.0f} s by the clock,"
            f" {options.names / clock:,.0f} names/s"
        )
        print(f"{spent:,.0f} s of processors, {options.names / spent:,.0f} names/s a core")
        half = len(middle) // 2
        print(f"memory of all processes: {most:,.0f} MB at most, {middle[half]:,.0f} MB half way")


if __name__ == "__main__":
    main()
