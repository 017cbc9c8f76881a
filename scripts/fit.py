"""Fit the judging on a gazetteer: `python scripts/fit.py gazetteers`.

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
from resolver.comparison import align_names, read_name, words_of  # noqa: E402
from resolver.features import FEATURES, GROUPS, vector  # noqa: E402
from resolver.features import agreement as agreement_module  # noqa: E402
from resolver.features import weights as weights_module  # noqa: E402
from resolver.features.agreement import likeness  # noqa: E402
from resolver.features.tokens import LIKENESS_FEATURES, likeness_vector, token  # noqa: E402

LEXICON = ROOT / "resolver" / "lexicon"
COMMON = 40  # entities that must share a word before the built-in rarity table lists it


# What each observation can only mean, whatever a sample says: +1 speaks for, -1 against; the rest is free.
LIKENESS_SIGNS = {
    1: "edit edit_high one_edit two_edits sound_equal sound sound_high skeleton_equal skeleton skeleton_length"
    " same_first same_last common_prefix name_form reading nickname term vowelless_equal shape shape_high shape_equal",
    -1: "length_difference one_edit_short one_edit_first patronymic_only feminine_only digits_only known_apart",
}
SIGNS = {
    1: "literal equivalent sound fuzzy initial joined acronym likelihood matched_mass complete identical same_order"
    " text text_high text_higher heard heard_high bones bones_high first_paired last_paired",
    -1: "doubt doubt_largest worst common_doubt contradicted contradicted_mass left_out_query left_out_alias"
    " left_out_query_mass left_out_alias_mass number_conflict number_missing contrast_conflict contrast_missing"
    " initial_conflict middle_conflict legal_conflict first_contradicted last_contradicted single_doubt"
    " single_short single_unlike gender_conflict",
}


def signs_of(names: tuple[str, ...], signs: dict[int, str]) -> list[int]:
    sign = {name: value for value, listed in signs.items() for name in listed.split()}
    return [sign.pop(name, 0) for name in names]


def write_rarity(pool: Pool, folder: Path) -> None:
    rows = [(w, pool.rarity(w)) for w, n in pool.words.items() if n >= COMMON and pool.rarity(w) < 1.0]
    text = "".join(f"{w}\t{r:.2f}\n" for w, r in sorted(rows))
    (folder / "token_rarity.tsv").write_text("token\trarity\n" + text, encoding="utf-8")


def token_pairs(pairs: list[Pair], cross: bool) -> tuple[np.ndarray, np.ndarray]:
    """Words that differ where all other words of two names agree: same word in right pairs, not in wrong ones."""
    rows, right, seen = [], [], set()
    for p in pairs:
        if p.how in ("contradiction", "same_number"):
            continue
        a, b = read_name(p.a), read_name(p.b)
        if (a.script != b.script) != cross:
            continue
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
    ask.add_argument("--limit", type=int, default=8_000, help="entities a group of kinds")
    ask.add_argument("--per-entity", type=int, default=3)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--pairs", type=Path, help="also write the pairs here, for other measurements")
    ask.add_argument("--out", type=Path, default=LEXICON, help="folder of the two files")
    args = ask.parse_args()

    pool = Pool(args.gazetteers, args.limit, args.seed)
    write_rarity(pool, args.out)
    rarity = weights_module.parse_rarity((args.out / "token_rarity.tsv").read_text(encoding="utf-8"))
    weights_module.load_rarity = lambda: rarity  # type: ignore[assignment]
    pairs = make_pairs(pool, per_entity=args.per_entity, seed=args.seed)
    if args.pairs:
        args.pairs.write_text("".join("\t".join(map(str, p)) + "\n" for p in pairs), encoding="utf-8")
    print(f"{len(pairs)} pairs, {sum(p.right for p in pairs)} right; by how {Counter(p.how for p in pairs)}")

    sections: dict[str, dict[str, object]] = {}
    for name, cross in (("token", False), ("token_cross", True)):
        rows, right = token_pairs([p for p in pairs if not p.held_out], cross)
        beta = np.round(calibrate.fit_logistic(rows, right, signs=signs_of(LIKENESS_FEATURES, LIKENESS_SIGNS)), 4)
        sections[name] = dict(zip(LIKENESS_FEATURES, map(float, beta), strict=True))
        accuracy = np.mean((rows @ beta > 0) == (right > 0))
        print(f"{name}: {len(right)} word pairs, {right.mean():.2f} right, accuracy {accuracy:.3f}")
    use_weights(sections)  # the alignment below reads the token model that has just been fitted

    kind_of = {"person": "person", "place": "city", "organization": "organization", "any": None}
    features, crossing = [], []
    for p in pairs:
        alignment = align_names(read_name(p.a), read_name(p.b), kind=kind_of[p.group])
        features.append(vector(alignment))
        crossing.append(alignment.cross_script)
    x = np.array(features)
    cross_script = np.array(crossing)
    y = np.array([p.right for p in pairs], dtype=float)
    held = np.array([p.held_out for p in pairs])
    group = np.array([p.group for p in pairs])
    knots: dict[str, object] = {}
    claimed = np.zeros((2, len(pairs)))
    for name in GROUPS:
        for cross in (False, True):
            mine = (np.ones(len(pairs), bool) if name == "any" else group == name) & (cross_script == cross)
            beta = np.round(
                calibrate.fit_logistic(x[mine & ~held], y[mine & ~held], signs=signs_of(FEATURES, SIGNS), ridge=2.0), 4
            )
            label = name + "_cross" * cross
            sections[f"alignment.{label}"] = dict(zip(FEATURES, map(float, beta), strict=True))
            score = 1 / (1 + np.exp(-(x @ beta)))
            line = calibrate.fit(score[mine & ~held].tolist(), (y[mine & ~held] > 0).tolist())
            knots[label] = line
            claimed[int(name == "any"), mine] = [calibrate.apply(line, s) for s in score[mine].tolist()]
            report(label, claimed[int(name == "any"), mine & held], y[mine & held], int((mine & ~held).sum()))
    claimed[0, group == "any"] = claimed[1, group == "any"]
    for name in GROUPS:
        mine = held & (np.ones(len(pairs), bool) if name == "any" else group == name)
        report(name + " in both", claimed[int(name == "any"), mine], y[mine], 0)
    report("all, kind known", claimed[0, held], y[held], 0)
    for row in calibrate.reliability(claimed[0, held].tolist(), (y[held] > 0).tolist()):
        print(f"| {row.low:.1f}-{row.high:.1f} | {row.answers} | {row.claimed:.3f} | {row.observed:.3f} |")
    sections["calibration"] = knots
    (args.out / "weights.toml").write_text(toml(sections), encoding="utf-8")


def use_weights(sections: dict[str, dict[str, object]]) -> None:
    """Let this process align with coefficients that are not written yet: a half fitted file helps nobody."""
    fitted = weights_module.parse_weights(toml(sections))
    agreement_module.load_weights = lambda: fitted  # type: ignore[assignment]
    likeness.cache_clear()


def report(name: str, claimed: np.ndarray, right: np.ndarray, fitted: int) -> None:
    said, truth = claimed.tolist(), (right > 0).tolist()
    error = calibrate.calibration_error(said, truth)
    print(f"| {name} | {fitted} | {len(truth)} | {best_f1(said, truth, 0.5):.3f} | {error:.4f} |")


def best_f1(claimed: list[float], right: list[bool], threshold: float) -> float:
    tp = sum(c >= threshold and r for c, r in zip(claimed, right, strict=True))
    said = sum(c >= threshold for c in claimed)
    return 2 * tp / (said + sum(right)) if said + sum(right) else 0.0


if __name__ == "__main__":
    main()
