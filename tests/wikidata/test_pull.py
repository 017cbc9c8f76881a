"""Seeds -> source tables, through the real pywikibot and a local Wikibase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from items import are, claim, item
from server import FakeWikibase, Fault

from resolver.build.grow.pull import pull
from resolver.build.grow.theme import read_theme, write_theme
from resolver.build.sources.wikidata import Wikidata
from resolver.build.tables import AliasRow, EntityRow
from resolver.errors import InputError, SourceError
from resolver.redirects import read_redirects

Connect = Callable[..., Wikidata]
Seed = Callable[..., Path]
TOWN, COUNTRY, MAN = "Q900000002", "Q900000001", "Q900000003"


def many(wikibase: FakeWikibase, count: int) -> list[str]:
    qids = [f"Q9100{number:05}" for number in range(1, count + 1)]
    wikibase.items |= {qid: item({"en": f"Person {qid}"}, claims=are("Q5")) for qid in qids}
    return qids


def people_asked(wikibase: FakeWikibase) -> list[list[str]]:
    return [batch for batch in wikibase.batches() if batch[0].startswith("Q9100")]


def test_one_seed_fills_one_theme(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    into = tmp_path / "gaz" / "world"
    report = pull(seed(COUNTRY, TOWN, MAN), into, wikidata=connect())
    theme = read_theme(into)
    assert (report.added, report.updated, report.problems) == (3, 0, [])
    assert theme.entities[COUNTRY][:8] == (
        *(COUNTRY, "country", "Ruritania", "country in the south of nowhere", (), ("iso2:RX",), "1821", None),
    )
    assert (theme.entities[COUNTRY].sitelinks, theme.entities[TOWN].sitelinks) == (42, None)
    assert theme.entities[TOWN].codes == ("geo:47.5000,-13.2512",)
    assert theme.entities[TOWN].kind == "city"  # two superclasses up
    assert theme.entities[TOWN].capital == "country"
    assert theme.entities[MAN].office == "head_of_state"
    old = theme.aliases[COUNTRY]["Grand Duchy of Ruritania"]
    assert (old.role, old.valid_from, old.valid_to) == ("historical", "1821", "1950-04-30")
    assert "Wrongland" not in theme.aliases[COUNTRY]
    assert theme.aliases[COUNTRY]["Ruritania"].valid_from is None
    assert [(p.title, p.country, p.valid_from, p.valid_to) for p in theme.positions[MAN]] == [
        ("King of Ruritania", COUNTRY, "1995", None),
        ("Prime Minister of Ruritania", COUNTRY, "1990-01-01", "1995-06-30"),
    ]
    assert [(row.relation, row.object) for row in theme.relations[TOWN]] == [("capital_of", COUNTRY)]
    assert report.dropped["relation to an entity not held"] == 1


def test_a_folder_of_seeds_fills_the_themes_by_kind(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    seed(COUNTRY, name="places/states.qids")
    seed("Q900000004", MAN, name="actors.qids")
    pull(tmp_path / "seeds", tmp_path / "gaz", wikidata=connect())
    found = {path.name: set(read_theme(path).entities) for path in (tmp_path / "gaz").iterdir()}
    assert found == {"places": {COUNTRY}, "companies": {"Q900000004"}, "people": {MAN}}


def test_a_theme_folder_is_no_folder_of_themes(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    path = seed(COUNTRY)
    pull(path, tmp_path / "gaz" / "places", wikidata=connect())
    with pytest.raises(InputError, match="holds theme folders; name one of them"):
        pull(path, tmp_path / "gaz", wikidata=connect())
    with pytest.raises(InputError, match="is a theme folder; a folder of seeds goes into the folder above"):
        pull(path.parent, tmp_path / "gaz" / "places", wikidata=connect())


def test_pulled_tables_build_and_resolve(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    from resolver import Resolver
    from resolver.build.compile import compile_gazetteer

    pull(seed(COUNTRY, TOWN, MAN), tmp_path / "gaz" / "world", wikidata=connect())
    compile_gazetteer([tmp_path / "gaz" / "world"], tmp_path / "g.duckdb")
    with Resolver.open(tmp_path / "g.duckdb") as resolver:
        assert resolver.resolve("Руритания").qid == COUNTRY
        assert resolver.resolve("Rudolf Elphberg").qid == MAN


def test_only_the_languages_asked_for(seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase) -> None:
    pull(seed(COUNTRY), tmp_path / "gaz" / "w", wikidata=connect(), languages=frozenset({"ru"}))
    names = read_theme(tmp_path / "gaz" / "w").aliases[COUNTRY]
    assert set(names) == {"Ruritania", "Руритания"}
    assert {one["languages"] for one in wikibase.asked if COUNTRY in one.get("ids", "")} == {"en|mul|ru"}


def test_items_come_by_fifties(seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase) -> None:
    qids = many(wikibase, 120)
    report = pull(seed(*qids, expect="100-200"), tmp_path / "gaz" / "people", wikidata=connect())
    assert report.added == 120
    assert [len(batch) for batch in people_asked(wikibase)] == [50, 50, 20]


def test_items_left_out_of_a_large_answer_are_asked_again(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    qids = many(wikibase, 60)
    wikibase.most = 20
    assert pull(seed(*qids), tmp_path / "gaz" / "people", wikidata=connect()).added == 60
    assert [len(batch) for batch in people_asked(wikibase)] == [50, 25, 5, 5, 10]


def test_an_interrupted_pull_resumes_and_asks_nothing_twice(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    qids, into = many(wikibase, 120), tmp_path / "gaz" / "people"
    path = seed(*qids, expect="100-200")
    connection = connect(retries=0)

    def fail_late(stage: str, _part: float) -> None:
        if stage.startswith("100 of"):
            wikibase.faults.append(Fault("500", times=9))

    with pytest.raises(SourceError):
        pull(path, into, wikidata=connection, progress=fail_late)
    assert not into.exists()
    wikibase.faults.clear()
    wikibase.asked.clear()
    report = pull(path, into, wikidata=connect(), resume=True)
    assert report.added == 120
    assert [len(batch) for batch in people_asked(wikibase)] == [20]


def test_without_resume_a_pull_begins_anew_and_says_so(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    path, into = seed(*many(wikibase, 60)), tmp_path / "gaz" / "people"
    wikibase.faults.append(Fault("500", times=99))
    with pytest.raises(SourceError):
        pull(path, into, wikidata=connect(retries=0))
    wikibase.faults.clear()
    report = pull(path, into, wikidata=connect())
    assert any("--resume" in note for note in report.notes)
    wikibase.asked.clear()
    assert not pull(path, into, wikidata=connect()).notes
    assert [len(batch) for batch in people_asked(wikibase)] == [50, 10]


def test_ctrl_c_leaves_nothing_half_written(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    into = tmp_path / "gaz" / "people"
    pull(seed(MAN), into, wikidata=connect())
    before = {path.name: path.read_bytes() for path in into.iterdir()}

    def stop(stage: str, _part: float) -> None:
        if stage == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(seed(*many(wikibase, 60)), into, wikidata=connect(), progress=stop)
    assert {path.name: path.read_bytes() for path in into.iterdir()} == before
    assert [path.name for path in (tmp_path / "gaz").iterdir()] == ["people"]


def test_a_full_disk_leaves_the_old_tables(
    seed: Seed, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resolver.build.grow import theme
    from resolver.errors import GazetteerError

    into = tmp_path / "gaz" / "people"
    pull(seed(MAN), into, wikidata=connect())
    before = {path.name: path.read_bytes() for path in into.iterdir()}

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(theme, "write_table", full)
    with pytest.raises(GazetteerError, match="No space left"):
        pull(seed(COUNTRY), into, wikidata=connect())
    assert {path.name: path.read_bytes() for path in into.iterdir()} == before


def test_a_count_outside_the_expected_range_stops(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    with pytest.raises(InputError, match="found 1 items, expected 2 to 9"):
        pull(seed(MAN, expect="2-9"), tmp_path / "gaz" / "p", wikidata=connect())
    assert not (tmp_path / "gaz").exists()


def test_in_a_folder_a_bad_seed_is_left_out_and_told(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    seed(MAN, name="a.qids", expect="5-9")
    seed(COUNTRY, name="b.qids")
    report = pull(tmp_path / "seeds", tmp_path / "gaz", wikidata=connect())
    assert report.added == 1
    assert "expected 5 to 9" in report.problems[0]


def test_query_results_are_paged_and_checked(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    qids = many(wikibase, 25)
    wikibase.rows = lambda _query: qids
    path = seed(name="people.rq", head="# class: Q5 human", body="SELECT DISTINCT ?item WHERE { ?item wdt:P31 wd:Q5 }")
    with pytest.raises(InputError, match="P31 in the query but not named"):
        pull(path, tmp_path / "gaz" / "p", wikidata=connect(), page=10)
    head = "# class: Q5 human\n# property: P31 instance of"
    path = seed(name="people.rq", head=head, body="SELECT DISTINCT ?item WHERE { ?item wdt:P31 wd:Q5 }")
    report = pull(path, tmp_path / "gaz" / "p", wikidata=connect(), page=10)
    assert report.added == 25
    queries = [one["query"] for one in wikibase.asked if one["path"] == "/sparql"]
    assert [query.splitlines()[-1] for query in queries] == [
        f"ORDER BY ?item LIMIT 10 OFFSET {offset}" for offset in (0, 10, 20)
    ]


def test_a_query_that_gives_no_items(seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase) -> None:
    wikibase.rows = lambda _query: ["http://example.org/thing"]
    path = seed(name="odd.rq", body="SELECT DISTINCT ?item WHERE { }")
    with pytest.raises(InputError, match="not a Wikidata item"):
        pull(path, tmp_path / "gaz" / "p", wikidata=connect())


def test_a_class_that_means_something_else_stops_its_seed(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    wikibase.items["Q900000301"] = item({"en": "barn owl"})
    path = seed(
        name="owls.rq", head="# class: Q900000301 armed organization", body="SELECT DISTINCT ?item { wd:Q900000301 }"
    )
    with pytest.raises(InputError, match="Wikidata calls it 'barn owl'"):
        pull(path, tmp_path / "gaz" / "p", wikidata=connect())


def test_a_class_of_the_table_that_means_something_else_is_not_used(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    wikibase.items["Q515"] = item({"en": "asteroid"})
    report = pull(seed(TOWN), tmp_path / "gaz" / "p", wikidata=connect())
    assert any("Q515 is not used" in note for note in report.notes)
    assert read_theme(tmp_path / "gaz" / "p").entities[TOWN].kind == "other"
    assert report.unknown == {"Q900000101": 1}


def test_a_property_that_means_something_else_is_told(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    wikibase.items["P570"] = item({"en": "shoe size"})
    report = pull(seed(MAN), tmp_path / "gaz" / "p", wikidata=connect())
    assert report.notes == ["look at this first: P570 is read as 'date of death', Wikidata calls it 'shoe size'"]


def test_redirects_are_followed_and_recorded_and_deleted_items_told(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    wikibase.redirects |= {"Q900000088": MAN, "Q900000089": MAN}
    report = pull(seed("Q900000088", "Q900000089", "Q900000077", COUNTRY), tmp_path / "gaz" / "w", wikidata=connect())
    assert read_redirects([tmp_path / "gaz"]) == {"Q900000088": MAN, "Q900000089": MAN}
    assert report.missing == ["Q900000077"]
    assert set(read_theme(tmp_path / "gaz" / "w").entities) == {MAN, COUNTRY}


def test_an_entity_held_under_an_old_id_moves(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    into = tmp_path / "gaz" / "people"
    held = read_theme(into)
    held.entities["Q900000088"] = EntityRow("Q900000088", "person", "R. Elphberg", sources=("xfactr",))
    held.aliases["Q900000088"] = {"Rudi": AliasRow("Q900000088", "Rudi", ("en",), "nickname", sources=("xfactr",))}
    write_theme(held)
    wikibase.redirects["Q900000088"] = MAN
    pull(seed("Q900000088"), into, wikidata=connect())
    theme = read_theme(into)
    assert set(theme.entities) == {MAN}
    assert {"Rudi", "Rudolf Elphberg"} <= set(theme.aliases[MAN])


def test_a_merge_of_two_of_ours_is_never_silent(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    into = tmp_path / "gaz" / "people"
    wikibase.items["Q900000088"] = item({"en": "Rudolf the Fifth"}, claims=are("Q5"))
    path = seed("Q900000088", MAN)
    pull(path, into, wikidata=connect())
    before = read_theme(into)
    wikibase.redirects["Q900000088"] = MAN
    report = pull(path, into, wikidata=connect())
    assert "are one item on Wikidata" in report.problems[0]
    assert read_theme(into).entities == before.entities
    assert read_redirects([into]) == {}


def test_a_proposed_id_that_is_something_else_is_not_confirmed(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    into = tmp_path / "gaz" / "people"
    held = read_theme(into)
    for qid, label in ((MAN, "Rudolf ELPHBERG"), (COUNTRY, "Graustark")):
        held.entities[qid] = EntityRow(qid, "person", label, provisional=True, sources=("curated",))
        held.aliases[qid] = {label: AliasRow(qid, label, ("en",), "label", sources=("curated",))}
    write_theme(held)
    report = pull(seed(MAN, COUNTRY), into, wikidata=connect())
    theme = read_theme(into)
    assert (theme.entities[MAN].provisional, theme.entities[COUNTRY].provisional) == (False, True)
    assert report.problems[0].startswith(f"{COUNTRY} was only proposed for Graustark, and Wikidata calls it Ruritania")


def test_what_other_sources_say_stays(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    into = tmp_path / "gaz" / "people"
    held = read_theme(into)
    held.suffix = ".parquet"
    held.entities[MAN] = EntityRow(MAN, "other", "Rudi", "a king", sources=("xfactr",))
    held.aliases[MAN] = {
        "Rudolf Elphberg": AliasRow(MAN, "Rudolf Elphberg", ("fr",), "alias", strength="weak", sources=("xfactr",)),
        "Rudi": AliasRow(MAN, "Rudi", ("en",), "label", sources=("xfactr",)),
        "Old name": AliasRow(MAN, "Old name", ("en",), "label", sources=("wikidata",)),
    }
    write_theme(held)
    pull(seed(MAN), into, wikidata=connect())
    theme = read_theme(into)
    assert theme.suffix == ".parquet"
    row, names = theme.entities[MAN], theme.aliases[MAN]
    assert (row.kind, row.label, row.description, row.sources) == (
        *("other", "Rudolf Elphberg", "a king", ("wikidata", "xfactr")),
    )
    joined = names["Rudolf Elphberg"]
    assert (joined.role, joined.strength, joined.langs) == ("alias", "weak", ("en", "fr"))
    assert "Rudi" in names
    assert "Old name" not in names  # only Wikidata said so, and no longer does


def test_pages_of_wikimedia_projects_count_for_the_prior(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    from resolver import Resolver
    from resolver.build.compile import compile_gazetteer

    pull(seed(COUNTRY), tmp_path / "gaz" / "world", wikidata=connect())
    priors = []
    for text in ("\t42\n", "\t2\n"):
        path = tmp_path / "gaz" / "world" / "entities.tsv"
        path.write_text(path.read_text(encoding="utf-8").replace("\t42\n", text), encoding="utf-8")
        compile_gazetteer([path.parent], tmp_path / "g.duckdb")
        with Resolver.open(tmp_path / "g.duckdb") as resolver:
            priors.append(resolver.entity(COUNTRY).prior)
    assert priors[0] > priors[1]


def test_derived_tables_of_a_gazetteers_folder_follow(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from resolver.build.derive import Name, write_surnames
    from resolver.build.latin import write_latin

    root = tmp_path / "gaz"
    root.mkdir()
    write_latin(root, ["Чужой"])
    write_surnames(root, [Name("Q1", "", "Ann Other")])
    (root / "sources.tsv").write_text("tag\tproject\tlicence\ttaken\nxfactr\tX\tCC0-1.0\tnames\n", encoding="utf-8")
    held = read_theme(root / "people")
    held.suffix = ".parquet"
    held.entities["Q1"] = EntityRow("Q1", "person", "Ann Other", sources=("xfactr",))
    held.aliases["Q1"] = {"Ann Other": AliasRow("Q1", "Ann Other", ("en",), "label", sources=("xfactr",))}
    write_theme(held)
    pull(seed(MAN), root / "people", wikidata=connect())
    latin = pq.read_table(root / "latin.parquet").column("text").to_pylist()
    assert latin == ["Рудольф Эльфберг", "Чужой"]
    surnames = pq.read_table(root / "surnames.parquet").to_pylist()
    sources = (root / "sources.tsv").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[:3] for line in sources[1:]] == [
        ["wikidata", "Wikidata", "CC0-1.0"],
        ["xfactr", "X", "CC0-1.0"],
    ]
    assert {(row["qid"], row["key"]) for row in surnames} >= {("Q1", "other"), (MAN, "elphberg")}


def test_lists_and_items_without_names_are_no_entities(
    seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase
) -> None:
    wikibase.items["Q900000301"] = item({"en": "List of kings of Ruritania"}, claims=are("Q13406463"))
    wikibase.items["Q900000302"] = item({}, claims=are("Q5"))
    report = pull(seed("Q900000301", "Q900000302", MAN), tmp_path / "gaz" / "p", wikidata=connect())
    assert (report.added, report.dropped["not an entity"]) == (1, 2)


def test_a_dry_run_writes_nothing(seed: Seed, connect: Connect, tmp_path: Path) -> None:
    report = pull(seed(MAN), tmp_path / "gaz" / "p", wikidata=connect(), dry_run=True)
    assert report.added == 1
    assert not (tmp_path / "gaz").exists()


def test_kind_and_rank_of_several_classes(seed: Seed, connect: Connect, tmp_path: Path, wikibase: FakeWikibase) -> None:
    wikibase.items["Q900000301"] = item(
        {"en": "City of Zenda"}, claims={"P31": [claim("Q43229"), claim("Q515"), claim("Q6256", rank="deprecated")]}
    )
    pull(seed("Q900000301"), tmp_path / "gaz" / "p", wikidata=connect())
    assert read_theme(tmp_path / "gaz" / "p").entities["Q900000301"].kind == "city"
