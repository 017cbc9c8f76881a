"""Files in, files out: annotate many texts in turn, and write a file whole or not at all."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Protocol, TextIO

from resolver.errors import InputError
from resolver.model import Kind
from resolver.render.document import Document, Mention, of_kinds
from resolver.render.text import STANDARD_INPUT, read_text

Progress = Callable[[str, float], None]


class Annotator(Protocol):
    """What finds and resolves mentions; `Resolver` is one."""

    def annotate(
        self,
        text: str,
        *,
        as_of: date | str | None = None,
        lang: str | Collection[str] | None = None,
        unknown: bool = False,
        progress: Progress | None = None,
    ) -> Iterable[Mention]:
        """The mentions of a text."""


def annotate_files(
    annotator: Annotator,
    names: Iterable[str],
    *,
    as_of: date | str | None = None,
    lang: str | Collection[str] | None = None,
    unknown: bool = False,
    kinds: Collection[Kind] = (),
    encoding: str | None = None,
    failed: Callable[[InputError], None] | None = None,
    progress: Progress | None = None,
) -> Iterator[Document]:
    """Annotate files in turn; one text is held at a time, and its mentions are found as they are read, once.

    Args:
        annotator: A resolver.
        names: Files, as `expand` gives them; `-` is standard input.
        as_of: Day on which the texts were written, a date or `YYYY-MM-DD`.
        lang: Language or languages of the texts.
        unknown: Also report what looks like a name and is not held, as `unmatched`.
        kinds: Keep only mentions that are or may be of these kinds; empty keeps all.
        encoding: Encoding of the files; see `read_text`.
        failed: Called with the error of a file that can't be read, and the next file follows; None raises it.
        progress: Told of stage and part done while the names are made ready, once for a gazetteer.

    Raises:
        InputError: a file can't be read, or an unusable `as_of` or `lang`.
    """
    for name in names:
        try:
            text = read_text(name, encoding)
        except InputError as error:
            if failed is None:
                raise
            failed(error)
            continue
        mentions = annotator.annotate(text, as_of=as_of, lang=lang or None, unknown=unknown, progress=progress)
        yield Document(tidy(name), text, of_kinds(mentions, kinds))


def expand(names: Iterable[str]) -> list[str]:
    """File names as given; a pattern that no shell has expanded becomes the files it matches, sorted.

    Raises:
        InputError: a pattern matches no file.
    """
    found: list[str] = []
    for name in names:
        if name == STANDARD_INPUT or Path(name).exists() or not glob.has_magic(name):
            found.append(name)
        elif matches := sorted(glob.glob(name)):
            found += matches
        else:
            raise InputError(f"no file matches {name}")
    return found


def tidy(name: str) -> str:
    """A file's name in one spelling, so that a rerun meets the same name: `./news//a.txt` is `news/a.txt`.

    >>> tidy("./news//a.txt"), tidy("-")
    ('news/a.txt', '-')
    """
    return name if name == STANDARD_INPUT else Path(os.path.normpath(name)).as_posix()


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """A text file to write that takes the place of `path` when it is complete; an error leaves the old one.

    Raises:
        InputError: the file can't be written there.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".part")
    except OSError as error:
        raise InputError(f"{target} can't be written: {error.strerror or error}") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_mask())
        os.replace(name, target)
    except OSError as error:
        raise InputError(f"{target} can't be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            os.unlink(name)


def _mask() -> int:
    """The permissions that new files go without; a temporary file is made for its owner only."""
    held = os.umask(0)
    os.umask(held)
    return held
