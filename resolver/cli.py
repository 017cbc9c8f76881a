"""The command line: every command is a thin call of a library function of the same name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from resolver import __version__
from resolver.errors import InputError, ResolverError

EXIT_INPUT = 2

app = typer.Typer(
    name="resolver",
    help="Messy names in, Wikidata QIDs out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
gazetteer_app = typer.Typer(help="Build, check and compare gazetteers.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(gazetteer_app, name="gazetteer")


class Format(StrEnum):
    """Output formats of `resolve`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


GazetteerOption = Annotated[
    Path | None,
    typer.Option("--gazetteer", "-g", help="A compiled gazetteer file; default: $RESOLVER_GAZETTEER, else bundled."),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"resolver {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command()
def resolve(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; without any, one a line from standard input.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TABLE,  # noqa: A002
    kind: Annotated[list[str] | None, typer.Option(help="Accept only this kind; may be repeated.")] = None,
    exclude_kind: Annotated[list[str] | None, typer.Option(help="Refuse this kind; may be repeated.")] = None,
    country: Annotated[
        list[str] | None, typer.Option(help="Country as ISO code, QID or name; may be repeated.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which the names were used, YYYY-MM-DD.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="Language of the names; may be repeated.")] = None,
    top: Annotated[int | None, typer.Option(help="How many candidates to list.")] = None,
    gazetteer: GazetteerOption = None,
) -> None:
    """Resolve names to Wikidata entities; every name comes back, in order."""
    from resolver.engine import Resolver
    from resolver.explain import WRITERS

    if not names and sys.stdin.isatty():
        raise InputError("no names; give them as arguments or one a line on standard input")
    with Resolver.open(gazetteer, progress=_progress()) as resolver:
        if names:
            # One by one: an unusable argument is the caller's slip and stops the command.
            found = [
                resolver.resolve(
                    name, kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang, top=top
                )
                for name in names
            ]
            WRITERS[format](found, sys.stdout)
        else:
            WRITERS[format](
                resolver.resolve_many(
                    _lines(), kind=kind, exclude_kind=exclude_kind, country=country, as_of=as_of, lang=lang, top=top
                ),
                sys.stdout,
            )


class InfoFormat(StrEnum):
    """Output formats of `gazetteer info`."""

    TEXT = "text"
    JSON = "json"


@gazetteer_app.command("info")
def gazetteer_info(
    format: Annotated[InfoFormat, typer.Option("--format", "-f", help="Output format.")] = InfoFormat.TEXT,  # noqa: A002
    gazetteer: GazetteerOption = None,
) -> None:
    """Show path, version and counts by kind, role, language and source."""
    import json

    from resolver import info
    from resolver.engine import Resolver

    facts = info.gazetteer_info(Resolver.open(gazetteer, progress=_progress()))
    if format is InfoFormat.JSON:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    else:
        info.write_info(facts, sys.stdout)


@gazetteer_app.command("check")
def gazetteer_check(gazetteer: GazetteerOption = None) -> None:
    """Check a compiled gazetteer; exit 1 and one line a problem if anything is wrong."""
    from resolver.build.checks import check_gazetteer
    from resolver.bundle import check_lists
    from resolver.engine import Resolver

    resolver = Resolver.open(gazetteer, progress=_progress())
    problems = check_gazetteer(resolver, check_lists())
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{resolver.gazetteer.version}: {len(problems)} problems\n")
    raise typer.Exit(1 if problems else 0)


@gazetteer_app.command("build")
def gazetteer_build(
    into: Annotated[Path | None, typer.Option(help="The .duckdb file to write; default: the user's cache.")] = None,
    facts: Annotated[
        list[Path] | None, typer.Option(help="Folder of facts to make the source tables from first; may be repeated.")
    ] = None,
    tables: Annotated[Path | None, typer.Option(help="Folder of source tables; default: those of the package.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="Folder of seeds; default: those of the package.")] = None,
) -> None:
    """Build source tables (with --facts), then the compiled gazetteer; what fails a check is not published."""
    from resolver.build import build_gazetteer

    version, path = build_gazetteer(
        into=into, facts=facts or (), tables=tables, seeds=seeds, progress=_progress("Building the gazetteer")
    )
    sys.stdout.write(f"{path} {version}\n")


@gazetteer_app.command("diff")
def gazetteer_diff(
    old: Annotated[Path, typer.Argument(help="Folder of source tables before.")],
    new: Annotated[Path, typer.Argument(help="Folder of source tables after.")],
) -> None:
    """Show a change of the source tables as text: entities and aliases gained, lost and changed."""
    from resolver.build.diff import diff_tables

    for change in diff_tables(old, new):
        sys.stdout.write(f"{change}\n")


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")


def _progress(title: str = "Preparing the gazetteer for first use") -> Callable[[str, float], None]:
    from resolver.progress import reporter

    return reporter(title, sys.stderr)


def main() -> NoReturn:
    """Run the command line; errors become one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = app(standalone_mode=False)
    except ResolverError as error:
        _fail(str(error))
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone, as in `resolver ... | head`; keep Python from complaining again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # A slip in options or arguments carries its own words; anything else is a bug and may be seen.
        if (words := getattr(error, "format_message", None)) is None:
            raise
        _fail(f"{words()} (resolver --help lists what there is)")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"resolver: {' '.join(message.split())}\n")
    sys.exit(EXIT_INPUT)
