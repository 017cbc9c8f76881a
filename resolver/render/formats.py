"""Mentions as a table for a terminal, as JSON and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from shutil import get_terminal_size
from typing import Any, TextIO

from resolver.explain import printable
from resolver.model import Resolution, Status
from resolver.render.columns import Columns
from resolver.render.document import Document, Mention

_BLOCK = 1000  # rows a table holds at most, so that memory stays flat on a long text
_STYLE = {"matched": "32", "ambiguous": "33", "unmatched": "31", "composite": "36"}  # terminal colours
HEADER = ("span", "surface", "status", "QID", "label", "kind", "prob")


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

    Rivals of an ambiguous mention and parts of a composite follow it, a line each. Columns are as wide as the
    first thousand mentions need them.
    """
    colour = out.isatty()
    for number, document in enumerate(documents):
        if named:
            out.write(("\n" if number else "") + _bold(printable(document.name), colour) + "\n")
        stream = iter(document.mentions)
        block = list(islice(stream, _BLOCK))
        if not block:
            out.write("no mentions\n")
            continue
        rows = [row for mention in block for row in _rows(mention)]
        columns = Columns(HEADER, rows, get_terminal_size().columns)
        out.write(columns.head())
        while rows:
            out.writelines(columns.line(row, _STYLE.get(row[2], "2") if colour else "") for row in rows)
            rows = [row for mention in islice(stream, _BLOCK) for row in _rows(mention)]


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _rows(mention: Mention) -> Iterator[tuple[str, ...]]:
    return _answer(mention.resolution, f"{mention.start}-{mention.end}", mention.surface)


def _answer(resolution: Resolution, span: str, surface: str) -> Iterator[tuple[str, ...]]:
    shown = printable(surface)
    if resolution.status is Status.MATCHED and (best := resolution.best):
        kind, label = best.entity.kind, printable(best.entity.label)
        yield span, shown, "matched", best.entity.qid, label, kind, f"{best.probability:.2f}"
        return
    yield span, shown, str(resolution.status), "", "", "", ""
    for part in resolution.parts:
        for row in _answer(part, "", part.query):
            yield row[0], f"  {row[1]}", *row[2:]
    if resolution.status is Status.AMBIGUOUS:
        for rival in resolution.candidates:
            label = printable(rival.entity.label)
            yield "", "", "  rival", rival.entity.qid, label, rival.entity.kind, f"{rival.probability:.2f}"
