"""Fit the judging on a gazetteer: `python scripts/fit.py gazetteers [--report FILE]`.

Writes resolver/lexicon/weights.toml and token_rarity.tsv; the same gazetteer gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "quality")]

from fit_pairs import Pair, Pool, make_pairs  # noqa: E402

from resolver import calibrate  # noqa: E402
from resolver.compare import align_names, read_name, words_of  # noqa: E402
from resolver.features import FEATURES, GROUPS, vector  # noqa: E402
from resolver.features import weights as weights_module  # noqa: E402
from resolver.features.alignment import likeness  # noqa: E402
from resolver.features.tokens import LIKENESS_FEATURES, likeness_vector, token  # noqa: E402

LEXICON = ROOT / "resolver" / "lexicon"
COMMON = 40  # entities that must share a word before the built-in rarity table lists it


def write_rarity(pool: Pool) -> None:
    rows = [(w, pool.rarity(w)) for w, n in pool.words.items() if n >= COMMON and pool.rarity(w) < 1.0]
    text = "".join(f"{w}\t{r:.2f}\n" for w, r in sorted(rows))
    (LEXICON / "token_rarity.tsv").write_text("token\trarity\n" + text, encoding="utf-8")


def token_pairs(pairs: list[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Words that differ where all other words of two names agree: same word in right pairs, not in wrong ones."""
    rows, right, seen = [], [], set()
    for p in pairs:
        if p.how in ("contradiction", "same_number"):
            continue
        a, b = read_name(p.a), read_name(p.b)
        left, right_words = words_of(a, b, p.group)[0], words_of(b, a, p.group)[0]
        if len(left) != len(right_words):
            continue
        x, y = (
            list((Counter(left) - Counter(right_words)).elements()),
            list((Counter(right_words) - Counter(left)).elements()),
        )
        if len(x) != 1 or len(y) != 1 or (x[0], y[0], p.right) in seen:
            continue
        seen.add((x[0], y[0], p.right))
        tx, ty = token(x[0]), token(y[0])
        if len(x[0]) < 2 or len(y[0]) < 2 or tx.number or ty.number:
            continue
        rows.append(likeness_vector(tx, ty))
        right.append(p.right)
    return np.array(rows), np.array(right, dtype=float)


def toml(sections: dict[str, dict[str, object]]) -> str:
    lines = ["# Written by scripts/fit.py; docs/judging.md tells from what. Do not edit by hand."]
    for name, values in sections.items():
        lines.append(f"\n[{name}]")
        for key, value in values.items():
            if isinstance(value, float):
                lines.append(f"{key} = {value:.4f}")
            else:
                points = ", ".join(f"[{x:.6f}, {y:.6f}]" for x, y in value)  # type: ignore[attr-defined]
                lines.append(f"{key} = [{points}]")
    return "\n".join(lines) + "\n"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("gazetteers", type=Path)
    ask.add_argument("--limit", type=int, default=12_000, help="entities a group of kinds")
    ask.add_argument("--per-entity", type=int, default=3)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--pairs", type=Path, help="also write the pairs here, for other measurements")
    args = ask.parse_args()

    pool = Pool(args.gazetteers, args.limit, args.seed)
    write_rarity(pool)
    weights_module.load_rarity.cache_clear()
    pairs = make_pairs(pool, per_entity=args.per_entity, seed=args.seed)
    if args.pairs:
        args.pairs.write_text("".join("\t".join(map(str, p)) + "\n" for p in pairs), encoding="utf-8")
    print(f"{len(pairs)} pairs, {sum(p.right for p in pairs)} right; by how {Counter(p.how for p in pairs)}")

    rows, right = token_pairs([p for p in pairs if not p.held_out])
    token_beta = calibrate.fit_logistic(rows, right)
    print(
        f"token model: {len(right)} word pairs, {right.mean():.2f} right, accuracy {np.mean((rows @ token_beta > 0) == right):.3f}"
    )
    sections: dict[str, dict[str, object]] = {
        "token": dict(zip(LIKENESS_FEATURES, map(float, token_beta), strict=True))
    }
    write_weights(sections)  # the alignment below reads the token model that has just been fitted

    kind_of = {"person": "person", "place": "city", "organization": "organization", "any": None}
    features = []
    for p in pairs:
        alignment, cross = align_names(read_name(p.a), read_name(p.b), kind=kind_of[p.group])
        features.append(vector(alignment, cross_script=cross))
    x = np.array(features)
    y = np.array([p.right for p in pairs], dtype=float)
    held = np.array([p.held_out for p in pairs])
    group = np.array([p.group for p in pairs])
    knots: dict[str, object] = {}
    claimed_all, right_all = [], []
    for name in GROUPS:
        mine = np.ones(len(pairs), bool) if name == "any" else group == name
        beta = calibrate.fit_logistic(x[mine & ~held], y[mine & ~held], ridge=2.0)
        beta = np.round(beta, 4)
        sections[f"alignment.{name}"] = dict(zip(FEATURES, map(float, beta), strict=True))
        score = 1 / (1 + np.exp(-(x @ beta)))
        line = calibrate.fit(list(score[mine & ~held]), list(y[mine & ~held] > 0))
        knots[name] = line
        test = mine & held
        claimed = [calibrate.apply(line, s) for s in score[test]]
        truth = list(y[test] > 0)
        if name != "any":
            claimed_all += claimed
            right_all += truth
        f1 = best_f1(claimed, truth, 0.5)
        print(
            f"{name:13} fit {int((mine & ~held).sum())} test {int(test.sum())} F1@.5 {f1:.3f} ECE {calibrate.calibration_error(claimed, truth):.4f}"
        )
    print(
        f"all: F1@.5 {best_f1(claimed_all, right_all, 0.5):.3f} ECE {calibrate.calibration_error(claimed_all, right_all):.4f}"
    )
    for row in calibrate.reliability(claimed_all, right_all):
        print("  ", row)
    sections["calibration"] = knots
    write_weights(sections)


def write_weights(sections: dict[str, dict[str, object]]) -> None:
    (LEXICON / "weights.toml").write_text(toml(sections), encoding="utf-8")
    weights_module.load_weights.cache_clear()
    likeness.cache_clear()


def best_f1(claimed: list[float], right: list[bool], threshold: float) -> float:
    tp = sum(c >= threshold and r for c, r in zip(claimed, right, strict=True))
    said = sum(c >= threshold for c in claimed)
    return 2 * tp / (said + sum(right)) if said + sum(right) else 0.0


if __name__ == "__main__":
    main()
