"""What must hold before a gazetteer may be used: completeness, references, answers.

Names that nobody would forgive: UN members, capitals, cities above a million people and the leaders of the
G20 have to resolve to themselves, given their kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.errors import GazetteerCorrupt
from resolver.model import Kind, Register, Role, Status, Strength

if TYPE_CHECKING:
    import duckdb

    from resolver.engine import Resolver

LARGE_CITY = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: which check, which row, and what was found."""

    check: str
    row: str
    found: str

    def __str__(self) -> str:
        return f"{self.check}: {self.row}: {self.found}"


def check_gazetteer(resolver: Resolver, lists: Path | None = None) -> list[Problem]:
    """Every problem of an opened gazetteer, sorted; an empty list is a pass. Names have to be known as they stand.

    Args:
        resolver: Opened on the gazetteer.
        lists: Folder with un_members.tsv and g20_leaders.tsv (qid, label); None skips these two checks.

    Raises:
        GazetteerCorrupt: the database can't be read.
    """
    import duckdb

    resolver = resolver.with_config(resolver.config.replace(fuzzy=0))
    try:
        with duckdb.connect(str(resolver.database), read_only=True) as con:
            problems = [*_references(con), *_answers(con, resolver)]
    except duckdb.Error as error:
        raise GazetteerCorrupt.unreadable(resolver.database, error) from error
    if lists:
        problems += _listed(resolver, "UN member", lists / "un_members.tsv", Kind.COUNTRY)
        problems += _listed(resolver, "G20 leader", lists / "g20_leaders.tsv", Kind.PERSON)
    return sorted(problems)


def _references(con: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    outside = {
        "kind outside the list": ("entity", "kind", Kind),
        "role outside the list": ("alias", "role", Role),
        "register outside the list": ("alias", "register", Register),
        "strength outside the list": ("alias", "strength", Strength),
    }
    for check, (table, column, allowed) in outside.items():
        listed = ", ".join(f"'{value}'" for value in allowed)
        query = f"SELECT DISTINCT entity_id, {column} FROM {table} WHERE {column} NOT IN ({listed}) ORDER BY ALL"
        yield from (Problem(check, str(row), str(value)) for row, value in con.execute(query).fetchall())
    dangling = {
        "alias of nothing": "SELECT entity_id, text FROM alias ANTI JOIN entity USING (entity_id)",
        "entity without a name": "SELECT qid, label FROM entity ANTI JOIN alias USING (entity_id)",
        "relation from nothing": "SELECT subject, relation FROM relation ANTI JOIN entity e ON e.qid = subject",
        "relation to nothing": "SELECT object, relation FROM relation ANTI JOIN entity e ON e.qid = object",
        "position of nothing": "SELECT qid, title FROM position ANTI JOIN entity USING (qid)",
        "two matches under one key": "SELECT key, count(*) FROM lookup WHERE is_match GROUP BY key HAVING count(*) > 1",
    }
    for check, query in dangling.items():
        yield from (Problem(check, str(row), str(found)) for row, found in con.execute(query).fetchall())


def _answers(con: duckdb.DuckDBPyConnection, resolver: Resolver) -> Iterator[Problem]:
    queries = {
        "capital": "SELECT qid, label FROM entity WHERE capital = 'country' AND kind = 'city'",
        "city above a million": f"SELECT qid, label FROM entity WHERE kind = 'city' AND population > {LARGE_CITY}",
    }
    for check, query in queries.items():
        for qid, label in con.execute(f"{query} ORDER BY qid").fetchall():
            yield from _resolves(resolver, check, qid, label, Kind.CITY)


def _listed(resolver: Resolver, check: str, path: Path, kind: Kind) -> Iterator[Problem]:
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        qid, label = line.split("\t")
        yield from _resolves(resolver, check, qid, label, kind)


def _resolves(resolver: Resolver, check: str, qid: str, label: str, kind: Kind) -> Iterator[Problem]:
    """A name that several cities share may be ambiguous, but the entity itself has to be among the candidates."""
    found = resolver.resolve(label, kind=kind)
    named = [candidate.entity.qid for candidate in found.candidates]
    if named[:1] != [qid] and not (found.status is Status.AMBIGUOUS and kind is Kind.CITY and qid in named):
        yield Problem(check, f"{label} ({qid})", f"{found.status} {' '.join(named[:3]) or 'nothing'}")
