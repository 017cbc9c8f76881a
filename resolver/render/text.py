"""A file's bytes -> text, or one line that says what it is instead and what to do."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

from resolver.errors import InputError

DEFAULT = "utf-8"
STANDARD_INPUT = "-"

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (as .docx, .odt and .xlsx are)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"(\xb5/\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF file"),
)
_DUCKDB = (8, b"DUCK")
_LEGACY = "cp1252 (Western), cp1250 (Central Europe), cp1251 (Cyrillic), cp1254 (Turkish), cp1256 (Arabic) or gb18030"


def read_text(path: str | os.PathLike[str], encoding: str | None = None) -> str:
    r"""Read a text file whole; line breaks stay as they are, so that offsets count what is in the file.

    Args:
        path: The file; `-` is standard input.
        encoding: Encoding of the file. None reads UTF-8, or what a byte order mark at the start says
            (UTF-8, UTF-16, UTF-32). The mark itself is not part of the text.

    Raises:
        InputError: no such file, not text, not in that encoding, or no such encoding.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "note.txt"
    >>> _ = file.write_bytes("\ufeffTürkiye\r\n".encode("utf-16-le"))
    >>> read_text(file)
    'Türkiye\r\n'
    """
    name = os.fspath(path)
    if name == STANDARD_INPUT:
        return decode_text(sys.stdin.buffer.read(), encoding, name="standard input")
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError:
        raise InputError(f"no file {name}; check the path") from None
    except IsADirectoryError:
        raise InputError(f"{name} is a folder; name the files in it, as in {name.rstrip('/')}/*.txt") from None
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror or error}") from None
    return decode_text(data, encoding, name=name)


def decode_text(data: bytes, encoding: str | None = None, *, name: str = "the text") -> str:
    """Bytes as text; see `read_text`.

    Args:
        data: The bytes of one text.
        encoding: As in `read_text`.
        name: What the error calls it.

    Raises:
        InputError: as in `read_text`.

    >>> decode_text("Kıbrıs".encode("cp1254"), "cp1254")
    'Kıbrıs'
    >>> decode_text("Kıbrıs".encode("cp1254"), name="old.txt")
    Traceback (most recent call last):
    resolver.errors.InputError: old.txt is not UTF-8 (tried utf-8; byte 0xfd at offset 1); say what it is \
with --encoding, such as cp1252 (Western), cp1250 (Central Europe), cp1251 (Cyrillic), cp1254 (Turkish), \
cp1256 (Arabic) or gb18030
    """
    if encoding is None:
        mark, tried = next(((mark, found) for mark, found in _MARKS if data.startswith(mark)), (b"", DEFAULT))
        if not mark:
            _refuse_binary(data, name)
        text = _decode(data[len(mark) :], tried, name, guessed=True)
    else:
        text = _decode(data, encoding, name, guessed=False).removeprefix("\ufeff")
    if "\0" in text:
        raise InputError(
            f"{name} is not a text: it has null characters, read as {encoding or tried};"
            " give a plain text file, or say its encoding with --encoding"
        )
    return text


def _decode(data: bytes, encoding: str, name: str, *, guessed: bool) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte 0x{data[error.start]:02x} at offset {error.start:,}"
        if guessed:
            shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
            raise InputError(
                f"{name} is not {shown} (tried {encoding}; {where}); say what it is with --encoding, such as {_LEGACY}"
            ) from None
        raise InputError(f"{name} is not {encoding} (tried {encoding}; {where}); try another --encoding") from None
    except (LookupError, ValueError):
        raise InputError(f"unknown encoding {encoding!r}; --encoding takes names such as utf-16, {_LEGACY}") from None


def _refuse_binary(data: bytes, name: str) -> None:
    """Say what a file is that is no text; UTF-16 without a mark is told by where its null bytes are."""
    head = data[:4096]
    what = next((what for magic, what in _FORMATS if head.startswith(magic)), None)
    if head[_DUCKDB[0] : _DUCKDB[0] + len(_DUCKDB[1])] == _DUCKDB[1]:
        what = "a DuckDB file"
    if what:
        raise InputError(f"{name} is not a text but {what}; turn it into a plain text file first")
    if b"\0" not in head:
        return
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 4 * min(even, odd) and max(even, odd) * 8 > len(head):
        likely = "utf-16-le" if odd > even else "utf-16-be"
        raise InputError(f"{name} is not UTF-8 (tried utf-8); it looks like UTF-16: say --encoding {likely}")
    raise InputError(f"{name} is not a text: it has null bytes (tried utf-8); give a plain text file")
