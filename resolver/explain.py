"""Resolution -> table, JSON, CSV, sentence. No logic: what is printed is in the resolution."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal, TextIO

from resolver.model import Resolution, Status

if TYPE_CHECKING:
    from rich.console import Console

    from resolver.explanation import Explanation

COLUMNS = (
    "query", "status", "qid", "label", "kind", "score", "probability", "margin",
    "alias", "alias_lang", "alias_role", "alias_source", "candidates", "parts",
)  # fmt: skip
"""Columns of the CSV form; `candidates` and `parts` are ids joined with spaces."""

_SHOWN_RIVAL = 0.005  # what would be printed as 0.00 helps nobody choose; `explain` and JSON list it
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
    for name in ("query", "status", "QID", "label", "kind", "prob", "known as"):
        # A local id may be a phrase: it folds, so that the other columns keep their room.
        fixed, widest = name in ("status", "prob"), 13 if name == "QID" else None
        justify: Literal["left", "right"] = "right" if name == "prob" else "left"
        ratio = 1 if name in ("label", "known as") else None
        table.add_column(name, no_wrap=fixed, justify=justify, overflow="fold", max_width=widest, ratio=ratio)
    for cells in (row for resolution in block for row in _rows(resolution)):
        style = _STYLE.get(cells[1], "dim")  # type: ignore[call-overload]
        table.add_row(*(Text(cell, style=style if i == 1 else "") for i, cell in enumerate(cells)))
    console.print(table)


def _rows(resolution: Resolution) -> Iterator[tuple[str, ...]]:
    shown = printable(resolution.query)
    if resolution.status is Status.MATCHED and (best := resolution.best):
        listed = ", ".join(filter(None, (best.alias.lang, _first_of(best.alias.source))))
        yield (
            shown,
            resolution.status,
            best.entity.qid,
            best.entity.label,
            best.entity.kind,
            two_digits(best.probability),
            f"{printable(best.alias.text)} ({listed})",
        )
        return
    yield shown, resolution.status, "", "", "", "", ""
    for part in resolution.parts:
        for row in _rows(part):
            yield f"  {row[0]}", *row[1:]
    if resolution.status is Status.AMBIGUOUS:
        for rival in resolution.candidates:
            if rival.probability < _SHOWN_RIVAL:
                break
            yield (
                "",
                "  rival",
                rival.entity.qid,
                rival.entity.label,
                rival.entity.kind,
                two_digits(rival.probability),
                printable(rival.alias.text),
            )


def _first_of(sources: str) -> str:
    """The first of several sources, and how many more there are; JSON and CSV name them all.

    >>> _first_of("curated;ne;rigour"), _first_of("cldr")
    ('curated +2', 'cldr')
    """
    first, *others = sources.split(";")
    return f"{first} +{len(others)}" if others else first


_SAID = {
    "exact_key": "spelt as on record",
    "latin_key": "the same in Latin letters",
    "resembles": "resembles a name on record",
    "literal": "same word",
    "equivalent": "another form of the word",
    "sound": "sounds alike",
    "fuzzy": "a few letters differ",
    "initial": "initial",
    "joined": "written together or apart",
    "acronym": "initials of the words",
    "contradicted": "contradicted",
    "left_out_alias": "only in the query",
    "left_out_query": "only in the name on record",
    "weak_alias": "needs context",
    "shared_name": "shared name",
    "namesake": "namesake",
    "cross_script": "other script",
}
"""How evidence is put in words; any other kind of evidence goes by its own name."""


def write_explanation(found: Explanation, out: TextIO) -> None:
    """An explanation for people: the answer, every candidate with its evidence, what would change the answer."""
    resolution = found.resolution
    out.write(f"{printable(resolution.query)}: {_sentence(found)}\n")
    for part in resolution.parts:
        out.write(f"  {printable(part.query)}: {part.status} {part.qid or ''} {part.label or ''}\n")
    for place, candidate in enumerate(resolution.candidates, start=1):
        entity, alias = candidate.entity, candidate.alias
        provisional = ", provisional" if entity.provisional else ""
        out.write(
            f"\n{place}. {entity.label} ({entity.kind}, {entity.qid}{provisional})"
            f"  probability {two_digits(candidate.probability)}, score {candidate.score:.2f}\n"
        )
        if entity.description:
            out.write(f"   {entity.description}\n")
        listed = ", ".join(filter(None, (str(alias.role), alias.lang, alias.source)))
        tone = f", {alias.register}" if alias.register != "neutral" else ""
        out.write(f"   by the name {printable(alias.text)} ({listed}{tone})\n")
        for evidence in candidate.evidence:
            said = _SAID.get(evidence.name, evidence.name.replace("_", " "))
            out.write(f"   {evidence.value:5.2f}  {said}: {printable(evidence.detail)}\n")
    own = [e for e in resolution.evidence if all(e not in c.evidence for c in resolution.candidates[:1])]
    if own:
        out.write("\nThe decision\n")
        for evidence in own:
            out.write(f"   {evidence.value:5.2f}  {evidence.name.replace('_', ' ')}: {printable(evidence.detail)}\n")
    out.write("\nWhat would change the answer\n")
    for change in found.changes:
        other = change.resolution
        answer = f"{other.label} ({other.qid})" if other.qid else str(other.status)
        out.write(f"   --{change.hint} {change.value}: {answer}\n")
    if resolution.status is Status.UNMATCHED and resolution.candidates:
        out.write(f"   a match needs {found.match_probability:g}; the best has {resolution.probability:.2f}\n")
    out.write(f"   {printable(found.override)}\n")


def _sentence(found: Explanation) -> str:
    """The answer in one sentence."""
    resolution = found.resolution
    if best := resolution.best:
        rivals = "no rival" if len(resolution.candidates) == 1 else f"ahead of the next by {resolution.margin:.2f}"
        return (
            f"matched {best.entity.label} ({best.entity.qid}) with probability {two_digits(best.probability)}, {rivals}"
        )
    if resolution.status is Status.AMBIGUOUS:
        return f"ambiguous: {len(resolution.candidates)} candidates, none ahead by {found.match_margin:g}"
    if resolution.status is Status.COMPOSITE:
        return f"composite: {len(resolution.parts)} names"
    if resolution.candidates:
        return f"unmatched: no candidate is likely enough, the best has {resolution.probability:.2f}"
    return "unmatched: nothing on record resembles it"


def two_digits(probability: float) -> str:
    """A probability as people read it; only a human decision is shown as 1.

    >>> two_digits(0.998), two_digits(1.0), two_digits(0.123)
    ('0.99', '1.00', '0.12')
    """
    return f"{probability if probability == 1.0 else min(probability, 0.99):.2f}"


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
