"""Source tables -> one compiled gazetteer: the .duckdb file and the arrays made from it.

Runs on every machine on first use, so it has to take seconds: SQL and whole columns where possible, one Python
loop over names for their keys. Everything is written into a temporary folder beside the target and renamed
once, so that a killed or failed build leaves what was there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from resolver import __version__
from resolver.build.derive import NAMELESS_ROLES, SURNAMES, Name, derive_surnames
from resolver.build.derive import SOURCE as DERIVED
from resolver.build.exact import content_digest, exact_sections, write_exact
from resolver.build.latin import LATIN, useful_latin
from resolver.build.load import load
from resolver.build.namesakes import give_way
from resolver.build.offices import make_offices
from resolver.build.settle import settle
from resolver.bundle import DATABASE, EXACT, exact_beside
from resolver.collection import no_collection
from resolver.errors import GazetteerError
from resolver.gazetteer import FORMAT
from resolver.normalize import exact_keys
from resolver.sql import create_views

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Progress = Callable[[str, float], None]

MEMORY, MEMORY_LATER = "3500MB", "2GB"
"""What DuckDB may hold in memory while keys are made, and later, when the arrays and their sums come on top."""
_CHUNK = 250_000  # names that are Python objects at a time
_SLICE = 1_000_000  # names that are joined and sorted at a time


def compile_gazetteer(
    folders: Sequence[Path],
    target: Path,
    progress: Progress | None = None,
    inspect: Callable[[Path], None] | None = None,
) -> str:
    """Compile source tables into one database file and the arrays beside it.

    Args:
        folders: Theme folders in order of authority, the last over all.
        target: The .duckdb file to create or replace; its arrays get the suffix .exact.
        progress: Called with a stage's name and the part done in [0, 1].
        inspect: Called with the finished database before it is published; an error it raises keeps it back.

    Returns:
        The gazetteer's version: the package's version and a hash of the content.

    Raises:
        InputError: a source table can't be used.
        GazetteerError: the folder can't be written.
    """
    import duckdb

    tell = progress or (lambda _stage, _part: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.stem}-", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error.strerror or str(error)) from error
    try:
        version = _compile(folders, work, tell)
        if inspect:
            inspect(work / DATABASE)
        _publish(work, target)
    except OSError as error:
        raise _unwritable(target, error.strerror or str(error)) from error
    except duckdb.IOException as error:
        raise _unwritable(target, str(error).splitlines()[0]) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    tell("ready", 1.0)
    return version


def _unwritable(target: Path, reason: str) -> GazetteerError:
    return GazetteerError(
        f"can't write to {target.parent} ({reason}); set RESOLVER_CACHE to a folder with 1 GB free,"
        " or RESOLVER_GAZETTEER to a ready file"
    )


def _compile(folders: Sequence[Path], work: Path, tell: Progress) -> str:
    import duckdb

    with no_collection(), duckdb.connect() as con, ThreadPoolExecutor(1) as aside:
        con.execute("SET enable_progress_bar = false")
        # Trying every compression takes a third of the time of writing and saves four per cent of the size.
        con.execute("SET force_compression = 'fsst'")
        # Ten million names are built in the memory that one million take: what does not fit lies on disk meanwhile.
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute(f"SET temp_directory = '{str(work / 'spill').replace(chr(39), chr(39) * 2)}'")
        tell("reading source tables", 0.0)
        load(con, folders)
        con.execute("DROP TABLE raw_aliases; DROP TABLE repeated")
        tell("making keys", 0.1)
        _number_entities(con)
        _make_aliases(con, folders)
        make_offices(con)
        tell("making arrays", 0.45)
        con.execute(f"DROP TABLE merged_alias; SET memory_limit = '{MEMORY_LATER}'")
        path = str(work / DATABASE).replace("'", "''")
        con.execute(f"ATTACH '{path}' AS gaz (STORAGE_VERSION 'v1.2.0')")
        # The largest tables are written by DuckDB beside the Python work that follows.
        written = aside.submit(con.cursor().execute, _BASE_TABLES)
        sections = exact_sections(con)
        tell("settling shared names", 0.6)
        settle(con, sections, work / EXACT)
        version = f"{__version__}+{content_digest(sections)}"
        write_exact(sections, work / EXACT, version)
        tell("writing the database", 0.85)
        written.result()
        _finish_database(con, version)
        return version


def _number_entities(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        CREATE OR REPLACE TABLE entity AS
        WITH breadth AS (
            SELECT qid, count(DISTINCT split_part(lang, '-', 1)) AS languages
            FROM (SELECT qid, unnest(langs) AS lang FROM merged_alias) GROUP BY qid
        )
        SELECT row_number() OVER (ORDER BY left(qid, 1), TRY_CAST(substr(qid, 2) AS BIGINT), qid) - 1 AS entity_id,
               e.* EXCLUDE (sitelinks), coalesce(languages, 0) AS languages, {PRIOR} AS prior
        FROM merged_entity e LEFT JOIN breadth USING (qid)
        ORDER BY entity_id
    """)


PRIOR = """CAST(least(1, (
    log2(1 + least(100, greatest(coalesce(languages, 0), coalesce(sitelinks, 0))))
    + 0.35 * greatest(0, log10(1 + coalesce(population, CASE kind WHEN 'subdivision' THEN 100000 ELSE 0 END)) - 3)
    + CASE office WHEN 'head_of_state' THEN 1.5 WHEN 'head_of_government' THEN 1.2 WHEN 'minister' THEN 0.6
                  WHEN 'legislator' THEN 0.2 WHEN 'official' THEN 0.2 ELSE 0 END
    + CASE capital WHEN 'country' THEN 0.8 WHEN 'subdivision' THEN 0.2 ELSE 0 END
    + CASE kind WHEN 'country' THEN 1.0 ELSE 0 END
    + 0.25 * least(4, len(e.sources))
    + CASE WHEN kind = 'person' AND list_contains(e.sources, 'fb15k') THEN 1.0 ELSE 0 END
) / 12) AS FLOAT)"""
"""Prominence in [0, 1] of one row of merged_entity: see docs/prior.md for what each term is worth."""


def _make_aliases(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """The alias table: listed names with their keys, then the surnames derived from them."""
    _make_keys(con)
    give_way(con)
    _read_latin(con, folders)
    _read_surnames(con, folders)
    # Keys that an entity may hold already: the latin ones of its names, and its surnames.
    con.execute("""
        CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT DISTINCT entity_id, latin_key AS key FROM keyed JOIN latin USING (text)
        UNION SELECT entity_id, key FROM surnames
    """)
    ((names, entities),) = con.execute("SELECT (SELECT count(*) FROM keyed), (SELECT count(*) FROM entity)").fetchall()
    step, made = max(1, entities * _SLICE // max(names, 1)), 0
    for start in range(0, max(entities, 1), step):
        end = start + step if start + step < entities else entities
        con.execute(f"{_FIRST if not start else 'INSERT INTO alias'} {_ALIASES}", [made, *[start, end] * 3])
        ((made,),) = con.execute("SELECT count(*) FROM alias").fetchall()
    con.execute("DROP TABLE keyed; DROP TABLE wanted")


def _make_keys(con: duckdb.DuckDBPyConnection) -> None:
    """The table `keyed`: listed names by entity and text, each with its key, made a piece at a time."""
    import pyarrow as pa

    con.execute("""
        CREATE OR REPLACE TEMP TABLE listed AS
        SELECT entity_id, m.*, e.kind, e.countries, e.label FROM merged_alias m JOIN entity e USING (qid)
        ORDER BY entity_id, text;
        CREATE OR REPLACE TEMP TABLE keyed AS SELECT *, '' AS key FROM listed LIMIT 0
    """)
    ((count,),) = con.execute("SELECT count(*) FROM listed").fetchall()
    for start in range(0, count, _CHUNK):
        piece = f"SELECT * FROM listed WHERE rowid >= {start} AND rowid < {start + _CHUNK} ORDER BY rowid"
        texts = con.sql(f"SELECT text FROM ({piece})").to_arrow_table().column(0).to_pylist()
        con.register("piece_keys", pa.table({"key": pa.array(exact_keys(texts), pa.string())}))
        con.execute(f"INSERT INTO keyed SELECT * FROM ({piece}) POSITIONAL JOIN piece_keys")
        con.unregister("piece_keys")
    con.execute("DROP TABLE listed")


# Keys so short that half the alphabet is somebody's name: only the exact form counts, accents and capitals too.
_TINY = "regexp_full_match(keyed.key, '[a-z0-9]{1,2}')"
_SHORT = """
    (length(keyed.key) = 3 AND regexp_full_match(keyed.key, '[a-z]*') AND text <> strip_accents(text))
    OR (role IN ('acronym', 'code') AND length(keyed.key) <= 4 AND text = upper(text))
"""


_FIRST = "CREATE OR REPLACE TABLE alias AS"
_ALIASES = f"""
    WITH named AS (FROM keyed WHERE entity_id >= $2 AND entity_id < $3),
         held AS (
            SELECT DISTINCT entity_id, key FROM named
            SEMI JOIN (FROM wanted WHERE entity_id >= $4 AND entity_id < $5) USING (entity_id, key)
         )
    SELECT row_number() OVER () - 1 + $1 AS alias_id, * EXCLUDE (derived)
    FROM (
        SELECT keyed.entity_id, text, keyed.key, CASE WHEN held.key IS NULL THEN latin_key END AS latin_key,
               langs, role, register,
               CASE WHEN {_TINY} AND role NOT IN ('acronym', 'code') THEN 'weak' ELSE strength END AS strength,
               cased OR {_TINY} OR ({_SHORT}) AS cased,
               valid_from, valid_to, sources, false AS derived
        FROM named AS keyed LEFT JOIN latin USING (text)
        LEFT JOIN held ON held.entity_id = keyed.entity_id AND held.key = latin_key
        WHERE keyed.key <> ''
        UNION ALL
        SELECT entity_id, text, key, NULL, [], 'surname', 'neutral', 'weak', false, NULL, NULL,
               ['{DERIVED}'], true
        FROM surnames ANTI JOIN held USING (entity_id, key)
        WHERE entity_id >= $6 AND entity_id < $7
        ORDER BY entity_id, text, derived
    )
"""
"""Aliases of a run of entities: how many aliases came before, and three times the first entity and the next run's."""


def _read_surnames(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """The table `surnames`, entity and key -> text: as shipped for bulk names, worked out here for the others."""
    import pyarrow as pa

    shipped = _shipped(folders, SURNAMES)
    rows = con.sql(f"""
        SELECT qid, key, text, countries, langs, label FROM keyed
        WHERE kind = 'person' AND role NOT IN ({", ".join(f"'{role}'" for role in NAMELESS_ROLES)})
          AND NOT (bulk AND {bool(shipped)})
        ORDER BY entity_id, text
    """).to_arrow_table()
    found = []
    for part in _parts(rows):
        # Where a part ends amid an entity, a surname may be found twice; the query below keeps one.
        own = derive_surnames(map(Name._make, zip(*(column.to_pylist() for column in part.columns), strict=True)))
        found.append(pa.table([pa.array(values, pa.string()) for values in own], ["qid", "key", "text"]))
    schema = pa.schema([(name, pa.string()) for name in ("qid", "key", "text")])
    con.register("own_surnames", pa.concat_tables([schema.empty_table(), *found]))
    read = f"UNION ALL SELECT qid, key, text FROM read_parquet({shipped})" if shipped else ""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE surnames AS
        WITH country AS (SELECT DISTINCT key FROM keyed WHERE kind IN ('country', 'territory'))
        SELECT entity_id, key, min(s.text) AS text
        FROM (SELECT qid, key, text FROM own_surnames {read}) s JOIN entity USING (qid)
        -- A king is no bearer of his country's name; Kathy Ireland's label says that she is.
        WHERE key NOT IN (FROM country) OR contains(' ' || strip_accents(lower(label)) || ' ', ' ' || key || ' ')
        GROUP BY entity_id, key
    """)
    con.unregister("own_surnames")


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    """A table piece by piece, so that few of its cells are Python objects at a time."""
    for start in range(0, table.num_rows, _CHUNK):
        yield table.slice(start, _CHUNK)


def _shipped(folders: Sequence[Path], name: str) -> list[str]:
    """Files of derived data that lie beside the theme folders, or in one that brings its own."""
    roots = sorted({folder.parent for folder in folders} | set(folders))
    return [str(root / name) for root in roots if (root / name).is_file()]


def _read_latin(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """The table `latin`, name -> latin key: as shipped for bulk names, worked out here for the others."""
    import pyarrow as pa

    shipped = _shipped(folders, LATIN)
    schema = pa.schema({"text": pa.string(), "latin_key": pa.string()})
    # A key in Latin letters already has no other; that is told by DuckDB faster than by us.
    names = con.sql(f"""
        SELECT DISTINCT text, key FROM keyed WHERE NOT (bulk AND {bool(shipped)}) AND length(key) <> strlen(key)
        ORDER BY text
    """).to_arrow_table()
    found = []
    for part in _parts(names):
        texts, keys = part.column(0).to_pylist(), part.column(1).to_pylist()
        latin = [useful_latin(text, key) for text, key in zip(texts, keys, strict=True)]
        found.append(pa.table({"text": texts, "latin_key": latin}, schema=schema))
    con.register("own_latin", pa.concat_tables([schema.empty_table(), *found]))
    read = f"UNION SELECT text, latin_key FROM read_parquet({shipped})" if shipped else ""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE latin AS
        SELECT text, latin_key FROM own_latin WHERE latin_key IS NOT NULL {read}
    """)
    con.unregister("own_latin")


_BASE_TABLES = """
    CREATE TABLE gaz.entity AS FROM entity;
    CREATE TABLE gaz.alias AS FROM alias;
    CREATE TABLE gaz.position AS FROM position;
    CREATE TABLE gaz.relation AS FROM relation;
    CREATE TABLE gaz.office_holder AS FROM office_holder;
"""


def _finish_database(con: duckdb.DuckDBPyConnection, version: str) -> None:
    con.execute("""
        CREATE TABLE gaz.lookup AS FROM lookup;
        CREATE TABLE gaz.cased AS FROM cased;
        CREATE TABLE gaz.manifest (name VARCHAR, value VARCHAR);
    """)
    facts = {"format": str(FORMAT), "version": version}
    con.executemany("INSERT INTO gaz.manifest VALUES (?, ?)", sorted(facts.items()))
    con.execute("USE gaz")
    create_views(con)
    con.execute("USE memory")
    con.execute("DETACH gaz")


def _publish(work: Path, target: Path) -> None:
    """Put the finished files in place, the database first.

    At any moment either the old pair is there, or a database without arrays, which is opened by making them
    anew; never arrays of another database. A log left by a crashed writer would make the new file unreadable.
    """
    for name in (DATABASE, EXACT):
        with (work / name).open("rb+") as file:
            os.fsync(file.fileno())
    arrays = exact_beside(target)
    arrays.unlink(missing_ok=True)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    (work / DATABASE).replace(target)
    (work / EXACT).replace(arrays)
