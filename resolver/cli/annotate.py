"""`resolver annotate`: mentions in texts, as table, JSON, page or DuckDB tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolver.cli.app import GazetteerOption, OverridesOption, app, chosen_overrides, first_use
from resolver.errors import InputError

if TYPE_CHECKING:
    from resolver.model import Kind
    from resolver.render import Document, Mention

_MANY = 20  # files from which on progress is told


class TextFormat(StrEnum):
    """Output formats of `annotate`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


@app.command()
def annotate(
    files: Annotated[
        list[str] | None, typer.Argument(help="Text files; - or nothing reads standard input.", show_default=False)
    ] = None,
    format: Annotated[  # noqa: A002
        TextFormat | None,
        typer.Option("--format", "-f", help="Output format; default: table, or none with --html or --into."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with the texts and their mentions here.")] = None,
    into: Annotated[Path | None, typer.Option(help="Write tables of mentions into this DuckDB file.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Day on which the texts were written, YYYY-MM-DD.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="Language of the texts; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Show only mentions of this kind; may be repeated.")] = None,
    metonymy: Annotated[
        str | None,
        typer.Option(help="What Moscow comes to first: literal (the city), metonymic (its government) or context."),
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Also show what looks like a name but is not held, as unmatched.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the files; default: UTF-8, or what a byte order mark says.")
    ] = None,
    gazetteer: GazetteerOption = None,
    overrides: OverridesOption = None,
) -> None:
    """Find the entities that texts mention.

    Each mention comes with its place in the text and the answer that `resolve` would give.
    """
    from resolver.config import Config
    from resolver.engine import Resolver
    from resolver.render import expand, write_html
    from resolver.render.files import annotate_files, replacing
    from resolver.render.store import MentionStore

    if not files and sys.stdin.isatty():
        raise InputError("no text; name files, or send a text to standard input")
    names = expand(files or ["-"])
    kinds = _kinds(kind or ())
    shown = format or (None if html or into else TextFormat.TABLE)
    failures: list[InputError] = []

    def failed(error: InputError) -> None:
        failures.append(error)
        sys.stderr.write(f"resolver: {error}\n")

    with ExitStack() as stack:
        config = Config(metonymy=metonymy) if metonymy else None
        opened = Resolver.open(gazetteer, config=config, overrides=chosen_overrides(overrides), progress=first_use())
        resolver = stack.enter_context(opened)
        documents: Iterable[Document] = annotate_files(
            resolver, names, as_of=as_of, lang=lang, unknown=unknown, kinds=kinds, encoding=encoding,
            failed=failed if len(names) > 1 else None, progress=first_use("Preparing to read texts"),
        )  # fmt: skip
        if len(names) >= _MANY and (shown is None or not sys.stdout.isatty()):
            documents = _told(documents, len(names))
        tally = _Tally()
        documents = map(tally.counting, documents)
        if into:
            store = stack.enter_context(MentionStore(into))
            documents = (store.storing(document, lang=lang or ()) for document in documents)
        held: list[Document] = []
        if html:
            documents = _holding(documents, held)
        if shown:
            _write(shown, documents, named=len(names) > 1)
        else:
            for document in documents:
                for _ in document.mentions:
                    pass
        if html and held:
            with replacing(html) as out:
                write_html(held, out)
    if shown is None and tally.texts:
        sys.stdout.write(f"{' and '.join(str(p) for p in (html, into) if p)}: {tally}\n")
    raise typer.Exit(2 if failures else 0)


def _write(format: TextFormat, documents: Iterable[Document], *, named: bool) -> None:  # noqa: A002
    from resolver.render import write_html, write_json, write_jsonl, write_table

    if format is TextFormat.HTML:
        write_html(documents, sys.stdout)
    elif format is TextFormat.JSONL:
        write_jsonl(documents, sys.stdout)
    elif format is TextFormat.JSON:
        write_json(documents, sys.stdout, named=named)
    else:
        write_table(documents, sys.stdout, named=named)


def _kinds(names: Iterable[str]) -> frozenset[Kind]:
    from resolver.model import Kind

    try:
        return frozenset(map(Kind, names))
    except ValueError as error:
        raise InputError(f"unknown kind {str(error).split(' ')[0]}; kinds: {', '.join(Kind)}") from None


def _holding(documents: Iterable[Document], held: list[Document]) -> Iterator[Document]:
    for document in documents:
        held.append(document.held())
        yield held[-1]


def _told(documents: Iterable[Document], total: int) -> Iterator[Document]:
    report = first_use(f"Reading {total:,} texts")
    report("", 0.0)
    for number, document in enumerate(documents, 1):
        yield document
        report(document.name, min(number / total, 0.999))
    report("", 1.0)


class _Tally:
    """How much went by."""

    def __init__(self) -> None:
        self.texts = self.mentions = 0
        self.entities: set[str] = set()

    def counting(self, document: Document) -> Document:
        return document.passing(self._counting)

    def _counting(self, mentions: Iterable[Mention]) -> Iterator[Mention]:
        from resolver.render.document import leaves

        for mention in mentions:
            self.mentions += 1
            self.entities |= {leaf.qid for leaf in leaves(mention.resolution) if leaf.qid}
            yield mention
        self.texts += 1

    def __str__(self) -> str:
        counted = ((self.texts, "text", "texts"), (self.mentions, "mention", "mentions"))
        texts, mentions = (f"{number:,} {one if number == 1 else several}" for number, one, several in counted)
        entities = len(self.entities)
        return f"{texts}, {mentions} of {entities:,} {'entity' if entities == 1 else 'entities'}"
