"""A gazetteer with layers over it, read as one.

Numbers are those of the base, continued: the keys, aliases and entities of each layer follow those of what lies
below it. An entity that a layer shares with what lies below has the number, prior and description it has there;
the layer only adds names to it. A key that a layer adds to or hides a name of is unsettled: it is decided when
asked, by all its hits; one that a single layer has for itself keeps the answer it has there. Without layers none of
this is loaded.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any

from resolver.gazetteer import UNSETTLED, Gazetteer, Relation
from resolver.model import Alias, Entity
from resolver.normalize import exact_key
from resolver.offices import Term
from resolver.romanize import latin_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NESTING_RELATIONS = ("located_in", "successor_of")


@dataclass(frozen=True, slots=True)
class Mask:
    """A name that a layer hides: of one entity, of all (`qid` empty), or all names of one (`text` empty)."""

    qid: str
    text: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One opened layer and where it touches its base.

    Attributes:
        name: What it is switched on by.
        gazetteer: Its own names.
        base_key: For each of its keys the base's number, -1 where the base has none.
        base_entity: For each of its entities the base's number, -1 where the base has none.
        settled: For each of its keys its status in the layer, unsettled where the base has a say.
        masks: Names it hides of what lies below.
    """

    name: str
    gazetteer: Gazetteer
    base_key: Sequence[int]
    base_entity: Sequence[int]
    settled: Sequence[int]
    masks: tuple[Mask, ...] = ()


class LayeredGazetteer(Gazetteer):
    """A base and its layers behind the read interface of `Gazetteer`.

    Args:
        base: What the layers lie on.
        layers: From the lowest to the uppermost; a mask hides names of all that lie below it.
    """

    def __init__(self, base: Gazetteer, layers: Sequence[Layer]) -> None:
        self.base = base
        self.layers = tuple(layers)
        self.version = "+".join((base.version, *(f"{x.name}.{x.gazetteer.version.partition('+')[2]}" for x in layers)))
        self.meta = {**base.meta, "version": self.version}
        self._parts = (base, *(layer.gazetteer for layer in layers))
        self._key_start = list(accumulate(map(len, self._parts), initial=0))
        self._alias_start = list(accumulate((len(part.alias_entity) for part in self._parts), initial=0))
        self._number_entities()
        self._join_arrays()
        self._mark_touched()
        self.entity_at = lru_cache(maxsize=65_536)(self._entity_at)

    def _number_entities(self) -> None:
        """Give entities that only layers hold the numbers after the base's."""
        self._entity_start = [0, len(self.base.entity_kind)]  # of each part: the number of its first own entity here
        self._fresh: list[array[int]] = []  # of each layer: its own entities' numbers there, by number here
        self._shared: list[dict[int, int]] = []  # of each layer: number here -> there, of entities held below as well
        self._entity_maps: list[array[int]] = []  # of each layer: its entities' numbers here
        for place, layer in enumerate(self.layers, 1):
            mapped, fresh, shared = array("I", bytes(4 * len(layer.base_entity))), array("I"), {}
            start = self._entity_start[place]
            for own, number in enumerate(layer.base_entity):
                if number < 0 and place > 1:
                    number = self._below(place, layer.gazetteer.qid(own))
                if number < 0:
                    mapped[own] = start + len(fresh)
                    fresh.append(own)
                else:
                    mapped[own] = number
                    shared[number] = own
            self._fresh.append(fresh)
            self._shared.append(shared)
            self._entity_maps.append(mapped)
            self._entity_start.append(start + len(fresh))

    def _below(self, place: int, qid: str) -> int:
        """Number here of an entity of a layer below the one at `place`, -1 where there is none."""
        for layer, mapped in zip(self.layers[: place - 1], self._entity_maps, strict=True):
            own = layer.gazetteer.entity_number(qid)
            if own >= 0:
                return mapped[own]
        return -1

    def _join_arrays(self) -> None:
        """What deciding reads by index, in one piece: a copy of some megabytes, as fast to read as the base alone."""
        layers = [layer.gazetteer for layer in self.layers]
        self.alias_entity = _joined("I", self.base.alias_entity, self._entity_maps_of_aliases())
        self.alias_role = _joined("B", self.base.alias_role, (x.alias_role for x in layers))
        self.alias_flags = _joined("B", self.base.alias_flags, (x.alias_flags for x in layers))
        own = list(zip(layers, self._fresh, strict=True))
        self.entity_kind = _joined("B", self.base.entity_kind, (_taken("B", x.entity_kind, n) for x, n in own))
        self.entity_prior = _joined("f", self.base.entity_prior, (_taken("f", x.entity_prior, n) for x, n in own))
        self.entity_to = _joined("i", self.base.entity_to, (_taken("i", x.entity_to, n) for x, n in own))

    def _entity_maps_of_aliases(self) -> Iterator[array[int]]:
        for layer, mapped in zip(self.layers, self._entity_maps, strict=True):
            yield array("I", map(mapped.__getitem__, layer.gazetteer.alias_entity))

    def _mark_touched(self) -> None:
        """Mark the keys that are not answered as in the base, and the aliases that are hidden."""
        self._touched, self._status = bytearray(self._key_start[1]), bytearray(self.base.key_status)
        for layer in self.layers:
            for number in layer.base_key:
                if number >= 0:
                    self._touched[number], self._status[number] = 1, UNSETTLED
        self._masked = frozenset(self._masked_aliases())
        for number in self._masked:
            self._touch(self.alias_text(number))
        for entity in chain.from_iterable(self._added_kin):
            for number in self.alias_numbers(entity):
                self._touch(self.alias_text(number))
        rest = self._key_start[-1] - self._key_start[1]
        settled, best = bytes([UNSETTLED]) * rest, array("i", [-1]) * rest
        if len(self.layers) == 1 and not self._added_kin:
            # Of several layers one may add to what another holds; of one alone its own keys stay as they are.
            (layer,), (mapped,) = self.layers, self._entity_maps
            settled = bytes(layer.settled)
            best = array("i", [mapped[n] if n >= 0 else -1 for n in layer.gazetteer.key_best])
        self.key_status = memoryview(bytes(self._status) + settled)
        self.key_best = _joined("i", self.base.key_best, [best])

    def _touch(self, text: str) -> None:
        for key in (exact_key(text), latin_key(text)):
            number = self.base.key_number(key) if key else None
            if number is not None:
                self._touched[number], self._status[number] = 1, UNSETTLED

    def _masked_aliases(self) -> Iterator[int]:
        """Numbers of the aliases that some layer above them hides."""
        for place, layer in enumerate(self.layers, 1):
            below = range(self._alias_start[place])
            for mask in layer.masks:
                key = exact_key(mask.text)
                if mask.qid:
                    entity = self.entity_number(mask.qid)
                    found: Iterable[int] = self._all_aliases(entity) if entity >= 0 else ()
                else:
                    found = (alias for alias, _ in self._all_hits(key))
                for alias in found:
                    if alias in below and (not mask.text or exact_key(self.alias_text(alias)) == key):
                        yield alias

    @property
    def gazetteers(self) -> tuple[Gazetteer, ...]:
        """The base, then the layers from the lowest to the uppermost."""
        return self._parts

    # -- keys

    def __len__(self) -> int:
        """How many key numbers there are; a key that several layers hold is counted in each but the base's."""
        return self._key_start[-1]

    def keys(self) -> list[str]:
        """All of them, by number."""
        return list(chain.from_iterable(part.keys() for part in self._parts))

    def key(self, number: int) -> str:
        """The key with this number."""
        part, own = self._place(self._key_start, number)
        return part.key(own)

    def key_number(self, key: str) -> int | None:
        """Number of an exact or latin key, None where no alias has it."""
        for part, start in zip(self._parts, self._key_start, strict=False):
            number = part.key_number(key)
            if number is not None:
                return start + number
        return None

    def key_numbers(self, keys: Sequence[str]) -> list[int | None]:
        """Numbers of many keys."""
        found = self.base.key_numbers(keys)
        for part, start in zip(self._parts[1:], self._key_start[1:], strict=False):
            missing = [place for place, number in enumerate(found) if number is None]
            for place, number in zip(missing, part.key_numbers([keys[i] for i in missing]), strict=True):
                if number is not None:
                    found[place] = start + number
        return found

    def here(self, part: int, key_number: int) -> int:
        """The number that key `key_number` of `gazetteers[part]` has in this overlay; for what searches each part."""
        number = self.key_number(self._parts[part].key(key_number)) if part else key_number
        assert number is not None
        return number

    def hits(self, key_number: int) -> Iterator[tuple[int, int]]:
        """Alias number and channel of every alias with this key that no layer hides."""
        if key_number < len(self._touched) and not self._touched[key_number]:
            return self.base.hits(key_number)
        found = [hit for hit in self._all_hits(self.key(key_number)) if hit[0] not in self._masked]
        # As within one gazetteer: who holds a key in its own script keeps out holders in Latin letters only.
        native = [hit for hit in found if hit[1] == 0]
        return iter(native or found)

    def first_hits(self, key_numbers: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What `hits` gives first for each of many keys: how many aliases, at most `most`, and their numbers."""
        import numpy as np

        found = [[alias for alias, _ in islice(self.hits(key), most)] for key in key_numbers.tolist()]
        return np.array([len(some) for some in found], np.int64), np.array(list(chain(*found)), np.int64)

    def _all_hits(self, key: str) -> Iterator[tuple[int, int]]:
        for part, start in zip(self._parts, self._alias_start, strict=False):
            number = part.key_number(key) if key else None
            if number is not None:
                for alias, channel in part.hits(number):
                    yield start + alias, channel

    def _place(self, starts: list[int], number: int) -> tuple[Gazetteer, int]:
        """The part that holds a number, and the number it has there."""
        place = len(self._parts) - 1
        while number < starts[place]:
            place -= 1
        return self._parts[place], number - starts[place]

    # -- aliases

    def alias(self, number: int, langs: frozenset[str] = frozenset()) -> Alias:
        """The alias with this number; `lang` is one of `langs` where it is listed under one of them."""
        part, own = self._place(self._alias_start, number)
        return part.alias(own, langs)

    def alias_langs(self, number: int) -> tuple[str, ...]:
        """Codes of the languages that a name is listed under."""
        part, own = self._place(self._alias_start, number)
        return part.alias_langs(own)

    def alias_text(self, number: int) -> str:
        """The name as its source writes it."""
        part, own = self._place(self._alias_start, number)
        return part.alias_text(own)

    def alias_numbers(self, entity_number: int) -> Sequence[int]:
        """Numbers of the aliases of one entity that no layer hides, by text."""
        numbers = self._all_aliases(entity_number)
        if isinstance(numbers, range) and not self._masked:
            return numbers
        return sorted((n for n in numbers if n not in self._masked), key=lambda n: (self.alias_text(n), n))

    def _all_aliases(self, entity_number: int) -> Sequence[int]:
        place = self._part_of(entity_number)
        holders = [(place, self._own_number(place, entity_number))]
        for layer, shared in enumerate(self._shared, 1):
            if entity_number in shared:
                holders.append((layer, shared[entity_number]))
        if holders == [(0, entity_number)]:
            return self.base.alias_numbers(entity_number)
        starts = self._alias_start
        return [starts[part] + n for part, own in holders for n in self._parts[part].alias_numbers(own)]

    # -- entities

    def entity_number(self, qid: str) -> int:
        """Number of an entity id, -1 where it is not held."""
        number = self.base.entity_number(qid)
        return number if number >= 0 else self._below(len(self._parts), qid)

    def qid(self, entity_number: int) -> str:
        """Id of the entity with this number."""
        part, own = self._holder(entity_number)
        return part.qid(own)

    @cached_property
    def qids(self) -> list[str]:
        """Ids of all entities by number; for answering in bulk."""
        own = (map(x.gazetteer.qids.__getitem__, fresh) for x, fresh in zip(self.layers, self._fresh, strict=True))
        return [*self.base.qids, *chain.from_iterable(own)]

    def _entity_at(self, number: int) -> Entity:
        part, own = self._holder(number)
        return part.entity_at(own)

    def _holder(self, entity_number: int) -> tuple[Gazetteer, int]:
        """The part that describes an entity, and the number it has there."""
        place = self._part_of(entity_number)
        return self._parts[place], self._own_number(place, entity_number)

    def _part_of(self, entity_number: int) -> int:
        place = len(self._parts) - 1
        while entity_number < self._entity_start[place]:
            place -= 1
        return place

    def _own_number(self, place: int, entity_number: int) -> int:
        if not place:
            return entity_number
        return self._fresh[place - 1][entity_number - self._entity_start[place]]

    # -- relations and countries

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation of every part, sorted by subject, relation and object."""
        merged = {(r.subject, r.relation, r.object): r for part in self._parts for r in part.relations}
        return tuple(merged[link] for link in sorted(merged))

    @cached_property
    def offices(self) -> Mapping[tuple[str, str], tuple[Term, ...]]:
        """Who held which office of which country or body in any part; what a layer says of one replaces the rest."""
        merged: dict[tuple[str, str], tuple[Term, ...]] = {}
        for part in self._parts:
            merged |= part.offices
        return merged

    def are_kin(self, a: int, b: int) -> bool:
        """Whether of two places, by number, one lies in the other or is the state that followed it."""
        if max(a, b) < self._entity_start[1] and self.base.are_kin(a, b):
            return True
        return (min(a, b), max(a, b)) in self._added_kin

    @cached_property
    def _added_kin(self) -> frozenset[tuple[int, int]]:
        pairs: set[tuple[int, int]] = set()
        for layer in self.layers:
            for link in layer.gazetteer.relations:
                if link.relation in _NESTING_RELATIONS:
                    one, other = self.entity_number(link.subject), self.entity_number(link.object)
                    pairs.add((min(one, other), max(one, other)))
        return frozenset(pairs)

    @cached_property
    def country_codes(self) -> dict[str, str]:
        """ISO 3166-1 codes of two and three letters, lower case, to the country's id; the base has the last word."""
        merged: dict[str, str] = {}
        for part in reversed(self._parts):
            merged |= part.country_codes
        return merged


def _taken(code: str, values: Any, numbers: Iterable[int]) -> array[Any]:
    """The values with these numbers."""
    return array(code, map(values.__getitem__, numbers))


def _joined(code: str, first: Any, rest: Iterable[Any]) -> Any:
    """Arrays of one type end to end, as one read-only view."""
    return memoryview(b"".join((bytes(first), *(memoryview(part).tobytes() for part in rest)))).cast(code)  # type: ignore[call-overload]
