"""Running text -> mentions: found in one pass, resolved together.

    read_words     text.py       folded words with their places in the raw text
    Finder.find    find.py       the longest name at each word, by trie, boundaries, capitals and endings
    Linker.link    link.py       names we lack, acronyms, coreference, coherence
    annotations    answer.py     a Resolution for each mention, worked out when it is looked at

A long text is read in parts of about 100,000 characters, cut at the end of a paragraph; what it has named goes
along from part to part. Time and memory for one part do not depend on the length of the text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from resolver.annotate.annotation import Annotation
from resolver.collection import no_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from resolver.annotate.alike import Likeness
    from resolver.annotate.automaton import Names
    from resolver.annotate.find import Finder
    from resolver.annotate.senses import Senses
    from resolver.engine import Resolver
    from resolver.model import Hints

__all__ = ["Annotation", "annotate"]

PART = 50_000
"""Characters of a text that are resolved together."""


FINDERS = 16
"""Pairs of language and day that what was learned is kept for."""


class Tools:
    """What a resolver keeps for reading texts: the names, and what it has learned of words."""

    def __init__(self, names: Names, senses: Senses, likeness: Likeness) -> None:
        self.names = names
        self.senses = senses
        self.likeness = likeness
        self.finders: dict[tuple[str, Hints], Finder] = {}


_KEPT: WeakKeyDictionary[Resolver, Tools] = WeakKeyDictionary()


def _tools(resolver: Resolver, progress: Callable[[str, float], None] | None) -> Tools:
    """The tools of a resolver, made on its first text."""
    from resolver.annotate.alike import Likeness
    from resolver.annotate.automaton import open_names
    from resolver.annotate.senses import Senses

    if (tools := _KEPT.get(resolver)) is None:
        names = open_names(resolver.gazetteer, resolver.database, progress)
        tools = _KEPT[resolver] = Tools(names, Senses(resolver.gazetteer, resolver.config), Likeness(names))
    return tools


def annotate(
    resolver: Resolver,
    text: str,
    *,
    hints: Hints,
    unknown: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> Iterator[Annotation]:
    """Mentions of a text, in order; see `Resolver.annotate`."""
    from resolver.annotate.alike import Alike
    from resolver.annotate.answer import answered
    from resolver.annotate.descriptors import described
    from resolver.annotate.find import Finder
    from resolver.annotate.language import detect_language
    from resolver.annotate.link import Linker
    from resolver.annotate.offices import in_office
    from resolver.annotate.text import read_words

    if not text:
        return
    tools = _tools(resolver, progress)
    names, senses, finders = tools.names, tools.senses, tools.finders
    lang = min(hints.langs, default="").partition("-")[0]
    hints = replace(hints, langs=frozenset())  # names of other languages are as good in a text
    linker = None
    for begin, end in parts(text):
        words = read_words(text[begin:end], names.kept)
        if linker is None:
            lang = lang or detect_language(words)
            if (finder := finders.get((lang, hints))) is None:
                if len(finders) > FINDERS:
                    finders.clear()
                finder = finders[lang, hints] = Finder(names, senses, lang, hints)
            linker = Linker(finder, Alike(resolver, tools.likeness), every=unknown)
        with no_collection():
            spans = linker.link(words, linker.finder.find(words), begin)
            spans = in_office(resolver, words, described(resolver, words, spans, hints), hints)
        yield from answered(resolver, words, spans, hints, begin, unknown=unknown)


def parts(text: str, size: int = PART) -> Iterator[tuple[int, int]]:
    """Where to cut a text: at a blank line, else a line, else a blank, never inside a word if that can be helped.

    >>> list(parts("one two three", size=8))
    [(0, 8), (8, 13)]
    """
    begin = 0
    while begin < len(text):
        end = begin + size
        if end >= len(text):
            end = len(text)
        else:
            for sign in ("\n\n", ". ", "\n", " "):
                if (cut := text.rfind(sign, begin + size // 2, end)) > 0:
                    end = cut + len(sign)
                    break
        yield begin, end
        begin = end
