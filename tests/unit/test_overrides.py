"""Human decisions: their text, their form and conditions, contradictions, and what they do to answers."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver import InputError, OverrideConflict, Resolver, Status
from resolver.config import overrides_path
from resolver.overrides import (
    COLUMNS,
    Capitals,
    Decision,
    Override,
    Overrides,
    add_overrides,
    capitals,
    contradict,
    decide_now,
    read_default,
    remove_overrides,
)
from resolver.overrides.apply import Rulings, followed
from resolver.overrides.check import Problem, check_overrides, follow_overrides
from resolver.overrides.row import escaped, plain
from resolver.overrides.table import export_overrides, read_database, read_decisions, write_decisions

ENTITY, NONE, NEVER = Decision
DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def is_(name: str, qid: str, **more: object) -> Override:
    return Override(name=name, decision=ENTITY, qid=qid, **{"who": "ann", "decided_at": DAY, "why": "so", **more})


def nothing(name: str, **more: object) -> Override:
    return Override(name=name, decision=NONE, **{"who": "bob", **more})


def never(name: str, qid: str, **more: object) -> Override:
    return Override(name=name, decision=NEVER, qid=qid, **{"who": "cy", **more})


@pytest.fixture
def using(mini_path: Path):
    """A resolver over the mini gazetteer with the given decisions."""

    def opened(*rows: Override) -> Resolver:
        return Resolver.open(mini_path, overrides=Overrides(rows))

    return opened


def named(evidence: object) -> list[str]:
    return [item.name for item in evidence]


# -- one decision


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("US", Capitals.ALL), ("U.S.", Capitals.ALL), ("us", Capitals.NO), ("Us", Capitals.FIRST),
        ("iPhone", Capitals.MIXED), ("the US", Capitals.ANY), ("THE US", Capitals.ANY), ("土耳其", Capitals.ANY),
        ("X", Capitals.ALL), ("Türkiye", Capitals.FIRST), ("ИГ", Capitals.ALL), ("3", Capitals.ANY),
        ("İstanbul", Capitals.FIRST), ("Straße", Capitals.FIRST),
    ],
)  # fmt: skip
def test_forms_of_a_name(name: str, form: Capitals) -> None:
    assert capitals(name) is form


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"name": "🙂", "qid": "Q43"}, "name"),
        ({"name": "", "qid": "Q43"}, "name"),
        ({"name": "x", "qid": "43"}, "qid"),
        ({"name": "x", "qid": "Q0"}, "qid"),
        ({"name": "x", "decision": "never"}, "qid"),
        ({"name": "x", "decision": "none", "qid": "Q43"}, "qid"),
        ({"name": "x", "decision": "maybe", "qid": "Q43"}, "decision"),
        ({"name": "x"}, "decision"),
        ({"name": "x", "qid": "Q43", "kind": "planet"}, "kind"),
        ({"name": "x", "qid": "Q43", "country": "Turkey!"}, "country"),
        ({"name": "x", "qid": "Q43", "valid_from": "last year"}, "valid_from"),
        ({"name": "x", "qid": "Q43", "valid_from": "2016-13"}, "valid_from"),
        ({"name": "x", "qid": "Q43", "valid_to": "2015", "valid_from": "2016"}, "valid_to"),
        ({"name": "x", "qid": "Q43", "decided_at": "noon"}, "decided_at"),
        ({"name": "x\ud800", "qid": "Q43"}, "name"),
    ],
)
def test_a_cell_that_cannot_be_read(cells: dict[str, str], column: str) -> None:
    with pytest.raises(InputError) as caught:
        Override.from_cells(cells)
    assert caught.value.column == column
    assert "\n" not in str(caught.value)


def test_parts_of_dates_and_zones() -> None:
    row = Override.from_cells(
        {
            "name": "x",
            "qid": "Q43",
            "valid_from": "2016",
            "valid_to": "2016-02",
            "decided_at": "2026-01-02T05:04:05+02:00",
        }
    )
    assert (str(row.valid_from), str(row.valid_to), row.moment) == ("2016-01-01", "2016-02-29", "2026-01-02T03:04:05Z")
    assert row.decision is ENTITY


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_any_text_fits_into_a_cell(text: str) -> None:
    cell = escaped(text)
    assert not set(cell) & set("\t\n\r")
    assert plain(cell) == text


# -- a set of them, as text


ROWS = [
    is_("the Lebanese group", "Q41053"),
    nothing("US"),
    never("Georgia", "Q1428", kind="country", why="a\tb\nc\\d", who=""),
    is_("Georgia", "Q1428", country="US"),
    Override(key="merkel", decision=ENTITY, qid="x-somebody"),
    is_("Macedonia", "Q221", valid_from=datetime(2019, 2, 12).date()),
    is_("line\u2028separator\x85here", "Q43"),
]


def test_text_and_back(tmp_path: Path) -> None:
    held = Overrides(ROWS)
    path = tmp_path / "o.tsv"
    path.write_text(held.text(), encoding="utf-8", newline="")
    assert Overrides.read(path) == held
    assert held.text() == Overrides(reversed(ROWS)).text()
    assert held.text().splitlines(keepends=False)[0] == "\t".join(COLUMNS)
    path.write_bytes(b"\xef\xbb\xbf" + held.text().replace("\n", "\r\n").encode() + b"\r\n")
    assert Overrides.read(path) == held


def test_decisions_go_to_other_processes() -> None:
    held = Overrides(ROWS, source="here")
    assert held.by_key
    copy = pickle.loads(pickle.dumps(held))
    assert (copy, copy.source, copy.fingerprint, copy.by_key) == (held, "here", held.fingerprint, held.by_key)


def test_one_more_decision_is_one_more_line() -> None:
    before = Overrides(ROWS).text().split("\n")
    after = Overrides([*ROWS, is_("Kremlin", "Q159")]).text().split("\n")
    assert [line for line in after if line not in before] == [
        "Kremlin\tkremlin\t\t\t\t\tentity\tQ159\tann\t2026-01-02T03:04:05Z\tso"
    ]
    assert [line for line in after if line in before] == before


def test_a_file_written_by_hand_needs_few_columns(tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    path.write_text("qid\tname\nQ43\tthe Turks\n\n", encoding="utf-8")
    (row,) = Overrides.read(path)
    assert (row.name, row.key, row.decision, row.qid) == ("the Turks", "the turks", ENTITY, "Q43")


def test_a_stale_key_is_worked_out_anew() -> None:
    assert Override.from_cells({"name": "Türkiye", "key": "old", "qid": "Q43"}).key == "turkiye"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"name\tqid\nx\tQ43\ty\n", "row 2: 3 cells under 2 columns"),
        (b"name\tqid\nx\tQ43\ny\t43\n", "row 3, column qid: '43' is not an entity id"),
        (b"name\tqid\tcolour\nx\tQ43\tred\n", "row 1: unknown column 'colour'"),
        (b"name\tname\tqid\n", "row 1: a column stands there twice"),
        (b"name\twhy\n", "row 1: neither decision nor qid is a column"),
        (b"who\tqid\n", "row 1: neither name nor key is a column"),
        (b"name\tqid\nT\xfcrkei\tQ43\n", "row 2: not UTF-8 at byte 2"),
        (b"name\tqid\n<<<<<<< HEAD\nx\tQ43\n", "row 2: an unfinished merge"),
        (b"name,qid\nx,Q43\n", "row 1: unknown column 'name,qid'"),
        (b"name\tqid\tvalid_from\nx\tQ43\t2016-02-30\n", "row 2, column valid_from: '2016-02-30' is not a date"),
    ],
)
def test_a_malformed_file(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "o.tsv"
    path.write_bytes(text)
    with pytest.raises(InputError) as caught:
        Overrides.read(path)
    assert str(caught.value).startswith(f"{path}, {message}")
    assert "\n" not in str(caught.value)


def test_no_such_file(tmp_path: Path, mini_path: Path) -> None:
    with pytest.raises(InputError, match="resolver override add"):
        Resolver.open(mini_path, overrides=tmp_path / "gone.tsv")
    with pytest.raises(InputError, match="can't be read"):
        Overrides.read(tmp_path)


# -- contradictions


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (is_("Georgia", "Q230"), is_("Georgia", "Q1428"), True),
        (is_("Georgia", "Q230"), nothing("Georgia"), True),
        (is_("Georgia", "Q230"), never("Georgia", "Q230"), True),
        (is_("Georgia", "Q230"), never("Georgia", "Q1428"), False),
        (nothing("Georgia"), never("Georgia", "Q230"), False),
        (never("Georgia", "Q1428"), never("Georgia", "Q230"), False),
        (is_("Georgia", "Q230"), is_("Georgia", "Q230", who="bob"), False),
        (is_("Georgia", "Q230"), is_("Georgia", "Q1428", country="US"), False),
        (is_("US", "Q30"), nothing("us"), False),
        (is_("US", "Q30"), nothing("U.S."), True),
        (is_("The Group", "Q30"), nothing("THE GROUP"), True),
        (is_("x y", "Q30", valid_to=datetime(2015, 1, 1).date()), nothing("x y"), False),
        (
            is_("x y", "Q30", valid_to=datetime(2015, 1, 1).date()),
            nothing("x y", valid_from=datetime(2015, 1, 1).date()),
            True,
        ),
        (
            is_("x y", "Q30", valid_to=datetime(2015, 1, 1).date()),
            nothing("x y", valid_from=datetime(2015, 1, 2).date()),
            False,
        ),
        (is_("x y", "Q30"), Override(key="x y", decision=NONE), True),
    ],
)
def test_what_contradicts(a: Override, b: Override, expected: bool) -> None:
    assert contradict(a, b) is contradict(b, a) is expected
    if expected:
        with pytest.raises(OverrideConflict):
            Overrides([a, b])
    else:
        assert len(Overrides([a, b])) == 2


def test_a_conflict_shows_both_decisions() -> None:
    later = is_("Georgia", "Q1428", who="bob", decided_at=datetime(2026, 5, 6, tzinfo=UTC), why="the state")
    with pytest.raises(OverrideConflict) as caught:
        Overrides([later, is_("Georgia", "Q230")], source="o.tsv")
    message = str(caught.value)
    assert "Q230 by ann on 2026-01-02 (so) against Q1428 by bob on 2026-05-06 (the state)" in message
    assert message.startswith("o.tsv: two decisions about 'Georgia'")


def test_including_and_excluding() -> None:
    held = Overrides([is_("Georgia", "Q230")])
    assert held.including([is_("Georgia", "Q230", who="bob")]) == held
    with pytest.raises(OverrideConflict):
        held.including([nothing("Georgia")])
    replaced = held.including([nothing("Georgia")], replace=True)
    assert [row.decision for row in replaced] == [NONE]
    assert len(held.excluding(held)) == 0


# -- what they do to answers


def test_an_entity_that_was_decided_on(using) -> None:
    r = using(is_("the sick man of Europe", "Q43", why="1853"))
    for name in ("the sick man of Europe", "The Sick Man of Europe", "THE SICK-MAN OF EUROPE"):
        found = r.resolve(name)
        assert (found.status, found.qid, found.probability, found.margin) == (Status.MATCHED, "Q43", 1.0, 1.0)
        assert (found.alias.text, found.alias.source) == ("the sick man of Europe", "override")
    assert found.evidence[0].to_dict() == {"name": "override", "value": 1.0, "detail": "ann, 2026-01-02: 1853"}
    assert r.resolve("the sick man").qid is None


def test_what_is_overruled_stays_listed(using, mini: Resolver) -> None:
    before = mini.resolve("Georgia")
    found = using(is_("Georgia", "Q1428")).resolve("Georgia")
    assert before.status is Status.AMBIGUOUS
    assert found.candidates[0].entity.qid == "Q1428"
    assert {c.entity.qid for c in found.candidates} == {c.entity.qid for c in before.candidates}
    assert [c.probability for c in found.candidates] == [1.0] + [0.0] * (len(before.candidates) - 1)
    assert {"override", "exact_key"} <= set(named(found.evidence))
    assert len(using(is_("Georgia", "Q1428")).resolve("Georgia", top=1).candidates) == 1


def test_no_entity(using) -> None:
    found = using(nothing("Türkiye")).resolve("Türkiye")
    assert (found.status, found.qid, found.candidates) == (Status.UNMATCHED, None, ())
    assert named(found.evidence) == ["override"]
    assert found.evidence[0].detail == "no entity: bob"


def test_never_this_entity_weighs_the_others_anew(using, mini: Resolver) -> None:
    before, found = mini.resolve("Georgia"), using(never("Georgia", "Q1428")).resolve("Georgia")
    assert (before.status, found.status, found.qid) == (Status.AMBIGUOUS, Status.MATCHED, "Q230")
    assert before.candidates[0].probability < found.probability < 1
    assert "Q1428" not in {c.entity.qid for c in found.candidates}
    assert found.evidence[-1].detail == "not Q1428: cy"


def test_never_the_only_one_leaves_nothing(using) -> None:
    found = using(never("Türkiye", "Q43")).resolve("Türkiye")
    assert (found.status, found.candidates) == (Status.UNMATCHED, ())
    assert named(found.evidence)[-1] == "override"


def test_never_reaches_every_road_to_the_entity(using, mini: Resolver) -> None:
    for name in ("President Putin", "Turkey/Türkiye", "the Syria wing of PKK", "V. Putin"):
        qid = mini.resolve(name).qid
        if qid is None:
            continue
        found = using(never(name, qid)).resolve(name)
        assert found.qid != qid
        assert qid not in {c.entity.qid for c in found.candidates}


def test_several_nevers(using) -> None:
    found = using(never("Georgia", "Q1428"), never("Georgia", "Q230")).resolve("Georgia")
    assert not {"Q1428", "Q230"} & {c.entity.qid for c in found.candidates}


def test_capitals_of_one_word_count(using, mini: Resolver) -> None:
    assert mini.resolve("US").qid == "Q30"
    r = using(nothing("US"))
    assert [r.resolve(name).evidence[0].name for name in ("US", "U.S.")] == ["override"] * 2
    for name in ("us", "Us"):
        assert r.resolve(name).to_dict() | {"config_hash": ""} == mini.resolve(name).to_dict() | {"config_hash": ""}
    lower = using(is_("us", "Q43"))
    assert (lower.resolve("us").qid, lower.resolve("US").qid) == ("Q43", "Q30")
    by_key = using(Override(key="us", decision=ENTITY, qid="Q43"), nothing("US"))
    assert [by_key.resolve(name).qid for name in ("us", "Us", "US")] == ["Q43", "Q43", None]


def test_conditions_hold_only_where_they_are_met(using) -> None:
    r = using(
        is_("Georgia", "Q230"),
        is_("Georgia", "Q1428", country="US"),
        is_("Georgia", "Q30", country="US", kind="country"),
    )
    assert r.resolve("Georgia").qid == "Q230"
    assert r.resolve("Georgia", country="US").qid == "Q1428"
    assert r.resolve("Georgia", country="Q30").qid == "Q1428"
    assert r.resolve("Georgia", country="US", kind="country").qid == "Q30"
    assert r.resolve("Georgia", kind="country").qid == "Q230"


def test_dates_hold_only_where_a_day_is_given(using) -> None:
    day = datetime(2019, 2, 12).date()
    r = using(is_("Our Land", "Q43", valid_from=day), is_("Our Land", "Q159", valid_to=day.replace(day=11)))
    assert r.resolve("Our Land").qid is None
    assert r.resolve("Our Land", as_of="2019-02-12").qid == "Q43"
    assert r.resolve("Our Land", as_of="2019-02-11").qid == "Q159"


def test_a_decision_never_answers_a_kind_that_is_refused(using) -> None:
    r = using(is_("Georgia", "Q230"))
    found = r.resolve("Georgia", kind="subdivision")
    assert found.qid == "Q1428"
    assert found.evidence[-1].name == "override_aside"
    assert r.resolve("Georgia", exclude_kind="country").qid != "Q230"


def test_an_entity_that_is_not_held(using) -> None:
    found = using(is_("Northern Front", "Q999999999", kind=None)).resolve("northern front")
    assert (found.qid, found.label, found.kind) == ("Q999999999", "Northern Front", "other")
    assert named(found.evidence) == ["override", "not_held"]
    assert (
        using(is_("Northern Front", "Q999999999")).resolve("northern front", kind="armed_group").kind == "armed_group"
    )


def test_a_country_nobody_knows(using) -> None:
    with pytest.raises(InputError, match="limited to XX"):
        using(is_("Georgia", "Q230", country="XX"))


def test_merged_ids_are_followed_and_told(mini: Resolver, mini_path: Path) -> None:
    rulings = Rulings(
        mini.gazetteer, Overrides([is_("old name", "Q999999999")]), {"Q999999999": "Q888888888", "Q888888888": "Q43"}
    )
    r = Resolver(mini.gazetteer, mini_path, mini.config, rulings)
    found = r.resolve("old name")
    assert found.qid == "Q43"
    assert found.evidence[1].detail == "Q999999999 has become Q43"
    plain_hash = Resolver.open(mini_path, overrides=Overrides([is_("old name", "Q999999999")])).config.hash
    assert r.config.hash != plain_hash


def test_an_id_that_only_the_gazetteer_still_has_stays(mini: Resolver) -> None:
    rulings = Rulings(mini.gazetteer, Overrides([is_("old name", "Q43")]), {"Q43": "Q999999999"})
    assert rulings.redirected == {}
    assert followed("Q1", {"Q1": "Q2", "Q2": "Q1"}) == "Q1"


def test_the_parts_of_a_composite(using, mini: Resolver) -> None:
    assert mini.resolve("Türkiye and the sick man").status is Status.UNMATCHED
    found = using(is_("the sick man", "Q159")).resolve("Türkiye / the sick man")
    assert [part.qid for part in found.parts] == ["Q43", "Q159"]
    whole = using(is_("YPG/PKK", "Q43")).resolve("YPG/PKK")
    assert (whole.status, whole.qid, whole.parts) == (Status.MATCHED, "Q43", ())


def test_bulk_equals_one_by_one(using, mini: Resolver) -> None:
    r = using(*ROWS[:4], nothing("Türkiye"), is_("Ankara", "Q43"))
    names = ["Türkiye", "Ankara", "ANKARA", "US", "us", "Georgia", "the lebanese group", "", "x" * 600, "Putin"] * 500
    many = list(r.resolve_many(names))
    assert len(many) == len(names)
    for name, found in zip(names[:10], many[:10], strict=True):
        alone = r.resolve(name) if len(name) <= 500 else None
        assert alone is None or (found.status, found.qid) == (alone.status, alone.qid)
        assert alone is None or found == alone
    assert [found.qid for found in many[:5]] == [None, "Q43", "Q3640", None, None]
    assert all(found == r.resolve(found.query, country="US") for found in r.resolve_many(names[:8], country="US"))
    assert r.default_answer("Ankara").candidates[0].entity.qid == "Q43"


def test_whole_tables_equal_one_by_one(using) -> None:
    import pyarrow as pa

    r = using(*ROWS[:4], is_("Our Land", "Q43", valid_from=datetime(2019, 2, 12).date()), nothing("Türkiye"))
    names = ["Türkiye", "US", "us", "Georgia", "the lebanese group", "Our Land", "Our Land", None, "Ankara"]
    days = [None, None, None, None, None, datetime(2019, 2, 11).date(), datetime(2019, 2, 12).date(), None, None]
    batch = pa.RecordBatch.from_pydict({"name": names, "day": pa.array(days, pa.date32())})
    (found,) = r.resolve_batches([batch], column="name", as_of_column="day")
    alone = [r.resolve(name, as_of=day).qid if name else None for name, day in zip(names, days, strict=True)]
    assert found["name_qid"].to_pylist() == alone
    assert alone[4:7] == ["Q41053", None, "Q43"]
    (found,) = r.resolve_batches([batch], column="name")
    assert found["name_qid"].to_pylist() == [r.resolve(name).qid if name else None for name in names]


def test_the_hash_knows_the_decisions(using, mini: Resolver) -> None:
    hashes = [using(*rows).config.hash for rows in ([], ROWS[:1], ROWS[:2], [is_("the Lebanese group", "Q43")])]
    assert hashes[0] == mini.config.hash
    assert len(set(hashes)) == 4
    assert {found.config_hash for found in using(*ROWS[:1]).resolve_many(["Ankara", "nothing at all"])} == {hashes[1]}


def test_settings_and_decisions_together(mini_path: Path, mini: Resolver) -> None:
    r = Resolver.open(
        mini_path, config=mini.config.replace(match_probability=0.99), overrides=Overrides([is_("x y", "Q43")])
    )
    assert r.resolve("x y").qid == "Q43"
    assert [found.qid for found in r.resolve_many(["x y", "Putin"])] == ["Q43", None]


# -- where they live


def test_the_default_file(tmp_path: Path, mini_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESOLVER_OVERRIDES")
    monkeypatch.delenv("RESOLVER_DATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "data"))
    path = tmp_path / "data" / "qid-resolver" / "overrides.tsv"
    assert overrides_path() == path
    assert len(read_default()) == 0
    assert Resolver.open(mini_path).rulings is None
    add_overrides([is_("x y", "Q43")])
    assert path.is_file()
    assert Resolver.open(mini_path).resolve("x y").qid == "Q43"
    assert Resolver.open(mini_path, overrides=False).resolve("x y").qid is None
    monkeypatch.setenv("RESOLVER_OVERRIDES", str(tmp_path / "mine.tsv"))
    assert Resolver.open(mini_path).resolve("x y").qid is None
    assert Resolver.open(mini_path, overrides=path).resolve("x y").qid == "Q43"
    monkeypatch.setenv("RESOLVER_OVERRIDES", "")
    assert overrides_path() is None
    with pytest.raises(InputError, match="name a file with --overrides"):
        add_overrides([is_("x y", "Q43")])


def test_adding_and_removing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "o.tsv"
    before, after = add_overrides([is_("x y", "Q43")], path)
    assert (len(before), len(after)) == (0, 1)
    assert Overrides.read(path) == after
    text = path.read_bytes()
    with pytest.raises(OverrideConflict):
        add_overrides([nothing("new one"), nothing("x y")], path)
    assert path.read_bytes() == text
    add_overrides([nothing("x y")], path, replace=True)
    _, after = remove_overrides(Overrides.read(path), path)
    assert len(after) == 0
    assert path.read_text() == "\t".join(COLUMNS) + "\n"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.tsv", tmp_path / "link.tsv"
    add_overrides([is_("x y", "Q43")], real)
    real.chmod(0o640)
    link.symlink_to(real)
    add_overrides([is_("y z", "Q43")], link)
    assert link.is_symlink()
    assert len(Overrides.read(real)) == 2
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_decision_of_now() -> None:
    row = decide_now("the Kremlin", ENTITY, "Q159", country="ru", valid_from="2020", why="so")
    assert (row.country, row.moment[:2], bool(row.who)) == ("RU", "20", True)
    assert decide_now("Merkel", NONE, any_form=True).name == ""
    with pytest.raises(InputError, match="--from: 'x' is not a date"):
        decide_now("the Kremlin", NONE, valid_from="x")


# -- checking


def test_what_wants_a_look(mini: Resolver, tmp_path: Path) -> None:
    rows = [
        is_("old name", "Q999999999"),
        is_("far name", "Q888888888"),
        is_("Türkiye", "Q43"),
        never("Türkiye", "Q159", why="no"),
        Override(name="Ankara", decision=ENTITY, qid="Q43"),
        is_("good name", "Q43"),
        nothing("nobody at all", why="so"),
    ]
    path = tmp_path / "o.tsv"
    add_overrides(rows, path)
    redirects = {"Q999999999": "Q43"}
    found = check_overrides(Overrides.read(path), mini, redirects)
    assert [(finding.row.name, finding.problem) for finding in found] == [
        ("Ankara", Problem.UNSIGNED),
        ("far name", Problem.NOT_HELD),
        ("nobody at all", Problem.NEEDLESS),
        ("old name", Problem.MERGED),
        ("Türkiye", Problem.NEEDLESS),
        ("Türkiye", Problem.NEEDLESS),
    ]
    assert follow_overrides(path, mini, redirects) == 1
    followed_row = next(row for row in Overrides.read(path) if row.name == "old name")
    assert (followed_row.qid, followed_row.who, followed_row.decided_at) == ("Q43", "ann", DAY)


def test_following_ids_into_a_contradiction_changes_nothing(mini: Resolver, tmp_path: Path) -> None:
    path = tmp_path / "o.tsv"
    add_overrides([is_("x y", "Q999999999"), never("x y", "Q43")], path)
    text = path.read_text()
    with pytest.raises(OverrideConflict):
        follow_overrides(path, mini, {"Q999999999": "Q43"})
    assert path.read_text() == text


# -- in a database


def test_a_database_and_back(tmp_path: Path, mini_path: Path) -> None:
    path, held = tmp_path / "events.duckdb", Overrides(ROWS)
    assert export_overrides(path, held) == held
    assert read_database(path) == held
    assert export_overrides(path, Overrides(ROWS[:2])) == held
    with duckdb.connect(str(path), read_only=True) as con:
        assert [row[0] for row in con.execute("DESCRIBE decision").fetchall()] == list(COLUMNS)
        assert con.execute("SELECT count(*) FROM decision WHERE qid IS NULL").fetchall() == [(1,)]
        day = con.execute("SELECT valid_from, decided_at FROM decision WHERE key = 'macedonia'").fetchall()
        assert day == [(datetime(2019, 2, 12).date(), DAY.replace(tzinfo=None))]
    with Resolver.open(mini_path, overrides=path) as resolver:
        assert resolver.resolve("the Lebanese group").qid == "Q41053"
    with pytest.raises(OverrideConflict, match="Q30"):
        export_overrides(path, Overrides([is_("US", "Q30")]))
    assert read_database(path) == held


def test_databases_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no database at"):
        read_database(tmp_path / "gone.duckdb")
    (tmp_path / "text.duckdb").write_text("name\tqid\n" * 1000)
    with pytest.raises(InputError, match=r"text\.duckdb"):
        read_database(tmp_path / "text.duckdb")
    with duckdb.connect() as con:
        assert len(read_decisions(con)) == 0
        con.execute("CREATE TABLE decision (name VARCHAR, qid VARCHAR)")
        with pytest.raises(InputError, match="column country is missing"):
            read_decisions(con)
    with duckdb.connect() as con:
        write_decisions(con, Overrides(ROWS))
        con.execute("UPDATE decision SET qid = '43' WHERE key = 'us' OR key = 'georgia'")
        with pytest.raises(InputError, match="column qid"):
            read_decisions(con)


# -- the command line


@pytest.fixture
def run(tmp_path: Path, mini_path: Path):
    def command(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        own = {"RESOLVER_OVERRIDES": str(tmp_path / "o.tsv"), "RESOLVER_GAZETTEER": str(mini_path), "COLUMNS": "80"}
        return subprocess.run(
            [sys.executable, "-m", "resolver", *args],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | own | env,
        )

    return command


def test_the_commands(run, tmp_path: Path) -> None:
    done = run("override", "add", "the sick man", "Q43", "--why", "1853", "--who", "ann")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "the sick man: Q43 Turkey (country)")
    done = run("override", "add", "The Sick Man", "Q159", "--why", "no")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Q43 by ann on" in done.stderr
    assert "Q159 by" in done.stderr
    assert " against " in done.stderr
    (found,) = json.loads(run("resolve", "the sick man", "-f", "json").stdout)
    assert (found["qid"], found["evidence"][0]["name"]) == ("Q43", "override")
    (found,) = json.loads(run("resolve", "the sick man", "-f", "json", "--overrides", "none").stdout)
    assert found["qid"] is None
    assert run("override", "export", str(tmp_path / "e.duckdb")).stdout.endswith("1 decision\n")
    assert run("override", "remove", "the sick man").returncode == 0
    assert run("override", "list").stderr.endswith("no decisions\n")
    assert run("override", "import", str(tmp_path / "e.duckdb")).stdout.endswith("1 new of 1, 1 decision\n")
    assert json.loads(run("override", "list", "-f", "json").stdout)[0]["who"] == "ann"
    assert run("override", "check").returncode == 0


def test_decisions_never_reach_the_checks_of_a_gazetteer(run, tmp_path: Path) -> None:
    before = run("gazetteer", "check")
    add_overrides([nothing("Türkiye"), is_("Ankara", "Q43")], tmp_path / "o.tsv")
    after = run("gazetteer", "check")
    assert (before.returncode, before.stdout) == (after.returncode, after.stdout)
    assert run("resolve", "Türkiye", "-f", "csv").stdout.splitlines()[1].startswith("Türkiye,unmatched")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("add", "x"), "say what the name means"),
        (("add", "x", "Q43", "--never", "Q43", "--why", "so"), "say what the name means"),
        (("add", "x", "Q43"), "say why"),
        (("add", "x", "43", "--why", "so"), "QID: '43' is not an entity id"),
        (("add", "x", "Q43", "--why", "so", "--country", "XX"), "unknown country 'XX'"),
        (("add", "🙂", "Q43", "--why", "so"), "no letter or number"),
        (("remove", "x"), "no such decision about 'x'"),
        (("import", "gone.tsv"), "no overrides at gone.tsv"),
        (("list", "--overrides", "gone.tsv"), "no overrides at gone.tsv"),
    ],
)
def test_slips_are_one_line(run, args: tuple[str, ...], message: str) -> None:
    done = run("override", *args)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert message in line
