"""Find aliases that are really another entity's label: a capital listed as a name of its province.

An alias that equals another entity's label stays when there is evidence for it: two sources, two languages
that use it as the label or three that list it, a name given by hand, an official name or a code, likeness to
a name that is certainly its own entity's, or a further label that both entities share (a city and its
province). Without any, it is dropped with the reason "foreign label".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_TOKEN = re.compile(r"[a-z0-9]+")
_VOWEL = re.compile("[aeiouy]")
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(f"[{span}]"))
    for name, span in (
        ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
        ("cyrillic", "\u0400-\u052f"),
        ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
        ("arabic", "\u0600-\u06ff\u0750-\u077f"),
        ("hebrew", "\u0590-\u05ff"),
        ("han", "\u4e00-\u9fff\u3040-\u30ff"),
        ("hangul", "\uac00-\ud7af"),
    )
)
_TRUSTED = frozenset({"official", "code", "endonym", "demonym", "descriptive", "nickname"})
_ALIKE = 65.0  # percent of letters in common, measured on names of one entity against names of neighbours


@dataclass(slots=True)
class Owners:
    """Which entities hold a text as their label, by casefolded text."""

    by_text: dict[str, set[str]] = field(default_factory=dict)

    def add(self, qid: str, text: str) -> None:
        """Record that `qid` is labelled `text`."""
        self.by_text.setdefault(text.casefold(), set()).add(qid)

    def others(self, qid: str, text: str) -> frozenset[str]:
        """Entities other than `qid` that are labelled `text`."""
        held = self.by_text.get(text.casefold())
        return frozenset(held - {qid}) if held else frozenset()


def is_foreign(
    text: str,
    kinds: Mapping[str, Collection[str]],
    sources: Collection[str],
    label: str,
    own_names: Collection[str],
) -> bool:
    """Whether a text that another entity is labelled with lacks all evidence of naming this one.

    Args:
        text: The alias.
        kinds: What the sources call it -> languages.
        sources: Tags of the sources that give it.
        label: The entity's label.
        own_names: Names that are certainly the entity's own.

    >>> is_foreign("Tuscany", {"alias": ["mul"]}, ["ne"], "Pistoia", ["Province of Pistoia"])
    True
    >>> is_foreign("Florence", {"alias": ["en"]}, ["ne"], "Firenze", ["Florenz", "Florentia"])
    False
    """
    if len(sources) > 1 or "curated" in sources or _TRUSTED & set(kinds):
        return False
    if len(set(kinds.get("label", ()))) > 1 or len({lang for held in kinds.values() for lang in held}) > 2:
        return False
    if text.casefold() == label.casefold() or ("acronym" in kinds and text.isupper()):
        return False  # an acronym matches in capitals only, where labels are words
    script = _script(text)
    peers = [name for name in own_names if name != text and _script(name) == script]
    if not peers:
        return False  # nothing to compare with
    return not any(alike(text, name) for name in peers)


def alike(left: str, right: str) -> bool:
    """Whether two names may be forms of one: a shared word, shared beginning, initials, like spelling.

    >>> alike("Dohuk", "Duhok"), alike("KFC", "Kilmarnock F.C."), alike("Tuscany", "Pistoia")
    (True, True, False)
    """
    from rapidfuzz.fuzz import ratio

    a, b = _tokens(left), _tokens(right)
    if {token for token in a if len(token) > 2} & set(b):
        return True
    one, two = "".join(a), "".join(b)
    if not one or not two:
        return True  # no romanisation: can't tell
    if len(one) > 3 and len(two) > 3 and (one in two or two in one or one[:4] == two[:4]):
        return True
    if one in _initials(right) or two in _initials(left):
        return True
    bones = _VOWEL.sub("", one)
    return (len(bones) > 1 and bones == _VOWEL.sub("", two)) or ratio(one, two) >= _ALIKE


@lru_cache(maxsize=100_000)
def _tokens(text: str) -> tuple[str, ...]:
    from unidecode import unidecode

    return tuple(_TOKEN.findall(unidecode(text).casefold()))


def _initials(text: str) -> str:
    words = _tokens(text)
    return "".join(word[0] for word in words) if len(words) > 1 else ""


@lru_cache(maxsize=100_000)
def _script(text: str) -> str:
    return next((name for name, pattern in _SCRIPTS if pattern.search(text)), "other")
