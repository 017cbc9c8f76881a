"""Names that persons answer to though no source lists them: bare surnames.

Only the surname is derived when a gazetteer is built. Initials, left-out middle names and "Surname, Given" are
read at query time from the surname's entities: as stored rows they would double the gazetteer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from resolver.normalize import exact_key, exact_keys

SOURCE = "derived"
SURNAMES = "surnames.parquet"
NAMELESS_ROLES = ("acronym", "descriptor", "title", "nickname", "demonym")
"""Roles of aliases that hold no surname."""

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


def derive_surnames(
    names: Iterable[tuple[str, str, str, Iterable[str]]],
) -> tuple[list[str], list[str], list[str]]:
    """Bare surnames from full names.

    Args:
        names: Id, exact key, text and countries of each full name of a person. Of several names that give one
            surname the first gives its spelling.

    Returns:
        Three columns: id, key and text of each surname, none twice.

    >>> derive_surnames([("Q7747", "vladimir putin", "Vladimir Putin", ["Q159"])])
    (['Q7747'], ['putin'], ['Putin'])
    """
    first: dict[tuple[str, str], str] = {}
    for qid, key, text, countries in names:
        for surname in surname_keys(key, countries or ()):
            first.setdefault((qid, surname), text)
    surnames = [surname for _, surname in first]
    last_words = [text.rsplit(None, 1)[-1].strip(",;") for text in first.values()]
    texts = [
        word if key == surname else _tail(text, surname)
        for word, key, surname, text in zip(last_words, exact_keys(last_words), surnames, first.values(), strict=True)
    ]
    return [qid for qid, _ in first], surnames, texts


def _tail(text: str, surname: str) -> str:
    """The end of `text` whose key is `surname`, as written; the key itself where words and key differ."""
    words = text.split()
    for start in range(len(words) - 1, 0, -1):
        tail = " ".join(words[start:])
        if exact_key(tail) == surname:
            return tail.strip(",;")
    return surname


def write_surnames(folder: Path, names: Iterable[tuple[str, str, Iterable[str]]]) -> int:
    """Write `surnames.parquet` into `folder`: what `derive_surnames` finds in the bulk names.

    Args:
        folder: Folder of source tables.
        names: Id, text and countries of each full name of a person.

    Returns:
        The number of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = sorted((qid, text, tuple(countries)) for qid, text, countries in names)
    keys = exact_keys([text for _, text, _ in listed])
    qids, surnames, texts = derive_surnames(
        (qid, key, text, countries) for (qid, text, countries), key in zip(listed, keys, strict=True)
    )
    work = folder / f".{SURNAMES}"
    table = pa.table({"qid": qids, "key": surnames, "text": texts})
    pq.write_table(table, work, compression="zstd", compression_level=19, row_group_size=len(qids) or 1)
    work.replace(folder / SURNAMES)
    return len(qids)
