"""Importing a dump: every compression, lines skipped unparsed, bad lines, interruptions, kinds by its classes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from resolver import InputError, Resolver
from resolver.build.compile import compile_gazetteer
from resolver.build.grow.kinds import known_classes
from resolver.build.sources import dump_file, wikibase
from resolver.build.sources.dump import BadLine, import_dump
from resolver.build.sources.dump_file import DumpFile
from resolver.build.sources.dump_line import CLASS, ENTITY, PROPERTIES, Sieve, cut_line, read_facts
from resolver.build.sources.dump_work import Head, WorkFolder, packed, unpacked
from resolver.build.sources.wikibase import Facts
from resolver.build.tables import AliasRow, EntityRow, RelationRow, read_table
from resolver.errors import GazetteerError

HUMAN, CITY, COMPANY = "Q5", "Q515", "Q4830453"
KIND_OF = {HUMAN: "person", CITY: "city", COMPANY: "company"}


def snak(prop: str, value: Any) -> dict[str, Any]:
    kind = "string"
    if isinstance(value, str) and re.fullmatch(r"Q\d+", value):
        value = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        kind = "wikibase-entityid"
    elif isinstance(value, tuple):
        value, kind = {"text": value[0], "language": value[1]}, "monolingualtext"
    elif isinstance(value, dict):
        kind = "time"
    return {
        "snaktype": "value",
        "property": prop,
        "hash": "0a",
        "datavalue": {"value": value, "type": kind},
        "datatype": kind,
    }


def claim(prop: str, value: Any, *, rank: str = "normal", since: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"mainsnak": snak(prop, value), "type": "statement", "id": "Q1$AB", "rank": rank}
    if since:
        made["qualifiers"] = {"P580": [snak("P580", {"time": f"+{since}-00-00T00:00:00Z", "precision": 9})]}
    made["references"] = [{"hash": "0b", "snaks": {"P143": [snak("P143", HUMAN)]}, "snaks-order": ["P143"]}]
    return made


def item(qid: str, label: str, *classes: str, sites: int = 5, lang: str = "en", **claims: Any) -> dict[str, Any]:
    statements = {"P31": [claim("P31", qid) for qid in classes]} if classes else {}
    for prop, value in claims.items():
        statements[prop] = [claim(prop, one) for one in (value if isinstance(value, list) else [value])]
    return {
        "type": "item",
        "id": qid,
        "labels": {lang: {"language": lang, "value": label}},
        "descriptions": {"en": {"language": "en", "value": 'about "claims": {} and ,"sitelinks":{}'}},
        "aliases": {"ru": [{"language": "ru", "value": f"{label} по-русски"}]} if lang == "en" else [],
        "claims": statements or [],
        "sitelinks": {f"s{n}wiki": {"site": f"s{n}wiki", "title": label, "badges": []} for n in range(sites)},
        "lastrevid": 1,
    }


def line(entity: dict[str, Any], **options: Any) -> str:
    return json.dumps(entity, **({"separators": (",", ":")} | options)).replace("/", "\\/")


ITEMS = [
    item("Q901", "Ada Testova", HUMAN, P27="Q910", P569={"time": "+1950-02-03T00:00:00Z", "precision": 11}),
    item("Q902", "Testville", CITY, P17="Q910"),
    item("Q903", "Test Works", "Q920", P571={"time": "+1999-00-00T00:00:00Z", "precision": 9}, P749="Q904"),
    item("Q904", "Test Holding", COMPANY),
    item("Q905", "Little Known", HUMAN, sites=1),
    item("Q906", "Somebody", "Q930"),
    item("Q907", "No Class At All"),
    item("Q908", "Тест", HUMAN, lang="ru"),
    item("Q909", "Testeur", HUMAN, lang="fr"),
    item("Q920", "test factory", P279="Q921", sites=0),
    item("Q921", "test enterprise", P279=COMPANY, sites=0),
]


def write(path: Path, lines: list[str]) -> Path:
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    data = text.encode()
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".bz2":
        data = bz2.compress(data)
    elif path.suffix == ".zst":
        import zstandard

        data = zstandard.ZstdCompressor().compress(data)
    path.write_bytes(data)
    return path


def facts_of(text: str) -> Facts:
    cut = cut_line(text.encode())
    assert cut is not None
    assert cut.qid == json.loads(text.strip().strip(","))["id"]
    return read_facts(cut.data, None)


def names(folder: Path) -> set[tuple[str, str]]:
    return {(row.qid, row.text) for row in read_table(folder / "aliases.parquet") if isinstance(row, AliasRow)}


def kinds(folder: Path) -> dict[str, str]:
    return {row.qid: row.kind for row in read_table(folder / "entities.parquet") if isinstance(row, EntityRow)}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write(tmp_path / "dump.json", [line(entity) for entity in ITEMS])


def test_kinds_come_from_the_classes_of_the_dump(dump: Path, tmp_path: Path) -> None:
    assert all(known_classes()[qid].kind == kind for qid, kind in KIND_OF.items())
    report = import_dump(dump, tmp_path / "world")
    assert kinds(tmp_path / "world") == {
        "Q901": "person", "Q902": "city", "Q903": "company", "Q904": "company", "Q905": "person",
        "Q908": "person", "Q909": "person",
    }  # fmt: skip
    assert {("Q901", "Ada Testova"), ("Q901", "Ada Testova по-русски"), ("Q908", "Тест")} <= names(tmp_path / "world")
    assert (report.lines, report.bad, report.written.entities) == (13, 0, 7)  # type: ignore[union-attr]
    relations = list(read_table(tmp_path / "world" / "relations.parquet"))
    assert relations == [RelationRow("Q903", "subsidiary_of", "Q904", sources=("wikidata",))]
    entity = next(row for row in read_table(tmp_path / "world" / "entities.parquet") if row[0] == "Q901")
    assert isinstance(entity, EntityRow)
    assert (entity.countries, entity.valid_from) == (("Q910",), "1950-02-03")
    assert not list(tmp_path.glob(".world*"))


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
@pytest.mark.parametrize("workers", [0, 1])
def test_every_compression_gives_the_same_bytes(dump: Path, tmp_path: Path, suffix: str, workers: int) -> None:
    import_dump(dump, tmp_path / "plain")
    packed = write(tmp_path / f"dump.json{suffix}", [line(entity) for entity in ITEMS])
    import_dump(packed, tmp_path / "packed", workers=workers)
    for name in ("entities", "aliases", "relations", "latin", "surnames"):
        path = f"{name}.parquet"
        assert (tmp_path / "plain" / path).read_bytes() == (tmp_path / "packed" / path).read_bytes(), name


def test_standard_input(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(dump.read_bytes()))))
    report = import_dump("-", tmp_path / "world")
    assert report.written is not None
    assert report.written.entities == 7


def test_filters(dump: Path, tmp_path: Path) -> None:
    import_dump(dump, tmp_path / "a", kinds=["person"], min_sitelinks=3)
    assert set(kinds(tmp_path / "a")) == {"Q901", "Q908", "Q909"}
    report = import_dump(dump, tmp_path / "b", kinds=["person"], languages=["ru", "tr"])
    assert set(kinds(tmp_path / "b")) == {"Q901", "Q905", "Q908"}
    assert report.skipped["language"] == 1
    assert names(tmp_path / "b") >= {("Q901", "Ada Testova по-русски"), ("Q908", "Тест")}
    with pytest.raises(InputError, match="unknown kind 'planet'"):
        import_dump(dump, tmp_path / "c", kinds=["planet"])


def test_the_classes_of_one_import_serve_the_next(dump: Path, tmp_path: Path) -> None:
    first = import_dump(dump, tmp_path / "a", kinds=["company"])
    table = (tmp_path / "a" / "classes.tsv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "class\tparents"
    assert {"Q920\tQ921", "Q921\tQ4830453", "Q930\t"} <= set(table)
    second = import_dump(dump, tmp_path / "b", kinds=["company"], classes=tmp_path / "a" / "classes.tsv")
    assert kinds(tmp_path / "a") == kinds(tmp_path / "b") == {"Q903": "company", "Q904": "company"}
    assert second.kept < first.kept
    (tmp_path / "bad.tsv").write_text("class\tparents\nQ5\tnobody\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.tsv, row 2: expected a class and its parents"):
        import_dump(dump, tmp_path / "c", classes=tmp_path / "bad.tsv")
    (tmp_path / "bad.tsv").write_text("qid\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.tsv, row 1"):
        import_dump(dump, tmp_path / "c", classes=tmp_path / "bad.tsv")


def test_bad_lines_are_counted_shown_and_skipped(tmp_path: Path) -> None:
    good = line(ITEMS[0])
    bad = [
        good[:-40],
        '{"type":"item","id":"Q1"',
        "garbage",
        "3",
        '{"type":"item","labels":{}}',
        '{"type":"item","id":5}',
    ]
    odd = [
        '{"type":"property","id":"P31"}',
        '{"type":"lexeme","id":"L1"}',
        line(item("Q940", "Spaced Out", HUMAN), separators=(", ", ": ")),
        line(dict(reversed(item("Q941", "Turned Round", HUMAN).items()))),
    ]
    dump = write(tmp_path / "dump.json", [good, *bad, *odd, "", line(ITEMS[1])])
    report = import_dump(dump, tmp_path / "world")
    assert kinds(tmp_path / "world") == {"Q901": "person", "Q902": "city", "Q940": "person", "Q941": "person"}
    assert (report.bad, [b.number for b in report.bad_lines]) == (6, [3, 4, 5, 6, 7, 8])
    assert report.bad_lines[2].start.startswith("garbage")
    assert all(isinstance(b, BadLine) and b.reason and "\n" not in b.reason for b in report.bad_lines)


def test_a_dump_that_is_cut_short_goes_on_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_file, "BLOCK", 4_096)
    many = [line(item(f"Q{1000 + n}", f"Person {n} {random.Random(n).random()}", HUMAN)) for n in range(200)]
    whole = write(tmp_path / "dump.json.gz", many).read_bytes()
    import_dump(tmp_path / "dump.json.gz", tmp_path / "whole")
    (tmp_path / "dump.json.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged or cut short") as caught:
        import_dump(tmp_path / "dump.json.gz", tmp_path / "world")
    assert "--resume" in str(caught.value)
    assert not (tmp_path / "world").exists()
    state = WorkFolder(tmp_path / ".world-import").state()
    assert state is not None
    assert 10 < state["kept"] < 190
    # Another file or other options: nothing is mixed.
    with pytest.raises(InputError, match="another file or other options"):
        import_dump(tmp_path / "dump.json.gz", tmp_path / "world", resume=True, min_sitelinks=2)
    (tmp_path / "dump.json.gz").write_bytes(b"\x1f\x8b" + whole[:100])
    with pytest.raises(InputError):
        import_dump(tmp_path / "dump.json.gz", tmp_path / "world", resume=True)
    (tmp_path / "dump.json.gz").write_bytes(whole)
    report = import_dump(tmp_path / "dump.json.gz", tmp_path / "world", resume=True)
    assert report.notes[0].startswith("went on after line ")
    assert report.lines == 202
    assert names(tmp_path / "world") == names(tmp_path / "whole")


class Stop(Exception):
    pass


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".zst"])
def test_an_interrupted_import_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(dump_file, "BLOCK", 4_096)
    many = [line(item(f"Q{1000 + n}", f"Person {n}", HUMAN)) for n in range(200)]
    dump = write(tmp_path / f"dump.json{suffix}", [*many, *[line(entity) for entity in ITEMS]])
    import_dump(dump, tmp_path / "at-once")
    met: list[str] = []

    def stop(stage: str, _part: float) -> None:
        met.append(stage)
        if len(met) == 12:
            raise Stop

    with pytest.raises(Stop):
        import_dump(dump, tmp_path / "world", progress=stop, checkpoint_seconds=0.0)
    report = import_dump(dump, tmp_path / "world", resume=True)
    assert report.notes[0].startswith("went on after line ")
    with DumpFile(str(dump)) as opened:
        assert 0 < report.megabytes * 1e6 < sum(map(len, opened.blocks()))
    assert report.lines == 200 + len(ITEMS) + 2
    for name in ("entities", "aliases", "relations"):
        path = f"{name}.parquet"
        assert list(read_table(tmp_path / "at-once" / path)) == list(read_table(tmp_path / "world" / path)), name
    with pytest.raises(InputError, match="nothing to go on with"):
        import_dump(dump, tmp_path / "world", resume=True)


def test_what_was_written_after_the_last_checkpoint_is_cut_off(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "work")
    heads = [Head([(n, f"Q{n}", ["Q5"])], [], [], []) for n in range(3)]
    one, lost, two = (packed(head, [b"line %d" % head.items[0][0]]) for head in heads)
    work.begin(None)
    work.add(one, [])
    work.checkpoint({"offset": 3})
    work.add(lost, [])
    work.close()
    again = WorkFolder(tmp_path / "work")
    again.begin(again.state())
    again.add(two, [])
    again.close()
    assert list(again.frames()) == [one, two]
    assert [unpacked(frame)[1] for frame in again.frames()] == [[b"line 0"], [b"line 2"]]
    assert [head.items[0][:2] for head in again.heads()] == [[0, "Q0"], [2, "Q2"]]


def test_a_folder_that_holds_something_else_is_left_alone(dump: Path, tmp_path: Path) -> None:
    import_dump(dump, tmp_path / "world")
    import_dump(dump, tmp_path / "world", kinds=["city"])
    assert set(kinds(tmp_path / "world")) == {"Q902"}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "aliases.tsv").touch()
    with pytest.raises(InputError, match="holds something else"):
        import_dump(dump, tmp_path / "mine")
    (tmp_path / "file").touch()
    with pytest.raises((InputError, GazetteerError)):
        import_dump(dump, tmp_path / "file" / "world")
    with pytest.raises(InputError, match="can't read"):
        import_dump(tmp_path / "nothing.json", tmp_path / "other")


def test_an_entity_that_stands_twice_counts_once(tmp_path: Path) -> None:
    dump = write(tmp_path / "dump.json", [line(ITEMS[0]), line(ITEMS[1]), line(ITEMS[0])])
    report = import_dump(dump, tmp_path / "world")
    assert report.written is not None
    assert (report.written.entities, report.skipped["again"]) == (2, 1)


@pytest.mark.parametrize("text", ["", "[\n]\n", "[\ngarbage\n]\n"])
def test_a_dump_without_entities_gives_empty_tables(tmp_path: Path, text: str) -> None:
    (tmp_path / "dump.json").write_text(text, encoding="utf-8")
    report = import_dump(tmp_path / "dump.json", tmp_path / "world")
    assert report.written is not None
    assert (report.written.entities, report.bad) == (0, text.count("garbage"))
    assert kinds(tmp_path / "world") == {}


def test_a_full_disk_is_one_line_and_what_was_read_stays(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    def full(*_: object) -> None:
        raise duckdb.IOException("IO Error: No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("resolver.build.sources.dump_tables._copy", full)
        with pytest.raises(GazetteerError, match=r"No space left on device.*--resume"):
            import_dump(dump, tmp_path / "world")
    assert not (tmp_path / "world").exists()
    assert import_dump(dump, tmp_path / "world", resume=True).megabytes == 0.0
    assert len(kinds(tmp_path / "world")) == 7


def test_the_tables_compile_and_answer(dump: Path, tmp_path: Path) -> None:
    import_dump(dump, tmp_path / "world")
    compile_gazetteer([tmp_path / "world"], tmp_path / "world.duckdb")
    resolver = Resolver.open(tmp_path / "world.duckdb")
    assert resolver.resolve("Ada Testova").qid == "Q901"
    assert resolver.resolve("Testville po-russki").qid == "Q902"
    assert next(alias.text for alias in resolver.aliases("Q901") if alias.role == "surname") == "Testova"


# -- the sieve and the part of a line that is parsed


def test_the_sieve_only_skips_what_the_parser_would_drop() -> None:
    """Over many random items: a line the sieve skips has too few sitelinks or no wanted class."""
    rng = random.Random(3)
    wanted = {HUMAN: True, CITY: False, COMPANY: False, "Q930": None}
    for number in range(600):
        classes = rng.sample([*wanted, "Q931"], rng.randint(0, 3))
        entity = item(f"Q{2000 + number}", f"N {number}", *classes, sites=rng.randint(0, 4), P106=HUMAN)
        if rng.random() < 0.3:
            rng.shuffle(statements := list(entity["claims"].items()) if entity["claims"] else [])
            entity["claims"] = dict(statements) or []
        text = line(entity, **rng.choice([{}, {"separators": (", ", ": ")}, {"ensure_ascii": False}]))
        found = Sieve(lambda qid: wanted.get(qid), 2).sift(text.encode() + b",\n")
        facts = facts_of(text)
        keep = facts.sitelinks >= 2 and any(wanted.get(qid) is not False for qid in facts.classes)
        assert keep <= bool(found), text
        if '": ' not in text:
            assert keep == bool(found), text


def test_classes_are_read_however_few_sitelinks_they_have() -> None:
    sieve = Sieve(lambda _: False, 3)
    block = "\n".join(line(entity) for entity in ITEMS).encode()
    assert [(found.number, found.worth) for found in sieve.sift(block)] == [(10, CLASS), (11, CLASS)]
    assert [found.worth for found in Sieve(lambda _: None, 3).sift(block)].count(ENTITY) == 7


def test_a_line_read_in_part_gives_the_facts_of_all_of_it() -> None:
    day = {"time": "+1950-02-03T00:00:00Z", "precision": 11}
    values: dict[str, Any] = dict.fromkeys((name.decode() for name in PROPERTIES), "Q55")
    values |= {"P569": day, "P570": day, "P1448": ("An Official Name", "en"), "P297": "TT", "P1082": {"amount": "+5"}}
    values |= {f"P{n}": "x" * n for n in range(9000, 9020)}
    values |= {"P625": {"latitude": 1.5, "longitude": 2.5}, "P106": ["Q1", "Q2"]}
    for seed in range(20):
        order = list(values.items())
        random.Random(seed).shuffle(order)
        entity = item("Q77", "Everything", HUMAN, **dict(order))
        text = line(entity)
        cut = cut_line(text.encode() + b",\r")
        assert cut is not None
        assert wikibase.read_entity(json.loads(text)) == read_facts(cut.data, None)
        assert set(json.loads(cut.data)["claims"]) == {name.decode() for name in PROPERTIES}
        assert cut.classes == ("Q55",)
        assert "Q55" in cut.targets(b"P39")


@pytest.mark.parametrize(
    "change",
    [
        {"claims": []},
        {"claims": {}},
        {"claims": {"P9001": [claim("P9001", "x")]}},
        {"labels": [], "aliases": [], "descriptions": []},
        {"sitelinks": []},
        {
            "claims": {
                "P31": [claim("P31", HUMAN, rank="deprecated"), claim("P31", CITY)],
                "P9001": [claim("P9001", "x")],
            }
        },
        {"claims": {"P31": [{"mainsnak": {"snaktype": "somevalue", "property": "P31"}, "rank": "normal"}]}},
        {"claims": {"P9001": [claim("P9001", "x")], "P17": [claim("P17", "Q55")]}},
        {
            "aliases": {
                "en": [{"language": "en", "value": ',"aliases":{},"claims":{"P31":[{"mainsnak":{}}]},"sitelinks":{}'}]
            }
        },
    ],
)
@pytest.mark.parametrize(
    "order", [None, ("type", "id", "labels", "claims", "aliases", "sitelinks"), ("id", "claims", "labels")]
)
def test_odd_lines_lose_nothing(change: dict[str, Any], order: tuple[str, ...] | None) -> None:
    entity = item("Q78", "Odd", HUMAN, P569={"time": "+1950-02-03T00:00:00Z", "precision": 11}) | change
    for options in ({}, {"separators": (", ", ": ")}, {"ensure_ascii": False}):
        text = line({name: entity[name] for name in order or entity}, **options)
        expected = wikibase.read_entity(json.loads(text))
        assert facts_of(text) == expected
        cut = cut_line(text.encode())
        assert cut is not None
        assert set(expected.classes) <= set(cut.classes)


def test_every_property_that_is_read_is_parsed() -> None:
    """Qualifiers come with their statements; everything else that wikibase.py names has to be in PROPERTIES."""
    source = Path(wikibase.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'"(P[1-9][0-9]*)"', source)) - {"P580", "P582", "P585"}
    assert named == {name.decode() for name in PROPERTIES}


def test_blocks_are_whole_lines_however_they_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"".join(b"%d" % n * (n % 50) + b"\n" for n in range(3_000)) + b"the end"
    for suffix, data in {"": text, ".gz": gzip.compress(text[:9_000]) + gzip.compress(text[9_000:])}.items():
        path = tmp_path / f"f{suffix}"
        path.write_bytes(data)
        for size in (7, 100, 4_096, 1 << 20):
            monkeypatch.setattr(dump_file, "BLOCK", size)
            for ahead in (False, True):
                opened = DumpFile(str(path), ahead=ahead)
                blocks = list(opened.blocks())
                assert b"".join(blocks) == text
                assert all(block.endswith(b"\n") for block in blocks[:-1])
                assert (opened.offset, opened.part) == (len(text), 1.0)
                opened.close()
        skipped = DumpFile(str(path), skip=len(text) - 7)
        assert list(skipped.blocks()) == [b"the end"]
        skipped.close()
