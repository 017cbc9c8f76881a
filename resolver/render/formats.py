"""Mentions as a table for a terminal, as JSON and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from resolver.explain import printable
from resolver.model import Resolution, Status
from resolver.render.document import Document, Mention

if TYPE_CHECKING:
    from rich.console import Console

_BLOCK = 1000  # rows a table holds at most, so that memory stays flat on a long text
_STYLE = {"matched": "green", "ambiguous": "yellow", "unmatched": "red", "composite": "cyan"}


def as_dict(mention: Mention, file: str | None = None) -> dict[str, Any]:
    """One mention as plain data: `start`, `end`, `surface`, `resolution`, and `file` first where it is given."""
    said: dict[str, Any] = {} if file is None else {"file": file}
    return said | {
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "resolution": mention.resolution.to_dict(),
    }


def write_json(documents: Iterable[Document], out: TextIO, *, named: bool = False) -> None:
    """A JSON array, one mention a line.

    Args:
        documents: Texts and their mentions.
        out: Where to write.
        named: Put `file` before the other fields, to tell several texts apart.
    """
    opening = "["
    for document in documents:
        for mention in document.mentions:
            out.write(opening + "\n" + _line(as_dict(mention, document.name if named else None)))
            opening = ","
    out.write("\n]\n" if opening == "," else "[]\n")


def write_jsonl(documents: Iterable[Document], out: TextIO, *, named: bool = True) -> None:
    """One mention a line, as in `write_json`; `file` is always there unless `named` is False."""
    for document in documents:
        for mention in document.mentions:
            out.write(_line(as_dict(mention, document.name if named else None)) + "\n")


def _line(fields: dict[str, Any]) -> str:
    # Half a surrogate pair is no character; escaped, it can be written and read back.
    text = json.dumps(fields, ensure_ascii=False)
    return text if text.isascii() or _whole(text) else json.dumps(fields)


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_table(documents: Iterable[Document], out: TextIO, *, named: bool = False) -> None:
    """A table for a terminal, 80 columns wide or as wide as it is; with `named`, each under its file's name.

    Rivals of an ambiguous mention and parts of a composite follow it, a line each.
    """
    from rich.console import Console

    console = Console(file=out, highlight=False, soft_wrap=False)
    for number, document in enumerate(documents):
        if named:
            console.print(("\n" if number else "") + printable(document.name), style="bold", markup=False)
        stream = iter(document.mentions)
        block = list(islice(stream, _BLOCK))
        if not block:
            console.print("no mentions", style="dim")
        while block:
            _write_block(block, console)
            block = list(islice(stream, _BLOCK))


def _write_block(block: list[Mention], console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for name in ("span", "surface", "status", "QID", "label", "kind", "prob"):
        table.add_column(
            name,
            no_wrap=name in ("span", "status", "kind", "prob"),
            justify="right" if name in ("span", "prob") else "left",
            overflow="fold",
        )
    for mention in block:
        for cells in _rows(mention.resolution, f"{mention.start}-{mention.end}", mention.surface):
            style = _STYLE.get(cells[2], "dim")
            table.add_row(*(Text(cell, style=style if i == 2 else "") for i, cell in enumerate(cells)))
    console.print(table)


def _rows(resolution: Resolution, span: str, surface: str) -> Iterator[tuple[str, ...]]:
    shown = printable(surface)
    if resolution.status is Status.MATCHED and (best := resolution.best):
        kind, label = best.entity.kind, printable(best.entity.label)
        yield span, shown, "matched", best.entity.qid, label, kind, f"{best.probability:.2f}"
        return
    yield span, shown, str(resolution.status), "", "", "", ""
    for part in resolution.parts:
        for row in _rows(part, "", part.query):
            yield row[0], f"  {row[1]}", *row[2:]
    if resolution.status is Status.AMBIGUOUS:
        for rival in resolution.candidates:
            label = printable(rival.entity.label)
            yield "", "", "  rival", rival.entity.qid, label, rival.entity.kind, f"{rival.probability:.2f}"
