"""Names that no key answers, told apart many at a time: which have no reading that any key answers either.

Most misspelt names have none. What is looked up one reading after the other by `retrieve.proposals` is looked up here
for all names at once, and only where something answers is a name read again, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from resolver.mention import Mention, Reading, inflected_words
from resolver.mention.adjective import places_of
from resolver.normalize import exact_keys
from resolver.retrieve import countries_of_people
from resolver.romanize import latin_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolver.gazetteer import Gazetteer
    from resolver.index.sieve import Sieve


def read_many(sieves: Sequence[Sieve], mentions: Sequence[Mention]) -> list[list[Reading]]:
    """The readings of each mention; base forms only where every word, or a base form of it, may stand in a key."""
    stripped = [mention.stripped() for mention in mentions]
    bare = [at for at, found in enumerate(stripped) if len(found) == 1]
    hopeless = set(_hopeless(sieves, mentions, bare))
    return [
        found if at in hopeless else [*found, *mention.base_forms(found)]
        for at, (mention, found) in enumerate(zip(mentions, stripped, strict=True))
    ]


def _hopeless(sieves: Sequence[Sieve], mentions: Sequence[Mention], which: Sequence[int]) -> list[int]:
    """Which of some mentions hold a word that stands in no key, and that no base form of it does."""
    words = [mentions[at].raw.split() for at in which]
    known = _known_words(sieves, [word for mine in words for word in mine])
    strange: list[tuple[int, list[str]]] = []
    place = 0
    for at, mine in zip(which, words, strict=True):
        here = known[place : place + len(mine)]
        place += len(mine)
        if not here.all():
            word = mine[int(here.argmin())]
            bases = inflected_words(word, mentions[at].raw, mentions[at].langs)
            places = [reading.text for reading in places_of(mentions[at].raw, mentions[at].langs)]
            strange.append((at, [*bases, *places]))
    known = _known_words(sieves, [form for _, forms in strange for form in forms])
    hopeless, place = [], 0
    for at, forms in strange:
        if not known[place : place + len(forms)].any():
            hopeless.append(at)
        place += len(forms)
    return hopeless


def _known_words(sieves: Sequence[Sieve], words: list[str]) -> NDArray[np.bool_]:
    """Whether all that keys make of each word may stand in keys."""
    keys = exact_keys(words)
    parts = [key.split() for key in keys]
    flat = [part for mine in parts for part in mine]
    held = np.logical_or.reduce([sieve.has_words(flat) for sieve in sieves]) if flat else np.zeros(0, bool)
    count = np.array([len(mine) for mine in parts], np.int64)
    owner = np.repeat(np.arange(len(words)), count)
    found = np.ones(len(words), bool)
    found[owner[~held]] = False
    return found


def are_unread(
    gazetteer: Gazetteer, sieves: Sequence[Sieve], mentions: Sequence[Mention], readings: Sequence[Sequence[Reading]]
) -> NDArray[np.bool_]:
    """Whether `retrieve.proposals` finds nothing for a mention; False may also mean that it has to be asked.

    Args:
        gazetteer: Where it looks.
        sieves: Of that gazetteer.
        mentions: Strings whose own keys nothing answers.
        readings: Of each.
    """
    names = [mention.raw for mention in mentions]
    texts = [reading.text for mine in readings for reading in mine[1:]]
    owner = np.repeat(np.arange(len(names)), [len(mine) - 1 for mine in readings])
    everyone = np.arange(len(names))
    dotted = [at for at, name in enumerate(names) if "." in name]
    plain = [*exact_keys(names), *exact_keys([names[at].replace(".", " ") for at in dotted]), *exact_keys(texts)]
    plain_owner = np.concatenate((everyone, np.array(dotted, np.int64), owner))
    found = np.zeros(len(names), bool)
    own = len(names) + len(dotted)  # of these the keys were looked up, or are none to be looked up
    for keys, owners in ((plain[own:], owner), (latin_keys(names), everyone)):
        numbers = gazetteer.key_numbers(keys)
        found[owners[np.array([number is not None for number in numbers], bool)]] = True
    ends = np.logical_or.reduce([sieve.has_ends(plain) for sieve in sieves])
    found[plain_owner[ends]] = True
    longer = [at for at, key in enumerate(plain[: len(names)]) if " " in key]
    numbers = gazetteer.key_numbers([plain[at].partition(" ")[0] for at in longer])
    for at, number in zip(longer, numbers, strict=True):
        # "Chilean Communist Party" is read as "Communist Party of Chile".
        found[at] |= number is not None and any(countries_of_people(gazetteer, number))
    return ~found
