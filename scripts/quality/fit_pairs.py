"""Alias pairs to fit and test the judging on: names of one entity, and names of two that resemble each other."""

from __future__ import annotations

import random
import re
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pyarrow.dataset as ds
from rapidfuzz.distance import Indel

from resolver.compare import Name, read_name
from resolver.features import group_of, rarity
from resolver.features.tokens import token

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
        self.keys = {q: {" ".join(n.latin) for n in names} for q, names in self.aliases.items()}
        self.by_key: dict[str, set[str]] = defaultdict(set)
        for q, keys in self.keys.items():
            for key in keys:
                self.by_key[key].add(q)
        self.by_word: dict[tuple[str, str], list[tuple[str, Name]]] = defaultdict(list)
        self.sorted: dict[str, list[tuple[str, str, Name]]] = defaultdict(list)
        for q, names in self.aliases.items():
            group = group_of(kinds[q])
            for name in names:
                for word in set(name.latin):
                    self.by_word[group, word].append((q, name))
                    bones = token(word).skeleton
                    if len(bones) > 2:
                        self.by_word[group, "~" + bones].append((q, name))
                heard = "".join(token(w).sound for w in name.latin)
                self.sorted[group].append((heard, q, name))
                self.sorted[group].append((heard[::-1] + "<", q, name))
        for rows_ in self.sorted.values():
            rows_.sort(key=lambda r: (r[0], r[1], r[2].text))

    def rarity(self, word: str) -> float:
        return rarity(self.words[word], self.total)

    def strangers(self, qid: str, a: str, b: str) -> bool:
        """Whether two entities share no key, so that a pair of their names is surely wrong."""
        return a != b and self.keys[a].isdisjoint(self.keys[b])


def _words(name: Name) -> set[str]:
    return {*name.latin, *name.native}


def split_of(qid: str) -> bool:
    """Whether an entity is held out: half of them, by id, so that rivals are as near in one half as in the other."""
    return zlib.crc32(qid.encode()) % 2 == 0


def resemble(a: Name, b: Name) -> bool:
    """Whether a candidate search would propose the pair at all."""
    if a.native and b.native and a.script == b.script and set("".join(a.native)) & set("".join(b.native)):
        return True
    if not set(a.latin).isdisjoint(b.latin):
        return True
    x, y = "".join(a.latin), "".join(b.latin)
    if Indel.normalized_similarity(x, y) >= 0.5:
        return True
    bx, by = ("".join(token(w).skeleton for w in n.latin) for n in (a, b))
    if len(bx) > 1 and len(by) > 1 and Indel.normalized_similarity(bx, by) >= 0.6:
        return True
    short, long = sorted((a.latin, b.latin), key=len)
    return len(short) == 1 and 2 <= len(short[0]) <= 7 and "".join(w[0] for w in long).startswith(short[0])


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def noise(text: str, group: str, rng: random.Random) -> str:
    """A name as people mistype, shorten and reorder it."""
    words = text.split()
    kind = rng.random()
    if kind < 0.5 or len(words) < 2:
        for _ in range(1 if len(text) < 9 or rng.random() < 0.6 else 2):
            spots = [i for i, c in enumerate(text) if c.isalpha()]
            if len(spots) < 5:
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


def _negatives(pool: Pool, qid: str, query: Name, group: str, rng: random.Random) -> list[tuple[Name, str]]:
    held = split_of(qid)
    out: list[tuple[Name, str]] = []

    def usable(other: str) -> bool:
        return split_of(other) == held and pool.strangers("", qid, other)

    words = sorted(set(query.latin), key=lambda w: (pool.words[w], w))
    options = [w for w in words if len(pool.by_word[group, w]) > 1]
    if options:
        word = options[0] if rng.random() < 0.5 else rng.choice(options)
        rows = pool.by_word[group, word]
        picks = [rows[rng.randrange(len(rows))] for _ in range(12)]
        picks = [(q, n) for q, n in picks if usable(q)]
        if picks:
            key = " ".join(query.latin)
            best = max(picks, key=lambda p: Indel.normalized_similarity(key, " ".join(p[1].latin)))
            out.append(((best if rng.random() < 0.6 else picks[0])[1], "shared_word"))
    bones = ["~" + token(w).skeleton for w in words if len(pool.by_word[group, "~" + token(w).skeleton]) > 1]
    if bones and rng.random() < 0.5:
        rows = pool.by_word[group, rng.choice(bones)]
        q, n = rows[rng.randrange(len(rows))]
        if usable(q):
            out.append((n, "skeleton"))
    heard = "".join(token(w).sound for w in query.latin)
    near = pool.sorted[group]
    found = []
    for probe in (heard, heard[::-1] + "<"):
        at = bisect_left(near, probe, key=lambda r: r[0])
        found += [r for r in near[max(0, at - 15) : at + 15] if usable(r[1])]
    if found:
        key = "".join(query.latin)
        found.sort(key=lambda r: (-Indel.normalized_similarity(key, "".join(r[2].latin)), r[1], r[2].text))
        out.append((found[min(int(rng.expovariate(0.7)), len(found) - 1)][2], "near_string"))
    return out


def make_pairs(pool: Pool, *, per_entity: int, seed: int) -> list[Pair]:
    """Right and wrong pairs in about equal number, by a rule that depends on the seed and the data only."""
    rng = random.Random(seed)
    pairs: list[Pair] = []
    for qid in sorted(pool.aliases):
        names = pool.aliases[qid]
        group = group_of(pool.kinds[qid])
        held = split_of(qid)
        for _ in range(per_entity):
            query = names[rng.randrange(len(names))]
            text = query.text
            if rng.random() < 0.3:
                text = noise(text, group, rng)
                query = read_name(text)
                if not query.latin:
                    continue
            same = [n for n in names if n.exact != query.exact]
            if same:
                target = same[rng.randrange(len(same))]
                if resemble(query, target):
                    pairs.append(Pair(text, target.text, group, True, held, "alias"))
            wrong = [
                (n, how) for n, how in _negatives(pool, qid, query, group, rng) if n.exact != query.exact
            ]
            if wrong:
                other, how = wrong[rng.randrange(len(wrong))]
                if resemble(query, other) and " ".join(query.latin) != " ".join(other.latin):
                    pairs.append(Pair(text, other.text, group, False, held, how))
            if rng.random() < 0.03:
                pairs.extend(_contradictions(text, group, held, rng))
    return pairs


def _contradictions(text: str, group: str, held: bool, rng: random.Random) -> list[Pair]:
    """A name with one number or direction against the same name with another, and with its own."""
    if re.search(r"\d", text) or group == "person":
        return []
    if rng.random() < 0.5:
        here, there = rng.sample(range(1, 60), 2)
        a, b = f"{text} {here}", f"{text} {there}"
        same = f"{here}. {text}"
    else:
        here_, there_ = rng.sample(["North", "South", "East", "West"], 2)
        a, b = f"{here_} {text}", f"{there_}ern {text}"
        same = f"{here_}ern {text}"
    return [Pair(a, b, group, False, held, "contradiction"), Pair(a, same, group, True, held, "same_number")]
