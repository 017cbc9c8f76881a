"""What the review screen shows, as lines of styled text; no widget and no decision in it.

Colours are the sixteen that every terminal has, and nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from resolver.explain import printable
from resolver.model import Candidate
from resolver.review.items import Item, Row
from resolver.review.session import Session

STYLE = {"ambiguous": "yellow", "unmatched": "red", "matched": "green", "composite": "cyan"}
_BAR = 8


def heading(session: Session, item: Item, width: int) -> Text:
    """The name, what the run said of it, and its hints."""
    count = f"{item.rows:,} row{'' if item.rows == 1 else 's'}"
    right = f"{item.status} · {count}"
    name = clipped(printable(item.name) or "(empty)", width - len(right) - 2)
    first = Text.assemble(
        (name, "bold"),
        " " * (width - cell_len(name) - len(right)),
        (item.status, STYLE.get(item.status, "")),
        f" · {count}",
    )
    limits = session.limits()
    said = item.hints_text()
    second = " · ".join(filter(None, (said, f"decides for {limits} only (g: for all)" if limits else "")))
    if session.general and said:
        second = f"{said} · decides for all (g: for these)"
    return Text("\n").join([first, Text(clipped(second, width), style="dim")])


def surroundings(rows: Sequence[Row], width: int, note: str = "") -> Text:
    """Some rows that hold the name, a line each."""
    lines = [_row(row, width) for row in rows]
    if note:
        lines.append(Text(clipped(note, width), style="dim"))
    return Text("\n").join(lines)


def _row(row: Row, width: int) -> Text:
    line = Text()
    for column, cell in row.cells:
        line.append(f"{printable(column)} ", style="dim").append(printable(cell)).append("  ")
    line.rstrip()
    if cell_len(line.plain) > width:
        line.truncate(width - 1)
        line.append("…")
    return line


def choices(candidates: Sequence[Candidate], marked: int, width: int, sought: str = "") -> Text:
    """The candidates, a line each: key, id, label, kind, probability as bar and number, description."""
    lines = []
    for number, candidate in enumerate(candidates):
        entity = candidate.entity
        chosen = number == marked
        amount = "" if sought and not candidate.probability else f"{candidate.probability:.2f}"
        bar = "█" * round(_BAR * candidate.probability)
        label = clipped(printable(entity.label), 24)
        line = Text(no_wrap=True)
        line.append(f"{'▶' if chosen else ' '}{number + 1} ", style="bold" if chosen else "")
        line.append(set_cell_size(label, 24) + " ", style="bold" if chosen else "")
        line.append(f"{clipped(entity.qid, 11):<11} ", style="cyan")
        line.append(f"{entity.kind:<16} ")
        line.append(f"{amount:>4} ")
        line.append(f"{bar:<{_BAR}}", style="green")
        line.truncate(width)
        lines.append(line)
    if not lines:
        lines.append(
            Text("No candidates. s searches for another name or an id; n says that it means no entity.", style="dim")
        )
    return Text("\n").join(lines)


def reasons(candidate: Candidate | None, countries: Sequence[str], width: int) -> Text:
    """What is known of one candidate: description, countries by name, and the evidence for and against it."""
    if candidate is None:
        return Text()
    about = "; ".join(filter(None, (candidate.entity.description, ", ".join(countries))))
    lines = [Text(clipped(printable(about), width))] if about else []
    wide = max((len(item.name) for item in candidate.evidence), default=0)
    for item in candidate.evidence:
        line = Text.assemble((f"{item.name:<{wide}} ", "cyan"), f"{item.value:.2f} ", printable(item.detail))
        lines.append(line)
    return Text("\n").join(lines)


def progress(session: Session, database: str, width: int) -> Text:
    """Where the review stands."""
    left = f" review {database}"
    place = min(session.position + 1, len(session.items))
    right = f"{place:,} of {len(session.items):,} · {session.decided:,} decided "
    return Text(clipped(left, width - len(right) - 1).ljust(width - len(right)) + right)


KEYS: tuple[tuple[str, str], ...] = (
    ("a", "accept"), ("1-9", "choose"), ("s", "search"), ("n", "none"), ("x", "never"), ("space", "skip"),
    ("u", "undo"), ("?", "help"), ("q", "quit"),
)  # fmt: skip
"""What the keys do, for the last line."""

HELP: tuple[tuple[str, str], ...] = (
    ("a, Enter", "the name means the candidate marked ▶"),
    ("1 to 9", "it means this candidate"),
    ("up, down", "mark another candidate and see what speaks for it"),
    ("n", "it means no entity at all"),
    ("x", "it never means the candidate marked ▶; others may be meant"),
    ("s, /", "search for another name, or give an id such as Q43"),
    ("space, right", "skip: decide nothing, go on"),
    ("b, left", "go back"),
    ("u", "take the last decision back"),
    ("w", "the reason recorded with the next decisions"),
    ("g", "a decision holds for this kind and country, or for all"),
    ("page up, down", "read on in what speaks for a candidate"),
    ("Escape", "leave the search"),
    ("q", "quit; every decision is in the file already"),
)
"""Every key, for the help."""


def keys(width: int) -> Text:
    """The line of keys."""
    line = Text(no_wrap=True)
    for key, does in KEYS:
        line.append(key, style="bold reverse").append(f" {does} ")
    line.rstrip()
    line.truncate(width)
    return line


def help_text(width: int) -> Text:
    """What every key does, a line each."""
    wide = max(len(key) for key, _ in HELP)
    return Text("\n").join(
        Text.assemble((f"{key:<{wide}}  ", "bold"), clipped(does, width - wide - 2)) for key, does in HELP
    )


def clipped(text: str, width: int) -> str:
    """The text in at most `width` cells, an ellipsis where it was cut.

    >>> clipped("Wikidata", 5), clipped("土耳其", 5)
    ('Wiki…', '土耳…')
    """
    width = max(1, width)
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[:-1]
    return text + "…"
