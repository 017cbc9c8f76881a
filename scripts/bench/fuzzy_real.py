"""Quality of the fuzzy index on real names: one alias of an entity is hidden and looked up among the rest.

    python scripts/bench/fuzzy_real.py TABLE.tsv [--entities 4000] [--unknown 1000] [--seed 1] [--native]

TABLE: key, entity id, kind; one row for each key of each entity. Some entities lose one key that no other
entity has; others, the unknown, lose all of theirs and one becomes a query without an answer. Printed by kind:
share whose best key belongs to the entity, whose first sixteen keys hold one that does, and the first again
where 3 % of the unknown are accepted. Many hidden aliases share no word with the others ("Burma"): no search
by spelling finds those, so each share is given again over the queries whose words resemble some other alias.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
from rapidfuzz import fuzz

from resolver.build.index_build import build_index
from resolver.index import FuzzyIndex

RESEMBLES = 80.0  # token_set_ratio with the entity's most similar other alias


class Real(NamedTuple):
    keys: list[str]
    entities: list[set[str]]
    queries: list[tuple[str, str, str, bool]]  # kind, key, entity or "", whether another alias resembles it


def load(path: Path, known: int, unknown: int, seed: int, *, half: int) -> Real:
    """Hide names of entities of one half of the table, so that fitting and reporting share no entity."""
    rows = [line.rstrip("\n").split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    of_entity: dict[str, list[str]] = defaultdict(list)
    of_key: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for key, entity, kind in rows:
        of_entity[entity].append(key)
        of_key[key].add(entity)
        kinds[entity] = kind
    rng = random.Random(seed)
    candidates = sorted(e for e, keys in of_entity.items() if len(keys) > 1 and crc32(e.encode()) % 2 == half)
    rng.shuffle(candidates)
    queries: list[tuple[str, str, str, bool]] = []
    hidden: set[tuple[str, str]] = set()
    for entity in candidates:
        own = [k for k in of_entity[entity] if len(of_key[k]) == 1 and len(k) > 3]
        if not own or len(queries) >= known + unknown:
            continue
        key = rng.choice(own)
        if len(queries) < known:
            hidden.add((key, entity))
            like = max(fuzz.token_set_ratio(key, k) for k in of_entity[entity] if k != key)
            queries.append((kinds[entity], key, entity, like >= RESEMBLES))
        else:
            hidden.update((k, entity) for k in of_entity[entity])
            queries.append((kinds[entity], key, "", False))
    keys, entities = [], []
    for key, owners in of_key.items():
        if left := {e for e in owners if (key, e) not in hidden}:
            keys.append(key)
            entities.append(left)
    present = set(keys)
    return Real(keys, entities, [q for q in queries if q[1] not in present])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--entities", type=int, default=4000)
    parser.add_argument("--unknown", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--native", action="store_true")
    args = parser.parse_args()
    real = load(args.table, args.entities, args.unknown, args.seed, half=0)
    with tempfile.TemporaryDirectory() as place:
        build_index(real.keys, place, native=args.native)
        index = FuzzyIndex.open(place)
        names = [key for _, key, _, _ in real.queries]
        start = time.process_time()
        hits = index.search(names)
        rate = len(names) / (time.process_time() - start)
    first = np.searchsorted(hits.query, np.arange(len(names) + 1))
    outcome = []
    for at, (kind, _, entity, like) in enumerate(real.queries):
        right = [entity in real.entities[k] for k in hits.key[first[at] : first[at + 1]].tolist()]
        score = float(hits.score[first[at]]) if right else 0.0
        outcome.append((kind, entity, like, bool(right) and right[0], any(right), score))
    unknown = sorted((o[5] for o in outcome if not o[1]), reverse=True)
    threshold = unknown[int(0.03 * len(unknown))] if unknown else 0.0
    print(f"{len(real.keys):,} keys, {rate:,.0f} queries/s")
    print(f"score that lets 3 % of {len(unknown)} unknown names through: {threshold:.3f}")
    shares = "top-1 | top-16 | top-1 at 3 %"
    print(f"| kind | n | {shares} | n alike | {shares} |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    tables: dict[str, list[tuple]] = defaultdict(list)
    for row in outcome:
        if row[1]:
            tables["all"].append(row)
            tables[row[0]].append(row)
    for kind, mine in sorted(tables.items(), key=lambda item: -len(item[1])):
        cells = []
        for part in (mine, [o for o in mine if o[2]]):
            n = max(len(part), 1)
            shares = (sum(o[3] for o in part), sum(o[4] for o in part), sum(o[3] and o[5] > threshold for o in part))
            cells += [f"{len(part)}", *(f"{100 * s / n:.1f}" for s in shares)]
        print(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
