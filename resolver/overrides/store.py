"""The file of decisions on disk: where it is, and changing it so that nothing is ever lost.

A change reads the file, checks the whole set and writes a new file beside it that takes its place at once, all
under a lock. Whoever is killed leaves the old file or the new one; two who add at once both add.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from resolver.config import overrides_path
from resolver.errors import InputError
from resolver.overrides.collection import Overrides
from resolver.overrides.row import Override

LOCK_SECONDS = 60.0


def read_default() -> Overrides:
    """The decisions that apply when none are named: $RESOLVER_OVERRIDES, else the user's own file; none if not there.

    Raises:
        InputError, OverrideConflict: as for `Overrides.read`.
    """
    path = overrides_path()
    return Overrides.read(path) if path is not None and path.exists() else Overrides()


def chosen_path(path: str | os.PathLike[str] | None = None) -> Path:
    """The file to change: the one named, else the default.

    Raises:
        InputError: the default is switched off.
    """
    found = Path(path) if path is not None else overrides_path()
    if found is None:
        raise InputError("RESOLVER_OVERRIDES is empty, which means no overrides; name a file with --overrides")
    return found


def add_overrides(
    rows: Iterable[Override], path: str | os.PathLike[str] | None = None, *, replace: bool = False
) -> tuple[Overrides, Overrides]:
    """Add decisions to a file, all of them or none.

    Args:
        rows: What was decided.
        path: The file, made where it is missing; None means the default.
        replace: Let them take the place of decisions that they contradict.

    Returns:
        The decisions before and after.

    Raises:
        InputError: the file can't be read or written; it is left as it was.
        OverrideConflict: a contradiction, without `replace`.
    """
    return _changed(chosen_path(path), lambda held: held.including(rows, replace=replace))


def remove_overrides(
    rows: Iterable[Override], path: str | os.PathLike[str] | None = None
) -> tuple[Overrides, Overrides]:
    """Take decisions out of a file; those that are not in it don't matter.

    Returns:
        The decisions before and after.

    Raises:
        InputError: the file can't be read or written; it is left as it was.
    """
    return _changed(chosen_path(path), lambda held: held.excluding(rows))


def _changed(path: Path, change: Callable[[Overrides], Overrides]) -> tuple[Overrides, Overrides]:
    path = path.resolve()  # a link is followed, not replaced
    with _locked(path):
        before = Overrides.read(path) if path.exists() else Overrides(source=str(path))
        after = change(before)
        if after != before:
            write_atomically(path, after.text())
    return before, after


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / f".{path.name}.lock", timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise InputError(f"{path}: another process has been changing it for {LOCK_SECONDS:.0f} s; try again") from None
    except OSError as error:
        raise InputError(f"{path}: can't be written ({error.strerror}); nothing was changed") from error


def write_atomically(path: Path, text: str) -> None:
    """Write a file in full or not at all.

    Raises:
        OSError: no room, no permission; what was there stays.
    """
    name = path.parent / f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp"
    # The permissions of a new file are those that the user's umask leaves; those of an old one are kept.
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            os.chmod(name, path.stat().st_mode & 0o777)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
