"""Before a pull: do the classes and properties we rely on still mean what we think they mean?

An id says nothing to the eye, and one wrong digit fills a gazetteer with railway stations. So every id in a query and
in kinds.tsv stands with its English label, and both are compared with Wikidata before anything is pulled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from resolver.build.grow.kinds import known_classes
from resolver.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

    from resolver.build.grow.fetch import Fetcher
    from resolver.build.grow.seedfile import Seed

_WORD = re.compile(r"[^\W\d_]{4,}")
_PLAIN = frozenset({"with", "from", "that", "former", "type", "class", "state", "states", "united"})


def check_seed(seed: Seed, fetcher: Fetcher) -> None:
    """Compare the labels in a seed's head with Wikidata.

    Raises:
        InputError: An id that means something else, or nothing.
    """
    if not seed.named:
        return
    for qid, live in fetcher.labels(seed.named).items():
        if not live:
            raise InputError(f"{seed.path}: {qid} ({seed.named[qid]}) does not exist on Wikidata; correct the query")
        if not same_meaning(seed.named[qid], live):
            raise InputError(
                f"{seed.path}: {qid} is named {seed.named[qid]!r}, but Wikidata calls it {min(live, key=len)!r};"
                " correct the query"
            )


def check_classes(fetcher: Fetcher, notes: list[str]) -> dict[str, str]:
    """Class -> kind, of those rows of kinds.tsv whose label Wikidata confirms; the others are noted and left out."""
    rows = known_classes()
    live = fetcher.labels(rows)
    kept: dict[str, str] = {}
    for qid, row in rows.items():
        names = live.get(qid, set())
        if names and same_meaning(row.label, names):
            kept[qid] = row.kind
        else:
            called = f"Wikidata calls it {min(names, key=len)!r}" if names else "it does not exist"
            notes.append(f"kinds.tsv: {qid} is not used, it stands there as {row.label!r} but {called}")
    return kept


def same_meaning(label: str, live: Collection[str]) -> bool:
    """Whether a label is one of the live names, or shares a telling word with one: labels are reworded at times.

    >>> same_meaning("city with millions of inhabitants", {"million city", "megalopolis"})
    True
    >>> same_meaning("armed organization", {"barn owl"})
    False
    """
    if label.casefold() in live:
        return True
    words = {_stem(word) for word in _WORD.findall(label.casefold())} - _PLAIN
    return any(words & {_stem(word) for word in _WORD.findall(name)} for name in live)


def _stem(word: str) -> str:
    """Enough of a word to see that organisation and organizations are one."""
    return word[:6].rstrip("s")
