"""Ids that Wikidata has merged into others: `redirects.tsv` beside the source tables.

An item that turns out to be the same as another becomes a redirect. Answers that were stored under the old id, and
human decisions that name it, stay good: whoever reads them looks the id up here. The file is text, one row an old
id: `qid`, `target`, `label` (the old item's, for people) and `found` (the day a pull or refresh saw it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from resolver.errors import InputError
from resolver.model import entity_order, is_entity_id

FILE = "redirects.tsv"


class Redirect(NamedTuple):
    """One row of `redirects.tsv`: the old id, the id it became, the old label, and the day it was found."""

    qid: str
    target: str
    label: str = ""
    found: str = ""


def read_redirects(folders: Iterable[Path]) -> dict[str, str]:
    """Old id -> the id it is now, with chains followed to their end.

    Args:
        folders: Theme folders, or folders of theme folders; one without `redirects.tsv` has no redirects.

    Raises:
        InputError: A row that can't be used, an id that redirects to two others, or a circle; names the file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_redirects(Path(folder), [Redirect("Q7", "Q6", "Ann"), Redirect("Q6", "Q5")])
    ...     read_redirects([Path(folder)])
    {'Q6': 'Q5', 'Q7': 'Q5'}
    """
    steps: dict[str, str] = {}
    for folder in folders:
        for path in (folder / FILE, *sorted(folder.glob(f"*/{FILE}"))):
            for row in _rows(path):
                if steps.setdefault(row.qid, row.target) != row.target:
                    raise InputError(
                        f"{path}: {row.qid} redirects to {row.target} here and to {steps[row.qid]} in another row;"
                        " remove the wrong one"
                    )
    return follow(steps)


def follow(steps: Mapping[str, str]) -> dict[str, str]:
    """Single steps with their chains followed to the end.

    Raises:
        InputError: Ids that redirect in a circle.

    >>> follow({"Q7": "Q6", "Q6": "Q5"})
    {'Q6': 'Q5', 'Q7': 'Q5'}
    """
    ends: dict[str, str] = {}
    for start in sorted(steps, key=entity_order):
        path = [start]
        while path[-1] in steps:
            path.append(steps[path[-1]])
            if path[-1] == start or len(path) > len(steps) + 1:
                raise InputError(f"{FILE}: ids redirect in a circle: {' -> '.join(path[:6])}; remove one of the rows")
        ends[start] = path[-1]
    return ends


def write_redirects(folder: Path, rows: Iterable[Redirect]) -> None:
    """Add rows to a folder's `redirects.tsv`; a known row keeps the day it was first found.

    The file is replaced as a whole, so that a killed run leaves the old one.
    """
    path = folder / FILE
    held = {row.qid: row for row in _rows(path)}
    for row in rows:
        known = held.get(row.qid)
        held[row.qid] = known if known and known.target == row.target else row
    ordered = sorted(held.values(), key=lambda row: entity_order(row.qid))
    lines = ["\t".join(Redirect._fields), *("\t".join(" ".join(cell.split()) for cell in row) for row in ordered)]
    partial = path.with_name(f".{FILE}.partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    partial.replace(path)


def _rows(path: Path) -> list[Redirect]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    if not lines or tuple(lines[0].split("\t")) != Redirect._fields:
        raise InputError(f"{path}: the columns are {', '.join(Redirect._fields)}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 4 or not is_entity_id(cells[0]) or not is_entity_id(cells[1]) or cells[0] == cells[1]:
            raise InputError(f"{path}:{number}: expected an old id, another id, a label and a day, got {line!r}")
        rows.append(Redirect(*cells))
    return rows
