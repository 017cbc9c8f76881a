"""`resolver gazetteer add`: what a user's file may look like, and what is said of one that can't be used."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from resolver import GazetteerError, InputError, Resolver
from resolver.build.add import Addition, add_layer, layer_name, read_addition
from resolver.build.own import Plan
from resolver.build.tables import AliasRow, read_table
from resolver.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "wikidata,name,kind,country,lang,from,to"
ROWS = """Q43,Anatolia Land,,,en,,
Q43,Anadolu Ülkesi,,,tr,,
,Popular Front,armed group,TR,en,2019-05,
,Popular Front,armed_group,Turkey,en,2019-05,
https://www.wikidata.org/wiki/Q7747,Vova,,,,,
,Nobody's Company,company,Q43;US,,,
"""
COLUMNS = {"qid": "wikidata"}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RESOLVER_LAYERS", raising=False)


@pytest.fixture
def read(mini: Resolver, tmp_path: Path) -> Callable[..., Plan]:
    def made(text: str | bytes, name: str = "my-actors.csv", **options: Any) -> Plan:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_addition(mini, path, **({"columns": COLUMNS} | options)).plan

    return made


def lines(plan: Plan) -> list[str]:
    return [problem.line("f") for problem in plan.problems]


# -- what may be added


def test_the_command_of_the_readme(mini_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    run = CliRunner()
    added = run.invoke(
        app,
        ["gazetteer", "add", str(path), "--qid-column", "wikidata", "--name-column", "name", "-g", str(mini_path)],
    )
    assert added.exit_code == 0, added.output
    assert (
        "6 rows: 5 names of 2 known and 2 new entities (2 without QID); 0 names known already, 1 repeated"
        in added.output
    )
    assert "resolver resolve --layer my-actors" in added.output
    asked = ["resolve", "Anatolia Land", "popular front", "-f", "jsonl", "-g", str(mini_path)]
    with_it = [
        json.loads(line)["qid"] for line in run.invoke(app, [*asked, "--layer", "my-actors"]).output.splitlines()
    ]
    assert with_it == ["Q43", "x-popular-front"]
    assert [json.loads(line)["qid"] for line in run.invoke(app, asked).output.splitlines()] == [None, None]
    variable = {"RESOLVER_LAYERS": "my-actors"}
    switched_on = [json.loads(line)["qid"] for line in run.invoke(app, asked, env=variable).output.splitlines()]
    assert switched_on == with_it
    off = run.invoke(app, [*asked, "--layer", "none"], env=variable).output.splitlines()
    assert [json.loads(line)["qid"] for line in off] == [None, None]
    listed = run.invoke(app, ["gazetteer", "layers"]).output
    assert "my-actors" in listed
    assert "5 names, 0 hidden, from my-actors.csv" in listed


def test_a_dry_run_writes_nothing(mini_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    shown = CliRunner().invoke(
        app, ["gazetteer", "add", str(path), "--qid-column", "wikidata", "--dry-run", "-g", str(mini_path)]
    )
    assert shown.exit_code == 0
    assert "Anatolia Land" in shown.output
    assert not (tmp_path / "data").exists()


def test_tables_and_provenance(mini: Resolver, tmp_path: Path) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    folder = add_layer(mini, read_addition(mini, path, columns=COLUMNS, into=tmp_path / "into"))
    assert folder == tmp_path / "into"
    aliases = [row for row in read_table(folder / "aliases.tsv") if isinstance(row, AliasRow)]
    assert [(row.qid, row.text, row.valid_from, row.sources) for row in aliases] == [
        ("Q43", "Anadolu Ülkesi", None, ("into",)),
        ("Q43", "Anatolia Land", None, ("into",)),
        ("Q7747", "Vova", None, ("into",)),
        ("x-nobodys-company", "Nobody's Company", None, ("into",)),
        ("x-popular-front", "Popular Front", "2019-05", ("into",)),
    ]
    assert (folder / "entities.tsv").read_text(encoding="utf-8").splitlines()[1:] == [
        "x-nobodys-company\tcompany\tNobody's Company\t\tQ43|Q30\t\t\t\t\t\t\ttrue\tinto",
        "x-popular-front\tarmed_group\tPopular Front\t\tQ43\t\t\t\t\t\t\ttrue\tinto",
    ]
    told = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
    assert (told["source"], told["rows"], told["names"], told["columns"]["qid"]) == ("my-actors.csv", 6, 5, "wikidata")
    assert len(told["blake2b"]) == 32
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    add_layer(mini, read_addition(mini, path, columns=COLUMNS, into=folder))
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def _excel(path: Path, rows: list[list[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_excel_tsv_json_and_other_delimiters_say_the_same(mini: Resolver, tmp_path: Path) -> None:
    rows = list(csv.reader(f"{HEADER}\n{ROWS}".splitlines()))
    objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    files = {
        "a.csv": "\n".join(map(",".join, rows)).encode(),
        "a.tsv": "\n".join("\t".join(row) for row in rows).encode(),
        "bom.csv": b"\xef\xbb\xbf" + "\r\n".join(map(",".join, rows)).encode(),
        "utf16.tsv": "\n".join("\t".join(row) for row in rows).encode("utf-16"),
        "a.json": json.dumps(objects).encode(),
        "a.jsonl": "\n".join(map(json.dumps, objects)).encode(),
    }
    plans = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    semicolons = [[cell.replace(";", "|") for cell in row] for row in rows]
    (tmp_path / "semicolon.csv").write_text("\n".join(map(";".join, semicolons)), encoding="utf-8")
    _excel(tmp_path / "a.xlsx", rows)
    for name in (*files, "semicolon.csv", "a.xlsx"):
        plan = read_addition(mini, tmp_path / name, columns=COLUMNS, name="same").plan
        assert not plan.problems, name
        plans.append((plan.aliases, plan.entities))
    assert all(plan == plans[0] for plan in plans)


def test_excel_dates_and_numbers(mini: Resolver, tmp_path: Path) -> None:
    from datetime import datetime

    _excel(
        tmp_path / "a.xlsx",
        [["name", "from", "to"], ["Popular Front", datetime(2019, 5, 1), 2020.0], [None, None, None]],
    )
    plan = read_addition(mini, tmp_path / "a.xlsx").plan
    assert [(a.valid_from, a.valid_to) for a in plan.aliases] == [("2019-05-01", "2020")]


def test_local_ids_are_the_same_whenever_the_file_is_read(read: Callable[..., Plan]) -> None:
    first = read("name,kind,country\nFront,person,TR\nFront,company,TR\nФронт,person,\n🙂 好,person,\n", columns={})
    ids = [entity.qid for entity in first.entities]
    assert ids == sorted(ids)
    assert {"x-front", "x-front-company"} <= set(ids)
    assert len(set(ids)) == 4
    again = read("name,kind,country\nФронт,person,\nFront,person,TR\nFront,company,TR\n", columns={})
    assert {"x-front-company"} <= {entity.qid for entity in again.entities}


def test_names_can_be_hidden(read: Callable[..., Plan], mini: Resolver, tmp_path: Path) -> None:
    plan = read("name,qid,hide\nUSA,Q30,yes\nGeorgia,,x\nAnatolia Land,Q43,no\n", columns={})
    assert plan.masks == [("", "Georgia"), ("Q30", "USA")]
    folder = add_layer(mini, read_addition(mini, tmp_path / "my-actors.csv"))
    both = mini.with_layers([folder])
    assert [both.resolve(name).qid for name in ("USA", "Georgia", "Anatolia Land")] == [None, None, "Q43"]
    assert mini.resolve("USA").qid == "Q30"


def test_what_is_given_stays_and_the_rest_is_judged(read: Callable[..., Plan]) -> None:
    plan = read("name,role,aliases\nPopular Front,,PF|People's Front\nPFT,acronym,\nthe,,\n", columns={})
    judged = {alias.text: (alias.role, alias.strength, alias.cased) for alias in plan.aliases}
    assert judged["Popular Front"] == ("label", "strong", False)
    assert judged["PF"] == ("acronym", "strong", True)
    assert judged["PFT"] == ("acronym", "strong", True)
    assert judged["the"][1] == "weak"


def test_notes_tell_what_is_surprising(read: Callable[..., Plan]) -> None:
    plan = read(f"{HEADER}\nQ30,Atlantis,,,,,\nQ43,Turkey,company,,,,\n,Syria,country,,,,\nQ43,Big Turkey,,,,,\n")
    notes = [note.line("f") for note in plan.notes]
    assert notes == [
        "f, row 2, column wikidata: Q30 is United States (country) in the gazetteer; is this the right id?",
        "f, row 3, column kind: Q43 Turkey is of kind country in the gazetteer, and stays so",
        "f, row 3, column wikidata: Q43 Turkey stands in row 5 too, with another name; all become names of it",
        "f, row 4, column name: Syria is also a name of Q858 Syria (country); give that id to add names to it, or"
        " leave both apart",
    ]
    assert plan.known == 1


# -- what can't be used


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Hakan Fidan,Hakan Fidan,,,,,", "column wikidata: 'Hakan Fidan' is no QID; this looks like a name"),
        ("43,Turkey,,,,,", "column wikidata: '43' is no QID; did you mean Q43?"),
        ("Q0,Turkey,,,,,", "column wikidata: 'Q0' is no QID"),
        ("P31,Turkey,,,,,", "column wikidata: 'P31' is no QID"),
        ("Q43,,,,,,", "column name: no name given"),
        ("Q43,Q43,,,,,", "column name: Q43 is an id, not a name"),
        ("Q43,N/A,,,,,", "column name: 'N/A' is no name: stands for a missing value"),
        ("Q43,TÃ¼rkiye,,,,,", "column name: 'TÃ¼rkiye' is no name: read with the wrong encoding"),
        ("Q43,17,,,,,", "column name: '17' is no name"),
        (",Front,armed_grup,,,,", "column kind: 'armed_grup' is no kind; did you mean armed_group? kinds: country,"),
        (",Front,person,Atlantis,,,", "column country: 'Atlantis' is no country we know"),
        (",Front,person,,turkish!,,", "column lang: 'turkish!' is no language code"),
        (",Front,person,,,1.5.2019,", "column from: '1.5.2019' is no date; write 2022, 2022-06 or 2022-06-01"),
        (",Front,person,,,2019-02-30,", "column from: '2019-02-30' is no date"),
        (",Front,person,,,2019,2018", "column to: 2018 is before 2019"),
        (",Front,person,TR,en,2019,2020,oops", "8 cells, the first row names 7 columns"),
    ],
)
def test_a_bad_cell_is_told_with_row_and_column(read: Callable[..., Plan], row: str, expected: str) -> None:
    plan = read(f"{HEADER}\nQ43,Anatolia Land,,,,,\n\n{row}\n")
    (line,) = lines(plan)
    assert line.startswith(f"f, row 4{'' if expected[0].isdigit() else ','}")
    assert expected in line
    assert "\n" not in line
    assert not plan.aliases


def test_rows_that_contradict_each_other(read: Callable[..., Plan]) -> None:
    plan = read(
        f"{HEADER}\nQ99999901,Front,company,TR,,,\nQ99999901,The Front,person,TR,,,\nQ99999901,A Front,,US,,,\n"
        "Q99999901,Front,,,,2019,\n"
    )
    assert lines(plan) == [
        "f, row 3, column kind: Q99999901 is of kind person here and company in row 2",
        "f, row 4, column country: Q99999901 belongs to Q30 here and to Q43 in row 2",
        "f, row 5, column name: 'Front' of Q99999901 has other dates or another role in row 2",
    ]


def test_two_of_one_name_without_ids_are_told_how_to_part_them(read: Callable[..., Plan]) -> None:
    (line,) = lines(read(f"{HEADER}\n,Front,company,TR,,2018,\n,Front,company,TR,,2019,\n"))
    assert line.startswith("f, row 3, column name: 'Front' of x-front has other dates or another role in row 2; if two")


def test_swapped_columns_are_noticed(read: Callable[..., Plan]) -> None:
    plan = read(f"{HEADER}\nTurkey,Q43,,,,,\nRussia,Q159,,,,,\n")
    assert lines(plan)[0] == "f, row 1, column name: holds ids; are the two columns swapped?"


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("label,id\nFront,\n", {}, r"row 1: no column 'name'; there are 'label', 'id'; the first row has to name"),
        ("nmae,qid\nFront,\n", {}, r"row 1: no column 'name'; there are 'nmae', 'qid'; did you mean 'nmae'\?"),
        ("name,wikidata,Name\nFront,,\n", {}, r"row 1: two columns are called 'name'"),
        ("name\nFront\n", {"qid": "wikidata"}, r"no column 'wikidata'"),
        ("", {}, r"is empty; its first row has to name the columns"),
        ("\n\n", {}, r"is empty"),
        ('name,qid\n"Front,\nA,\nB,\n' + "x" * 140_000, {}, r"line \d.*a quote that is opened there"),
    ],
)
def test_wrong_headers_and_quotes(read: Callable[..., Plan], text: str, columns: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(text, columns=columns)
    assert "my-actors.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mixed_encodings_are_told_with_row_and_column(read: Callable[..., Plan]) -> None:
    mixed = "name,country\nTürkiye,TR\n".encode() + "Çankırı,TR\n".encode("cp1254")
    with pytest.raises(InputError, match=r"row 3, column name: byte 0xc7 is not utf-8 .*--encoding cp1252"):
        read(mixed, columns={})
    late = "name,country\n" + "Türkiye,TR\n" * 20_000
    with pytest.raises(InputError, match=r"row 20,002, column country: byte 0xdc"):
        read(late.encode() + b"Turkey,T\xdcR\n", columns={})
    turkish = "name,country\nÇankırı Cephesi,TR\n".encode("cp1254")
    assert read(turkish, columns={}, encoding="cp1254").aliases[0].text == "Çankırı Cephesi"
    with pytest.raises(InputError, match="unknown encoding 'nonsense'"):
        read(turkish, columns={}, encoding="nonsense")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.json", b'[{"name": "Front"}, 3]', "row 2: expected an object"),
        ("a.json", b'{"name": "Front"}', "is a list of objects, not dict"),
        ("a.json", b'[{"name": "Front"},\n oops]', "line 2, column 2: no JSON"),
        ("a.jsonl", b'{"name": "Front"}\n{"name": \n', "line 2, column 10: no JSON"),
        ("a.json", b"[]", "is empty"),
        ("a.xlsx", b"not a workbook", "as Excel"),
        ("a.pdf", b"%PDF", "save it as one of them"),
    ],
)
def test_files_of_other_forms(read: Callable[..., Plan], name: str, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(data, name=name, columns={})


def test_no_file_and_no_name_for_a_layer(mini: Resolver, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_addition(mini, tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="use small letters"):
        read_addition(mini, tmp_path / "nothing.csv", name="My Actors!")
    assert layer_name(Path("My Actors (2024).csv")) == "my-actors-2024"


def test_the_command_tells_every_problem_and_writes_nothing(mini_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "\n" + "Somebody,Somebody Else,,,,,\n" * 30, encoding="utf-8")
    from subprocess import run
    from sys import executable

    command = [executable, "-m", "resolver", "gazetteer", "add", str(path), "--qid-column", "wikidata"]
    done = run([*command, "-g", str(mini_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    told = done.stderr.splitlines()
    assert told[0].startswith(f"{path}, row 2, column wikidata: 'Somebody' is no QID")
    assert told[20] == "… and 10 more"
    assert told[-1].startswith(f"resolver: {path}: 30 problems, nothing was added; the first: row 2")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


# -- nothing half merged


def test_a_layer_that_fails_to_compile_leaves_the_old_one(
    mini: Resolver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text("name,qid\nAnatolia Land,Q43\n", encoding="utf-8")
    folder = add_layer(mini, read_addition(mini, path))
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    path.write_text("name,qid\nOther Land,Q43\n", encoding="utf-8")
    changed = read_addition(mini, path)
    monkeypatch.setattr("resolver.build.layer.compile_gazetteer", _no_room)
    with pytest.raises(GazetteerError, match="can't write to"):
        add_layer(mini, changed)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [file.name for file in folder.parent.iterdir()] == ["my-actors"]
    path.write_text("name,qid\nNew Land,Q43\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match="can't write to"):
        add_layer(mini, read_addition(mini, path, name="new"))
    assert [file.name for file in folder.parent.iterdir()] == ["my-actors"]


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_made_by_hand_is_left_alone(mini: Resolver, tmp_path: Path) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text("name,qid\nAnatolia Land,Q43\n", encoding="utf-8")
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="was not made by `resolver gazetteer add`"):
        read_addition(mini, path, into=tmp_path / "into")


def test_replacing_shows_what_changes(mini: Resolver, tmp_path: Path) -> None:
    path = tmp_path / "my-actors.csv"
    path.write_text("name,qid\nAnatolia Land,Q43\nNorthmark,Q43\n", encoding="utf-8")
    add_layer(mini, read_addition(mini, path))
    path.write_text("name,qid\nAnatolia Land,Q43\nQuexor,Q43\nZyblio,Q43\n", encoding="utf-8")
    changed: Addition = read_addition(mini, path)
    assert changed.before is not None
    assert (len(changed.names - changed.before), len(changed.before - changed.names)) == (2, 1)
    both = mini.with_layers([add_layer(mini, changed)])
    assert [both.resolve(name).qid for name in ("Northmark", "Quexor")] == [None, "Q43"]


def test_many_rows_with_one_slip(mini: Resolver, tmp_path: Path) -> None:
    """The reading of a long file is linear: a slip in its last row is told, and nothing is kept of the file."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("name,qid,kind\n")
        file.writelines(f"Actor number {i} of many,,person\n" for i in range(20_000))
        file.write("Last Actor,Somebody,person\n")
    started = time.perf_counter()
    plan = read_addition(mini, path).plan
    assert lines(plan) == [
        "f, row 20,002, column qid: 'Somebody' is no QID; this looks like a name; ids look like Q43 or x-my-actor;"
        " leave the cell empty where there is none"
    ]
    assert time.perf_counter() - started < 30
