"""A finished .duckdb file without its arrays -> the arrays, in the user's cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.build.exact import exact_sections, write_exact
from resolver.build.offices import NO_HOLDERS
from resolver.build.settle import settle
from resolver.errors import GazetteerCorrupt, GazetteerError, GazetteerVersionError
from resolver.gazetteer import FORMAT

if TYPE_CHECKING:
    import duckdb


def derive_exact(database: Path, target: Path, progress: Callable[[str, float], None] | None = None) -> None:
    """Make the arrays of a gazetteer file that came without them.

    Args:
        database: A compiled gazetteer.
        target: File to create; its folder is made.
        progress: Called with a stage and the part done in [0, 1].

    Raises:
        GazetteerCorrupt: not a DuckDB file, damaged, or not a gazetteer.
        GazetteerVersionError: another version of the format.
        GazetteerError: the target can't be written.
    """
    import duckdb

    tell = progress or (lambda _stage, _part: None)
    work = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute("SET enable_progress_bar = false")
            version = _attach(con, database)
            tell("reading the database", 0.0)
            sections = exact_sections(con)
            tell("settling shared names", 0.5)
            settle(con, sections, work)
            write_exact(sections, work, version)
        work.replace(target)
    except duckdb.Error as error:
        raise GazetteerCorrupt.unreadable(database, error) from error
    except OSError as error:
        raise GazetteerError(
            f"can't write to {target.parent} ({error.strerror or error}); set RESOLVER_CACHE elsewhere"
        ) from error
    finally:
        with suppress(OSError):
            work.unlink()
    tell("ready", 1.0)


def _attach(con: duckdb.DuckDBPyConnection, database: Path) -> str:
    con.execute(f"ATTACH '{str(database).replace(chr(39), chr(39) * 2)}' AS source (READ_ONLY)")
    tables = {name for (name,) in con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'source'"
    ).fetchall()}  # fmt: skip
    if missing := {"manifest", "entity", "alias", "relation"} - tables:
        raise GazetteerCorrupt(f"{database} is not a gazetteer: it has no table {', '.join(sorted(missing))}")
    manifest = dict(con.execute("SELECT name, value FROM source.manifest").fetchall())
    if manifest.get("format") != str(FORMAT):
        raise GazetteerVersionError(
            f"{database} has gazetteer format {manifest.get('format')}, this package reads {FORMAT};"
            " update the package, or rebuild the file with `resolver gazetteer build`"
        )
    for table in ("entity", "alias", "relation"):
        con.execute(f"CREATE TABLE {table} AS SELECT * FROM source.{table}")
    con.execute(NO_HOLDERS)
    if "office_holder" in tables:
        con.execute("INSERT INTO office_holder FROM source.office_holder")
    return str(manifest["version"])
