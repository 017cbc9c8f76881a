"""What kind of thing a common word of names speaks for: `python scripts/fit_words.py [--gazetteer FILE]`.

Writes resolver/lexicon/word_groups.tsv: words of the names of at least 30 entities, nine in ten of which belong to one
group of kinds. "Salt Lake City International Airport" is no city, because `airport` speaks for no place name.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from resolver import Resolver  # noqa: E402
from resolver.features import group_of  # noqa: E402
from resolver.gazetteer import CASED, KINDS  # noqa: E402

TARGET = ROOT / "resolver" / "lexicon" / "word_groups.tsv"
ENTITIES, SHARE = 30, 0.9


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--gazetteer", type=Path)
    gazetteer = Resolver.open(parser.parse_args().gazetteer).gazetteer
    entities: dict[str, set[int]] = defaultdict(set)
    for number, key in enumerate(gazetteer.keys()):
        if key.isascii() and " " in key:
            for alias, _ in gazetteer.hits(number):
                if not gazetteer.alias_flags[alias] & CASED:
                    for word in key.split():
                        entities[word].add(gazetteer.alias_entity[alias])
    lines = []
    for word, held in sorted(entities.items()):
        if len(held) < ENTITIES or len(word) < 3 or word.isdigit():
            continue
        groups = Counter(group_of(KINDS[gazetteer.entity_kind[entity]]) for entity in held)
        group, count = max(groups.items(), key=lambda item: (item[1], item[0]))
        if group != "person" and count >= SHARE * len(held):
            lines.append(f"{word}\t{group}\n")
    TARGET.write_text("word\tgroup\n" + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
