"""Measure `compare` on a file of labelled pairs: `python scripts/quality/pairs.py PAIRS.jsonl [--out PRED.jsonl]`.

A row of the file: {"set", "id", "left", "right", "type", "match"}. Reported per set: precision, recall and F1
at a fixed probability, and the best F1 over all thresholds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from resolver import compare
from resolver.calibrate import calibration_error

KINDS = {
    "person": "person",
    "location": "city",
    "place": "city",
    "company": "company",
    "organization": "organization",
}


def f1(rows: list[tuple[float, bool]], threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of answers at or above a threshold."""
    tp = sum(p >= threshold and m for p, m in rows)
    said = sum(p >= threshold for p, _ in rows)
    true = sum(m for _, m in rows)
    return tp / max(said, 1), tp / max(true, 1), 2 * tp / max(said + true, 1)


def best(rows: list[tuple[float, bool]]) -> tuple[float, float]:
    """Best F1 over all thresholds, and the threshold."""
    ranked = sorted(rows, reverse=True)
    true = sum(m for _, m in rows)
    tp, top, at = 0, 0.0, 1.0
    for i, (p, m) in enumerate(ranked, 1):
        tp += m
        if (i == len(ranked) or ranked[i][0] != p) and 2 * tp / (i + true) > top:
            top, at = 2 * tp / (i + true), p
    return top, at


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("pairs", type=Path)
    ask.add_argument("--threshold", type=float, default=0.5)
    ask.add_argument("--out", type=Path, help="write {id, score} rows, score being the probability")
    ask.add_argument("--wrong", type=int, default=0, help="show so many wrong answers a set")
    args = ask.parse_args()
    sets: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    wrong: dict[str, list[str]] = defaultdict(list)
    out = []
    start = time.perf_counter()
    with args.pairs.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        found = compare(row["left"], row["right"], kind=KINDS.get(str(row["type"]).lower()))
        p = found.probability
        out.append(json.dumps({"id": row["id"], "score": p}))
        for name in (row["set"], row["set"].partition("/")[0] + "/*"):
            sets[name].append((p, row["match"]))
        if (p >= args.threshold) != row["match"]:
            wrong[row["set"]].append(f"    {p:.3f} {row['match']!s:5} {row['type']} | {row['left']} | {row['right']}")
    took = time.perf_counter() - start
    print(f"{len(rows)} pairs, {len(rows) / took:,.0f} a second")
    print(f"| set | pairs | P | R | F1 at {args.threshold:.2f} | best F1 | at | calibration error |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for name, answers in sorted(sets.items()):
        p, r, f = f1(answers, args.threshold)
        top, at = best(answers)
        error = calibration_error([p for p, _ in answers], [m for _, m in answers])
        print(f"| {name} | {len(answers)} | {p:.3f} | {r:.3f} | **{f:.3f}** | {top:.3f} | {at:.3f} | {error:.3f} |")
    for name, lines_ in wrong.items():
        if args.wrong:
            print(name, *lines_[: args.wrong], sep="\n")
    if args.out:
        args.out.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
