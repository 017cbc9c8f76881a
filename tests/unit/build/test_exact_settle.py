"""Default answers settled when a gazetteer is built are those that deciding one by one gives."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from resolver import Resolver, Status, engine
from resolver.build.compile import compile_gazetteer
from resolver.build.settle import may_be_a_country
from resolver.decide import decide, is_common_word, rank, settle_status
from resolver.gazetteer import CASED, ROLES, STATUSES, UNSETTLED, WEAK, Gazetteer
from resolver.hits import Channel, Hit
from resolver.lexicon import common_words
from resolver.model import Hints, Role
from resolver.normalize import exact_key

MINI = Path(__file__).parents[2] / "data" / "mini"
SAMPLE = 3000


def sampled(gazetteer: Gazetteer) -> list[int]:
    """Numbers of keys, a part of them shared by several aliases; all keys of a small gazetteer."""
    numbers = range(len(gazetteer))
    if len(gazetteer) <= SAMPLE:
        return list(numbers)
    shuffled = random.Random(8).sample(numbers, 12 * SAMPLE)
    shared = [n for n in shuffled if len(list(gazetteer.hits(n))) > 1]
    return sorted({*shuffled[: SAMPLE // 2], *shared[: SAMPLE // 2]})


def hits_of(gazetteer: Gazetteer, number: int) -> list[Hit]:
    return [Hit(alias, Channel(channel)) for alias, channel in gazetteer.hits(number)]


@pytest.fixture(params=["mini", "bundled"], scope="module")
def resolver(request: pytest.FixtureRequest) -> Resolver:
    held: Resolver = request.getfixturevalue(request.param)
    return held


def test_surnames_that_are_settled_are_what_the_road_says(bundled: Resolver) -> None:
    gazetteer, rng = bundled.gazetteer, random.Random(3)
    surname, unmatched = ROLES.index(Role.SURNAME), STATUSES.index(Status.UNMATCHED)
    held = [
        alias
        for alias in rng.sample(range(len(gazetteer.alias_entity)), 60_000)
        if gazetteer.alias_role[alias] == surname and not gazetteer.alias_text(alias).isascii()
    ]
    names = [gazetteer.alias_text(alias) for alias in held]
    settled = [
        name
        for name, number in zip(names, gazetteer.key_numbers(list(map(exact_key, names))), strict=True)
        if number is not None and gazetteer.key_status[number] == unmatched
    ]
    assert len(settled) > len(names) / 3
    for name in settled:
        assert bundled.default_answer(name).status is Status.UNMATCHED, name


def test_settled_answers_are_the_decided_ones(resolver: Resolver) -> None:
    gazetteer = resolver.gazetteer
    wrong = []
    for number in sampled(gazetteer):
        status = gazetteer.key_status[number]
        hits = hits_of(gazetteer, number)
        flags = [gazetteer.alias_flags[hit.alias] for hit in hits]
        ordinary = is_common_word(gazetteer.key(number)) and any(flag & WEAK for flag in flags)
        key, best = gazetteer.key(number), gazetteer.key_best[number]
        answer = decide(gazetteer, key, hits, Hints(), resolver.config)
        surname = answer.status is Status.UNMATCHED and all(c.alias.role is Role.SURNAME for c in answer.candidates)
        # In Latin letters a surname stays one, and in others where it is no inflected name of a country.
        surname = surname and not key.isascii() and may_be_a_country(gazetteer, number)
        assert (status == UNSETTLED) == (surname or ordinary or any(flag & CASED for flag in flags)), key
        if status == UNSETTLED:
            continue
        qid = answer.candidates[0].entity.qid if answer.status is Status.MATCHED else None
        if (STATUSES[status], gazetteer.qid(best) if best >= 0 else None) != (answer.status, qid):
            wrong.append((key, str(STATUSES[status]), str(answer.status), qid))
    assert wrong == []


def test_the_lookup_table_says_the_same(resolver: Resolver) -> None:
    gazetteer = resolver.gazetteer
    numbers = {gazetteer.key(number): number for number in sampled(gazetteer)}
    with duckdb.connect(str(resolver.database), read_only=True) as con:
        con.register(
            "wanted", con.from_query("SELECT unnest(?::VARCHAR[]) AS key", params=[list(numbers)]).to_arrow_table()
        )
        rows = con.execute(
            "SELECT key, qid, alias, rank, probability, is_match, cased FROM lookup SEMI JOIN wanted USING (key)"
            " ORDER BY key, rank"
        ).fetchall()
    held: dict[str, list[tuple[object, ...]]] = {}
    for key, *row in rows:
        held.setdefault(key, []).append(tuple(row))
    wrong = []
    for key, number in numbers.items():
        ranked = rank(gazetteer, key, hits_of(gazetteer, number), Hints())
        status, _ = settle_status(gazetteer, ranked, resolver.config)
        flags = [gazetteer.alias_flags[hit.alias] for hit in hits_of(gazetteer, number)]
        cased = any(flag & CASED for flag in flags) or (is_common_word(key) and any(flag & WEAK for flag in flags))
        expected = [
            (
                gazetteer.qid(c.entity),
                gazetteer.alias_text(c.hit.alias),
                place,
                pytest.approx(c.probability, abs=1e-6),
                place == 1 and status is Status.MATCHED,
                cased,
            )
            for place, c in enumerate(ranked[:50], 1)
        ]
        if held.get(key, []) != expected:
            wrong.append((key, held.get(key), expected))
    assert wrong == []


def test_in_bulk_as_one_by_one(resolver: Resolver) -> None:
    gazetteer = resolver.gazetteer
    numbers = sampled(gazetteer)
    keys = [gazetteer.key(number) for number in numbers]
    written = [gazetteer.alias_text(next(gazetteer.hits(number))[0]) for number in numbers]
    names = [*keys, *written, *(key.title() for key in keys), "", "Nicaragwa", "YPG/PKK"]
    # Ordinary words have a reading in small letters and another in capitals: not this test's business.
    names = [n for n in names if len(n) <= resolver.config.max_length and exact_key(n) not in common_words()]
    wrong = []
    for name, bulk in zip(names, resolver.resolve_many(names), strict=True):
        # Status and id first: they come from the settled answers, all else is worked out when asked for.
        settled, single = (bulk.status, bulk.qid), resolver.resolve(name)
        if settled != (single.status, single.qid) or bulk != single or settled != (bulk.status, bulk.qid):
            wrong.append((name, settled, single))
    assert wrong == []


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
def test_batch_size_does_not_matter(mini: Resolver, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    names = ["Türkiye", "", "US", "us", "Georgia", "YPG/PKK", "Nicaragwa", "Ankara", "Putin"] * 3
    whole = list(mini.resolve_many(names))
    monkeypatch.setattr(engine, "BATCH", size)
    assert list(mini.resolve_many(iter(names))) == whole
    assert [answer.query for answer in whole] == names


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    versions, contents = [], []
    for name in ("one", "two"):
        target = tmp_path / name / "mini.duckdb"
        versions.append(compile_gazetteer([MINI], target))
        contents.append(target.with_suffix(".exact").read_bytes())
    assert versions[0] == versions[1]
    assert contents[0] == contents[1]


def test_a_change_of_the_tables_changes_the_version(tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for path in MINI.iterdir():
        text = path.read_text(encoding="utf-8")
        (changed / path.name).write_text(text.replace("Soviet Union", "Soviet Onion"), encoding="utf-8")
    before = compile_gazetteer([MINI], tmp_path / "a.duckdb")
    assert compile_gazetteer([changed], tmp_path / "b.duckdb") != before


def test_a_later_folder_has_the_last_word(tmp_path: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    (later / "entities.tsv").write_text(
        "qid\tkind\tlabel\tdescription\tcountries\tcodes\tvalid_from\tvalid_to\tpopulation\toffice\tcapital"
        "\tprovisional\tsources\nQ43\t\tTürkiye\t\t\t\t\t\t\t\t\t\tz\n",
        encoding="utf-8",
    )
    compile_gazetteer([MINI, later], tmp_path / "both.duckdb")
    with Resolver.open(tmp_path / "both.duckdb") as resolver:
        entity = resolver.entity("Q43")
    assert (entity.label, entity.description, entity.kind) == ("Türkiye", "country in Western Asia", "country")
