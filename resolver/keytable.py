"""Strings -> key numbers, many at a time: every key, and every alias text as its source writes it.

Most names of a column are spelt as some source spells them. Their exact key need not be worked out: the text is
found as it stands, by its residue, and then compared byte for byte. A whole batch is looked up with a few calls
over arrays, where a dictionary would be asked name by name, would hold every string once more, and would take
longer to fill (docs/performance.md).

    name ──residue──► bucket ──► string ──compare──► key number

The residue of a string is its UTF-8 bytes, with the newline that ends it, read as one number of base 256, the first
byte the lowest, modulo a prime, and then spread over 32 bits: quick for one string as for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resolver.gazetteer import Strings

    Numbers = NDArray[np.signedinteger[Any]]
    Bytes = NDArray[np.uint8]

NO_KEY = -1
_PRIME = 2**32 - 5
_SPREAD = 0x9E3779B1  # odd, so that no two residues become one
_AT_ONCE = 65_536  # strings read at a time while a table is made: some ten megabytes of temporary arrays


class KeyTable:
    """Key numbers by key and by alias text.

    A text leads to the number of its own exact key. That a key is its own exact key makes both kinds of string
    one table.

    Args:
        keys: Every key, by number.
        texts: Every alias text, by alias number.
        text_keys: Number of each text's exact key, NO_KEY where it has none.
    """

    def __init__(self, keys: Strings, texts: Strings, text_keys: NDArray[np.int32]) -> None:
        import numpy as np

        self._keys = keys
        self._stores = (_Store(keys), _Store(texts))
        self._longest = max(store.longest for store in self._stores)
        self._powers = np.array([pow(256, i, _PRIME) for i in range(self._longest)], np.uint64)
        residues = np.concatenate([store.residues(self._powers) for store in self._stores])
        numbers = np.concatenate([np.arange(len(keys), dtype=np.int32), text_keys])
        keyed = np.flatnonzero(numbers != NO_KEY)
        # Of strings of one residue and one number the first stays, a key before a text: mostly they are one text
        # of several entities, or a text that is its own key. Another text is still found by way of its key.
        both = residues[keyed].astype(np.uint64) << np.uint64(32) | numbers[keyed].astype(np.uint64)
        order = np.argsort(both)
        both, order = both[order], keyed[order]
        first = np.flatnonzero(np.append(True, both[1:] != both[:-1])[: len(both)])
        order = np.minimum.reduceat(order, first) if len(first) else order
        self._residue = residues[order]
        self._number = numbers[order]
        self._string = order.astype(np.uint32)
        self._shift = 32 - max(1, len(order).bit_length())
        sizes = np.bincount(self._residue >> np.uint32(self._shift), minlength=2 ** (32 - self._shift))
        self._bucket = np.append(0, np.cumsum(sizes)).astype(np.uint32)
        self._plain = tuple(a.data for a in (self._bucket, self._residue, self._string, self._number))

    @property
    def nbytes(self) -> int:
        """Bytes that its arrays take."""
        return sum(view.nbytes for view in self._plain)

    def number(self, key: str) -> int | None:
        """Number of one key; for a handful of them, where a call over arrays would not pay."""
        sought = key.encode("utf-8", "surrogatepass")
        mine = int.from_bytes(sought + b"\n", "little") % _PRIME * _SPREAD & 0xFFFFFFFF
        bucket, residues, strings, numbers = self._plain
        place = mine >> self._shift
        for i in range(bucket[place], bucket[place + 1]):
            if residues[i] == mine and (held := strings[i]) < len(self._keys) and self._keys[held] == sought:
                return int(numbers[i])
        return None

    def numbers(self, names: Sequence[str], *, texts: bool = False) -> list[int | None]:
        """Numbers of many keys, None where a string is none.

        Args:
            names: The strings.
            texts: Whether an alias text counts too, with the number of its key.

        Raises:
            TypeError: one of them is not a string.
        """
        found = self._find(names, texts=texts)
        numbers: list[int | None] = found.tolist()
        if found.min(initial=0) < 0:
            return [None if number == NO_KEY else number for number in numbers]
        return numbers

    def _find(self, names: Sequence[str], *, texts: bool) -> Numbers:
        import numpy as np

        data = np.frombuffer(("\n".join(names) + "\n").encode("utf-8", "surrogatepass"), np.uint8)
        ends = np.flatnonzero(data == 10) + 1
        if len(ends) != len(names):  # one holds a newline of its own, and is no text of a gazetteer; or there are none
            if not names:
                return np.empty(0, np.int64)
            known = self._find([name if "\n" not in name else "" for name in names], texts=texts)
            known[[i for i, name in enumerate(names) if "\n" in name]] = NO_KEY
            return known
        found = np.full(len(names), NO_KEY, np.int64)
        starts = np.append(0, ends[:-1])
        lengths = ends - starts
        if lengths.max() > self._longest:
            fits = lengths <= self._longest
            short = [name for name, fitting in zip(names, fits.tolist(), strict=True) if fitting]
            found[fits] = self._find(short, texts=texts)
            return found
        residues = _residues(data, lengths, self._powers)
        place = (residues >> np.uint32(self._shift)).astype(np.int64)
        at, end = self._bucket[place].astype(np.int64), self._bucket[place + 1]
        waiting = np.flatnonzero(at < end)
        while waiting.size:
            row = at[waiting]
            alike = self._residue[row] == residues[waiting]
            if not texts:
                alike &= self._string[row] < len(self._keys)
            row, asked = row[alike], waiting[alike]
            same = self._equal(self._string[row].astype(np.int64), data, starts[asked], lengths[asked])
            found[asked[same]] = self._number[row[same]]
            at[waiting] += 1
            waiting = waiting[(at[waiting] < end[waiting]) & (found[waiting] == NO_KEY)]
        return found

    def _equal(self, strings: Numbers, data: Bytes, starts: Numbers, lengths: Numbers) -> NDArray[np.bool_]:
        """Whether each string of the table is the stretch of `data` that stands beside it."""
        import numpy as np

        count = len(self._keys)
        same = np.empty(len(strings), bool)
        for store, chosen, first in (
            (self._stores[0], np.flatnonzero(strings < count), 0),
            (self._stores[1], np.flatnonzero(strings >= count), count),
        ):
            same[chosen] = store.equal(strings[chosen] - first, data, starts[chosen], lengths[chosen])
        return same


def text_keys(hit_offset: Any, hit_alias: Any, hit_channel: Any, aliases: int) -> NDArray[np.int32]:
    """Of each alias the number of its exact key: the hits of a gazetteer read the other way round."""
    import numpy as np

    offsets = np.frombuffer(hit_offset, np.uint32).astype(np.int64)
    exact = np.frombuffer(hit_channel, np.uint8) == 0
    numbers = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    found = np.full(aliases, NO_KEY, np.int32)
    found[np.frombuffer(hit_alias, np.uint32)[exact]] = numbers[exact]
    return found


class _Store:
    """The strings of one blob as arrays."""

    def __init__(self, strings: Strings) -> None:
        import numpy as np

        self._blob = np.frombuffer(strings.blob, np.uint8)
        self._offset = np.frombuffer(strings.offsets, np.uint32)
        self.longest = int(np.diff(self._offset.astype(np.int64)).max(initial=1))

    def residues(self, powers: NDArray[np.uint64]) -> NDArray[np.uint32]:
        import numpy as np

        found = [np.empty(0, np.uint32)]
        for first in range(0, len(self._offset) - 1, _AT_ONCE):
            offsets = self._offset[first : first + _AT_ONCE + 1].astype(np.int64)
            found.append(_residues(self._blob[offsets[0] : offsets[-1]], np.diff(offsets), powers))
        return np.concatenate(found)

    def equal(self, numbers: Numbers, data: Bytes, starts: Numbers, lengths: Numbers) -> NDArray[np.bool_]:
        import numpy as np

        here = self._offset[numbers].astype(np.int64)
        same: NDArray[np.bool_] = self._offset[numbers + 1] - here == lengths
        chosen = np.flatnonzero(same)
        if chosen.size:
            size = lengths[chosen]
            wrong = self._blob[_stretches(here[chosen], size)] != data[_stretches(starts[chosen], size)]
            if wrong.any():
                same[chosen[np.searchsorted(np.cumsum(size), np.flatnonzero(wrong), "right")]] = False
        return same


def _residues(data: Bytes, lengths: Numbers, powers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Residues of strings that stand end to end; none is empty."""
    import numpy as np

    if not len(lengths):
        return np.empty(0, np.uint32)
    starts = np.cumsum(lengths) - lengths
    along = np.arange(len(data), dtype=np.int32) - np.repeat(starts.astype(np.int32), lengths)
    # At most 255 times a prime of 32 bits at each place: sums of four million places fit 64 bits.
    sums = np.add.reduceat(powers[along] * data, starts) % np.uint64(_PRIME)
    return (sums * np.uint64(_SPREAD)).astype(np.uint32)


def _stretches(starts: Numbers, lengths: Numbers) -> Numbers:
    """Places of the bytes of several stretches, one after the other."""
    import numpy as np

    ends = np.cumsum(lengths)
    moved = (starts - ends + lengths).astype(np.int32)
    return np.arange(ends[-1], dtype=np.int32) + np.repeat(moved, lengths)
