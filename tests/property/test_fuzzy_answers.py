"""What holds of every answer of the fuzzy tier, whatever the text, the batch and the rest of the gazetteer."""

from __future__ import annotations

import inspect
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from resolver import Config, Resolution, Resolver, Status, engine
from resolver import compare as compare_names
from resolver.build.compile import compile_gazetteer
from resolver.model import entity_order
from resolver.normalize import exact_key

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENTITIES = (
    "qid kind label description countries codes valid_from valid_to population office capital provisional sources"
)
ALIASES = "qid text langs role register strength cased valid_from valid_to sources"

# Letters of many scripts, so that examples are names rather than noise, and noise too.
SOME_LETTERS = (
    "abcdeikmnoprstuzABEKMPŞıİçßñ абвгеикнорстуяАВК ابتحسلمنوی אבגדהמנש 中国土耳其東京大 かなタカ 가나다 ' - . , ()/&1"
)
WORDS = st.text(st.sampled_from(SOME_LETTERS), max_size=40)
TEXT = st.one_of(WORDS, st.text(max_size=40))


def slip(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name) - 1)
    return rng.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + rng.choice(LETTERS) + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        ]
    )


def is_sound(found: Resolution) -> None:
    """What holds of every answer."""
    order = [(-c.probability, -c.entity.prior, entity_order(c.entity.qid)) for c in found.candidates]
    assert order == sorted(order)
    assert all(0.0 <= c.probability <= 1.0 and 0.0 <= c.score <= 1.0 for c in found.candidates)
    assert sum(c.probability for c in found.candidates) <= 1.0 + 1e-5
    assert len({c.entity.qid for c in found.candidates}) == len(found.candidates)
    assert (found.qid is not None) == (found.status is Status.MATCHED)
    assert (len(found.parts) > 1) == (found.status is Status.COMPOSITE)
    if found.status is Status.MATCHED:
        assert found.probability >= Config().match_probability


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT)
@example("\ud800\udfff")
@example("a" * 500)
@example("Zelenskyy\x00Putin")
@example("‮Путин‬")
def test_no_text_breaks_it(bundled: Resolver, text: str) -> None:
    is_sound(bundled.resolve(text))


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_no_text_breaks_it_where_names_are_few(mini: Resolver, text: str) -> None:
    is_sound(mini.resolve(text))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=["P", "S", "Z", "C"], exclude_characters="&"), max_size=12))
@example("🙂")
@example("…")
@example("")
def test_an_empty_key_matches_nothing(bundled: Resolver, text: str) -> None:
    if exact_key(text):
        return
    found = bundled.resolve(text)
    assert (found.status, found.candidates) == (Status.UNMATCHED, ())
    assert compare_names(text, text).probability == 0.0


@pytest.fixture(scope="module")
def misspelt(bundled: Resolver) -> list[str]:
    """Misspelt names of entities of all kinds, and strangers."""
    held, rng = bundled.gazetteer, random.Random(17)
    texts = [held.alias_text(alias) for alias in rng.sample(range(len(held.alias_entity)), 400)]
    texts = [slip(text, rng) for text in texts if len(text) > 5]
    return [*texts, *("".join(rng.choices(LETTERS, k=9)).title() for _ in range(30))]


def plain(answers: list[Resolution]) -> list[dict[str, Any]]:
    return [answer.to_dict() for answer in answers]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_answers_do_not_depend_on_the_batch(
    bundled: Resolver, misspelt: list[str], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = misspelt[: 60 if size == 1 else 200]
    whole = plain(list(bundled.resolve_many(names)))
    monkeypatch.setattr(engine, "BATCH", size)
    assert plain(list(bundled.resolve_many(names))) == whole


def test_answers_do_not_depend_on_the_workers(bundled: Resolver, misspelt: list[str]) -> None:
    if "workers" not in inspect.signature(bundled.resolve_many).parameters:
        pytest.skip("resolve_many works alone")
    options: dict[str, Any] = {"workers": 2}
    assert plain(list(bundled.resolve_many(misspelt, **options))) == plain(list(bundled.resolve_many(misspelt)))


def test_bulk_answers_as_one_by_one(bundled: Resolver, misspelt: list[str]) -> None:
    names = misspelt[-120:]
    assert plain(list(bundled.resolve_many(names))) == plain([bundled.resolve(name) for name in names])


def test_answers_do_not_depend_on_what_else_is_asked(bundled: Resolver, misspelt: list[str]) -> None:
    shuffled = misspelt[:]
    random.Random(3).shuffle(shuffled)
    straight = {r.query: r.to_dict() for r in bundled.resolve_many(misspelt)}
    assert {r.query: r.to_dict() for r in bundled.resolve_many(shuffled)} == straight


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_a_name_is_likest_to_itself(bundled: Resolver, data: st.DataObject) -> None:
    held = bundled.gazetteer
    numbers = st.integers(0, len(held.alias_entity) - 1)
    name, other = (held.alias_text(data.draw(numbers)) for _ in range(2))
    # Across scripts the weights are others: one name in two scripts may score a little above itself.
    assert compare_names(name, name).score >= compare_names(name, other).score - 0.05, (name, other)


def test_a_known_name_is_never_taken_from_its_entity(bundled: Resolver) -> None:
    held, rng = bundled.gazetteer, random.Random(23)
    for alias in rng.sample(range(len(held.alias_entity)), 1_500):
        found = bundled.resolve(held.alias_text(alias))
        if found.status is Status.MATCHED:
            bearers = {held.alias_entity[a] for a, _ in held.hits(held.key_number(exact_key(found.query)) or 0)}
            assert held.entity_number(found.qid or "") in bearers, found


# -- entities that have nothing to do with it


def write_theme(resolver: Resolver, folder: Path, qids: list[str]) -> Path:
    """Source tables of some entities of a compiled gazetteer."""
    import duckdb

    def cells(columns: str, table: str) -> str:
        listed = {"countries", "codes", "sources", "langs"}
        shown = []
        for name in columns.split():
            cell = f"array_to_string({name}, '|')" if name in listed else f"CAST({name} AS VARCHAR)"
            shown.append(f"coalesce({cell}, '')")
        return f"SELECT {', '.join(shown)} FROM {table} WHERE qid IN (SELECT unnest(?)) ORDER BY qid"

    folder.mkdir(parents=True)
    with duckdb.connect(str(resolver.database), read_only=True) as con:
        for name, columns, table in (
            ("entities", ENTITIES, "entity"),
            ("aliases", ALIASES, "(FROM alias JOIN (SELECT entity_id, qid FROM entity) USING (entity_id))"),
        ):
            found = con.execute(cells(columns, table), [qids]).fetchall()
            rows = [columns.split(), *(row for row in found if "derived" not in row[-1])]
            text = "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)
            (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lone_and_joined(bundled: Resolver, tmp_path_factory: pytest.TempPathFactory) -> tuple[Resolver, Resolver]:
    """A gazetteer of some entities, and one of the same with others added."""
    held, rng = bundled.gazetteer, random.Random(29)
    qids = [held.qid(number) for number in rng.sample(range(len(held.entity_kind)), 1_600)]
    root = tmp_path_factory.mktemp("unrelated")
    first = write_theme(bundled, root / "base" / "first", qids[:800])
    second = write_theme(bundled, root / "more" / "second", qids[800:])
    for name, folders in (("lone", [first]), ("joined", [first, second])):
        compile_gazetteer(folders, root / name / "gazetteer.duckdb")
    lone, joined = (Resolver.open(root / name / "gazetteer.duckdb") for name in ("lone", "joined"))
    return lone, joined


def test_unrelated_entities_never_turn_a_match_to_a_third(lone_and_joined: tuple[Resolver, Resolver]) -> None:
    lone, joined = lone_and_joined
    held, rng = lone.gazetteer, random.Random(31)
    texts = [held.alias_text(alias) for alias in range(len(held.alias_entity))]
    names = [slip(text, rng) for text in rng.sample([t for t in texts if len(t) > 5], 400)]
    matched = 0
    for before, after in zip(lone.resolve_many(names), joined.resolve_many(names), strict=True):
        is_sound(after)
        if before.qid is None or after.qid is None:
            continue
        matched += 1
        added = held.entity_number(after.qid) < 0
        assert after.qid == before.qid or added, (before, after)
    assert matched > 150
