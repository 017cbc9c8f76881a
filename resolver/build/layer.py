"""A layer's tables -> its own compiled gazetteer, and where it touches the gazetteer it lies on."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.arrays import write_arrays
from resolver.build.compile import compile_gazetteer
from resolver.build.load import read_raw
from resolver.build.tables import EntityRow, write_table
from resolver.errors import InputError
from resolver.gazetteer import UNSETTLED, Gazetteer
from resolver.layers import read_masks

if TYPE_CHECKING:
    from resolver.layers import Progress

NOWHERE = -1


def compile_layer(
    name: str, folders: Sequence[Path], base: Gazetteer, target: Path, progress: Progress | None = None
) -> None:
    """Compile the tables of a layer; entities it names but does not describe are described as the base has them.

    Args:
        name: What the layer is called, for messages.
        folders: Its theme folders, in order.
        base: The gazetteer it will lie on.
        target: The .duckdb file to make.
        progress: Called with a stage and the part done in [0, 1].

    Raises:
        InputError: a table can't be used, or names an entity that neither the layer nor the base describes.
        GazetteerError: the target can't be written.
    """
    with tempfile.TemporaryDirectory(prefix="resolver-layer-") as work:
        held = Path(work) / "base"
        held.mkdir()
        write_table(held / "entities.tsv", "entities", _held(folders, base))
        try:
            compile_gazetteer([held, *folders], target, progress)
        except InputError as error:
            raise InputError(f"layer {name}: {error}") from error


def _held(folders: Sequence[Path], base: Gazetteer) -> list[EntityRow]:
    """Rows of the base for all ids that occur in the tables and are no new entities."""
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        read_raw(con, folders)
        ids = con.execute("""
            SELECT DISTINCT id FROM (
                SELECT qid AS id FROM raw_entities WHERE kind IS NULL OR label IS NULL
                UNION ALL SELECT qid FROM raw_aliases UNION ALL SELECT qid FROM raw_positions
                UNION ALL SELECT subject FROM raw_relations UNION ALL SELECT object FROM raw_relations
            ) WHERE id IS NOT NULL ORDER BY id
        """).fetchall()
    rows = []
    for (qid,) in ids:
        number = base.entity_number(qid)
        if number >= 0:
            entity = base.entity_at(number)
            rows.append(EntityRow(qid, str(entity.kind), _one_line(entity.label), provisional=entity.provisional))
    return rows


def _one_line(text: str) -> str:
    return " ".join(text.split())


def write_contact(layer: Gazetteer, base: Gazetteer, folders: Sequence[Path], target: Path) -> None:
    """Write where a layer touches its base: the base's number of each of its keys and entities, and its masks.

    A key that only the layer holds, for entities that only the layer holds, means over the base what it means in the
    layer; `settled` has its status, and all other keys as unsettled.

    Args:
        layer: The compiled layer.
        base: The gazetteer below.
        folders: The layer's theme folders, for their masks.
        target: File to create.
    """
    keys = [NOWHERE if number is None else number for number in base.key_numbers(layer.keys())]
    entities = [base.entity_number(qid) for qid in layer.qids]
    part = target.with_name(f".{target.name}")
    sections = {
        "base_key": array("i", keys),
        "base_entity": array("i", entities),
        "settled": array("B", _settled(layer, keys, entities)),
    }
    write_arrays(part, {"base": base.version, "masks": read_masks(folders)}, sections)
    part.replace(target)


def _settled(layer: Gazetteer, keys: list[int], entities: list[int]) -> bytes:
    """Status of each key of a layer where the base can't change it, else that of unsettled ones."""
    import numpy as np

    status = np.array(layer.key_status, "u1")
    shared = np.array(entities, "i8")[np.asarray(layer.alias_entity)] != NOWHERE
    run = np.append(0, np.cumsum(shared[np.asarray(layer.hit_alias)]))
    offset = np.asarray(layer.hit_offset)
    touched = (run[offset[1:]] > run[offset[:-1]]) | (np.array(keys, "i8") != NOWHERE)
    status[touched] = UNSETTLED
    return status.tobytes()
