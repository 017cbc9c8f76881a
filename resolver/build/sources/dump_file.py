"""A dump file, whatever its compression, as blocks of whole lines; memory stays at a few blocks."""

from __future__ import annotations

import bz2
import gzip
import io
import queue
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from resolver.errors import InputError

BLOCK = 4 << 20
_AHEAD = 3  # blocks decompressed ahead of those being read
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\x28\xb5\x2f\xfd", "zstd"))
STDIN = "-"


class DumpFile:
    """A dump, opened for one reading from front to end.

    Args:
        source: Path of a .json file, plain or compressed with gzip, bzip2 or zstd (told by its first bytes), or `-`
            for standard input.
        skip: Bytes of text, after decompression, to pass over: where an earlier reading stopped.
        ahead: Whether to decompress in a thread of its own.

    Raises:
        InputError: no such file, or zstandard is missing.
    """

    def __init__(self, source: str, *, skip: int = 0, ahead: bool = True) -> None:
        self.source = source
        try:
            raw: BinaryIO = sys.stdin.buffer if source == STDIN else Path(source).open("rb")  # noqa: SIM115 - see close
        except OSError as error:
            raise InputError(f"can't read {source} ({error.strerror or error})") from error
        self._raw = raw
        self.size = 0 if source == STDIN else Path(source).stat().st_size
        peeked: Any = raw if hasattr(raw, "peek") else io.BufferedReader(raw)
        start = peeked.peek(4)[:4]
        self.form = next((form for mark, form in _MAGIC if start.startswith(mark)), "plain")
        self._counted = _Counted(peeked)
        self._text = _decompressor(self.form, self._counted, peeked, source)
        self.offset = skip
        self._ahead = ahead and self.form != "plain"
        try:
            self._skip(skip)
        except BaseException:
            self.close()
            raise

    def _skip(self, skip: int) -> None:
        if not skip:
            return
        if self.form == "plain" and self.source != STDIN:
            self._raw.seek(skip)
            return
        left = skip
        while left:
            got = len(self._read(min(left, BLOCK)))
            if not got:
                raise InputError(
                    f"{self.source} is shorter than what was read of it before; start anew without --resume"
                )
            left -= got

    @property
    def part(self) -> float:
        """What part of the file has been read, in [0, 1]; 0 for standard input."""
        done = self._raw.tell() if self.form == "plain" and self.size else self._counted.count
        return min(1.0, done / self.size) if self.size else 0.0

    def __enter__(self) -> DumpFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.source != STDIN:
            self._raw.close()

    def blocks(self) -> Iterator[bytes]:
        """Whole lines, about `BLOCK` bytes at a time; `offset` then is where the next block begins.

        Raises:
            InputError: the file is damaged or cut short; everything before that has been handed out.
        """
        held: list[bytes] = []
        chunks = self._chunks_ahead() if self._ahead else self._chunks()
        for chunk in chunks:
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                held.append(chunk)
                continue
            block = b"".join((*held, memoryview(chunk)[:cut]))
            held = [chunk[cut:]] if cut < len(chunk) else []
            self.offset += len(block)
            yield block
        if rest := b"".join(held):
            self.offset += len(rest)
            yield rest

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._read(BLOCK):
            yield chunk

    def _chunks_ahead(self) -> Iterator[bytes]:
        """The same, read in a thread: decompressing lets go of the interpreter, so that both cores work."""
        waiting: queue.Queue[bytes | BaseException] = queue.Queue(_AHEAD)
        stopped = threading.Event()

        def put(item: bytes | BaseException) -> None:
            while not stopped.is_set():
                try:
                    waiting.put(item, timeout=0.1)
                except queue.Full:
                    continue
                return

        def work() -> None:
            try:
                for chunk in self._chunks():
                    put(chunk)
                    if stopped.is_set():
                        return
                put(b"")
            except BaseException as error:  # handed to the reading side
                put(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            while True:
                item = waiting.get()
                if isinstance(item, BaseException):
                    raise item
                if not item:
                    return
                yield item
        finally:
            stopped.set()
            thread.join()

    def _read(self, size: int) -> bytes:
        try:
            return bytes(self._text.read(size))
        except (OSError, EOFError, zlib.error) as error:
            raise self._damaged(error) from error
        except Exception as error:
            if type(error).__module__.startswith(("zstandard", "zstd", "isal")):
                raise self._damaged(error) from error
            raise

    def _damaged(self, error: BaseException) -> InputError:
        return InputError(
            f"{self.source} is damaged or cut short ({str(error) or type(error).__name__}); what was read before is"
            " kept: get the whole file and go on with --resume"
        )


class _Counted(io.RawIOBase):
    """A file that counts the bytes read from it."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self._raw = raw
        self.count = 0

    def readinto(self, buffer: Any) -> int:
        got = int(self._raw.readinto(buffer) or 0)
        self.count += got
        return got

    def readable(self) -> bool:
        return True


def _decompressor(form: str, counted: Any, raw: Any, source: str) -> Any:
    if form == "plain":
        return raw
    if form == "bz2":
        return bz2.BZ2File(counted)
    if form == "gzip":
        try:
            from isal import igzip  # twice as fast where it is installed (the extra `dump`)
        except ImportError:
            return gzip.GzipFile(fileobj=counted, mode="rb")
        fast: Any = igzip.IGzipFile
        return fast(fileobj=counted, mode="rb")
    try:
        import zstandard
    except ImportError as error:
        raise InputError(f"reading {source} needs zstandard (pip install zstandard), or decompress it first") from error
    return zstandard.ZstdDecompressor().stream_reader(counted, read_across_frames=True)
