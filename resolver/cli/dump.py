"""`resolver wikidata import-dump`: a whole dump of Wikidata into source tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolver.cli.app import first_use
from resolver.cli.wikidata import wikidata_app

if TYPE_CHECKING:
    from resolver.build.sources.dump import DumpReport


@wikidata_app.command("import-dump")
def wikidata_import_dump(
    file: Annotated[
        str, typer.Argument(help="The dump: .json, .json.gz, .json.bz2, .json.zst, or - for standard input.")
    ],
    into: Annotated[Path, typer.Option(help="The theme folder to write; an earlier import there is replaced.")],
    kinds: Annotated[
        str | None, typer.Option(help="Kinds to keep, such as person,organization; default: all there are.")
    ] = None,
    languages: Annotated[
        str | None, typer.Option(help="Languages of names to keep, such as en,tr,ru; default: all of them.")
    ] = None,
    min_sitelinks: Annotated[
        int, typer.Option(min=0, help="Leave out entities with fewer pages about them on Wikipedia and its sisters.")
    ] = 0,
    classes: Annotated[
        Path | None, typer.Option(help="classes.tsv of an earlier import; much more is then skipped unparsed.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted import stopped.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Other processes that read lines; default: one for each core.")
    ] = None,
) -> None:
    """Import a dump of Wikidata.

    Writes source tables; lines that can't be read are counted, shown and skipped.
    """
    from resolver.build.sources.dump import default_workers, import_dump

    try:
        report = import_dump(
            file,
            into,
            kinds=_listed(kinds),
            languages=_listed(languages) or None,
            min_sitelinks=min_sitelinks,
            classes=classes,
            resume=resume,
            workers=default_workers() if workers is None else workers,
            progress=first_use("Importing the dump"),
        )
    except KeyboardInterrupt:
        sys.stderr.write("\nresolver: stopped; what was read up to the last checkpoint is kept: --resume goes on\n")
        raise
    for line in _lines(report, into):
        sys.stdout.write(f"{line}\n")


def _listed(text: str | None) -> list[str]:
    return [part.strip().lower() for part in (text or "").split(",") if part.strip()]


def _lines(report: DumpReport, into: Path) -> list[str]:
    written = report.written
    assert written is not None
    lines = [*report.notes]
    lines.append(
        f"{report.lines:,} lines, {report.megabytes:,.0f} MB in {report.seconds:,.1f} s"
        f" ({report.megabytes / max(report.seconds, 1e-9):,.0f} MB/s); {report.kept:,} kept to be read"
    )
    skipped = ", ".join(f"{reason} {count:,}" for reason, count in report.skipped.items() if count)
    if skipped:
        lines.append(f"left out: {skipped}")
    if written.dropped:
        dropped = sorted(written.dropped.items(), key=lambda row: -row[1])
        lines.append("names left out: " + ", ".join(f"{reason} {count:,}" for reason, count in dropped))
    if report.bad:
        lines.append(f"{report.bad:,} bad lines were skipped:")
        lines += [f"  line {bad.number:,}: {bad.reason}: {bad.start}" for bad in report.bad_lines]
    lines.append(
        f"{into}: {written.entities:,} entities, {written.aliases:,} names, {written.positions:,} positions,"
        f" {written.relations:,} relations"
    )
    return lines
