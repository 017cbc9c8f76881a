"""What an alias is to its entity: role, strength, and whether capitals matter.

Every rule is written down in docs/gazetteers.md; the order of `ROLE_ORDER` settles which role wins when
sources differ about the same text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ROLE_OF_KIND: dict[str, str] = {"descriptive": "descriptor"}
ROLE_ORDER: tuple[str, ...] = (
    "label",
    "official",
    "endonym",
    "acronym",
    "short",
    "historical",
    "demonym",
    "nickname",
    "descriptor",
    "code",
    "alias",
)
_RANK = {role: rank for rank, role in enumerate(ROLE_ORDER)}
_LAST = _RANK["alias"]
_WORDY = frozenset({"label", "official", "endonym", "short", "historical", "nickname", "descriptor", "alias"})
_PLACES = ("country", "territory", "subdivision", "city", "region", "water")
_CASED_ALPHABET = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]+")
_SPACED_SCRIPT = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u0530-\u06ff\u0900-\u0dff\u10a0-\u10ff]")
_LETTER_AND_NUMBER = re.compile(r"[^\W\d_]{1,2}[ -]?\d{1,2}")
_SPACED_INITIALS = re.compile(r"(?:[^\W\d_]\. ?){2,}")
_PARTS = re.compile(r"[\s·・‧=＝]+")
_SEPARATORS = frozenset(",·・‧=＝")
_PARTICLE = re.compile(
    r"von|van|der|de[nl]?|della|d[io]|da|do?s|das|du|la|le|el|al|bin|ibn|ben|abu|bint|te[rn]|zur?|af|av|"
    r"бин|ибн|бен|аль|эль|фон|ван|дер|де|ди|да|ад|ан|ас|аз"
)
_LONGEST_PARTICLE = 5
_FAMILY_FIRST = frozenset({"Q148", "Q865", "Q423", "Q884", "Q881"})  # China, Taiwan, the Koreas, Vietnam
_EITHER_ORDER = frozenset({"hu", "vi"})  # these languages turn some names round, not all


class Verdict(NamedTuple):
    """Role, strength and case-sensitivity of one alias."""

    role: str
    strength: str
    cased: bool


class Subject(NamedTuple):
    """What the rules need to know of an entity.

    Attributes:
        kind: Its kind.
        label: Its label.
        subtype: Finer class given by a source (`sports_team`, `airport`), else empty.
        parts: Casefolded parts of its names of several words: part -> `last` (the surname) or `inner`.
        tails: Casefolded endings that start with a particle ("von der leyen").
    """

    kind: str
    label: str
    subtype: str = ""
    parts: Mapping[str, str] = {}
    tails: Collection[str] = ()


def capitals(text: str) -> int:
    """Number of letters if `text` is one all-capital word of Latin, Greek or Cyrillic letters, else 0.

    Dots, hyphens, ampersands and digits do not count.

    >>> capitals("NATO"), capitals("U. S."), capitals("США"), capitals("Nato"), capitals("UN HCR")
    (4, 2, 3, 0, 0)
    """
    if not text.isupper() or (" " in text and not _SPACED_INITIALS.fullmatch(text)):
        return 0
    letters = [c for c in text if c.isalpha()]
    return len(letters) if _CASED_ALPHABET.fullmatch("".join(letters)) else 0


def name_parts(names: Mapping[str, Collection[str]], *, family_first: bool = False) -> tuple[dict[str, str], set[str]]:
    """Parts and particle tails of a person's names of several words, for `Subject`.

    Args:
        names: Name -> its languages; Hungarian and Vietnamese names don't tell which part is the surname.
        family_first: True where the surname stands first (`family_name_first`).

    >>> parts, tails = name_parts({"Ursula von der Leyen": ["de"], "Leyen Ursula": ["hu"]})
    >>> parts["leyen"], parts["ursula"], "von der leyen" in tails
    ('last', 'inner', True)
    """
    parts: dict[str, str] = {}
    tails: set[str] = set()
    for name in sorted(names):
        folded = name.casefold()
        words = (
            folded.split()
            if _SEPARATORS.isdisjoint(name)
            else list(filter(None, _PARTS.split(folded.replace(",", " "))))
        )
        if len(words) < 2:
            continue
        turned = ", " in name or (family_first and "·" not in name and "・" not in name)
        surname = "" if set(names[name]) <= _EITHER_ORDER else words[0] if turned else words[-1]
        for word in words:
            if parts.get(word) != "last":
                parts[word] = "last" if word == surname else "inner"
        start = next((i for i, word in enumerate(words[1:], 1) if _PARTICLE.fullmatch(word)), None)
        if start is not None and not turned:
            tails.add(" ".join(words[start:]))
    return parts, tails


def may_be_part(text: str) -> bool:
    """Whether a name may be part of another one of the same person: one word, or a particle and more.

    >>> may_be_part("Leyen"), may_be_part("von der Leyen"), may_be_part("Ursula von der Leyen")
    (True, True, False)
    """
    first, blank, _ = text.partition(" ")
    return not blank or (len(first) <= _LONGEST_PARTICLE and _PARTICLE.fullmatch(first.casefold()) is not None)


def family_name_first(countries: Collection[str]) -> bool:
    """Whether names of people of these countries start with the surname in English, too."""
    return bool(countries) and set(countries) <= _FAMILY_FIRST


def judge(
    subject: Subject,
    text: str,
    kinds: Mapping[str, Collection[str]],
    sources: Collection[str],
    *,
    places: Collection[str] = (),
    generic: bool = False,
) -> Verdict:
    """Role, strength and case-sensitivity of one alias.

    Args:
        subject: The entity.
        text: The alias, repaired.
        kinds: What the sources call it (`label`, `alias`, `short`, `descriptive`...) -> languages.
        sources: Tags of the sources that give it.
        places: Casefolded labels of countries, cities and subdivisions.
        generic: True where many entities share the text as an alias.

    >>> judge(Subject("country", "United States"), "US", {"short": ["en"]}, ["cldr"])
    Verdict(role='acronym', strength='weak', cased=True)
    >>> judge(Subject("organization", "NATO"), "NATO", {"label": ["en"]}, ["xfactr"])
    Verdict(role='label', strength='strong', cased=True)
    """
    role = ROLE_ORDER[min([_RANK.get(ROLE_OF_KIND.get(kind, kind), _LAST) for kind in kinds], default=_LAST)]
    if role in _WORDY and " " in text and not text.isupper() and text[:4].isalpha():
        # Most names by far: some words that begin with a long one. None of the rules below holds for them, except
        # those on surnames with particles, on names of places, and on words for people of a place.
        person = subject.kind == "person"
        if not (may_be_part(text) if person else places and subject.kind not in _PLACES) and "demonym" not in kinds:
            return Verdict(role, "weak" if generic else "strong", False)
    capital_letters = capitals(text)
    short_capitals = 0 < capital_letters <= 6
    is_label = text == subject.label
    if role in ("alias", "short", "descriptor") and short_capitals and capital_letters > 1:
        role = "acronym"
    if role == "demonym" and text.casefold() in subject.label.casefold():
        role = "alias"  # the "Congo" of a list of demonyms
    if role == "acronym" and subject.subtype == "airport":
        role = "code"  # IATA and ICAO codes stand among the acronyms
    if role == "alias" and len(text) <= 5 and _LETTER_AND_NUMBER.fullmatch(text):
        role = "acronym"  # G7, A1
    weak = role in ("acronym", "code") and _letters(text) <= 3
    weak = weak or role in ("demonym", "code") or "demonym" in kinds
    if role in ("alias", "short", "nickname") and _letters(text) <= (2 if subject.kind in _PLACES else 3):
        weak = weak or bool(_CASED_ALPHABET.match(text))
    if role == "label" and 0 < capital_letters <= 3 and len(kinds["label"]) < 2:
        weak = True  # two languages that use it as the usual name outweigh its length
    if subject.kind == "person" and not is_label and role not in ("acronym", "code"):
        part = _person_part(subject, text, role, len(kinds.get("label", ())), "curated" in sources)
        if part:
            role, weak = part
    if not weak:
        weak = _common(subject, text, role, is_label) or _shadowed(subject, text, is_label, places)
    weak = weak or generic or len(text) == 1
    cased = role == "code" or 1 < capital_letters <= 4
    return Verdict(role, "weak" if weak else "strong", cased)


@cache
def common_words() -> dict[str, str]:
    """Word -> `function` or `content`, from lexicon/common_words.tsv."""
    text = files("resolver.lexicon").joinpath("common_words.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:] if line]
    words = {word.casefold(): kind for _, word, kind in rows if kind == "content"}
    return words | {word.casefold(): kind for _, word, kind in rows if kind == "function"}


def _person_part(subject: Subject, text: str, role: str, label_langs: int, curated: bool) -> tuple[str, bool] | None:
    """Role and weakness of a name of one word (or "von der Leyen") of a person known by several."""
    if not may_be_part(text) or (curated and role == "short"):
        return None
    if role == "label" and label_langs > 2:
        return None  # "Napoleon": the usual name in several languages
    if len(subject.label.split()) < 2:
        return None
    folded = text.casefold()
    if folded in subject.tails:
        return "surname", True
    if len(_PARTS.split(text)) > 1:
        return None
    part = subject.parts.get(folded)
    if part == "last":
        return "surname", True
    if part:
        return "nickname", True
    if not _SPACED_SCRIPT.search(text):
        return None  # a Chinese or Japanese full name is one word
    return ("label" if role == "label" else "nickname"), True


def _common(subject: Subject, text: str, role: str, is_label: bool) -> bool:
    """A single word that is an ordinary word in some language."""
    if " " in text or text.isupper():
        return False
    kind = common_words().get(text.casefold())
    if kind is None or subject.kind in ("country", "territory"):
        return False
    if kind == "function":
        return True
    own_name = is_label or role in ("label", "official", "endonym")
    return not (own_name and subject.kind in _PLACES)


def _shadowed(subject: Subject, text: str, is_label: bool, places: Collection[str]) -> bool:
    """A club's, band's or company's short name that is a place's label."""
    if subject.kind == "person" or subject.kind in _PLACES:
        return False
    if text.casefold() not in places:
        return False
    return not is_label or subject.subtype in ("sports_team", "musical_group", "national_team")


def _letters(text: str) -> int:
    """Number of letters; four stands for more, too."""
    return 4 if len(text) > 3 and text[:4].isalpha() else sum(map(str.isalpha, text))
