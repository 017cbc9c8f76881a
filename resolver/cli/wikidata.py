"""`resolver wikidata ...`: grow gazetteers from Wikidata."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolver.cli.app import first_use, group

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata


class Only(StrEnum):
    """Which ids `verify` looks at."""

    ALL = "all"
    PROVISIONAL = "provisional"


class SearchFormat(StrEnum):
    """Output formats of `search`."""

    TABLE = "table"
    JSON = "json"
    QIDS = "qids"


wikidata_app = group("wikidata", "Grow gazetteers from Wikidata.")

Languages = Annotated[
    str | None, typer.Option("--languages", help="Languages of names, such as en,tr,ru; default: all of them.")
]
Contact = Annotated[
    str | None,
    typer.Option(
        help="Your address for the operators of Wikidata, sent with every request; default: $RESOLVER_CONTACT."
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the last run of this kind that did not finish.")]


@wikidata_app.command("pull")
def wikidata_pull(
    source: Annotated[Path, typer.Argument(help="A seed (.qids or .rq), or a folder of seeds.")],
    into: Annotated[
        Path, typer.Option(help="The theme folder to write; for a folder of seeds the folder of theme folders.")
    ],
    languages: Languages = None,
    resume: Resume = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask and count, but write nothing.")] = False,
    page: Annotated[int, typer.Option(min=1, max=100_000, help="Rows of a query in one request.")] = 5_000,
    contact: Contact = None,
) -> None:
    """Pull the items of seeds into source tables.

    Exit code 1 if something is left for you to look at.
    """
    from resolver.build.grow.pull import pull

    with _Patience():
        report = pull(
            source,
            into,
            wikidata=_connect(contact),
            languages=_languages(languages),
            resume=resume,
            dry_run=dry_run,
            page=page,
            progress=first_use("Pulling from Wikidata"),
        )
    for line in report.lines():
        sys.stdout.write(f"{line}\n")
    raise typer.Exit(1 if report.problems else 0)


@wikidata_app.command("refresh")
def wikidata_refresh(
    folder: Annotated[Path, typer.Argument(help="A theme folder, or the folder of theme folders.")],
    out: Annotated[Path, typer.Option(help="The file of changes to write, for you to decide on.")] = Path(
        "refresh.tsv"
    ),
    apply: Annotated[Path | None, typer.Option(help="Carry out the lines of this file that are marked take.")] = None,
    languages: Languages = None,
    resume: Resume = False,
    contact: Contact = None,
) -> None:
    """Show what changed on Wikidata, to review.

    Nothing is changed before --apply, which carries out the lines that you marked take.
    """
    from resolver.build.grow.refresh import refresh

    with _Patience():
        report = refresh(
            folder,
            wikidata=_connect(contact),
            out=out,
            apply=apply,
            languages=_languages(languages),
            resume=resume,
            progress=first_use("Comparing with Wikidata"),
        )
    for line in report.lines():
        sys.stdout.write(f"{line}\n")
    if apply is None:
        sys.stdout.write(f"written to {out}; change the first column, then add --apply {out}\n")


@wikidata_app.command("verify")
def wikidata_verify(
    tables: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of theme folders; may be repeated, the last has the last word; default: the bundled."
        ),
    ] = None,
    only: Annotated[Only, typer.Option(help="Which ids: all, or provisional and local ones.")] = Only.ALL,
    out: Annotated[Path, typer.Option(help="The file of verdicts to write.")] = Path("verify.tsv"),
    accept: Annotated[
        Path | None,
        typer.Option(help="Record the ids of this file's lines that you marked accept, in the first --tables."),
    ] = None,
    resume: Resume = False,
    contact: Contact = None,
) -> None:
    """Compare our ids with live labels and kinds.

    Exit code 1 if one is contradicted.
    """
    from resolver import bundle
    from resolver.build.grow.verify import accept as accept_ids
    from resolver.build.grow.verify import verify
    from resolver.errors import InputError

    if accept:
        for row in accept_ids(accept, (tables or [bundle.data_root() / "gazetteers"])[0]):
            sys.stdout.write(f"{row.qid} {row.label} is now {row.target}\n")
        return
    for folder in tables or ():
        if not folder.is_dir():
            raise InputError(f"no folder {folder}; --tables takes a folder of theme folders, such as gazetteers")
    folders = [path for root in tables or () for path in sorted(root.iterdir()) if path.is_dir()]
    with _Patience():
        report = verify(
            folders or bundle.source_folders(),
            wikidata=_connect(contact),
            out=out,
            only=only,
            resume=resume,
            progress=first_use("Verifying with Wikidata"),
        )
    for line in report.lines():
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"written to {out}\n")
    raise typer.Exit(1 if any(row.verdict == "contradicts" for row in report.verdicts) else 0)


@wikidata_app.command("search")
def wikidata_search(
    text: Annotated[str, typer.Argument(help="A name, or its beginning.")],
    kind: Annotated[list[str] | None, typer.Option(help="Keep only this kind; may be repeated.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the name.")] = "en",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many items to ask for.")] = 20,
    format: Annotated[  # noqa: A002
        SearchFormat, typer.Option("--format", "-f", help="table, json, or qids as lines of a seed.")
    ] = SearchFormat.TABLE,
    contact: Contact = None,
) -> None:
    """Search Wikidata for a name, with kinds."""
    import json

    from resolver.build.grow.search import search

    found = search(text, wikidata=_connect(contact), kind=kind, language=lang, limit=limit)
    if format is SearchFormat.JSON:
        sys.stdout.write(json.dumps([item._asdict() for item in found], ensure_ascii=False, indent=2) + "\n")
    elif format is SearchFormat.QIDS:
        sys.stdout.writelines(f"{item.qid}\t{item.label}\n" for item in found)
    elif found:
        from resolver.build.grow.search import table

        sys.stdout.writelines(f"{line}\n" for line in table(found))
    else:
        sys.stdout.write("nothing found\n")


class _Patience:
    """Ctrl-C ends with one line that says how to go on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is KeyboardInterrupt:
            sys.stderr.write("\nresolver: stopped; nothing was written, what has come is kept: --resume goes on\n")


def _connect(contact: str | None) -> Wikidata:
    from resolver.build.sources.wikidata import CONTACT_VARIABLE, WIKIDATA, Service, Wikidata

    service = Service.from_environment(contact)
    if not service.contact and service.api == WIKIDATA:
        _say(f"Wikidata asks to be told whom to reach: set {CONTACT_VARIABLE} to your mail address.")
    return Wikidata(service, notice=_say)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _languages(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    from resolver.errors import InputError

    codes = frozenset(code.strip().lower() for code in text.split(",") if code.strip())
    strangers = sorted(code for code in codes if not code.replace("-", "").isalnum() or not code.isascii())
    if strangers or not codes:
        raise InputError(f"--languages is {text!r}; expected codes with commas between, such as en,tr,ru")
    return codes
