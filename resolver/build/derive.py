"""Names that persons answer to though no source lists them: bare surnames.

Only the surname is derived when a gazetteer is built. Initials, left-out middle names and "Surname, Given" are
read at query time from the surname's entities: as stored rows they would double the gazetteer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SOURCE = "derived"

# Words that belong to the surname that follows them, in keys (lower case, no accents).
_PARTICLES = frozenset(
    """
    al el bin ben ibn abu bint de del della der den di da do dos das du la le van von zu zum zur ter
    ten af av mac mc st saint san santa
    """.split()  # noqa: SIM905 - as words they are read at a glance
)
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "v", "filho", "junior", "neto", "hijo"])
_SURNAME_FIRST = frozenset({"Q148", "Q865", "Q884", "Q423"})  # China, Taiwan, South and North Korea
_SHORTEST = 3


def surname_keys(key: str, countries: Iterable[str] = ()) -> Iterator[str]:
    """The surname in a person's exact key, with and without its particles.

    Args:
        key: Exact key of a full name.
        countries: The person's countries; some put the surname first in two- and three-word Latin names.

    Yields:
        Keys of one or more words; nothing for single-word names and scripts without spaces.

    >>> list(surname_keys("ursula von der leyen")), list(surname_keys("xi jinping", ["Q148"]))
    (['leyen', 'von der leyen'], [])
    >>> list(surname_keys("kim jong un", ["Q423"])), list(surname_keys("martin luther king jr"))
    (['kim'], ['king'])
    """
    tokens = key.split(" ")
    while len(tokens) > 2 and tokens[-1] in _SUFFIXES:
        tokens.pop()
    if len(tokens) < 2 or any(token.isdigit() for token in tokens):
        return
    if not _SURNAME_FIRST.isdisjoint(countries) and len(tokens) <= 3 and tokens[0].isascii():
        if len(tokens[0]) >= _SHORTEST:
            yield tokens[0]
        return
    if len(tokens[-1]) >= _SHORTEST:
        yield tokens[-1]
    start = len(tokens) - 1
    while start > 1 and tokens[start - 1] in _PARTICLES:
        start -= 1
    if start < len(tokens) - 1:
        yield " ".join(tokens[start:])
