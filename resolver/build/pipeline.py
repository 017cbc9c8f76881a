"""Build gazetteers/: read folders of facts, merge, clean, judge and write the source tables.

    folders ──► entities (merge) ──► names (gather, clean, foreign, roles) ──► theme folders of tables

Everything is written into a temporary folder beside the target and renamed at the end, so that a killed
build leaves the old tables as they were.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from resolver.build import merge, provisional
from resolver.build.clean import REASONS
from resolver.build.derive import NAMELESS_ROLES, Name, write_surnames
from resolver.build.gather import Dropped, Pool
from resolver.build.latin import write_latin
from resolver.build.places import located_in
from resolver.build.sources.facts import SOURCES, FactEntity, FactsFolder
from resolver.build.tables import (
    THEME_OF_KIND,
    THEMES,
    AliasRow,
    EntityRow,
    PositionRow,
    RelationRow,
    Row,
    write_table,
)
from resolver.errors import InputError
from resolver.model import Kind

Progress = Callable[[str, int, int], None]
_STEPS = 5
_SAMPLES = 12


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    Attributes:
        entities, aliases, positions, relations: Rows written.
        kinds: Entities by kind.
        roles: Aliases by role.
        dropped: Rows left out, by reason.
        missing: Entities whose item waits for confirmation.
        homonyms: Groups of entities that share label, kind and country.
    """

    entities: int
    aliases: int
    positions: int
    relations: int
    kinds: dict[str, int]
    roles: dict[str, int]
    dropped: dict[str, int]
    missing: tuple[provisional.Missing, ...]
    homonyms: int


def build_tables(
    facts: Sequence[Path], out: Path, *, seeds: Path | None = None, progress: Progress | None = None
) -> Report:
    """Build the source tables from folders of facts.

    Args:
        facts: Folders, the one whose kinds and labels win first.
        out: The gazetteers folder to replace; `LICENSES.txt` in it is kept.
        seeds: Folder with kind_exceptions.tsv and held_names.tsv; missing-qids.tsv is written there.
        progress: Called with a step's name, its number and the number of steps.

    Returns:
        Counts of what was written and dropped.

    Raises:
        InputError: A folder or a row that can't be used; the message names file and line.
    """
    if not facts:
        raise InputError("no folder of facts given")
    tell = progress or _silent
    folders = [FactsFolder(Path(path)) for path in facts]
    dropped = Dropped()

    tell("entities", 1, _STEPS)
    exceptions = merge.read_exceptions(seeds / "kind_exceptions.tsv") if seeds else {}
    drafts = _drafts(folders)
    settled = _settle(folders, seeds, drafts)
    for row in settled.entities:
        drafts[row.qid] = merge.Draft([row], provisional=True)
    merged = _merge(drafts, exceptions, dropped)

    tell("names", 2, _STEPS)
    pool = Pool(merged, dropped)
    for folder in folders:
        for alias in folder.aliases():
            pool.add(alias)
    for alias in settled.aliases:
        pool.add(alias)

    tell("roles", 3, _STEPS)
    merged = pool.relabel()
    aliases = _without_composites(pool.rows(), dropped)

    tell("relations", 4, _STEPS)
    relations = _relations(folders, merged, dropped)
    entities = [item.row for item in merged.values()]
    relations += located_in(entities, aliases, _admin1(folders))
    positions = [position for item in merged.values() for position in item.positions]

    tell("writing", 5, _STEPS)
    _write(out, entities, aliases, positions, relations, dropped)
    if seeds:
        _replace_text(seeds / "missing-qids.tsv", _missing_text(settled.missing))
    names = Counter((row.label, row.kind, row.countries) for row in entities)
    return Report(
        len(entities),
        len(aliases),
        len(positions),
        len(relations),
        dict(sorted(Counter(row.kind for row in entities).items())),
        dict(sorted(Counter(row.role for row in aliases).items())),
        dict(sorted(Counter(row[0] for row in dropped.rows).items())),
        settled.missing,
        sum(count > 1 for count in names.values()),
    )


def _silent(_step: str, _number: int, _total: int) -> None:
    """The progress callback that says nothing."""


def _drafts(folders: Iterable[FactsFolder]) -> dict[str, merge.Draft]:
    drafts: dict[str, merge.Draft] = {}
    for folder in folders:
        for row in folder.entities():
            if row.kind not in set(Kind):
                raise InputError(f"{folder.name}: {row.qid} has kind {row.kind!r}; kinds are {', '.join(Kind)}")
            drafts.setdefault(row.qid, merge.Draft()).rows.append(row)
    return drafts


def _settle(folders: Iterable[FactsFolder], seeds: Path | None, drafts: dict[str, merge.Draft]) -> provisional.Settled:
    confirmed = provisional.read_held(seeds / "held_names.tsv") if seeds else {}
    for folder in folders:
        confirmed |= folder.confirmed()
    proposals = [proposal for folder in folders for proposal in folder.proposals()]
    return provisional.settle(proposals, confirmed, {qid: draft.rows[0].label for qid, draft in drafts.items()})


def _merge(drafts: dict[str, merge.Draft], exceptions: dict[str, str], dropped: Dropped) -> dict[str, merge.Merged]:
    countries = frozenset(
        name.casefold()
        for draft in drafts.values()
        for name in [draft.rows[0].label]
        if draft.rows[0].kind in ("country", "territory")
    )
    merged: dict[str, merge.Merged] = {}
    for qid, draft in drafts.items():
        outcome = merge.merge_entity(draft, exceptions, countries)
        if outcome is None:
            row: FactEntity = draft.rows[0]
            dropped.add("not an entity", qid, row.label, "en", row.sources[0] if row.sources else "")
        else:
            merged[qid] = outcome
    for qid, outcome in merged.items():
        strangers = [country for country in outcome.row.countries if country not in merged]
        if strangers:
            for country in strangers:
                dropped.add("no entity", qid, f"country {country}", "", outcome.row.sources[0])
            known = tuple(country for country in outcome.row.countries if country in merged)
            row_without = outcome.row._replace(countries=known)
            positions = tuple(p._replace(country=p.country if p.country in merged else None) for p in outcome.positions)
            merged[qid] = replace(outcome, row=row_without, positions=positions)
    unknown = sorted(set(exceptions) - set(drafts))
    if unknown:
        raise InputError(f"kind_exceptions.tsv names entities that no folder describes: {', '.join(unknown)}")
    return merged


def _relations(folders: Iterable[FactsFolder], merged: dict[str, merge.Merged], dropped: Dropped) -> list[RelationRow]:
    sources: dict[tuple[str, str, str], set[str]] = {}
    for folder in folders:
        for row in folder.relations():
            if row.subject in merged and row.object in merged:
                sources.setdefault((row.subject, row.relation, row.object), set()).add(row.source)
            else:
                dropped.add("no entity", row.subject, f"{row.relation} {row.object}", "", row.source)
    return [RelationRow(*key, sources=tuple(sorted(tags))) for key, tags in sources.items()]


def _admin1(folders: Iterable[FactsFolder]) -> dict[str, tuple[str, str]]:
    """City id -> the name of its subdivision, and the source's tag; the first folder wins."""
    names: dict[str, tuple[str, str]] = {}
    for folder in folders:
        for row in folder.entities():
            if name := row.extra.get("admin1"):
                names.setdefault(row.qid, (name, row.sources[0]))
    return names


def _without_composites(rows: Iterable[AliasRow], dropped: Dropped) -> list[AliasRow]:
    """All names but those that join the names of two entities with a stroke, such as "YPG/PKK"."""
    rows = list(rows)
    owners: dict[str, set[str]] = {}
    for row in rows:
        owners.setdefault(row.text.casefold(), set()).add(row.qid)
    kept = []
    for row in rows:
        parts = [owners.get(part.strip().casefold(), set()) for part in row.text.split("/")]
        others = len(parts) > 1 and all(parts) and not all(row.qid in holders for holders in parts)
        if others and row.role != "label":
            dropped.add("composite", row.qid, row.text, "|".join(row.langs), row.sources[0])
        else:
            kept.append(row)
    return kept


def _write(
    out: Path,
    entities: Sequence[EntityRow],
    aliases: Sequence[AliasRow],
    positions: Iterable[PositionRow],
    relations: Iterable[RelationRow],
    dropped: Dropped,
) -> None:
    theme_of = {row.qid: THEME_OF_KIND[row.kind] for row in entities}
    tables: tuple[tuple[str, Iterable[Row]], ...] = (
        ("entities", entities),
        ("aliases", aliases),
        ("positions", positions),
        ("relations", relations),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, rows in tables:
            by_theme: dict[str, list[Row]] = {theme: [] for theme in THEMES}
            for row in rows:
                by_theme[theme_of[row[0]]].append(row)
            for theme, themed in by_theme.items():
                if themed:
                    (work / theme).mkdir(exist_ok=True)
                    write_table(work / theme / f"{name}.parquet", name, themed)
        write_latin(work, (row.text for row in aliases))
        people = {row.qid: row for row in entities if row.kind == "person"}
        write_surnames(
            work,
            (
                Name(a.qid, "", a.text, people[a.qid].countries, a.langs, people[a.qid].label)
                for a in aliases
                if a.qid in people and a.role not in NAMELESS_ROLES
            ),
        )
        used = {tag for row in aliases for tag in row.sources} | {tag for row in entities for tag in row.sources}
        (work / "sources.tsv").write_text(_sources_text(used), encoding="utf-8", newline="\n")
        (work / "dropped.tsv").write_text(_dropped_text(dropped), encoding="utf-8", newline="\n")
        if (out / "LICENSES.txt").exists():
            shutil.copyfile(out / "LICENSES.txt", work / "LICENSES.txt")
        work.chmod(0o755)
        _swap(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, out: Path) -> None:
    """Put `work` in the place of `out`: two renames, and the old folder back if the second fails."""
    if not out.exists():
        work.rename(out)
        return
    old = work.with_name(work.name + "-old")
    out.rename(old)
    try:
        work.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old)


def _sources_text(used: set[str]) -> str:
    infos = sorted({info for info in SOURCES.values() if info.tag in used})
    return "\n".join(["tag\tproject\tlicence\ttaken", *("\t".join(info) for info in infos)]) + "\n"


def _dropped_text(dropped: Dropped) -> str:
    """Counts by reason and source, each with evenly spaced samples; the rows themselves are 10 times as long."""
    groups: dict[tuple[str, str], list[str]] = {}
    for reason, source, qid, text, _ in sorted(dropped.rows):
        groups.setdefault((reason, source), []).append(f"{qid} {' '.join(text.split())}"[:90])
    lines = ["reason\tmeaning\tsource\trows\tsamples"]
    for (reason, source), rows in sorted(groups.items()):
        step = max(1, len(rows) // _SAMPLES)
        samples = " | ".join(rows[::step][:_SAMPLES])
        lines.append(f"{reason}\t{REASONS[reason]}\t{source}\t{len(rows)}\t{samples}")
    return "\n".join(lines) + "\n"


def _missing_text(missing: Iterable[provisional.Missing]) -> str:
    lines = ["id\tlabel\tkind\tproposed_qid\tnote", *("\t".join(row) for row in sorted(missing))]
    return "\n".join(lines) + "\n"


def _replace_text(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)
