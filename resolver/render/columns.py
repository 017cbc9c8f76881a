"""Rows of cells as lines of a fixed width: the columns that may fold do, at spaces where they can."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

FOLDING = frozenset({1, 3, 4})  # surface, QID, label
RIGHT = frozenset({0, 6})  # span, probability
STYLED = 2  # status
LEAST = 8  # cells: a folding column is never narrower
_GAP = " "


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: Han and emoji take two, combining marks none.

    >>> cells("Ankara"), cells("\u571f\u8033\u5176"), cells("e\u0301")
    (6, 6, 1)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fold(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells, parted at spaces, else after hyphens, else anywhere.

    >>> fold("Sergei Lavrov", 8), fold("x-federal-government", 12), fold("Palestinians", 8)
    (['Sergei', 'Lavrov'], ['x-federal-', 'government'], ['Palestin', 'ians'])
    """
    lines = []
    indent = len(text) - len(text.lstrip(" "))
    while cells(text) > width:
        end, used = 0, 0
        while end < len(text) and used + cells(text[end]) <= width:
            used += cells(text[end])
            end += 1
        # A space may stand just behind the line; a hyphen stays on it.
        at = max(text.rfind(" ", indent + 1, end + 1), text.rfind("-", indent + 1, end) + 1)
        at = at if at > indent else max(end, 1)
        lines.append(text[:at].rstrip())
        text = " " * indent + text[at:].lstrip()
    return [*lines, text]


class Columns:
    """Columns as wide as their cells, the folding ones narrowed until a line fits.

    Args:
        header: Names of the columns.
        rows: The rows that say how wide a column is; later ones fold into the same widths.
        width: Cells of a line.
    """

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> None:
        self.header = header
        self.widths = [max(map(cells, column)) for column in zip(header, *rows, strict=True)]
        room = max(width, 40) - len(_GAP) * (len(header) - 1)
        while sum(self.widths) > room:
            widest = max(FOLDING, key=lambda number: self.widths[number])
            if self.widths[widest] <= LEAST:
                break
            self.widths[widest] -= 1

    def head(self) -> str:
        """The names of the columns and a rule."""
        rule = "─" * (sum(self.widths) + len(_GAP) * (len(self.widths) - 1))
        return f"{self.line(self.header)}{rule}\n"

    def line(self, row: Sequence[str], style: str = "") -> str:
        """One row, in as many lines as its longest cell needs; `style` colours the status."""
        parts = [
            fold(text, width) if number in FOLDING else [text]
            for number, (text, width) in enumerate(zip(row, self.widths, strict=True))
        ]
        lines = []
        for texts in zip_longest(*parts, fillvalue=""):
            padded = [self._padded(number, text, style) for number, text in enumerate(texts)]
            lines.append(_GAP.join(padded).rstrip() + "\n")
        return "".join(lines)

    def _padded(self, number: int, text: str, style: str) -> str:
        space = " " * (self.widths[number] - cells(text))
        if number == STYLED and style and text:
            text = f"\x1b[{style}m{text}\x1b[0m"
        return space + text if number in RIGHT else text + space
