"""`resolver wikidata search`: items that bear a name, with their kinds, to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.grow.fetch import BATCH, PROPS, Fetcher, batches
from resolver.build.grow.kinds import Kinds
from resolver.build.grow.responses import Responses
from resolver.build.sources.wikibase import Facts, read_entity
from resolver.errors import InputError
from resolver.model import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from resolver.build.sources.wikidata import Wikidata


class Found(NamedTuple):
    """One item to choose: its id, kind (empty if its classes lead nowhere), label, description and sitelinks."""

    qid: str
    kind: str
    label: str
    description: str
    sitelinks: int


def search(
    text: str,
    *,
    wikidata: Wikidata,
    kind: Collection[str] | None = None,
    language: str = "en",
    limit: int = 20,
    cache: Path | None = None,
) -> list[Found]:
    """Items whose label or alias starts with a text, in the service's order.

    Args:
        text: A name, or its beginning.
        wikidata: The connection.
        kind: Keep only items of these kinds.
        language: The language of the name.
        limit: How many to ask for, at most 50.
        cache: Where answers about classes are kept; None means the user's cache.

    Raises:
        InputError: An empty text, or an unknown kind.
        SourceError: Wikidata can't be asked.
    """
    if not text.strip():
        raise InputError("nothing to search for; give a name")
    strangers = sorted(set(kind or ()) - set(Kind))
    if strangers:
        raise InputError(f"unknown kind {', '.join(strangers)}; kinds are {', '.join(Kind)}")
    fetcher = Fetcher(wikidata, Responses(wikidata.service.api, cache / "answers" if cache else None))
    hits = [str(hit["id"]) for hit in wikidata.search(text, language=language, limit=limit)]
    facts = _facts(hits, fetcher)
    kinds = Kinds()
    fetcher.learn_classes(kinds, {qid for item in facts for qid in item.classes})
    found = [
        Found(item.qid, kinds.kind_of(item.classes) or "", item.label, item.description, item.sitelinks)
        for item in facts
    ]
    return [item for item in found if not kind or item.kind in kind]


def table(found: Sequence[Found], width: int | None = None) -> list[str]:
    """The items as aligned lines: id, kind, label and description, cut to the width of the terminal.

    >>> table([Found("Q43", "country", "Turkey", "country in Western Asia", 300)], 40)
    ['Q43  country  Turkey  country in Wester…']
    """
    import shutil

    from rich.cells import cell_len, set_cell_size

    room = width or shutil.get_terminal_size((100, 24)).columns
    rows = [(item.qid, item.kind or "?", item.label) for item in found]
    sizes = [min(30, max(cell_len(row[column]) for row in rows)) for column in range(3)]
    lines = []
    for row, item in zip(rows, found, strict=True):
        start = "  ".join(set_cell_size(cell, size) for cell, size in zip(row, sizes, strict=True))
        line = f"{start}  {item.description}".rstrip()
        lines.append(line if cell_len(line) <= room else f"{set_cell_size(line, room - 1)}…")
    return lines


def candidates(
    names: Sequence[str], wikidata: Wikidata, fetcher: Fetcher, *, also: Iterable[str] = (), limit: int = 10
) -> list[Facts]:
    """Facts of the items that a search for any of these names finds, and of those named in `also`."""
    ids = list(also)
    for name in names:
        asked = {"search": name, "limit": limit}
        hits = fetcher.responses.get(asked)
        if hits is None:
            hits = [str(hit["id"]) for hit in wikidata.search(name, language="en", limit=limit)]
            fetcher.responses.put(asked, hits)
        ids += hits
    return _facts(ids, fetcher)


def _facts(qids: Sequence[str], fetcher: Fetcher) -> list[Facts]:
    facts: list[Facts] = []
    for batch in batches(list(dict.fromkeys(qids)), BATCH):
        facts += [read_entity(item) for item in fetcher.entities(batch, PROPS).values() if "missing" not in item]
    return facts
