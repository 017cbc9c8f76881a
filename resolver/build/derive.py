"""Names that persons answer to though no source lists them: bare surnames.

Only the surname is derived when a gazetteer is built. Initials, left-out middle names and "Surname, Given" are
read at query time from the surname's entities: as stored rows they would double the gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from resolver.features.tokens import skeleton, sound
from resolver.normalize import exact_key, exact_keys
from resolver.romanize import latin_key

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
_ALIKE, _VERY_ALIKE = 50, 80
"""Per cent of consonants that a surname shares with a word of an English name: of most people, of rulers and saints."""
_NUMERAL = re.compile(r"[ivxl]+")
_REGNAL = re.compile(r"(?:I|V|VI{1,3}|IX|XL?[IVX]*)\.?")  # whoever bears these is no grandson of a namesake
_NAMESAKE = re.compile(r"I{2,3}|IV")  # these may be one, after a given name and a surname
_BYNAME = re.compile(r",|\b(?:of|the|from)\b", re.IGNORECASE)
_TITLES = frozenset(
    """
    king queen emperor empress pope prince princess duke duchess count countess earl lord lady tsar czar sultan
    saint archduke grand holy roman kingdom empire
    """.split()  # noqa: SIM905 - as words they are read at a glance
)


class Name(NamedTuple):
    """A full name of a person.

    Attributes:
        qid: The person.
        key: Exact key of the name.
        text: The name.
        countries: The person's countries.
        langs: Languages the name is listed under.
        label: The person's label.
    """

    qid: str
    key: str
    text: str
    countries: Iterable[str] = ()
    langs: Iterable[str] = ()
    label: str = ""


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
    if len(tokens) < 2 or any(token.isdigit() for token in tokens) or _NUMERAL.fullmatch(tokens[-1]):
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


def derive_surnames(names: Iterable[Name]) -> tuple[list[str], list[str], list[str]]:
    """Bare surnames from full names.

    A last word is no surname where it translates a byname ("Karel II. Španělský", "Plinius der Ältere") or is a
    patronymic: it has to resemble some word of an English name of the person, if there is one.

    Args:
        names: Full names, those of one person together. Of several names that give one surname the first gives its
            spelling.

    Returns:
        Three columns: id, key and text of each surname, none twice.

    >>> derive_surnames([Name("Q7747", "vladimir putin", "Vladimir Putin", ["Q159"])])
    (['Q7747'], ['putin'], ['Putin'])
    >>> derive_surnames([Name("Q1", "charles ii", "Charles II", (), ["en"], "Charles II"),
    ...                  Name("Q1", "karel spanelsky", "Karel Španělský", (), ["cs"], "Charles II")])
    ([], [], [])
    """
    first: dict[tuple[str, str], str] = {}
    for qid, group in groupby(names, key=lambda name: name.qid):
        mine = [Name(*name) for name in group]
        words = None
        for name in mine:
            for surname in surname_keys(name.key, name.countries or ()):
                if words is None:
                    words = _english_words(mine)
                if _is_surname(surname, *words):
                    first.setdefault((qid, surname), name.text)
    surnames = [surname for _, surname in first]
    last_words = [text.rsplit(None, 1)[-1].strip(",;") for text in first.values()]
    texts = [
        word if key == surname else _tail(text, surname)
        for word, key, surname, text in zip(last_words, exact_keys(last_words), surnames, first.values(), strict=True)
    ]
    return [qid for qid, _ in first], surnames, texts


def _english_words(names: Sequence[Name]) -> tuple[frozenset[str], bool]:
    """Keys of the words of a person's English names, bynames left out, and whether a number or a place follows them."""
    english = {name.label for name in names if name.label} | {name.text for name in names if "en" in (name.langs or ())}
    ruler = any(_rules(text) for text in english) or any(_BYNAME.search(n.label) or " " not in n.label for n in names)
    words = {word for text in english for word in exact_key(_BYNAME.split(text, maxsplit=1)[0]).split()}
    return frozenset(word for word in words if not _NUMERAL.fullmatch(word)) - _TITLES, ruler


def _rules(name: str) -> bool:
    """Whether a number tells the bearer of a name from others of that name: a ruler's, not "Henry Ford II"."""
    words = name.replace(",", " ").split()
    return any(
        _REGNAL.fullmatch(word) or (_NAMESAKE.fullmatch(word) and (place == 1 or place + 1 < len(words)))
        for place, word in enumerate(words)
        if place
    )


def _is_surname(key: str, words: frozenset[str], ruler: bool) -> bool:
    """Whether the last word of a name is a form of a word of the person's English names."""
    last = key.rsplit(" ", 1)[-1]
    if not words or last in words:
        return True
    least = _VERY_ALIKE if ruler else _ALIKE
    mine = _bones(last)
    return any(
        ratio(mine, bones) >= least if mine and bones else ratio(latin_key(last), word) >= least
        for word, bones in ((word, _bones(word)) for word in words)
    )


@lru_cache(maxsize=1 << 16)
def _bones(word: str) -> str:
    """The consonants of a word as they sound, in any script; empty where it has none in Latin letters."""
    latin = latin_key(word).replace(" ", "")
    return skeleton(sound(latin)) if latin.isascii() else ""


def _tail(text: str, surname: str) -> str:
    """The end of `text` whose key is `surname`, as written; the key itself where words and key differ."""
    words = text.split()
    for start in range(len(words) - 1, 0, -1):
        tail = " ".join(words[start:])
        if exact_key(tail) == surname:
            return tail.strip(",;")
    return surname


def with_keys(names: Iterable[Name]) -> list[Name]:
    """Names in order, those of one person together, with their keys."""
    listed = sorted(names, key=lambda name: (name.qid, name.text))
    keys = exact_keys([name.text for name in listed])
    return [name._replace(key=key) for name, key in zip(listed, keys, strict=True)]


def write_surnames(folder: Path, names: Iterable[Name]) -> int:
    """Write `surnames.parquet` into `folder`: what `derive_surnames` finds in the bulk names.

    Args:
        folder: Folder of source tables.
        names: Full names of persons, in any order; their keys are worked out here.

    Returns:
        The number of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    qids, surnames, texts = derive_surnames(with_keys(names))
    work = folder / f".{SURNAMES}"
    table = pa.table({"qid": qids, "key": surnames, "text": texts})
    pq.write_table(table, work, compression="zstd", compression_level=19, row_group_size=len(qids) or 1)
    work.replace(folder / SURNAMES)
    return len(qids)
