"""Layers over a gazetteer: names added, names hidden, switched on and off, and equal to one gazetteer of both."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from resolver import Config, GazetteerNotFound, InputError, Resolver, Status
from resolver.build.compile import compile_gazetteer
from resolver.build.tables import AliasRow, EntityRow, RelationRow, write_table
from resolver.gazetteer import Gazetteer
from resolver.layers import MASK_COLUMNS, chosen_layers, find_layer, known_layers, read_masks
from resolver.overlay import LayeredGazetteer

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RESOLVER_LAYERS", raising=False)


def layer(
    folder: Path,
    *,
    names: tuple[tuple[str, str], ...] = (),
    entities: tuple[EntityRow, ...] = (),
    masks: tuple[tuple[str, str], ...] = (),
    relations: tuple[RelationRow, ...] = (),
    role: str = "label",
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if entities:
        write_table(folder / "entities.tsv", "entities", entities)
    if names:
        rows = [AliasRow(qid, text, ("en",), role, sources=(folder.name,)) for qid, text in names]
        write_table(folder / "aliases.tsv", "aliases", rows)
    if relations:
        write_table(folder / "relations.tsv", "relations", relations)
    if masks:
        lines = ["\t".join(MASK_COLUMNS), *(f"{qid}\t{text}\ttest" for qid, text in masks)]
        (folder / "masks.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


FRONT = EntityRow("x-popular-front", "armed_group", "Popular Front", countries=("Q43",), provisional=True)


def test_a_layer_adds_names_and_entities(mini: Resolver, tmp_path: Path) -> None:
    mine = layer(tmp_path / "mine", names=(("Q43", "Anatolia Land"), (FRONT.qid, "Popular Front")), entities=(FRONT,))
    both = mini.with_layers([mine])
    assert mini.resolve("Anatolia Land").qid is None
    assert both.resolve("Anatolia Land").qid == "Q43"
    found = both.resolve("Popular Front")
    assert (found.qid, found.kind, found.provisional, found.alias.source) == (FRONT.qid, "armed_group", True, "mine")
    assert both.resolve("Türkiye") == _restamped(mini.resolve("Türkiye"), both)
    assert both.entity(FRONT.qid).countries == ("Q43",)
    assert "Anatolia Land" in [alias.text for alias in both.aliases("Q43")]
    assert [alias.text for alias in both.aliases("Q43")] == sorted(alias.text for alias in both.aliases("Q43"))
    assert both.gazetteer.version != mini.gazetteer.version
    assert both.resolve("Türkiye").gazetteer_version == both.gazetteer.version


def _restamped(resolution: object, resolver: Resolver) -> object:
    from dataclasses import replace

    from resolver import Resolution

    answer = replace(resolution.answer, gazetteer_version=resolver.gazetteer.version)  # type: ignore[attr-defined]
    return Resolution(resolution.query, answer)  # type: ignore[attr-defined]


def test_a_shared_name_is_weighed_with_what_lies_below(mini: Resolver, tmp_path: Path) -> None:
    rival = EntityRow("x-georgia-band", "organization", "Georgia")
    both = mini.with_layers([layer(tmp_path / "mine", names=((rival.qid, "Georgia"),), entities=(rival,))])
    below = [candidate.entity.qid for candidate in mini.resolve("Georgia", top=10).candidates]
    above = [candidate.entity.qid for candidate in both.resolve("Georgia", top=10).candidates]
    assert set(above) == {*below, rival.qid}
    assert both.resolve("Georgia", kind="organization").qid == rival.qid
    number = mini.gazetteer.key_number("georgia")
    assert both.gazetteer.key_number("georgia") == number
    assert len(list(both.gazetteer.hits(number))) == len(list(mini.gazetteer.hits(number))) + 1


def test_in_bulk_as_one_by_one(mini: Resolver, tmp_path: Path) -> None:
    mine = layer(
        tmp_path / "mine",
        names=(("Q43", "Anatolia Land"), (FRONT.qid, "Popular Front"), (FRONT.qid, "Georgia")),
        entities=(FRONT,),
        masks=(("Q30", "USA"),),
    )
    both = mini.with_layers([mine])
    names = ["Anatolia Land", "popular front", "Georgia", "USA", "Türkiye", "Ankara", "nobody", "", "US", "Россия"]
    assert list(both.resolve_many(names)) == [both.resolve(name) for name in names]
    # Enough lookups for the dictionaries of all keys.
    assert [r.qid for r in both.resolve_many(names * 2_500)] == [both.resolve(name).qid for name in names] * 2_500


def test_a_mask_hides_a_name_of_one_entity(mini: Resolver, tmp_path: Path) -> None:
    assert mini.resolve("Ankara").status is not Status.UNMATCHED
    without = mini.with_layers([layer(tmp_path / "mine", masks=(("Q3640", "ankara"),))])
    assert "Q3640" not in [candidate.entity.qid for candidate in without.resolve("Ankara", top=10).candidates]
    assert "Ankara" not in [alias.text for alias in without.aliases("Q3640")]
    assert without.entity("Q3640").label == "Ankara"
    assert mini.resolve("Ankara").candidates[0].entity.qid == "Q3640"


def test_a_mask_without_an_id_hides_a_name_of_all(mini: Resolver, tmp_path: Path) -> None:
    without = mini.with_layers([layer(tmp_path / "mine", masks=(("", "Georgia"),))])
    assert without.resolve("Georgia").status is Status.UNMATCHED
    assert [r.status for r in without.resolve_many(["Georgia"])] == [Status.UNMATCHED]


def test_a_mask_without_a_name_hides_all_names_of_one(mini: Resolver, tmp_path: Path) -> None:
    without = mini.with_layers([layer(tmp_path / "mine", masks=(("Q43", ""),))])
    assert without.resolve("Türkiye").qid is without.resolve("Turkey").qid is None
    assert without.aliases("Q43") == ()


def test_a_mask_hides_a_name_of_a_lower_layer_and_not_of_its_own(mini: Resolver, tmp_path: Path) -> None:
    lower = layer(tmp_path / "lower", names=(("Q43", "Anatolia Land"),))
    upper = layer(tmp_path / "upper", names=(("Q858", "Anatolia Land"),), masks=(("Q43", "Anatolia Land"),))
    assert mini.with_layers([lower]).resolve("Anatolia Land").qid == "Q43"
    assert mini.with_layers([lower, upper]).resolve("Anatolia Land").qid == "Q858"
    assert mini.with_layers([upper, lower]).resolve("Anatolia Land").status is Status.AMBIGUOUS


def test_two_layers_share_an_entity(mini: Resolver, tmp_path: Path) -> None:
    one = layer(tmp_path / "one", names=((FRONT.qid, "Popular Front"),), entities=(FRONT,))
    two = layer(tmp_path / "two", names=((FRONT.qid, "People's Front"),), entities=(FRONT,))
    both = mini.with_layers([one, two])
    assert {both.resolve(name).qid for name in ("Popular Front", "People's Front")} == {FRONT.qid}
    assert [alias.text for alias in both.aliases(FRONT.qid)] == ["People's Front", "Popular Front"]
    assert len(both.gazetteer.qids) == len(mini.gazetteer.qids) + 1
    assert [both.gazetteer.entity_number(qid) for qid in both.gazetteer.qids] == list(range(len(both.gazetteer.qids)))


def test_relations_join_base_and_layer(mini: Resolver, tmp_path: Path) -> None:
    wing = EntityRow("x-front-wing", "armed_group", "Front Wing")
    mine = layer(
        tmp_path / "mine",
        names=((wing.qid, "Front Wing"),),
        entities=(wing,),
        relations=(RelationRow(wing.qid, "wing_of", "Q152220"), RelationRow("Q30", "located_in", "Q43")),
    )
    both = mini.with_layers([mine])
    assert (wing.qid, "Q152220") in {(r.subject, r.object) for r in both.gazetteer.relations}
    assert len(both.gazetteer.relations) == len(mini.gazetteer.relations) + 2
    number = both.gazetteer.entity_number
    assert both.gazetteer.are_kin(number("Q30"), number("Q43"))
    assert not mini.gazetteer.are_kin(number("Q30"), number("Q43"))


def test_an_overlay_answers_as_one_gazetteer_compiled_of_both(mini: Resolver, tmp_path: Path) -> None:
    """Entities of the layer are new, so that priors do not differ; every key of either has to mean the same."""
    new = tuple(EntityRow(f"x-new-{i}", kind, f"New {i}") for i, kind in enumerate(("city", "person", "company")))
    names = (
        ("x-new-0", "New Ankara"), ("x-new-0", "Ankara"), ("x-new-1", "Ivan Putin"), ("x-new-1", "Иван Путин"),
        ("x-new-2", "USSR"), ("x-new-2", "Anadolu"), ("x-new-2", "土耳其"),
    )  # fmt: skip
    mine = layer(tmp_path / "mine", names=names, entities=new)
    compile_gazetteer([MINI, mine], tmp_path / "one.duckdb")
    one, both = Resolver.open(tmp_path / "one.duckdb"), mini.with_layers([mine])
    keys = [one.gazetteer.key(n) for n in range(len(one.gazetteer))]
    assert len(keys) > 40
    assert {both.gazetteer.key(n) for n in range(len(both.gazetteer))} >= set(keys)
    for key in [*keys, *(text for _, text in names), "I. Putin"]:
        a, b = one.resolve(key, top=50), both.resolve(key, top=50)
        assert a.status is b.status, key
        assert [(c.entity.qid, c.probability, c.alias.text) for c in a.candidates] == [
            (c.entity.qid, c.probability, c.alias.text) for c in b.candidates
        ], key


def test_misspelt_names_are_searched_for_in_every_layer(mini: Resolver, tmp_path: Path) -> None:
    mine = layer(tmp_path / "mine", names=((FRONT.qid, "Popular Front of Testonia"),), entities=(FRONT,))
    both = mini.with_layers([mine])
    found = both.resolve("Popular Front of Testonnia", kind="armed_group")
    assert [candidate.entity.qid for candidate in found.candidates] == [FRONT.qid]
    assert both.resolve("Kurdistan Worker's Partty", kind="armed_group").candidates[0].entity.qid == "Q152220"
    assert not mini.resolve("Popular Front of Testonnia", kind="armed_group").candidates


def test_layers_of_the_configuration_the_variable_and_the_call(
    mini_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer(tmp_path / "data" / "layers" / "mine", names=(("Q43", "Anatolia Land"),))
    layer(tmp_path / "data" / "layers" / "other", names=(("Q43", "Other Land"),))
    assert known_layers() == ["mine", "other"]

    def open_on(resolver: Resolver) -> list[str | None]:
        return [resolver.resolve(name).qid for name in ("Anatolia Land", "Other Land")]

    assert open_on(Resolver.open(mini_path)) == [None, None]
    assert open_on(Resolver.open(mini_path, layers=["mine"])) == ["Q43", None]
    assert open_on(Resolver.open(mini_path, layers=["mine", "other"])) == ["Q43", "Q43"]
    assert open_on(Resolver.open(mini_path, config=Config(layers=("other",)))) == [None, "Q43"]
    assert open_on(Resolver.open(mini_path, config=Config(layers=("other",)), layers=[])) == [None, None]
    monkeypatch.setenv("RESOLVER_LAYERS", os.pathsep.join(["mine", "other"]))
    assert open_on(Resolver.open(mini_path)) == ["Q43", "Q43"]
    assert open_on(Resolver.open(mini_path, layers=["mine"])) == ["Q43", None]
    assert open_on(Resolver.open(mini_path).with_layers([])) == [None, None]


def test_a_compiled_gazetteer_is_a_layer_too(mini: Resolver, tmp_path: Path) -> None:
    other = layer(
        tmp_path / "other", names=(("Q43", "Anatolia Land"),), entities=(EntityRow("Q43", "country", "Turkey"),)
    )
    compile_gazetteer([other], tmp_path / "other.duckdb")
    both = mini.with_layers([tmp_path / "other.duckdb"])
    assert both.resolve("Anatolia Land").qid == "Q43"
    below, above = both.gazetteer.gazetteers
    assert (below.version, len(above.qids)) == (mini.gazetteer.version, 1)


def test_a_folder_of_theme_folders_is_a_layer(mini: Resolver, tmp_path: Path) -> None:
    layer(tmp_path / "world" / "places", names=(("Q43", "Anatolia Land"),))
    layer(tmp_path / "world" / "people", names=((FRONT.qid, "Popular Front"),), entities=(FRONT,))
    (tmp_path / "world" / "notes").mkdir()
    both = mini.with_layers([tmp_path / "world"])
    assert [both.resolve(name).qid for name in ("Anatolia Land", "Popular Front")] == ["Q43", FRONT.qid]


def test_a_changed_layer_is_compiled_anew_and_the_old_one_forgotten(mini: Resolver, tmp_path: Path) -> None:
    mine = layer(tmp_path / "mine", names=(("Q43", "Anatolia Land"),))
    mini.with_layers([mine])
    layer(mine, names=(("Q43", "Another Land Altogether"),))
    both = mini.with_layers([mine])
    assert both.resolve("Anatolia Land").qid is None
    assert both.resolve("Another Land Altogether").qid == "Q43"
    assert len(list((tmp_path / "cache" / "layers").glob("mine-*/*"))) == 1


def test_without_layers_nothing_is_loaded(mini: Resolver) -> None:
    assert type(mini.with_layers([]).gazetteer) is Gazetteer
    assert mini.with_layers([]).gazetteer is mini.gazetteer
    assert mini.gazetteer.gazetteers == (mini.gazetteer,)


def test_a_compiled_layer_opens_fast(mini: Resolver, tmp_path: Path) -> None:
    mine = layer(tmp_path / "mine", names=(("Q43", "Anatolia Land"),))
    mini.with_layers([mine])
    best = 9.0
    for _ in range(5):
        started = time.perf_counter()
        assert isinstance(mini.with_layers([mine]).gazetteer, LayeredGazetteer)
        best = min(best, time.perf_counter() - started)
    assert best < 0.2


def test_what_is_no_layer(mini: Resolver, tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFound, match="no layer 'nobody'; layers: none yet"):
        mini.with_layers(["nobody"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no source tables in"):
        mini.with_layers([tmp_path / "empty"])
    with pytest.raises(InputError, match="give a list"):
        mini.with_layers("mine")
    unknown = layer(tmp_path / "unknown", names=(("Q999999999", "Somebody"),))
    with pytest.raises(InputError, match=r"layer unknown: .*Q999999999"):
        mini.with_layers([unknown])
    twice = (
        layer(tmp_path / "x" / "mine", names=(("Q43", "A Land"),)),
        layer(tmp_path / "mine", names=(("Q43", "B Land"),)),
    )
    with pytest.raises(InputError, match="two layers are called 'mine'"):
        mini.with_layers(twice)
    wrong = layer(tmp_path / "wrong", names=(("Q43", "A Land"),))
    (wrong / "masks.tsv").write_text("qid\tname\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"masks\.tsv: the first line must be qid, text, sources"):
        mini.with_layers([wrong])
    (wrong / "masks.tsv").write_text("qid\ttext\tsources\nQ43\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"masks\.tsv, row 2"):
        read_masks([wrong])


def test_names_and_paths(tmp_path: Path) -> None:
    layer(tmp_path / "data" / "layers" / "mine", names=(("Q43", "A Land"),))
    assert find_layer("mine").name == "mine"
    assert find_layer(str(tmp_path / "data" / "layers" / "mine")).path == find_layer("mine").path
    assert chosen_layers([tmp_path / "a", "b", "b"], Config()) == (str(tmp_path / "a"), "b")
