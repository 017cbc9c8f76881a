"""Named arrays in one mapped file."""

from __future__ import annotations

import json
import struct
from array import array
from typing import TYPE_CHECKING

import pytest

from resolver.arrays import MAGIC, Arrays, write_arrays
from resolver.errors import GazetteerCorrupt, GazetteerNotFound, GazetteerVersionError

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = {
    "text": "Türkiye\n".encode(),
    "numbers": array("I", [1, 2, 2**32 - 1]),
    "signed": array("i", [-1, 0, 7]),
    "bytes": array("B", [255]),
    "floats": array("f", [0.5, 0.25]),
    "empty": array("I"),
    "nothing": b"",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.exact"
    write_arrays(path, {"format": 1, "version": "v"}, SECTIONS)
    return path


def test_what_is_written_is_read(path: Path) -> None:
    arrays = Arrays(path)
    assert arrays.meta == {"format": 1, "version": "v"}
    assert arrays.names() == sorted(SECTIONS)
    assert bytes(arrays.text("text")).decode() == "Türkiye\n"
    for name, values in SECTIONS.items():
        if isinstance(values, array):
            assert arrays.numbers(name).tolist() == values.tolist()
    assert bytes(arrays.text("nothing")) == b""


def test_every_array_is_aligned(path: Path) -> None:
    data = path.read_bytes()
    length = struct.unpack_from("<8sQ", data)[1]
    header = json.loads(data[16 : 16 + length])
    assert (16 + length) % 8 == 0
    assert [offset % 8 for _, offset, _ in header["sections"].values()] == [0] * len(SECTIONS)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound, match=r"no\.exact"):
        Arrays(tmp_path / "no.exact")


@pytest.mark.parametrize("kept", [0, 1, 7, 15, 16, 40, -1, -8])
def test_cut_short(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(GazetteerCorrupt, match=r"some\.exact"):
        Arrays(path)


def test_too_long(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(GazetteerCorrupt, match="damaged"):
        Arrays(path)


@pytest.mark.parametrize("content", [b"just text, and more of it than a preamble", bytes(64), b"RSLVARR"])
def test_not_such_a_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(GazetteerCorrupt, match="delete it"):
        Arrays(path)


def test_another_format(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(MAGIC[:7] + b"2" + data[8:])
    with pytest.raises(GazetteerVersionError, match="format 2, this package reads 1"):
        Arrays(path)


@pytest.mark.parametrize(
    "header",
    [b"{not json}", b"[]", b'{"meta": {}}', b"\xff\xfe", b"17", b'{"meta": {}, "sections": {}, "size": "8"}'],
)
def test_a_header_that_is_none(path: Path, header: bytes) -> None:
    path.write_bytes(struct.pack("<8sQ", MAGIC, len(header)) + header)
    with pytest.raises(GazetteerCorrupt, match=r"some\.exact"):
        Arrays(path)


def test_a_header_longer_than_the_file(path: Path) -> None:
    path.write_bytes(struct.pack("<8sQ", MAGIC, 2**63) + b"{}")
    with pytest.raises(GazetteerCorrupt, match=r"some\.exact"):
        Arrays(path)


def test_an_array_that_is_not_there(path: Path) -> None:
    arrays = Arrays(path)
    for read in (arrays.numbers, arrays.text):
        with pytest.raises(GazetteerCorrupt, match=r"some\.exact.*kin"):
            read("kin")
