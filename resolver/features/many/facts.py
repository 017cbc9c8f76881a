"""What is known of words and names, a column at a time: the twins of `token` and `read_words`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from resolver.features import tokens as single
from resolver.features.alignment import COMMON_NAME, LETTER, LIGHT
from resolver.features.forms import LIGHT_RELATIONS, load_forms, number_of
from resolver.lexicon import word_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolver.features.alignment import Rarity

    I32 = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST: Final = 8
"""Words of a name that is aligned here; a longer one goes by itself."""

_LIGHT_CODE = {name: code for code, name in enumerate(("", *LIGHT_RELATIONS))}
GROUP_CODE = {"": 0, "any": 1, "person": 2, "place": 3, "organization": 4}
PARTICLE: Final = _LIGHT_CODE["particle"]


class Facts:
    """Everything known of a list of distinct words, by position; see `resolver.features.tokens.Token`.

    Attributes:
        text, sound, shape, skeleton: Lists of strings.
        length: Letters of each.
        sound_id, skeleton_id, shape_id: Equal where the strings are.
        first, last, sound_first: Code points of the first and last letter, and of the sound's first.
        number, digits, axis, pole, legal: Equal where what they stand for is; 0 for nothing.
        light: Code of the relation that makes it light.
        speaks: Code of the group of kinds that it speaks for, 0 for none.
        rarity: As the rarity function has it.
    """

    def __init__(self, texts: list[str], idf: Rarity) -> None:
        forms = load_forms()
        self.text = texts
        self.sound, self.shape, self.skeleton = _views(texts)
        self.length = np.array([len(text) for text in texts], np.int32)
        self.skeleton_length = np.array([len(bones) for bones in self.skeleton], np.int32)
        self.sound_id, self.shape_id = _numbered(self.sound), _numbered(self.shape)
        self.skeleton_id = _numbered(self.skeleton)
        self.first = np.array([ord(text[0]) for text in texts], np.int32)
        self.last = np.array([ord(text[-1]) for text in texts], np.int32)
        self.sound_first = np.array([ord(heard[0]) if heard else 0 for heard in self.sound], np.int32)
        odd = [i for i, text in enumerate(texts) if not text.isalpha()]
        number = list(map(forms.number.get, texts))
        digits = [""] * len(texts)
        for i in odd:
            number[i] = number_of(texts[i])
            digits[i] = single.digits_of(texts[i])
        self.number, self.digits = _coded(number), _coded(digits)
        contrast = list(map(forms.contrast.get, texts))
        self.axis = _coded([found and found[0] for found in contrast])
        self.pole = _coded([found and ":".join(found) for found in contrast])
        self.light = np.array([_LIGHT_CODE[forms.light.get(text, "")] for text in texts], np.int8)
        families = sorted(set(forms.legal.values()))
        codes = {name: 1 << i for i, name in enumerate(families)}
        self.legal = np.array([codes.get(forms.legal.get(text, ""), 0) for text in texts], np.int64)
        speaks = word_groups()
        self.speaks = np.array([GROUP_CODE[speaks.get(text, "")] for text in texts], np.int8)
        self.rarity = np.array(list(map(idf, texts)), np.float64)
        self.groups = list(map(forms.groups.get, texts))
        self.grouped = np.array([found is not None for found in self.groups], bool)

    def place(self, word: int) -> frozenset[str]:
        """Rows of name_forms.tsv that list a word as a place."""
        return single.places_of(self.groups[word] or frozenset())

    @cached_property
    def numeral(self) -> Bools:
        """Whether a word writes a number or holds digits."""
        found: Bools = (self.number > 0) | (self.digits > 0)
        return found

    @cached_property
    def axis_bit(self) -> NDArray[np.int64]:
        """One bit for each contrast, 0 for words without one."""
        found: NDArray[np.int64] = np.where(self.axis > 0, np.int64(1) << self.axis.astype(np.int64), 0)
        return found


def _views(texts: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Sound, shape and skeleton of each word; ASCII words all at once."""
    plain = [text for text in texts if text.isascii()]
    sounds = single.sounds(plain)
    joined = "\n".join(sounds)
    shapes, bones = (joined.translate(view).split("\n") if plain else [] for view in (single.SHAPE, single.SKELETON))
    if len(plain) == len(texts):
        return sounds, shapes, bones
    ready = iter(zip(sounds, shapes, bones, strict=True))
    views = [next(ready) if text.isascii() else (text, text.translate(single.SHAPE), text) for text in texts]
    heard, shape, skeleton = zip(*views, strict=True)
    return list(heard), list(shape), list(skeleton)


def _numbered(texts: list[str]) -> I32:
    """A number for each string, the same for the same."""
    held: dict[str, int] = {}
    return np.array([held.setdefault(text, len(held)) for text in texts], np.int32)


def _coded(texts: Sequence[str | None]) -> I32:
    """The same, 0 for an empty string or None."""
    held: dict[str, int] = {}
    return np.array([held.setdefault(text, len(held) + 1) if text else 0 for text in texts], np.int32)


class Names:
    """The words of distinct names, slot by name: row i of a matrix holds the i-th word of every name.

    Attributes:
        count: Words of each name, at most `MOST` of them in the matrices.
        token: Position of each word among the facts, -1 beyond a name's end.
        weight: Rarity, lowered for particles, legal forms and honorifics; 0 beyond the end.
        heavy: Whether a word says who is meant.
        first_heavy, last_heavy, heavies: Positions of the first and last of these, and how many there are.
        text, heard, bones: The words, their sounds and their skeletons without spaces.
        letters: Length of `text`.
        legal: Families of the legal forms, one bit each.
        heaviest: The greatest weight of each name.
    """

    def __init__(self, names: Sequence[tuple[tuple[str, ...], bool]], idf: Rarity) -> None:
        numbers: dict[str, int] = {}
        rows = [[numbers.setdefault(word, len(numbers)) for word in words[:MOST]] for words, _ in names]
        self.facts = facts = Facts(list(numbers), idf)
        self.words = [words for words, _ in names]
        self.count = np.array([len(words) for words, _ in names], np.int32)
        held = np.minimum(self.count, MOST)
        self.token: I32 = np.full((MOST, len(names)), -1, np.int32)
        flat = np.array([number for row in rows for number in row], np.int32)
        owner = np.repeat(np.arange(len(names)), held)
        slot = np.arange(len(flat)) - np.repeat(np.cumsum(held) - held, held)
        self.token[slot, owner] = flat
        self.person = np.array([person for _, person in names], bool)
        weight = facts.rarity[flat]
        light, person = facts.light[flat] > 0, self.person[owner]
        letter = person & (facts.length[flat] == 1)
        weight = np.where(
            letter,
            np.maximum(weight, LETTER),
            np.where(
                light,
                np.minimum(weight, LIGHT),
                np.where(person, COMMON_NAME + (1.0 - COMMON_NAME) * weight, weight),
            ),
        )
        self.weight: Floats = np.zeros((MOST, len(names)))
        self.weight[slot, owner] = weight
        valid = self.token >= 0
        heavy = valid & (self.weight > LIGHT)
        self.heavy: Bools = np.where(heavy.any(axis=0), heavy, valid)
        self.heavies = self.heavy.sum(axis=0)
        self.first_heavy = self.heavy.argmax(axis=0)
        self.last_heavy = MOST - 1 - self.heavy[::-1].argmax(axis=0)
        self.heaviest = self.weight.max(axis=0, initial=0.0)
        self.text = ["".join(words) for words, _ in names]
        self.heard = ["".join([facts.sound[number] for number in row]) for row in rows]
        self.bones = ["".join([facts.skeleton[number] for number in row]) for row in rows]
        self.letters = np.array([len(text) for text in self.text], np.int32)
        self.legal = np.bitwise_or.reduce(np.where(valid, facts.legal[self.token], 0), axis=0)
