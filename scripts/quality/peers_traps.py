"""What other tools answer to the trap table: recomputes its column `peer` and counts.

    pip install rapidfuzz duckdb rigour country_converter "pandas<3" pycountry hdx-python-country
    python scripts/quality/peers_traps.py GAZETTEER.duckdb [--write]

Each tool is used as its documentation shows it. rapidfuzz chooses among the labels of the gazetteer, those of the
row's kind (else of the expected entity's kind, else all), the more prominent first where scores tie; below 85 its
answer counts as none. The country tools are asked for every row but those about people and organizations. `peer`
lists wrong answers and misses: `tool, tool: label (QID); tool: nothing`. Needs the gazetteer, not the resolver.
"""

from __future__ import annotations

import argparse
import csv
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

TRAPS = Path(__file__).parents[2] / "tests" / "golden" / "traps.csv"
ENOUGH = 85.0
PLACES = {"country", "territory", "subdivision", "city", "region", "water"}

Answer = Callable[[str], "str | None"]


class Gazetteer:
    """Labels, kinds and country codes of a compiled gazetteer."""

    def __init__(self, path: Path) -> None:
        with duckdb.connect(str(path), read_only=True) as con:
            rows = con.execute("SELECT qid, label, kind, codes FROM entity ORDER BY prior DESC, qid").fetchall()
        self.labels = {qid: label for qid, label, _, _ in rows}
        self.kinds = {qid: kind for qid, _, kind, _ in rows}
        self.by_kind: dict[str, dict[str, str]] = {"": {}}
        self.by_code: dict[str, str] = {}
        for qid, label, kind, codes in rows:
            self.by_kind[""][qid] = label
            self.by_kind.setdefault(kind, {})[qid] = label
            for scheme, _, code in (code.partition(":") for code in codes or ()):
                if scheme in ("iso2", "iso3") and kind in ("country", "territory"):
                    self.by_code[code.upper()] = qid


def country_tools(gazetteer: Gazetteer) -> dict[str, Answer]:
    """Tools that answer with a country; those that are not installed are left out."""
    tools: dict[str, Answer] = {}
    try:
        from rigour.territories import lookup_territory

        def by_rigour(name: str) -> str | None:
            found = lookup_territory(name, fuzzy=True)
            return found.qid if found else None

        tools["rigour"] = by_rigour
    except ImportError as error:
        print(f"left out: {error.name}")
    try:
        from country_converter import CountryConverter

        converter = CountryConverter()

        def by_converter(name: str) -> str | None:
            code = converter.convert(name, to="ISO2", not_found="")
            return gazetteer.by_code.get(code) if isinstance(code, str) else None

        tools["country_converter"] = by_converter
    except ImportError as error:
        print(f"left out: {error.name}")
    try:
        from pycountry import countries

        def by_pycountry(name: str) -> str | None:
            try:
                return gazetteer.by_code.get(countries.search_fuzzy(name)[0].alpha_2)
            except LookupError:
                return None

        tools["pycountry"] = by_pycountry
    except ImportError as error:
        print(f"left out: {error.name}")
    try:
        from hdx.location.country import Country

        Country.countriesdata(use_live=False)

        def by_hdx(name: str) -> str | None:
            return gazetteer.by_code.get(Country.get_iso3_country_code_fuzzy(name)[0] or "")

        tools["hdx"] = by_hdx
    except ImportError as error:
        print(f"left out: {error.name}")
    return tools


def label_tools(gazetteer: Gazetteer) -> dict[str, Callable[[str, str], str | None]]:
    """Ratios of rapidfuzz over the labels of one kind."""
    from rapidfuzz import fuzz, process, utils

    prepared = {
        kind: {qid: utils.default_process(label) for qid, label in labels.items()}
        for kind, labels in gazetteer.by_kind.items()
    }

    def best(scorer: Callable[..., float]) -> Callable[[str, str], str | None]:
        def answer(name: str, kind: str) -> str | None:
            query = utils.default_process(name)
            found = process.extractOne(query, prepared[kind], scorer=scorer, score_cutoff=ENOUGH) if query else None
            return found[2] if found else None

        return answer

    return {"WRatio": best(fuzz.WRatio), "token_set_ratio": best(fuzz.token_set_ratio)}


def told(gazetteer: Gazetteer, row: dict[str, str], answers: Iterable[tuple[str, str | None]]) -> str:
    """Wrong answers and misses, tools with the same answer together."""
    right = set(row["expected_qid"].split("|")) - {""}
    by_answer: dict[str, list[str]] = {}
    for tool, qid in answers:
        if (qid in right) if right else qid is None:
            continue
        words = "nothing" if qid is None else f"{gazetteer.labels.get(qid, '?')} ({qid})"
        by_answer.setdefault(words, []).append(tool)
    return "; ".join(f"{', '.join(tools)}: {words}" for words, tools in by_answer.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gazetteer", type=Path)
    parser.add_argument("--write", action="store_true", help="Write the column into the table.")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    gazetteer = Gazetteer(options.gazetteer)
    by_label, by_country = label_tools(gazetteer), country_tools(gazetteer)
    with TRAPS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    asked: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for row in rows:
        expected = row["expected_qid"].split("|")[0]
        kind = row["kind"] or gazetteer.kinds.get(expected, "")
        answers = [(tool, answer(row["input"], kind)) for tool, answer in by_label.items()]
        if kind in PLACES or not kind:
            answers += [(tool, answer(row["input"])) for tool, answer in by_country.items()]
        for tool, qid in answers:
            asked[tool] += 1
            wrong[tool] += qid is not None and qid not in row["expected_qid"].split("|")
            missed[tool] += qid is None and bool(expected)
        row["peer"] = told(gazetteer, row, answers)
    print(f"{len(rows)} rows, {sum(bool(row['peer']) for row in rows)} that some tool gets wrong or misses")
    print("| tool | rows asked | wrong entity | nothing, though there is one |\n| --- | ---: | ---: | ---: |")
    for tool, count in asked.items():
        print(f"| {tool} | {count} | {wrong[tool]} | {missed[tool]} |")
    if options.write:
        with TRAPS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
