"""Does `resolver audit` promise what it keeps? Its estimates on columns whose answers are known.

    python scripts/quality/audit.py [GAZETTEER.duckdb] [--names N]

Three columns from the gazetteer's own names: as they are written, with one slip of the pen, and with one slip and
every fourth name a stranger made of two names. What the probabilities promise at each threshold stands beside what is
right. A name is right if its answer is one of the entities that bear the name that was misspelt.
"""

from __future__ import annotations

import argparse
import random
import string
from collections.abc import Callable, Sequence
from pathlib import Path

from resolver import Resolver, Status
from resolver.normalize import exact_key

THRESHOLDS = (0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
SEED = 20_251_122


def slip(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name) - 1)
    return rng.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + rng.choice(string.ascii_lowercase) + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        ]
    )


def bearers(resolver: Resolver, name: str) -> set[str]:
    held = resolver.gazetteer
    number = held.key_number(exact_key(name))
    return set() if number is None else {held.qid(held.alias_entity[alias]) for alias, _ in held.hits(number)}


def column(resolver: Resolver, count: int, kind: str) -> list[tuple[str, set[str]]]:
    """Names and the entities that would be right."""
    held, rng = resolver.gazetteer, random.Random(SEED)
    texts = [held.alias_text(alias) for alias in rng.sample(range(len(held.alias_entity)), 2 * count)]
    texts = [text for text in texts if len(text) > 3]
    made: list[tuple[str, set[str]]] = []
    for at, text in enumerate(texts[:count]):
        if kind == "as written":
            made.append((text, bearers(resolver, text)))
        elif kind == "strangers too" and at % 4 == 0:
            halves = text.split()[0], texts[-1 - at].split()[-1]
            stranger = " ".join(halves)
            made.append((stranger, bearers(resolver, stranger)))
        else:
            made.append((slip(text, rng), bearers(resolver, text)))
    return made


def judged(resolver: Resolver, names: Sequence[tuple[str, set[str]]]) -> list[tuple[float, bool]]:
    """Probability of every answer that some threshold gives, and whether it is right."""
    out = []
    config = resolver.config
    for found, (_, right) in zip(resolver.resolve_many(name for name, _ in names), names, strict=True):
        below = found.probability < config.match_probability and found.margin >= config.match_margin
        if found.candidates and (found.status is Status.MATCHED or (found.status is not Status.COMPOSITE and below)):
            out.append((found.probability, found.candidates[0].entity.qid in right))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gazetteer", nargs="?", type=Path)
    parser.add_argument("--names", type=int, default=4_000)
    options = parser.parse_args()
    resolver = Resolver.open(options.gazetteer)
    share: Callable[[float], str] = lambda value: f"{value:.3f}"  # noqa: E731
    print("| column | threshold | answered | promised right | right |\n| --- | ---: | ---: | ---: | ---: |")
    for kind in ("as written", "one slip", "strangers too"):
        answers = judged(resolver, column(resolver, options.names, kind))
        for threshold in THRESHOLDS:
            kept = [(p, right) for p, right in answers if p >= threshold]
            if kept:
                promised, right = sum(p for p, _ in kept) / len(kept), sum(r for _, r in kept) / len(kept)
                figures = " | ".join(map(share, (len(kept) / options.names, promised, right)))
                print(f"| {kind} | {threshold} | {figures} |")


if __name__ == "__main__":
    main()
