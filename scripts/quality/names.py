"""Quality on published name sets: countries and surface forms without context.

    python scripts/quality/names.py --countries countries.jsonl --names names.jsonl [--gazetteer FILE]

A row of the first has query, qid (and alt), or nomatch: must not be read as a country. A row of the second has
query, gold: QIDs, empty where there is none. Prints two tables in Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from resolver import Kind, Resolver
from resolver.model import Candidate

TYPES = {"place": {"LOC", "GPE"}, "person": {"PER", "PERS"}, "organization": {"ORG"}}
COUNTRIES = (Kind.COUNTRY, Kind.TERRITORY)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def countries(resolver: Resolver, path: Path) -> None:
    """Top-1 with the kind given, as a column of countries would be resolved."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(path):
        found = resolver.resolve(row["query"], kind=COUNTRIES)
        if row.get("nomatch"):
            counts["must not match"].update(rows=1, wrong=found.qid is not None)
            continue
        right = found.qid in (row["qid"], *row.get("alt", ()))
        counts[row["set"]].update(rows=1, right=right, wrong=bool(found.qid) and not right, **{found.status: 1})
    print("| set | rows | right | wrong | ambiguous | unmatched |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, c in sorted(counts.items()):
        share = f"{c['right'] / c['rows']:.3f}" if name != "must not match" else "—"
        print(
            f"| {name} | {c['rows']} | {share} | {c['wrong'] / c['rows']:.3f} | {c['ambiguous']} | {c['unmatched']} |"
        )


def names(resolver: Resolver, path: Path) -> None:
    """Top-1 where we hold a gold entity; matches where there is none, or none that we hold."""
    held = set(resolver.gazetteer.qids)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(path):
        found = next(resolver.resolve_many([row["query"]], lang=row.get("lang")))
        gold = held.intersection(row["gold"])
        if gold:
            right = found.qid in gold
            listed = any(candidate.entity.qid in gold for candidate in found.candidates)
            first = bool(found.candidates) and found.candidates[0].entity.qid in gold
            group = next((name for name, tags in TYPES.items() if row.get("type") in tags), "other")
            types[group].update(
                held=1, first=first, right=right, wrong=bool(found.qid) and not right, listed=listed,
                ambiguous=found.status == "ambiguous", nothing=not found.candidates,
                within=not first and lies_within(found.candidates, gold),
            )  # fmt: skip
            counts[row["set"]].update(held=1, right=right, wrong=bool(found.qid) and not right, listed=listed)
        else:
            counts[row["set"]].update(strange=1, taken=found.qid is not None)
    print(
        "| set | held | right | wrong | gold listed | not held | matched all the same |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for name, c in sorted(counts.items()):
        held_rows, strange = max(1, c["held"]), max(1, c["strange"])
        print(
            f"| {name} | {c['held']} | {c['right'] / held_rows:.3f} | {c['wrong'] / held_rows:.3f}"
            f" | {c['listed'] / held_rows:.3f} | {c['strange']} | {c['taken'] / strange:.3f} |"
        )

    print(
        "\n| type | held | first candidate right | matched and right | matched and wrong | ambiguous | gold listed"
        " | nothing listed | gold is the country of the first | first right without those |"
        "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for name, c in sorted(types.items()):
        keys = ("first", "right", "wrong", "ambiguous", "listed", "nothing", "within")
        shares = [c[key] / c["held"] for key in keys] + [c["first"] / (c["held"] - c["within"])]
        print(f"| {name} | {c['held']} | {' | '.join(f'{share:.3f}' for share in shares)} |")


def lies_within(candidates: Sequence[Candidate], gold: AbstractSet[str]) -> bool:
    """Whether the gold names only the country of the first candidate, as sets of countries do with cities."""
    return bool(candidates) and not gold.isdisjoint(candidates[0].entity.countries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", type=Path)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--gazetteer", type=Path)
    options = parser.parse_args()
    with Resolver.open(options.gazetteer, overrides=False) as resolver:
        print(f"gazetteer {resolver.gazetteer.version}, settings {resolver.config.hash}\n")
        if options.countries:
            countries(resolver, options.countries)
        if options.names:
            names(resolver, options.names)


if __name__ == "__main__":
    main()
