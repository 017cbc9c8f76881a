"""`resolver wikidata refresh`: what has changed on Wikidata since, as a file that a person decides on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.grow.changes import Change, Piece, Rows, choose, compare
from resolver.build.grow.fetch import Fetched, Fetcher
from resolver.build.grow.guard import check_classes
from resolver.build.grow.kinds import Kinds
from resolver.build.grow.pull import read_items
from resolver.build.grow.report import PullReport
from resolver.build.grow.responses import Responses, RunRecord
from resolver.build.grow.review import Line, Review, plain, read_review, told, write_review
from resolver.build.grow.rows import SOURCE, EntityRows
from resolver.build.grow.shelf import Shelf
from resolver.build.grow.suspect import suspicion
from resolver.build.grow.theme import merge_aliases, merge_entity, merge_rows
from resolver.build.sources.wikibase import Facts
from resolver.errors import InputError
from resolver.redirects import Redirect

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata

Progress = Callable[[str, float], None]
_LABEL: Piece = ("cell", "label")
_GAINED = {"name gained": "names", "office gained": "offices", "relation gained": "relations"}


@dataclass(slots=True)
class RefreshReport:
    """What a refresh found, or did.

    Attributes:
        asked: Entities compared.
        review: All changes with their decisions.
        applied: How many changes were carried out; None if none were to be.
        notes: Further lines for people.
    """

    asked: int
    review: Review
    applied: int | None = None
    notes: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield f"{self.asked:,} entities compared, {len(self.review.lines):,} changes"
        for (decision, what), count in sorted(self.review.counts().items()):
            yield f"  {decision}: {what}: {count:,}"
        yield from told(self.review.lines)
        yield from self.notes
        if self.applied is not None:
            yield f"{self.applied:,} changes carried out"


def refresh(
    folder: Path,
    *,
    wikidata: Wikidata,
    out: Path,
    apply: Path | None = None,
    languages: frozenset[str] | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> RefreshReport:
    """Compare source tables with Wikidata, or carry out what a person decided.

    Args:
        folder: A theme folder, or the folder of theme folders.
        wikidata: The connection.
        out: The file to write; changes marked `leave` in it stay marked.
        apply: A file of decisions; its `take` lines are carried out, if Wikidata's answers still give them.
        languages: Languages of names to compare; None means all.
        resume: Go on with the last refresh of this folder that did not finish.
        progress: Told stage and part done.
        cache: Where answers are kept; None means the user's cache.

    Returns:
        The report.

    Raises:
        InputError: No tables there, or a file of decisions that can't be used.
        SourceError: Wikidata can't be asked; what has come so far serves `resume`.
    """
    tell = progress or (lambda _stage, _part: None)
    shelf = Shelf.open(folder, alone=any(folder.glob("entities.*")))
    qids = shelf.ids()
    if not qids:
        raise InputError(f"{folder}: no entities with a Wikidata id there; give a folder of source tables")
    run = RunRecord(f"refresh {folder.resolve()} {sorted(languages or ())}", cache / "runs" if cache else None)
    decided = read_review(apply) if apply else None
    begun = decided.begun if decided else run.begin(resume=resume)
    answers = cache / "answers" if cache else None
    fetcher = Fetcher(wikidata, Responses(wikidata.service.api, answers, begun), languages=languages, progress=tell)
    report = RefreshReport(len(qids), Review(begun, ()))
    tell("checking classes", 0.0)
    kinds = Kinds(table=check_classes(fetcher, report.notes))
    fetched = fetcher.fetch(qids)
    found = list(_ids_changed(shelf, fetched))
    moved = {change.qid for change, _ in found}
    made = read_items(_unmoved(shelf, fetched, moved), fetcher, kinds, shelf, PullReport(), settled=False)
    owners = shelf.owners()
    compared = [_compared(shelf, rows, languages, owners, fetched.facts[rows.entity.qid]) for rows in made]
    if decided:
        report.review = decided
        report.applied = _apply(shelf, found, compared, decided.decided())
        tell("writing", 0.99)
    else:
        report.review = Review(begun, tuple(_lines(found, compared, _left(out))))
        write_review(out, report.review)
        run.finish()
    tell("done", 1.0)
    return report


class _Group(NamedTuple):
    """Pieces that are decided on together, in words, and why they wait."""

    pieces: tuple[Piece, ...]
    change: Change
    why: str


class _Compared(NamedTuple):
    """One entity before and after, and what differs."""

    before: Rows
    after: Rows
    groups: tuple[_Group, ...]


def _ids_changed(shelf: Shelf, fetched: Fetched) -> Iterator[tuple[Change, str]]:
    """Redirected and deleted ids, and why they wait."""
    for old, new in fetched.redirects.items():
        rows = shelf.rows(old)
        label = rows.entity.label if rows else ""
        target = f"{new} {fetched.facts[new].label}"
        if new in shelf.held:
            yield Change(old, label, "merge", f"{old} {label}", target), "both entities are held here"
        else:
            yield Change(old, label, "redirect", old, new), ""
    for qid in fetched.missing:
        rows = shelf.rows(qid)
        yield Change(qid, rows.entity.label if rows else "", "deleted", qid, ""), "the item is gone from Wikidata"


def _unmoved(shelf: Shelf, fetched: Fetched, moved: set[str]) -> list[Facts]:
    return [facts for qid, facts in fetched.facts.items() if qid not in moved and shelf.rows(qid)]


def _compared(
    shelf: Shelf, rows: EntityRows, languages: frozenset[str] | None, owners: Mapping[str, set[str]], facts: Facts
) -> _Compared:
    before = shelf.rows(rows.entity.qid)
    assert before is not None  # only entities of the shelf were asked for
    entity = merge_entity(before.entity, rows.entity)._replace(kind=rows.entity.kind)
    relations = [row for row in rows.relations if row.subject == entity.qid and row.object in shelf.held]
    after = Rows(
        entity,
        merge_aliases(before.names, rows.aliases, languages),
        tuple(merge_rows(before.positions, rows.positions)),
        tuple(merge_rows(before.relations, relations)),
    )
    return _Compared(before, after, tuple(_groups(before, after, owners, has_english=facts.label_lang == "en")))


def _groups(before: Rows, after: Rows, owners: Mapping[str, set[str]], *, has_english: bool) -> Iterator[_Group]:
    """What differs, piece by piece; what is new to an entity that Wikidata never told of is one."""
    changes = list(compare(before, after))
    whys = {
        piece: suspicion(piece, change, before, after, owners, has_english=has_english) for piece, change in changes
    }
    if whys.get(_LABEL):  # while the old label stays, so does the name
        whys[("name", before.entity.label)] = "goes with the label, which is held"
    first: dict[str, list[Piece]] = {}
    for piece, change in changes:
        if SOURCE not in before.entity.sources and change.what in _GAINED and not whys[piece]:
            first.setdefault(change.what, []).append(piece)
        else:
            yield _Group((piece,), change, whys[piece])
    for what, pieces in first.items():
        told = f"{len(pieces)} {_GAINED[what]}"
        if what == "name gained":
            told += f" in {len({lang for piece in pieces for lang in after.names[piece[1]].langs})} languages"
        change = Change(before.entity.qid, before.entity.label, f"{_GAINED[what]} gained", "", told)
        yield _Group(tuple(pieces), change, "")


def _lines(ids: list[tuple[Change, str]], compared: list[_Compared], left: Mapping[Change, str]) -> Iterator[Line]:
    for change, why in ids:
        yield _decide(change, why, left)
    for one in compared:
        for group in one.groups:
            yield _decide(group.change, group.why, left)


def _decide(change: Change, why: str, left: Mapping[Change, str]) -> Line:
    if left.get(plain(change)) == "leave":
        return Line("leave", change, why)
    return Line("held" if why else "take", change, why)


def _left(out: Path) -> dict[Change, str]:
    """Decisions to leave something, from the file of the last refresh."""
    return read_review(out).decided() if out.is_file() else {}


def _apply(
    shelf: Shelf, ids: list[tuple[Change, str]], compared: list[_Compared], decided: Mapping[Change, str]
) -> int:
    done = 0
    for one in compared:
        taken = [group for group in one.groups if decided.get(plain(group.change)) == "take"]
        refused = {piece for group in one.groups if group not in taken for piece in group.pieces}
        rows = choose(one.before, one.after, refused)
        if rows != one.before:
            shelf.replace(rows)
            done += len(taken)
    redirects: list[Redirect] = []
    for change, _ in ids:
        if decided.get(plain(change)) == "take":
            done += 1
            if change.what == "deleted":
                shelf.remove(change.qid)
            else:
                redirects.append(shelf.rename(change.qid, change.after.split(" ")[0], change.label))
    shelf.write(redirects)
    return done
