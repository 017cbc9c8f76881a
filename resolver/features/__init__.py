"""Evidence between two names: token alignment first, numbers and words for it second; weightless."""

from resolver.features.agreement import Relation, likeness
from resolver.features.alignment import Alignment, Pair, Rarity, Words, align, nothing_left, qualified, read_words
from resolver.features.vector import FEATURES, GROUPS, evidence, group_of, vector
from resolver.features.weights import builtin_rarity, rarity
from resolver.features.words import words

__all__ = [
    "FEATURES",
    "GROUPS",
    "Alignment",
    "Pair",
    "Rarity",
    "Relation",
    "Words",
    "align",
    "builtin_rarity",
    "evidence",
    "group_of",
    "likeness",
    "nothing_left",
    "qualified",
    "rarity",
    "read_words",
    "vector",
    "words",
]
