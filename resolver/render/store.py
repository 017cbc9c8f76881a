"""Mentions in a DuckDB file: tables `document` and `mention`, view `mention_resolved`.

A text is stored as a whole or not at all: its old rows go and its new rows come in one transaction, so that a run
that is killed leaves every text as it was before or as it is after, and may be run again.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from resolver.errors import InputError
from resolver.model import Resolution
from resolver.render.document import Document, Mention, leaves

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_CANDIDATE = "STRUCT(qid VARCHAR, label VARCHAR, kind VARCHAR, score DOUBLE, probability DOUBLE)"
_PART = "STRUCT(surface VARCHAR, status VARCHAR, qid VARCHAR, label VARCHAR, kind VARCHAR, probability DOUBLE)"
COLUMNS = {
    "document": {
        "file": "VARCHAR NOT NULL",
        "characters": "BIGINT",
        "mentions": "BIGINT",
        "as_of": "DATE",
        "lang": "VARCHAR[]",
        "gazetteer_version": "VARCHAR",
        "config_hash": "VARCHAR",
    },
    "mention": {
        "file": "VARCHAR NOT NULL",
        "start": "BIGINT",
        '"end"': "BIGINT",
        "surface": "VARCHAR",
        "status": "VARCHAR",
        "qid": "VARCHAR",
        "label": "VARCHAR",
        "kind": "VARCHAR",
        "score": "DOUBLE",
        "probability": "DOUBLE",
        "margin": "DOUBLE",
        "provisional": "BOOLEAN",
        "alias": "STRUCT(text VARCHAR, lang VARCHAR, role VARCHAR, register VARCHAR, source VARCHAR)",
        "candidates": f"{_CANDIDATE}[]",
        "evidence": "STRUCT(name VARCHAR, value DOUBLE, detail VARCHAR)[]",
        "parts": f"{_PART}[]",
        "as_of": "DATE",
        "gazetteer_version": "VARCHAR",
        "config_hash": "VARCHAR",
    },
}
"""Columns of the two tables and their types."""

RESOLVED = """
    SELECT file, start, "end", surface, status, qid, label, kind, probability FROM mention WHERE status = 'matched'
    UNION ALL
    SELECT file, start, "end", p.surface, p.status, p.qid, p.label, p.kind, p.probability
    FROM (SELECT file, start, "end", unnest(parts) AS p FROM mention WHERE status = 'composite')
    WHERE p.status = 'matched'
"""
"""The view `mention_resolved`: one row per mention that is an entity, and one per part of a composite that is."""

_VIEW = "mention_resolved"
_BATCH = 10_000


class MentionStore:
    """A DuckDB file that takes documents; a context manager.

    Args:
        path: The file; made if it is not there. Other tables in it stay as they are.

    Raises:
        InputError: not a DuckDB file, in use by another process, not writable, or it has a table of one of
            these names with other columns.

    >>> import tempfile
    >>> path = tempfile.mkdtemp() + "/news.duckdb"
    >>> with MentionStore(path) as store:
    ...     store.put(Document("a.txt", "Nothing here.", ()))
    >>> import duckdb
    >>> with duckdb.connect(path, read_only=True) as con:
    ...     con.execute("SELECT file, characters, mentions FROM document").fetchall()
    [('a.txt', 13, 0)]
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        import duckdb

        self.path = Path(path)
        if not self.path.parent.is_dir():
            raise InputError(f"no folder {self.path.parent} to write {self.path.name} into")
        quoted = str(self.path).replace("'", "''")
        self._con = duckdb.connect()
        try:
            # An older version in a newer file is refused, so only a new file is told which version to have.
            version = "" if self.path.exists() else " (STORAGE_VERSION 'v1.2.0')"
            self._con.execute(f"ATTACH '{quoted}' AS store{version}")
            self._con.execute("USE store")
            self._prepare()
        except duckdb.Error as error:
            self._con.close()
            raise InputError(_why(self.path, error)) from None
        except InputError:
            self._con.close()
            raise

    def _prepare(self) -> None:
        """Make what is missing, in one transaction; refuse tables that are somebody else's."""
        self._con.execute("BEGIN")
        for table, columns in COLUMNS.items():
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            self._con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({listed})")
            found = [row[0] for row in self._con.execute(f"SELECT column_name FROM (DESCRIBE {table})").fetchall()]
            if found != [name.strip('"') for name in columns]:
                raise InputError(
                    f"{self.path} has a table {table} with other columns ({', '.join(found[:6])} ...);"
                    " name another file or rename the table"
                )
        self._con.execute(f"CREATE VIEW IF NOT EXISTS {_VIEW} AS {RESOLVED}")
        self._con.execute("COMMIT")

    def put(self, document: Document, *, lang: Collection[str] = ()) -> None:
        """Store one document in place of what was stored under its name.

        Args:
            document: The text and its mentions.
            lang: Its languages, as far as they were said.

        Raises:
            InputError: the file can't be written.
        """
        for _ in self.storing(document, lang=lang).mentions:
            pass

    def storing(self, document: Document, *, lang: Collection[str] = ()) -> Document:
        """The same document, stored while its mentions are read; complete when the last one has been."""
        return document.passing(lambda mentions: self._storing(document, mentions, list(lang)))

    def _storing(self, document: Document, mentions: Iterable[Mention], lang: list[str]) -> Iterator[Mention]:
        import duckdb

        count, first = 0, None
        try:
            self._con.execute("BEGIN")
            for table in COLUMNS:
                self._con.execute(f"DELETE FROM {table} WHERE file = ?", [document.name])
            stream = iter(mentions)
            while batch := list(islice(stream, _BATCH)):
                first = first or batch[0].resolution
                count += len(batch)
                self._con.register("found", _table([_row(document.name, mention) for mention in batch]))
                self._con.execute("INSERT INTO mention BY NAME SELECT * FROM found")
                self._con.unregister("found")
                yield from batch
            row = [
                document.name,
                len(document.text),
                count,
                first.as_of if first else None,
                lang,
                first.gazetteer_version if first else None,
                first.config_hash if first else None,
            ]
            self._con.execute(f"INSERT INTO document VALUES ({', '.join('?' * len(row))})", row)
            self._con.execute("COMMIT")
        except duckdb.Error as error:
            raise InputError(_why(self.path, error)) from None
        except BaseException:
            # Whoever reads has gone or finding has failed: the text stays as it was.
            with suppress(duckdb.Error):
                self._con.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Write what is pending and let go of the file."""
        self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _row(file: str, mention: Mention) -> dict[str, Any]:
    said = mention.resolution.to_dict()
    del said["query"]
    parts = [_part(leaf) for part in mention.resolution.parts for leaf in leaves(part)]
    return {
        "file": file,
        "start": mention.start,
        "end": mention.end,
        "surface": _whole(mention.surface),
        **said,
        "as_of": mention.resolution.as_of,
        "parts": parts,
    }


def _part(part: Resolution) -> dict[str, Any]:
    return {
        "surface": _whole(part.query),
        "status": str(part.status),
        "qid": part.qid,
        "label": part.label,
        "kind": str(part.kind) if part.kind else None,
        "probability": round(part.probability, 4),
    }


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, which no database takes."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=_schema())


def _schema() -> pa.Schema:
    import pyarrow as pa

    text, real = pa.string(), pa.float64()
    candidate = pa.struct({"qid": text, "label": text, "kind": text, "score": real, "probability": real})
    part = pa.struct({"surface": text, "status": text, "qid": text, "label": text, "kind": text, "probability": real})
    types = {
        "start": pa.int64(),
        "end": pa.int64(),
        "score": real,
        "probability": real,
        "margin": real,
        "provisional": pa.bool_(),
        "alias": pa.struct(dict.fromkeys(("text", "lang", "role", "register", "source"), text)),
        "candidates": pa.list_(candidate),
        "evidence": pa.list_(pa.struct({"name": text, "value": real, "detail": text})),
        "parts": pa.list_(part),
        "as_of": pa.date32(),
    }
    names = (name.strip('"') for name in COLUMNS["mention"])
    return pa.schema([(name, types.get(name, text)) for name in names])


def _why(path: Path, error: duckdb.Error) -> str:
    """One line for what keeps a file from being written."""
    text = " ".join(str(error).split())
    if "lock" in text.lower():
        return f"{path} is in use by another process; close it there and run this again"
    if "not a valid DuckDB" in text:
        return f"{path} is not a DuckDB file; name another one with --into"
    return f"{path} can't be written: {text[:200]}"
