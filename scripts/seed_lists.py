"""Write the id lists under seeds/ from the bundled tables: what a pull has to find again, whatever queries find.

    python scripts/seed_lists.py

Provisional ids stay out: they are not confirmed, and a pull would make them look so.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[1]
ENTITIES = f"read_parquet('{ROOT}/gazetteers/*/entities.parquet', union_by_name = true)"
POSITIONS = f"'{ROOT}/gazetteers/people/positions.parquet'"
LISTS = {
    "places/capitals": ("Capitals of countries", "capital = 'country' AND kind = 'city'"),
    "people/leaders": (
        "Heads of state and government and foreign ministers, 2022 and before",
        "kind = 'person' AND (office IN ('head_of_state', 'head_of_government') OR qid IN (SELECT qid FROM "
        f"{POSITIONS} WHERE regexp_full_match(title, '(Federal )?(Minister|Secretary) (of|for) Foreign Affairs.*')))",
    ),
    "institutions/central-banks": (
        "Central banks",
        "kind = 'government_body' AND (description ILIKE '%central bank%' OR list_contains(sources, 'cbanks'))",
    ),
    "institutions/international-organizations": (
        "International organisations",
        "kind = 'organization' AND (list_contains(sources, 'os-igo')"
        " OR regexp_matches(description, '(?i)(international|intergovernmental) organi[sz]ation'))",
    ),
    "institutions/ministries": (
        "Ministries",
        "kind = 'government_body' AND (description ILIKE '%ministry%' OR label ILIKE 'ministry of%')",
    ),
    "institutions/parties": ("Political parties", "kind = 'political_party'"),
    "companies/news-agencies": (
        "News agencies",
        "kind = 'media' AND (description ILIKE '%news agency%' OR label ILIKE '%news agency%'"
        " OR list_contains(sources, 'impresso'))",
    ),
    "companies/broadcasters": (
        "Broadcasters and television networks",
        "kind = 'media' AND (description ILIKE '%broadcaster%' OR description ILIKE '%broadcasting%'"
        " OR description ILIKE '%television network%')",
    ),
    "conflict/armed-groups": ("Armed groups", "kind = 'armed_group'"),
    "conflict/militaries": (
        "Armed forces",
        "kind = 'military' AND (description ILIKE '%armed forces%' OR label ILIKE '%armed forces%')",
    ),
    "conflict/wars": (
        "Wars and conflicts",
        "kind = 'event' AND regexp_matches(description, '(?i)\\b(war|conflict)\\b')",
    ),
    "conflict/treaties": ("Treaties", "kind = 'event' AND regexp_matches(description, '(?i)\\btreaty\\b')"),
}


def main() -> None:
    con = duckdb.connect()
    members = (ROOT / "seeds/checks/un_members.tsv").read_text(encoding="utf-8").splitlines()[1:]
    write("places/un-members", "Members of the United Nations", [line.split("\t")[:2] for line in members])
    write("curated", "Entities that hand-written rows are about or point to", curated(con))
    for name, (title, condition) in LISTS.items():
        confirmed = "qid LIKE 'Q%' AND NOT coalesce(provisional, false)"
        rows = con.execute(f"SELECT qid, label FROM {ENTITIES} WHERE {confirmed} AND {condition}").fetchall()
        write(name, title, rows)


def curated(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Confirmed items that seeds/curated names: without them a gazetteer regrown from nothing could not be built."""
    themes = f"{ROOT}/seeds/curated/*"

    def read(name: str) -> str:
        return f"read_csv('{themes}/{name}.tsv', delim = '\t', quote = '', all_varchar = true, union_by_name = true)"

    return con.execute(f"""
        WITH named AS (
            SELECT qid FROM {read("entities")} UNION SELECT qid FROM {read("aliases")}
            UNION SELECT qid FROM {read("positions")} UNION SELECT subject FROM {read("relations")}
            UNION SELECT object FROM {read("relations")}
        ), rows AS (
            SELECT qid, label, coalesce(provisional, false) AS provisional FROM {ENTITIES}
            UNION ALL SELECT qid, label, provisional = 'true' FROM {read("entities")}
        )
        SELECT qid, arg_max(label, label IS NOT NULL) FROM named JOIN rows USING (qid) WHERE qid LIKE 'Q%'
        GROUP BY qid HAVING NOT bool_or(coalesce(provisional, false))
    """).fetchall()


def write(name: str, title: str, rows: list) -> None:
    path = ROOT / "seeds" / f"{name}.qids"
    path.parent.mkdir(parents=True, exist_ok=True)
    ordered = sorted(rows, key=lambda row: int(row[0][1:]))
    head = [f"# title: {title}", f"# expect: {len(rows) * 19 // 20}-{len(rows) * 2}"]
    path.write_text("\n".join([*head, *("\t".join(row) for row in ordered)]) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(rows)}")


if __name__ == "__main__":
    main()
