"""Input that can't be used: one clear line, exit 2, nothing written. Strange names: an answer for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from resolver import ConfigError, GazetteerNotFound, InputError, Resolver, Status

if TYPE_CHECKING:
    from pathlib import Path

STRANGE = {
    "empty": "",
    "blank": " \t\u00a0\u3000",
    "controls": "\x00\x01\x1b[31m\x7f\x85",
    "a name among controls": "\x00Tür\x00kiye\x1b",
    "lone surrogate": "\ud800",
    "a name with a lone surrogate": "Türkiye\udfff",
    "emoji": "🙂🇹🇷",
    "punctuation": "/-,()'\".&",
    "zero width": "\u200b\u200d\ufeff",
    "right to left marks": "\u202eeyikrüT\u202c",
    "marks only": "\u0301\u0301\u0301",
    "combining flood": "a" + "\u0301" * 400,
    "line feeds": "\n\r\n",
    "beyond the first plane": "𝕋ü𝕣𝕜𝕚𝕪𝕖",
    "noncharacter": "\uffff\ufffe\U0010ffff",
    "separators": "/" * 400,
    "and and and": "and " * 100,
    "brackets": "(" * 250 + ")" * 250,
    "commas": "a, " * 160,
    "apostrophes": "'s " * 150,
    "sql": "'; DROP TABLE entity; --",
    "format": "%s {0} $HOME \\",
}


@pytest.mark.parametrize("name", STRANGE.values(), ids=STRANGE.keys())
def test_strange_names_have_an_answer(mini: Resolver, name: str) -> None:
    found = mini.resolve(name)
    assert found.query == name
    assert found.status in Status
    assert list(mini.resolve_many([name])) == [found]
    json.dumps(found.to_dict())


def test_names_without_letters_are_unmatched(mini: Resolver) -> None:
    for name in ("empty", "blank", "lone surrogate", "emoji", "punctuation", "zero width", "line feeds"):
        found = mini.resolve(STRANGE[name])
        assert (found.status, found.candidates) == (Status.UNMATCHED, ()), name


@pytest.mark.parametrize("name", [None, 43, b"T\xc3\xbcrkiye", ["Türkiye"], 1.5, date(2020, 1, 1)])
def test_what_is_no_string(mini: Resolver, name: object) -> None:
    with pytest.raises(InputError, match="must be a string, not"):
        mini.resolve(name)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="name 2 must be a string, not"):
        list(mini.resolve_many(["Türkiye", name]))  # type: ignore[list-item]


def test_what_is_no_string_is_counted_over_batches(mini: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolver.engine.BATCH", 2)
    with pytest.raises(InputError, match="name 4 must be"):
        list(mini.resolve_many(["a", "b", "c", None]))  # type: ignore[list-item]


def test_ten_thousand_characters(mini: Resolver) -> None:
    with pytest.raises(InputError, match="10,000 characters") as caught:
        mini.resolve("x" * 10_000)
    assert len(str(caught.value)) < 200
    (found,) = mini.resolve_many(["x" * 10_000])
    assert found.status is Status.UNMATCHED
    assert [e.name for e in found.evidence] == ["too_long"]
    assert mini.resolve("x" * mini.config.max_length).status is Status.UNMATCHED


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ({"kind": "planet"}, "unknown kind 'planet'; kinds: country"),
        ({"kind": ["country", "planet"]}, "unknown kind 'planet'"),
        ({"kind": ""}, "unknown kind ''"),
        ({"exclude_kind": "Country"}, "unknown kind 'Country'"),
        ({"country": "Atlantis"}, "unknown country 'Atlantis'"),
        ({"country": ""}, "unknown country ''"),
        ({"as_of": "yesterday"}, "'yesterday' is not a date; dates look like"),
        ({"as_of": "2022-02-30"}, "'2022-02-30' is not a date"),
        ({"as_of": ""}, "'' is not a date"),
        ({"lang": "Turkish"}, "'Turkish' is not a language code"),
        ({"lang": "t"}, "'t' is not a language code"),
        ({"lang": ["tr", ""]}, "'' is not a language code"),
    ],
)
def test_hints_that_say_nothing(mini: Resolver, hint: dict[str, object], words: str) -> None:
    for resolve in (lambda: mini.resolve("Türkiye", **hint), lambda: mini.resolve_many(["Türkiye"], **hint)):
        with pytest.raises(InputError) as caught:
            resolve()
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("top", [0, -1, 51])
def test_too_few_or_too_many_candidates(mini: Resolver, top: int) -> None:
    with pytest.raises(ConfigError, match="setting top"):
        mini.resolve("Türkiye", top=top)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound, match=r"none\.duckdb"):
        Resolver.open(tmp_path / "none.duckdb")
    with pytest.raises(GazetteerNotFound):
        Resolver.open(tmp_path)


def refused(*args: str | bytes, stdin: bytes = b"", **env: str) -> str:
    """The one line that a refused command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "resolver", *args], input=stdin, capture_output=True, env=os.environ | env, timeout=120
    )
    assert done.returncode == 2, done
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("resolver: ")
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Georgia", "--kind", "planet"], "unknown kind"),
        (["Georgia", "--exclude-kind", "planet"], "unknown kind"),
        (["Georgia", "--country", "Atlantis"], "unknown country"),
        (["Georgia", "--as-of", "2022-13-01"], "not a date"),
        (["Georgia", "--lang", "Turkish"], "not a language code"),
        (["Georgia", "--top", "0"], "setting top is 0"),
        (["x" * 10_000], "10,000 characters"),
        (["Georgia", "x" * 501, "-f", "csv"], "501 characters"),
    ],
)
def test_on_the_command_line(mini_path: Path, arguments: list[str], words: str) -> None:
    assert words in refused("resolve", *arguments, RESOLVER_GAZETTEER=str(mini_path))


def test_bad_hints_with_lines_print_nothing(mini_path: Path) -> None:
    for form in ("csv", "json", "jsonl", "table"):
        line = refused("resolve", "--kind", "planet", "-f", form, stdin=b"a\n", RESOLVER_GAZETTEER=str(mini_path))
        assert "unknown kind" in line


@pytest.mark.parametrize("command", [["resolve", "Türkiye"], ["gazetteer", "info"], ["gazetteer", "check"]])
def test_a_missing_file_on_the_command_line(tmp_path: Path, command: list[str]) -> None:
    missing = str(tmp_path / "none.duckdb")
    for line in (refused(*command, "-g", missing), refused(*command, RESOLVER_GAZETTEER=missing)):
        assert missing in line
        assert "resolver gazetteer build" in line


def test_missing_tables_on_the_command_line(tmp_path: Path) -> None:
    none = str(tmp_path / "none")
    assert none in refused("gazetteer", "diff", none, none)
    assert none in refused("gazetteer", "build", "--tables", none, "--into", str(tmp_path / "x.duckdb"))
    assert not (tmp_path / "x.duckdb").exists()


def test_no_names_and_no_input(mini_path: Path) -> None:
    pty = pytest.importorskip("pty")
    main, other = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "resolver", "resolve", "-g", str(mini_path)],
            stdin=other,
            capture_output=True,
            timeout=60,
        )
    finally:
        os.close(main)
        os.close(other)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no names" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="arguments are text there")
def test_bytes_that_are_no_text(mini_path: Path) -> None:
    command = [sys.executable, "-m", "resolver", "resolve", "-g", str(mini_path), "-f", "jsonl"]
    for form in ("jsonl", "csv", "json", "table"):
        command[-1] = form
        done = subprocess.run([*command, b"T\xffrkiye\xed\xa0\x80", b"PKK"], capture_output=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, b""), form
        assert b"Q152220" in done.stdout
        done = subprocess.run(
            command, input=b"\xff\xfe\nT\x00rk\xed\xa0\x80\n\x00\nPKK\n", capture_output=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b""), form
        assert b"Q152220" in done.stdout
        if form == "jsonl":
            assert [json.loads(line)["qid"] for line in done.stdout.splitlines()] == [None, None, None, "Q152220"]
