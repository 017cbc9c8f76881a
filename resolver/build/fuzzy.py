"""Keys of a compiled gazetteer -> its two fuzzy indexes: names in Latin letters, and names in their own script."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from resolver.build.index_build import build_index
from resolver.bundle import FUZZY_MARK, fuzzy_mark
from resolver.errors import GazetteerError
from resolver.gazetteer import CASED, Gazetteer
from resolver.index.sieve import write_sieve
from resolver.romanize import LOSSY, detect_script

LATIN, NATIVE, SIEVE = "latin", "native", "sieve"

LONGEST = 80
"""Characters of a key; longer ones are sentences, and a sentence is not searched for by its letters."""


def build_fuzzy(gazetteer: Gazetteer, folder: Path, progress: Callable[[str, float], None] | None = None) -> None:
    """Write the fuzzy indexes of a gazetteer into `folder`, all or nothing.

    A key is left out where every alias under it counts in its own capitals only: acronyms and codes are never
    misspelt into one another.

    Args:
        gazetteer: Its keys are indexed; ids of keys in an index map to key numbers by the array `number`.
        folder: Replaced in one step; holds `latin/`, `native/` and `sieve/`.
        progress: Called with a stage and the part done in [0, 1].

    Raises:
        GazetteerError: the folder can't be written.
    """
    tell = progress or (lambda _stage, _part: None)
    keys = gazetteer.keys()
    plain = _has_plain_alias(gazetteer)
    latin = [n for n in plain if keys[n].isascii() and len(keys[n]) <= LONGEST]
    native = [n for n in plain if not keys[n].isascii() and len(keys[n]) <= LONGEST and detect_script(keys[n]) in LOSSY]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            # The larger one sets the time; the other one is made beside it.
            with ThreadPoolExecutor(2) as pool:
                made = [
                    pool.submit(
                        build_index,
                        [keys[n] for n in numbers],
                        work / name,
                        native=name == NATIVE,
                        numbers=np.array(numbers, dtype=np.uint32),
                        progress=(lambda done: tell("indexing names", done)) if name == LATIN else None,
                    )
                    for name, numbers in ((LATIN, latin), (NATIVE, native))
                ]
                for one in made:
                    one.result()
            write_sieve(keys, work / SIEVE)
            (work / FUZZY_MARK).write_text(fuzzy_mark(gazetteer.version))
            _replace(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise GazetteerError(
            f"can't write to {folder.parent} ({error.strerror or error}); set RESOLVER_CACHE to a folder with 1 GB free"
        ) from error


def _has_plain_alias(gazetteer: Gazetteer) -> list[int]:
    """Numbers of the keys that some alias has in any capitals."""
    offset = np.asarray(gazetteer.hit_offset)
    cased = (np.asarray(gazetteer.alias_flags) & CASED) != 0
    plain = ~cased[np.asarray(gazetteer.hit_alias)]
    run = np.concatenate(([0], np.cumsum(plain)))
    found: list[int] = np.flatnonzero(run[offset[1:]] > run[offset[:-1]]).tolist()
    return found


def _replace(work: Path, folder: Path) -> None:
    """Put a finished folder in place; where another process was first, its work stays."""
    work.chmod(0o755)
    if folder.is_dir():
        old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
        folder.replace(old)
        shutil.rmtree(old, ignore_errors=True)
    work.replace(folder)
