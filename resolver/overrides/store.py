"""The file of decisions on disk: where it is, and changing it so that nothing is ever lost.

A change reads the file, checks the whole set and writes a new file beside it that takes its place at once, all
under a lock. Whoever is killed leaves the old file or the new one; two who add at once both add.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from resolver.config import overrides_path
from resolver.errors import InputError
from resolver.overrides.collection import Overrides
from resolver.overrides.row import Decision, Override, WrongCell

LOCK_SECONDS = 60.0
_OPTION = {"valid_from": "--from", "valid_to": "--to", "kind": "--kind", "country": "--country", "qid": "QID"}


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


def decide_now(
    name: str,
    decision: Decision,
    qid: str = "",
    *,
    kind: str | None = None,
    country: str | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    who: str | None = None,
    why: str = "",
    any_form: bool = False,
) -> Override:
    """A decision taken at this moment, from what a person typed.

    Args:
        name: The name as it stands in the data.
        decision: What it means.
        qid: The entity decided on or ruled out.
        kind: Limits the decision, as the next three do.
        country: ISO 3166-1 code or QID.
        valid_from: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        valid_to: Likewise.
        who: The author; None means the user's name.
        why: The reason.
        any_form: Record the key alone, so that capitals don't matter.

    Raises:
        InputError: something can't be read; the message names it.
    """
    cells = {
        "name": "" if any_form else name,
        "key": name,
        "kind": kind or "",
        "country": country or "",
        "valid_from": valid_from or "",
        "valid_to": valid_to or "",
        "decision": str(decision),
        "qid": qid,
        "who": user_name() if who is None else who,
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "why": why,
    }
    try:
        return Override.from_cells(cells)
    except WrongCell as error:
        raise InputError(f"{_OPTION.get(error.column, error.column)}: {error}") from None


def user_name() -> str:
    """The name to sign decisions with: the user's, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


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
    return change_overrides(path, lambda held: held.including(rows, replace=replace))


def remove_overrides(
    rows: Iterable[Override], path: str | os.PathLike[str] | None = None
) -> tuple[Overrides, Overrides]:
    """Take decisions out of a file; those that are not in it don't matter.

    Returns:
        The decisions before and after.

    Raises:
        InputError: the file can't be read or written; it is left as it was.
    """
    return change_overrides(path, lambda held: held.excluding(rows))


def change_overrides(
    path: str | os.PathLike[str] | None, change: Callable[[Overrides], Overrides]
) -> tuple[Overrides, Overrides]:
    """Read a file of decisions, change them and write them back, while nobody else does.

    Args:
        path: The file, made where it is missing; None means the default.
        change: From the decisions before to those after; what it raises leaves the file as it was.

    Returns:
        The decisions before and after.

    Raises:
        InputError: the file can't be read or written; it is left as it was.
    """
    path = chosen_path(path).resolve()  # a link is followed, not replaced
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
