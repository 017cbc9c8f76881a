"""Mentions in a DuckDB file: columns, the view, reruns, other people's tables, files that can't be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from annotate_spans import Span, span

from resolver import InputError, Resolver
from resolver.render import Document
from resolver.render.store import COLUMNS, MentionStore

HERE = Path(__file__).parent
TEXT = "Türkiye, YPG/PKK, Georgia, Nicaragwa, Türkiye \ud83d"


def document(resolver: Resolver, name: str = "news/a.txt") -> Document:
    spans = [span(TEXT, s, resolver.resolve(s)) for s in ("Türkiye", "YPG/PKK", "Georgia", "Nicaragwa")]
    spans += [span(TEXT, "Türkiye", resolver.resolve("Türkiye"), 9), span(TEXT, "\ud83d")]
    return Document(name, TEXT, spans).held()


@pytest.fixture
def stored(mini: Resolver, tmp_path: Path) -> Path:
    path = tmp_path / "news.duckdb"
    with MentionStore(path) as store:
        store.put(document(mini), lang=["en"])
        store.put(Document("news/b.txt", "Nothing.", ()))
    return path


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS news (READ_ONLY)")
        return con.execute(query).fetchall()


def test_the_question_everyone_asks(stored: Path) -> None:
    found = rows(stored, "SELECT qid, label, count(*) FROM news.mention_resolved GROUP BY ALL ORDER BY 3 DESC, 1")
    assert found[0] == ("Q43", "Turkey", 2)
    assert {qid for qid, _, _ in found} == {"Q43", "Q152220", "Q277036"}


def test_every_mention_is_there_with_all_that_was_said(stored: Path, mini: Resolver) -> None:
    found = rows(stored, "SELECT file, start, m.end, surface, status, qid, kind FROM news.mention m ORDER BY ALL")
    assert [row[1:] for row in found if row[1] == 0] == [(0, 7, "Türkiye", "matched", "Q43", "country")]
    assert [TEXT[start:end] for _, start, end, *_ in found][:5] == [row[3] for row in found][:5]
    assert {row[4] for row in found} == {"matched", "composite", "ambiguous", "unmatched"}
    georgia = mini.resolve("Georgia").to_dict()
    ((candidates, evidence, version),) = rows(
        stored, "SELECT candidates, evidence, gazetteer_version FROM news.mention WHERE surface = 'Georgia'"
    )
    assert candidates == georgia["candidates"]
    assert evidence == georgia["evidence"]
    assert version == georgia["gazetteer_version"]
    ((parts,),) = rows(stored, "SELECT parts FROM news.mention WHERE status = 'composite'")
    assert [part["qid"] for part in parts] == ["Q277036", "Q152220"]
    assert rows(stored, "SELECT alias.role FROM news.mention WHERE start = 0") == [("official",)]


def test_texts_without_mentions_are_on_record(stored: Path) -> None:
    found = rows(stored, "SELECT file, characters, mentions, lang FROM news.document ORDER BY file")
    assert found == [("news/a.txt", len(TEXT), 6, ["en"]), ("news/b.txt", 8, 0, [])]


def test_a_rerun_replaces_its_own_rows_only(stored: Path, mini: Resolver) -> None:
    with MentionStore(stored) as store:
        store.put(document(mini, "news/c.txt"))
        store.put(Document("news/a.txt", "Türkiye", [Span(0, 7, "Türkiye", mini.resolve("Türkiye"))]))
    found = rows(stored, "SELECT file, count(*) FROM news.mention GROUP BY ALL ORDER BY 1")
    assert found == [("news/a.txt", 1), ("news/c.txt", 6)]
    assert rows(stored, "SELECT count(*) FROM news.document") == [(3,)]


def test_the_columns_are_those_of_the_table_of_columns(stored: Path) -> None:
    for table, columns in COLUMNS.items():
        described = rows(stored, f"SELECT column_name, column_type FROM (DESCRIBE news.{table})")
        assert [name for name, _ in described] == [name.strip('"') for name in columns]


def test_who_stops_reading_has_stored_nothing(stored: Path, mini: Resolver) -> None:
    with MentionStore(stored) as store:
        reading = iter(store.storing(Document("news/a.txt", TEXT, document(mini).mentions[:2])).mentions)
        assert next(reading).surface == "Türkiye"
        reading.close()
        stopped = iter(store.storing(Document("news/e.txt", TEXT, document(mini).mentions)).mentions)
        next(stopped)
    del stopped
    found = rows(stored, "SELECT file, count(*) FROM news.mention GROUP BY ALL ORDER BY 1")
    assert found == [("news/a.txt", 6)]


def test_other_tables_stay_and_foreign_ones_of_the_name_are_refused(tmp_path: Path, mini: Resolver) -> None:
    path = tmp_path / "own.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE events AS SELECT 1 AS n")
    with MentionStore(path) as store:
        store.put(document(mini))
    assert rows(path, "SELECT n FROM news.events") == [(1,)]
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as con:
        con.execute("CREATE TABLE mention AS SELECT 1 AS n")
    with pytest.raises(InputError, match="has a table mention with other columns"):
        MentionStore(other)
    assert rows(other, "SELECT n FROM news.mention") == [(1,)]
    assert rows(other, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'news'") == [("mention",)]


def test_files_that_are_no_database_and_folders_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    path.write_text("not a database " * 999)
    with pytest.raises(InputError, match="is not a DuckDB file"):
        MentionStore(path)
    assert path.read_text().startswith("not a database")
    with pytest.raises(InputError, match="no folder"):
        MentionStore(tmp_path / "none" / "a.duckdb")
    with pytest.raises(InputError) as error:
        MentionStore(tmp_path)
    assert "\n" not in str(error.value)


def test_a_name_with_a_quote(tmp_path: Path) -> None:
    with MentionStore(tmp_path / "it's.duckdb") as store:
        store.put(Document("o'clock.txt", "", ()))
    assert (tmp_path / "it's.duckdb").exists()


def test_a_database_in_use_is_told(stored: Path) -> None:
    code = f"import duckdb, time; con = duckdb.connect({str(stored)!r}); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout
            other.stdout.readline()
            with pytest.raises(InputError, match=r"in use by another process|can't be written"):
                MentionStore(stored)
        finally:
            other.kill()


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_killed_run_leaves_whole_texts(stored: Path, mini_path: Path, mini: Resolver) -> None:
    code = f"""
import os, signal
from resolver import Resolver
from resolver.render.store import MentionStore
import sys; sys.path.insert(0, {str(HERE)!r})
from test_annotate_output_store import document
mini = Resolver.open({str(mini_path)!r})
store = MentionStore({str(stored)!r})
store.put(document(mini, "news/d.txt"))
class Dying(tuple):
    def __iter__(self):
        yield from document(mini).mentions[:3]
        os.kill(os.getpid(), signal.SIGKILL)
half = document(mini)
object.__setattr__(half, "mentions", Dying(half.mentions))
store.put(half)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[1], capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with MentionStore(stored):
        pass
    found = rows(stored, "SELECT file, count(*) FROM news.mention GROUP BY ALL ORDER BY 1")
    assert found == [("news/a.txt", 6), ("news/d.txt", 6)]
