"""Choose a better English label where a source picked one by a vote over languages and the vote went wrong.

Only labels of that source are touched. A pronoun is never a label. A bare surname gives way to the full name
that ends with it, and a company's, party's or body's long form to the shorter usual one, when more than
twice as many languages use the other form as their label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from resolver.build import clean
from resolver.build.roles import capitals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

VOTED = "xfactr"  # the source whose labels are the outcome of a vote
_LEAST_VOTES = 3
_BODIES = ("company", "media", "organization", "government_body", "political_party", "military", "armed_group")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN_NAME = re.compile(r"[^\u0370-\u1dff\u2c60-\uffff]+")


def choose_label(label: str, kind: str, names: Mapping[str, Mapping[str, Collection[str]]]) -> str | None:
    """The English label of an entity whose label was voted; None if it has no usable name at all.

    Args:
        label: The voted label.
        kind: The entity's kind.
        names: Name -> what the sources call it -> languages.

    >>> choose_label("He", "person", {"He": {"label": ["en"]}, "Ian Snodin": {"alias": ["en"]}})
    'Ian Snodin'
    >>> names = {"Eliot": {"label": ["en"]}, "T. S. Eliot": {"alias": ["en"], "label": ["de", "fr", "nl"]}}
    >>> choose_label("Eliot", "person", names)
    'T. S. Eliot'
    """
    english = [name for name, kinds in names.items() if any("en" in langs for langs in kinds.values())]
    usable = [name for name in english if clean.reject(name) is None and _LATIN_NAME.fullmatch(name)]
    if clean.reject(label, named=True) == "pronoun":
        others = usable or [name for name in names if clean.reject(name) is None]
        return min(others, key=lambda name: _rank(name, names)) if others else None
    need = max(_LEAST_VOTES, 2 * _votes(names.get(label, {})) + 1)
    better = [
        name
        for name in usable
        if name != label and not capitals(name) and _votes(names[name]) >= need and _fuller(label, name, kind)
    ]
    return min(better, key=lambda name: _rank(name, names)) if better else label


def _fuller(label: str, name: str, kind: str) -> bool:
    """Whether `name` is the usual form of `label`: the full name of a surname, a body's shorter name."""
    if kind == "person":
        return " " not in label and name.endswith(f" {label}")
    return kind in _BODIES and bool(set(_WORD.findall(label)) & set(_WORD.findall(name)))


def _votes(kinds: Mapping[str, Collection[str]]) -> int:
    return len(set(kinds.get("label", ())))


def _rank(name: str, names: Mapping[str, Mapping[str, Collection[str]]]) -> tuple[int, int, bool, int, str]:
    """Sort key: most labels, most languages, accents kept, shortest, alphabet."""
    langs = {lang for held in names[name].values() for lang in held}
    return (-_votes(names[name]), -len(langs), name.isascii() or "," in name, len(name), name)
