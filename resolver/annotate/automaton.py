"""All names of a gazetteer as one static trie, and the longest names that begin at a word.

The trie is a MARISA trie (marisa-trie): made once for each compiled gazetteer, kept beside its other derived
files, mapped into memory when opened, a twelfth of the size of the names. Nothing else is read to find names:

    gazetteer.names    the trie: every key with its words as `read_words` gives them, a blank at the end
    gazetteer.spans    number of the key by the trie's own number; words that hold an apostrophe; first words of
                       names that begin with a small letter; given names; how prominent names sound
"""

from __future__ import annotations

import os
import re
from array import array
from bisect import bisect_left
from collections import Counter
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resolver.annotate.hashes import HashSet, pair_hashes, sieve_of, word_hashes
from resolver.annotate.text import spaced
from resolver.arrays import Arrays, write_arrays
from resolver.bundle import LOCK_SECONDS
from resolver.config import cache_dir
from resolver.errors import GazetteerCorrupt, GazetteerError
from resolver.gazetteer import KINDS, ROLES
from resolver.model import Kind, Role
from resolver.normalize import exact_key
from resolver.romanize import latin_key

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from resolver.gazetteer import Gazetteer

FORMAT = 7
TRIE, SPANS = "gazetteer.names", "gazetteer.spans"
_WORDS = 12  # words of the longest name that is looked for
_AT_ONCE = 100_000  # names hashed together
_BLANK, _NEW_LINE = 32, 10
_GIVEN = 3  # persons whose names begin with a word, for it to be a given name
_PROMINENT = 0.3  # prior of entities whose names are looked for by resemblance
_LEAST_SOUND = 6  # consonants of a name, its blank included
# Consonants that spellings and transcriptions exchange are one; vowels and half vowels are none.
_CONSONANTS = {ord(c): to for chars, to in (
    ("aeiouyhw'.-", None), ("bp", "p"), ("fv", "f"), ("ckqgxjsz", "k"), ("dt", "t"), ("mn", "n"),
) for c in chars}  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
_POSSESSIVE = re.compile(r"['’](s)(?!\w)")
_INFLECTED_ACRONYM = re.compile(r"[A-ZÇĞİÖŞÜ]{2,}['’][a-zçğıöşü]{2,}")  # "PKK'nın": in a text two words
_FIRST_WORD = re.compile(r"[\s\-]")


class Names:
    """The names of one gazetteer, opened for finding them in texts."""

    def __init__(self, folder: Path) -> None:
        import marisa_trie

        arrays = Arrays(folder / SPANS)
        if arrays.meta.get("format") != FORMAT:
            raise GazetteerCorrupt(f"{folder} was made by another version; delete it to have it made again")
        self._trie = marisa_trie.Trie()
        try:
            self._trie.mmap(str(folder / TRIE))
        except (OSError, RuntimeError) as error:
            raise GazetteerCorrupt(f"can't read {folder / TRIE} ({error}); delete {folder} to have it made") from error
        self._keys = arrays.numbers("keys")
        self._sounds = arrays.numbers("sounds")
        self._arrays = arrays
        self._lists = {name: arrays.text(name) for name in ("apostrophes", "small", "given")}

    @cached_property
    def kept(self) -> frozenset[str]:
        """Folded words that hold an apostrophe in some name, and stay whole in texts."""
        return self._list("apostrophes")

    @cached_property
    def small(self) -> frozenset[str]:
        """First words of names that begin with a small letter and go on with a capital: `al`, `de`; also `dpa`."""
        return self._list("small")

    @cached_property
    def given(self) -> frozenset[str]:
        """First words of the names of several persons."""
        return self._list("given")

    def sounds_known(self, name: str) -> bool:
        """Whether a name of several words sounds like one of a prominent entity, so that it is worth a closer look."""
        sound = sound_of(latin_key(name) or exact_key(name))
        place = bisect_left(self._sounds, sound)
        return sound > 0 and place < len(self._sounds) and self._sounds[place] == sound

    def _list(self, name: str) -> frozenset[str]:
        return frozenset(str(self._lists[name], "utf-8").split("\n")[:-1])

    def at(self, words: list[str], first: int) -> list[tuple[int, int]]:
        """Names that begin at a word, the shortest first: how many words each has, and the number of its key."""
        keys = self._keys
        window = " ".join(words[first : first + _WORDS]) + " "
        return [(name.count(" "), keys[number]) for name, number in self._trie.iter_prefixes_with_ids(window)]

    def may_begin(
        self, hashes: np.ndarray[Any, Any], places: np.ndarray[Any, Any]
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Those of some places where a name may begin, and whether one of several words may.

        One in a billion is a mistake, so a name has yet to be looked up.
        """
        import numpy as np

        if not len(places):
            return places, np.zeros(0, "?")
        own = hashes[places]
        several = self._pairs.has(pair_hashes(own, hashes[np.minimum(places + 1, len(hashes) - 1)]))
        several[-1] &= places[-1] + 1 < len(hashes)
        may = several | self._singles.has(own)
        return places[may], several[may]

    @cached_property
    def _singles(self) -> HashSet:
        return self._hash_set("singles")

    @cached_property
    def _pairs(self) -> HashSet:
        return self._hash_set("pairs")

    def _hash_set(self, name: str) -> HashSet:
        import numpy as np

        held, sieve = self._arrays.numbers(name), self._arrays.numbers(f"{name}_sieve")
        return HashSet(np.frombuffer(held, "<u8"), np.frombuffer(sieve, "u1"))

    def begins(self, words: str) -> bool:
        """Whether some name begins with these words, each followed by a blank."""
        return next(self._trie.iterkeys(words), None) is not None

    def number(self, words: str) -> int | None:
        """Number of the key of a whole name, its words with a blank after each; None where there is none."""
        number = self._trie.get(words)
        return None if number is None else self._keys[number]


def open_names(gazetteer: Gazetteer, database: Path, progress: Callable[[str, float], None] | None = None) -> Names:
    """The names of a gazetteer, made now where they are not there yet.

    Args:
        gazetteer: The opened gazetteer.
        database: Its file; the names are looked for beside it, then in the user's cache.
        progress: Told of stage and part done while they are made.

    Raises:
        GazetteerError: the cache can't be written.
    """
    if (database.parent / SPANS).is_file():
        return Names(database.parent)
    folder = cache_dir() / f"names-{gazetteer.version}-{FORMAT}"
    if not (folder / SPANS).is_file():
        from filelock import FileLock, Timeout

        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_name("names.lock"), timeout=LOCK_SECONDS):
                if not (folder / SPANS).is_file():
                    write_names(gazetteer, folder, progress)
        except Timeout as error:
            raise GazetteerError(
                f"another process has been making {folder} for {LOCK_SECONDS} s; wait, or delete {error.lock_file}"
            ) from error
        except OSError as error:
            raise GazetteerError(
                f"can't write to {folder} ({error.strerror or error}); set RESOLVER_CACHE to a folder with 100 MB free"
            ) from error
    return Names(folder)


def write_names(gazetteer: Gazetteer, folder: Path, progress: Callable[[str, float], None] | None = None) -> None:
    """Make the two files of a gazetteer."""
    tell = progress or (lambda _stage, _done: None)
    tell("names for texts", 0.0)
    numbers = {spaced(gazetteer.key(number)): number for number in range(len(gazetteer))}
    tell("names for texts", 0.2)
    apostrophes: set[str] = set()
    small: set[str] = set()
    for number in range(len(gazetteer.alias_entity)):
        text = gazetteer.alias_text(number)
        if "'" in text or "’" in text:
            whole = (word for word in text.split() if "'" in word[1:-1] or "’" in word[1:-1])
            apostrophes |= {exact_key(word) for word in whole if not _INFLECTED_ACRONYM.match(word)}
            words = _divided(text)
            key = gazetteer.key_number(exact_key(text))
            if key is not None and words not in numbers:
                numbers[words] = key
        if text[0].islower() and (not text.islower() or _is_small_acronym(gazetteer, number, text)):
            small.add(exact_key(_FIRST_WORD.split(text, maxsplit=1)[0]))
    numbers.pop(" ", None)
    tell("names for texts", 0.4)
    lists = {"apostrophes": apostrophes, "small": small, "given": _given_names(gazetteer)}
    save_names(folder, numbers, lists, _sounds(gazetteer))
    tell("names for texts", 1.0)


def save_names(folder: Path, numbers: dict[str, int], lists: dict[str, set[str]], sounds: set[int]) -> None:
    """Write names, by their words with a blank after each, and the lists that go with them.

    Args:
        folder: Where the two files go; each is renamed into place, the one that opening looks for last.
        numbers: Key number by name.
        lists: Folded words by subject: apostrophes, small, given.
        sounds: How prominent names sound.
    """
    import marisa_trie

    trie = marisa_trie.Trie(numbers)
    keys = array("I", bytes(4 * len(trie)))
    for name, number in numbers.items():
        keys[trie[name]] = number
    sections: dict[str, bytes | array[Any]] = {
        "keys": keys,
        "sounds": array("Q", sorted(sounds)),
        **_hashes(list(numbers)),
        **{name: "".join(f"{word}\n" for word in sorted(words - {""})).encode() for name, words in lists.items()},
    }
    _renamed(folder / TRIE, lambda path: trie.save(str(path)))
    _renamed(folder / SPANS, lambda path: write_arrays(path, {"format": FORMAT}, sections))


def _hashes(names: list[str]) -> dict[str, array[Any]]:
    """Hashes of the names of one word, and of the first two words of the others, sorted."""
    import numpy as np

    singles, pairs = [], []
    for start in range(0, len(names), _AT_ONCE):
        joined = "\n".join(names[start : start + _AT_ONCE])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
        letter = codes > _BLANK
        new = letter & ~np.concatenate(([False], letter[:-1]))
        line = np.cumsum(codes == _NEW_LINE)[new]
        begins = np.cumsum(letter)[new] - 1
        hashes = word_hashes(codes[letter], begins)
        first = np.concatenate(([True], line[1:] != line[:-1]))
        alone = first & np.concatenate((first[1:], [True]))
        singles.append(hashes[alone])
        more = np.flatnonzero(first & ~alone)
        pairs.append(pair_hashes(hashes[more], hashes[more + 1]))
    sections: dict[str, array[Any]] = {}
    for name, found in (("singles", singles), ("pairs", pairs)):
        held = np.unique(np.concatenate(found) if found else np.zeros(0, "<u8"))
        sections[name] = array("Q", held.tobytes())
        sections[f"{name}_sieve"] = array("B", sieve_of(held).tobytes())
    return sections


def _divided(text: str) -> str:
    """A name as its words stand in texts, a possessive ending apart."""
    return "".join(
        f"'{part} " if number % 2 else spaced(key) if (key := exact_key(part)) else ""
        for number, part in enumerate(_POSSESSIVE.split(text))
    )


def _is_small_acronym(gazetteer: Gazetteer, number: int, text: str) -> bool:
    return len(text) > 2 and " " not in text and ROLES[gazetteer.alias_role[number]] is Role.ACRONYM


def _sounds(gazetteer: Gazetteer) -> set[int]:
    """How the names of prominent entities sound."""
    sounds = set()
    for number, prior in enumerate(gazetteer.entity_prior):
        if prior >= _PROMINENT:
            for alias in gazetteer.alias_numbers(number):
                text = gazetteer.alias_text(alias)
                if " " in text and text.isascii():
                    sounds.add(sound_of(text.lower()))
                elif " " in text and text[0] < "\u0250":
                    sounds.add(sound_of(exact_key(text)))
    return sounds - {0}


def sound_of(name: str) -> int:
    """A number that names of several words share if their consonants sound alike; 0 for one word or few consonants.

    >>> sound_of("vladmir puttin") == sound_of("vladimir putin") != sound_of("vladimir pozner")
    True
    """
    words = [_REPEATED.sub(r"\1", word.translate(_CONSONANTS)) for word in name.split() if len(word) > 1]
    sound = " ".join(words)
    if len(words) < 2 or len(sound) < _LEAST_SOUND:
        return 0
    return int.from_bytes(blake2b(sound.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _given_names(gazetteer: Gazetteer) -> set[str]:
    """Words that the names of at least `_GIVEN` persons begin with."""
    person = KINDS.index(Kind.PERSON)
    times: Counter[str] = Counter()
    for number, kind in enumerate(gazetteer.entity_kind):
        if kind == person:
            first, _, rest = gazetteer.entity_at(number).label.partition(" ")
            if rest:
                times[exact_key(first)] += 1
    return {word for word, count in times.items() if count >= _GIVEN and len(word) > 1 and " " not in word}


def _renamed(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name, and rename it once it is whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
