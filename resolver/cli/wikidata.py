"""`resolver wikidata ...`: grow gazetteers from Wikidata."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolver.cli.app import first_use, group

if TYPE_CHECKING:
    from resolver.build.sources.wikidata import Wikidata

wikidata_app = group("wikidata", "Grow gazetteers from Wikidata: pull, refresh, search, verify.")

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
    """Pull the items of seeds into source tables; exit 1 if something is left for you to look at."""
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


class _Patience:
    """Ctrl-C ends with one line that says how to go on."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is KeyboardInterrupt:
            sys.stderr.write("\nresolver: stopped; nothing was written, what has come is kept: --resume goes on\n")


def _connect(contact: str | None) -> Wikidata:
    from resolver.build.sources.wikidata import CONTACT_VARIABLE, Service, Wikidata

    service = Service.from_environment(contact)
    if not service.contact:
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
