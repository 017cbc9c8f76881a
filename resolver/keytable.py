"""Strings -> key numbers, many at a time: every key, and every alias text as its source writes it.

Most names of a column are spelt as some source spells them. Their exact key need not be worked out: the text is
found as it stands, by its residue, and then compared byte for byte. A whole batch is looked up with a few calls
over arrays, where a dictionary would be asked name by name, would hold every string once more, and would take
longer to fill (docs/performance.md).

    name ──residue──► bucket ──► row of the table ──compare──► key number

The residue of a string is its UTF-8 bytes, with the newline that ends it, read as one number of base 256, the first
byte the lowest, modulo a prime, and then spread over 32 bits: quick for one string as for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resolver.arrays import Arrays

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
        arrays: The file that holds the strings; the table reads them where they are.
        keys: Section of every key, by number.
        texts: Section of every alias text, by alias number.
        text_keys: Number of each text's exact key, NO_KEY where it has none.
    """

    def __init__(self, arrays: Arrays, keys: str, texts: str, text_keys: NDArray[np.int32]) -> None:
        import numpy as np

        self._memory = arrays.whole
        self._bytes = np.frombuffer(self._memory, np.uint8)
        columns = zip(_places(arrays, keys), _places(arrays, texts), strict=True)
        starts, lengths = (np.concatenate(column) for column in columns)
        count = len(starts) - len(text_keys)
        self._longest = int(lengths.max(initial=1))
        self._powers = np.array([pow(256, i, _PRIME) for i in range(self._longest)], np.uint64)
        residues = np.empty(len(starts), np.uint32)
        for first, last in _runs(starts, lengths):
            stretch = self._bytes[starts[first] : starts[last - 1] + lengths[last - 1]]
            residues[first:last] = _residues(stretch, lengths[first:last], self._powers)
        numbers = np.concatenate([np.arange(count, dtype=np.int32), text_keys])
        keyed = np.flatnonzero(numbers != NO_KEY)
        # Of strings of one residue and one number the first stays, a key before a text: mostly they are one text
        # of several entities, or a text that is its own key. Another text is still found by way of its key.
        both = residues[keyed].astype(np.uint64) << np.uint64(32) | numbers[keyed].astype(np.uint64)
        order = np.argsort(both)
        both, order = both[order], keyed[order]
        first_of = np.flatnonzero(np.append(True, both[1:] != both[:-1])[: len(both)])
        order = np.minimum.reduceat(order, first_of) if len(first_of) else order
        self._residue, self._number, self._is_key = residues[order], numbers[order], order < count
        self._start, self._length = starts[order], lengths[order].astype(np.int32)
        self._shift = 32 - max(1, len(order).bit_length())
        sizes = np.bincount(self._residue >> np.uint32(self._shift), minlength=2 ** (32 - self._shift))
        self._bucket = np.append(0, np.cumsum(sizes)).astype(np.int32)
        columns_of_it = (self._bucket, self._residue, self._is_key, self._start, self._length, self._number)
        self._plain = tuple(column.data for column in columns_of_it)

    @property
    def nbytes(self) -> int:
        """Bytes that its arrays take."""
        return sum(view.nbytes for view in self._plain)

    def number(self, key: str) -> int | None:
        """Number of one key; for a handful of them, where a call over arrays would not pay."""
        sought = key.encode("utf-8", "surrogatepass") + b"\n"
        mine = int.from_bytes(sought, "little") % _PRIME * _SPREAD & 0xFFFFFFFF
        bucket, residues, is_key, starts, _, numbers = self._plain
        place = mine >> self._shift
        for i in range(bucket[place], bucket[place + 1]):
            if residues[i] == mine and is_key[i] and self._memory[(at := starts[i]) : at + len(sought)] == sought:
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
        row, end = self._bucket[place], self._bucket[place + 1]
        waiting = np.flatnonzero(row < end)
        row, end, sought = row[waiting], end[waiting], residues[waiting]
        while waiting.size:
            alike = self._residue[row] == sought
            if not texts:
                alike &= self._is_key[row]
            same = np.flatnonzero(alike)
            if same.size:
                same = same[self._equal(row[same], data, starts[waiting[same]], lengths[waiting[same]])]
                found[waiting[same]] = self._number[row[same]]
            row += 1
            more = row < end
            more[same] = False
            waiting, row, end, sought = waiting[more], row[more], end[more], sought[more]
        return found

    def _equal(self, rows: Numbers, data: Bytes, starts: Numbers, lengths: Numbers) -> NDArray[np.bool_]:
        """Whether the string of each row is the stretch of `data` that stands beside it."""
        import numpy as np

        same: NDArray[np.bool_] = self._length[rows] == lengths
        if not same.all():  # numbers of one residue and unequal length: one in some hundred million
            if same.any():
                same[same] = self._equal(rows[same], data, starts[same], lengths[same])
            return same
        ends = np.cumsum(lengths)
        begun = ends - lengths
        along = np.arange(ends[-1])
        held = self._bytes[along + np.repeat(self._start[rows] - begun, lengths)]
        given = data if ends[-1] == len(data) else data[along + np.repeat(starts - begun, lengths)]
        wrong = np.flatnonzero(held != given)
        if wrong.size:
            same[np.searchsorted(ends, wrong, "right")] = False
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


def _places(arrays: Arrays, name: str) -> tuple[Numbers, Numbers]:
    """Where each string of a section starts in the file, and its length with its newline."""
    import numpy as np

    offsets = np.frombuffer(arrays.numbers(f"{name}_offset"), np.uint32).astype(np.int64)
    return arrays.start(name) + offsets[:-1], np.diff(offsets)


def _runs(starts: Numbers, lengths: Numbers) -> list[tuple[int, int]]:
    """Runs of strings that stand end to end, none longer than `_AT_ONCE`."""
    import numpy as np

    breaks = np.flatnonzero(starts[1:] != starts[:-1] + lengths[:-1]) + 1
    bounds = [0, *breaks.tolist(), len(starts)]
    return [
        (first, min(first + _AT_ONCE, last))
        for begin, last in pairwise(bounds)
        for first in range(begin, last, _AT_ONCE)
    ]


def _residues(data: Bytes, lengths: Numbers, powers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Residues of strings that stand end to end; none is empty."""
    import numpy as np

    starts = np.cumsum(lengths) - lengths
    along = np.arange(len(data)) - np.repeat(starts, lengths)
    # At most 255 times a prime of 32 bits at each place: sums of four million places fit 64 bits.
    sums = np.add.reduceat(powers[along] * data, starts) % np.uint64(_PRIME)
    return (sums * np.uint64(_SPREAD)).astype(np.uint32)
