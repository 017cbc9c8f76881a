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

PROPERTIES: dict[str, str] = {
    "P31": "instance of",
    "P279": "subclass of",
    "P17": "country",
    "P27": "country of citizenship",
    "P495": "country of origin",
    "P1448": "official name",
    "P1813": "short name",
    "P1705": "native label",
    "P1549": "demonym",
    "P742": "pseudonym",
    "P1449": "nickname",
    "P580": "start time",
    "P582": "end time",
    "P585": "point in time",
    "P569": "date of birth",
    "P570": "date of death",
    "P571": "inception",
    "P576": "dissolved, abolished or demolished date",
    "P39": "position held",
    "P361": "part of",
    "P527": "has part",
    "P355": "has subsidiary",
    "P749": "parent organization",
    "P1365": "replaces",
    "P1366": "replaced by",
    "P1376": "capital of",
    "P1001": "applies to jurisdiction",
    "P297": "ISO 3166-1 alpha-2 code",
    "P298": "ISO 3166-1 alpha-3 code",
    "P300": "ISO 3166-2 code",
    "P1566": "GeoNames ID",
    "P1082": "population",
    "P625": "coordinate location",
}
"""What sources/wikibase.py reads, by property, with the label that a pull compares with Wikidata."""

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
    """Class -> kind, of those rows of kinds.tsv whose label Wikidata confirms; the others are noted and left out.

    Properties are compared on the way. Nothing can be read without them, so that one of another name is only noted.
    """
    rows = known_classes()
    live = fetcher.labels([*rows, *PROPERTIES])
    for prop, label in PROPERTIES.items():
        if not same_meaning(label, live.get(prop, set())):
            called = min(live.get(prop) or {"nothing"}, key=len)
            notes.append(f"look at this first: {prop} is read as {label!r}, Wikidata calls it {called!r}")
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
    words = {_stem(word) for word in _WORD.findall(label.casefold()) if word not in _PLAIN}
    return any(words & {_stem(word) for word in _WORD.findall(name)} for name in live)


def _stem(word: str) -> str:
    """Enough of a word to see that organisation and organizations are one."""
    return word[:6].rstrip("s")
