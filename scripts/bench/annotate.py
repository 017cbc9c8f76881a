"""Speed of finding and resolving mentions in running text, beside flashtext and spaCy's PhraseMatcher.

    python scripts/bench/annotate.py news.txt [--aliases 100000] [--rounds 3] [--megabytes 100]

The text is read whole and cut nowhere. Three measures, interleaved in one process, in CPU seconds:

* end to end: `Resolver.annotate`, every answer's id read;
* finding: words, boundaries and the names that begin at each, over the same aliases that the peers hold;
* length: the text repeated up to so many megabytes as one document, time a megabyte and memory.

flashtext and spaCy are measured where they are installed.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from resolver import Resolver
from resolver.annotate import parts
from resolver.annotate.automaton import Names, save_names
from resolver.annotate.find import name_places
from resolver.annotate.text import read_words, spaced
from resolver.gazetteer import Gazetteer


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ids(resolver: Resolver, text: str) -> int:
    return sum(1 for mention in resolver.annotate(text, lang="en") if mention.resolution.qid)


def sample(gazetteer: Gazetteer, count: int) -> list[str]:
    keys = [gazetteer.key(number) for number in range(len(gazetteer))]
    keys = [key for key in keys if key.isascii() and len(key) > 2]
    return random.Random(1).sample(keys, min(count, len(keys)))


def finder(keys: list[str], folder: Path) -> Callable[[str], int]:
    numbers = {spaced(key): number for number, key in enumerate(keys)}
    save_names(folder, numbers, {"apostrophes": set(), "small": set(), "given": set()}, set())
    names = Names(folder)

    def find(text: str) -> int:
        found = 0
        for begin, end in parts(text):
            words = read_words(text[begin:end])
            places, several = names.may_begin(words.hashes, name_places(words))
            taken = np.zeros(len(words), "?")
            free = 0
            for i in places[several].tolist():
                if i >= free and (held := names.at(words.words, i)):
                    found += 1
                    free = i + held[-1][0]
                    taken[i:free] = True
            found += int(np.count_nonzero(~taken[places[~several]]))
        return found

    return find


def flashtext(keys: list[str]) -> Callable[[str], int] | None:
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        return None
    processor = KeywordProcessor()
    for key in keys:
        processor.add_keyword(key)
    return lambda text: len(processor.extract_keywords(text))


def phrase_matcher(keys: list[str]) -> Callable[[str], int] | None:
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return None
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("name", list(nlp.tokenizer.pipe(keys)))
    return lambda text: len(matcher(nlp.make_doc(text)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--aliases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=float, default=0)
    options = parser.parse_args()
    text = options.text.read_text(encoding="utf-8")
    size = len(text.encode()) / 1e6
    resolver = Resolver.open()
    opened = seconds(lambda: list(resolver.annotate("Ankara")))
    print(f"{size:.2f} MB of text; opened with the first mention in {opened:.2f} s of CPU, {memory():.0f} MB")
    cold = seconds(lambda: ids(resolver, text))
    warm = [seconds(lambda: ids(resolver, text)) for _ in range(options.rounds)]
    print(f"end to end, new words: {size / cold:.2f} MB/s; words met before: {size / statistics.median(warm):.2f} MB/s")
    print(f"memory {memory():.0f} MB")
    if options.megabytes:
        for times in (options.megabytes / 10, options.megabytes):
            long = text * max(1, round(times / size))
            took = seconds(lambda long=long: ids(resolver, long))
            print(f"one document of {len(long.encode()) / 1e6:.0f} MB: {len(long.encode()) / 1e6 / took:.2f} MB/s,"
                  f" {memory():.0f} MB")  # fmt: skip
    keys = sample(resolver.gazetteer, options.aliases)
    with tempfile.TemporaryDirectory() as folder:
        makers = {"resolver": finder(keys, Path(folder)), "flashtext": flashtext(keys), "spaCy": phrase_matcher(keys)}
        runs: dict[str, list[float]] = {name: [] for name, find in makers.items() if find}
        for _ in range(options.rounds):
            for name, took in runs.items():
                find = makers[name]
                assert find is not None
                took.append(seconds(lambda find=find: find(text)))
    ours = statistics.median(runs["resolver"])
    print(f"finding over {len(keys):,} aliases")
    for name, took in runs.items():
        median = statistics.median(took)
        print(f"    {name:10} {size / median:7.2f} MB/s   {median / ours:6.1f} times our time")


if __name__ == "__main__":
    main()
