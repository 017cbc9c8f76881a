"""Resolution -> table, JSON, CSV, sentence. No logic: what is printed is in the resolution."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from resolver.model import Resolution, Status

if TYPE_CHECKING:
    from rich.console import Console

COLUMNS = (
    "query", "status", "qid", "label", "kind", "score", "probability", "margin",
    "alias", "alias_lang", "alias_role", "alias_source", "candidates", "parts",
)  # fmt: skip
"""Columns of the CSV form; `candidates` and `parts` are ids joined with spaces."""

_TABLE_BLOCK = 1000  # rows a table holds at most, so that memory stays flat on long input
_STYLE = {
    Status.MATCHED: "green",
    Status.AMBIGUOUS: "yellow",
    Status.UNMATCHED: "red",
    Status.COMPOSITE: "cyan",
}


def flat(resolution: Resolution) -> dict[str, str]:
    """One resolution as the cells of a CSV row, named by `COLUMNS`."""
    alias = resolution.alias
    return {
        "query": resolution.query,
        "status": str(resolution.status),
        "qid": resolution.qid or "",
        "label": resolution.label or "",
        "kind": str(resolution.kind or ""),
        "score": f"{resolution.score:.4f}",
        "probability": f"{resolution.probability:.4f}",
        "margin": f"{resolution.margin:.4f}",
        "alias": alias.text if alias else "",
        "alias_lang": alias.lang if alias else "",
        "alias_role": str(alias.role) if alias else "",
        "alias_source": alias.source if alias else "",
        "candidates": " ".join(c.entity.qid for c in resolution.candidates),
        "parts": " ".join(p.qid or "?" for p in resolution.parts),
    }


def write_json(resolutions: Iterable[Resolution], out: TextIO) -> None:
    """A JSON array, one resolution a line."""
    opening = "["
    for resolution in resolutions:
        out.write(opening + "\n" + json.dumps(resolution.to_dict(), ensure_ascii=False))
        opening = ","
    out.write("\n]\n" if opening == "," else "[]\n")


def write_jsonl(resolutions: Iterable[Resolution], out: TextIO) -> None:
    """One JSON object a line."""
    for resolution in resolutions:
        out.write(json.dumps(resolution.to_dict(), ensure_ascii=False) + "\n")


def write_csv(resolutions: Iterable[Resolution], out: TextIO) -> None:
    """CSV with a header; the columns are `COLUMNS`."""
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(flat, resolutions))


def write_table(resolutions: Iterable[Resolution], out: TextIO) -> None:
    """A table for a terminal; rivals of an ambiguous name and parts of a composite follow it, a line each."""
    from rich.console import Console

    console = Console(file=out, highlight=False, soft_wrap=False)
    stream = iter(resolutions)
    while block := list(islice(stream, _TABLE_BLOCK)):
        _write_block(block, console)


def _write_block(block: list[Resolution], console: Console) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for name in ("query", "status", "QID", "label", "kind", "prob", "matched alias"):
        fixed = name in ("status", "QID", "prob")
        table.add_column(name, no_wrap=fixed, justify="right" if name == "prob" else "left", overflow="fold")
    for cells in (row for resolution in block for row in _rows(resolution)):
        style = _STYLE.get(cells[1], "dim")  # type: ignore[call-overload]
        table.add_row(*(Text(cell, style=style if i == 1 else "") for i, cell in enumerate(cells)))
    console.print(table)


def _rows(resolution: Resolution) -> Iterator[tuple[str, ...]]:
    shown = printable(resolution.query)
    if resolution.status is Status.MATCHED and (best := resolution.best):
        listed = ", ".join(filter(None, (best.alias.lang, best.alias.source)))
        yield (
            shown,
            resolution.status,
            best.entity.qid,
            best.entity.label,
            best.entity.kind,
            f"{best.probability:.2f}",
            f"{printable(best.alias.text)} ({listed})",
        )
        return
    yield shown, resolution.status, "", "", "", "", ""
    for part in resolution.parts:
        for row in _rows(part):
            yield f"  {row[0]}", *row[1:]
    if resolution.status is Status.AMBIGUOUS:
        for rival in resolution.candidates:
            yield (
                "",
                "  rival",
                rival.entity.qid,
                rival.entity.label,
                rival.entity.kind,
                f"{rival.probability:.2f}",
                printable(rival.alias.text),
            )


def printable(text: str) -> str:
    r"""The text with control and direction characters made visible, so that it can't disturb a terminal.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


WRITERS: dict[str, Callable[[Iterable[Resolution], TextIO], None]] = {
    "table": write_table,
    "json": write_json,
    "jsonl": write_jsonl,
    "csv": write_csv,
}
"""Output formats by name."""
