"""Which stored answers are still good: those of this gazetteer, these settings, and of names nobody decided anew."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from resolver.normalize import exact_keys

if TYPE_CHECKING:
    import duckdb

    from resolver.engine import Resolver

_MOST_SOUGHT = 500  # changed decisions; beyond that, to resolve all again costs less than to look for each


def settings_hash(resolver: Resolver) -> str:
    """Hash of the settings without the overrides, which concern a few names only."""
    return resolver.config.replace(overrides="").hash


def stamp(resolver: Resolver) -> tuple[str, str, str]:
    """What `store.STAMP` says of an answer given now."""
    return resolver.gazetteer.version, resolver.config.hash, settings_hash(resolver)


def drop_overruled(con: duckdb.DuckDBPyConnection, resolver: Resolver) -> int:
    """Forget answers that a new, changed or removed override may alter, and note the overrides in force.

    A decision about a name also decides it as a part of a composite or of a description, so that a name is forgotten
    where it holds the decided name anywhere. Killed before the end, it is done again by the next run.

    Returns:
        How many answers were forgotten.
    """
    now = ruling_digests(resolver)
    before = dict(con.execute("SELECT key, digest FROM resolution_ruling").fetchall())
    changed = [key for key in sorted(now.keys() | before.keys()) if now.get(key) != before.get(key)]
    if not changed:
        _note_decisions(con, resolver)
        return 0
    dropped = _drop_named(con, changed)
    con.execute("DELETE FROM resolution_ruling")
    if now:
        con.execute(
            "INSERT INTO resolution_ruling SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
            [list(now), list(now.values())],
        )
    _note_decisions(con, resolver)
    return dropped


def ruling_digests(resolver: Resolver) -> dict[str, str]:
    """A digest of what was decided about each name, by its key."""
    if resolver.rulings is None:
        return {}
    return {
        key: hashlib.blake2b(repr([(r.row.cells(), r.qid) for r in rules]).encode(), digest_size=8).hexdigest()
        for key, rules in sorted(resolver.rulings.rules.items())
    }


def _drop_named(con: duckdb.DuckDBPyConnection, keys: list[str]) -> int:
    if len(keys) > _MOST_SOUGHT:
        return int(con.execute("DELETE FROM resolution").fetchall()[0][0])
    names = [name for (name,) in con.execute("SELECT DISTINCT name FROM resolution").fetchall()]
    sought = [key.replace(" ", "") for key in keys]
    held = (key.replace(" ", "") for key in exact_keys(names))
    hit = [name for name, key in zip(names, held, strict=True) if any(part in key for part in sought)]
    if not hit:
        return 0
    statement = "DELETE FROM resolution WHERE name IN (SELECT unnest($1::VARCHAR[]))"
    return int(con.execute(statement, [hit]).fetchall()[0][0])


def _note_decisions(con: duckdb.DuckDBPyConnection, resolver: Resolver) -> None:
    """Bring the table `decision` up to date; what a person recorded in the database itself stays."""
    from resolver.overrides.table import read_decisions, write_decisions

    held = read_decisions(con)
    after = held if resolver.rulings is None else held.including(resolver.rulings.overrides, replace=True)
    if after != held or not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'decision'").fetchall():
        write_decisions(con, after)
