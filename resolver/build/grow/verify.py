"""`resolver wikidata verify`: is every id of ours still the item that we think it is?

Local and provisional ids come first: for them Wikidata is searched by label and names. Every other id is compared with
its live labels, description and kind. The outcome is a list to review; nothing is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.grow.fetch import Fetched, Fetcher, Pace
from resolver.build.grow.guard import check_classes
from resolver.build.grow.kinds import Kinds
from resolver.build.grow.responses import Responses, RunRecord
from resolver.build.grow.search import candidates
from resolver.build.sources.wikibase import Facts
from resolver.build.tables import THEME_OF_KIND, AliasRow, EntityRow, read_table
from resolver.errors import InputError
from resolver.model import entity_order, is_entity_id
from resolver.normalize import exact_key
from resolver.redirects import Redirect, write_redirects

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata

Progress = Callable[[str, float], None]
VERDICTS = ("contradicts", "proposes", "confirms")
_NAMES_TO_SEARCH = 3
# Kinds that Wikidata and we draw differently; a difference inside of one set contradicts nothing.
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"country", "territory", "subdivision", "region"}),
    frozenset({"city", "subdivision"}),
    frozenset({"region", "water"}),
    frozenset({"organization", "government_body", "company", "media", "political_party", "armed_group", "military"}),
)


class Verdict(NamedTuple):
    """What Wikidata says of one id of ours.

    Attributes:
        verdict: `confirms`, `proposes` (another id, or a look) or `contradicts`.
        qid, kind, label: Ours.
        live_qid, live_kind, live_label, live_description: Wikidata's, empty where it has nothing.
        why: In words.
    """

    verdict: str
    qid: str
    kind: str
    label: str
    live_qid: str = ""
    live_kind: str = ""
    live_label: str = ""
    live_description: str = ""
    why: str = ""


@dataclass(slots=True)
class VerifyReport:
    """All verdicts, local and provisional ids first, then by id."""

    verdicts: list[Verdict]
    notes: list[str] = field(default_factory=list)

    def lines(self, most: int = 20) -> Iterator[str]:
        """The report as text: counts, then what is not confirmed."""
        counts = Counter(row.verdict for row in self.verdicts)
        yield f"{len(self.verdicts):,} ids: " + ", ".join(f"{counts[name]:,} {name}" for name in VERDICTS)
        open_ = [row for row in self.verdicts if row.verdict != "confirms"]
        for row in open_[:most]:
            live = f" -> {row.live_qid} {row.live_label}" if row.live_qid else ""
            yield f"{row.verdict}: {row.qid} {row.label} ({row.kind}){live}: {row.why}"
        if len(open_) > most:
            yield f"... and {len(open_) - most:,} more"
        yield from self.notes


class Ours(NamedTuple):
    """One entity of ours as all theme folders together describe it, and its names."""

    row: EntityRow
    names: frozenset[str]
    keys: frozenset[str]


def verify(
    folders: Iterable[Path],
    *,
    wikidata: Wikidata,
    out: Path | None = None,
    only: str = "all",
    resume: bool = False,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> VerifyReport:
    """Compare the ids of theme folders with Wikidata.

    Args:
        folders: Theme folders, later ones over earlier ones, as when a gazetteer is built.
        wikidata: The connection.
        out: A TSV file for all verdicts; None writes none.
        only: `all`, or `provisional` for local and provisional ids.
        resume: Go on with the last run that did not finish.
        progress: Told stage and part done.
        cache: Where answers are kept; None means the user's cache.

    Returns:
        The report.

    Raises:
        InputError: No entities there.
        SourceError: Wikidata can't be asked; what has come so far serves `resume`.
    """
    tell = progress or (lambda _stage, _part: None)
    places = [Path(folder) for folder in folders]
    ours = read_ours(places)
    if not ours:
        raise InputError(f"{', '.join(map(str, places)) or 'no folder'}: no entities there")
    waiting = sorted((one for one in ours.values() if _waits(one.row)), key=lambda one: entity_order(one.row.qid))
    settled = [one for one in ours.values() if not _waits(one.row)] if only == "all" else []
    settled.sort(key=lambda one: entity_order(one.row.qid))
    run = RunRecord(f"verify {sorted(map(str, places))} {only}", cache / "runs" if cache else None)
    answers = cache / "answers" if cache else None
    responses = Responses(wikidata.service.api, answers, run.begin(resume=resume))
    fetcher = Fetcher(wikidata, responses, progress=tell)
    report = VerifyReport([])
    kinds = Kinds(table=check_classes(fetcher, report.notes))
    pace = Pace(len(waiting), "unconfirmed ids", tell)
    for one in waiting:
        report.verdicts.append(_judge_waiting(one, wikidata, fetcher, kinds))
        pace.add(1)
    fetched = fetcher.fetch(one.row.qid for one in settled)
    fetcher.learn_classes(kinds, {qid for facts in fetched.facts.values() for qid in facts.classes})
    report.verdicts += [_judge(one, fetched, kinds) for one in settled]
    if out:
        write_verdicts(out, report.verdicts)
    run.finish()
    tell("done", 1.0)
    return report


def read_ours(folders: Iterable[Path]) -> dict[str, Ours]:
    """Entities and names of theme folders, later folders over earlier ones.

    A row without kind or label only corrects an entity that other folders describe; alone it says nothing to compare.
    """
    rows: dict[str, EntityRow] = {}
    names: dict[str, set[str]] = {}
    for folder in folders:
        for suffix in (".parquet", ".tsv"):
            if (path := folder / f"entities{suffix}").is_file():
                for row in read_table(path, "entities"):
                    assert isinstance(row, EntityRow)
                    held = rows.get(row.qid)
                    rows[row.qid] = _over(held, row) if held else row
            if (path := folder / f"aliases{suffix}").is_file():
                for name in read_table(path, "aliases"):
                    assert isinstance(name, AliasRow)
                    if name.role not in ("surname", "demonym", "code"):
                        names.setdefault(name.qid, set()).add(name.text)
    return {
        qid: Ours(row, frozenset(texts), frozenset(filter(None, map(exact_key, texts))))
        for qid, row in rows.items()
        if row.kind and row.label
        for texts in [names.get(qid, set()) | {row.label}]
    }


def write_verdicts(path: Path, verdicts: Iterable[Verdict]) -> None:
    """Write verdicts as TSV: what contradicts first; under another name, renamed at the end."""
    ordered = sorted(verdicts, key=lambda row: VERDICTS.index(row.verdict))
    lines = ["\t".join(Verdict._fields), *("\t".join(" ".join(cell.split()) for cell in row) for row in ordered)]
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise InputError(f"can't write {path} ({error.strerror}); name another file with --out") from error


def accept(path: Path, root: Path) -> list[Redirect]:
    """Give local and provisional ids the items that a person accepted in a file of verdicts.

    Args:
        path: A file that `verify` wrote, with `accept` in the first column of the lines to carry out.
        root: The folder of theme folders; each id is recorded in `redirects.tsv` of the theme of its kind, which is
            followed when a gazetteer is built, by decisions of people and by stored resolutions.

    Returns:
        What was recorded.

    Raises:
        InputError: Another file, a line without an item, or nothing accepted; nothing is recorded then.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    if not lines or lines[0].split("\t") != list(Verdict._fields):
        raise InputError(f"{path}: this is not a file written by `resolver wikidata verify`")
    if not root.is_dir():
        raise InputError(f"no folder {root}; it should hold one folder of source tables a theme")
    rows: dict[str, list[Redirect]] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if cells[0] == "accept":
            if len(cells) != len(Verdict._fields) or not is_entity_id(cells[4]) or cells[2] not in THEME_OF_KIND:
                raise InputError(f"{path}:{number}: nothing to accept here: the line names no item or no kind")
            day = date.today().isoformat()
            rows.setdefault(THEME_OF_KIND[cells[2]], []).append(Redirect(cells[1], cells[4], cells[3], day))
        elif cells[0] not in VERDICTS:
            raise InputError(f"{path}:{number}: {cells[0]!r} is none of accept, {', '.join(VERDICTS)}")
    if not rows:
        raise InputError(f"{path}: no line is marked accept")
    for theme, found in sorted(rows.items()):
        (root / theme).mkdir(exist_ok=True)
        write_redirects(root / theme, found)
    return [row for found in rows.values() for row in found]


def alike(ours: str, live: str | None) -> bool:
    """Whether two kinds may be one thing, drawn differently.

    >>> alike("city", "subdivision"), alike("person", "city"), alike("person", None)
    (True, False, True)
    """
    return live is None or ours == live or "other" in (ours, live) or any({ours, live} <= kinds for kinds in _ALIKE)


def _waits(row: EntityRow) -> bool:
    return row.provisional or row.qid[0] != "Q"


def _over(old: EntityRow, new: EntityRow) -> EntityRow:
    cells = {name: getattr(new, name) or getattr(old, name) for name in ("kind", "label", "description", "countries")}
    return old._replace(provisional=new.provisional, **cells)


def _judge(one: Ours, fetched: Fetched, kinds: Kinds) -> Verdict:
    row = one.row
    ours = (row.qid, row.kind, row.label)
    if row.qid in fetched.missing:
        return Verdict("contradicts", *ours, why="the item is gone from Wikidata")
    facts = fetched.facts[fetched.redirects.get(row.qid, row.qid)]
    kind = kinds.kind_of(facts.classes)
    live = (facts.qid, kind or "", facts.label, facts.description)
    shared = _shared(one, facts)
    if row.qid in fetched.redirects:
        verdict = "proposes" if shared else "contradicts"
        return Verdict(verdict, *ours, *live, f"redirected to {facts.qid}")
    if not shared:
        return Verdict("contradicts", *ours, *live, "no name in common")
    if not alike(row.kind, kind):
        return Verdict("contradicts", *ours, *live, f"held as {row.kind}, its classes say {kind}")
    if exact_key(facts.label) not in one.keys:
        return Verdict("proposes", *ours, *live, f"the label of today is no name of ours; shared: {shared}")
    return Verdict("confirms", *ours, *live, "" if kind in (None, row.kind) else f"kind {kind}")


def _judge_waiting(one: Ours, wikidata: Wikidata, fetcher: Fetcher, kinds: Kinds) -> Verdict:
    """A local or provisional id: the item that bears its label and has its kind."""
    row = one.row
    ours = (row.qid, row.kind, row.label)
    proposed = row.qid if row.qid[0] == "Q" else ""
    names = [row.label, *sorted(one.names - {row.label}, key=lambda name: (-len(name), name))][:_NAMES_TO_SEARCH]
    found = candidates(names, wikidata, fetcher, also=[proposed] if proposed else [])
    fetcher.learn_classes(kinds, {qid for facts in found for qid in facts.classes})
    fitting = [facts for facts in found if _shared(one, facts) and alike(row.kind, kinds.kind_of(facts.classes))]
    if proposed:
        own = next((facts for facts in found if facts.qid == proposed), None)
        if own in fitting and own is not None:
            return Verdict("confirms", *ours, *_live(own, kinds), f"shared: {_shared(one, own)}")
        said = _live(own, kinds) if own else ("", "", "", "")
        others = f"; {fitting[0].qid} {fitting[0].label} fits" if fitting else ""
        return Verdict("contradicts", *ours, *said, f"names or kind do not fit{others}")
    exact = [facts for facts in fitting if exact_key(facts.label) == exact_key(row.label)] or fitting
    if not exact:
        return Verdict("proposes", *ours, why="nothing found; leave the local id")
    best = max(exact, key=lambda facts: facts.sitelinks)
    rivals = [facts.qid for facts in exact if facts is not best]
    why = f"shared: {_shared(one, best)}" + (f"; also {', '.join(rivals[:3])}" if rivals else "")
    return Verdict("proposes", *ours, *_live(best, kinds), why)


def _live(facts: Facts, kinds: Kinds) -> tuple[str, str, str, str]:
    return facts.qid, kinds.kind_of(facts.classes) or "", facts.label, facts.description


def _shared(one: Ours, facts: Facts) -> str:
    """A name that both have, the label before others; empty if there is none."""
    texts = [facts.label, *(name.text for name in facts.names)]
    return next((text for text in texts if text in one.names or exact_key(text) in one.keys), "")
