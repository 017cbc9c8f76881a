"""Entities whose Wikidata item waits for confirmation: provisional QIDs and local ids.

A name list without confirmed items still has to resolve to one entity. A confirmed label takes its item; a
proposed item is used and flagged; a name that is certainly held already (seeds/held_names.tsv) goes to that
entity; the rest gets a local id made of its label, replaced at the first pull from Wikidata.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.sources.facts import FactAlias, FactEntity, FactProposal
from resolver.errors import InputError
from resolver.model import is_entity_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Missing(NamedTuple):
    """One row of seeds/missing-qids.tsv."""

    id: str
    label: str
    kind: str
    proposed_qid: str
    note: str


class Settled(NamedTuple):
    """What the unverified names become.

    Attributes:
        entities: New entities, all of them provisional.
        aliases: Their names, and names of entities already held.
        missing: One row for each new entity.
    """

    entities: tuple[FactEntity, ...]
    aliases: tuple[FactAlias, ...]
    missing: tuple[Missing, ...]


def local_id(label: str) -> str:
    """Local id of an entity without an item.

    >>> local_id("Anadolu Agency"), local_id("İbrahim Kalın"), local_id("DHKP/C")
    ('x-anadolu-agency', 'x-ibrahim-kalin', 'x-dhkp-c')
    """
    from unidecode import unidecode

    slug = re.sub(r"[^a-z0-9]+", "-", unidecode(label).replace("'", "").casefold()).strip("-")
    if not slug:
        raise InputError(f"{label!r}: no local id can be made of this label; give it a Latin label")
    return f"x-{slug}"


def read_held(path: Path) -> dict[str, str]:
    """Label of an unverified name -> the entity that is certainly the same, from seeds/held_names.tsv."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != ["label", "qid", "why"]:
        raise InputError(f"{path}: the columns are label, qid, why")
    held: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not is_entity_id(cells[1]):
            raise InputError(f"{path}:{number}: expected a label, an id and why, got {line!r}")
        held[cells[0]] = cells[1]
    return held


def settle(
    proposals: Iterable[FactProposal],
    confirmed: Mapping[str, str],
    known: Mapping[str, str],
    source: str = "curated",
) -> Settled:
    """Give every unverified name an entity.

    Args:
        proposals: Rows of `unverified.tsv`.
        confirmed: Label -> item, where it is confirmed or certainly held.
        known: Ids of all entities that the folders describe -> label.
        source: Tag for the names.

    Raises:
        InputError: A confirmed item that no folder describes.
    """
    groups: dict[str, list[FactProposal]] = {}
    for proposal in proposals:
        groups.setdefault(proposal.label, []).append(proposal)
    entities: dict[str, FactEntity] = {}
    aliases: list[FactAlias] = []
    missing: list[Missing] = []
    for label, rows in sorted(groups.items()):
        qid = confirmed.get(label, "")
        if qid and qid not in known:
            raise InputError(f"{label!r} is said to be {qid}, but no folder of facts describes that item")
        if not qid:
            proposed = next((row.qid for row in rows if row.qid), "")
            qid = proposed or local_id(label)
            note = next((row.note for row in rows if row.note), "")
            if qid not in known and qid not in entities:
                description = "" if proposed or re.search(r"\b(?:id|list|entities\.tsv|Q\d+)\b", note) else note
                entities[qid] = FactEntity(qid, rows[0].kind, label, description, (), {}, (source,))
                missing.append(Missing(qid, label, rows[0].kind, proposed, note))
        aliases += [FactAlias(qid, row.text, row.lang, row.role, source) for row in rows]
    return Settled(tuple(entities.values()), tuple(aliases), tuple(sorted(missing)))
