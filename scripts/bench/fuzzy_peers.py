"""Speed of the fuzzy index beside peers, interleaved in one process, and the peers' top-1 on the same queries.

    python scripts/bench/fuzzy_peers.py FOLDER [--size g1m] [--rounds 5]

Peers: rapidfuzz, brute force over all keys: `extractOne` and batched `cdist` by plain ratio, and `cdist` by the
better of ratio and token_sort_ratio, which sees words out of order; tantivy trigrams with a rapidfuzz re-rank,
if tantivy is installed. Every peer gets the keys, normalised; each round takes queries that no round before
took; exact hits are left out; times are CPU times. Ratios are medians of the rounds' ratios. FOLDER: see
fuzzy.py.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fuzzy import Corpus, load
from rapidfuzz import fuzz, process

from resolver.build.index_build import build_index
from resolver.index import FuzzyIndex

Search = Callable[[Sequence[str]], list[int]]  # best key of each name, -1 for none


def _sorted_words(name: str) -> str:
    return " ".join(sorted(name.split()))


def _best(scores: np.ndarray) -> list[int]:
    return [int(i) for i in scores.argmax(axis=1)]


def peers(corpus: Corpus, index: FuzzyIndex) -> dict[str, tuple[Search, int]]:
    """Each peer's search, and how many queries of a round it gets."""
    keys = corpus.keys
    turned = [_sorted_words(key) for key in keys]

    def ours(names: Sequence[str]) -> list[int]:
        hits = index.search(names, top=1)
        out = [-1] * len(names)
        for query, key in zip(hits.query.tolist(), hits.key.tolist(), strict=True):
            out[query] = key
        return out

    def extract_one(names: Sequence[str]) -> list[int]:
        return [process.extractOne(name, keys, scorer=fuzz.ratio)[2] for name in names]

    def cdist(names: Sequence[str]) -> list[int]:
        return _best(process.cdist(names, keys, scorer=fuzz.ratio, dtype=np.uint8, workers=1))

    def cdist_in_any_order(names: Sequence[str]) -> list[int]:
        plain = process.cdist(names, keys, scorer=fuzz.ratio, dtype=np.uint8, workers=1)
        words = [_sorted_words(name) for name in names]
        np.maximum(plain, process.cdist(words, turned, scorer=fuzz.ratio, dtype=np.uint8, workers=1), out=plain)
        return _best(plain)

    found: dict[str, tuple[Search, int]] = {
        "fuzzy index": (ours, 1000),
        "cdist max(ratio, token sort)": (cdist_in_any_order, 64),
        "cdist ratio": (cdist, 64),
        "extractOne ratio": (extract_one, 4),
    }
    if (trigrams := _tantivy(keys)) is not None:
        found["tantivy trigrams + rapidfuzz"] = (trigrams, 100)
    return found


def _tantivy(keys: list[str]) -> Search | None:
    try:
        import tantivy
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("grams", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("id", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=200_000_000, num_threads=1)

    def grams(name: str) -> str:
        padded = f"_{name.replace(' ', '_')}_"
        return " ".join(padded[i : i + 3] for i in range(len(padded) - 2))

    for at, key in enumerate(keys):
        writer.add_document(tantivy.Document(grams=grams(key), id=at))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(names: Sequence[str]) -> list[int]:
        out = []
        for name in names:
            query = index.parse_query(grams(name), ["grams"])
            ids = [searcher.doc(address)["id"][0] for _, address in searcher.search(query, 20).hits]
            scored = [(max(fuzz.ratio(name, keys[i]), fuzz.token_sort_ratio(name, keys[i])), -i) for i in ids]
            out.append(-max(scored)[1] if scored else -1)
        return out

    return search


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="g1m")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    corpus = load(args.folder, args.size)
    fuzzy = [q for q in corpus.queries if q.key not in corpus.exact]
    random.Random(0).shuffle(fuzzy)
    with tempfile.TemporaryDirectory() as place:
        build_index(corpus.keys, place)
        index = FuzzyIndex.open(place)
        index.search([q.key for q in fuzzy[-500:]])
        everyone = peers(corpus, index)
        taken: dict[str, list[float]] = {name: [] for name in everyone}
        right: dict[str, list[bool]] = {name: [] for name in everyone}
        for turn in range(args.rounds):
            part = fuzzy[turn * 1000 : (turn + 1) * 1000]
            for name, (search, count) in everyone.items():
                mine = part[:count]
                start = time.process_time()
                best = search([q.key for q in mine])
                taken[name].append((time.process_time() - start) / len(mine))
                right[name] += [
                    k >= 0 and q.entity in corpus.entities[k] for q, k in zip(mine, best, strict=True) if q.noise != "e"
                ]
        base = taken["fuzzy index"]
        print(f"{len(corpus.keys):,} keys\n| peer | CPU us a query | queries/s | index is faster by | top-1 b-d | n |")
        print("|---|--:|--:|--:|--:|--:|")
        for name, seconds in taken.items():
            middle = float(np.median(seconds))
            ratio = float(np.median([s / b for s, b in zip(seconds, base, strict=True)]))
            count = len(right[name])
            share = 100 * sum(right[name]) / max(count, 1)
            print(f"| {name} | {1e6 * middle:,.0f} | {1 / middle:,.0f} | {ratio:,.1f} | {share:.1f} | {count} |")


if __name__ == "__main__":
    main()
