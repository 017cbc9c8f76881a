"""A dump of Wikidata -> source tables, in one pass, in bounded memory, on all cores.

    blocks of lines (dump_file) ─ sieve ─► cut to what is read of an item (dump_line; here, in other processes)
        ─► working folder with checkpoints (dump_work) ─► kinds by the classes met, rows, tables (dump_tables)

What kind an entity is can only be said at the end, when all classes have been met. Until then a line is skipped
only if its classes are known not to lead to a wanted kind: those of lexicon/kinds.tsv, and those of a table of
classes that an earlier import wrote. What is left is kept as it stands, cut short by searching bytes, and parsed
when its kind is known: of a whole dump, most items have none and are never parsed.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resolver import __version__
from resolver.build.grow.kinds import Kinds
from resolver.build.sources.dump_file import STDIN, DumpFile
from resolver.build.sources.dump_line import ENTITY, UNREADABLE, BadLine, Line, Sieve, cut_line, read_facts
from resolver.build.sources.dump_work import ClassRow, Head, WorkFolder, packed
from resolver.collection import no_collection
from resolver.errors import GazetteerError, InputError
from resolver.model import Kind, is_entity_id

if TYPE_CHECKING:
    from resolver.build.sources.dump_tables import Written

_BATCH = 16 << 20  # bytes of lines handed to another process at a time
_WORTH_IT = 3  # batches after which starting other processes pays
_CHECKPOINT_SECONDS = 20.0
_BEGINNING = 4_096  # bytes of a dump by which it is known again
_FORM = 2  # of the working folder; another form can't be gone on with
_SHOWN = 20  # bad lines that are kept to be shown

Progress = Callable[[str, float], None]


@dataclass(slots=True)
class DumpReport:
    """What an import did.

    Attributes:
        lines: Lines read, with those of an interrupted part.
        kept: Entities kept until all classes are known.
        skipped: Lines passed over unparsed, by reason; then entities left out at the end.
        bad: How many lines could not be read.
        bad_lines: The first of them.
        written: Rows of each table.
        seconds: Time taken, without interrupted parts.
        megabytes: Text read, after decompression, without interrupted parts.
        notes: What is worth knowing.
    """

    lines: int = 0
    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    bad_lines: list[BadLine] = field(default_factory=list)
    written: Written | None = None
    seconds: float = 0.0
    megabytes: float = 0.0
    notes: list[str] = field(default_factory=list)

    def tell_bad(self, lines: Sequence[BadLine]) -> None:
        """Count lines that could not be read, and keep the first of all of them."""
        self.bad += len(lines)
        self.bad_lines = sorted([*self.bad_lines, *lines])[:_SHOWN]


class _Read(NamedTuple):
    """What one batch of lines held."""

    frame: bytes
    kept: int
    classless: int
    classes: list[ClassRow]
    bad: list[BadLine]


def import_dump(
    source: str | Path,
    into: Path,
    *,
    kinds: Collection[str] = (),
    languages: Collection[str] | None = None,
    min_sitelinks: int = 0,
    classes: Path | None = None,
    resume: bool = False,
    workers: int = 0,
    progress: Progress | None = None,
    checkpoint_seconds: float = _CHECKPOINT_SECONDS,
) -> DumpReport:
    """Import a dump of Wikidata into a folder of source tables.

    Args:
        source: .json, .json.gz, .json.bz2 or .json.zst, or `-` for standard input.
        into: The theme folder to write; an earlier import there is replaced.
        kinds: Kinds to keep; none means all that have one.
        languages: Languages of names to keep; None means all.
        min_sitelinks: Entities with fewer pages about them are left out.
        classes: Table of classes (`class`, `parents`) that an earlier import wrote; more is then skipped unparsed.
        resume: Go on where an interrupted import of the same file stopped.
        workers: Other processes that read lines; 0 means none.
        progress: Told stage and part done.
        checkpoint_seconds: How often progress is made to survive.

    Raises:
        InputError: the file can't be read or is damaged; what was read before it is kept for `resume`. Or the
            folder holds something else, or there is nothing to go on with.
        GazetteerError: the folder can't be written.
    """
    from resolver.build.sources.dump_tables import check_target, write_tables

    unknown = sorted(set(kinds) - set(map(str, Kind)))
    if unknown:
        raise InputError(f"unknown kind {unknown[0]!r}; kinds: {', '.join(Kind)}")
    check_target(into)
    started, tell = time.monotonic(), progress or (lambda _stage, _part: None)
    report = DumpReport()
    spoken = frozenset(languages) if languages is not None else None
    choice = Choice(frozenset(kinds), spoken, min_sitelinks, classes)
    known = _known_kinds(classes)
    try:
        work = WorkFolder(into.parent / f".{into.name}-import")
        _read(
            work,
            str(source),
            choice,
            known,
            report,
            resume=resume,
            workers=workers,
            tell=tell,
            every=checkpoint_seconds,
        )
        report.written = write_tables(work, into, choice, known, report, str(source), workers, tell)
    except OSError as error:
        raise GazetteerError(f"can't write to {into.parent} ({error.strerror or error})") from error
    report.seconds = time.monotonic() - started
    tell("ready", 1.0)
    return report


class Choice(NamedTuple):
    """What is asked of a dump."""

    kinds: frozenset[str]
    languages: frozenset[str] | None
    min_sitelinks: int
    classes: Path | None

    def told(self, dump: DumpFile) -> str:
        """A fingerprint of file and choice; an import goes on only under the same.

        The beginning of a file stands for all of it: one that was cut short goes on when it has been completed.
        """
        source = "standard input"
        if dump.source != STDIN:
            with Path(dump.source).open("rb") as file:
                start = hashlib.blake2b(file.read(_BEGINNING), digest_size=8).hexdigest()
            source = f"{Path(dump.source).resolve()} {start}"
        table = hashlib.blake2b(self.classes.read_bytes(), digest_size=8).hexdigest() if self.classes else ""
        words = (
            __version__,
            _FORM,
            source,
            sorted(self.kinds),
            sorted(self.languages or ["*"]),
            self.min_sitelinks,
            table,
        )
        return hashlib.blake2b(repr(words).encode(), digest_size=8).hexdigest()


def _read(
    work: WorkFolder,
    source: str,
    choice: Choice,
    known: Known,
    report: DumpReport,
    *,
    resume: bool,
    workers: int,
    tell: Progress,
    every: float,
) -> None:
    """Read the dump into the working folder, from the start or from the last checkpoint."""
    state = work.state()
    if resume and state is None:
        raise InputError(f"nothing to go on with: no interrupted import in {work.folder}; start without --resume")
    if not resume and state is not None:
        report.notes.append("an earlier import was interrupted; this one began anew (--resume goes on)")
        state = None
    with DumpFile(source, skip=state["offset"] if state else 0, ahead=workers > 0) as dump:
        told = choice.told(dump)
        if state is not None and state["choice"] != told:
            raise InputError(f"the interrupted import in {work.folder} had another file or other options; start anew")
        every_item = not choice.kinds and not choice.min_sitelinks and not known.parents
        sieve = Sieve(_verdicts(known, choice.kinds), choice.min_sitelinks, open=every_item)
        if state is not None:
            sieve.lines, report.kept, report.bad = state["lines"], state["kept"], state["bad"]
            sieve.skipped.update(state["skipped"])
            report.bad_lines = [BadLine(*row) for row in state["bad_lines"]]
            report.notes.append(f"went on after line {sieve.lines:,}")
        work.begin(state)
        begun = dump.offset
        try:
            with _Pool(workers) as pool:
                _pass(dump, sieve, pool, work, report, told, tell, every)
        finally:
            work.close()
        report.lines = sieve.lines
        report.skipped.update(sieve.skipped)
        report.megabytes = (dump.offset - begun) / 1e6


def _pass(
    dump: DumpFile,
    sieve: Sieve,
    pool: _Pool,
    work: WorkFolder,
    report: DumpReport,
    told: str,
    tell: Progress,
    every: float,
) -> None:
    waiting: list[Line] = []
    held = 0
    last = time.monotonic()

    def take(reads: Sequence[_Read]) -> None:
        for read in reads:
            work.add(read.frame, read.classes)
            report.kept += read.kept
            report.tell_bad(read.bad)
            sieve.skipped["kind"] += read.classless

    def save() -> None:
        work.checkpoint(
            {
                "choice": told,
                "offset": dump.offset,
                "lines": sieve.lines,
                "kept": report.kept,
                "bad": report.bad,
                "bad_lines": report.bad_lines,
                "skipped": sieve.skipped,
            }
        )

    def settle() -> None:
        """Wait for what is being read, and make it survive."""
        nonlocal waiting, held
        take(pool.submit(waiting))
        waiting, held = [], 0
        take(pool.drain())
        save()

    save()
    try:
        for block in dump.blocks():
            found = sieve.sift(block)
            waiting += found
            held += sum(len(line.data) for line in found)
            if held >= _BATCH:
                take(pool.submit(waiting))
                waiting, held = [], 0
            if time.monotonic() - last >= every:
                settle()
                last = time.monotonic()
            tell(f"reading the dump, {report.kept:,} kept of {sieve.lines:,}", 0.9 * dump.part)
    except InputError:
        settle()
        raise
    settle()


class _Pool:
    """Reads batches of lines, here or in other processes; results come in the order of the batches."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._waiting: deque[Future[_Read]] = deque()
        self._batches = 0
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, lines: list[Line]) -> list[_Read]:
        """Read some lines; returns what has been read by now."""
        if not lines:
            return []
        self._batches += 1
        if not self._workers or self._batches < _WORTH_IT:
            return [read_lines(lines)]
        if self._pool is None:
            # Never forked: a thread may be decompressing.
            self._pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))
        self._waiting.append(self._pool.submit(read_lines, lines))
        ready = []
        while self._waiting and (len(self._waiting) > 2 * self._workers or self._waiting[0].done()):
            ready.append(self._waiting.popleft().result())
        return ready

    def drain(self) -> list[_Read]:
        """What has not been returned yet."""
        ready = [future.result() for future in self._waiting]
        self._waiting.clear()
        return ready


def read_lines(lines: Sequence[Line]) -> _Read:
    """What is kept of some lines, and the classes among them; a line that can't be read is bad and stops nothing."""
    with no_collection():
        return _read_lines(lines)


def _read_lines(lines: Sequence[Line]) -> _Read:
    head = Head([], [], [], [])
    kept: list[bytes] = []
    classes: list[ClassRow] = []
    bad: list[BadLine] = []
    classless = 0
    for number, worth, data in lines:
        try:
            cut = cut_line(data)
            if cut is None:
                continue
            if b"P279" in cut.properties:
                facts = read_facts(cut.data, None)
                if facts.parents:
                    classes.append(ClassRow(facts.qid, facts.parents, facts.label, facts.countries))
            if not worth & ENTITY:
                continue
            if not cut.classes:
                classless += 1
                continue
            if b"P297" in cut.properties or b"P298" in cut.properties:
                facts = read_facts(cut.data, None)
                if any(code.startswith(("iso2:", "iso3:")) for code in facts.codes):
                    head.places.append((facts.qid, list(facts.classes), facts.label))
            head.offices.extend(cut.targets(b"P39"))
            head.capital_of.extend(cut.targets(b"P1376"))
        except UNREADABLE as error:
            bad.append(BadLine.of(number, data, error))
            continue
        head.items.append((number, cut.qid, list(cut.classes)))
        kept.append(cut.data)
    return _Read(packed(head, kept) if kept else b"", len(kept), classless, classes, bad)


# -- kinds that are known before the dump is read


class Known(NamedTuple):
    """Superclasses from an earlier import, and whether they are all there are."""

    parents: dict[str, tuple[str, ...]]
    complete: bool


def _known_kinds(path: Path | None) -> Known:
    """The table of classes that an earlier import wrote.

    Raises:
        InputError: it can't be read; file and row are given.
    """
    if path is None:
        return Known({}, False)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise InputError(f"can't read {path}: {error}") from error
    if not lines or lines[0].split("\t")[:2] != ["class", "parents"]:
        raise InputError(
            f"{path}, row 1: a table of classes begins with the columns class and parents, parted by a tab"
        )
    parents: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        up = tuple(filter(None, cells[1].split("|"))) if len(cells) > 1 else ()
        if len(cells) < 2 or not all(map(is_entity_id, (cells[0], *up))):
            raise InputError(
                f"{path}, row {number:,}: expected a class and its parents, parted by |, not {line[:60]!r}"
            )
        parents[cells[0]] = up
    return Known(parents, True)


def _verdicts(known: Known, wanted: frozenset[str]) -> Callable[[str], bool | None]:
    """For each class whether its members are wanted, as far as that is known."""
    kinds = Kinds(known.parents)
    found: dict[str, bool | None] = {}

    def verdict(qid: str) -> bool | None:
        if qid not in found:
            kind = kinds.kind_of([qid])
            if kind is not None:
                found[qid] = not wanted or kind in wanted
            else:
                # Without a way to the table it has no kind, unless superclasses on the way are still to be met.
                found[qid] = False if known.complete and not kinds.unknown([qid]) else None
        return found[qid]

    return verdict


def default_workers() -> int:
    """As many processes as there are cores; none where there is one."""
    count = multiprocessing.cpu_count()
    return count if count > 1 else 0
