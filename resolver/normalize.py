"""Raw text -> exact key: the one string under which a name is stored, looked up and joined.

The key keeps the native script. In order:

1. Compose (NFC), so that a letter and its mark written apart equal the one written together.
2. Full-width ASCII becomes ASCII.
3. Fold letters: lower case everywhere; Latin, Cyrillic and Greek lose their marks (in Devanagari and its
   relatives marks are vowels and stay); letters that are written both ways in one language become one
   (dotless i, ø, ß, final sigma, Persian and Arabic yeh and kaf, hamza on alef); digits become ASCII.
4. Delete what never separates words: combining diacritics, apostrophes, full stops, middle dots, soft
   hyphens, zero-width and direction marks, tatweel. `U.S.` and `US` have one key; so have `Sana'a` and `Sanaa`.
5. `&` becomes the word `and`.
6. Everything that is neither letter, mark nor number becomes one space; ends are trimmed.

The same six steps exist as a pure SQL scalar expression, `name_key(text)`, made from the same constants by
`sql_name_key()`; a test holds the two equal over every alias and over generated text in all scripts.
Steps 3 to 6 look at one character at a time, which is what makes one table and one regular expression agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, partial

MAX_LENGTH = 500
"""Longest accepted name in characters; the longest alias of the gazetteer has 150."""

# Latin, Cyrillic and Greek letters beyond ASCII: the scripts whose marks are dropped.
_MARKED = (
    (0xC0, 0x2AF),
    (0x370, 0x482),
    (0x48A, 0x52F),
    (0x1E00, 0x1FFF),
    (0xA640, 0xA69F),
    (0xA720, 0xA7FF),
)

# Letters without a decomposition that writers exchange with another letter, in one table for both twins.
_EXCHANGED = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t", "ə": "e", "ς": "σ",
    "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ґ": "г",
}  # fmt: skip
_EXPANDED = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "&": " and "}
_ZERO_DIGITS = (0x660, 0x6F0, 0x966)  # Arabic, Persian and Devanagari zero; the nine others follow each

# Hexadecimal code points and ranges. Deleted: diacritics, variation selectors, zero-width and direction marks,
# apostrophes, full stops, middle dots.
_DELETED = """
    27 2e 60 ad b4 b7 2b9-2bf 2c8 300-36f 483-489 5f3-5f4 61c 640 180b-180e 1ab0-1aff 1dc0-1dff 200b-200f
    2018-2019 201b 2022 202a-202e 2032 2060-206f 20d0-20ff 30fb fe00-fe0f fe20-fe2f feff ff65
"""
# Separators: punctuation, symbols, white space, controls and private use of Unicode 14, as fixed ranges so that
# the key never depends on the Unicode version of a Python or a DuckDB.
_SEPARATORS = """
    0-26 28-2d 2f 3a-40 5b-5f 7b-a9 ab-ac ae-b1 b6 b8 bb bf d7 f7 2c2-2c5 2d2-2df 2e5-2eb 2ed
    2ef-2ff 375 37e 384-385 387 3f6 482 55a-55f 589-58f 5be 5c0 5c3 5c6 600-60f 61b 61d-61f 66a-66d
    6d4 6dd-6de 6e9 6fd-6fe 700-70f 7f6-7f9 7fe-7ff 830-83e 85e 888 890-891 8e2 964-965 970 9f2-9f3
    9fa-9fb 9fd a76 af0-af1 b70 bf3-bfa c77 c7f c84 d4f d79 df4 e3f e4f e5a-e5b f01-f17 f1a-f1f f34
    f36 f38 f3a-f3d f85 fbe-fc5 fc7-fda 104a-104f 109e-109f 10fb 1360-1368 1390-1399 1400 166d-166e
    1680 169b-169c 16eb-16ed 1735-1736 17d4-17d6 17d8-17db 1800-180a 1940-1945 19de-19ff 1a1e-1a1f
    1aa0-1aa6 1aa8-1aad 1b5a-1b6a 1b74-1b7e 1bfc-1bff 1c3b-1c3f 1c7e-1c7f 1cc0-1cc7 1cd3 1fbd
    1fbf-1fc1 1fcd-1fcf 1fdd-1fdf 1fed-1fef 1ffd-200a 2010-2017 201a 201c-2021 2023-2029 202f-2031
    2033-205f 207a-207e 208a-208e 20a0-20c0 2100-2101 2103-2106 2108-2109 2114 2116-2118 211e-2123
    2125 2127 2129 212e 213a-213b 2140-2144 214a-214d 214f 218a-244a 249c-24e9 2500-2775 2794-2bff
    2ce5-2cea 2cf9-2cfc 2cfe-2cff 2d70 2e00-2e2e 2e30-3004 3008-3020 3030 3036-3037 303d-303f
    309b-309c 30a0 3190-3191 3196-319f 31c0-31e3 3200-321e 322a-3247 3250 3260-327f 328a-32b0
    32c0-33ff 4dc0-4dff a490-a4c6 a4fe-a4ff a60d-a60f a673 a67e a6f2-a716 a720-a721 a789-a78a
    a828-a82b a836-a839 a874-a877 a8ce-a8cf a8f8-a8fa a8fc a92e-a92f a95f a9c1-a9cd a9de-a9df
    aa5c-aa5f aa77-aa79 aade-aadf aaf0-aaf1 ab5b ab6a-ab6b abeb e000-f8ff fb29 fbb2-fbc2 fd3e-fd4f
    fdcf fdfc-fdff fe10-fe19 fe30-fe6b ff01-ff0f ff1a-ff20 ff3b-ff40 ff5b-ff64 ffe0-fffd 10100-10102
    10137-1013f 10179-10189 1018c-101fc 1039f 103d0 1056f 10857 10877-10878 1091f 1093f 10a50-10a58
    10a7f 10ac8 10af0-10af6 10b39-10b3f 10b99-10b9c 10ead 10f55-10f59 10f86-10f89 11047-1104d
    110bb-110c1 110cd 11140-11143 11174-11175 111c5-111c8 111cd 111db 111dd-111df 11238-1123d 112a9
    1144b-1144f 1145a-1145d 114c6 115c1-115d7 11641-11643 11660-1166c 116b9 1173c-1173f 1183b
    11944-11946 119e2 11a3f-11a46 11a9a-11a9c 11a9e-11aa2 11c41-11c45 11c70-11c71 11ef7-11ef8
    11fd5-11fff 12470-12474 12ff1-12ff2 13430-13438 16a6e-16a6f 16af5 16b37-16b3f 16b44-16b45
    16e97-16e9a 16fe2 1bc9c 1bc9f-1bca3 1cf50-1d164 1d16a-1d16c 1d173-1d17a 1d183-1d184 1d18c-1d1a9
    1d1ae-1d241 1d245 1d300-1d356 1d6c1 1d6db 1d6fb 1d715 1d735 1d74f 1d76f 1d789 1d7a9 1d7c3
    1d800-1d9ff 1da37-1da3a 1da6d-1da74 1da76-1da83 1da85-1da8b 1e14f 1e2ff 1e95e-1e95f 1ecac 1ecb0
    1ed2e 1eef0-1f0f5 1f10d-1fbca
"""


# Names of which SQL makes the key in a short way. Plain letters need small letters only, simple ones lose their
# marks besides; the last are all of Latin, Cyrillic and Greek, with punctuation. None composes with a neighbour.
_PLAIN = """
    30-39 41-5a 61-7a 391-3a1 3a3-3a9 3b1-3c1 3c3-3c9 402 404-406 408-40b 410-418 41a-438 43a-44f 452 454-456 458-45b
    531-556 561-586 5d0-5ea 624 626-63f 641-642 644-648 66e-66f 672-6d3 6d5 900-903 905-928 92a-930 932-933 935-939
    93d-94d
    981-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bf-9c4 9c7-9c8 9cb-9cd a05-a0a a0f-a10 a13-a28 a2a-a30 a32 a35
    a38-a39 a3e-a42 a47-a48 a4b-a4d a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abd-ac5 ac7-ac9 acb-acd b85-b8a
    b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbf-bc2 bc6-bc8 bca-bcd c05-c0c c0e-c10 c12-c28
    c2a-c39 c3d-c44 c46-c48 c4a-c4d c85-c8c c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbd-cc1 cc3-cc4 cca-ccd d05-d0c d0e-d10
    d12-d3a d3f-d44 d46-d48 d4a-d4d e01-e37 e40-e47 10d0-10fa 1200-1248 124a-124d 1250-1256 1260-1288 1290-12b0
    12c8-12d6 12d8-1310 1318-135a 3041-3096 30a1-30fa 30fc-30fe 3400-4dbf 4e00-9fff ac00-d7a3
"""
_SIMPLE = """
    30-39 41-5a 61-7a c0-c5 c7-cf d1-d6 d9-dd e0-e5 e7-ef f1-f6 f9-fd ff-10f 112-125 128-130 132-140 143-149 14c-151
    154-165 168-18e 190-1e1 1e4-1fb 200-258 25a-2af 386 388-38a 38c 38e-3a1 3a3-3c1 3c3-3cf 400-481 48a-48f 492-52f
    1e00-1e9d 1e9f-1eff
"""
_PUNCTUATION = "1-2f 3a-40 5b-60 7b-bf d7 f7 2b0-2ff 482 2010-2027 2030-205e 20a0-20bf 2116"
_EUROPEAN = "1-2ff 386 388-38a 38c 38e-3a1 3a3-3cf 400-482 48a-52f 1e00-1eff 2010-2027 2030-205e 20a0-20bf 2116"


def _ranges(text: str) -> list[tuple[int, int]]:
    pairs = (item.partition("-") for item in text.split())
    return [(int(low, 16), int(high or low, 16)) for low, _, high in pairs]


def _code_points(text: str) -> list[int]:
    return [cp for low, high in _ranges(text) for cp in range(low, high + 1)]


class _FoldTable(dict[int, str | None]):
    """Steps 2 to 6 for one code point, worked out when first met; the argument of `str.translate`."""

    def __init__(self) -> None:
        super().__init__()
        self._fixed: dict[int, str | None] = dict.fromkeys(_code_points(_SEPARATORS), " ")
        self._fixed |= dict.fromkeys(_code_points(_DELETED))
        self._fixed |= {ord(a): b for a, b in (_EXCHANGED | _EXPANDED).items()}
        self._fixed |= {zero + d: str(d) for zero in _ZERO_DIGITS for d in range(10)}

    def __missing__(self, code_point: int) -> str | None:
        folded = self[code_point] = self._fold(code_point)
        return folded

    def _fold(self, code_point: int) -> str | None:
        if 0xFF01 <= code_point <= 0xFF5E:
            return self[code_point - 0xFEE0]
        if 0xD800 <= code_point <= 0xDFFF:
            return " "
        if code_point in self._fixed:
            return self._fixed[code_point]
        lower = chr(code_point).lower()
        if any(low <= code_point <= high for low, high in _MARKED):
            lower = "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c)[0] != "M")
        elif len(lower) != 1:
            lower = chr(code_point)
        return "".join(self._fixed.get(ord(c), c) or "" for c in lower)


@cache
def _fold_table() -> _FoldTable:
    return _FoldTable()


@cache
def _ascii_table() -> tuple[bytes, bytes]:
    """The same steps for ASCII without `&`, as the two arguments of `bytes.translate`: twice as fast."""
    table = _fold_table()
    kept = "".join(table[cp] or " " if cp != ord("&") else " " for cp in range(128))
    return kept.encode().ljust(256), bytes(cp for cp in range(128) if table[cp] is None)


def exact_key(text: str) -> str:
    """The exact key of a name; empty when the text holds no letter, mark or number.

    An empty key is no name: callers never compare two of them.

    >>> exact_key("Côte d’Ivoire"), exact_key("U.S."), exact_key("İSTANBUL"), exact_key("Straße")
    ('cote divoire', 'us', 'istanbul', 'strasse')
    >>> exact_key("Зеленський"), exact_key("हिन्दी"), exact_key("🙂 — !")
    ('зеленськии', 'हिन्दी', '')
    """
    if text.isascii() and "&" not in text:
        folded = text.encode().translate(*_ascii_table()).decode()
    else:
        folded = unicodedata.normalize("NFC", text).translate(_fold_table())
    return " ".join(folded.split())


def exact_keys(texts: Sequence[str]) -> list[str]:
    """The exact keys of many names, in order: the steps run over whole joined texts, three times as fast.

    >>> exact_keys(["Kyiv", "München", "AT&T"])
    ['kyiv', 'munchen', 'at and t']
    """
    narrow = [text for text in texts if text.isascii()]
    if len(narrow) == len(texts):
        return _narrow_keys(narrow)
    wide = [text for text in texts if not text.isascii()]
    narrow_keys, wide_keys = iter(_narrow_keys(narrow)), iter(_wide_keys(wide))
    return [next(narrow_keys) if text.isascii() else next(wide_keys) for text in texts]


def _narrow_keys(texts: list[str]) -> list[str]:
    """Keys of ASCII names."""
    table, deleted = _ascii_table()
    lines = table[:10] + b"\n" + table[11:]
    joined = "\n".join(texts).encode().replace(b"&", b" and ").translate(lines, deleted).decode()
    return _split_keys(texts, joined)


def _wide_keys(texts: list[str]) -> list[str]:
    """Keys of names with characters beyond ASCII."""
    # Composed one by one: most names are composed already, and one that is not would slow the whole text.
    composed = map(partial(unicodedata.normalize, "NFC"), texts)
    return _split_keys(texts, "\n".join(composed).translate(_line_table()))


def _split_keys(texts: list[str], joined: str) -> list[str]:
    """Part folded names at their newlines, each blank once and none at an end."""
    while "  " in joined:
        joined = joined.replace("  ", " ")
    keys = joined.replace(" \n", "\n").replace("\n ", "\n").strip(" ").split("\n") if texts else []
    if len(keys) == len(texts):
        return keys
    return [exact_key(text) for text in texts]  # a name holds a newline of its own


@cache
def _line_table() -> _FoldTable:
    """The fold table, but for newlines, which stay."""
    table = _FoldTable()
    table[10] = "\n"
    return table


def sql_name_key(text: str) -> str:
    """The exact key as a DuckDB scalar expression over the column or parameter `text`.

    It names no table and no macro, holds no subquery and needs no extension, so that it works through ATTACH
    and inside JOIN ... ON in every DuckDB from 1.5. Most names need no more than small letters and, in Latin,
    Cyrillic and Greek, the loss of their marks: one look at a name tells which of the short ways is enough.

    >>> import duckdb
    >>> duckdb.connect().execute("SELECT " + sql_name_key("'Türkiye’nin'")).fetchall()
    [('turkiyenin',)]
    """
    composed = f"nfc_normalize(replace({text}, chr(0), ' '))"  # it would end at the first NUL
    small, bare = f"lower({text})", f"strip_accents(lower({text}))"

    def words(letters: str, between: str = " ", inside: str = "") -> str:
        word = f"[{letters}][{letters}{inside}]*" if inside else f"[{letters}]+"
        return f"regexp_matches({text}, '^{word}(({between}){word})*$')"

    def only(letters: str) -> str:
        return f"regexp_full_match({text}, '[{letters}]*')"

    def without(letters: str) -> str:
        return f"NOT regexp_matches({text}, '[{letters}]')"

    plain, simple = _character_class(_PLAIN), _character_class(_SIMPLE)
    # The signs of ohm, kelvin and angstrom are letters; of full-width ASCII what is no separator counts.
    lossy = _marked() + _character_class("2126-212b ff06-ff07 ff0e ff10-ff19 ff21-ff3a ff40-ff5a")
    exchanged = "".join(_exchanged(european=False)) + _character_class("653-655")  # marks that make such a letter
    ascii_key = f"trim(regexp_replace({_sql_deleted(small, '.`' + chr(39) * 2)}, '[^a-z0-9]+', ' ', 'g'))"
    folded = (
        f"CASE WHEN {only(simple + _character_class(_PUNCTUATION))} THEN {bare} "
        f"WHEN {only(_character_class(_EUROPEAN))} THEN {_sql_exchanged(bare, european=True)} "
        f"WHEN {without(lossy + exchanged)} THEN lower({composed}) "
        f"WHEN {without(lossy)} THEN {_sql_exchanged(f'lower({composed})', european=False)} "
        f"ELSE {_sql_folded(composed)} END"
    )
    deleted = _sql_deleted(folded, _character_class(_DELETED))
    joined, inside = " |-|, ", _character_class("27 2e 2019")
    dot = _character_class("30fb b7 200c-200d")
    signs = {"-": " ", ".": "", "'": "", "’": "", ",": ""}
    parted = _sql_replaced(bare, signs)
    more = "".join((*_exchanged(european=True), *filter(str.isalpha, _EXPANDED)))
    latin, native = simple + more + more.upper(), plain + "".join(_letters())
    dots = _sql_replaced(small, _letters() | signs | dict.fromkeys("・·\u200c\u200d", ""))
    separators = _character_class(_SEPARATORS)
    kept = separators.replace("\\x{0}-\\x{26}", "\\x{0}-\\x{1f}\\x{21}-\\x{26}", 1) + _character_class(_DELETED)
    clean = f"NOT regexp_matches({text}, '[{lossy}{exchanged}{kept}]|  |^ | $')"
    return (
        f"CASE WHEN {words(plain)} THEN {small} WHEN {words(simple)} THEN {bare} "
        f"WHEN {words(simple, joined, inside)} THEN {parted} WHEN strlen({text}) = length({text}) THEN {ascii_key} "
        f"WHEN {words(latin, joined, inside)} THEN {_sql_exchanged(parted, european=True)} "
        f"WHEN {words(native, joined, inside + dot)} THEN {dots} WHEN {clean} THEN lower({composed}) "
        f"ELSE trim(regexp_replace({deleted}, '[{separators} ]+', ' ', 'g')) END"
    )


def _marked() -> str:
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in _MARKED) + "\\x{300}-\\x{36f}"


def _sql_folded(composed: str) -> str:
    """Steps 2 and 3, of any text."""
    marked = _marked()
    wide = "".join(map(chr, range(0xFF01, 0xFF5F)))
    narrow = "".join(chr(ord(c) - 0xFEE0) for c in wide)
    # strip_accents() would take the vowels of other scripts too, so mixed text is stripped run by run.
    runs = f"lower(translate({composed}, {_quoted(wide)}, {_quoted(narrow)})), '[{marked}]+|[^{marked}]+'"
    bare = (
        f"array_to_string(list_transform(regexp_extract_all({runs}), "
        f"lambda run: CASE WHEN regexp_matches(run, '[{marked}]') THEN strip_accents(run) ELSE run END), '')"
    )
    return _sql_exchanged(_sql_exchanged(bare, european=True), european=False)


def _exchanged(*, european: bool) -> dict[str, str]:
    """The letters and digits of step 3 that become others: of Latin, Cyrillic and Greek, or of the other scripts."""
    letters = {a: b for a, b in _EXCHANGED.items() if (ord(a) < 0x530) is european}
    return letters if european else letters | {chr(zero + d): str(d) for zero in _ZERO_DIGITS for d in range(10)}


def _letters() -> dict[str, str]:
    return {a: b for a, b in _exchanged(european=False).items() if b.isalpha()}


def _sql_exchanged(text: str, *, european: bool) -> str:
    letters = _exchanged(european=european)
    if european:
        return _sql_replaced(text, letters | {a: b for a, b in _EXPANDED.items() if a.isalpha()})
    return f"translate({text}, {_quoted(''.join(letters))}, {_quoted(''.join(letters.values()))})"


def _sql_replaced(text: str, changes: dict[str, str]) -> str:
    """Up to twenty replace() take less time than one translate(), which builds its map for every row."""
    for old, new in changes.items():
        text = f"replace({text}, {_quoted(old)}, {_quoted(new)})"
    return text


def _sql_deleted(text: str, letters: str) -> str:
    """Steps 4 and 5."""
    return f"replace(regexp_replace({text}, '[{letters}]+', '', 'g'), '&', ' and ')"


def _character_class(text: str) -> str:
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in _ranges(text))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
