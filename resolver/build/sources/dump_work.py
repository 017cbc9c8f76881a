"""The working folder of an import: what was kept so far, and how far the dump was read.

`facts` holds frames of compressed facts, `classes.tsv` the superclasses met, `state.json` how much of each counts.
Whatever was written after the last checkpoint is cut off when an import goes on.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from resolver.build.sources.wikibase import Facts

_FRAME = struct.Struct("<Q")
_LEVEL = 1


class ClassRow(NamedTuple):
    """A class as the dump has it: its superclasses, its English label and its countries."""

    qid: str
    parents: tuple[str, ...]
    label: str
    countries: tuple[str, ...]

    def line(self) -> str:
        """One line of classes.tsv."""
        label = " ".join(self.label.split())
        return f"{self.qid}\t{'|'.join(self.parents)}\t{label}\t{'|'.join(self.countries)}\n"


def packed(facts: Sequence[Facts]) -> bytes:
    """Facts as one compressed frame."""
    return zlib.compress(pickle.dumps([tuple(f) for f in facts], protocol=5), _LEVEL)


class WorkFolder:
    """The folder; open it once, write frames and classes, and make checkpoints.

    Args:
        folder: Made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._facts_path = folder / "facts"
        self._classes_path = folder / "classes.tsv"
        self._state_path = folder / "state.json"

    def state(self) -> dict[str, Any] | None:
        """What the last checkpoint said, None where there is none."""
        try:
            found: dict[str, Any] = json.loads(self._state_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def begin(self, state: dict[str, Any] | None) -> None:
        """Open for writing: behind the last checkpoint, or anew."""
        lengths = (state["facts"], state["classes"]) if state else (0, 0)
        for path, length in zip((self._facts_path, self._classes_path), lengths, strict=True):
            path.touch()
            os.truncate(path, length)
        self._facts = self._facts_path.open("ab")
        self._classes = self._classes_path.open("ab")

    def add(self, frame: bytes, classes: Sequence[ClassRow]) -> None:
        """Keep a frame of facts and some classes."""
        if frame:
            self._facts.write(_FRAME.pack(len(frame)) + frame)
        if classes:
            self._classes.write("".join(row.line() for row in classes).encode())

    def checkpoint(self, told: dict[str, Any]) -> None:
        """Make what was added so far survive."""
        for file in (self._facts, self._classes):
            file.flush()
            os.fsync(file.fileno())
        state = {**told, "facts": self._facts.tell(), "classes": self._classes.tell()}
        part = self._state_path.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self._state_path)

    def close(self) -> None:
        """Close the files."""
        self._facts.close()
        self._classes.close()

    def frames(self) -> Iterator[bytes]:
        """Every frame, in order."""
        with self._facts_path.open("rb") as file:
            while head := file.read(_FRAME.size):
                yield file.read(_FRAME.unpack(head)[0])

    @property
    def classes_path(self) -> Path:
        """The table of classes met: id, superclasses, label, countries."""
        return self._classes_path


def unpacked(frame: bytes) -> list[Facts]:
    """The facts of a frame."""
    return [Facts(*row) for row in pickle.loads(zlib.decompress(frame))]
