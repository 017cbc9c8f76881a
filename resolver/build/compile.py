"""Source tables -> one compiled gazetteer: the .duckdb file and the arrays made from it.

Runs on every machine on first use, so it has to take seconds: SQL and whole columns where possible, one Python
loop over names for their keys. Everything is written into a temporary folder beside the target and renamed
once, so that a killed or failed build leaves what was there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resolver import __version__
from resolver.arrays import Arrays
from resolver.build.derive import SOURCE as DERIVED
from resolver.build.derive import surname_keys
from resolver.build.exact import write_exact
from resolver.build.load import load
from resolver.build.settle import settle
from resolver.bundle import DATABASE, EXACT
from resolver.errors import GazetteerError
from resolver.gazetteer import FORMAT
from resolver.normalize import exact_key
from resolver.romanize import Script, detect_script, latin_key
from resolver.sql import create_views

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, float], None]

# An abjad's or Han romanisation has lost so much that a short one means nothing.
_LOSSY = frozenset({Script.ARABIC, Script.HEBREW, Script.HAN})
_LATIN_SHORTEST = 4


def compile_gazetteer(folders: Sequence[Path], target: Path, progress: Progress | None = None) -> str:
    """Compile source tables into the folder `target`.

    Args:
        folders: Theme folders in order of authority, the last over all.
        target: Folder to create or replace; holds gazetteer.duckdb and gazetteer.exact.
        progress: Called with a stage's name and the part done in [0, 1].

    Returns:
        The gazetteer's version: the package's version and a hash of the content.

    Raises:
        InputError: a source table can't be used.
        GazetteerError: the folder can't be written.
    """
    tell = progress or (lambda _stage, _part: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise GazetteerError(
            f"can't write to {target.parent} ({error.strerror}); set RESOLVER_CACHE to a folder with 1 GB free,"
            " or RESOLVER_GAZETTEER to a ready file"
        ) from error
    try:
        version = _compile(folders, work, tell)
        _publish(work, target)
    except OSError as error:
        raise GazetteerError(
            f"can't build in {target.parent} ({error}); set RESOLVER_CACHE elsewhere"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    tell("ready", 1.0)
    return version


def _compile(folders: Sequence[Path], work: Path, tell: Progress) -> str:
    import duckdb

    with duckdb.connect() as con:
        tell("reading source tables", 0.0)
        load(con, folders)
        tell("making keys", 0.15)
        _number_entities(con)
        _make_aliases(con)
        tell("writing arrays", 0.45)
        exact = work / EXACT
        write_exact(con, exact, version="", settled=None)
        tell("settling shared names", 0.6)
        settled = settle(con, exact)
        digest = _digest(con, exact)
        version = f"{__version__}+{digest}"
        write_exact(con, exact, version=version, settled=settled)
        tell("writing the database", 0.75)
        _write_database(con, work / DATABASE, version)
        return version


def _number_entities(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        CREATE OR REPLACE TABLE entity AS
        WITH breadth AS (
            SELECT qid, count(DISTINCT split_part(lang, '-', 1)) AS languages
            FROM (SELECT qid, unnest(langs) AS lang FROM merged_alias) GROUP BY qid
        )
        SELECT row_number() OVER (ORDER BY left(qid, 1), TRY_CAST(substr(qid, 2) AS BIGINT), qid) - 1 AS entity_id,
               e.*, coalesce(languages, 0) AS languages, {PRIOR} AS prior
        FROM merged_entity e LEFT JOIN breadth USING (qid)
        ORDER BY entity_id
    """)


PRIOR = """CAST(least(1, (
    log2(1 + coalesce(languages, 0))
    + 0.35 * greatest(0, log10(1 + coalesce(population, 0)) - 3)
    + CASE office WHEN 'head_of_state' THEN 1.5 WHEN 'head_of_government' THEN 1.2 WHEN 'minister' THEN 0.6
                  WHEN 'legislator' THEN 0.2 WHEN 'official' THEN 0.2 ELSE 0 END
    + CASE capital WHEN 'country' THEN 0.8 WHEN 'subdivision' THEN 0.2 ELSE 0 END
    + CASE kind WHEN 'country' THEN 1.0 ELSE 0 END
    + 0.25 * len(e.sources)
) / 12) AS FLOAT)"""
"""Prominence in [0, 1] of one row of merged_entity: see docs/prior.md for what each term is worth."""


def _make_aliases(con: duckdb.DuckDBPyConnection) -> None:
    """The alias table: listed names with their keys, then the surnames derived from them."""
    import pyarrow as pa

    con.execute("""
        CREATE OR REPLACE TEMP TABLE listed AS
        SELECT entity_id, m.*, e.kind, e.countries,
               row_number() OVER (ORDER BY entity_id, text) - 1 AS number
        FROM merged_alias m JOIN entity e USING (qid) ORDER BY number
    """)
    rows = con.sql(
        "SELECT entity_id, text, role, kind, countries FROM listed ORDER BY number"
    ).to_arrow_table()
    entities, texts, roles, kinds, countries = (rows.column(i).to_pylist() for i in range(5))
    keys = [exact_key(text) for text in texts]
    latin = [_latin(text, key) for text, key in zip(texts, keys, strict=True)]
    held = set(zip(entities, keys, strict=True))
    latin = [None if key is None or (e, key) in held else key for e, key in zip(entities, latin, strict=True)]
    derived: dict[tuple[int, str], str] = {}
    for entity, text, key, role, kind, lands in zip(
        entities, texts, keys, roles, kinds, countries, strict=True
    ):
        if kind == "person" and " " in key and role not in ("acronym", "descriptor", "title", "nickname"):
            for surname in surname_keys(key, lands):
                if (entity, surname) not in held:
                    derived.setdefault((entity, surname), _tail(text, surname))
    con.register("keys", pa.table({"number": range(len(keys)), "key": keys, "latin_key": latin}))
    con.register(
        "surnames",
        pa.table(
            {
                "entity_id": pa.array([entity for entity, _ in derived], pa.int64()),
                "key": pa.array([key for _, key in derived], pa.string()),
                "text": pa.array(list(derived.values()), pa.string()),
            }
        ),
    )
    con.execute(f"""
        CREATE OR REPLACE TABLE alias AS
        SELECT row_number() OVER (ORDER BY entity_id, text, source_order) - 1 AS alias_id, * EXCLUDE (source_order)
        FROM (
            SELECT entity_id, text, key, latin_key, langs, role, register, strength, cased, valid_from, valid_to,
                   sources, 0 AS source_order
            FROM listed JOIN keys USING (number) WHERE key <> ''
            UNION ALL
            SELECT entity_id, text, key, NULL, [], 'surname', 'neutral', 'weak', false, NULL, NULL,
                   ['{DERIVED}'], 1
            FROM surnames
        ) ORDER BY alias_id
    """)
    con.unregister("keys")
    con.unregister("surnames")


def _latin(text: str, key: str) -> str | None:
    """The latin key of a name in another script, None where it adds nothing or means too little."""
    if key.isascii():
        return None
    latin = latin_key(text)
    if len(latin) < _LATIN_SHORTEST or latin == key:
        return None
    if " " not in latin and detect_script(text) in _LOSSY:
        return None
    return latin


def _tail(text: str, surname: str) -> str:
    """The end of `text` whose key is `surname`, as written; the key itself where words and key differ."""
    words = text.split()
    for start in range(len(words) - 1, 0, -1):
        tail = " ".join(words[start:])
        if exact_key(tail) == surname:
            return tail.strip(",;")
    return surname


def _digest(con: duckdb.DuckDBPyConnection, exact: Path) -> str:
    """Eight digits over the content: the arrays, which hold every name and answer, in a fixed order."""
    arrays = Arrays(exact)
    digest = hashlib.blake2b(digest_size=4)
    for name in arrays.names():
        digest.update(arrays.text(name))
    return digest.hexdigest()


def _write_database(con: duckdb.DuckDBPyConnection, path: Path, version: str) -> None:
    con.execute(f"ATTACH '{path}' AS out (STORAGE_VERSION 'v1.2.0')")
    con.execute("""
        CREATE TABLE out.entity AS SELECT * FROM entity ORDER BY entity_id;
        CREATE TABLE out.alias AS SELECT * FROM alias ORDER BY alias_id;
        CREATE TABLE out.lookup AS SELECT * FROM lookup ORDER BY key, rank;
        CREATE TABLE out.position AS SELECT * FROM position ORDER BY ALL;
        CREATE TABLE out.relation AS SELECT * FROM relation ORDER BY ALL;
        CREATE TABLE out.manifest (name VARCHAR, value VARCHAR);
    """)
    facts = {"format": str(FORMAT), "version": version}
    con.executemany("INSERT INTO out.manifest VALUES (?, ?)", sorted(facts.items()))
    con.execute("USE out")
    create_views(con)
    con.execute("USE memory")
    con.execute("DETACH out")


def _publish(work: Path, target: Path) -> None:
    """Put the finished folder in place; a target that another process has just published stays."""
    for path in work.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if target.exists():
        shutil.rmtree(target)
    try:
        work.rename(target)
    except OSError:
        if not (target / EXACT).exists():
            raise
