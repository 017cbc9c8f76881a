"""The exact key as a pure SQL scalar expression: the twin of normalize.exact_key, made from the same letters.

DuckDB has no way to map one character after the other, and what it has (strip_accents, nfc_normalize, translate)
costs a microsecond a name. Hence ways: one look at a name, a regular expression that gives up at the first letter
of another script, tells which of them is enough for it. What no short way takes goes the long one.
"""

from __future__ import annotations

from resolver.letters import DELETED, EXCHANGED, EXPANDED, MARKED, SEPARATORS, ZERO_DIGITS, ranges

# Letters by what their key costs, as hexadecimal code points and ranges. Cased letters become small, caseless ones
# stay, simple ones lose their marks besides; none of these composes with a neighbour. The last are all of Latin, Greek
# and Cyrillic, with their marks and punctuation.
_ASCII = "30-39 41-5a 61-7a"
_CASED = """
    391-3a1 3a3-3a9 3b1-3c1 3c3-3c9 402 404-406 408-40b 410-418 41a-438 43a-44f 452 454-456 458-45b 531-556 561-586
"""
_CASELESS = """
    30-39 5d0-5ea 624 626-63f 641-642 644-648 66e-66f 672-6d3 6d5 900-903 905-928 92a-930 932-933 935-939 93d-94d
    981-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bf-9c4 9c7-9c8 9cb-9cd a05-a0a a0f-a10 a13-a28 a2a-a30 a32 a35
    a38-a39 a3e-a42 a47-a48 a4b-a4d a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abd-ac5 ac7-ac9 acb-acd b85-b8a
    b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbf-bc2 bc6-bc8 bca-bcd c05-c0c c0e-c10 c12-c28
    c2a-c39 c3d-c44 c46-c48 c4a-c4d c85-c8c c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbd-cc1 cc3-cc4 cca-ccd d05-d0c d0e-d10
    d12-d3a d3f-d44 d46-d48 d4a-d4d e01-e37 e40-e47 e4c-e4e 10d0-10fa 1200-1248 124a-124d 1250-1256 1260-1288 1290-12b0
    12c8-12d6 12d8-1310 1318-135a 3041-3096 30a1-30fa 30fc-30fe 3400-4dbf 4e00-9fff ac00-d7a3
"""
_EAST_ASIAN = "30-39 3041-3096 30a1-30fa 30fc-30fe 3400-4dbf 4e00-9fff ac00-d7a3"
_CYRILLIC = "30-39 401-402 404-40b 410-44f 451-452 454-45b"
_SIMPLE = """
    30-39 41-5a 61-7a c0-c5 c7-cf d1-d6 d9-dd e0-e5 e7-ef f1-f6 f9-fd ff-10f 112-125 128-130 132-140 143-149 14c-151
    154-165 168-18e 190-1e1 1e4-1fb 200-258 25a-2af 386 388-38a 38c 38e-3a1 3a3-3c1 3c3-3cf 400-481 48a-48f 492-52f
    1e00-1e9d 1e9f-1eff
"""
_EUROPEAN = """
    1-377 37a-37d 37f 384-38a 38c 38e-3a1 3a3-3e1 400-482 48a-52f 1e00-1eff 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d
    1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2010-2027
    2030-205e 20a0-20bf 2116
"""

# Letters and signs of scripts without case, some of which compose with the one before or change places with it, and
# the sequences in which they do.
_SIGNED = """
    30-39 710 712-72f 74d-74f 900-950 955-957 960-963 971-983 985-98c 98f-990 993-9a8 9aa-9b0 9b2 9b6-9b9 9bc-9c4
    9c7-9c8 9cb-9ce 9d7 9e0-9e3 9e6-9f1 9fc a01-a03 a05-a0a a0f-a10 a13-a28 a2a-a30 a32 a35 a38-a39 a3c a3e-a42
    a47-a48 a4b-a4d a5c a66-a75 a81-a83 a85-a8d a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abc-ac5 ac7-ac9 acb-acd ad0
    ae0-ae3 ae6-aef b01-b03 b05-b0c b0f-b10 b13-b28 b2a-b30 b32-b33 b35-b39 b3c-b44 b47-b48 b4b-b4d b56-b57 b5f-b63
    b66-b6f b71 b82-b83 b85-b8a b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbe-bc2 bc6-bc8 bca-bcd
    bd0 bd7 be6-bef c01-c03 c05-c0c c0e-c10 c12-c28 c2a-c39 c3d-c44 c46-c48 c4a-c4d c58-c5a c60-c63 c66-c6f c82-c83
    c85-c8c c8e-c90 c92-ca8 caa-cb3 cb5-cb9 cbc-cc4 cc6-cc8 cca-ccd cd5-cd6 cde ce0-ce3 ce6-cef cf1-cf2 d02-d03
    d05-d0c d0e-d10 d12-d3a d3d-d44 d46-d48 d4a-d4e d57 d60-d63 d66-d6f d7a-d7f d82-d83 d85-d96 d9a-db1 db3-dbb dbd
    dc0-dc6 dca dcf-dd4 dd6 dd8-ddf df2-df3 e01-e3a e40-e4e e50-e59 1000-1049 1050-108c 108e-109d 1780-17b3
    17b6-17d3 17dc 17e0-17e9
"""
_UNSETTLED = (
    ("928 930 933", "93c"), ("9c7", "9be 9d7"), ("b47", "b3e b56 b57"), ("b92 bc6 bc7", "bbe bd7"),
    ("cbf cc6 cca", "cc2 cd5 cd6"), ("d46 d47", "d3e d57"), ("dd9 ddc", "dca dcf ddf"), ("1025", "102e"),
    ("94d 9cd a4d acd b4d bcd c4d ccd d4d dca e38-e3a e48-e4b 1039-103a 17d2", "93c 9bc a3c abc b3c cbc 1037"),
    ("93c 9bc a3c abc b3c cbc 1037", "dca"), ("e38-e39 e48-e4b", "e3a"), ("e48-e4b", "e38-e39"),
    ("e38-e39 e48-e4b", "94d 9cd a4d acd b4d bcd c4d ccd d4d dca 1039-103a 17d2"),
)  # fmt: skip


def sql_name_key(text: str) -> str:
    """The exact key as a DuckDB scalar expression over the column or parameter `text`.

    It names no table and no macro, holds no subquery and needs no extension, so that it works through ATTACH
    and inside JOIN ... ON in every DuckDB from 1.5.

    >>> import duckdb
    >>> duckdb.connect().execute("SELECT " + sql_name_key("'Türkiye’nin'")).fetchall()
    [('turkiyenin',)]
    """
    small, bare = f"lower({text})", f"strip_accents(lower({text}))"
    european, arabic = _exchanged(european=True), _letters()
    latin = _SIMPLE + _listed("".join(european) + "".join(european).upper())
    arabic_too = _CASELESS + _listed("".join(arabic))
    plain = _words(text, _ASCII + _CASED + _CASELESS)
    # By the first letter: Latin, Greek and Cyrillic, or another script.
    western = {
        _words(text, _ASCII + _CASED): small,
        _words(text, _CYRILLIC, joined=True): _changed(small, {"й": "и", "ё": "е", "ї": "і"} | _SIGNS),
        _words(text, _SIMPLE): bare,
        _words(text, _SIMPLE, joined=True): _changed(bare, _SIGNS),
        _words(text, latin, joined=True): _changed(bare, european | _SIGNS),
        plain: small,
    }
    others = {
        _words(text, _CASELESS): text,
        _words(text, _EAST_ASIAN, inside="30fb b7"): f"replace(replace({text}, '・', ''), '·', '')",
        _words(text, arabic_too): _changed(text, arabic),
        plain: small,
        _words(text, _ASCII + _CASED + arabic_too, joined=True, inside="30fb b7 200c-200d"): _changed(
            small, arabic | _SIGNS | dict.fromkeys("・·\u200c\u200d", "")
        ),
        f"{_words(text, _SIGNED)} AND NOT {_found(text, _unsettled())}": text,
        f"{_words(text, _SIGNED, joined=True, inside='200c-200d')} AND NOT {_found(text, _unsettled())}": _changed(
            text, _SIGNS | dict.fromkeys("\u200c\u200d", "")
        ),
    }
    short = (
        f"CASE WHEN strlen({text}) = length({text}) THEN {_ascii(text)} "
        f"WHEN unicode({text}) < {0x530} THEN {_ways(western)} ELSE {_ways(others)} END"
    )
    return f"coalesce({short}, {_long_way(text)})"


def _ways(ways: dict[str, str]) -> str:
    """The first key whose condition a name fulfils, or NULL."""
    return f"CASE {' '.join(f'WHEN {fits} THEN {key}' for fits, key in ways.items())} END"


def _words(text: str, letters: str, *, joined: bool = False, inside: str = "") -> str:
    """Whether a text is words of these letters: between them one blank, or what joins names, and signs inside."""
    inside = _class(f"{inside} 27 2e 2019" if joined else inside)
    word = f"[{_class(letters)}][{_class(letters)}{inside}]*" if inside else f"[{_class(letters)}]+"
    return _found(text, f"^{word}(({' |-|, |، ' if joined else ' '}){word})*$")


_SIGNS = {"-": " ", ".": "", "'": "", "’": "", ",": "", "،": ""}


def _ascii(text: str) -> str:
    small = f"lower({text})"
    rest = f"trim(regexp_replace({_deleted(small, '.`' + chr(39) * 2)}, '[^a-z0-9]+', ' ', 'g'))"
    signs = {sign: other for sign, other in _SIGNS.items() if sign.isascii()}
    return (
        f"CASE WHEN {_words(text, _ASCII)} THEN {small} "
        f"WHEN {_words(text, _ASCII, joined=True)} THEN {_changed(small, signs)} ELSE {rest} END"
    )


def _long_way(text: str) -> str:
    """The key of any other name."""
    composed = f"nfc_normalize(replace({text}, chr(0), ' '))"  # it would end at the first NUL
    bare = f"strip_accents(lower({text}))"
    # The signs of ohm, kelvin and angstrom are letters; of full-width ASCII what is no separator counts.
    lossy = _marked() + _class("2126 212a-212b ff06-ff07 ff0e ff10-ff19 ff21-ff3a ff40-ff5a")
    exchanged = "".join(_exchanged(european=False)) + _class("653-655")  # marks that make such a letter
    folded = (
        f"CASE WHEN regexp_full_match({text}, '[{_class(_EUROPEAN)}]*') "
        f"THEN {_changed(bare, _exchanged(european=True))} "
        f"WHEN NOT {_found(text, f'[{lossy}]')} THEN {_changed(f'lower({composed})', _exchanged(european=False))} "
        f"ELSE {_folded(composed)} END"
    )
    separators, deleted = _class(SEPARATORS), _class(DELETED)
    kept = separators.replace("\\x{0}-\\x{26}", "\\x{0}-\\x{1f}\\x{21}-\\x{26}", 1) + deleted
    return (
        f"CASE WHEN NOT {_found(text, f'[{lossy}{exchanged}{kept}]|  |^ | $')} THEN lower({composed}) "
        f"ELSE trim(regexp_replace({_deleted(folded, deleted)}, '[{separators} ]+', ' ', 'g')) END"
    )


def _marked() -> str:
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in MARKED) + "\\x{300}-\\x{36f}"


def _folded(composed: str) -> str:
    """Steps 2 and 3, of any text."""
    wide = "".join(map(chr, range(0xFF01, 0xFF5F)))
    narrow = "".join(chr(ord(c) - 0xFEE0) for c in wide)
    # strip_accents() would take the vowels of other scripts too, so mixed text is stripped letter by letter. A regular
    # expression in the lambda, or one that cuts, would be compiled anew for every piece of a column.
    letters = f"string_split(lower(translate({composed}, {_quoted(wide)}, {_quoted(narrow)})), '')"
    marked = " OR ".join(f"unicode(letter) BETWEEN {low} AND {high}" for low, high in (*MARKED, (0x300, 0x36F)))
    bare = f"lambda letter: CASE WHEN {marked} THEN strip_accents(letter) ELSE letter END"
    changes = _exchanged(european=True) | _exchanged(european=False)
    return _changed(f"array_to_string(list_transform({letters}, {bare}), '')", changes)


def _exchanged(*, european: bool) -> dict[str, str]:
    """What step 3 writes for letters and digits: those of Latin, Cyrillic and Greek, or those of the other scripts."""
    letters = {a: b for a, b in EXCHANGED.items() if (ord(a) < 0x530) is european}
    if european:
        return letters | {a: b for a, b in EXPANDED.items() if a.isalpha()}
    return letters | {chr(zero + d): str(d) for zero in ZERO_DIGITS for d in range(10)}


def _letters() -> dict[str, str]:
    return {a: b for a, b in _exchanged(european=False).items() if b.isalpha()}


def _changed(text: str, changes: dict[str, str]) -> str:
    """Letters changed into others, deleted, or spelt out.

    One translate() builds its map for every row, and so is no faster than ten replace(); but what has to be
    evaluated for a few rows of a column costs by the number of calls.
    """
    for old, new in changes.items():
        if len(new) > 1:
            text = f"replace({text}, {_quoted(old)}, {_quoted(new)})"
    single = sorted((new == "", old, new) for old, new in changes.items() if len(new) < 2)  # deleted are the last
    old, new = ("".join(letters) for letters in list(zip(*single, strict=True))[1:])
    return f"translate({text}, {_quoted(old)}, {_quoted(new)})"


def _deleted(text: str, letters: str) -> str:
    """Steps 4 and 5."""
    return f"replace(regexp_replace({text}, '[{letters}]+', '', 'g'), '&', ' and ')"


def _found(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, '{pattern}')"


def _unsettled() -> str:
    return "|".join(f"[{_class(first)}][{_class(second)}]" for first, second in _UNSETTLED)


def _class(text: str) -> str:
    """Code points as the inside of a character class."""
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" if low < high else f"\\x{{{low:x}}}" for low, high in ranges(text))


def _listed(letters: str) -> str:
    """Letters as code points."""
    return "".join(f" {ord(letter):x}" for letter in letters)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
