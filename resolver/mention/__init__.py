"""One input string read into alternatives to look up: the road from a mention to the names it may hold.

`parse` does nothing but hold the string; `Mention.readings` works the alternatives out one by one, so that a
caller who finds the first one pays for nothing else. The order:

1. the whole string, for an alias may hold a comma, an article or a title of its own;
2. without quotation marks and outer punctuation;
3. without what may be left out, step by step and in combination: qualifiers ("Springfield, Illinois"), "Surname,
   Given" turned round, articles, titles, company and party forms, prefixed words;
4. base forms, where the words may be inflected ("Зеленского", "Türkiye'nin");
5. the place that a word may be an adjective of ("пекинский").

Composites ("YPG/PKK") and descriptors ("PKK's Syrian wing") are readings of another sort, for a caller who finds
no alias: see `Mention.parts` and `Mention.descriptor`.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resolver.lexicon import fold
from resolver.mention.adjective import places_of
from resolver.mention.body import parse_body
from resolver.mention.composite import parse_descriptor, split_composite
from resolver.mention.inflect import MAX_PROPOSALS, base_forms, inflected_words
from resolver.mention.office import Office, parse_office
from resolver.mention.reading import Body, Descriptor, Reading, ReadingKind
from resolver.mention.strip import STEPS, clean, is_plain, without_proclitic
from resolver.romanize import Script, detect_script

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = [
    "Body",
    "Descriptor",
    "Mention",
    "Office",
    "Reading",
    "ReadingKind",
    "inflected_words",
    "parse",
    "parse_body",
    "parse_descriptor",
    "parse_office",
    "split_composite",
]

_JOINED_PARTS = re.compile(r"[,،;()/]")  # more than one name, or a name and its qualifier
MAX_STRIPPED = 16
"""Most readings that leave something out, before base forms."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One input string and what it may be read as.

    Attributes:
        raw: The string as given.
        langs: Languages it may be in; empty means unknown.
    """

    raw: str
    langs: tuple[str, ...] = ()

    def readings(self) -> Iterator[Reading]:
        """Texts to look up, the surest first; no text twice, the string itself always first.

        >>> [r.text for r in parse("Foreign Minister Hakan Fidan").readings()][:2]
        ['Foreign Minister Hakan Fidan', 'Hakan Fidan']
        """
        found = self.stripped()
        yield from found
        yield from self.base_forms(found)

    def stripped(self) -> list[Reading]:
        """The string itself, base forms of a longer one, and what is left of it without what may be left out."""
        whole = Reading(self.raw, ReadingKind.WHOLE)
        if is_plain(self.raw):
            return [whole]
        text = clean(self.raw)
        if not text:
            return [whole]
        seen = {fold(self.raw), fold(text)}
        core = whole if text == self.raw else Reading(text, ReadingKind.CLEANED, "without punctuation")
        found = [core]
        early: list[Reading] = []
        if " " in core.text and (self.langs or detect_script(core.text) is not Script.LATIN):
            # What a longer name begins with may look like a title: "Организации Объединённых Наций".
            early = list(self._base_forms(found, seen))
        queue = deque(found)
        while queue and len(found) <= MAX_STRIPPED:
            held = queue.popleft()
            for step in STEPS:
                if step is without_proclitic and held.kind is ReadingKind.PROCLITIC:
                    continue
                for reading in step(held.text, self.langs):
                    folded = fold(reading.text)
                    if reading.text and folded not in seen:
                        seen.add(folded)
                        joined = _joined(held, reading)
                        found.append(joined)
                        queue.append(joined)
        found[1:1] = early
        return found if core is whole else [whole, *found]

    def base_forms(self, stripped: list[Reading]) -> Iterator[Reading]:
        """Base forms of what `stripped` gave, and the places that it may be an adjective of."""
        text = clean(self.raw)
        if text:
            seen = {fold(reading.text) for reading in stripped}
            bare = [
                reading for reading in stripped if reading.kind not in (ReadingKind.INFLECTED, ReadingKind.POSSESSIVE)
            ]
            yield from self._base_forms(bare[1:] if _is_cleaned(bare) else bare, seen)
            yield from (reading for reading in places_of(text, self.langs) if fold(reading.text) not in seen)

    def _base_forms(self, found: list[Reading], seen: set[str]) -> Iterator[Reading]:
        """Base forms of the readings, from the barest name back to the whole string."""
        left = MAX_PROPOSALS
        for held in reversed(found):
            if _JOINED_PARTS.search(held.text):
                continue
            # Half of what is left at most, so that the string itself keeps its share.
            share = left if held is found[0] else (left + 1) // 2
            for proposal in base_forms(held.text, langs=self.langs):
                if share <= 0:
                    break
                folded = fold(proposal.text)
                if folded not in seen:
                    seen.add(folded)
                    share -= 1
                    left -= 1
                    possessive = proposal.joined and proposal.case == "gen"
                    kind = ReadingKind.POSSESSIVE if possessive else ReadingKind.INFLECTED
                    yield Reading(proposal.text, kind, proposal.detail, proposal.lang, held.hint, held.kinds)

    def parts(self) -> tuple[str, ...]:
        """The names that the string joins, in order; empty where nothing joins names in it."""
        return split_composite(self.raw)

    def office(self) -> Office | None:
        """The office that the string names a person by, and whose it is; None where it names none."""
        return parse_office(self.raw)

    def descriptor(self) -> Descriptor | None:
        """The relation that the string describes an entity by, None where it describes none."""
        return parse_descriptor(self.raw)

    def body(self) -> Body | None:
        """The government, army or police of a country that the string names, None where it names none."""
        return parse_body(self.raw)

    def says_more(self) -> bool:
        """Whether the string may say more than a name: several names, or whom it means by another's name."""
        return bool(self.parts() or self.descriptor() or self.office() or self.body())


def _is_cleaned(stripped: list[Reading]) -> bool:
    return len(stripped) > 1 and stripped[1].kind is ReadingKind.CLEANED


def _joined(held: Reading, reading: Reading) -> Reading:
    """A reading of a reading: what both left out, the kinds that both allow."""
    if held.kind in (ReadingKind.WHOLE, ReadingKind.CLEANED):
        return reading
    kinds = held.kinds & reading.kinds if held.kinds and reading.kinds else held.kinds or reading.kinds
    return replace(
        reading,
        detail=f"{held.detail}, {reading.detail}",
        lang=reading.lang or held.lang,
        hint=reading.hint or held.hint,
        kinds=kinds,
    )


def parse(text: str, *, langs: Collection[str] = ()) -> Mention:
    """Read one input string; the work is done when its readings are asked for.

    Args:
        text: The string as found, in any script.
        langs: Languages it may be in; base forms are then proposed in these only.

    >>> mention = parse("«Президента Владимира Путина»", langs=["ru"])
    >>> "Владимир Путин" in [reading.text for reading in mention.readings()]
    True
    >>> [r.text for r in parse("Moscow's").readings()]
    ["Moscow's", 'Moscow']
    """
    return Mention(text, tuple(langs))
