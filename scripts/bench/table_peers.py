"""A noisy column against the whole gazetteer: resolve_many beside other ways to join names that are misspelt.

    pip install -e '.[peers]'
    PYTHONPATH=. python scripts/bench/table_peers.py [GAZETTEER.duckdb] [--names N] [--seed N]

Names are the gazetteer's own, in Latin letters and meaning one entity, with one or two faults of our making: a letter
too many, too few, wrong or swapped, a word too few, words in another order. A name whose key the gazetteer knows after
all is left out. Every peer gets the same keys, normalised, each with the entity that SQL's `rank = 1` gives it, so that
what is compared is the search; its best key counts as its answer, however unlike. For resolve_many the best candidate
counts, and beside it what it dares to call matched. Times are of one run on all cores, without building an index,
which is given apart.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb

from resolver import Resolver, Status
from resolver.normalize import exact_keys

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Answers = dict[int, str]
"""Number of the noisy name -> entity."""


@dataclass
class Task:
    """A noisy column and what it is joined to."""

    con: duckdb.DuckDBPyConnection
    names: list[str]
    truth: list[str]
    prepared: dict[str, float] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        return exact_keys(self.names)


def noisy(name: str, chance: random.Random) -> str:
    """A name with one fault, in a long name two."""
    for _ in range(1 + (len(name) > 12 and chance.random() < 0.5)):
        words, at = name.split(), chance.randrange(1, len(name))
        letter = chance.choice(LETTERS)
        fault = chance.choice(["more", "less", "other", "swap", "swap", "other", "word", "order"])
        if fault == "word" and len(words) > 2:
            name = " ".join(word for i, word in enumerate(words) if i != chance.randrange(1, len(words) - 1))
        elif fault == "order" and len(words) > 1:
            name = " ".join([*words[1:], words[0]])
        elif fault == "more":
            name = name[:at] + letter + name[at:]
        elif fault == "less":
            name = name[:at] + name[at + 1 :]
        elif fault == "swap" and at + 1 < len(name):
            name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        else:
            name = name[:at] + letter + name[at + 1 :]
    return name


def make_task(database: str, count: int, seed: int) -> Task:
    con = duckdb.connect()
    con.execute(f"ATTACH '{database}' AS gaz (READ_ONLY)")
    con.execute("CREATE TABLE held AS SELECT key, qid, prior FROM gaz.alias_lookup WHERE rank = 1")
    rows = con.execute(
        """
        SELECT alias, qid FROM gaz.alias_lookup
        WHERE is_match AND NOT cased AND length(alias) >= 6 AND regexp_full_match(key, '[a-z0-9 ]*')
        ORDER BY hash(key || ?), key LIMIT ?
        """,
        [str(seed), 2 * count],
    ).fetchall()
    chance = random.Random(seed)
    spoilt = [(noisy(name, chance), qid) for name, qid in rows]
    known = {key for (key,) in con.execute("SELECT key FROM held").fetchall()}
    kept = [row for row, key in zip(spoilt, exact_keys([name for name, _ in spoilt]), strict=True) if key not in known]
    return Task(con, [name for name, _ in kept[:count]], [qid for _, qid in kept[:count]])


def ours(database: str) -> Callable[[Task], Answers]:
    resolver = Resolver.open(database, layers=[], overrides=False)
    next(resolver.resolve_many(["Nicaragwa"]))  # what is loaded once belongs to no name

    def search(task: Task) -> Answers:
        answers: Answers = {}
        matched = right = 0
        for number, answer in enumerate(resolver.resolve_many(task.names)):
            if answer.candidates:
                answers[number] = answer.candidates[0].entity.qid
            if answer.status is Status.MATCHED:
                matched += 1
                right += answer.qid == task.truth[number]
        share = matched / len(task.names)
        print(f"  resolve_many calls {share:.1%} matched; of those {right / max(1, matched):.1%} are right")
        return answers

    return search


def in_duckdb(task: Task) -> Answers:
    """Jaro-Winkler of the keys that share four letters at the start and are about as long."""
    import pyarrow as pa

    task.con.register("asked", pa.table({"n": range(len(task.names)), "key": task.keys}))
    return dict(
        task.con.execute("""
            SELECT a.n, arg_max(h.qid, (jaro_winkler_similarity(a.key, h.key), h.prior))
            FROM asked a JOIN held h ON h.key[:4] = a.key[:4] AND abs(length(h.key) - length(a.key)) <= 4
            GROUP BY a.n
        """).fetchall()
    )


def by_macro(task: Task) -> Answers:
    """The table macro of the gazetteer file."""
    import pyarrow as pa

    task.con.register("asked", pa.table({"name": task.names}))
    found = dict(task.con.execute("SELECT name, qid FROM gaz.fuzzy_column('asked', 'name') WHERE rank = 1").fetchall())
    return {number: found[name] for number, name in enumerate(task.names) if name in found}


def tf_idf(task: Task) -> Callable[[Task], Answers]:
    """Trigrams of letters weighed by rarity, best cosine: what string_grouper does."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    started = time.perf_counter()
    held = task.con.execute("SELECT key, qid FROM held ORDER BY prior DESC, key").fetchall()
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), lowercase=False, dtype=np.float32)
    columns = vectorizer.fit_transform([key for key, _ in held]).T.tocsr()
    task.prepared["TF-IDF of trigrams"] = time.perf_counter() - started

    def search(task: Task) -> Answers:
        answers: Answers = {}
        asked = vectorizer.transform(task.keys)
        for start in range(0, asked.shape[0], 100):
            scores = (asked[start : start + 100] @ columns).tocsr()
            for row in range(scores.shape[0]):
                values = scores.data[scores.indptr[row] : scores.indptr[row + 1]]
                if len(values):
                    best = np.flatnonzero(values >= values.max() - 1e-6)
                    place = scores.indices[scores.indptr[row] + best].min()
                    answers[start + row] = held[place][1]
        return answers

    return search


def splink(task: Task) -> Callable[[Task], Answers]:
    """Splink on DuckDB: three comparisons of the name and its outer words, two blocking rules, u estimated."""
    import logging

    import pyarrow as pa
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    started = time.perf_counter()
    task.con.register("asked", pa.table({"n": range(len(task.names)), "key": task.keys}))
    columns = """key, string_split(key, ' ')[1] AS first_word, string_split(key, ' ')[-1] AS last_word,
                 key[:4] AS head, key[-4:] AS tail"""
    api = DuckDBAPI()
    tables = [
        api.register(task.con.sql(f"SELECT {number} AS unique_id, {columns} FROM {name}").to_arrow_table(),
                     dataset_display_name=name)
        for name, number in (("asked", "n"), ("held", "row_number() OVER (ORDER BY key)"))
    ]  # fmt: skip
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("key", [0.97, 0.93, 0.88, 0.8]),
            cl.JaroWinklerAtThresholds("first_word", [0.95, 0.85]),
            cl.JaroWinklerAtThresholds("last_word", [0.95, 0.85]),
        ],
        blocking_rules_to_generate_predictions=[
            "l.head = r.head AND abs(length(l.key) - length(r.key)) <= 4",
            "l.tail = r.tail AND abs(length(l.key) - length(r.key)) <= 4",
        ],
    )
    linker = Linker(tables, settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    task.prepared["Splink"] = time.perf_counter() - started

    def search(task: Task) -> Answers:
        pairs = linker.inference.predict(threshold_match_weight=-10).as_duckdbpyrelation()
        task.con.register("pairs", pairs.to_arrow_table())
        return dict(
            task.con.execute("""
                SELECT p.n, arg_max(h.qid, (weight, jaro_winkler_similarity(p.mine, p.theirs), h.prior))
                FROM (
                    SELECT match_weight AS weight,
                           if(source_dataset_l = 'asked', unique_id_l, unique_id_r) AS n,
                           if(source_dataset_l = 'asked', key_l, key_r) AS mine,
                           if(source_dataset_l = 'asked', key_r, key_l) AS theirs
                    FROM pairs
                ) p JOIN held h ON h.key = p.theirs GROUP BY p.n
            """).fetchall()
        )

    return search


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("gazetteer", nargs="?", help="a compiled gazetteer; the bundled one by default")
    parser.add_argument("--names", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20_261_122)
    given = parser.parse_args()
    with Resolver.open(given.gazetteer) as resolver:
        database = str(resolver.database)
    task = make_task(database, given.names, given.seed)
    held = task.con.execute("SELECT count(*) FROM held").fetchall()[0][0]
    print(f"{len(task.names):,} noisy names against {held:,} keys")
    peers: dict[str, Callable[[Task], Answers]] = {
        "resolve_many": ours(database),
        "jaro_winkler, prefix": in_duckdb,
        "SQL fuzzy_column": by_macro,
    }
    for name, make in {"TF-IDF of trigrams": tf_idf, "Splink": splink}.items():
        try:
            peers[name] = make(task)
        except ImportError as error:
            print(f"{name}: left out, {error}")
    times: dict[str, float] = {}
    for name, search in peers.items():
        started = time.perf_counter()
        answers = search(task)
        times[name] = time.perf_counter() - started
        right = sum(answers.get(number) == qid for number, qid in enumerate(task.truth))
        before = f", {task.prepared[name]:.0f} s before" if name in task.prepared else ""
        print(
            f"{name:22} {len(task.names) / times[name]:8,.0f} names/s   {times['resolve_many'] / times[name]:6.2f} of"
            f" resolve_many   top-1 {right / len(task.names):.1%}{before}"
        )


if __name__ == "__main__":
    main()
