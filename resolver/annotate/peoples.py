"""Names of peoples and their adjectives where a language writes them small: `российских`, `украинца`, `британците`.

The names are those of the gazetteer: demonyms that begin with a small letter. Every form of each is made once for a
language, by lexicon/peoples.tsv, so that a text is asked for all of them at once, and an ordinary word is never taken
for one by its ending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolver.annotate.hashes import words_set
from resolver.gazetteer import ROLES
from resolver.lexicon import table
from resolver.model import Role
from resolver.normalize import exact_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from resolver.gazetteer import Gazetteer

_DEMONYM = ROLES.index(Role.DEMONYM)
_NONE = "-"


class Peoples:
    """Demonyms of one language that are written small.

    Args:
        gazetteer: Where they are held.
        lang: The language; most have none.
        ordinary: Folded words that are no demonyms.

    Attributes:
        bases: Folded base form by folded form.
        hashes: The forms, as a set that words of a text are asked of.
    """

    def __init__(self, gazetteer: Gazetteer, lang: str, ordinary: Container[str]) -> None:
        self.bases: dict[str, str] = {}
        for text in _written_small(gazetteer, lang):
            for form in forms_of(text, lang):
                if len(key := exact_key(form)) > 2 and key not in ordinary and " " not in key:
                    self.bases.setdefault(key, exact_key(text))
        self.hashes = words_set(self.bases)


def forms_of(text: str, lang: str) -> list[str]:
    """Every form of a demonym in its base form, by the longest ending that is known for the language.

    None where no ending is, or none counts; the text itself in a language that none are known of.

    >>> forms_of("сирийцы", "ru")[:3], "сириец" in forms_of("сирийцы", "ru")
    (['сирийцы', 'сирийцев', 'сирийцам'], True)
    >>> forms_of("сирийски", "bg"), forms_of("palestinos", "es")
    ([], ['palestinos'])
    """
    rows = [row for row in table("peoples") if row["lang"] == lang]
    if not rows:
        return [text]
    base, forms = max(
        ((row["base"], row["forms"]) for row in rows if text.endswith(row["base"])),
        key=lambda row: len(row[0]),
        default=("", _NONE),
    )
    return [] if forms == _NONE else [text[: -len(base)] + ending for ending in forms.split("|")]


def _written_small(gazetteer: Gazetteer, lang: str) -> Iterator[str]:
    import numpy as np

    for alias in np.flatnonzero(np.frombuffer(gazetteer.alias_role, "u1") == _DEMONYM).tolist():
        if lang in gazetteer.alias_langs(alias):
            text = gazetteer.alias_text(alias)
            if text[0].islower() and " " not in text:
                yield text
