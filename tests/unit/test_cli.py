"""The command line, run as a process on the mini gazetteer."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import resolver

MINI = Path(__file__).parents[1] / "data" / "mini"


def run(
    *args: str | bytes, stdin: bytes | None = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "resolver", *args],
        input=stdin,
        capture_output=True,
        env=os.environ | (env or {}),
        timeout=120,
    )


@pytest.fixture
def ask(mini_path: Path):
    """Run `resolver resolve` on the mini gazetteer and return its output."""

    def ask(*args: str, stdin: bytes = b"") -> str:
        done = run("resolve", *args, stdin=stdin, env={"RESOLVER_GAZETTEER": str(mini_path), "COLUMNS": "80"})
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode()

    return ask


@pytest.fixture
def source(tmp_path: Path) -> dict[str, Path]:
    """Tables and seeds of the mini gazetteer as `gazetteer build` takes them."""
    tables, seeds = tmp_path / "tables", tmp_path / "seeds"
    shutil.copytree(MINI, tables / "mini")
    (seeds / "curated").mkdir(parents=True)
    return {"tables": tables, "seeds": seeds}


def building(source: dict[str, Path], target: Path) -> list[str]:
    return [
        "gazetteer",
        "build",
        "--into",
        str(target),
        *(x for name in source for x in (f"--{name}", str(source[name]))),
    ]


def test_json(ask) -> None:
    found = json.loads(ask("Türkiye", "Georgia", "YPG/PKK", "Nicaragwa", "--format", "json"))
    assert [(r["query"], r["status"], r["qid"]) for r in found] == [
        ("Türkiye", "matched", "Q43"),
        ("Georgia", "ambiguous", None),
        ("YPG/PKK", "composite", None),
        ("Nicaragwa", "unmatched", None),
    ]


def test_lines_from_standard_input(ask) -> None:
    lines = "\ufeffTürkiye\r\n\r\n  \nGeorgia\n\nTürkiye\nPutin".encode()
    found = [json.loads(line) for line in ask("-f", "jsonl", stdin=lines).splitlines()]
    assert [r["query"] for r in found] == ["Türkiye", "", "  ", "Georgia", "", "Türkiye", "Putin"]
    assert [r["qid"] for r in found] == ["Q43", None, None, None, None, "Q43", "Q7747"]


def test_no_lines_at_all(ask) -> None:
    assert ask("-f", "json") == "[]\n"
    assert ask("-f", "jsonl") == ""
    assert len(ask("-f", "csv").splitlines()) == 1


def test_csv_keeps_order_and_count(ask) -> None:
    names = ["Türkiye", 'a "quoted", name', "", "土耳其", "Türkiye"]
    rows = list(csv.DictReader(io.StringIO(ask("-f", "csv", stdin="\n".join(names).encode()))))
    assert [row["query"] for row in rows] == names
    assert [row["qid"] for row in rows] == ["Q43", "", "", "Q43", "Q43"]


def test_the_table_fits_eighty_columns(ask) -> None:
    text = ask(
        "Türkiye", "土耳其", "Georgia", "YPG/PKK", "Nicaragwa", "x" * 200, "Владимир Путин", "Anadolu Ajansı " * 10
    )
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text
    order = [text.index(name) for name in ("Türkiye", "土耳其", "Georgia", "YPG/PKK", "Nicarag", "Владимир")]
    assert order == sorted(order)


def test_the_table_is_the_default(ask) -> None:
    assert ask("Türkiye") == ask("Türkiye", "--format", "table")
    assert "Q43" in ask("Türkiye")


@pytest.mark.parametrize(
    ("options", "qid"),
    [
        (["--kind", "country"], "Q230"),
        (["--kind", "country", "--kind", "city"], "Q230"),
        (["--exclude-kind", "country"], "Q1428"),
        (["--country", "US"], "Q1428"),
        (["--lang", "en", "--kind", "country"], "Q230"),
        (["--as-of", "2001-01-01"], None),
    ],
)
def test_hints(ask, options: list[str], qid: str | None) -> None:
    assert json.loads(ask("Georgia", "-f", "jsonl", *options))["qid"] == qid


def test_hints_hold_for_lines_too(ask) -> None:
    assert json.loads(ask("-f", "jsonl", "--kind", "country", stdin=b"Georgia\n"))["qid"] == "Q230"


def test_top(ask) -> None:
    assert [len(json.loads(ask("Georgia", "-f", "jsonl", "--top", n))["candidates"]) for n in "12"] == [1, 2]


def test_a_name_that_looks_like_an_option(ask) -> None:
    assert json.loads(ask("-f", "jsonl", "--", "--kind"))["query"] == "--kind"


def test_the_gazetteer_option_wins(mini_path: Path, tmp_path: Path) -> None:
    env = {"RESOLVER_GAZETTEER": str(tmp_path / "none.duckdb")}
    assert run("resolve", "Türkiye", "-g", str(mini_path), env=env).returncode == 0
    assert run("resolve", "Türkiye", env=env).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pipe")
def test_a_reader_that_leaves(mini_path: Path) -> None:
    for form in ("jsonl", "csv", "json", "table"):
        command = [sys.executable, "-m", "resolver", "resolve", "-g", str(mini_path), "-f", form]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            try:
                process.stdin.write("Türkiye\n".encode() * 50_000)
                process.stdin.close()
            except BrokenPipeError:
                pass
            assert process.stderr.read() == b"", form
            assert process.wait(60) in (0, 1, 141), form


def test_version_and_help() -> None:
    assert run("--version").stdout.decode() == f"resolver {resolver.__version__}\n"
    done = run("--help")
    assert done.returncode == 0
    assert b"resolve" in done.stdout


@pytest.mark.parametrize("group", [(), ("gazetteer",), ("wikidata",), ("override",)])
def test_without_a_command_the_help_is_shown(group: tuple[str, ...]) -> None:
    done = run(*group)
    assert (done.returncode, done.stderr) == (2, b"")
    assert done.stdout.decode().startswith("Usage: ")
    listed = done.stdout.decode().split("Commands:\n")[1]
    assert listed.splitlines()[0].startswith("  ")
    assert "..." not in listed, "the first sentence of a command is short enough to be shown whole"


def test_rivals_that_would_show_as_nothing_are_left_to_explain(ask) -> None:
    assert " 0.00 " not in ask("Georgia")


def test_info(mini_path: Path) -> None:
    done = run("gazetteer", "info", "--format", "json", "-g", str(mini_path))
    info = json.loads(done.stdout)
    assert (info["path"], info["entities"]) == (str(mini_path), 15)
    assert info["version"].startswith(resolver.__version__)
    assert run("gazetteer", "info", "-g", str(mini_path)).stdout.decode().startswith(str(mini_path))


def test_build(source: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "new" / "mine.duckdb"
    done = run(*building(source, target))
    assert done.returncode == 0, done.stderr
    path, version = done.stdout.decode().split()
    assert path == str(target)
    assert version.startswith(resolver.__version__)
    assert sorted(p.name for p in target.parent.iterdir()) == ["mine.duckdb", "mine.exact", "mine.fuzzy"]
    assert run("gazetteer", "check", "-g", str(target)).returncode == 1  # the world is not in it
    found = run("resolve", "Türkiye", "-f", "jsonl", "-g", str(target))
    assert json.loads(found.stdout)["gazetteer_version"] == version


def test_a_failing_check_publishes_nothing(source: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "new" / "mine.duckdb"
    arguments = building(source, target)
    checks = source["seeds"] / "checks"
    checks.mkdir()
    (checks / "un_members.tsv").write_text("qid\tlabel\nQ43\tTürkiye\nQ183\tGermany\n", encoding="utf-8")
    (checks / "g20_leaders.tsv").write_text("qid\tlabel\n", encoding="utf-8")
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"UN member: Germany (Q183): unmatched nothing" in done.stderr
    assert list(target.parent.iterdir()) == []
    shutil.rmtree(checks)
    assert run(*arguments).returncode == 0
    before = [p.read_bytes() for p in sorted(target.parent.rglob("*")) if p.is_file()]
    (source["tables"] / "mini" / "relations.tsv").write_text(
        "subject\trelation\tobject\tvalid_from\tvalid_to\tsources\nQ43\tpart_of\tQ404\t\t\ttest\n", encoding="utf-8"
    )
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"relation to nothing: Q404" in done.stderr
    assert [p.read_bytes() for p in sorted(target.parent.rglob("*")) if p.is_file()] == before


def test_diff(source: dict[str, Path], tmp_path: Path) -> None:
    old, new = source["tables"], tmp_path / "changed"
    shutil.copytree(old, new)
    assert run("gazetteer", "diff", str(old), str(new)).stdout == b""
    table = new / "mini" / "aliases.tsv"
    table.write_text(table.read_text(encoding="utf-8").replace("\tTurkey\t", "\tTurquey\t"), encoding="utf-8")
    text = run("gazetteer", "diff", str(old), str(new)).stdout.decode()
    assert "Turquey" in text
    assert "Turkey" in text
    assert "Q43" in text
