"""Changes that look like vandalism or a slip, and wait until a person has confirmed them.

Wikidata can be edited by anybody, and a refresh must not carry a bad hour of it into a gazetteer. Held back are: a new
label that is another entity's label, a lost English label, a name in a script its language is not written in, a loss of
most names at once, every change of kind, and everything about an id that is itself unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from resolver.build.grow.changes import Change, Piece, Rows
from resolver.romanize import Script, detect_script

if TYPE_CHECKING:
    from collections.abc import Collection

_SCRIPTS: dict[str, frozenset[Script]] = {
    lang: frozenset(scripts)
    for langs, scripts in (
        ("ru uk be bg mk mn ky tg", {Script.CYRILLIC}),
        ("ar fa ur ps ckb arz azb sd ug", {Script.ARABIC}),
        ("he yi", {Script.HEBREW}),
        ("el", {Script.GREEK}),
        ("hy", {Script.ARMENIAN}),
        ("ka", {Script.GEORGIAN}),
        ("hi mr ne sa", {Script.DEVANAGARI}),
        ("bn as", {Script.BENGALI}),
        ("th", {Script.THAI}),
        ("ko", {Script.HANGUL, Script.HAN}),
        ("ja", {Script.HAN, Script.KANA}),
        ("zh zh-hans zh-hant zh-cn zh-tw zh-hk yue wuu", {Script.HAN}),
        (
            "en de fr es it pt nl pl tr sv da nb nn fi cs sk hu ro hr sl lt lv et id ms vi ca",
            {Script.LATIN},
        ),
    )
    for lang in langs.split()
}
_MANY = 6
_MOST = 0.5


def suspicion(
    piece: Piece,
    change: Change,
    before: Rows,
    after: Rows,
    owners: Mapping[str, Collection[str]],
    *,
    has_english: bool,
) -> str:
    """Why a change waits for a person; empty if it does not.

    Args:
        piece: The piece of the entity that changed.
        change: The change in words.
        before: All rows of the entity as they are held.
        after: All its rows as they would be.
        owners: Casefolded label -> the entities that bear it.
        has_english: Whether the item has an English label today.
    """
    if before.entity.provisional:
        return "the id waits for confirmation, see resolver wikidata verify"
    if change.what == "kind":
        return "the kind changed"
    if change.what == "label":
        if not has_english:
            return "the English label is gone"
        return _foreign(change.after, before, owners)
    if change.what == "name gained":
        row = after.names[piece[1]]
        if row.role == "label" and (why := _foreign(row.text, before, owners)):
            return why
        return _wrong_script(row.text, row.langs, before)
    if change.what == "name lost" and _emptied(before, after):
        return "most names are gone at once"
    return ""


def _foreign(text: str, before: Rows, owners: Mapping[str, Collection[str]]) -> str:
    folded = text.casefold()
    if folded == before.entity.label.casefold() or any(folded == name.casefold() for name in before.names):
        return ""
    rivals = sorted(qid for qid in owners.get(folded, ()) if qid != before.entity.qid)
    return f"this is the label of {', '.join(rivals[:3])}" if rivals else ""


def _wrong_script(text: str, langs: Iterable[str], before: Rows) -> str:
    """A name in a script that none of its languages uses; brands in Latin letters are the same in every language."""
    known = [_SCRIPTS[lang] for lang in langs if lang in _SCRIPTS]
    if not known or len(known) < len(list(langs)):
        return ""
    script = detect_script(text)
    if script in (Script.NONE, Script.OTHER) or any(script in scripts for scripts in known):
        return ""
    if script is Script.LATIN and any(detect_script(name) is Script.LATIN for name in before.names):
        held = {lang for name in before.names.values() for lang in name.langs if name.role == "label"}
        # A language that had a label of its own does not turn to another script overnight.
        if not held & set(langs):
            return ""
    return f"{script} letters in {', '.join(sorted(langs))}"


def _emptied(before: Rows, after: Rows) -> bool:
    lost = sum(text not in after.names for text in before.names)
    return len(before.names) >= _MANY and lost > _MOST * len(before.names)
