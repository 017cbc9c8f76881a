"""The flat file of an index: a JSON header, then arrays at 64-byte boundaries, mapped read-only.

8 bytes   magic
8 bytes   length of the header, little-endian
header    {"meta": {...}, "arrays": {name: [dtype, shape, offset]}}
arrays    offsets count from the end of the padded header
"""

from __future__ import annotations

import json
import mmap
import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from resolver.errors import GazetteerCorrupt, GazetteerNotFound, GazetteerVersionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

FILE_NAME: Final = "fuzzy.index"
FORMAT: Final = 2
_MAGIC: Final = b"QIDFUZZY"
_ALIGN: Final = 64


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


def write(folder: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> Path:
    """Write the arrays to `folder`, all or nothing, and return the path of the file."""
    offset, table = 0, {}
    for name, array in arrays.items():
        table[name] = [array.dtype.newbyteorder("<").str, list(array.shape), offset]
        offset += _padded(array.nbytes)
    header = json.dumps({"meta": {**meta, "format": FORMAT}, "arrays": table}, sort_keys=True).encode()
    header += b" " * (_padded(16 + len(header)) - 16 - len(header))
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / FILE_NAME, folder / f"{FILE_NAME}.part{os.getpid()}"
    try:
        with part.open("wb") as file:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            for array in arrays.values():
                little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
                file.write(little.tobytes())
                file.write(bytes(_padded(array.nbytes) - array.nbytes))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def read(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the file in `folder`: its arrays by name, and its meta data.

    Raises:
        GazetteerNotFound: There is no index file in `folder`.
        GazetteerVersionError: It was written by another version of the format.
        GazetteerCorrupt: It is not an index file, or shorter than its header says.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise GazetteerNotFound(f"no fuzzy index at {path}; rebuild the gazetteer")
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(16)
        if len(start) < 16 or start[:8] != _MAGIC:
            raise GazetteerCorrupt(f"{path} is not a fuzzy index; delete it and rebuild the gazetteer")
        length = int.from_bytes(start[8:], "little")
        try:
            header = json.loads(file.read(length)) if length < size else None
        except ValueError:
            header = None
        if header is None:
            raise GazetteerCorrupt(f"the header of {path} is damaged; delete it and rebuild the gazetteer")
        if header["meta"]["format"] != FORMAT:
            raise GazetteerVersionError(
                f"{path} has format {header['meta']['format']}, this version reads {FORMAT}; rebuild the gazetteer"
            )
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, (kind, shape, offset) in header["arrays"].items():
        dtype, count = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        begin = 16 + length + offset
        if begin + count * dtype.itemsize > size:
            raise GazetteerCorrupt(f"{path} is cut short; delete it and rebuild the gazetteer")
        arrays[name] = np.frombuffer(mapped, dtype=dtype, count=count, offset=begin).reshape(shape)
    return arrays, header["meta"]
