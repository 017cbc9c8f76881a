"""The gazetteer file in clients that know nothing of this package: command line, Python and Node, DuckDB 1.5 and 2.0.

RESOLVER_TEST_DUCKDB is a duckdb binary (else the one on the path or beside this Python), RESOLVER_TEST_PYTHON a
Python with another release of DuckDB, RESOLVER_TEST_NODE_MODULES a folder that holds @duckdb/node-api. A client that
is not there is skipped; .ci/run provides all three.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sql.conftest import answers, attached, recipe, recipes

if TYPE_CHECKING:
    from resolver import Resolver

ACTORS = ["Türkiye", "TURKEY", None, "Georgia", "Турция", "土耳其", "nobody", "US", "us", "Soviet Union", "Ürkmez’s"]
SETUP = [
    "CREATE TABLE events AS SELECT unnest(range({})) AS n, DATE '2022-12-01' AS day, unnest([{}]) AS actor".format(
        len(ACTORS), ", ".join("NULL" if name is None else f"'{name}'" for name in ACTORS)
    ),
    "CREATE TABLE decision (name VARCHAR, key VARCHAR, kind VARCHAR, country VARCHAR, valid_from DATE, valid_to DATE,"
    " decision VARCHAR, qid VARCHAR, decided_at TIMESTAMP)",
    "INSERT INTO decision (name, key, decision, qid) VALUES ('nobody', 'nobody', 'entity', 'Q858')",
]


def of_rows(statement: str) -> str:
    return f"SELECT n, qid FROM ({statement.rstrip().rstrip(';')}) ORDER BY n"


STATEMENTS = {
    "README": of_rows(recipes("README.md")[0].split(";", 1)[1]),
    "capitals": of_rows(recipe("Names whose case matters")),
    "date": of_rows(recipe("As of a date")),
    "decisions": of_rows(recipe("Human decisions")),
    "keys": "SELECT n, gaz.name_key(actor) AS key FROM events ORDER BY n",
    "countries": "SELECT qid, country FROM gaz.entity_country ORDER BY qid",
    "codes": "SELECT qid, scheme, value FROM gaz.entity_code ORDER BY ALL",
    "provenance": "SELECT qid, text, role FROM gaz.alias_provenance ORDER BY ALL",
    "fuzzy": "SELECT rank, qid FROM gaz.fuzzy('Turkye') ORDER BY rank",
    "fuzzy column": "SELECT name, rank, qid FROM gaz.fuzzy_column('events', 'actor') ORDER BY ALL",
    "join on the macro": of_rows(
        "SELECT e.n, a.qid FROM events e LEFT JOIN gaz.alias_lookup a ON a.key = gaz.name_key(e.actor) AND a.is_match"
    ),
}

PYTHON = """
import json, sys
sys.modules["resolver"] = None  # it must not be needed
import duckdb
job = json.load(sys.stdin)
con = duckdb.connect()
for statement in job["setup"]:
    con.execute(statement)
found = {"version": duckdb.__version__}
for name, statement in job["statements"].items():
    rows = con.execute(statement)
    columns = [column[0] for column in rows.description]
    found[name] = [dict(zip(columns, row)) for row in rows.fetchall()]
print(json.dumps(found))
"""

NODE = """
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';
const job = JSON.parse(readFileSync(0, 'utf8'));
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const statement of job.setup) await connection.run(statement);
const version = await connection.runAndReadAll('SELECT version() AS v');
const found = { version: version.getRowObjectsJson()[0].v };
for (const [name, statement] of Object.entries(job.statements))
  found[name] = (await connection.runAndReadAll(statement)).getRowObjectsJson();
console.log(JSON.stringify(found));
"""


def run(command: list[str], given: str, folder: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RESOLVER"))}
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, cwd=folder, env=clean)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def binary() -> str:
    beside = Path(sys.executable).with_name("duckdb")
    found = os.environ.get("RESOLVER_TEST_DUCKDB") or shutil.which("duckdb") or (str(beside) if beside.exists() else "")
    if not found:
        pytest.skip("no duckdb command line; `pip install duckdb-cli`, or name one in RESOLVER_TEST_DUCKDB")
    return found


def node_folder(folder: Path) -> Path:
    modules = os.environ.get("RESOLVER_TEST_NODE_MODULES", "")
    if not shutil.which("node") or not (Path(modules) / "@duckdb" / "node-api").is_dir() or not modules:
        pytest.skip("no node, or no @duckdb/node-api in the folder that RESOLVER_TEST_NODE_MODULES names")
    (folder / "node_modules").symlink_to(Path(modules).resolve(), target_is_directory=True)
    return folder


def command_line(job: dict[str, object], folder: Path) -> dict[str, object]:
    setup, statements = job["setup"], job["statements"]
    assert isinstance(setup, list)
    assert isinstance(statements, dict)
    found: dict[str, object] = {"version": run([binary(), "--version"], "", folder)}
    # One process: every statement's rows come as a JSON array, with a line between them.
    script = ";\n".join([*setup, ""]) + "".join(
        f"SELECT '{name}' AS next;\n{code};\n" for name, code in statements.items()
    )
    decoder, text = json.JSONDecoder(), run([binary(), "-json", "-bail"], script, folder).strip()
    name = ""
    while text:
        rows, end = decoder.raw_decode(text)
        text = text[end:].lstrip()
        if rows and list(rows[0]) == ["next"]:
            name = rows[0]["next"]
            found[name] = []
        else:
            found[name] = rows
    return found


def this_python(job: dict[str, object], folder: Path) -> dict[str, object]:
    return json.loads(run([sys.executable, "-c", PYTHON], json.dumps(job), folder))  # type: ignore[no-any-return]


def other_python(job: dict[str, object], folder: Path) -> dict[str, object]:
    python = os.environ.get("RESOLVER_TEST_PYTHON")
    if not python:
        pytest.skip("no Python with another DuckDB; name one in RESOLVER_TEST_PYTHON")
    return json.loads(run([python, "-c", PYTHON], json.dumps(job), folder))  # type: ignore[no-any-return]


def node(job: dict[str, object], folder: Path) -> dict[str, object]:
    (node_folder(folder) / "client.mjs").write_text(NODE, encoding="utf-8")
    return json.loads(run(["node", "client.mjs"], json.dumps(job), folder))  # type: ignore[no-any-return]


def as_text(rows: object) -> list[dict[str, str | None]]:
    """Rows with their numbers as text: clients disagree on how a number becomes JSON."""
    assert isinstance(rows, list)
    return [{column: None if cell is None else str(cell) for column, cell in row.items()} for row in rows]


@pytest.mark.parametrize("client", [command_line, this_python, other_python, node])
def test_a_client_answers_as_python(
    mini: Resolver, tmp_path: Path, client: Callable[[dict[str, object], Path], dict[str, object]]
) -> None:
    found = client(
        {"setup": [f"ATTACH '{mini.database}' AS gaz (READ_ONLY)", *SETUP], "statements": STATEMENTS}, tmp_path
    )
    with attached(mini) as con:
        for statement in SETUP:
            con.execute(statement)
        for name, statement in STATEMENTS.items():
            assert as_text(found[name]) == as_text(answers(con, statement)), (name, found["version"])
        assert [row["qid"] for row in answers(con, STATEMENTS["README"])][:6] == [
            "Q43", "Q43", None, None, "Q43", "Q43"
        ]  # fmt: skip
        assert as_text(found["fuzzy"])[0] == {"rank": "1", "qid": "Q43"}


def test_the_node_example_of_the_page(mini: Resolver, tmp_path: Path) -> None:
    code = recipes("docs/sql.md", "javascript")[0].replace("'gazetteer.duckdb'", f"'{mini.database}'")
    (node_folder(tmp_path) / "example.mjs").write_text(code, encoding="utf-8")
    assert "{ qid: 'Q43', label: 'Turkey' }" in run(["node", "example.mjs"], "", tmp_path)


def test_the_readme_in_the_plain_binary(mini: Resolver, tmp_path: Path) -> None:
    code = recipes("README.md")[0].replace("'gazetteer.duckdb'", f"'{mini.database}'")
    script = f"CREATE TABLE events AS SELECT unnest(['Türkiye', 'Georgia', 'nobody', 'Турция']) AS actor;\n{code}"
    rows = json.loads(run([binary(), "-json"], script, tmp_path))
    assert {row["actor"]: row["qid"] for row in rows} == {
        "Türkiye": "Q43",
        "Georgia": None,
        "nobody": None,
        "Турция": "Q43",
    }


def test_a_file_written_today_is_of_the_old_storage_format(mini: Resolver) -> None:
    # Read by the header: 64 is what DuckDB 1.2 writes; 1.5 refuses 69, which 2.0 writes unless told otherwise.
    with mini.database.open("rb") as file:
        head = file.read(20)
    assert head[8:12] == b"DUCK"
    assert int.from_bytes(head[12:20], "little") <= 68
