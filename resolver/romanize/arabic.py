"""Arabic script: consonants and long vowels; short vowels are not written and not guessed.

Arabic, Persian, Urdu, Kurdish (Sorani) and Uyghur letters. Text with Persian-only letters reads `ث ذ ض و` the
Persian way and keeps an initial `ال` in its word. The key is weak: it meets a Latin spelling only through its
consonants (`mhmd`, `muhammad`), and different names can share it.
"""

from __future__ import annotations

import re

from resolver.romanize.floor import pairs

_LETTERS = pairs("""
    ا:a آ:a أ:a إ:i ٱ:a ى:a ء: ؤ:u ئ:i ب:b ت:t ث:th ج:j ح:h خ:kh د:d ذ:dh ر:r ز:z س:s ش:sh ص:s ض:d ط:t
    ظ:z ع:a غ:gh ف:f ق:q ك:k ل:l م:m ن:n ه:h ة:a پ:p چ:ch ژ:zh گ:g ک:k ٹ:t ڈ:d ڑ:r ں:n ے:e ۓ:e ہ:h ھ:h
    ۀ:e ۂ:e ۃ:a ڵ:l ڕ:r ۆ:o ێ:e ە:e ڤ:v ڭ:ng ې:e ۈ:u ۇ:u ۋ:v ټ:t ډ:d ړ:r ږ:zh ښ:sh ڼ:n څ:ts ځ:dz ګ:g ۍ:i
    ۅ:o ۉ:u ڨ:g ڥ:v ݣ:g ڪ:k ٺ:th ڌ:dh ڊ:d ڦ:f ڻ:n ٻ:b ڀ:bh ڄ:j و:W ي:Y ی:Y
""")
_PERSIAN_LETTERS = {"ث": "s", "ذ": "z", "ض": "z", "و": "V"}
_PERSIAN_SIGN = re.compile("[پچژگکیٹڈڑںےہھڵڕۆێەڤۈۇۋټډړږښڼګ]")


def _table(letters: dict[str, str]) -> dict[int, str]:
    return {ord(letter): latin for letter, latin in letters.items()}


_ARABIC = _table(_LETTERS)
_PERSIAN = _table(_LETTERS | _PERSIAN_LETTERS)
_MARK = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
# The article stands apart as in Latin spellings; a word too short to hold one keeps its letters.
_ARTICLE = re.compile("(?<!\\w)[وبفك]?ال(?=\\w{3})")
_INITIAL_VOWEL = re.compile("[اأإآع](?<!\\w.)(?:(و)|[يی])")
_FINAL_AYN = re.compile("ع(?<=\\w.)(?!\\w)")
# A glide at a word's start, before a vowel, or doubled; elsewhere the letter is a vowel.
_GLIDE = {letter: re.compile(f"{letter}(?:(?<!\\w.)|(?=[aeou])|{letter})") for letter in "WVY"}
_SOUNDS = (("W", "w", "u"), ("V", "v", "u"), ("Y", "y", "i"))


def _initial_vowel(match: re.Match[str]) -> str:
    return "u" if match[1] else "i"


def romanize(text: str) -> str:
    """Read a text in Arabic script as lower-case Latin letters.

    >>> romanize("محمد"), romanize("سوريا"), romanize("القاهرة"), romanize("ولادیمیر پوتین")
    ('mhmd', 'surya', 'al qahra', 'vladimir putin')
    """
    persian = _PERSIAN_SIGN.search(text) is not None
    text = _MARK.sub("", text)
    if not persian and "ال" in text:
        text = _ARTICLE.sub("ال ", text)
    if "ع" in text:
        text = _FINAL_AYN.sub("", text)
    text = _INITIAL_VOWEL.sub(_initial_vowel, text)
    latin = text.translate(_PERSIAN if persian else _ARABIC)
    for letter, consonant, vowel in _SOUNDS:
        if letter in latin:
            latin = _GLIDE[letter].sub(consonant, latin).replace(letter, vowel)
    return latin.replace("aa", "a").replace("ii", "i").replace("uu", "u")
