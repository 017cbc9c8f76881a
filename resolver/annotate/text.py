"""Raw text -> words: folded like keys, each with its place in the raw text.

Offsets are code points of the raw text. The folding is that of `normalize`, one code point at a time and so for
whole texts at once; only full stops, apostrophes and the gaps between words are looked at more closely than in a
key, because in a text they also end sentences and join endings to names:

* a full stop is left out inside initials (`U.S.`), divides elsewhere, and ends a sentence after a longer word;
* an apostrophe before a possessive or a case ending, or after an elided article, divides: `Moscow's` gives the
  words `moscow` and `'s`; elsewhere it is left out as in keys (`Sana'a`);
* scripts that write without spaces give one word for each character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver.annotate.hashes import hashes_of, word_hashes
from resolver.lexicon import fold, table
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

SPACE, HYPHEN, SOFT, HARD = 1, 2, 3, 4
"""What stands between two words, by how much it divides: blank, hyphen, comma or quotation mark, sentence end."""

UPPER, LOWER, UNCASED, DIGIT = 1, 2, 4, 8
"""What a character is, as bits; a word has the bits of its first character."""

_HARD = "!?;:()[]{}\t…•|。！？；：（）［］؟؛۔।"
_SOFT = ',"“”„«»‹›「」『』《》、，،/\\–—―‒\n\r\x0b\x0c\u2028\u2029¡¿'
_HYPHENS = "-‐‑־"
_APOSTROPHES = "'’‘ʼ`´′＇‛"
_STOP, _APOSTROPHE, _AND = map(ord, ".'&")
_ELIDED = frozenset(("l", "d", "dell", "all", "nell", "sull", "dall", "qu", "un", "n", "s", "j", "c", "m", "t"))
_CONTRACTED = frozenset(("s", "t", "re", "ve", "ll", "d", "m"))
# Written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
_SOLO = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_UNSEEN = 0xFFFFFFFF
_IS_APOSTROPHE, _IS_WIDE, _IS_MARK = 1, 2, 3  # characters that need more than their fold
_AROUND = re.compile(r"[^\W_]{1,40}")
_BLANK, _BYTE = 32, 255
_ENDING = 1  # stands for the apostrophe of an ending, until words are strings
_BLANK_LINE = 5  # most characters from one line end to the next for the line to be blank, less one


def is_solo(code_point: int) -> bool:
    """Whether a character's script is written without spaces between words."""
    return code_point >= 0x0E00 and any(low <= code_point <= high for low, high in _SOLO)


def spaced(key: str) -> str:
    """A key as its words stand in texts, a blank after each; characters of scripts without spaces are words.

    >>> spaced("united states"), spaced("東京")
    ('united states ', '東 京 ')
    """
    if key.isascii() or not any(map(is_solo, map(ord, key))):
        return key + " "
    return " ".join("".join(f" {c} " if is_solo(ord(c)) else c for c in key).split()) + " "


class _Characters:
    """Tables by code point, filled when a text first brings one."""

    def __init__(self) -> None:
        import numpy as np

        size = 0x110000
        self.folded = np.full(size, _UNSEEN, "<u4")
        self.special = np.zeros(size, "u1")
        self.special[list(map(ord, _APOSTROPHES))] = _IS_APOSTROPHE
        self.has_solo = False
        self._narrow: tuple[bytes, ...] = ()
        self.kind = np.zeros(size, "u1")
        self.gap = np.full(size, SPACE, "u1")
        self.solo = np.zeros(size, "?")
        self.longer: dict[int, list[int]] = {}
        for characters, gap in ((_HYPHENS, HYPHEN), (_SOFT, SOFT), (_HARD, HARD)):
            for character in characters:
                self.gap[ord(character)] = gap
        self.solo[_AND] = True
        for low, high in _SOLO:
            self.solo[low : high + 1] = True

    def narrow(self) -> tuple[bytes, ...]:
        """Fold, kind, gap and special of the first 256 characters; special is wide where the fold is no byte."""
        import numpy as np

        if not self._narrow:
            signs = np.arange(_BYTE + 1)
            self.learn(signs)
            folded, special = self.folded[signs], self.special[signs]
            special[folded > _BYTE] = _IS_WIDE
            columns = (folded, self.kind[signs], self.gap[signs], special)
            self._narrow = tuple(column.astype("u1").tobytes() for column in columns)
        return self._narrow

    def learn(self, code_points: np.ndarray[Any, Any]) -> None:
        """Make sure that every code point of a text is known."""
        import numpy as np

        if (unseen := code_points[self.folded[code_points] == _UNSEEN]).size:
            for code_point in np.unique(unseen).tolist():
                self._learn(code_point)

    def _learn(self, code_point: int) -> None:
        if code_point == _AND:
            self.folded[code_point], self.kind[code_point], self.has_solo = _AND, UNCASED, True
            return
        # Between digits, so that a separator shows as a blank and nothing composes.
        folded = [ord(c) for c in exact_key(f"0{chr(code_point)}0")[1:-1]]
        if code_point == _STOP or chr(code_point) in _APOSTROPHES:
            folded = []
        self.folded[code_point] = folded[0] if folded else 0
        if len(folded) > 1:
            self.longer[code_point] = folded
            self.special[code_point] = _IS_WIDE
        category = unicodedata.category(chr(code_point))
        if not folded and category[0] == "M":
            self.special[code_point] = _IS_MARK
        self.has_solo |= is_solo(code_point)
        if not folded or folded == [_BLANK]:
            return
        if category in ("Lu", "Lt"):
            self.kind[code_point] = UPPER
        elif category == "Ll":
            self.kind[code_point] = LOWER
        elif category[0] == "N":
            self.kind[code_point] = DIGIT
        else:
            self.kind[code_point] = UNCASED


@cache
def _characters() -> _Characters:
    return _Characters()


@cache
def joined_endings() -> frozenset[str]:
    """Folded endings that an apostrophe joins to a name."""
    rows = (row["ending"] for row in table("endings") if row["part"] == "joined")
    return frozenset(fold(ending)[1:] for ending in rows if fold(ending)[0] == "'") | _CONTRACTED


@dataclass(slots=True)
class Words:
    """The words of a text, in order.

    Attributes:
        text: The raw text.
        words: All words, folded.
        starts, ends: Where it begins and ends in the raw text.
        first: What its first character is: UPPER, LOWER, UNCASED or DIGIT.
        capitals: Whether it has two letters or more and all of them are capitals.
        gaps: How much what stands before it divides; HARD before the first.
        small: For each word that begins a sentence with a capital, whether the text has it written small too.
        lengths: How many folded letters each has.
        hashes: A number of 64 bits for each word, see `word_hashes`.
    """

    text: str
    words: list[str]
    starts: Sequence[int]
    ends: Sequence[int]
    first: bytes
    capitals: bytes
    gaps: bytes
    small: bytes
    lengths: np.ndarray[Any, Any]
    hashes: np.ndarray[Any, Any]

    def __len__(self) -> int:
        return len(self.words)

    def surface(self, first: int, last: int) -> str:
        """The raw text from one word to another, both included."""
        return self.text[self.starts[first] : self.ends[last]]


def read_words(text: str, kept: frozenset[str] = frozenset()) -> Words:
    """The words of a text.

    Args:
        text: Any string; lone surrogates and controls do no harm.
        kept: Folded words that hold an apostrophe in some name and stay whole, such as `divoire`.

    >>> words = read_words("Moscow's U.S.-backed rivals. Then")
    >>> words.words
    ['moscow', "'s", 'us', 'backed', 'rivals', 'then']
    >>> [words.surface(i, i) for i in (0, 2)], list(words.gaps)
    (['Moscow', 'U.S.'], [4, 1, 1, 2, 1, 4])
    """
    import numpy as np

    origin = None
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        composed, origin = _composed(text)
        signs = _signs(composed)
    else:
        signs = _narrow_signs(text) or _signs(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"))
    raw, codes, kind, gap, special, narrow = signs
    _read_stops(raw, codes, kind, gap)
    endings = _read_apostrophes(text, raw, codes, np.flatnonzero(special == _IS_APOSTROPHE), kept)
    _read_line_ends(raw, gap)
    letters, place, new = _letters(raw, codes, special, narrow=narrow)
    if not len(place):
        return Words(text, [], [], [], b"", b"", b"", b"", np.zeros(0, "i8"), np.zeros(0, "<u8"))
    if endings:
        new[np.searchsorted(place, endings)] = True
    at = np.flatnonzero(new)
    last = np.append(at[1:], len(place)) - 1
    starts, ends = place[at], place[last] + 1
    first = kind[starts]
    second = kind[place[np.minimum(at + 1, last)]]
    capitals = (first == UPPER) & (last > at) & (second != LOWER) & (kind[ends - 1] != LOWER)
    gaps = _gaps(gap, starts, ends)
    if (marks := special == _IS_MARK).any():
        marks = np.append(marks, np.False_)
        while (follow := marks[ends]).any():
            ends = ends + follow
    # A word of initials takes its last full stop along.
    dotted = np.flatnonzero((ends < len(raw)) & (ends - starts > 2))
    dotted = dotted[(raw[ends[dotted]] == _STOP) & (raw[ends[dotted] - 2] == _STOP)]
    ends[dotted] += 1
    if origin is not None:
        starts, ends = origin[starts], origin[ends]
    hashes, lengths = word_hashes(letters, at), last - at + 1
    listed = _strings(codes, endings) if narrow else _split(letters, at)
    if "&" in text:
        ands = np.flatnonzero(letters[at] == _AND)
        hashes[ands], lengths[ands] = hashes_of(["and"]), len("and")
        for number in ands.tolist():
            listed[number] = "and"
    return Words(
        text=text,
        words=listed,
        starts=memoryview(np.ascontiguousarray(starts, "i8").data),
        ends=memoryview(np.ascontiguousarray(ends, "i8").data),
        first=first.tobytes(),
        capitals=capitals.tobytes(),
        gaps=gaps.tobytes(),
        small=_written_small(first, gaps, hashes).tobytes(),
        lengths=lengths,
        hashes=hashes,
    )


class _Signs(NamedTuple):
    """A text sign by sign: its code points, their folds, what each is and divides; whether all folds are one byte."""

    raw: np.ndarray[Any, Any]
    codes: np.ndarray[Any, Any]
    kind: np.ndarray[Any, Any]
    gap: np.ndarray[Any, Any]
    special: np.ndarray[Any, Any]
    narrow: bool


def _signs(raw: np.ndarray[Any, Any]) -> _Signs:
    """Any text, by its code points."""
    tables = _characters()
    at = raw.astype("i8")
    codes = tables.folded[at]
    if codes.max(initial=0) == _UNSEEN:
        tables.learn(raw)
        codes = tables.folded[at]
    return _Signs(raw, codes, tables.kind[at], tables.gap[at], tables.special[at], narrow=False)


def _narrow_signs(text: str) -> _Signs | None:
    """A text whose folds are single bytes, a byte each; None for others. Quotation marks may be wider."""
    import numpy as np

    tables = _characters()
    latin = bytearray(text, "latin-1", "replace")
    columns = [np.frombuffer(latin.translate(column), "u1") for column in tables.narrow()]
    wider = None
    if not text.isascii():
        wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        wider = np.flatnonzero(wide > _BYTE)
        if 8 * len(wider) > len(text):
            return None
        signs = wide[wider].astype("i8")
        tables.learn(signs)
        if tables.folded[signs].max(initial=0) > _BYTE:
            return None
        for column, full in zip(columns, (tables.folded, tables.kind, tables.gap, tables.special), strict=True):
            column[wider] = full[signs]
    codes, kind, gap, special = columns
    return None if (special == _IS_WIDE).any() else _Signs(np.frombuffer(latin, "u1"), codes, kind, gap, special, True)


def _letters(
    raw: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], special: np.ndarray[Any, Any], *, narrow: bool
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Folded letters, the place of each, and whether a word begins with it."""
    import numpy as np

    tables = _characters()
    wide = special == _IS_WIDE
    if not narrow and wide.any():
        place = np.flatnonzero(codes)
        spread, place = _expanded(raw, codes[place], place, wide, tables)
        letter = spread != _BLANK
        blanks = np.cumsum(~letter)[letter]
        letters, place = spread[letter], place[letter]
        new = np.ones(len(letters), "?")
        np.not_equal(blanks[1:], blanks[:-1], out=new[1:])
    else:
        place = np.flatnonzero(codes > _BLANK)
        letters = codes[place]
        new = np.zeros(len(letters), "?")
        new[:1] = True
        jumps = np.flatnonzero(place[1:] > place[:-1] + 1) + 1
        begins, behind = place[jumps], place[jumps - 1]
        divided = codes[begins - 1] == _BLANK
        # Where a sign that is left out of words stands before the letter, a blank may stand before that.
        if len(unsure := np.flatnonzero(~divided & (begins - behind > 2))):
            edges = np.stack([behind[unsure] + 1, begins[unsure]], 1).reshape(-1)
            divided[unsure] = np.logical_or.reduceat(codes == _BLANK, edges)[::2]
        new[jumps] = divided
    if tables.has_solo:
        solo = letters == _AND if narrow else tables.solo[letters]
        new[1:] |= solo[1:] | solo[:-1]
    return letters, place, new


def _gaps(gap: np.ndarray[Any, Any], starts: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The hardest sign between each word and the one before it; touching words have a blank there."""
    import numpy as np

    gaps = np.full(len(starts), HARD, "u1")
    apart = starts[1:] - ends[:-1]
    gaps[1:] = np.where(apart > 0, gap[np.minimum(ends[:-1], len(gap) - 1)], SPACE)
    if len(more := np.flatnonzero(apart > 1)):
        edges = np.stack([ends[more], starts[more + 1]], 1).reshape(-1)
        gaps[more + 1] = np.maximum.reduceat(gap, edges)[::2]
    return gaps


def _written_small(
    first: np.ndarray[Any, Any], gaps: np.ndarray[Any, Any], hashes: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Which words that begin a sentence with a capital stand somewhere else in small letters."""
    import numpy as np

    found = np.zeros(len(hashes), "?")
    begins = np.flatnonzero((gaps == HARD) & (first == UPPER))
    held, number = np.unique(hashes[begins], return_inverse=True)
    if len(held):
        small = hashes[first == LOWER]
        at = np.minimum(np.searchsorted(held, small), len(held) - 1)
        seen = np.zeros(len(held), "?")
        seen[at[held[at] == small]] = True
        found[begins] = seen[number]
    return found


def _strings(codes: np.ndarray[Any, Any], endings: list[int]) -> list[str]:
    """The words of a text whose folds are single bytes."""
    codes[endings] = _ENDING
    joined = codes.tobytes().translate(None, b"\0").replace(bytes((_ENDING,)), b" '").replace(b"&", b" & ")
    return joined.decode("latin-1").split()


def _split(letters: np.ndarray[Any, Any], at: np.ndarray[Any, Any]) -> list[str]:
    """The words of any text, from their letters and where each begins."""
    import numpy as np

    begins = at + np.arange(len(at))
    out = np.full(len(letters) + len(at), _BLANK, "<u4")
    spread = np.ones(len(out), "?")
    spread[begins[1:] - 1] = False
    spread[-1] = False
    out[spread] = letters
    return out.tobytes().decode("utf-32-le", "surrogatepass").split(" ")[:-1]


def _read_stops(
    raw: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], kind: np.ndarray[Any, Any], gap: np.ndarray[Any, Any]
) -> None:
    """Full stops: part of initials, a division, or the end of a sentence."""
    import numpy as np

    stops = np.flatnonzero(raw == _STOP)
    if not len(stops):
        return
    padded = np.concatenate((np.zeros(4, "u1"), kind, np.zeros(1, "u1")))
    before = [padded[stops + 4 - n] != 0 for n in (1, 2, 3, 4)]
    first = np.where(before[2], padded[stops + 1], np.where(before[1], padded[stops + 2], padded[stops + 3]))
    following = padded[stops + 5]
    initial = before[0] & ~before[1]
    number = (padded[stops + 3] == DIGIT) & (following == DIGIT)
    divides = (following != 0) & ~initial & ~number
    codes[stops[divides]] = _BLANK
    length = np.where(before[0] & before[1], np.where(before[2], np.where(before[3], 4, 3), 2), 0)
    # A stop behind a quotation mark or a bracket ends what stands before that.
    ends = (following == 0) & ((length >= 4) | ((length >= 2) & (first != UPPER)) | ~before[0])
    gap[stops[~divides]] = SPACE
    gap[stops[ends]] = HARD


def _read_apostrophes(
    text: str,
    raw: np.ndarray[Any, Any],
    codes: np.ndarray[Any, Any],
    marks: np.ndarray[Any, Any],
    kept: frozenset[str],
) -> list[int]:
    """Apostrophes that divide: a blank after an article, the first letter of an ending; places of the latter."""
    if not len(marks):
        return []
    if len(raw) != len(text):
        text = raw.tobytes().decode("utf-32-le", "surrogatepass")
    found = []
    endings = joined_endings()
    for mark in marks.tolist():
        if text[mark + 1 : mark + 2] in ("s", "S") and not text[mark + 2 : mark + 3].isalnum():
            if mark and text[mark - 1].isalnum():
                codes[mark] = _APOSTROPHE
                found.append(mark)
            continue
        # Few letters follow where an ending stands; a quotation mark has none on one side.
        match = _AROUND.match(text, mark + 1)
        if match is None or mark == 0 or not text[mark - 1].isalnum():
            continue
        right, start = match[0], mark
        while start > 0 and start > mark - 40 and text[start - 1].isalnum():
            start -= 1
        right, left = fold(right), fold(text[start:mark])
        if right in endings and left + right not in kept and len(left) > 1:
            codes[mark] = _APOSTROPHE
            found.append(mark)
        elif left in _ELIDED and left + right not in kept:
            codes[mark] = _BLANK
    return found


def _read_line_ends(raw: np.ndarray[Any, Any], gap: np.ndarray[Any, Any]) -> None:
    """A blank line ends a sentence."""
    import numpy as np

    lines = np.flatnonzero(raw == 10)
    near = np.flatnonzero(np.diff(lines) < _BLANK_LINE)
    for before, after in zip(lines[near].tolist(), lines[near + 1].tolist(), strict=True):
        if after - before == 1 or not np.any(raw[before + 1 : after] > _BLANK):
            gap[after] = HARD


def _expanded(
    raw: np.ndarray[Any, Any],
    codes: np.ndarray[Any, Any],
    place: np.ndarray[Any, Any],
    wide: np.ndarray[Any, Any],
    tables: _Characters,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Characters that fold to several, such as ß and &."""
    import numpy as np

    times = np.ones(len(codes), "i8")
    at = np.flatnonzero(wide[place])
    longer = [tables.longer[code] for code in raw[place[at]].tolist()]
    times[at] = list(map(len, longer))
    begins = np.cumsum(times) - times
    out, origin = np.repeat(codes, times), np.repeat(place, times)
    for begin, letters in zip(begins[at].tolist(), longer, strict=True):
        out[begin : begin + len(letters)] = letters
    return out, origin


def _composed(text: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The text composed, and where each of its characters began; the last entry is the length of the text."""
    import numpy as np

    parts: list[str] = []
    origin: list[int] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and (unicodedata.combining(text[end]) or "\u1160" <= text[end] <= "\u11ff"):
            continue
        part = unicodedata.normalize("NFC", text[begin:end])
        parts.append(part)
        origin += [begin] * len(part)
        begin = end
    origin.append(len(text))
    composed = "".join(parts)
    return np.frombuffer(composed.encode("utf-32-le", "surrogatepass"), "<u4"), np.array(origin, "i8")
