"""The working folder of an import: what was kept so far, and how far the dump was read.

`kept` holds frames of items as their lines were cut (dump_line.py), `classes.tsv` the superclasses met, `state.json`
how much of each counts. Whatever was written after the last checkpoint is cut off when an import goes on.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import zstandard

_LENGTHS = struct.Struct("<QQ")
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


class Head(NamedTuple):
    """What is known of the items of a frame before they are parsed.

    Attributes:
        items: Of each item its line number, its id and its classes.
        offices: Ids that may be offices its persons held.
        capital_of: Ids that its places are capitals of.
        places: Id, classes and label of items that have a country code.
    """

    items: list[tuple[int, str, list[str]]]
    offices: list[str]
    capital_of: list[str]
    places: list[tuple[str, list[str], str]]


def packed(head: Head, lines: Sequence[bytes]) -> bytes:
    """Items as one frame: the head, then their lines, compressed."""
    told = orjson.dumps(tuple(head))
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(b"\n".join(lines))
    return _LENGTHS.pack(len(told), len(body)) + told + body


def unpacked(frame: bytes) -> tuple[Head, list[bytes]]:
    """The head of a frame and the lines of its items."""
    length, _ = _LENGTHS.unpack_from(frame)
    body = _LENGTHS.size + length
    head = Head(*orjson.loads(frame[_LENGTHS.size : body]))
    return head, zstandard.ZstdDecompressor().decompress(frame[body:]).split(b"\n")


class WorkFolder:
    """The folder; open it once, write frames and classes, and make checkpoints.

    Args:
        folder: Made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._kept_path = folder / "kept"
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
        lengths = (state["kept_bytes"], state["classes_bytes"]) if state else (0, 0)
        for path, length in zip((self._kept_path, self._classes_path), lengths, strict=True):
            path.touch()
            os.truncate(path, length)
        self._kept = self._kept_path.open("ab")
        self._classes = self._classes_path.open("ab")

    def add(self, frame: bytes, classes: Sequence[ClassRow]) -> None:
        """Keep a frame of items, if it is one, and some classes."""
        self._kept.write(frame)
        if classes:
            self._classes.write("".join(row.line() for row in classes).encode())

    def checkpoint(self, told: dict[str, Any]) -> None:
        """Make what was added so far survive."""
        for file in (self._kept, self._classes):
            file.flush()
            os.fsync(file.fileno())
        state = {**told, "kept_bytes": self._kept.tell(), "classes_bytes": self._classes.tell()}
        part = self._state_path.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self._state_path)

    def close(self) -> None:
        """Close the files."""
        self._kept.close()
        self._classes.close()

    def heads(self) -> Iterator[Head]:
        """The head of every frame, in order; the items are passed over."""
        with self._kept_path.open("rb") as file:
            while lengths := file.read(_LENGTHS.size):
                head, body = _LENGTHS.unpack(lengths)
                yield Head(*orjson.loads(file.read(head)))
                file.seek(body, os.SEEK_CUR)

    def frames(self) -> Iterator[bytes]:
        """Every frame, in order."""
        with self._kept_path.open("rb") as file:
            while lengths := file.read(_LENGTHS.size):
                yield lengths + file.read(sum(_LENGTHS.unpack(lengths)))

    @property
    def classes_path(self) -> Path:
        """The table of classes met: id, superclasses, label, countries."""
        return self._classes_path
