"""Fit the odds of fuzzy candidates and their calibration: `python scripts/fit_fuzzy.py [--gazetteer FILE]`.

Writes resolver/lexicon/fuzzy.toml from one half of the entities and prints, from the other half, what the answers are
worth: precision and coverage by threshold, reliability, calibration error by kind. The same gazetteer gives the
same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "quality")]

from hidden import Asked, answered, ask, kind_of  # noqa: E402

from resolver import Resolver, calibrate  # noqa: E402
from resolver.comparison import read_name  # noqa: E402
from resolver.decide import bearings  # noqa: E402
from resolver.features import GROUPS, group_of  # noqa: E402
from resolver.gazetteer import WEAK, Gazetteer  # noqa: E402
from resolver.model import Hints, Kind  # noqa: E402
from resolver.scoring import OBSERVED, observed  # noqa: E402

ODDS = (*OBSERVED, *map(str, Kind))
TARGET = ROOT / "resolver" / "lexicon" / "fuzzy.toml"
RIDGE = 1e-3
CLASSES = (*GROUPS, "native", "brief")


class Rows(NamedTuple):
    """Candidates of all names, one row each."""

    vectors: np.ndarray
    query: np.ndarray
    entity: np.ndarray
    right: np.ndarray
    asked: list[Asked]


def candidates(gazetteer: Gazetteer, asked: list[Asked], found: list[list], *, kind_given: bool) -> Rows:
    """The best alias of each entity, as decide.py would choose it under the present coefficients."""
    vectors, query, entity = [], [], []
    for at, (one, hits) in enumerate(zip(asked, found, strict=True)):
        best: dict[int, tuple[float, tuple[float, ...]]] = {}
        hints = Hints(kinds=frozenset({kind_of(gazetteer, one.entity)} if kind_given else ()))
        share = bearings(gazetteer, hits, hints)
        for hit in hits:
            number = gazetteer.alias_entity[hit.alias]
            if (hit.key, number) not in share:
                continue
            weak = bool(gazetteer.alias_flags[hit.alias] & WEAK)
            seen = observed(hit.resemblance, share[hit.key, number], weak, gazetteer.prior(number))
            vector = (*seen, *(float(hit.resemblance.kind is kind) for kind in Kind))
            at_hand = dict(zip(ODDS, vector, strict=True))
            alike = at_hand["pair"] + at_hand["found"] + at_hand["native_found"]
            rough = 0.4 * alike + at_hand["bearing"] - at_hand["weak"]
            if number not in best or rough > best[number][0]:
                best[number] = rough, vector
        for number, (_, vector) in best.items():
            vectors.append(vector)
            query.append(at)
            entity.append(number)
    numbers = np.array(entity)
    named = np.array([one.entity for one in asked])[np.array(query)]
    return Rows(np.array(vectors), np.array(query), numbers, numbers == named, asked)


def shares(theta: np.ndarray, rows: Rows) -> np.ndarray:
    """Share of belief of each candidate beside its rivals and the unknown, which has odds 1."""
    odds = np.exp(np.clip(rows.vectors @ theta, -30, 30))
    total = np.ones(len(rows.asked))
    np.add.at(total, rows.query, odds)
    return odds / total[rows.query]


def fit(rows: Rows, start: np.ndarray | None = None, free: Sequence[int] | None = None) -> np.ndarray:
    """Coefficients of the conditional logit by Newton's method."""
    size = rows.vectors.shape[1]
    theta = np.zeros(size) if start is None else start.copy()
    free = np.arange(size) if free is None else np.array(free)
    x, n = rows.vectors[:, free], len(rows.asked)
    for _ in range(30):
        p = shares(theta, rows)
        mean = np.zeros((n, len(free)))
        np.add.at(mean, rows.query, x * p[:, None])
        gradient = x[rows.right].sum(0) - mean.sum(0) - RIDGE * n * theta[free]
        hessian = (x * p[:, None]).T @ x - mean.T @ mean + RIDGE * n * np.eye(len(free))
        step = np.linalg.solve(hessian, gradient)
        theta[free] += step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    return theta


class Best(NamedTuple):
    """The leading candidate of each name."""

    share: np.ndarray
    second: np.ndarray
    right: np.ndarray
    group: list[str]
    kind: list[str]


def leading(rows: Rows, share: np.ndarray) -> Best:
    n = len(rows.asked)
    order = np.lexsort((rows.entity, -share, rows.query))
    query = rows.query[order]
    first = np.searchsorted(query, np.arange(n))
    has = first < len(query)
    has[has] &= query[first[has]] == np.arange(n)[has]
    best, second, right, group, kind = np.zeros(n), np.zeros(n), np.zeros(n, bool), [""] * n, [""] * n
    for at in np.flatnonzero(has):
        row = order[first[at]]
        best[at], right[at] = share[row], rows.right[row]
        flags = dict(zip(ODDS, rows.vectors[row], strict=True))
        kind[at] = next(name for name in Kind if flags[name])
        group[at] = "brief" if flags["brief"] else "native" if flags["native"] else group_of(kind[at])
        if first[at] + 1 < len(order) and query[first[at] + 1] == at:
            second[at] = share[order[first[at] + 1]]
    return Best(best, second, right, group, kind)


def classes(best: Best, kind_given: bool) -> list[str]:
    return [f"{group}{'_kind' if kind_given else ''}" if group else "" for group in best.group]


def report(rows: Rows, best: Best, claimed: np.ndarray, title: str, kinds_asked: list[Kind]) -> None:
    print(f"\n{title}: {len(rows.asked):,} names of the half not fitted\n")
    print("| names | | listed first | matched at 0.65 | of these right | at 0.8 | right | at 0.9 | right |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |")
    margin = claimed - best.second * claimed / np.maximum(best.share, 1e-12)
    sorts = np.array([one.sort for one in rows.asked])
    for sort in ("alias", "noise", "stranger"):
        mine = sorts == sort
        cells = [f"{best.right[mine].mean():.3f}" if sort != "stranger" else "—"]
        for threshold in (0.65, 0.8, 0.9):
            taken = mine & (claimed >= threshold) & (margin >= 0.5)
            right = f"{best.right[taken].mean():.3f}" if sort != "stranger" and taken.any() else "—"
            cells += [f"{taken.sum() / mine.sum():.3f}", right]
        print(f"| {sort} | {mine.sum()} | {' | '.join(cells)} |")
    print("\n| hidden alias, by kind and script | names | found first | matched | of these right |")
    print("| --- | --: | --: | --: | --: |")
    groups: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(rows.asked):
        if one.sort == "alias":
            groups["all"].append(at)
            groups[f"kind {kinds_asked[at]}"].append(at)
            groups[f"script {read_name(one.text).script}"].append(at)
    taken = (claimed >= 0.65) & (margin >= 0.5)
    for name, ats in sorted(groups.items(), key=lambda item: -len(item[1])):
        if len(ats) >= 100:
            mine = np.array(ats)
            right = best.right[mine][taken[mine]]
            cells = (
                f"{best.right[mine].mean():.3f} | {taken[mine].mean():.3f} | {right.mean() if len(right) else 0:.3f}"
            )
            print(f"| {name} | {len(ats)} | {cells} |")
    shown = best.share > 0
    print("\n| claimed | answers | mean claim | right |\n| --- | --: | --: | --: |")
    for row in calibrate.reliability(claimed[shown].tolist(), best.right[shown].tolist()):
        print(f"| {row.low:.1f}-{row.high:.1f} | {row.answers} | {row.claimed:.3f} | {row.observed:.3f} |")
    print("\n| kind answered | answers | calibration error |\n| --- | --: | --: |")
    kinds: dict[str, list[int]] = defaultdict(list)
    for at in np.flatnonzero(shown):
        kinds["all"].append(int(at))
        kinds[best.kind[at]].append(int(at))
    for kind, ats in sorted(kinds.items(), key=lambda item: -len(item[1])):
        error = calibrate.calibration_error(claimed[ats].tolist(), best.right[ats].tolist())
        print(f"| {kind} | {len(ats)} | {error:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--count", type=int, default=20_000, help="Names in each half.")
    args = parser.parse_args()
    resolver = Resolver.open(args.gazetteer, overrides=False)
    gazetteer, fuzzy = resolver.gazetteer, resolver.fuzzy
    halves = []
    for half in (0, 1):
        asked = ask(gazetteer, args.count, half=half, seed=half)
        halves.append((asked, list(answered(gazetteer, fuzzy, asked))))
    lines = ["# Written by scripts/fit_fuzzy.py; docs/judging.md tells from what. Do not edit by hand."]
    knots: dict[str, calibrate.Knots] = {}
    reports = []
    theta = np.zeros(len(ODDS))
    for name, given in (("open", False), ("kind_given", True)):
        train, test = (candidates(gazetteer, *half, kind_given=given) for half in halves)
        # Only how common strangers are depends on whether the kind is known; how to read a resemblance does not.
        always_and_kinds = [ODDS.index(name) for name in ("always", *Kind)]
        if not given:
            # A share of belief is a factor of the odds as it stands: its coefficient is 1.
            theta[ODDS.index("bearing")] = 1.0
            theta = fit(train, theta, [i for i, name in enumerate(ODDS) if name != "bearing"])
        else:
            theta = fit(train, theta, always_and_kinds)
        theta = np.round(theta, 4)
        rows = [f"{key} = {value:.4f}" for key, value in zip(ODDS, theta, strict=True)]
        lines += ["", f"[{name}]", *rows[: len(OBSERVED)], "", f"[{name}_kinds]", *rows[len(OBSERVED) :]]
        best = leading(train, shares(theta, train))
        of_class = np.array(classes(best, given))
        for group in (f"{g}{'_kind' if given else ''}" for g in CLASSES):
            mine = of_class == group
            knots[group] = calibrate.fit(best.share[mine].tolist(), best.right[mine].tolist(), least=60)
        best = leading(test, shares(theta, test))
        claimed = np.array([
            calibrate.apply(knots[c], s) if c else 0.0
            for c, s in zip(classes(best, given), best.share.tolist(), strict=True)
        ])  # fmt: skip
        reports.append((test, best, claimed, "Kind given" if given else "Kind not given"))
    lines += ["", "[calibration]"]
    for group, points in knots.items():
        lines.append(f"{group} = [{', '.join(f'[{x:.6f}, {y:.6f}]' for x, y in points)}]")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for test, best, claimed, title in reports:
        report(test, best, claimed, title, [kind_of(gazetteer, one.entity) for one in test.asked])


if __name__ == "__main__":
    main()
