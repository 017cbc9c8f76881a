"""The file beside the target, in which a run writes: it is put in the target's place when it is complete.

    events.duckdb           what readers see, the old answers until the new ones are complete
    events.duckdb.partial   where the run writes; a killed run leaves it, and the next run goes on in it

The target is replaced by one rename, so that readers work while a run writes, and a run killed at any moment leaves the
target as it was.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from resolver.errors import InputError
from resolver.table.names import text_literal

if TYPE_CHECKING:
    import duckdb

PARTIAL = ".partial"
ORIGIN = "resolver_origin"
"""Table of the file beside the target: what the target looked like, which of its tables runs have made, how many runs
it had seen."""

_busy: set[Path] = set()
_busy_lock = Lock()


@contextmanager
def work(target: Path, form: str, fresh: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file beside the target; when the block ends well, it takes the target's place."""
    import duckdb

    partial = target.with_name(target.name + PARTIAL)
    if not target.parent.is_dir():
        raise InputError(f"no folder {target.parent}; make it first")
    if target.is_dir():
        raise InputError(f"{target} is a folder; --into names a file")
    con: duckdb.DuckDBPyConnection | None = None
    _claim(partial, target)
    begun = partial.exists() and not fresh
    try:
        con = _opened(target, partial, form, fresh)
        try:
            yield con
        except InputError:
            # Nothing has been resolved yet: a slip in the arguments leaves no file behind.
            con.close()
            if not begun:
                _remove(partial)
            raise
        if form == "duckdb":
            origin = con.execute(f"SELECT stamp FROM {ORIGIN}").fetchall()[0][0]
            con.execute(f"DROP TABLE {ORIGIN}")
            con.execute("CHECKPOINT")
            con.close()
            _put_in_place(partial, target, origin)
        else:
            con.close()
            _remove(partial)
    except (duckdb.Error, OSError) as error:
        if isinstance(error, OSError | duckdb.IOException | duckdb.OutOfMemoryException) or _of_disk(error):
            raise InputError(_unwritable(target, error)) from error
        raise
    finally:
        if con is not None:
            with suppress(duckdb.Error):  # what could not be written has been told already
                con.close()
        with _busy_lock:
            _busy.discard(partial.resolve())


def _claim(partial: Path, target: Path) -> None:
    """Keep a second run of this process out; DuckDB itself keeps out those of other processes."""
    with _busy_lock:
        if partial.resolve() in _busy:
            raise InputError(f"another run of this process writes {target}; wait for it")
        _busy.add(partial.resolve())


def _opened(target: Path, partial: Path, form: str, fresh: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    based = form == "duckdb" and target.is_file()
    if based:
        _check_readable(target)
    stamp = _stamp(target) if based else ""
    if partial.exists():
        con = _connect(partial, target)
        try:
            found = con.execute(f"SELECT stamp FROM {ORIGIN}").fetchall()
        except duckdb.CatalogException:
            found = []
        if found == [(stamp,)] and not fresh:
            _forget_unpublished(con)
            return con
        con.close()
        _remove(partial)
    if based:
        copy = partial.with_name(partial.name + ".copy")
        shutil.copyfile(target, copy)
        copy.replace(partial)
    else:
        _create(partial)
    con = _connect(partial, target)
    made = _made(con) if based else []
    runs = con.execute("SELECT max(run) FROM run").fetchall()[0][0] or 0 if _has_runs(con) else 0
    con.execute("BEGIN")
    con.execute(f"CREATE OR REPLACE TABLE {ORIGIN} (stamp VARCHAR, made VARCHAR[], runs BIGINT)")
    con.execute(f"INSERT INTO {ORIGIN} VALUES ($1, $2, $3)", [stamp, made, runs])
    con.execute("COMMIT")
    return con


def _forget_unpublished(con: duckdb.DuckDBPyConnection) -> None:
    """Take back a run that was killed after its last row and before the rename."""
    if _has_runs(con):
        con.execute(f"DELETE FROM run WHERE run > (SELECT runs FROM {ORIGIN})")


def _has_runs(con: duckdb.DuckDBPyConnection) -> bool:
    return bool(con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'run'").fetchall())


def _made(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables in the target that earlier runs have made of files."""
    if not _has_runs(con):
        return []
    return [name for (name,) in con.execute("SELECT DISTINCT lower(table_name) FROM run WHERE loaded").fetchall()]


def _stamp(target: Path) -> str:
    found = target.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _check_readable(target: Path) -> None:
    """Refuse a target that another process writes, or that is no database; take in what a crashed writer left."""
    import duckdb

    left = target.with_name(target.name + ".wal").exists()
    try:
        with duckdb.connect(str(target), read_only=not left) as con:
            if left:
                con.execute("CHECKPOINT")
    except duckdb.Error as error:
        text = str(error)
        if "lock" in text.lower():
            raise InputError(
                f"{target} is open for writing in another process{_holder(text)}; close it there and run again"
            ) from error
        raise InputError(f"{target} is no DuckDB database, or is damaged: {text.splitlines()[0]}") from error


def _holder(text: str) -> str:
    found = re.search(r"PID (\d+)", text)
    return f" (PID {found[1]})" if found else ""


def _create(partial: Path) -> None:
    """An empty database that DuckDB from 1.5 on can read."""
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"ATTACH {text_literal(str(partial))} AS made (STORAGE_VERSION 'v1.2.0')")


def _connect(partial: Path, target: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        con = duckdb.connect(str(partial))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise InputError(f"another run writes {target}{_holder(str(error))}; wait for it, or end it") from error
        raise
    con.execute("SET enable_progress_bar = false")
    return con


def _put_in_place(partial: Path, target: Path, origin: str) -> None:
    if origin and (not target.is_file() or _stamp(target) != origin):
        raise InputError(
            f"{target} was changed by another process meanwhile; the answers are in {partial}: move it into place"
            " yourself, or run again"
        )
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    # A log that a crashed writer left beside the old file would make the new one unreadable.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(partial: Path) -> None:
    for suffix in ("", ".wal"):
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(partial.with_name(partial.name + ".tmp"), ignore_errors=True)


def _of_disk(error: Exception) -> bool:
    """Whether an error is about writing, whatever class DuckDB gave it."""
    return re.search(r"ould not (write|sync|truncate|open|create)|No space left|File too large", str(error)) is not None


def _unwritable(target: Path, error: Exception) -> str:
    told = getattr(error, "strerror", None) or str(error).splitlines()[0]
    told = re.sub(r"^(\w+ )+Error: ", "", told)
    # DuckDB tells of the checkpoint and of the whole path before the reason.
    told = told.rsplit('": ', 1)[-1]
    full = (
        "No space" in str(error) or "too large" in str(error) or (isinstance(error, OSError) and error.errno == ENOSPC)
    )
    what = "make room and run again" if full else "check the folder and run again"
    return f"can't write {target} ({told[:150]}); {what}: what was there is unharmed, and what was resolved is kept"
