"""Every recipe of docs/sql.md, run as it stands there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from resolver.decide import HINT_WEIGHT
from resolver.overrides.row import capitals
from tests.sql.conftest import ROOT, answers, attached, events, recipe, recipes

if TYPE_CHECKING:
    from resolver import Resolver

NAMES = ["Türkiye", "TURKEY", None, "", "Georgia", "Турция", "nobody", "Ankara", "Türkiye"]
QIDS = ["Q43", "Q43", None, None, None, "Q43", None, "Q3640", "Q43"]


def by_row(con: duckdb.DuckDBPyConnection, statement: str, column: str = "qid") -> list[object]:
    rows = sorted(answers(con, statement), key=lambda row: row["n"])  # type: ignore[arg-type, return-value]
    assert [row["n"] for row in rows] == list(range(len(rows)))
    return [row[column] for row in rows]


def test_every_recipe_runs(mini: Resolver, tmp_path: Path) -> None:
    with attached(mini) as con:
        events(con, NAMES, ["2020-01-01"] * len(NAMES))
        con.execute("CREATE TABLE aid AS SELECT 'Turkey' AS country_name, 1 AS amount")
        con.execute("CREATE TABLE decision (name VARCHAR, key VARCHAR, kind VARCHAR, country VARCHAR, valid_from DATE,"
                    " valid_to DATE, decision VARCHAR, qid VARCHAR, decided_at TIMESTAMP)")  # fmt: skip
        blocks = recipes("docs/sql.md")
        assert len(blocks) > 12
        for block in blocks:
            if not block.startswith("ATTACH"):
                con.execute(block.replace("events_resolved.parquet", str(tmp_path / "out.parquet"))).fetchall()


def test_recipes_keep_every_row(small: duckdb.DuckDBPyConnection) -> None:
    events(small, NAMES, ["2022-12-01"] * len(NAMES))
    for heading in ("One column of names", "Names whose case matters", "As of a date"):
        assert by_row(small, recipe(heading)) == QIDS, heading
    only_countries = ["Q43", "Q43", None, None, "Q230", "Q43", None, None, "Q43"]
    assert by_row(small, recipe("One column of names", place=2)) == only_countries


def test_rivals(small: duckdb.DuckDBPyConnection) -> None:
    rows = answers(small, recipe("One column of names", place=1))
    assert [(row["rank"], row["qid"]) for row in rows] == [(1, "Q230"), (2, "Q1428")]


def test_who_held_an_office(large: duckdb.DuckDBPyConnection) -> None:
    assert [row["label"] for row in answers(large, recipe("Who held an office"))] == ["Hakan Fidan"]


def test_capitals_of_every_spelling_held(bundled: Resolver, large: duckdb.DuckDBPyConnection) -> None:
    forms = [form for (form,) in large.execute("SELECT form FROM gaz.cased_lookup ORDER BY form").fetchall()]
    assert len(forms) > 1000
    assert len(forms) == len(set(forms))
    assert {"US", "USA", "UN", "WHO", "PKK"} <= set(forms)
    events(large, forms)
    found = by_row(large, recipe("Names whose case matters"))
    expected = [answer.qid for answer in bundled.resolve_many(forms)]
    assert [row for row in zip(forms, found, expected, strict=True) if row[1] != row[2]] == []


@pytest.mark.parametrize("name", ["us", "who", "it", "is"])
def test_small_letters_are_pronouns(large: duckdb.DuckDBPyConnection, name: str) -> None:
    events(large, [name])
    assert by_row(large, recipe("Names whose case matters")) == [None]


def test_as_of_a_date(mini: Resolver, small: duckdb.DuckDBPyConnection) -> None:
    days = ["1900-01-01", "1950-01-01", None, "2020-01-01"]
    names = ["Soviet Union", "Turkey", "Georgia", "People's Protection Units", "nobody"]
    pairs = [(name, day) for name in names for day in days]
    events(small, [name for name, _ in pairs], [day for _, day in pairs])
    found = by_row(small, recipe("As of a date"))
    assert found == [mini.resolve(name, as_of=day).qid for name, day in pairs]
    assert found[:8] == ["Q15180"] * 4 + ["Q43"] * 4


def test_as_of_a_date_as_the_resolver(bundled: Resolver, large: duckdb.DuckDBPyConnection) -> None:
    if not answers(large, "FROM duckdb_functions() WHERE function_name = 'validity' AND database_name = 'gaz'"):
        pytest.skip("the ready gazetteer was compiled before the macro")
    names = [
        name for (name,) in large.execute("""
            SELECT key FROM gaz.alias_lookup
            WHERE NOT cased AND kind <> 'person' AND (valid_from IS NOT NULL OR valid_to IS NOT NULL)
            GROUP BY key ORDER BY max(prior) DESC, key LIMIT 400
        """).fetchall()
    ]  # fmt: skip
    days = ["1950-01-01", "1985-06-01", "2024-01-01"]
    events(large, names * len(days), [day for day in days for _ in names])
    found = by_row(large, recipe("As of a date"))
    expected = []
    for day in days:
        for answer in bundled.resolve_many(names, as_of=day):
            whole = any(evidence.name in ("exact_key", "latin_key") for evidence in answer.evidence)
            expected.append(answer.qid if whole else None)
    other = [(names[i % len(names)], a, b) for i, (a, b) in enumerate(zip(found, expected, strict=True)) if a != b]
    assert [row for row in other if row[1] is not None] == []
    assert len(other) <= 0.02 * len(found)


def test_the_weight_of_a_day_is_that_of_the_resolver(small: duckdb.DuckDBPyConnection) -> None:
    spans = [("1991-01-01", 0), ("1920-01-01", 1), ("1995-01-01", 2)]
    factors = [
        HINT_WEIGHT["inside_validity"] / HINT_WEIGHT["ended"],
        HINT_WEIGHT["outside_validity"],
        HINT_WEIGHT["outside_validity"] / HINT_WEIGHT["ended"],
    ]
    for day, place in spans:
        found = small.execute(
            "SELECT gaz.validity(?::DATE, 'country', DATE '1922-12-30', DATE '1991-12-26')", [day]
        ).fetchall()
        assert found[0][0] == pytest.approx(factors[place])
    dead = "gaz.validity(DATE '2020-01-01', 'person', NULL, DATE '1990-01-01')"
    alive = f"SELECT {dead}, gaz.validity(NULL, 'city', NULL, NULL)"
    assert small.execute(alive).fetchall() == [(1.0, 1.0)]


def test_counting_by_entity(small: duckdb.DuckDBPyConnection) -> None:
    events(small, ["Türkiye", "TURKEY", "Турция", "nobody", "Nobody", None])
    rows = answers(small, recipe("Counting by entity"))
    assert [(row["id"], row["name"], row["events"], row["spellings"]) for row in rows] == [
        ("Q43", "Turkey", 3, ["TURKEY", "Türkiye", "Турция"]),
        ("nobody", "Nobody", 2, ["Nobody", "nobody"]),
        (None, None, 1, [None]),
    ]


def test_two_tables(small: duckdb.DuckDBPyConnection) -> None:
    events(small, ["Türkiye", "nobody", "", None, "Russia"])
    small.execute("CREATE OR REPLACE TEMP TABLE aid AS SELECT unnest(['TURKEY', 'Nobody', '', '—', 'Россия']) AS"
                  " country_name, unnest(range(5)) AS amount")  # fmt: skip
    rows = answers(small, recipe("Two tables that spell names differently"))
    assert sorted((row["actor"], row["country_name"], row["id"]) for row in rows) == [
        ("Russia", "Россия", "Q159"),
        ("Türkiye", "TURKEY", "Q43"),
        ("nobody", "Nobody", "nobody"),
    ]


def test_all_names_of_an_entity(mini: Resolver, small: duckdb.DuckDBPyConnection) -> None:
    rows = answers(small, recipe("All names of an entity"))
    assert {row["text"] for row in rows} == {alias.text for alias in mini.aliases("Q43")}
    assert {row["text"] for row in rows if row["lang"] == "ru"} == {"Turkiye", "Турция"}
    assert [row["text"] for row in rows if row["lang"] == "und"] == ["TR"]


def test_entities_of_a_kind_in_a_country(small: duckdb.DuckDBPyConnection) -> None:
    code = recipe("Entities of a kind in a country").replace("political_party", "city")
    assert [(row["qid"], row["label"]) for row in answers(small, code)] == [("Q3640", "Ankara")]


def test_iso_codes(small: duckdb.DuckDBPyConnection) -> None:
    rows = answers(small, recipe("ISO codes"))
    assert {row["qid"]: (row["iso2"], row["iso3"]) for row in rows} == {
        "Q43": ("TR", "TUR"),
        "Q212": ("UA", "UKR"),
        "Q3640": (None, None),
    }


def test_codes_multiply_nothing(large: duckdb.DuckDBPyConnection) -> None:
    if not answers(large, "FROM duckdb_views() WHERE view_name = 'entity_code' AND database_name = 'gaz'"):
        pytest.skip("the ready gazetteer was compiled before the view")
    twice = "SELECT qid FROM gaz.entity_code WHERE scheme IN ('iso2', 'iso3') GROUP BY qid, scheme HAVING count(*) > 1"
    assert large.execute(twice).fetchall() == []
    assert large.execute("SELECT count(*), count(DISTINCT qid) FROM gaz.entity_country").fetchall()[0] == (
        *large.execute("SELECT count(*), count(*) FROM gaz.entity").fetchall()[0],
    )
    shown = "SELECT DISTINCT '`' || scheme FROM gaz.entity_code WHERE scheme NOT LIKE '%former%'"
    page = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    assert all(scheme.strip("`") in page for (scheme,) in large.execute(shown).fetchall())


def test_up_to_countries(small: duckdb.DuckDBPyConnection) -> None:
    events(small, ["Ankara", "Türkiye", "Soviet Union", "Vladimir Putin", "nobody", None, "Georgia"])
    found = by_row(small, recipe("Regions and capitals up to countries"), "country")
    assert found == ["Q43", "Q43", "Q15180", "Q159", None, None, None]
    country_of = dict(small.execute("SELECT qid, country FROM gaz.entity_country").fetchall())
    assert country_of["Q1428"] == "Q30"  # Georgia, the state
    assert country_of["Q152220"] is None


def test_capitals_are_those_of_decisions(small: duckdb.DuckDBPyConnection) -> None:
    names = ["US", "U.S.", "us", "Us", "iPhone", "the US", "土耳其", "AT&T", "Ürkmez", "É", "é", "3M", "x-ray", "'Tis"]
    query = "SELECT gaz.capitals(n, gaz.name_key(n)) FROM (SELECT unnest($1::VARCHAR[]) AS n)"
    assert [form for (form,) in small.execute(query, [names]).fetchall()] == [str(capitals(name)) for name in names]


def test_decisions(small: duckdb.DuckDBPyConnection) -> None:
    from resolver.overrides import Decision, Override, Overrides
    from resolver.overrides.table import write_decisions

    small.execute("DROP TABLE IF EXISTS decision")
    rows = [
        Override(name="Turkey", decision=Decision.NONE),
        Override(name="the regime", decision=Decision.ENTITY, qid="Q858"),
        Override(name="US", decision=Decision.ENTITY, qid="Q30"),
        Override(name="Ankara", decision=Decision.NEVER, qid="Q3640"),
        Override(name="Russia", decision=Decision.NEVER, qid="Q43"),
        Override(key="ukraine", decision=Decision.ENTITY, qid="Q159"),
        Override(name="Syria", kind="city", decision=Decision.NONE),  # type: ignore[arg-type]
    ]
    write_decisions(small, Overrides(rows))
    names = ["Turkey", "TURKEY", "The Regime", "US", "us", "Ankara", "Russia", "Ukraine", None, "Turkey", "Україна"]
    events(small, names)
    found = by_row(small, recipe("Human decisions"))
    assert found == [None, "Q43", "Q858", "Q30", None, None, "Q159", "Q159", None, None, "Q212"]
    small.execute("DROP TABLE decision")


def test_out_to_parquet(small: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    events(small, NAMES)
    target = tmp_path / "events.parquet"
    small.execute(recipe("Out to Parquet").replace("events_resolved.parquet", str(target)))
    rows = duckdb.sql(f"SELECT n, qid FROM read_parquet('{target}') ORDER BY n").fetchall()
    assert rows == list(enumerate(QIDS))


def test_names_that_look_alike(small: duckdb.DuckDBPyConnection) -> None:
    code = recipe("Names that look alike").replace("Nicaragwa", "Turkye")
    found = answers(small, code)
    assert (found[0]["rank"], found[0]["qid"]) == (1, "Q43")
    assert small.execute("SELECT count(*) FROM gaz.fuzzy('us')").fetchall() == [(0,)]
    events(small, ["Turkye", "Volodymir Zelenskiy", "Türkiye", "zzzzzz", None, "", "ukrain", "yrussia"])
    small.execute(recipe("Names that look alike", place=1).split(";")[0])
    rows = answers(small, recipe("Names that look alike", place=1).split(";")[1])
    best = {row["name"]: row["qid"] for row in rows if row["rank"] == 1}
    assert best == {"Turkye": "Q43", "Volodymir Zelenskiy": "Q3874799", "ukrain": "Q212", "yrussia": "Q159"}
    assert all(0.85 <= row["similarity"] <= 1 for row in rows)  # type: ignore[operator]


def test_macros_that_read_tables_need_the_name(mini: Resolver) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{mini.database}' AS other (READ_ONLY)")
        assert con.execute("SELECT other.name_key('Türkiye')").fetchall() == [("turkiye",)]
        assert con.execute("SELECT qid FROM other.alias_lookup WHERE key = 'russia'").fetchall() == [("Q159",)]
        with pytest.raises(duckdb.Error, match="does not exist"):
            con.execute("FROM other.fuzzy('Turkye')")


def test_the_page_names_every_column_of_a_table_it_promises(small: duckdb.DuckDBPyConnection) -> None:
    page = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    for table in ("entity", "relation"):
        promised = re.search(rf"^\| `{table}` \| table: ([^|]*) \|", page, flags=re.MULTILINE)
        assert promised
        held = [row[0] for row in small.execute(f"DESCRIBE gaz.{table}").fetchall()]
        assert set(promised[1].split(", ")) <= set(held)
    assert date(2022, 6, 1) in [row["valid_from"] for row in answers(small, "FROM gaz.alias_provenance")]
