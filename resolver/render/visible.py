"""Characters that hide, turn or break text: what to show in their place.

A text may carry characters that no reader sees: overrides and isolates that turn the direction of what follows,
spaces of no width inside a name, control characters. On a page they would change how everything behind them
looks, so each is replaced by a small sign that says what stands there. Joiners that scripts and emoji need
(zero-width joiner and non-joiner) and the plain direction marks stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

_SIGNS = {
    0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
    0x200B: "ZWSP", 0x2060: "WJ", 0xFEFF: "BOM", 0x180E: "MVS", 0x00AD: "SHY",
    0x2028: "LSEP", 0x2029: "PSEP",
}  # fmt: skip
_NAMES = {"BOM": "ZERO WIDTH NO-BREAK SPACE (BYTE ORDER MARK)"}
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2028\u2029\u2060\u2066-\u2069\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def has_hidden(text: str) -> bool:
    r"""Whether a text has characters that are shown as signs.

    >>> has_hidden("Mos\u200bcow"), has_hidden("Moscow")
    (True, False)
    """
    return _HIDDEN.search(text) is not None


def visible(text: str) -> str:
    r"""Text as HTML: markup escaped, hidden characters as signs with their name as title.

    >>> visible("<b>A&B</b>")
    '&lt;b&gt;A&amp;B&lt;/b&gt;'
    >>> visible("a\u202eb")
    'a<i class="c" data-c="RLO" title="U+202E RIGHT-TO-LEFT OVERRIDE"></i>b'
    """
    if not has_hidden(text):
        return escape(text)
    parts, at = [], 0
    for found in _HIDDEN.finditer(text):
        parts += [escape(text[at : found.start()]), _sign(found.group())]
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def plain(text: str) -> str:
    r"""Text for an attribute or a title, where no sign can stand: hidden characters as U+ numbers.

    >>> plain("a\u202eb")
    'a[U+202E]b'
    """
    return escape(_HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text))


def _sign(character: str) -> str:
    code = ord(character)
    sign = _SIGNS.get(code, f"{code:04X}")
    name = _NAMES.get(sign) or unicodedata.name(character, "CONTROL CHARACTER")
    return f'<i class="c" data-c="{sign}" title="U+{code:04X} {name}"></i>'
