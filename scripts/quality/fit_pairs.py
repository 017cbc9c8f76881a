"""Alias pairs to fit and test the judging on: names of one entity, and names of two that resemble each other."""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.dataset as ds
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from resolver.comparison import Name, read_name
from resolver.features import group_of, rarity
from resolver.features.tokens import token

if TYPE_CHECKING:
    from pathlib import Path

ROLES = {"label", "official", "short", "alias", "endonym", "historical", "nickname", "acronym"}


class Pair(NamedTuple):
    a: str
    b: str
    group: str
    right: bool
    held_out: bool
    how: str


class Pool:
    """Aliases of one gazetteer by entity, with the word index that negatives are drawn from."""

    def __init__(self, folder: Path, limit: int, seed: int) -> None:
        def rows(name: str, columns: list[str]) -> list[dict]:
            files = sorted(str(p) for p in folder.glob(f"*/{name}.parquet"))
            table = ds.dataset(files, format="parquet").to_table(columns=columns)
            return table.to_pylist()

        kinds = {r["qid"]: r["kind"] for r in rows("entities", ["qid", "kind"])}
        by_entity: dict[str, set[str]] = defaultdict(set)
        for r in rows("aliases", ["qid", "text", "role"]):
            if r["role"] in ROLES and r["qid"] in kinds and r["text"]:
                by_entity[r["qid"]].add(r["text"])
        self.kinds = kinds
        self.words: Counter[str] = Counter()
        self.total = len(by_entity)
        for texts in by_entity.values():
            self.words.update({w for t in texts for w in _words(read_name(t))})
        rng = random.Random(seed)
        qids = sorted(by_entity)
        rng.shuffle(qids)
        taken: Counter[str] = Counter()
        self.aliases: dict[str, list[Name]] = {}
        for qid in qids:
            group = group_of(kinds[qid])
            if taken[group] >= limit:
                continue
            taken[group] += 1
            names = {}
            for text in sorted(by_entity[qid]):
                name = read_name(text)
                if name.latin and 1 < len(name.exact) < 90:
                    names.setdefault(name.exact, name)
            if names:
                self.aliases[qid] = list(names.values())
        self.keys = {q: {n.latin for n in names} for q, names in self.aliases.items()}
        self.by_key: dict[str, set[str]] = defaultdict(set)
        for q, keys in self.keys.items():
            for key in keys:
                self.by_key[key].add(q)
        self.middles = sorted(
            {
                name.text.split()[1]
                for q, names in self.aliases.items()
                if kinds[q] == "person"
                for name in names
                if len(name.text.split()) == 3 and name.text.isascii() and len(name.text.split()[1]) > 3
            }
        )
        self.by_word: dict[tuple[str, str], list[tuple[str, Name]]] = defaultdict(list)
        for q, names in self.aliases.items():
            group = group_of(kinds[q])
            for name in names:
                for word in sorted(set(name.latin.split())):
                    self.by_word[group, word].append((q, name))
                    bones = token(word).skeleton
                    if len(bones) > 2:
                        self.by_word[group, "~" + bones].append((q, name))

    def rarity(self, word: str) -> float:
        return rarity(self.words[word], self.total)

    def strangers(self, a: str, b: str) -> bool:
        """Whether two entities share no key, so that a pair of their names is surely wrong."""
        return a != b and self.keys[a].isdisjoint(self.keys[b])


def _words(name: Name) -> set[str]:
    return {*name.latin.split(), *name.native}


def split_of(qid: str) -> bool:
    """Whether an entity is held out: half of them, by id, so that rivals are as near in one half as in the other."""
    return zlib.crc32(qid.encode()) % 2 == 0


def resemble(a: Name, b: Name) -> bool:
    """Whether a candidate search would propose the pair at all."""
    if a.native and b.native and a.script == b.script and set("".join(a.native)) & set("".join(b.native)):
        return True
    words_a, words_b = a.latin.split(), b.latin.split()
    if not set(words_a).isdisjoint(words_b):
        return True
    x, y = "".join(words_a), "".join(words_b)
    if Indel.normalized_similarity(x, y) >= 0.5:
        return True
    bx, by = ("".join(token(w).skeleton for w in ws) for ws in (words_a, words_b))
    if len(bx) > 1 and len(by) > 1 and Indel.normalized_similarity(bx, by) >= 0.6:
        return True
    short, long = sorted((words_a, words_b), key=len)
    return len(short) == 1 and 2 <= len(short[0]) <= 7 and "".join(w[0] for w in long).startswith(short[0])


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def noise(text: str, group: str, rng: random.Random) -> str:
    """A name as people mistype, shorten and reorder it."""
    words = text.split()
    kind = rng.random()
    if kind < 0.5 or len(words) < 2:
        for _ in range(1 if len(text) < 9 or rng.random() < 0.6 else 2):
            spots = [i for i, c in enumerate(text) if c.isalpha()]
            if len(spots) < 7:  # a shorter name with a typo is often another name
                return text
            i = rng.choice(spots)
            c = rng.choice(LETTERS) if text[i].isascii() else rng.choice(text)
            how = rng.randrange(4)
            if how == 0:
                text = text[:i] + c + text[i:]
            elif how == 1:
                text = text[:i] + text[i + 1 :]
            elif how == 2:
                text = text[:i] + c + text[i + 1 :]
            else:
                text = text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :]
        return text
    if kind < 0.65:
        return words[-1] + (", " if rng.random() < 0.5 else " ") + " ".join(words[:-1])
    if kind < 0.75 and len(words) > 2:
        i = rng.randrange(len(words))
        return " ".join(words[:i] + words[i + 1 :])
    if kind < 0.9 and group == "person":
        initials = [w[0] + "." for w in words[:-1]]
        keep = rng.random() < 0.5
        return " ".join([initials[0], *(words[1:-1] if keep else initials[1:]), words[-1]])
    i = rng.randrange(len(words) - 1)
    return " ".join([*words[:i], words[i] + words[i + 1], *words[i + 2 :]])


class Query(NamedTuple):
    """One name as met, the entity it means, and the name on record it should meet."""

    qid: str
    group: str
    name: Name
    target: Name | None
    script: str


def _queries(pool: Pool, per_entity: int, rng: random.Random) -> list[Query]:
    out = []
    for qid in sorted(pool.aliases):
        names = pool.aliases[qid]
        group = group_of(pool.kinds[qid])
        for _ in range(per_entity):
            query = names[rng.randrange(len(names))]
            if rng.random() < 0.3:
                query = read_name(noise(query.text, group, rng))
                if not query.latin:
                    continue
            same = [n for n in names if n.exact != query.exact]
            target = same[rng.randrange(len(same))] if same else None
            if group == "person" and target and rng.random() < 0.15:
                query, target = _surname(query), _surname(target)
                if query.latin == target.latin and query.script == target.script:
                    continue
            # A wrong name is looked for in the script of the right one, or script alone would tell them apart.
            script = target.script if target else (query.script if rng.random() < 0.7 else "latin")
            out.append(Query(qid, group, query, target, script))
    return out


def _surname(name: Name) -> Name:
    """The last word of a name, by which people are met in running text."""
    return read_name(name.text.split()[-1].strip(",."))


def _heard(name: Name) -> str:
    return "".join(token(w).sound for w in name.latin.split())


def _nearest(pool: Pool, queries: list[Query], rng: random.Random) -> dict[int, Name]:
    """For each query the name of a stranger that sounds most alike, of those in the wanted script."""
    names: dict[tuple[str, str, bool], list[tuple[str, Name]]] = defaultdict(list)
    for qid, aliases in pool.aliases.items():
        group, held = group_of(pool.kinds[qid]), split_of(qid)
        for name in aliases:
            names[group, name.script, held].append((qid, name))
        if group == "person":
            last = _surname(aliases[0])
            names[group, last.script, held].append((qid, last))
    asked: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for at, query in enumerate(queries):
        asked[query.group, query.script, split_of(query.qid)].append(at)
    out: dict[int, Name] = {}
    for key in sorted(asked):
        rows = names.get(key, [])
        rows = rng.sample(rows, min(len(rows), 20_000))
        if len(rows) < 20:
            continue
        heard = [_heard(name) for _, name in rows]
        for start in range(0, len(asked[key]), 500):
            part = asked[key][start : start + 500]
            near = cdist(
                [_heard(queries[at].name) for at in part], heard, scorer=Indel.normalized_similarity, dtype=np.float32
            )
            best = np.argsort(-near, axis=1, kind="stable")[:, :8]
            for at, row in zip(part, best, strict=True):
                query = queries[at]
                usable = [rows[i] for i in row if pool.strangers(query.qid, rows[i][0])]
                usable = [name for _, name in usable if not _one_name(query.name, name)]
                if usable:
                    out[at] = usable[min(int(rng.expovariate(0.8)), len(usable) - 1)]
    return out


def _one_name(a: Name, b: Name) -> bool:
    """Whether two names are one, or one surname in two spellings: then a stranger bears it rightly."""
    if a.exact == b.exact or a.latin == b.latin:
        return True
    if " " in a.latin or " " in b.latin:
        return False
    x, y = token(a.latin), token(b.latin)
    return x.sound == y.sound or not x.groups.isdisjoint(y.groups)


def _sharing(pool: Pool, query: Query, rng: random.Random) -> tuple[Name, str] | None:
    """A stranger's name that shares a word, or a word's skeleton, with the query."""
    words = sorted(set(query.name.latin.split()), key=lambda w: (pool.words[w], w))
    bones = ["~" + token(w).skeleton for w in words]
    how = "shared_word" if rng.random() < 0.8 else "skeleton"
    options = [w for w in (words if how == "shared_word" else bones) if len(pool.by_word[query.group, w]) > 1]
    if not options:
        return None
    word = options[0] if rng.random() < 0.5 else rng.choice(options)
    rows = pool.by_word[query.group, word]
    held = split_of(query.qid)
    picks = [rows[rng.randrange(len(rows))] for _ in range(12)]
    picks = [(q, n) for q, n in picks if split_of(q) == held and pool.strangers(query.qid, q)]
    picks = [(q, n) for q, n in picks if n.exact != query.name.exact and n.script == query.script] or picks
    if not picks:
        return None
    best = max(picks, key=lambda p: Indel.normalized_similarity(query.name.latin, p[1].latin))
    return (best if rng.random() < 0.6 else picks[0])[1], how


def make_pairs(pool: Pool, *, per_entity: int, seed: int) -> list[Pair]:
    """Right pairs and half as many again wrong ones, by a rule that depends on the seed and the data only.

    A candidate search proposes more wrong names than right ones, and the nearest ones at that.
    """
    rng = random.Random(seed)
    queries = _queries(pool, per_entity, rng)
    nearest = _nearest(pool, queries, rng)
    pairs: list[Pair] = []
    for at, query in enumerate(queries):
        text, group, held = query.name.text, query.group, split_of(query.qid)
        if query.target and resemble(query.name, query.target):
            pairs.append(Pair(text, query.target.text, group, True, held, "alias"))
        wrong = [(nearest[at], "nearest")] if at in nearest and rng.random() < 0.8 else []
        sharing = _sharing(pool, query, rng) if rng.random() < 0.5 else None
        if sharing and sharing[0] not in [name for name, _ in wrong]:
            wrong.append(sharing)
        for name, how in wrong:
            if resemble(query.name, name) and query.name.latin != name.latin:
                pairs.append(Pair(text, name.text, group, False, held, how))
        if rng.random() < 0.1:
            near = max(0, min(len(queries) - 1, at + rng.randrange(-5000, 5000)))
            options = [q for q in queries[near : near + 60] if q.group == group and split_of(q.qid) == held]
            other = rng.choice(options) if options else query
            if pool.strangers(query.qid, other.qid):
                pairs.append(Pair(text, other.name.text, group, False, held, "random"))
        if rng.random() < 0.04:
            pairs.extend(_contradictions(text, group, held, pool.middles, rng))
    return pairs


CONTRASTS = (
    ("North", "South", "Northern"),
    ("South", "North", "Southern"),
    ("East", "West", "Eastern"),
    ("West", "East", "Western"),
    ("North", "East", "Northern"),
    ("New", "Old", "Nueva"),
    ("Upper", "Lower", "Haute"),
    ("Great", "Little", "Greater"),
)
"""A word, one that contradicts it, and another form of the first."""


def _contradictions(text: str, group: str, held: bool, middles: list[str], rng: random.Random) -> list[Pair]:
    """What few gazetteers hold side by side: one name with two numbers, two directions or two middle names.

    The changed name is wrong, the same number or direction written otherwise is right, and so is the name
    with the middle name left out: omission is not contradiction.
    """
    words = text.split()
    if group == "person":
        if len(words) != 2 or not text.isascii():
            return []
        here_, there_ = rng.sample(middles, 2)
        if here_[0] == there_[0]:
            return []
        with_name = f"{words[0]} {here_} {words[1]}"
        if words[1].endswith(("ov", "ev", "in", "sky", "ski")) and words[0][-1] not in "aeiouy":
            woman = words[1][:-1] + "aya" if words[1].endswith(("sky", "ski")) else words[1] + "a"
            return [Pair(text, f"{words[0]}a {woman}", group, False, held, "contradiction")]
        shape = rng.randrange(4)
        if shape == 0:
            return [Pair(with_name, f"{words[0]} {there_} {words[1]}", group, False, held, "contradiction")]
        if shape == 1:
            return [Pair(with_name, f"{words[0]} {there_[0]}. {words[1]}", group, False, held, "contradiction")]
        if shape == 2:
            return [Pair(with_name, f"{words[0]} {here_[0]}. {words[1]}", group, True, held, "same_number")]
        return [Pair(with_name, text, group, True, held, "same_number")]
    if re.search(r"\d", text):
        return []
    if rng.random() < 0.5:
        here, there = rng.sample(range(1, 60), 2)
        a, b = f"{text} {here}", f"{text} {there}"
        same = f"{here}. {text}"
        if rng.random() < 0.4:
            return [Pair(a, text, group, False, held, "contradiction")]
    else:
        pole, other, variant = rng.choice(CONTRASTS)
        a, b, same = f"{pole} {text}", f"{other} {text}", f"{variant} {text}"
        if rng.random() < 0.4:
            return [Pair(a, text, group, False, held, "contradiction")]
    return [Pair(a, b, group, False, held, "contradiction"), Pair(a, same, group, True, held, "same_number")]
