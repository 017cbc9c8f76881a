"""A synthetic dump of Wikidata: invented items in the real form, as long and as mixed as real ones are.

Real dumps are one JSON array with one entity a line, written by PHP (slashes and letters outside ASCII escaped). Most
items are articles, galaxies, genes or categories without a sitelink; persons, places and organisations carry names
in dozens of languages and statements with references. Shares and sizes here are rounded from published statistics of
the 2024 dumps; nothing is copied from any item.

    python scripts/bench/dump_file.py 300 /tmp/dump.json     # megabytes, file
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pl",
    "pt",
    "ru",
    "uk",
    "tr",
    "ar",
    "fa",
    "he",
    "ja",
    "zh",
    "ko",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "hu",
    "ro",
    "el",
    "bg",
    "sr",
    "hr",
    "id",
    "vi",
    "th",
    "hi",
    "bn",
    "ca",
    "eu",
    "gl",
    "et",
    "lv",
    "lt",
    "sl",
    "sk",
    "ast",
    "oc",
    "af",
    "az",
    "ka",
    "hy",
    "kk",
    "uz",
    "tt",
    "be",
    "mk",
    "sq",
    "ms",
]
SCRIPTS = {
    "ru": "абвгдежзиклмнопрстуф", "uk": "абвгдеєжзиіклмнопрст", "bg": "абвгдежзиклмнопрст", "sr": "абвгдђежзијклмнопр",
    "be": "абвгдежзіклмнопрст", "mk": "абвгдѓежзијклмноп", "kk": "аәбвгғдежзикқлмн", "tt": "аәбвгдежзиклмн",
    "ar": "ابتثجحخدذرزسشصضطعغفقكلمنهوي", "fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", "he": "אבגדהוזחטיכלמנסעפצקרשת",
    "el": "αβγδεζηθικλμνξοπρστ", "ja": "アイウエオカキクケコサシスセソ", "zh": "大中国人民市省山河东西南北",
    "ko": "가나다라마바사아자차",
    "th": "กขคงจฉชซญดตถทน", "hi": "अआइईउकखगघचजटडतदन", "bn": "অআইউকখগঘচজটডতদন", "ka": "აბგდევზთიკლმნ",
    "hy": "աբգդեզէըթժ",
}  # fmt: skip
SHARED = 0.85  # of labels in Latin letters: gives 1.4 languages a name, as the bundled gazetteer has them
CLASSES = {"person": 5, "city": 515, "organization": 43229, "company": 4830453, "article": 99999003, "thing": 99999001}


def entities(megabytes: float, seed: int = 7, *, shared: bool = True) -> Iterator[str]:
    """Lines of the array, without commas, until their total reaches a size."""
    rng = random.Random(seed)
    size, number = 0, 1_000_000
    while size < megabytes * 1e6:
        number += rng.randint(1, 9)
        kind = rng.choices(
            ("article", "thing", "person", "city", "organization", "company", "class"), (42, 30, 14, 8, 3, 2, 1)
        )[0]
        line = json.dumps(_item(rng, number, kind, shared=shared), separators=(",", ":")).replace("/", "\\/")
        size += len(line) + 2
        yield line


def write_dump(path: Path, megabytes: float, seed: int = 7, *, shared: bool = True) -> int:
    """Write a dump and return its number of entities.

    Args:
        path: Where to.
        megabytes: About how long.
        seed: The same seed gives the same dump.
        shared: Whether languages written in Latin letters share most names; otherwise no two languages share one.
    """
    count = 0
    with path.open("w", encoding="ascii") as file:
        file.write("[\n")
        for line in entities(megabytes, seed, shared=shared):
            file.write((",\n" if count else "") + line)
            count += 1
        file.write("\n]\n")
    return count


def _item(rng: random.Random, number: int, kind: str, *, shared: bool = True) -> dict[str, Any]:
    linked = kind in ("person", "city", "organization", "company") and rng.random() < 0.45
    sites = int(rng.paretovariate(0.9)) if linked else 0
    sites = min(sites, 250)
    spoken = 1 if kind == "article" else min(len(LANGUAGES), 2 + sites + rng.randint(0, 12))
    langs = LANGUAGES[:1] + rng.sample(LANGUAGES[1:], spoken - 1)
    names = {lang: _name(rng, lang, 6 if kind == "article" else 2) for lang in langs}
    if shared and kind != "article":
        names = {
            lang: names["en"] if lang not in SCRIPTS and rng.random() < SHARED else name for lang, name in names.items()
        }
    described = rng.sample(LANGUAGES, min(len(LANGUAGES), 3 + spoken // 2 + rng.randint(0, 10)))
    return {
        "type": "item",
        "id": f"Q{number}",
        "labels": {lang: {"language": lang, "value": text} for lang, text in names.items()},
        "descriptions": {lang: {"language": lang, "value": _name(rng, lang, 5)} for lang in described},
        "aliases": {
            lang: [{"language": lang, "value": _name(rng, lang, 2)} for _ in range(rng.randint(1, 3))]
            for lang in langs[: spoken // 3]
        },
        "claims": _claims(rng, number, kind, 6 + min(40, sites // 2) + rng.randint(0, 14)),
        "sitelinks": {
            f"{lang}wiki": {"site": f"{lang}wiki", "title": names.get(lang, names["en"]), "badges": []}
            for lang in (LANGUAGES * 5)[:sites]
        },
        "pageid": number,
        "ns": 0,
        "title": f"Q{number}",
        "lastrevid": number * 3,
        "modified": "2026-10-01T00:00:00Z",
    }


def _name(rng: random.Random, lang: str, words: int) -> str:
    letters = SCRIPTS.get(lang, "aeioubcdfghklmnprstvz")
    return " ".join("".join(rng.choices(letters, k=rng.randint(3, 9))).capitalize() for _ in range(words))


def _claims(rng: random.Random, number: int, kind: str, more: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.3:
        found["P646"] = [_claim(rng, number, "P646", f"/m/{number:x}", "string")]
    if kind == "class":
        found["P279"] = [_claim(rng, number, "P279", _id(rng.choice(list(CLASSES.values()))), "wikibase-entityid")]
    else:
        found["P31"] = [_claim(rng, number, "P31", _id(CLASSES[kind]), "wikibase-entityid")]
    if kind == "person":
        found["P27"] = [_claim(rng, number, "P27", _id(rng.randint(1, 300)), "wikibase-entityid")]
        found["P569"] = [_claim(rng, number, "P569", _day(rng), "time")]
    elif kind != "class":
        found["P17"] = [_claim(rng, number, "P17", _id(rng.randint(1, 300)), "wikibase-entityid")]
    for prop in rng.sample(range(1000, 12000), more):
        name = f"P{prop}"
        values = rng.choices((1, 2, 8), (85, 12, 3))[0]
        found[name] = [_claim(rng, number, name, f"{rng.getrandbits(48):x}", "string") for _ in range(values)]
    return found


def _id(number: int) -> dict[str, Any]:
    return {"entity-type": "item", "numeric-id": number, "id": f"Q{number}"}


def _day(rng: random.Random) -> dict[str, Any]:
    time = f"+{rng.randint(1850, 2000)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T00:00:00Z"
    model = "http://www.wikidata.org/entity/Q99999002"
    return {"time": time, "timezone": 0, "before": 0, "after": 0, "precision": 11, "calendarmodel": model}


def _snak(rng: random.Random, prop: str, value: Any, kind: str) -> dict[str, Any]:
    return {
        "snaktype": "value",
        "property": prop,
        "hash": f"{rng.getrandbits(160):040x}",
        "datavalue": {"value": value, "type": kind},
        "datatype": "external-id" if kind == "string" else kind,
    }


def _claim(rng: random.Random, number: int, prop: str, value: Any, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {"mainsnak": _snak(rng, prop, value, kind), "type": "statement"}
    if rng.random() < 0.15:
        made["qualifiers"] = {"P580": [_snak(rng, "P580", _day(rng), "time")]}
        made["qualifiers-order"] = ["P580"]
    made |= {"id": f"Q{number}${rng.getrandbits(128):032X}", "rank": "normal"}
    if rng.random() < 0.6:
        made["references"] = [
            {
                "hash": f"{rng.getrandbits(160):040x}",
                "snaks": {
                    "P248": [_snak(rng, "P248", _id(rng.randint(10_000, 90_000)), "wikibase-entityid")],
                    "P813": [_snak(rng, "P813", _day(rng), "time")],
                },
                "snaks-order": ["P248", "P813"],
            }
        ]
    return made


if __name__ == "__main__":
    print(write_dump(Path(sys.argv[2]), float(sys.argv[1])), "entities")
