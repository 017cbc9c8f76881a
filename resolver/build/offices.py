"""Positions that people held -> terms of the offices that a phrase can name, for as long as we know.

Sources list one term several times, by the bare title and by title and country, with whole years beside exact days,
and leave open what was open when they were made. Here one person's rows become one term; an open end is closed by
the next holder, and otherwise counts only until its source was made.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from resolver.lexicon import table
from resolver.normalize import exact_key
from resolver.offices import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

NO_HOLDERS = """
    CREATE TABLE office_holder (
        office VARCHAR, owner VARCHAR, qid VARCHAR, valid_from DATE, valid_to DATE, known_until DATE
    )
"""
CURATED = "curated"
_SPAN = 366  # days that starts or ends of one term may differ between sources
_PLACES, _BODIES = ("country", "territory"), ("organization", "government_body", "armed_group", "political_party")


class Row(NamedTuple):
    """One position as a source has it, its office and owner known."""

    holder: str
    start: date
    end: date | None
    curated: bool


def make_offices(con: duckdb.DuckDBPyConnection) -> None:
    """The table `office_holder` from the tables position, entity and alias of the current schema."""
    titles = _titles(con)
    owners = _owners(con, {key for _, key, _ in titles})
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    snapshot: date | None = None
    positions = con.execute(
        "SELECT qid, title, country, valid_from, valid_to, list_contains(sources, ?) FROM position"
        " WHERE valid_from IS NOT NULL ORDER BY ALL",
        [CURATED],
    ).fetchall()
    placed = {(title, country): found for (title, country), found in _placed(titles, owners)}
    for holder, title, country, start, end, curated in positions:
        if not curated:
            snapshot = max(snapshot or start, start)
        for office, owner in placed.get((title, country), ()):
            rows[office, owner].append(Row(holder, start, end, curated))
    con.execute(NO_HOLDERS)
    terms = [term for (office, owner), held in sorted(rows.items()) for term in terms_of(office, owner, held, snapshot)]
    if terms:
        columns = [list(column) for column in zip(*terms, strict=True)]
        con.execute(
            "INSERT INTO office_holder SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]),"
            " unnest(?::DATE[]), unnest(?::DATE[]), unnest(?::DATE[])",
            columns,
        )


def terms_of(office: str, owner: str, rows: Iterable[Row], snapshot: date | None) -> list[Term]:
    """The terms of one office, in order of their start.

    Args:
        office: Such as `president`.
        owner: Id of its country or body.
        rows: What the sources say of it.
        snapshot: The day of which bulk sources tell.

    >>> rows = [Row("Q1", date(2012, 1, 1), None, False), Row("Q1", date(2012, 5, 7), None, True)]
    >>> [(term.start.isoformat(), term.known_until) for term in terms_of("president", "Q159", rows, date(2022, 7, 1))]
    [('2012-05-07', None)]
    """
    by_holder: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_holder[row.holder].append(row)
    merged = [row for held in by_holder.values() for row in _merged(held)]
    merged.sort(key=lambda row: (row.start, row.holder))
    terms = []
    for place, row in enumerate(merged):
        end, known_until = row.end, None
        if end is None:
            later = merged[place + 1 :]
            after = next((other.start for other in later if other.holder != row.holder), None)
            if after is not None:
                end = after
            elif later or not row.curated:  # who came back has been away: nobody says since when
                known_until = snapshot
        terms.append(Term(office, owner, row.holder, row.start, end, known_until))
    return terms


def _merged(rows: list[Row]) -> list[Row]:
    """One person's rows as terms: those that tell of one time are one."""
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.start, row.end or date.max)):
        held = found[-1] if found else None
        if held is None or (row.start - held.start).days > _SPAN:
            found.append(row)
            continue
        # "2012" is written as its first day: beside a day of that year it says nothing.
        start = row.start if (held.start.month, held.start.day) == (1, 1) else held.start
        ends = [one.end for one in (held, row) if one.curated] or [one.end for one in (held, row) if one.end]
        dated = [end for end in ends if end]
        found[-1] = Row(row.holder, start, min(dated) if dated else None, held.curated or row.curated)
    return found


def _titles(con: duckdb.DuckDBPyConnection) -> list[tuple[tuple[str, str], str, tuple[str, ...]]]:
    """Titles that begin with an office: title and country, key of what follows, offices it may be."""
    forms: dict[str, list[str]] = defaultdict(list)
    for row in table("offices"):
        if row["lang"] == "en":
            forms[exact_key(row["form"])].append(row["office"])
    found = []
    for title, country in con.execute("SELECT DISTINCT title, country FROM position ORDER BY ALL").fetchall():
        words = exact_key(title).split()
        for length in range(len(words), 0, -1):
            offices = forms.get(" ".join(words[:length]))
            if offices:
                found.append(((title, country), " ".join(_without_of(words[length:])), tuple(offices)))
                break
    return found


def _without_of(words: list[str]) -> list[str]:
    while words and words[0] in ("of", "the"):
        words = words[1:]
    return words


class _Owner(NamedTuple):
    qid: str
    is_place: bool
    countries: tuple[str, ...]


def _owners(con: duckdb.DuckDBPyConnection, keys: set[str]) -> dict[str, list[_Owner]]:
    """Key -> countries and bodies that bear it as a name of their own."""
    con.execute("CREATE OR REPLACE TEMP TABLE wanted_owner AS SELECT unnest(?::VARCHAR[]) AS key", [sorted(keys)])
    found: dict[str, list[_Owner]] = defaultdict(list)
    for key, qid, kind, countries in con.execute(
        f"""
        SELECT DISTINCT key, qid, kind, countries FROM alias JOIN wanted_owner USING (key) JOIN entity USING (entity_id)
        WHERE kind IN {_PLACES + _BODIES} AND (strength = 'strong' OR role = 'acronym')
        ORDER BY ALL
        """
    ).fetchall():
        found[key].append(_Owner(qid, kind in _PLACES, tuple(countries or ())))
    con.execute("DROP TABLE wanted_owner")
    return found


def _placed(
    titles: list[tuple[tuple[str, str], str, tuple[str, ...]]], owners: dict[str, list[_Owner]]
) -> Iterable[tuple[tuple[str, str], list[tuple[str, str]]]]:
    """Title and country -> office and owner; nothing where the title goes on to say something else."""
    for (title, country), rest, offices in titles:
        named = owners.get(rest, [])
        if not rest or (country and any(owner.qid == country for owner in named)):
            owner = country
        else:
            # "President of the Supreme Court" of some country is not of the one body that is called just so.
            own = [one for one in named if not country or country in one.countries or not one.countries]
            owner = own[0].qid if len(own) == 1 and not own[0].is_place and (" " in rest or not country) else ""
        if owner:
            yield (title, country), [(office, owner) for office in offices]
