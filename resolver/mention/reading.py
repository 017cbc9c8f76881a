"""The value types of reading a string: reading, descriptor and their kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resolver.model import Kind


class ReadingKind(StrEnum):
    """What was done to a string to get a reading of it."""

    WHOLE = "whole"
    CLEANED = "cleaned"
    REORDERED = "reordered"
    UNQUALIFIED = "unqualified"
    ALTERNATIVE = "alternative"
    EXPANDED = "expanded"
    UNTITLED = "untitled"
    ARTICLELESS = "articleless"
    FORMLESS = "formless"
    PROCLITIC = "proclitic"
    POSSESSIVE = "possessive"
    INFLECTED = "inflected"
    ADJECTIVE = "adjective"


NO_KINDS: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """One text to look up in place of a string.

    Attributes:
        text: The text.
        kind: What was done last to get it.
        detail: What was left out or undone, for people.
        lang: Language whose rule it is; empty where none is.
        hint: The qualifier that stood with the name: `Illinois` of "Springfield, Illinois".
        kinds: Kinds that the words left out speak for (a title: person); empty where they say nothing.
    """

    text: str
    kind: ReadingKind
    detail: str = ""
    lang: str = ""
    hint: str = ""
    kinds: frozenset[Kind] = NO_KINDS


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A phrase that names an entity by its relation to another: "the Syrian wing of the PKK".

    Attributes:
        relation: The relation from the entity meant to its anchor, such as `wing_of`.
        anchor_text: The other entity, as written.
        modifier_text: What tells the entity from others with the same relation; may be empty.
    """

    relation: str
    anchor_text: str
    modifier_text: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A phrase that names a body of a country by the country: "Military Forces of Mali", "the Kenyan police".

    Attributes:
        relation: The relation from the body to its country, such as `armed_forces_of`.
        country_text: The country, as written.
        adjective: Whether that is an adjective: "Kenyan".
    """

    relation: str
    country_text: str
    adjective: bool = False
