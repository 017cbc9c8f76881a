"""Any script as lower-case ASCII words: the latin key, for weak matches across scripts.

The latin key never decides by itself: scripts lose different things on the way (vowels, tones, length), so
two names with one key are candidates, not answers. Each file of this package reads one family of scripts and
says what its key is good for; to add a script, write a file with `romanize(text) -> str` and name it in
`ROMANIZERS`.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from resolver.romanize import (
    arabic,
    armenian,
    cyrillic,
    georgian,
    greek,
    han,
    hangul,
    hebrew,
    indic,
    kana,
    thai,
)
from resolver.romanize.floor import AsciiTable
from resolver.romanize.scripts import Script, detect_script, only, script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ROMANIZERS", "Script", "detect_script", "latin_key", "latin_keys"]

ROMANIZERS: Mapping[Script, Callable[[str], str]] = MappingProxyType({
    Script.CYRILLIC: cyrillic.romanize,
    Script.GREEK: greek.romanize,
    Script.ARABIC: arabic.romanize,
    Script.HEBREW: hebrew.romanize,
    Script.HAN: han.romanize,
    Script.KANA: kana.romanize,
    Script.HANGUL: hangul.romanize,
    Script.DEVANAGARI: indic.romanize,
    Script.BENGALI: indic.romanize,
    Script.GURMUKHI: indic.romanize,
    Script.GUJARATI: indic.romanize,
    Script.ORIYA: indic.romanize,
    Script.TAMIL: indic.romanize,
    Script.TELUGU: indic.romanize,
    Script.KANNADA: indic.romanize,
    Script.MALAYALAM: indic.romanize,
    Script.SINHALA: indic.romanize,
    Script.THAI: thai.romanize,
    Script.LAO: thai.romanize,
    Script.GEORGIAN: georgian.romanize,
    Script.ARMENIAN: armenian.romanize,
})  # fmt: skip
"""What reads each script; a script that is not named here is left to the floor, which is unidecode."""

LOSSY = frozenset({Script.ARABIC, Script.HEBREW, Script.HAN, Script.KANA, Script.THAI})
"""Scripts whose romanisation loses letters or guesses a reading: two names in one of them meet in that script."""

_table = AsciiTable(cyrillic.LETTERS | greek.LETTERS)
_line_table = AsciiTable(cyrillic.LETTERS | greek.LETTERS | {"\n": "\n"})
# One ending of Slavic names, in all its Latin spellings: -y, -yy, -iy, -ij, -yj, -skii, -skyi.
_SLAVIC_Y = re.compile("(?<=[a-z])(?:[iy]+[yj]+|(?<=sk)[iy]i)(?![a-z0-9])")


_LATIN = re.compile("[\0-\u024f]*")
_LETTER = re.compile("[^\\W\\d_]")


def latin_key(text: str) -> str:
    """Lower-case ASCII words separated by single spaces; empty where nothing can be read.

    An empty key is no name: callers never compare two of them. Text that mixes scripts is read run by run,
    except that Han characters beside kana have no reading we could know and leave the key empty.

    >>> latin_key("Łódź"), latin_key("Зеленский"), latin_key("Київ"), latin_key("Μητσοτάκης")
    ('lodz', 'zelensky', 'kyiv', 'mitsotakis')
    >>> latin_key("محمد"), latin_key("トヨタ"), latin_key("서울"), latin_key("日本のトヨタ"), latin_key("—")
    ('mhmd', 'toyota', 'seoul', '', '')
    """
    if not text.isascii() and not _LATIN.fullmatch(text):
        text = _read(unicodedata.normalize("NFKC", text).lower())
    key = " ".join(text.translate(_table).split())
    if "y" in key or "ij" in key or "ski" in key:
        key = _SLAVIC_Y.sub("y", key)
    return key


def latin_keys(texts: Sequence[str]) -> list[str]:
    """The latin keys of many names, in order: the common steps run over all of them joined.

    >>> latin_keys(["Łódź", "Зеленский", "—"])
    ['lodz', 'zelensky', '']
    """
    read = [
        text if text.isascii() or _LATIN.fullmatch(text) else _read(unicodedata.normalize("NFKC", text).lower())
        for text in texts
    ]
    joined = "\n".join(read).translate(_line_table)
    keys = _SLAVIC_Y.sub("y", "\n".join([" ".join(line.split()) for line in joined.split("\n")])).split("\n")
    if len(keys) == len(texts):
        return keys
    return list(map(latin_key, texts))  # a name holds a newline of its own


def _read(text: str) -> str:
    """Let the scripts' own files read what is not plain letter-by-letter Latin."""
    first = _LETTER.search(text)
    if first is None:
        return text
    script = script_of(first[0])
    if only(script).fullmatch(text):
        reader = ROMANIZERS.get(script)
        return reader(text) if reader else text
    runs = [(script, "".join(run)) for script, run in groupby(text, key=_ScriptOfRun())]
    present = {script for script, _ in runs}
    if Script.KANA in present and Script.HAN in present:
        return ""
    return "".join(ROMANIZERS[script](run) if script in ROMANIZERS else run for script, run in runs)


class _ScriptOfRun:
    """The script of a character in a text read left to right; what has none goes with what precedes it."""

    def __init__(self) -> None:
        self._script = Script.NONE

    def __call__(self, character: str) -> Script:
        own = script_of(character)
        if own is not Script.NONE:
            self._script = own
        return self._script
