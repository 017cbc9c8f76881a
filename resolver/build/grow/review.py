"""The file between a refresh and the person who decides: one change a line, with a decision in front.

    decision  qid  label  what  before  after  why

`take` is carried out by `resolver wikidata refresh FOLDER --apply FILE`, `held` waits, `leave` stays as it is. A
refresh writes `take` before ordinary changes and `held` before those that need confirmation; the person changes the
words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from resolver.build.grow.changes import Change
from resolver.errors import InputError

DECISIONS = ("take", "held", "leave")
_COLUMNS = ("decision", "qid", "label", "what", "before", "after", "why")
_BEGUN = "# begun:"


class Line(NamedTuple):
    """One change with its decision, and why it is held."""

    decision: str
    change: Change
    why: str = ""


class Review(NamedTuple):
    """A whole file: when the refresh began, and its lines."""

    begun: float
    lines: tuple[Line, ...]

    def counts(self) -> Counter[tuple[str, str]]:
        """Lines by (decision, what)."""
        return Counter((line.decision, line.change.what) for line in self.lines)

    def decided(self) -> dict[Change, str]:
        """Change -> decision."""
        return {line.change: line.decision for line in self.lines}


def plain(change: Change) -> Change:
    """The change as a file holds it: no tabs, line breaks or double blanks."""
    return Change(*(" ".join(cell.split()) for cell in change))


def write_review(path: Path, review: Review) -> None:
    """Write the file, held changes first; under another name, renamed at the end."""
    ordered = sorted(review.lines, key=lambda line: line.decision != "held")
    rows = ["\t".join((line.decision, *plain(line.change), line.why)) for line in ordered]
    text = "\n".join(["\t".join(_COLUMNS), *rows])
    head = f"{_BEGUN} {review.begun:.3f}\n# take: carried out by --apply. held: waits for you. leave: stays as it is.\n"
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(f"{head}{text}\n", encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise InputError(f"can't write {path} ({error.strerror}); name another file with --out") from error


def read_review(path: Path) -> Review:
    """Read the file back.

    Raises:
        InputError: No such file, another file, or a line with an unknown decision; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    begun: float | None = None
    lines: list[Line] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.startswith(_BEGUN):
            try:
                begun = float(raw.removeprefix(_BEGUN))
            except ValueError:
                begun = None
        elif raw.strip() and not raw.startswith("#") and raw.split("\t") != list(_COLUMNS):
            if begun is None:
                break
            cells = raw.split("\t")
            if len(cells) != len(_COLUMNS):
                raise InputError(f"{path}:{number}: {len(cells)} cells, expected {', '.join(_COLUMNS)}")
            if cells[0] not in DECISIONS:
                raise InputError(f"{path}:{number}: decision is {cells[0]!r}; it is one of {', '.join(DECISIONS)}")
            lines.append(Line(cells[0], Change(*cells[1:6]), cells[6]))
    if begun is None:
        raise InputError(f"{path}: no line {_BEGUN!r}; this is not a file written by `resolver wikidata refresh`")
    return Review(begun, tuple(lines))


def told(lines: Iterable[Line], most: int = 20) -> list[str]:
    """Held lines as text, the first ones."""
    held = [line for line in lines if line.decision == "held"]
    shown = [f"held: {line.change} [{line.why}]" for line in held[:most]]
    return [*shown, *([f"... and {len(held) - most:,} more held"] if len(held) > most else [])]
