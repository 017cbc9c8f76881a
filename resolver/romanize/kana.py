"""Hiragana and katakana in Hepburn, long vowels written once.

The key is for weak matches with Latin spellings. Text that mixes kana with Han characters has no key: the
reading of the characters is unknown, and the kana alone would name something else (Africa, out of the name of
South Africa).
"""

from __future__ import annotations

import re

from resolver.romanize.floor import pairs

_HIRAGANA = pairs("""
    あ:a い:i う:u え:e お:o か:ka き:ki く:ku け:ke こ:ko さ:sa し:shi す:su せ:se そ:so た:ta ち:chi
    つ:tsu て:te と:to な:na に:ni ぬ:nu ね:ne の:no は:ha ひ:hi ふ:fu へ:he ほ:ho ま:ma み:mi む:mu
    め:me も:mo や:ya ゆ:yu よ:yo ら:ra り:ri る:ru れ:re ろ:ro わ:wa ゐ:i ゑ:e を:o ん:n が:ga ぎ:gi
    ぐ:gu げ:ge ご:go ざ:za じ:ji ず:zu ぜ:ze ぞ:zo だ:da ぢ:ji づ:zu で:de ど:do ば:ba び:bi ぶ:bu
    べ:be ぼ:bo ぱ:pa ぴ:pi ぷ:pu ぺ:pe ぽ:po ゔ:vu ゕ:ka ゖ:ke っ:Q ゝ: ゞ: ぁ:Xa ぃ:Xi ぅ:Xu ぇ:Xe
    ぉ:Xo ゃ:Xya ゅ:Xyu ょ:Xyo ゎ:Xwa
""")
_TABLE = {ord(kana): latin for kana, latin in _HIRAGANA.items()}
_TABLE |= {code_point + 0x60: latin for code_point, latin in _TABLE.items()}
_TABLE |= {ord(kana): latin for kana, latin in {"ヷ": "va", "ヸ": "vi", "ヹ": "ve", "ヺ": "vo"}.items()}
_TABLE |= {ord("ー"): "", ord("・"): " ", ord("゠"): " "}

# A syllable before a small kana gives up its vowel; some change their consonant.
_SMALL = re.compile("([kgsztdnhbpmrfvjcw]?[hs]?)([aiueo]|y[aiuo])?X(y?w?[aiueo])")
_DOUBLE = re.compile("Q+([a-z]?)")
_LONG = re.compile("ou|oo|uu")
_OWN_CONSONANT = frozenset(("sh", "ch", "j", "f", "ts", "v"))


def _small(match: re.Match[str]) -> str:
    consonant, vowel, small = match[1], match[2] or "", match[3]
    if consonant in _OWN_CONSONANT and vowel:
        return consonant + (small[1:] if small[0] == "y" and consonant in ("sh", "ch", "j") else small)
    if not consonant:
        if small[0] in "yw":
            return vowel + small
        return {"u": "w", "i": "y"}.get(vowel, vowel) + small
    if vowel == "e" and small in ("i", "yu"):  # ti, di, tyu
        return consonant + small
    if vowel == "o" and small == "u":  # tu, du
        return consonant + small
    if vowel == "u" and small[0] != "y":
        return consonant + "w" + small.removeprefix("w")
    if vowel == "i" and small == "e":
        return consonant + "ye"
    return consonant + small


def _double(match: re.Match[str]) -> str:
    first = match[1]
    return "" if first in ("", "a", "i", "u", "e", "o", "n") else ("t" if first == "c" else first) + first


def romanize(text: str) -> str:
    """Read kana in Hepburn, without marks for long vowels.

    >>> romanize("とうきょう"), romanize("プーチン"), romanize("マッカーサー"), romanize("シェフチェンコ")
    ('tokyo', 'puchin', 'makkasa', 'shefuchenko')
    >>> romanize("ディズニー"), romanize("まっちゃ"), romanize("ヴィクトル")
    ('dizuni', 'matcha', 'vikutoru')
    """
    latin = text.translate(_TABLE)
    if "X" in latin:
        latin = _SMALL.sub(_small, latin)
    if "Q" in latin:
        latin = _DOUBLE.sub(_double, latin)
    return _LONG.sub(lambda match: match[0][0], latin).replace("X", "")
