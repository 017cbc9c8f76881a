"""Layers: gazetteers of one's own that are opened over another one, and switched on and off by name.

A layer is a folder of source tables (docs/design.md), in the user's data folder or anywhere else, or a compiled
.duckdb file. A folder may also hold `masks.tsv` (qid, text, sources), which hides names of what lies below. It is
compiled apart into the cache when it is first opened; overlay.py reads base and layers as one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resolver.arrays import Arrays
from resolver.config import LAYERS_VARIABLE, Config, data_dir
from resolver.errors import GazetteerNotFound, InputError
from resolver.gazetteer import Gazetteer

TABLES = ("entities", "aliases", "positions", "relations", "masks")
MASKS = "masks.tsv"
MASK_COLUMNS = ("qid", "text", "sources")

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class LayerSource:
    """Where a layer comes from: its name, and its theme folders or its compiled file."""

    name: str
    path: Path
    folders: tuple[Path, ...] = ()


def layers_home() -> Path:
    """The folder in which `resolver gazetteer add` keeps layers, one folder each."""
    return data_dir() / "layers"


def known_layers() -> list[str]:
    """Names of the layers in the user's data folder, sorted."""
    home = layers_home()
    if not home.is_dir():
        return []
    return sorted(folder.name for folder in home.iterdir() if folder.is_dir() and not folder.name.startswith("."))


def chosen_layers(layers: Sequence[str | os.PathLike[str]] | None, config: Config) -> tuple[str, ...]:
    """The layers to open: those asked for, else those of the settings, else those of $RESOLVER_LAYERS.

    >>> chosen_layers(["a", "b", "a"], Config()), chosen_layers([], Config(layers=("c",)))
    (('a', 'b'), ())
    """
    if isinstance(layers, str | os.PathLike):
        raise InputError(f"layers is {str(layers)!r}; give a list of names or paths: [{str(layers)!r}]")
    if layers is not None:
        return tuple(dict.fromkeys(os.fspath(layer) for layer in layers))
    return config.layers or tuple(filter(None, os.environ.get(LAYERS_VARIABLE, "").split(os.pathsep)))


def find_layer(spec: str) -> LayerSource:
    """The layer with this name in the user's data folder, or at this path.

    Raises:
        GazetteerNotFound: there is none.
        InputError: the folder holds no source tables.
    """
    own = layers_home() / spec
    is_name = not {"/", os.sep} & set(spec) and own.is_dir()
    path = own if is_name else Path(spec).expanduser()
    if path.is_file():
        return LayerSource(path.stem, path.resolve())
    if not path.is_dir():
        listed = ", ".join(known_layers()) or "none yet"
        raise GazetteerNotFound(
            f"no layer {spec!r}; layers: {listed}; make one with `resolver gazetteer add`, or give the path of one"
        )
    folders = [path] if _has_tables(path) else sorted(filter(_has_tables, path.iterdir()))
    if not folders:
        raise InputError(f"no source tables in {path}; a layer holds {', '.join(TABLES)} as .tsv or .parquet")
    return LayerSource(path.resolve().name, path.resolve(), tuple(folder.resolve() for folder in folders))


def open_layers(base: Gazetteer, specs: Sequence[str], progress: Progress | None = None) -> Gazetteer:
    """The base with the named layers over it, the last one uppermost; the base itself where there are none.

    Raises:
        GazetteerNotFound: no such layer.
        InputError: a layer's tables can't be used.
        GazetteerError: the cache can't be written.
    """
    if not specs:
        return base
    from resolver.overlay import Layer, LayeredGazetteer, Mask

    opened: dict[str, Layer] = {}
    for source in map(find_layer, specs):
        if source.name in opened:
            raise InputError(f"two layers are called {source.name!r}; rename the folder of one of them")
        exact, contact = _compiled(source, base, progress)
        touching = Arrays(contact)
        opened[source.name] = Layer(
            source.name,
            Gazetteer(exact),
            touching.numbers("base_key"),
            touching.numbers("base_entity"),
            touching.numbers("settled"),
            tuple(Mask(qid, text) for qid, text in touching.meta["masks"]),
        )
    return LayeredGazetteer(base, list(opened.values()))


def _compiled(source: LayerSource, base: Gazetteer, progress: Progress | None) -> tuple[Path, Path]:
    from resolver.bundle import layer_files

    return layer_files(source.name, source.path, source.folders, base, progress)


def read_masks(folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Id and text of every name that the folders' `masks.tsv` hide, in file order.

    Raises:
        InputError: a row that can't be used.
    """
    found: list[tuple[str, str]] = []
    for path in (folder / MASKS for folder in folders):
        if not path.is_file():
            continue
        rows = path.read_text(encoding="utf-8").splitlines()
        if not rows or tuple(rows[0].split("\t")) != MASK_COLUMNS:
            raise InputError(f"{path}: the first line must be {', '.join(MASK_COLUMNS)}, parted by tabs")
        for number, row in enumerate(rows[1:], 2):
            cells = row.split("\t")
            if len(cells) != len(MASK_COLUMNS) or not (cells[0] or cells[1]):
                raise InputError(f"{path}, row {number}: give an id, a name or both, and a source")
            found.append((cells[0], cells[1]))
    return found


def _has_tables(folder: Path) -> bool:
    return folder.is_dir() and any(
        (folder / f"{name}.{form}").is_file() for name in TABLES for form in ("tsv", "parquet")
    )
