"""The command line: one file a group of commands, each a thin call of a library function of the same name."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

# isort: off
from resolver.cli import (  # noqa: F401 - each registers its commands, in the order of `resolver --help`
    resolve,
    table,
    annotate,
    explain,
    review,
    override,
    quality,
    gazetteer,
    add,
    wikidata,
    dump,
)

# isort: on
from resolver.cli.app import app
from resolver.errors import ResolverError

EXIT_INPUT = 2


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
        if type(error).__name__ == "NoArgsIsHelpError":  # typer keeps this class to itself; its message is the help
            sys.stdout.write(f"{words()}\n")
            sys.exit(EXIT_INPUT)
        _fail(f"{words()} (resolver --help lists what there is)")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"resolver: {' '.join(message.split())}\n")
    sys.exit(EXIT_INPUT)
