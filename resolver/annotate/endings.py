"""Names in other than their base form: which names of the trie the words of a text may be inflected forms of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.annotate.text import SOFT, Words
from resolver.lexicon import table
from resolver.mention.inflect import base_forms, one_word_bases
from resolver.model import Evidence
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resolver.annotate.automaton import Names

LIKELIHOOD = 0.6
_INFLECTED = frozenset((
    "ru", "uk", "be", "bg", "mk", "sr", "pl", "cs", "sk", "sl", "hr", "bs", "de", "el", "lt", "lv", "tr", "az", "fi",
    "et", "hu", "ka", "hy", "kk", "sv", "da", "no", "ro", "sq", "eu", "ko",
))  # fmt: skip
_WITH_PROCLITICS = frozenset(("ar", "he", "fa", "ur"))
_LONGEST = 7  # words of an inflected name
_VARIANTS = 14  # of one word
_BREADTH = 48  # readings of a few words looked at together
_KEPT = 100_000


class Endings:
    """Case endings and proclitics of one language.

    Attributes:
        active: Whether the names of the language have case endings.
        proclitics: Whether one-letter words are written together with names.
    """

    def __init__(self, names: Names, lang: str) -> None:
        self.names = names
        self.lang = lang
        self.active = lang in _INFLECTED
        self.proclitics = lang in _WITH_PROCLITICS
        self._variants: dict[str, list[str]] = {}
        self._alone: dict[str, frozenset[str]] = {}
        self._behind: dict[str, list[tuple[int, str, Evidence]]] = {}

    def names_at(self, words: Words, i: int) -> Iterator[tuple[int, int, Evidence]]:
        """Last word, key and evidence of every name whose words may be those from `i` on, inflected."""
        fringe = [""]
        begins = self.names.begins
        for last in range(i, min(len(words), i + _LONGEST)):
            if last > i and words.gaps[last] >= SOFT:
                return
            if last > i and words.words[last][0] == "'":
                continue
            variants = self.variants(words.surface(last, last), words.words[last])
            fringe = [text for begun in fringe for v in variants if begins(text := f"{begun}{v} ")][:_BREADTH]
            if not fringe:
                return
            for text in fringe:
                if last == i and text[:-1] not in self.alone(words.surface(i, i)):
                    continue
                if (key := self.names.number(text)) is not None:
                    yield last, key, Evidence("inflected", LIKELIHOOD, f"read as {text.strip()}")

    def variants(self, surface: str, word: str) -> list[str]:
        """A word and every base form of it, folded."""
        known = self._variants.get(surface)
        if known is None:
            if len(self._variants) > _KEPT:
                self._variants.clear()
            forms = dict.fromkeys([word])
            if self.active:
                for base in one_word_bases(surface, [self.lang])[:_VARIANTS]:
                    if (key := exact_key(base)) and " " not in key:
                        forms[key] = None
            known = self._variants[surface] = list(forms)
        return known

    def alone(self, surface: str) -> frozenset[str]:
        """Base forms of a word that stands alone: the rules are stricter."""
        known = self._alone.get(surface)
        if known is None:
            if len(self._alone) > _KEPT:
                self._alone.clear()
            known = frozenset(exact_key(base.text) for base in base_forms(surface, langs=[self.lang]))
            self._alone[surface] = known
        return known

    def behind_proclitics(self, surface: str) -> list[tuple[int, str, Evidence]]:
        """What a word may be without the proclitics before it: characters skipped, folded rest, evidence."""
        known = self._behind.get(surface)
        if known is None:
            known = []
            for row in sorted(table("proclitics"), key=lambda row: len(row["prefix"])):
                prefix, put = row["prefix"], row["replacement"]
                rest = surface[len(prefix) :]
                if (
                    self.lang in row["langs"].split("|")
                    and surface.startswith(prefix)
                    and len(rest) >= int(row["min_rest"])
                ):
                    evidence = Evidence("proclitic", 0.5, f"without {prefix} ({row['meaning']})")
                    known.append((len(prefix) - len(put), exact_key(put + rest), evidence))
            self._behind[surface] = known
        return known
