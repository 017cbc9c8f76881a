"""What a gazetteer holds: version, sizes, counts by kind, role, register, language and source."""

from __future__ import annotations

from typing import Any, TextIO

from resolver.engine import Resolver
from resolver.errors import GazetteerCorrupt
from resolver.gazetteer import FORMAT

_COUNTS = {
    "kinds": "SELECT kind, count(*) FROM entity GROUP BY ALL",
    "roles": "SELECT role, count(*) FROM alias GROUP BY ALL",
    "registers": "SELECT register, count(*) FROM alias GROUP BY ALL",
    "strengths": "SELECT strength, count(*) FROM alias GROUP BY ALL",
    "languages": "SELECT lang, count(*) FROM (SELECT unnest(langs) AS lang FROM alias) GROUP BY ALL",
    "sources": "SELECT source, count(*) FROM (SELECT unnest(sources) AS source FROM alias) GROUP BY ALL",
}
_SHOWN = 12  # rows of a long count in the text form


def gazetteer_info(resolver: Resolver) -> dict[str, Any]:
    """Facts about the opened gazetteer, as plain data.

    Returns:
        path, version, format, bytes; entities, aliases, keys, relations, positions, provisional; and one table
        of counts each for kinds, roles, registers, strengths, languages and sources, largest first.

    Raises:
        GazetteerCorrupt: the database can't be read.
    """
    import duckdb

    try:
        with duckdb.connect(str(resolver.database), read_only=True) as con:
            one = con.execute("""
                SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM alias),
                       (SELECT count(*) FROM relation),
                       (SELECT count(*) FROM position), (SELECT count(*) FROM entity WHERE provisional)
            """).fetchall()[0]
            counts = {
                name: dict(con.execute(f"{query} ORDER BY 2 DESC, 1").fetchall()) for name, query in _COUNTS.items()
            }
    except duckdb.Error as error:
        raise GazetteerCorrupt.unreadable(resolver.database, error) from error
    names = ("entities", "aliases", "relations", "positions", "provisional")
    return {
        "path": str(resolver.database),
        "version": resolver.gazetteer.version,
        "format": FORMAT,
        "bytes": resolver.database.stat().st_size,
        **dict(zip(names, one, strict=True)),
        "keys": len(resolver.gazetteer),
        **counts,
    }


def write_info(info: dict[str, Any], out: TextIO) -> None:
    """The same facts as lines for people."""
    out.write(f"{info['path']}\nversion {info['version']}, format {info['format']}, {info['bytes'] / 1e6:.0f} MB\n")
    for name in ("entities", "aliases", "keys", "relations", "positions", "provisional"):
        out.write(f"  {name:12} {info[name]:>10,}\n")
    for name in _COUNTS:
        rows = list(info[name].items())
        out.write(f"{name} ({len(rows)})\n")
        for key, count in rows[:_SHOWN]:
            out.write(f"  {key:24} {count:>10,}\n")
        if len(rows) > _SHOWN:
            out.write(f"  {len(rows) - _SHOWN} more, in --format json\n")
