"""A resolver for a run, and a database of answers for reading."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.engine import Resolver
from resolver.errors import InputError

if TYPE_CHECKING:
    import duckdb


def open_resolver(
    gazetteer: str | os.PathLike[str] | None = None,
    overrides: str | os.PathLike[str] | None = None,
    *,
    layers: Sequence[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Resolver:
    """A resolver with these overrides: a text file, or a database that has a table `decision`.

    Args:
        gazetteer: A compiled gazetteer; None means the default one.
        overrides: None means the user's own, where there are any.
        layers: Layers over the gazetteer; None means those of the settings.
        progress: As for `Resolver.open`.
    """
    if overrides is not None:
        from resolver.overrides.table import is_database, read_database

        if is_database(overrides):
            return Resolver.open(gazetteer, layers=layers, overrides=read_database(overrides), progress=progress)
    return Resolver.open(gazetteer, layers=layers, overrides=overrides, progress=progress)


@contextmanager
def open_answers(path: str | os.PathLike[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that `resolve-table` has written, for reading.

    Raises:
        InputError: it isn't there, holds no answers, or another process writes it.
    """
    import duckdb

    if not Path(path).is_file():
        raise InputError(f"no database {path}; resolver resolve-table makes one")
    try:
        con = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise InputError(f"{path} is open for writing in another process; close it there and try again") from error
        raise InputError(
            f"{path} is no DuckDB database, or is damaged; resolve-table --into NAME.duckdb makes one"
        ) from error
    try:
        held = con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'resolution_worklist'").fetchall()
        if not held[0][0]:
            raise InputError(f"{path} holds no answers; resolver resolve-table --into {path} puts them there")
        yield con
    finally:
        con.close()
