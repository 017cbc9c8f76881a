"""What one token is, and how alike two tokens are: numbers in, no weights.

Tokens are lower-case words of a latin key, or of a native key where both names share a script that has no
lossless romanisation. Three views of a token are compared, from strict to loose:

* the token itself, by edit distance;
* its sound: digraphs and letters that languages exchange become one (Selenskyj, Zelenskiy -> zelenski);
* its skeleton: the consonants of the sound, which is all that an abjad writes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from resolver.features.forms import load_forms, number_of

similarity = Levenshtein.normalized_similarity
edits = OSA.distance

# Order matters: longer spellings first. Each side of a rule is a spelling of one sound in some language's
# transcription of another's names.
_SOUND_RULES = (
    ("shch", "s"), ("schtsch", "s"), ("tsch", "c"), ("tch", "c"), ("dzh", "j"), ("dsch", "j"), ("sch", "s"),
    ("sh", "s"), ("sz", "s"), ("cz", "c"), ("ch", "c"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("bh", "b"), ("ck", "k"), ("qu", "k"), ("ts", "z"), ("tz", "z"), ("dj", "j"),
    ("ks", "x"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("ey", "i"), ("ij", "i"), ("iy", "i"), ("yj", "i"),
    ("yi", "i"), ("ay", "ai"), ("ya", "ia"), ("yu", "iu"), ("ye", "e"), ("yo", "io"), ("ja", "ia"), ("ju", "iu"),
    ("je", "e"), ("ae", "e"), ("oe", "o"), ("ue", "u"), ("aa", "a"),
)  # fmt: skip
_SOUND = dict(_SOUND_RULES)
_SOUND_PATTERN = re.compile("|".join(spelling for spelling, _ in _SOUND_RULES))
_SOUND_LETTERS = str.maketrans({"w": "v", "q": "k", "y": "i", "'": ""})
_DOUBLED = re.compile(r"(.)\1+")
_FINAL = re.compile(r"ff?$")
# Consonants that transcriptions exchange; h, j and y come and go like vowels.
_LOOK_ALIKE = {"c": "k", "g": "k", "z": "s", "x": "k", "p": "b", "d": "t", "f": "v"}
SKELETON = str.maketrans(_LOOK_ALIKE | dict.fromkeys("aeiouhjy"))
# The same consonants, with vowels in the three classes that every script tells apart.
SHAPE = str.maketrans(_LOOK_ALIKE | {"e": "i", "y": "i", "j": "i", "o": "u"})
_VOWELS = frozenset("aeiou")
WORD_RELATIONS = frozenset({"term", "legal", "place", "number", "contrast"})
_DIGITS = re.compile(r"\d+")
# Endings that make a father's or family name of a given name: another word, however much of it is shared.
_PATRONYMIC = re.compile(r"...(?:[oe]v(?:ich|itch|ych|itsch|na|a)?|ivna)$")


class Token(NamedTuple):
    """One token with everything that is looked up rather than compared.

    Attributes:
        text, sound, shape, skeleton: The views that are compared.
        number: The number it writes, as digits; empty where it writes none.
        axis, pole: Direction or other contrast, such as `compass` and `north`.
        light: Relation that makes it light (particle, legal, title), or empty.
        legal: Family of the legal form, or empty.
        digits: Digits inside it.
        groups: Rows of name_forms.tsv that it stands in.
        place: Those that list the names of a place.
        known: Whether a row lists it as a form of a person's name.
        vowelless: Whether it has no vowel after its first letter, as an abjad writes.
        special: Whether more than its spelling decides about it.
    """

    text: str
    sound: str
    shape: str
    skeleton: str
    number: str
    axis: str
    pole: str
    light: str
    legal: str
    digits: str
    groups: frozenset[str]
    place: frozenset[str]
    known: bool
    vowelless: bool
    special: bool


def sound(text: str) -> str:
    """One spelling for the ways in which languages transcribe the same sounds.

    >>> sound("selenskyj"), sound("zelenskiy"), sound("khrushchev"), sound("chruschtschow"), sound("gorbachoff")
    ('selenski', 'zelenski', 'hrusev', 'crusov', 'gorbacov')
    """
    return _ended(_heard(text))


def sounds(texts: list[str]) -> list[str]:
    """The sounds of many words of ASCII letters and digits, all at once."""
    heard = _heard("\n".join(texts)).split("\n") if texts else []
    return [_ended(text) if text[-1:] in ("j", "f") else text for text in heard]


def _heard(text: str) -> str:
    """Sounds but for the ends of words, of one word or of one on each line."""
    text = _SOUND_PATTERN.sub(lambda found: _SOUND[found[0]], text)
    return _DOUBLED.sub(r"\1", text.translate(_SOUND_LETTERS))


def _ended(text: str) -> str:
    return _FINAL.sub("v", text.replace("j", "i") if text.endswith("j") else text)


def skeleton(text: str) -> str:
    """The consonants of a sound, look-alikes folded; empty for a word of vowels.

    >>> skeleton(sound("muhammad")), skeleton(sound("mehmet")), skeleton(sound("eau"))
    ('mmt', 'mmt', '')
    """
    return text.translate(SKELETON) if text.isascii() else text


def digits_of(text: str) -> str:
    """The digits inside a word."""
    return "".join(_DIGITS.findall(text))


def places_of(groups: Collection[str]) -> frozenset[str]:
    """Of the rows of name_forms.tsv that a word stands in, those that list the names of a place."""
    return frozenset(row for row in groups if row.startswith("place"))


def is_name(groups: Collection[str]) -> bool:
    """Whether one of these rows lists forms of a person's name."""
    return any(row.startswith("name") for row in groups)


def is_vowelless(text: str) -> bool:
    """Whether a word has no vowel after its first letter, as an abjad writes."""
    return len(text) > 2 and _VOWELS.isdisjoint(text[1:])


def is_patronymic(text: str) -> bool:
    """Whether a word ends as a father's or family name does that is made of a given name."""
    return _PATRONYMIC.search(text) is not None


def relations_of(groups: Collection[str]) -> set[str]:
    """What rows of name_forms.tsv say of the words in them: `name`, `reading`, `term`."""
    return {row.partition(":")[0] for row in groups}


@lru_cache(maxsize=1 << 16)
def token(text: str) -> Token:
    """Everything known of one token; cached.

    >>> token("57th").number, token("northern").pole, token("gmbh").light, token("al").light
    ('57', 'north', 'legal', 'particle')
    """
    forms = load_forms()
    axis, pole = forms.contrast.get(text, ("", ""))
    heard = sound(text) if text.isascii() else text
    groups = forms.groups.get(text, frozenset())
    number, digits = number_of(text), digits_of(text)
    place = places_of(groups)
    return Token(
        text,
        heard,
        heard.translate(SHAPE),
        skeleton(heard),
        number,
        axis,
        pole,
        forms.light.get(text, ""),
        forms.legal.get(text, ""),
        digits,
        groups,
        place,
        is_name(groups),
        is_vowelless(text),
        bool(number or digits or axis or place or len(text) == 1),
    )


LIKENESS_FEATURES = (
    "always", "edit", "edit_high", "one_edit", "two_edits", "sound_equal", "sound", "sound_high",
    "skeleton_equal", "skeleton", "skeleton_length", "length", "length_difference", "same_first", "same_last",
    "common_prefix", "ending_only", "name_form", "reading", "nickname", "term", "vowelless_skeleton",
    "vowelless_equal", "long_edit", "one_edit_short", "one_edit_first", "patronymic_only", "feminine_only",
    "digits_only", "shape", "shape_high", "shape_equal", "known_apart",
)  # fmt: skip
"""What is measured of two different tokens, in order."""


def likeness_vector(a: Token, b: Token) -> tuple[float, ...]:
    """The features of two different tokens, in the order of `LIKENESS_FEATURES`; symmetric.

    >>> vector = dict(zip(LIKENESS_FEATURES, likeness_vector(token("usama"), token("osama"))))
    >>> vector["one_edit"], vector["skeleton_equal"], vector["name_form"]
    (1.0, 1.0, 1.0)
    """
    x, y = a.text, b.text
    edit = similarity(x, y)
    distance = edits(x, y, score_cutoff=2)
    heard = similarity(a.sound, b.sound)
    sa, sb = a.skeleton, b.skeleton
    bones = similarity(sa, sb) if sa and sb else 0.0
    shape = similarity(a.shape, b.shape)
    bones_equal = 1.0 if sa == sb and len(sa) > 1 else 0.0
    short, long = (x, y) if len(x) <= len(y) else (y, x)
    n, m = len(short), len(long)
    prefix = 0
    for c, d in zip(short, long, strict=False):
        if c != d:
            break
        prefix += 1
    shared = a.groups & b.groups if a.groups and b.groups else ()
    relations = relations_of(shared)
    vowelless = a.vowelless or b.vowelless
    return (
        1.0,
        edit,
        max(0.0, edit - 0.7),
        1.0 if distance == 1 else 0.0,
        1.0 if distance == 2 else 0.0,
        1.0 if a.sound == b.sound else 0.0,
        heard,
        max(0.0, heard - 0.7),
        bones_equal,
        bones,
        bones_equal * min(len(sa), 6) / 6,
        min(n, 10) / 10,
        (m - n) / m,
        1.0 if a.sound[:1] == b.sound[:1] else 0.0,
        1.0 if x[-1] == y[-1] else 0.0,
        prefix / m,
        1.0 if prefix >= 4 and m - prefix <= 3 else 0.0,
        1.0 if "name" in relations else 0.0,
        1.0 if "reading" in relations else 0.0,
        1.0 if "nickname" in relations else 0.0,
        1.0 if not relations.isdisjoint(WORD_RELATIONS) else 0.0,
        bones if vowelless else 0.0,
        bones_equal if vowelless else 0.0,
        edit * min(n, 10) / 10,
        1.0 if distance == 1 and n <= 5 else 0.0,
        1.0 if distance == 1 and x[0] != y[0] else 0.0,
        1.0 if is_patronymic(x) != is_patronymic(y) else 0.0,
        1.0 if (x[-1] == "a") != (y[-1] == "a") else 0.0,
        1.0 if bool(a.digits) != bool(b.digits) else 0.0,
        shape,
        max(0.0, shape - 0.7),
        1.0 if a.shape == b.shape else 0.0,
        1.0 if not shared and a.known and b.known else 0.0,
    )


def edit_budget(length: int) -> int:
    """Edits allowed in a token of this length: none up to three letters, then one for each three.

    >>> [edit_budget(n) for n in (2, 3, 4, 6, 7, 10, 14)]
    [0, 0, 1, 1, 2, 3, 3]
    """
    return 0 if length <= 3 else 1 if length <= 6 else 2 if length <= 9 else 3
