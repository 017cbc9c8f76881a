"""What changed on Wikidata since: shown, held back where it is suspicious, carried out where a person says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from items import are, claim, item
from server import FakeWikibase

from resolver.build.grow.changes import Change
from resolver.build.grow.pull import pull
from resolver.build.grow.refresh import RefreshReport, refresh
from resolver.build.grow.review import read_review
from resolver.build.grow.theme import read_theme
from resolver.build.sources.wikidata import Wikidata
from resolver.errors import InputError
from resolver.redirects import read_redirects

Connect = Callable[..., Wikidata]
COUNTRY, TOWN, MAN, AGENCY = (f"Q90000000{number}" for number in (1, 2, 3, 4))


class Desk:
    """A pulled folder, and short ways to refresh it and to look at the outcome."""

    def __init__(self, folder: Path, connect: Connect) -> None:
        self.folder = folder
        self.out = folder.parent.parent / "refresh.tsv"
        self._connect = connect

    def refresh(self, apply: Path | None = None) -> RefreshReport:
        return refresh(self.folder, wikidata=self._connect(), out=self.out, apply=apply)

    def lines(self) -> dict[tuple[str, str], str]:
        """(what, the new or old value) -> decision, and why after a colon if it is held."""
        return {
            (line.change.what, line.change.after or line.change.before): f"{line.decision}: {line.why}".rstrip(": ")
            for line in read_review(self.out).lines
        }

    def decide(self, old: str, new: str) -> None:
        self.out.write_text(self.out.read_text(encoding="utf-8").replace(f"\n{old}\t", f"\n{new}\t"), encoding="utf-8")


@pytest.fixture
def desk(wikibase: FakeWikibase, connect: Connect, tmp_path: Path, seed: Callable[..., Path]) -> Desk:
    folder = tmp_path / "gaz" / "world"
    pull(seed(COUNTRY, TOWN, MAN, AGENCY), folder, wikidata=connect())
    return Desk(folder, connect)


def test_nothing_changed(desk: Desk) -> None:
    report = desk.refresh()
    assert (report.asked, report.review.lines) == (4, ())


def test_names_gained_and_lost_are_taken(desk: Desk, wikibase: FakeWikibase) -> None:
    country = wikibase.items[COUNTRY]
    country["labels"]["tr"] = {"language": "tr", "value": "Ruritanya"}
    country["aliases"] = {}
    desk.refresh()
    assert desk.lines() == {
        ("name gained", "Ruritanya (label, strong, tr)"): "take",
        ("name lost", "Kingdom of Ruritania (alias, strong, en)"): "take",
    }
    before = read_theme(desk.folder).aliases[COUNTRY]
    assert "Ruritanya" not in before  # nothing is written until it is applied
    assert desk.refresh(apply=desk.out).applied == 2
    names = read_theme(desk.folder).aliases[COUNTRY]
    assert "Ruritanya" in names
    assert "Kingdom of Ruritania" not in names
    desk.refresh()
    assert desk.lines() == {}


def test_applying_asks_wikidata_nothing_new(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[COUNTRY]["labels"]["tr"] = {"language": "tr", "value": "Ruritanya"}
    desk.refresh()
    wikibase.asked.clear()
    desk.refresh(apply=desk.out)
    assert wikibase.batches() == []


def test_a_changed_kind_is_held_until_it_is_taken(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[TOWN]["claims"]["P31"] = [claim("Q486972"), claim("Q23442")]
    wikibase.items[AGENCY]["claims"]["P31"] = [claim("Q4830453")]
    desk.refresh()
    assert desk.lines() == {("kind", "company"): "held: the kind changed"}
    assert desk.refresh(apply=desk.out).applied == 0
    assert read_theme(desk.folder).entities[AGENCY].kind == "media"
    desk.decide("held", "take")
    assert desk.refresh(apply=desk.out).applied == 1
    assert read_theme(desk.folder).entities[AGENCY].kind == "company"


def test_what_is_left_stays_left(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[AGENCY]["claims"]["P31"] = [claim("Q4830453")]
    desk.refresh()
    desk.decide("held", "leave")
    desk.refresh()
    assert desk.lines() == {("kind", "company"): "leave: the kind changed"}


def test_a_label_that_equals_another_entitys_is_held(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[MAN]["labels"]["en"]["value"] = "Strelsau"
    desk.refresh()
    assert desk.lines() == {
        ("label", "Strelsau"): f"held: this is the label of {TOWN}",
        ("name gained", "Strelsau (label, strong, en)"): f"held: this is the label of {TOWN}",
        ("name lost", "Rudolf Elphberg (label, strong, en)"): "held: goes with the label, which is held",
    }


def test_a_lost_english_label_is_held(desk: Desk, wikibase: FakeWikibase) -> None:
    del wikibase.items[MAN]["labels"]["en"]
    desk.refresh()
    assert desk.lines()[("label", "Рудольф Эльфберг")] == "held: the English label is gone"
    desk.refresh(apply=desk.out)
    theme = read_theme(desk.folder)
    assert theme.entities[MAN].label == "Rudolf Elphberg"
    assert "Rudolf Elphberg" in theme.aliases[MAN]


@pytest.mark.parametrize(
    ("lang", "text", "held"),
    [
        ("ru", "LOL", True),  # it had a Russian label
        ("el", "Рурия", True),
        ("tr", "Рурия", True),
        ("uk", "Ruritania", False),  # the same in Latin letters, in a language without a label so far
        ("ja", "ルリタニア", False),
        ("xx", "Рурия", False),  # a language we know nothing of
    ],
)
def test_a_script_that_does_not_fit_is_held(
    desk: Desk, wikibase: FakeWikibase, lang: str, text: str, held: bool
) -> None:
    wikibase.items[COUNTRY]["labels"][lang] = {"language": lang, "value": text}
    desk.refresh()
    gained = {what[1]: decision for what, decision in desk.lines().items() if what[0] == "name gained"}
    assert any("letters in" in why for why in gained.values()) == held


def test_a_wiped_item_is_held(desk: Desk, wikibase: FakeWikibase) -> None:
    country = wikibase.items[COUNTRY]
    country["labels"], country["aliases"] = {"en": country["labels"]["en"]}, {}
    country["claims"]["P1448"] = []
    desk.refresh()
    lost = [decision for (what, _), decision in desk.lines().items() if what == "name lost"]
    assert lost
    assert set(lost) == {"held: most names are gone at once"}


def test_a_redirect_moves_the_entity_and_is_recorded(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items["Q900000500"] = wikibase.items.pop(TOWN)
    wikibase.redirects[TOWN] = "Q900000500"
    desk.refresh()
    assert desk.lines() == {("redirect", "Q900000500"): "take"}
    desk.refresh(apply=desk.out)
    theme = read_theme(desk.folder)
    assert TOWN not in theme.entities
    assert "Strelsau" in theme.aliases["Q900000500"]
    assert [row.subject for row in theme.relations["Q900000500"]] == ["Q900000500"]
    assert read_redirects([desk.folder.parent]) == {TOWN: "Q900000500"}


def test_a_redirected_country_is_followed_by_those_in_it(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items["Q900000500"] = wikibase.items.pop(COUNTRY)
    wikibase.redirects[COUNTRY] = "Q900000500"
    desk.refresh()
    desk.refresh(apply=desk.out)
    theme = read_theme(desk.folder)
    assert theme.entities[TOWN].countries == ("Q900000500",)
    assert [row.object for row in theme.relations[TOWN]] == ["Q900000500"]


def test_a_merge_of_two_of_ours_is_held(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.redirects[AGENCY] = MAN
    desk.refresh()
    (line,) = read_review(desk.out).lines
    assert (line.decision, line.change.what, line.why) == ("held", "merge", "both entities are held here")
    desk.refresh(apply=desk.out)
    assert AGENCY in read_theme(desk.folder).entities
    desk.decide("held", "take")
    desk.refresh(apply=desk.out)
    theme = read_theme(desk.folder)
    assert AGENCY not in theme.entities
    assert {"Rudolf Elphberg", "Ruritanian News Agency"} <= set(theme.aliases[MAN])
    assert read_redirects([desk.folder]) == {AGENCY: MAN}


def test_a_deleted_item_is_held(desk: Desk, wikibase: FakeWikibase) -> None:
    del wikibase.items[COUNTRY]
    desk.refresh()
    assert desk.lines()[("deleted", COUNTRY)] == "held: the item is gone from Wikidata"
    desk.decide("held", "take")
    desk.refresh(apply=desk.out)
    theme = read_theme(desk.folder)
    assert COUNTRY not in theme.entities
    assert not theme.relations.get(TOWN)


def test_a_line_that_no_longer_holds_is_not_carried_out(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[COUNTRY]["labels"]["tr"] = {"language": "tr", "value": "Ruritanya"}
    desk.refresh()
    text = desk.out.read_text(encoding="utf-8")
    desk.out.write_text(text.replace("Ruritanya", "Somewhere"), encoding="utf-8")
    assert desk.refresh(apply=desk.out).applied == 0


def test_everything_about_an_unconfirmed_id_is_held(desk: Desk) -> None:
    from resolver.build.grow.theme import write_theme

    theme = read_theme(desk.folder)
    theme.entities[MAN] = theme.entities[MAN]._replace(provisional=True)
    theme.aliases[MAN] = {}
    write_theme(theme)
    desk.refresh()
    assert ("provisional", "false") in desk.lines()
    assert set(desk.lines().values()) == {"held: the id waits for confirmation, see resolver wikidata verify"}


def test_names_of_an_entity_asked_about_for_the_first_time_are_one_line(desk: Desk, wikibase: FakeWikibase) -> None:
    from resolver.build.grow.theme import write_theme

    theme = read_theme(desk.folder)
    theme.entities[COUNTRY] = theme.entities[COUNTRY]._replace(sources=("xfactr",))
    kept = theme.aliases[COUNTRY]["Ruritania"]._replace(sources=("xfactr",))
    theme.aliases[COUNTRY] = {"Ruritania": kept}
    write_theme(theme)
    wikibase.items[COUNTRY]["labels"]["el"] = {"language": "el", "value": "Рурия"}
    desk.refresh()
    assert desk.lines() == {
        ("names gained", "5 names in 3 languages"): "take",
        ("name gained", "Рурия (label, strong, el)"): "held: cyrillic letters in el",
    }
    assert desk.refresh(apply=desk.out).applied == 1
    names = read_theme(desk.folder).aliases[COUNTRY]
    assert "Руритания" in names
    assert "Рурия" not in names


def test_new_offices_and_relations(desk: Desk, wikibase: FakeWikibase) -> None:
    wikibase.items[MAN]["claims"]["P39"][1] = claim("Q900000202", start="1995", end="2001")
    wikibase.items[TOWN]["claims"]["P361"] = [claim(COUNTRY)]
    desk.refresh()
    assert {what for what, _ in desk.lines()} == {"office changed", "relation gained"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("decision\tqid\n", "no line '# begun:'"),
        ("# begun: 1\nperhaps\tQ1\ta\tkind\tb\tc\t\n", ":2: decision is 'perhaps'"),
        ("# begun: 1\ntake\tQ1\n", ":2: 2 cells"),
    ],
)
def test_a_file_of_decisions_that_is_none(desk: Desk, text: str, words: str) -> None:
    desk.out.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        desk.refresh(apply=desk.out)


def test_a_folder_without_tables(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no entities with a Wikidata id"):
        refresh(tmp_path, wikidata=connect(), out=tmp_path / "out.tsv")


def test_all_themes_of_a_root(
    connect: Connect, wikibase: FakeWikibase, tmp_path: Path, seed: Callable[..., Path]
) -> None:
    seed(COUNTRY, MAN, name="a.qids")
    pull(tmp_path / "seeds", tmp_path / "gaz", wikidata=connect())
    wikibase.items["Q900000500"] = item({"en": "Rudolf"}, claims=are("Q5"))
    wikibase.redirects[MAN] = "Q900000500"
    out = tmp_path / "out.tsv"
    refresh(tmp_path / "gaz", wikidata=connect(), out=out)
    refresh(tmp_path / "gaz", wikidata=connect(), out=out, apply=out)
    assert set(read_theme(tmp_path / "gaz" / "people").entities) == {"Q900000500"}
    assert read_redirects([tmp_path / "gaz" / "people"]) == {MAN: "Q900000500"}


def test_changes_read_as_lines() -> None:
    assert str(Change("Q1", "A", "deleted", "Q1", "")) == "Q1 A: deleted: Q1"
