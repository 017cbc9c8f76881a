"""`resolver wikidata pull`: seeds -> items -> source tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.build.grow.fetch import Fetcher
from resolver.build.grow.guard import check_classes, check_seed
from resolver.build.grow.kinds import Kinds
from resolver.build.grow.report import PullReport
from resolver.build.grow.responses import Responses, RunRecord
from resolver.build.grow.rows import EntityRows, make_rows
from resolver.build.grow.seedfile import Seed, find_seeds, page_of
from resolver.build.grow.shelf import Shelf
from resolver.build.sources.wikibase import Facts
from resolver.errors import InputError, SourceError

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata

ENTITY = "http://www.wikidata.org/entity/"
PAGE = 5_000
Progress = Callable[[str, float], None]


def pull(
    source: Path,
    into: Path,
    *,
    wikidata: Wikidata,
    languages: frozenset[str] | None = None,
    resume: bool = False,
    dry_run: bool = False,
    page: int = PAGE,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> PullReport:
    """Pull the items of seeds into source tables.

    Args:
        source: A seed, or a folder of seeds.
        into: For one seed the theme folder to write; for a folder of seeds the folder of theme folders, where every
            new entity goes into the theme of its kind.
        wikidata: The connection.
        languages: Languages of names; None means all.
        resume: Go on with the last pull of the same seeds that did not finish.
        dry_run: Ask and count, write nothing.
        page: Rows of a query in one request.
        progress: Told stage and part done.
        cache: Where answers are kept; None means the user's cache.

    Returns:
        The report. Seeds that failed their own checks are left out of the pull and listed in `refused`.

    Raises:
        InputError: A seed that can't be used, or all of them refused.
        SourceError: Wikidata can't be asked; what has come so far serves `resume`.
    """
    seeds = find_seeds(source)
    tell = progress or (lambda _stage, _part: None)
    run = RunRecord(
        f"pull {source.resolve()} {into.resolve()} {sorted(languages or ())}", cache / "runs" if cache else None
    )
    report = PullReport()
    if not resume and run.unfinished_since() is not None:
        report.notes.append("an earlier pull of these seeds did not finish; this one began anew (--resume continues)")
    responses = Responses(wikidata.service.api, cache / "answers" if cache else None, run.begin(resume=resume))
    fetcher = Fetcher(wikidata, responses, languages=languages, progress=tell)
    tell("checking classes", 0.0)
    kinds = Kinds(table=check_classes(fetcher, report.notes))
    qids = list(dict.fromkeys(_found(seeds, fetcher, wikidata, page, report, tell)))
    if not qids:
        raise InputError("; ".join(report.refused) or f"{source}: nothing found")
    shelf = Shelf.open(into, alone=source.is_dir() is False)
    fetched = fetcher.fetch(qids)
    report.missing = fetched.missing
    facts = shelf.settle(fetched.facts, fetched.redirects, report)
    shelf.add(read_items(facts, fetcher, kinds, shelf, report), languages, report)
    if not dry_run:
        tell("writing", 0.99)
        shelf.write(report.redirects)
    run.finish()
    responses.forget_old()
    tell("done", 1.0)
    return report


def _found(
    seeds: Iterable[Seed],
    fetcher: Fetcher,
    wikidata: Wikidata,
    page: int,
    report: PullReport,
    tell: Progress,
) -> Iterator[str]:
    """Ids of all seeds that pass their checks."""
    several = seeds if isinstance(seeds, list) else list(seeds)
    for seed in several:
        tell(seed.title, 0.0)
        try:
            check_seed(seed, fetcher)
            found = list(seed.qids) if seed.qids else list(run_query(seed, fetcher.responses, wikidata, page))
            seed.check_count(len(found))
        except (InputError, SourceError) as error:
            if len(several) == 1:
                raise
            report.refused.append(str(error))
            continue
        report.seeds[seed.title] = len(found)
        yield from found


def run_query(seed: Seed, responses: Responses, wikidata: Wikidata, size: int = PAGE) -> Iterator[str]:
    """The items of a query, page by page.

    Raises:
        InputError: ?item is something else than an item, or there are more than the seed expects.
    """
    seen: dict[str, None] = {}
    for number in range(1_000_000):
        query = page_of(seed.query, size, number)
        asked = {"sparql": wikidata.service.sparql, "query": query}
        rows = responses.get(asked)
        if rows is None:
            rows = wikidata.select(query)
            responses.put(asked, rows)
        for row in rows:
            value = str(row.get("item", ""))
            qid = value.removeprefix(ENTITY)
            if qid == value or not (qid[:1] == "Q" and qid[1:].isdecimal()):
                raise InputError(f"{seed.path}: ?item is {value!r}, not a Wikidata item; look at the query")
            seen.setdefault(qid)
        if len(rows) < size or len(seen) > seed.high:
            break
    yield from seen


def read_items(
    facts: Iterable[Facts],
    fetcher: Fetcher,
    kinds: Kinds,
    shelf: Shelf,
    report: PullReport,
    *,
    settled: bool = True,
) -> list[EntityRows]:
    """Rows of items: their classes are climbed and their offices named first.

    With `settled`, a kind that stands in the tables stays, whatever Wikidata says by now.
    """
    items = list(facts)
    fetcher.learn_classes(kinds, {qid for item in items for qid in item.classes})
    kind_of = dict(shelf.kinds)
    for item in items:
        kind = kinds.kind_of(item.classes)
        if kind is None:
            report.unknown.update(item.classes or ("no class",))
        held = kind_of.get(item.qid)
        kind_of[item.qid] = (held or kind or "other") if settled else (kind or held or "other")
    people = [item for item in items if kind_of[item.qid] == "person"]
    offices = fetcher.offices({held.target for item in people for held in item.offices})
    countries = shelf.countries | {i.label.casefold() for i in items if kind_of[i.qid] in ("country", "territory")}
    rows = []
    for item in items:
        made = make_rows(item, kind_of[item.qid], offices=offices, kind_of=kind_of, countries=countries)
        if made is None:
            report.dropped["not an entity"] += 1
        else:
            report.dropped.update(made.dropped)
            rows.append(made)
    return rows
