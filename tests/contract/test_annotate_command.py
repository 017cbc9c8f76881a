"""`resolver annotate` as people call it: formats, files, many files, pages, databases, bad input."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from resolver import Resolver

ROOT = Path(__file__).parents[2]
TEXT = "Ankara received Vladimir Putin. Türkiye and the PKK, said YPG/PKK.\n"


@pytest.fixture
def call(mini_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command in this process, in a folder with texts; answer (code, output, errors)."""
    from resolver.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini_path))
    (tmp_path / "news").mkdir()
    Path("dispatch.txt").write_text(TEXT, encoding="utf-8")
    Path("news/a.txt").write_text("Vladimir Putin called. " + TEXT, encoding="utf-8")
    Path("news/b.txt").write_text("Türkiye", encoding="utf-8")
    Path("news/c.txt").write_text("Nothing to see here.", encoding="utf-8")

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["resolver", "annotate", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as stop:
            main()
        out = capsys.readouterr()
        errors = "".join(line for line in out.err.splitlines(keepends=True) if not line.startswith("Preparing"))
        return int(stop.value.code or 0), out.out, errors

    return run


def test_a_table_of_eighty_columns(call) -> None:
    code, out, err = call("dispatch.txt")
    assert (code, err) == (0, "")
    assert out.split()[:7] == ["span", "surface", "status", "QID", "label", "kind", "prob"]
    assert max(map(len, out.splitlines())) <= 80
    assert "Q7747" in out


def test_json_is_an_array_of_mentions_that_stand_where_they_say(call) -> None:
    code, out, err = call("dispatch.txt", "--format", "json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert {m["resolution"]["qid"] for m in found} >= {"Q43", "Q7747", "Q152220"}
    for mention in found:
        assert list(mention) == ["start", "end", "surface", "resolution"]
        assert TEXT[mention["start"] : mention["end"]] == mention["surface"]


def test_the_command_answers_as_the_library(call, mini: Resolver) -> None:
    _, out, _ = call("dispatch.txt", "--format", "json", "--as-of", "2016-03-01", "--lang", "en")
    expected = [
        {"start": m.start, "end": m.end, "surface": m.surface, "resolution": m.resolution.to_dict()}
        for m in mini.annotate(TEXT, as_of="2016-03-01", lang="en")
    ]
    assert json.loads(out) == expected


def test_several_files_say_which(call) -> None:
    _, out, _ = call("news/a.txt", "./news/b.txt", "news/c.txt", "-f", "jsonl")
    files = [json.loads(line)["file"] for line in out.splitlines()]
    assert set(files) == {"news/a.txt", "news/b.txt"}
    _, out, _ = call("news/a.txt", "news/b.txt", "-f", "json")
    assert [m["file"] for m in json.loads(out)] == files
    _, out, _ = call("news/a.txt", "news/c.txt")
    assert "news/a.txt" in out
    assert out.endswith("news/c.txt\nno mentions\n")


def test_standard_input(call) -> None:
    for arguments in ((), ("-",)):
        code, out, _ = call(*arguments, "-f", "json", stdin="\ufeffTürkiye".encode())
        assert code == 0
        assert [(m["start"], m["end"], m["resolution"]["qid"]) for m in json.loads(out)] == [(0, 7, "Q43")]


def test_only_some_kinds(call) -> None:
    _, out, _ = call("dispatch.txt", "-f", "json", "--kind", "person")
    assert {m["resolution"]["qid"] for m in json.loads(out)} == {"Q7747"}
    code, out, err = call("dispatch.txt", "--kind", "planet")
    assert (code, out) == (2, "")
    assert "unknown kind 'planet'; kinds: country" in err


def test_into_a_database_and_again(call) -> None:
    for _ in range(2):
        code, out, err = call("news/*.txt", "--into", "news.duckdb")
        assert (code, err) == (0, "")
        assert out.startswith("news.duckdb: 3 texts, ")
        with duckdb.connect() as con:
            con.execute("ATTACH 'news.duckdb' AS news (READ_ONLY)")
            found = con.execute(
                "SELECT qid, label, count(*) FROM news.mention_resolved GROUP BY ALL ORDER BY 3 DESC, 1"
            ).fetchall()
            files = con.execute("SELECT file, mentions FROM news.document ORDER BY file").fetchall()
        assert found[:2] == [("Q152220", "Kurdistan Workers' Party", 2), ("Q43", "Turkey", 2)]
        assert [file for file, _ in files] == ["news/a.txt", "news/b.txt", "news/c.txt"]
    code, out, _ = call("news/a.txt", "--into", "news.duckdb", "--format", "jsonl")
    assert len(out.splitlines()) == files[0][1]


def test_a_page(call) -> None:
    code, out, err = call("dispatch.txt", "--html", "dispatch.html")
    assert (code, err) == (0, "")
    assert out.startswith("dispatch.html: 1 text, ")
    page = Path("dispatch.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    _, out, _ = call("dispatch.txt", "--format", "html")
    assert out == page
    _, out, _ = call("dispatch.txt", "--html", "dispatch.html", "--into", "d.duckdb", "--format", "json")
    assert json.loads(out)
    assert Path("d.duckdb").exists()


def test_a_bad_file_among_many_is_told_and_the_others_are_done(call) -> None:
    Path("news/b.txt").write_bytes("Ünlü".encode("cp1254"))
    code, out, err = call("news/a.txt", "news/b.txt", "none.txt", "--into", "news.duckdb")
    assert code == 2
    assert out.startswith("news.duckdb: 1 text, ")
    first, second = err.splitlines()
    assert first.startswith("resolver: news/b.txt is not UTF-8 (tried utf-8; byte 0xdc at offset 0)")
    assert second == "resolver: no file none.txt; check the path"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.bin", bytes(range(256)), "a.bin is not a text: it has null bytes"),
        ("a.pdf", b"%PDF-1.7", "a.pdf is not a text but a PDF"),
        ("a.txt", "Ünlü".encode("cp1254"), "say what it is with --encoding, such as cp1252"),
        ("a.txt", "Türkiye".encode("utf-16-le"), "say --encoding utf-16-le"),
    ],
)
def test_bad_files_are_one_line_and_exit_2(call, name: str, data: bytes, said: str) -> None:
    Path(name).write_bytes(data)
    Path("page.html").write_text("old")
    code, out, err = call(name, "--html", "page.html")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert Path("page.html").read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.txt"], "no file none.txt"),
        (["news"], "news is a folder"),
        (["*.md"], "no file matches *.md"),
        (["dispatch.txt", "--encoding", "klingon"], "unknown encoding 'klingon'"),
        (["dispatch.txt", "--as-of", "yesterday"], "'yesterday' is not a date"),
        (["dispatch.txt", "--lang", "english!"], "is not a language code"),
        (["dispatch.txt", "--html", "none/page.html"], "none/page.html can't be written"),
        (["dispatch.txt", "--into", "none/a.duckdb"], "no folder none"),
        (["dispatch.txt", "--into", "dispatch.txt"], "dispatch.txt is not a DuckDB file"),
        (["dispatch.txt", "--format", "xml"], "xml"),
    ],
)
def test_slips_are_one_line_and_exit_2(call, arguments: list[str], said: str) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert Path("dispatch.txt").read_text(encoding="utf-8") == TEXT


def test_the_encoding_that_is_named_is_read(call) -> None:
    Path("old.txt").write_bytes("Türkiye".encode("cp1254"))
    _, out, _ = call("old.txt", "--encoding", "cp1254", "-f", "json")
    assert [m["surface"] for m in json.loads(out)] == ["Türkiye"]


def test_many_files_tell_how_far_it_is(call) -> None:
    for number in range(25):
        Path(f"news/n{number}.txt").write_text("Türkiye", encoding="utf-8")
    code, out, err = call("news/n*.txt", "--into", "news.duckdb")
    assert code == 0
    assert "25 texts, 25 mentions of 1 entity" in out
    assert err.startswith("Reading 25 texts …\nReading 25 texts: done in")


def test_empty_and_blank_texts(call) -> None:
    for text in ("", "\n", " \t\r\n\r\n"):
        Path("empty.txt").write_text(text, newline="")
        assert call("empty.txt") == (0, "no mentions\n", "")
        assert call("empty.txt", "-f", "json") == (0, "[]\n", "")
        assert call("empty.txt", "-f", "jsonl") == (0, "", "")
        assert "This text is empty." in call("empty.txt", "-f", "html")[1]


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pipe")
def test_a_reader_that_leaves_is_no_error(mini_path: Path, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("Türkiye and Vladimir Putin.\n" * 3000, encoding="utf-8")
    command = f'"{sys.executable}" -m resolver annotate "{tmp_path}/long.txt" -f jsonl -g "{mini_path}" | head -1'
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert json.loads(done.stdout)["surface"] == "Türkiye"
    assert "Traceback" not in done.stderr
