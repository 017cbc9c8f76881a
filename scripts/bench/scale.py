"""From 100,000 to 10,000,000 aliases: time, memory and disk of the build, and how fast the result answers.

    python scripts/bench/scale.py [--folder DIR] [--memory 8] 100000 1000000 3000000

Names are invented: words of two to four syllables, drawn with Zipf's law, joined to names of persons, cities and
organisations; a sixth of them also in Cyrillic letters. Every stage is a process of its own, so that its peak memory
is its own. Queries are names of the gazetteer with one letter changed, left out or doubled, none of them a key.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES_OF_ONE = 4  # aliases an entity has
QUERIES, SINGLE = 3_000, 300
STAGES = ("make", "build", "index", "ask")

_MAKE = """
CREATE TABLE syllable AS SELECT row_number() OVER () - 1 AS n, c || v || e AS text FROM
    (SELECT unnest(string_split('b,br,d,dr,f,g,gr,h,k,kr,l,m,n,p,pr,r,s,sh,t,tr,v,y,z', ',')) AS c),
    (SELECT unnest(['a', 'e', 'i', 'o', 'u']) AS v), (SELECT unnest(['', 'n', 'r', 'l', 's']) AS e);
CREATE TABLE word AS
    SELECT n, upper(left(text, 1)) || substr(text, 2) AS text FROM (
        SELECT w.n AS n, a.text || b.text || CASE WHEN hash(w.n, 3) % 3 > 0 THEN c.text ELSE '' END AS text
        FROM range({words}) w(n)
        JOIN syllable a ON a.n = hash(w.n, 0) % 575 JOIN syllable b ON b.n = hash(w.n, 1) % 575
        JOIN syllable c ON c.n = hash(w.n, 2) % 575
    );
CREATE TABLE entity AS
    SELECT e, 'Q' || (9000000000 + e) AS qid,
           ['person', 'person', 'person', 'city', 'organization'][CAST(1 + hash(e, 9) % 5 AS BIGINT)] AS kind,
           CAST({words} * pow((hash(e, 1) % 1000003) / 1000003, 3) AS BIGINT) AS a,
           CAST({words} * pow((hash(e, 2) % 1000003) / 1000003, 2) AS BIGINT) AS b,
           CAST({words} * pow((hash(e, 3) % 1000003) / 1000003, 2) AS BIGINT) AS c
    FROM range({entities}) r(e);
CREATE TABLE named AS
    SELECT qid, kind, a.text AS a, b.text AS b, c.text AS c, hash(e, 5) % 6 = 0 AS native
    FROM entity JOIN word a ON a.n = entity.a JOIN word b ON b.n = entity.b JOIN word c ON c.n = entity.c;
COPY (
    SELECT qid, kind, a || ' ' || b AS label, NULL::VARCHAR AS description, []::VARCHAR[] AS countries,
           []::VARCHAR[] AS codes, NULL::VARCHAR AS valid_from, NULL::VARCHAR AS valid_to, NULL::BIGINT AS population,
           NULL::VARCHAR AS office, NULL::VARCHAR AS capital, false AS provisional, ['made'] AS sources
    FROM named ORDER BY qid
) TO '{folder}/entities.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY (
    SELECT qid, text, langs, CASE WHEN place = 1 THEN 'label' ELSE 'alias' END AS role, 'neutral' AS register,
           'strong' AS strength, false AS cased, NULL::VARCHAR AS valid_from, NULL::VARCHAR AS valid_to,
           ['made'] AS sources
    FROM (
        SELECT qid, unnest([
            a || ' ' || b,
            a || ' ' || c || ' ' || b,
            c || ' ' || b,
            CASE WHEN native THEN translate(a || ' ' || b, '{latin}', '{cyrillic}') ELSE b || ' ' || a END
        ]) AS text, unnest([1, 2, 3, 4]) AS place, CASE WHEN native THEN ['en', 'ru'] ELSE ['en', 'tr'] END AS langs
        FROM named
    ) ORDER BY qid, text
) TO '{folder}/aliases.parquet' (FORMAT parquet, COMPRESSION zstd);
"""


def make(count: int, folder: Path) -> dict[str, Any]:
    """Write the source tables."""
    import duckdb

    tables = folder / "tables" / "made"
    tables.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '3GB'")
        con.execute(f"SET temp_directory = '{folder / 'spill'}'")
        con.execute(
            _MAKE.format(
                folder=tables,
                words=max(20_000, count // 12),
                entities=count // NAMES_OF_ONE,
                latin="BDFGHKLMNPRSTVYZbdfghklmnprstvyzaeiou",
                cyrillic="БДФГХКЛМНПРСТВЙЗбдфгхклмнпрствйзаеиоу",
            )
        )
    return {"disk": sum(path.stat().st_size for path in tables.iterdir())}


def build(_count: int, folder: Path) -> dict[str, Any]:
    """Compile the gazetteer; the time of each stage is told."""
    from resolver.build.compile import compile_gazetteer

    stages: dict[str, float] = {}
    last = ["start", time.monotonic()]

    def tell(stage: str, _part: float) -> None:
        now = time.monotonic()
        stages[str(last[0])] = round(stages.get(str(last[0]), 0.0) + now - float(last[1]), 1)
        last[:] = [stage, now]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"    {stage}: peak so far {peak:.2f} GB", file=sys.stderr)

    compile_gazetteer([folder / "tables" / "made"], folder / "made.duckdb", tell)
    sizes = {f"{form}_bytes": (folder / f"made.{form}").stat().st_size for form in ("duckdb", "exact")}
    return {"stages": stages, **sizes}


def index(_count: int, folder: Path) -> dict[str, Any]:
    """Make the fuzzy indexes."""
    from resolver.build.fuzzy import build_fuzzy
    from resolver.gazetteer import Gazetteer

    gazetteer = Gazetteer(folder / "made.exact")
    build_fuzzy(gazetteer, folder / "made.fuzzy")
    size = sum(path.stat().st_size for path in (folder / "made.fuzzy").rglob("*") if path.is_file())
    return {"fuzzy_bytes": size, "keys": len(gazetteer)}


def ask(_count: int, folder: Path) -> dict[str, Any]:
    """Exact and fuzzy names, in bulk and one by one."""
    from resolver import Resolver
    from resolver.index import FuzzyIndex

    started = time.perf_counter()
    resolver = Resolver.open(folder / "made.duckdb", layers=[])
    opened = time.perf_counter() - started
    gazetteer = resolver.gazetteer
    rng = random.Random(5)
    aliases = len(gazetteer.alias_entity)
    known = [gazetteer.alias_text(rng.randrange(aliases)) for _ in range(200_000)]
    list(resolver.resolve_many(known[:50_000]))
    exact = min(_seconds(lambda: [r.status for r in resolver.resolve_many(known)]) for _ in range(3))
    latin = FuzzyIndex.open(folder / "made.fuzzy" / "latin")
    wrong: list[tuple[str, str]] = []
    while len(wrong) < QUERIES:
        key = gazetteer.key(rng.randrange(len(gazetteer)))
        if key.isascii() and " " in key and gazetteer.key_number(slip := _slip(key, rng)) is None:
            wrong.append((slip, key))
    names = [slip for slip, _ in wrong]
    latin.search(names[:400])
    fuzzy = min(_cpu(lambda: latin.search(names)) for _ in range(3))
    hits = latin.search(names, top=16)
    first: dict[int, str] = {}
    among: set[int] = set()
    for query, number in zip(hits.query.tolist(), latin.number[hits.key].tolist(), strict=True):
        found = gazetteer.key(number)
        first.setdefault(query, found)
        if found == wrong[query][1]:
            among.add(query)
    top = sum(first.get(i) == key for i, (_, key) in enumerate(wrong))
    single = sorted(_seconds(lambda name=name: latin.search([name])) for name in names[:SINGLE])
    whole = sorted(_seconds(lambda name=name: resolver.resolve(name.title())) for name in names[:SINGLE])
    return {
        "opened_ms": round(opened * 1e3, 1),
        "exact_a_second": round(len(known) / exact),
        "fuzzy_a_second": round(len(names) / fuzzy),
        "top1": round(100 * top / len(wrong), 1),
        "in_16": round(100 * len(among) / len(wrong), 1),
        "search_ms": [round(statistics.median(single) * 1e3, 2), round(single[int(0.99 * SINGLE)] * 1e3, 2)],
        "resolve_ms": [round(statistics.median(whole) * 1e3, 2), round(whole[int(0.99 * SINGLE)] * 1e3, 2)],
    }


def _slip(key: str, rng: random.Random) -> str:
    place = rng.choice([i for i, letter in enumerate(key) if letter != " "])
    letter = rng.choice("abdefgiklmnoprstuvz")
    return rng.choice(
        [key[:place] + key[place + 1 :], key[:place] + letter + key[place + 1 :], key[:place] + letter + key[place:]]
    )


def _seconds(run: Any) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _cpu(run: Any) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def one_stage(name: str, count: int, folder: Path) -> None:
    """Run a stage and print what it found, with its time and its peak memory."""
    started, cpu = time.monotonic(), time.process_time()
    found = globals()[name](count, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    told = {"seconds": round(time.monotonic() - started, 1), "cpu": round(time.process_time() - cpu, 1)}
    print(json.dumps({**told, "peak_gb": round(peak, 2), **found}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="Where to work; a temporary folder otherwise.")
    parser.add_argument("--memory", type=float, default=8.0, help="Gigabytes a stage may take.")
    parser.add_argument("--stage", choices=STAGES, help="Only this stage, in this process.")
    parser.add_argument("counts", type=int, nargs="+")
    given = parser.parse_args()
    if given.stage:
        one_stage(given.stage, given.counts[0], given.folder)
        return
    for count in given.counts:
        folder = given.folder or Path(tempfile.mkdtemp(prefix="scale-"))
        for stage in STAGES:
            command = [sys.executable, __file__, "--stage", stage, "--folder", str(folder), str(count)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            flag = "  TOO MUCH MEMORY" if found["peak_gb"] > given.memory else ""
            print(f"{count:>10,} {stage:6} {json.dumps(found)}{flag}", flush=True)
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
