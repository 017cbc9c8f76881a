"""One compiled gazetteer, opened for reading: keys, hits, aliases, entities, relations.

The truth is the .duckdb file; what is read here is the memory-mapped `exact` file made from it, so that
opening costs milliseconds and no database is started to resolve a name. Aliases and entities are numbered;
numbers never leave this package.

    key number ──hits──► alias number ──► entity number
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.arrays import Arrays
from resolver.errors import GazetteerVersionError
from resolver.model import Alias, Entity, Kind, Register, Role, Status, Strength
from resolver.normalize import exact_keys
from resolver.offices import Term, read_terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resolver.keytable import KeyTable

FORMAT = 1
"""Version of the compiled form; a reader refuses any other."""

KINDS, ROLES, REGISTERS = tuple(Kind), tuple(Role), tuple(Register)
STATUSES = (Status.MATCHED, Status.AMBIGUOUS, Status.UNMATCHED)
UNSETTLED = len(STATUSES)
"""Status code of a key whose answer depends on the capitals of the query."""

KIN_SHIFT = 2**32
NO_DAY = -(2**31)
_EPOCH = date(1970, 1, 1)
_BULK = 20_000  # lookups after which a table of all keys and texts (1.1 s, 42 MB) has paid for itself
_FEW = 32  # names for which single searches are faster than a call over arrays

WEAK, CASED, PROVISIONAL = 1, 2, 4


def day_number(day: date | None) -> int:
    """Days since 1970-01-01, or NO_DAY."""
    return NO_DAY if day is None else (day - _EPOCH).days


def day_of(number: int) -> date | None:
    """Inverse of `day_number`."""
    return None if number == NO_DAY else _EPOCH + timedelta(days=number)


class Strings(Sequence[bytes]):
    """UTF-8 strings, each followed by a newline, with their offsets; sorted when used with bisect."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.blob = arrays.text(name)
        self.offsets = arrays.numbers(f"{name}_offset")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]
        return bytes(self.blob[self.offsets[index] : self.offsets[index + 1] - 1])

    def text(self, index: int) -> str:
        """The string number `index`."""
        return str(self.blob[self.offsets[index] : self.offsets[index + 1] - 1], "utf-8")

    def texts(self) -> list[str]:
        """All of them, in order."""
        return str(self.blob, "utf-8").split("\n")[:-1]


@dataclass(frozen=True, slots=True)
class Relation:
    """A named link between two entities, such as Q1 `part_of` Q2, with its days."""

    subject: str
    relation: str
    object: str
    valid_from: date | None = None
    valid_to: date | None = None


class Gazetteer:
    """Read access to one compiled gazetteer.

    Args:
        path: The `exact` file.
    """

    def __init__(self, path: Path) -> None:
        arrays = self._arrays = Arrays(path)
        self.path = path
        self.meta = arrays.meta
        if (found := self.meta.get("format")) != FORMAT:
            raise GazetteerVersionError(
                f"{path} has gazetteer format {found}, this package reads {FORMAT}; update the package or"
                " rebuild it with `resolver gazetteer build`"
            )
        self.version: str = self.meta["version"]
        self._keys = Strings(arrays, "key")
        self.hit_offset = arrays.numbers("hit_offset")
        self.hit_alias = arrays.numbers("hit_alias")
        self.hit_channel = arrays.numbers("hit_channel")
        self.key_status = arrays.numbers("key_status")
        self.key_best = arrays.numbers("key_best")
        self.alias_entity = arrays.numbers("alias_entity")
        self._alias_text = Strings(arrays, "alias_text")
        self.alias_role = arrays.numbers("alias_role")
        self._alias_register = arrays.numbers("alias_register")
        self.alias_flags = arrays.numbers("alias_flags")
        self._alias_langs = arrays.numbers("alias_langs")
        self._alias_source = arrays.numbers("alias_source")
        self._alias_from = arrays.numbers("alias_from")
        self._alias_to = arrays.numbers("alias_to")
        self._langs = Strings(arrays, "langs")
        self._lang_lists: dict[int, tuple[str, ...]] = {}
        self._sources = Strings(arrays, "sources")
        self._qids = Strings(arrays, "qid")
        self._labels = Strings(arrays, "label")
        self._descriptions = Strings(arrays, "description")
        self._countries = Strings(arrays, "countries")
        self._codes = Strings(arrays, "codes")
        self.entity_kind = arrays.numbers("entity_kind")
        self._entity_flags = arrays.numbers("entity_flags")
        self.entity_prior = arrays.numbers("entity_prior")
        self._entity_from = arrays.numbers("entity_from")
        self.entity_to = arrays.numbers("entity_to")
        self._entity_alias = arrays.numbers("entity_alias_offset")
        self._kin = arrays.numbers("kin")
        self._relation_text = arrays.text("relations")
        self._office_text = arrays.text("offices")
        self._table: KeyTable | None = None
        self._looked_up = 0
        self.entity_at = lru_cache(maxsize=65_536)(self._entity_at)

    @property
    def gazetteers(self) -> tuple[Gazetteer, ...]:
        """What is searched one after the other: this gazetteer, or the base and its layers (overlay.py)."""
        return (self,)

    def here(self, part: int, key_number: int) -> int:
        """The number that key `key_number` of `gazetteers[part]` has here."""
        del part
        return key_number

    # -- keys

    def __len__(self) -> int:
        """How many distinct keys it holds."""
        return len(self._keys)

    def keys(self) -> list[str]:
        """All of them, by number."""
        return self._keys.texts()

    def key(self, number: int) -> str:
        """The key with this number."""
        return self._keys.text(number)

    def key_number(self, key: str) -> int | None:
        """Number of an exact or latin key, None where no alias has it."""
        if self._table is not None:
            return self._table.number(key)
        self._looked_up += 1
        if self._looked_up > _BULK:
            return self._bulk().number(key)
        sought = key.encode("utf-8", "surrogatepass")
        number = bisect_left(self._keys, sought)
        return number if number < len(self._keys) and self._keys[number] == sought else None

    def key_numbers(self, keys: Sequence[str]) -> list[int | None]:
        """Numbers of many keys."""
        if len(keys) <= _FEW or (self._table is None and self._looked_up + len(keys) <= _BULK):
            return [self.key_number(key) for key in keys]
        return self._bulk().numbers(keys)

    def name_numbers(self, names: Sequence[str]) -> list[int | None]:
        """Numbers of the exact keys of many names, None where no alias has the key.

        The key is worked out only for a name that no source spells so.

        Raises:
            TypeError: one of them is not a string.
        """
        found = self.gazetteers[0].text_numbers(names)
        missing = [place for place, number in enumerate(found) if number is None] if None in found else ()
        if missing:
            keys = exact_keys([names[place] for place in missing])
            for place, number in zip(missing, self.key_numbers(keys), strict=True):
                found[place] = number
        return found

    def text_numbers(self, names: Sequence[str]) -> list[int | None]:
        """Numbers of the exact keys of those names that are spelt as an alias or a key, where that is quick to find.

        Nothing is found before enough was looked up to pay for a table: None never means that a name is unknown.
        """
        if len(names) <= _FEW or (self._table is None and self._looked_up + len(names) <= _BULK):
            return [None] * len(names)
        return self._bulk().numbers(names, texts=True)

    def _bulk(self) -> KeyTable:
        """The table of all keys and texts, made on first need."""
        if self._table is None:
            from resolver.keytable import KeyTable, text_keys

            numbers = text_keys(self.hit_offset, self.hit_alias, self.hit_channel, len(self._alias_text))
            self._table = KeyTable(self._arrays, "key", "alias_text", numbers)
        return self._table

    def hits(self, key_number: int) -> Iterator[tuple[int, int]]:
        """Alias number and channel (0 exact key, 1 latin key) of every alias with this key."""
        for i in range(self.hit_offset[key_number], self.hit_offset[key_number + 1]):
            yield self.hit_alias[i], self.hit_channel[i]

    def first_hits(self, key_numbers: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What `hits` gives first for each of many keys: how many aliases, at most `most`, and their numbers."""
        import numpy as np

        offset = np.asarray(self.hit_offset)
        start = offset[key_numbers].astype(np.int64)
        count = np.minimum(offset[key_numbers + 1] - start, most)
        place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return count, np.asarray(self.hit_alias)[np.repeat(start, count) + place].astype(np.int64)

    # -- aliases

    def alias(self, number: int, langs: frozenset[str] = frozenset()) -> Alias:
        """The alias with this number; `lang` is one of `langs` where it is listed under one of them."""
        listed = self.alias_langs(number)
        flags = self.alias_flags[number]
        return Alias(
            text=self._alias_text.text(number),
            lang=shown_language(listed, langs),
            langs=listed,
            role=ROLES[self.alias_role[number]],
            register=REGISTERS[self._alias_register[number]],
            strength=Strength.WEAK if flags & WEAK else Strength.STRONG,
            valid_from=day_of(self._alias_from[number]),
            valid_to=day_of(self._alias_to[number]),
            cased=bool(flags & CASED),
            source=self._sources.text(self._alias_source[number]),
        )

    def alias_numbers(self, entity_number: int) -> Sequence[int]:
        """Numbers of the aliases of one entity."""
        return range(self._entity_alias[entity_number], self._entity_alias[entity_number + 1])

    def alias_langs(self, number: int) -> tuple[str, ...]:
        """Codes of the languages that a name is listed under."""
        place = self._alias_langs[number]
        if (known := self._lang_lists.get(place)) is None:
            known = self._lang_lists[place] = tuple(filter(None, self._langs.text(place).split("|")))
        return known

    def alias_text(self, number: int) -> str:
        """The name as its source writes it."""
        return self._alias_text.text(number)

    # -- entities

    @cached_property
    def _entity_numbers(self) -> dict[str, int]:
        return {qid: number for number, qid in enumerate(self.qids)}

    def entity_number(self, qid: str) -> int:
        """Number of an entity id, -1 where it is not held."""
        return self._entity_numbers.get(qid, -1)

    def qid(self, entity_number: int) -> str:
        """Id of the entity with this number."""
        return self._qids.text(entity_number)

    @cached_property
    def qids(self) -> list[str]:
        """Ids of all entities by number; for answering in bulk."""
        return self._qids.texts()

    def _entity_at(self, number: int) -> Entity:
        codes = (code.partition(":") for code in self._codes.text(number).split("|") if code)
        return Entity(
            qid=self._qids.text(number),
            label=self._labels.text(number),
            kind=KINDS[self.entity_kind[number]],
            description=self._descriptions.text(number),
            countries=tuple(filter(None, self._countries.text(number).split("|"))),
            codes=tuple((scheme, value) for scheme, _, value in codes),
            valid_from=day_of(self._entity_from[number]),
            valid_to=day_of(self.entity_to[number]),
            prior=self.prior(number),
            provisional=bool(self._entity_flags[number] & PROVISIONAL),
        )

    def prior(self, entity_number: int) -> float:
        """Prominence of the entity with this number, in [0, 1]."""
        return round(self.entity_prior[entity_number], 4)

    # -- relations and countries

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation, sorted by subject, relation and object."""
        return tuple(
            Relation(s, r, o, date.fromisoformat(f) if f else None, date.fromisoformat(t) if t else None)
            for s, r, o, f, t in json.loads(bytes(self._relation_text))
        )

    @cached_property
    def offices(self) -> Mapping[tuple[str, str], tuple[Term, ...]]:
        """Who held which office of which country or body, by office and owner, in order of the first day."""
        return read_terms(json.loads(bytes(self._office_text)))

    def are_kin(self, a: int, b: int) -> bool:
        """Whether of two places, by number, one lies in the other or is the state that followed it."""
        pair = min(a, b) * KIN_SHIFT + max(a, b)
        place = bisect_left(self._kin, pair)
        return place < len(self._kin) and self._kin[place] == pair

    @cached_property
    def country_codes(self) -> dict[str, str]:
        """ISO 3166-1 codes of two and three letters, lower case, to the country's id."""
        countries = {KINDS.index(Kind.COUNTRY), KINDS.index(Kind.TERRITORY)}
        return {
            value.lower(): self._qids.text(i)
            for i, kind in enumerate(self.entity_kind)
            if kind in countries
            for scheme, _, value in (code.partition(":") for code in self._codes.text(i).split("|"))
            if scheme in ("iso2", "iso3")
        }


SHOWN_FIRST = (
    "en", "mul", "tr", "ru", "uk", "ar", "fa", "he", "zh", "ja", "ko", "el", "fr", "es", "de", "it", "pt", "pl", "nl",
)  # fmt: skip
"""Languages to show before others: those in which most names of the news on record are (docs/gazetteers.md)."""


def shown_language(listed: tuple[str, ...], preferred: frozenset[str]) -> str:
    """The language to show for an alias listed under several: a preferred one, English, another large one, the first.

    >>> shown_language(("de", "en", "tr"), frozenset({"tr"})), shown_language(("de", "en"), frozenset())
    ('tr', 'en')
    >>> shown_language(("bg", "mk", "ru"), frozenset()), shown_language(("asa", "bem"), frozenset())
    ('ru', 'asa')
    """
    for lang in (*sorted(preferred), *SHOWN_FIRST):
        if lang in listed:
            return lang
    return listed[0] if listed else ""
