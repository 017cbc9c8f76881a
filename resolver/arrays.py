"""Named arrays in one memory-mapped file: the form in which a gazetteer answers soon after opening.

A file is a 16-byte preamble (magic, header length), a JSON header, then the arrays, each aligned to eight
bytes. Reading maps the file and hands out typed `memoryview`s: nothing is copied and nothing is parsed but
the header, so a process that resolves one name touches a few pages.
"""

from __future__ import annotations

import json
import mmap
import struct
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resolver.errors import GazetteerCorrupt, GazetteerNotFound, GazetteerVersionError

MAGIC = b"RSLVARR1"
_PREAMBLE = struct.Struct("<8sQ")


def write_arrays(path: Path, meta: Mapping[str, Any], sections: Mapping[str, bytes | array[Any]]) -> None:
    """Write `sections` in order; the caller renames the file into place.

    Args:
        path: File to create.
        meta: JSON values kept in the header.
        sections: Text as UTF-8 bytes, numbers as `array.array`; little-endian machines only.
    """
    table, offset, blobs = {}, 0, []
    for name, values in sections.items():
        code = values.typecode if isinstance(values, array) else "B"
        blob = values.tobytes() if isinstance(values, array) else values
        table[name] = [code, offset, len(blob)]
        blobs.append(blob + bytes(-len(blob) % 8))
        offset += len(blobs[-1])
    header = json.dumps({"meta": dict(meta), "sections": table, "size": offset}, sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    with path.open("wb") as file:
        file.write(_PREAMBLE.pack(MAGIC, len(header)) + header)
        file.writelines(blobs)


class Arrays:
    """One opened file of named arrays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise GazetteerNotFound(f"no file {path}; build it with `resolver gazetteer build`") from error
        except (OSError, ValueError) as error:
            raise GazetteerCorrupt(f"can't read {path} ({error}); delete it to have it rebuilt") from error
        self._view = memoryview(self._map)
        self.meta, self._sections, self._start = self._header()

    def _header(self) -> tuple[dict[str, Any], dict[str, list[Any]], int]:
        damaged = GazetteerCorrupt(f"{self.path} is damaged or cut short; delete it to have it rebuilt")
        if len(self._map) < _PREAMBLE.size:
            raise damaged
        magic, length = _PREAMBLE.unpack_from(self._map)
        if magic[:7] != MAGIC[:7]:
            raise damaged
        if magic != MAGIC:
            raise GazetteerVersionError(f"{self.path} has format {magic[7:].decode()}, this package reads 1")
        start = _PREAMBLE.size + length
        try:
            header = json.loads(bytes(self._view[_PREAMBLE.size : start]))
            meta, sections, end = header["meta"], header["sections"], start + header["size"]
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise damaged from error
        if len(self._map) != end:
            raise damaged
        return meta, sections, start

    def names(self) -> list[str]:
        """Names of all sections, sorted."""
        return sorted(self._sections)

    def numbers(self, name: str) -> memoryview[int]:
        """The array `name` as a typed view; indexing gives numbers."""
        code, offset, length = self._section(name)
        return self._view[self._start + offset : self._start + offset + length].cast(code)

    def text(self, name: str) -> memoryview[int]:
        """The UTF-8 bytes of section `name`."""
        _, offset, length = self._section(name)
        return self._view[self._start + offset : self._start + offset + length]

    @property
    def whole(self) -> memoryview[int]:
        """All bytes of the file."""
        return self._view

    def start(self, name: str) -> int:
        """Where section `name` starts in the file."""
        return self._start + int(self._section(name)[1])

    def _section(self, name: str) -> list[Any]:
        try:
            return self._sections[name]
        except KeyError as error:
            raise GazetteerCorrupt(f"{self.path} lacks the array {name}; delete it to have it rebuilt") from error
