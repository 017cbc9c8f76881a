"""What a pull costs on our side: a local Wikibase answers at once, so that all time is pywikibot's and ours.

    python scripts/bench/pull.py [items]

Prints items a second of a first pull, of one resumed from kept answers, and of json.loads on the same answers, in one
run. Items have the size of a well-known person's: 60 labels and 30 aliases, 36 different, and 60 statements.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "tests" / "wikidata")]

LANGS = [f"{a}{b}" for a in "abcdefghij" for b in "klmnop"]


def main() -> None:
    from items import are, claim, day, item
    from server import FakeWikibase, serve

    from resolver.build.grow.guard import PROPERTIES
    from resolver.build.grow.kinds import known_classes
    from resolver.build.grow.pull import pull
    from resolver.build.sources.wikidata import Service, Wikidata

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    wikibase = FakeWikibase()
    for qid, label in {qid: row.label for qid, row in known_classes().items()}.items() | PROPERTIES.items():
        wikibase.items[qid] = item({"en": label})
    wikibase.items["Q900000900"] = item({"en": "Minister of Nothing"})
    qids = [f"Q9100{number:05}" for number in range(1, count + 1)]
    for number, qid in enumerate(qids):
        # Languages in Latin letters mostly agree on a name; the others differ.
        labels = {
            lang: f"Person {number} {lang if n % 3 == 0 else 'Latin'}" for n, lang in enumerate([*LANGS[:59], "en"])
        }
        claims = are("Q5") | {
            "P569": [claim(day("1960-02-03"))],
            "P39": [claim("Q900000900", start=f"{1960 + n}") for n in range(12)],
            "P1": [claim("Q900000900", start="1990-01-01") for _ in range(46)],
        }
        aliases = {lang: [f"P. {number} {lang if n % 2 else 'Latin'}"] for n, lang in enumerate(LANGS[:30])}
        wikibase.items[qid] = item(labels, aliases=aliases, claims=claims, sitelinks=60)
    folder = Path(tempfile.mkdtemp())
    os.environ["RESOLVER_CACHE"] = str(folder / "cache")
    seed = folder / "people.qids"
    seed.write_text(f"# title: Bench\n# expect: 1-{count}\n" + "\n".join(qids) + "\n")
    with serve(wikibase) as running:
        service = Service(api=running.api, sparql=running.sparql, pause=0.0)
        began = time.perf_counter()
        pull(seed, folder / "gaz" / "first", wikidata=Wikidata(service))
        first = time.perf_counter() - began

        def stop(stage: str, _part: float) -> None:
            if stage == "writing":
                raise KeyboardInterrupt

        with contextlib.suppress(KeyboardInterrupt):
            pull(seed, folder / "gaz" / "again", wikidata=Wikidata(service), progress=stop)
        began = time.perf_counter()
        pull(seed, folder / "gaz" / "again", wikidata=Wikidata(service), resume=True)
        resumed = time.perf_counter() - began
    texts = [json.dumps({qid: wikibase.items[qid]}) for qid in qids]
    began = time.perf_counter()
    for text in texts:
        json.loads(text)
    parsed = time.perf_counter() - began
    size = sum(map(len, texts)) / count / 1000
    print(f"{count:,} items of {size:.0f} kB, on {os.cpu_count()} cores")
    print(f"first pull          {count / first:8,.0f} items/s (server included)")
    print(f"from kept answers   {count / resumed:8,.0f} items/s")
    print(
        f"json.loads alone    {count / parsed:8,.0f} items/s, {resumed / parsed:.1f} times as fast as the resumed pull"
    )


if __name__ == "__main__":
    main()
