"""Benchmark of the fuzzy index on a generated gazetteer with noisy queries.

    python scripts/bench/fuzzy.py FOLDER [--size g1m] [--queries 20000]

FOLDER holds `g10k.tsv`, `g100k.tsv`, `g1m.tsv` (alias, entity, kind) and `queries.tsv` (class, query, entity or
NIL, kind). Classes: a case and punctuation, b slips of the finger, c words moved, dropped or cut to initials,
d respelt, e names the gazetteer does not hold. Keys are unidecoded, lower-case, ASCII words.

Printed: size and time of the build; queries a second of CPU time, exact hits left out; per class the share whose
best key belongs to the right entity; the same at the score that lets 3 % of class e through; time of one query.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from unidecode import unidecode

from resolver.build.index_build import build_index
from resolver.index import FuzzyIndex

_DROPPED = re.compile("['’ʼ]")
_GAP = re.compile("[^a-z0-9]+")


def latin_key(text: str) -> str:
    return _GAP.sub(" ", unidecode(_DROPPED.sub("", text)).lower()).strip()


class Query(NamedTuple):
    noise: str
    key: str
    entity: str


class Corpus(NamedTuple):
    keys: list[str]
    entities: list[set[str]]  # of each key
    queries: list[Query]
    exact: dict[str, int]


def load(folder: Path, size: str) -> Corpus:
    ids: dict[str, int] = {}
    entities: list[set[str]] = []
    with (folder / f"{size}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            alias, entity, _ = line.rstrip("\n").split("\t")
            key = latin_key(alias)
            if not key:
                continue
            if (at := ids.setdefault(key, len(ids))) == len(entities):
                entities.append(set())
            entities[at].add(entity)
    with (folder / "queries.tsv").open(encoding="utf-8") as lines:
        cells = [line.rstrip("\n").split("\t") for line in lines]
    return Corpus(list(ids), entities, [Query(c, latin_key(q), e) for c, q, e, _ in cells], ids)


def quality(corpus: Corpus, queries: list[Query], index: FuzzyIndex) -> dict[str, dict[str, float]]:
    """Per class: top-1, gold among the first 16, and accuracy where 3 % of the unknown are accepted."""
    fuzzy = [q for q in queries if q.key not in corpus.exact]
    hits = index.search([q.key for q in fuzzy])
    first = np.searchsorted(hits.query, np.arange(len(fuzzy) + 1))
    rows = []
    for at, query in enumerate(fuzzy):
        keys = hits.key[first[at] : first[at + 1]].tolist()
        right = [query.entity in corpus.entities[key] for key in keys]
        best = float(hits.score[first[at]]) if keys else 0.0
        rows.append((query.noise, best, bool(right) and right[0], any(right)))
    for query in queries:
        if query.key in corpus.exact:
            found = query.entity in corpus.entities[corpus.exact[query.key]]
            rows.append((query.noise, 1.0, found, found))
    unknown = sorted((score for noise, score, _, _ in rows if noise == "e"), reverse=True)
    threshold = unknown[int(0.03 * len(unknown))] if unknown else 0.0
    total = Counter(noise for noise, *_ in rows)
    out: dict[str, dict[str, float]] = {"top1": {}, "top16": {}, "at3": {}}
    for noise in "abcd":
        mine = [row for row in rows if row[0] == noise]
        out["top1"][noise] = 100 * sum(r[2] for r in mine) / total[noise]
        out["top16"][noise] = 100 * sum(r[3] for r in mine) / total[noise]
        out["at3"][noise] = 100 * sum(r[2] and r[1] > threshold for r in mine) / total[noise]
    for table in out.values():
        table["mean"] = sum(table.values()) / 4
    out["threshold"] = {"score": threshold}
    return out


def speed(names: list[str], index: FuzzyIndex, rounds: int = 5) -> float:
    """Queries a second of CPU time, median of several rounds over the same names in other orders."""
    seconds = []
    for seed in range(rounds):
        shuffled = random.Random(seed).sample(names, len(names))
        start = time.process_time()
        index.search(shuffled)
        seconds.append(time.process_time() - start)
    return len(names) / float(np.median(seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="g1m")
    parser.add_argument("--queries", type=int, default=20_000)
    args = parser.parse_args()
    corpus = load(args.folder, args.size)
    with tempfile.TemporaryDirectory() as place:
        wall, cpu = time.perf_counter(), time.process_time()
        path = build_index(corpus.keys, place)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"keys {len(corpus.keys):,}  build {wall:.1f} s, {cpu:.1f} CPU s  {path.stat().st_size / 1e6:.0f} MB")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        index = FuzzyIndex.open(place)
        queries = corpus.queries[: args.queries]
        names = [q.key for q in queries if q.key not in corpus.exact]
        random.Random(0).shuffle(names)
        index.search(names[:500])
        print(f"fuzzy queries a second of CPU time: {speed(names[:8000], index):,.0f}")
        for name, table in quality(corpus, queries, index).items():
            print(f"{name:9s}", "  ".join(f"{k} {v:.4f}" if k == "score" else f"{k} {v:.1f}" for k, v in table.items()))
        taken = []
        for name in names[:1000]:
            start = time.perf_counter()
            index.search([name])
            taken.append(time.perf_counter() - start)
        print(f"one query: median {1000 * np.median(taken):.1f} ms, p99 {1000 * np.quantile(taken, 0.99):.1f} ms")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"peak memory grew by {grown / 1024:.0f} MB after opening (mapped pages included)")


if __name__ == "__main__":
    main()
