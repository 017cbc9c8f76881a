"""The project's own golden tables, by category; with --vary, what neighbouring weights would do to them.

python scripts/quality/golden.py [GAZETTEER.duckdb] [--vary]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from resolver import Resolver, Status, decide

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"
VARIED = {
    "PROMINENCE": (9.0, 10.5, 13.5, 15.0),
    "WEAK_WEIGHT": (0.07, 0.3),
    "LATIN_WEIGHT": (0.15, 0.7),
    "UNKNOWN_PRIOR": (0.1, 0.3),
    "KIND_GIVEN_WEIGHT": (0.005, 0.1),
    "NAMESAKE_SHARE": (0.8, 0.97),
    "RIVAL_PRIOR": (0.5, 0.7),
    "RIVAL_SHARE": (0.05, 0.2),
}


def rows() -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted(GOLDEN.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield path.stem, row


def agrees(resolver: Resolver, row: dict[str, str]) -> bool:
    found = resolver.resolve(
        row["input"], kind=row["kind"] or None, country=row["country"] or None, as_of=row["as_of"] or None
    )
    if found.status != row["expected_status"]:
        return False
    if found.status is Status.COMPOSITE:
        return "+".join(part.qid or "?" for part in found.parts) == row["expected_qid"]
    if found.status is Status.UNMATCHED:
        return True
    return found.candidates[0].entity.qid in row["expected_qid"].split("|")


def agreement(resolver: Resolver) -> Counter[tuple[str, bool]]:
    return Counter((category, agrees(resolver, row)) for category, row in rows())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gazetteer", nargs="?", type=Path)
    parser.add_argument("--vary", action="store_true")
    options = parser.parse_args()
    resolver = Resolver.open(options.gazetteer, overrides=False)
    counts = agreement(resolver)
    print("| category | rows | as expected |\n| --- | ---: | ---: |")
    for category in sorted({category for category, _ in counts}):
        right = counts[category, True]
        print(f"| {category} | {right + counts[category, False]} | {right} |")
    if not options.vary:
        return
    whole = sum(counts.values())
    base = sum(count for (_, right), count in counts.items() if right)
    print(f"\n| constant | value | as expected of {whole} |\n| --- | ---: | ---: |\n| as shipped | | {base} |")
    for name, values in VARIED.items():
        shipped = getattr(decide, name)
        for value in values:
            setattr(decide, name, value)
            right = sum(count for (_, agreed), count in agreement(resolver).items() if agreed)
            print(f"| {name} | {value:g} (shipped {shipped:g}) | {right} |")
        setattr(decide, name, shipped)


if __name__ == "__main__":
    main()
