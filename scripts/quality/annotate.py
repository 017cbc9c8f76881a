"""Link the mentions of published texts and score them, by set, by type and by class of error.

    python scripts/quality/annotate.py docs.jsonl --scorer score.py [--set NAME] [--errors 20]

A row of the texts has set, id, lang, text and mentions [start, end, surface, qid, type]. The scorer is the one the
sets come with. Sets whose gold holds countries only are answered with `kind` country and territory, others in full.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from resolver import Annotation, Resolver

COUNTRIES_ONLY = ("slavicner/", "geoparsing/lgl")
KINDS = {"country", "territory"}


def load_scorer(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("scorer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def linked(resolver: Resolver, row: dict[str, Any], kinds: set[str] | None, lang: bool) -> list[Annotation]:
    found = resolver.annotate(row["text"], lang=row["lang"] if lang else None)
    return [m for m in found if m.resolution.qid and (kinds is None or m.resolution.kind in kinds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--set", help="only sets whose name begins so")
    parser.add_argument("--no-lang", action="store_true", help="let the language be recognised")
    parser.add_argument("--errors", type=int, default=0, help="examples of each class of error")
    parser.add_argument("--limit", type=int, default=0, help="texts of each set")
    options = parser.parse_args()
    scorer = load_scorer(options.scorer)
    resolver = Resolver.open(overrides=False)
    held = set(resolver.gazetteer.qids)
    rows = [row for row in scorer.load(options.texts) if not options.set or row["set"].startswith(options.set)]
    by_set: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_set[row["set"]].append(row)
    print(f"gazetteer {resolver.gazetteer.version}")
    print("| set | texts | held only: P | R | F1 | all: P | R | F1 | characters/s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    classes: dict[str, Counter[str]] = {}
    for name, texts in sorted(by_set.items()):
        texts = texts[: options.limit] if options.limit else texts
        kinds = KINDS if name.startswith(COUNTRIES_ONLY) else None
        begun = time.process_time()
        found = {row["id"]: linked(resolver, row, kinds, not options.no_lang) for row in texts}
        took = time.process_time() - begun
        predictions = {
            key: {"mentions": [{"start": m.start, "end": m.end, "qid": m.resolution.qid} for m in mentions]}
            for key, mentions in found.items()
        }
        own = scorer.score_docs(texts, predictions, held, words=True)[name]
        whole = scorer.score_docs(texts, predictions, None, words=True)[name]
        figures = [f"{score[f'el_{part}']:.3f}" for score in (own, whole) for part in ("P", "R", "F1")]
        speed = sum(len(row["text"]) for row in texts) / took
        print(f"| {name} | {len(texts)} | " + " | ".join(figures) + f" | {speed:,.0f} |", flush=True)
        print("   ", own["el_recall_by_type"])
        classes[name], examples = classify(scorer, texts, found, held)
        if options.errors:
            for kind, shown in examples.items():
                for line in shown[: options.errors]:
                    print(f"    {kind}: {line}")
    names = sorted({kind for counts in classes.values() for kind in counts})
    print("\n| set | " + " | ".join(names) + " |\n| --- |" + " ---: |" * len(names))
    for name, counts in classes.items():
        print(f"| {name} | " + " | ".join(str(counts[kind]) for kind in names) + " |")


def classify(
    scorer: Any, texts: list[dict[str, Any]], found: dict[str, list[Annotation]], held: set[str]
) -> tuple[Counter[str], dict[str, list[str]]]:
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    for row in texts:
        lo, hi = row.get("eval_span", (0, len(row["text"])))
        gold = {scorer.grow(m["start"], m["end"], row["text"]): m for m in row["mentions"]}
        grown = {scorer.grow(m.start, m.end, row["text"]): m for m in found[row["id"]] if lo <= m.start and m.end <= hi}
        for span, m in gold.items():
            ids = {q for q in [m["qid"], *m.get("alt", ())] if q} & held
            if not ids or m.get("optional"):
                continue
            hit = grown.get(span)
            if hit and hit.resolution.qid in ids:
                counts["right"] += 1
                continue
            if hit:
                kind = hit.resolution.alias.role if hit.resolution.alias.role in ("demonym", "metonym") else "wrong"
            elif any(a < span[1] and span[0] < b for a, b in grown):
                kind = "partial"
            else:
                kind = "undetected"
            counts[kind] += 1
            got = hit.resolution.label if hit else ""
            around = row["text"][max(0, span[0] - 40) : span[1] + 30].replace("\n", " ")
            examples[kind].append(f"{m['surface']} = {m['qid']}, got {got} [{around}]")
        for span, m in grown.items():
            if span in gold:
                other = gold[span]
                if {q for q in [other["qid"], *other.get("alt", ())] if q} & held:
                    continue
                kind = "false link (gold not held)" if other["qid"] else "false link (gold without id)"
            else:
                kind = "false link (no gold)"
            if any(a < span[1] and span[0] < b for a, b in gold if (a, b) != span) and span not in gold:
                kind = "false link (partial)"
            counts[kind] += 1
            around = row["text"][max(0, span[0] - 40) : span[1] + 30].replace("\n", " ")
            examples[kind].append(
                f"{m.surface} -> {m.resolution.label} {m.resolution.qid} {m.resolution.probability:.2f} [{around}]"
            )
    return counts, examples


if __name__ == "__main__":
    main()
