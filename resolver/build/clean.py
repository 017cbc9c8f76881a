"""Repair names, and say of a name why it is no name.

Repairs never change what a name means: entities decoded, NFC, blanks, invisible characters, stress marks
and lookalike letters. A rejected name goes into the report of dropped rows with one of `REASONS`.
"""

from __future__ import annotations

import html
import re
import unicodedata

REASONS: dict[str, str] = {
    "empty": "nothing left after repair",
    "namespace": "a page of another namespace: Category:, Template:, User: and their like in other languages",
    "list": "a list page, or several names in one cell",
    "disambiguation": "says that it is a disambiguation page",
    "markup": "wiki or HTML markup, a section link",
    "mojibake": "read with the wrong encoding, or letters lost to question marks",
    "sentence": "a sentence or description rather than a name",
    "no letters": "digits and punctuation only",
    "single letter": "one letter of an alphabet",
    "mixed script": "Latin, Cyrillic or Greek letters mixed within one word",
    "pronoun": "a pronoun in the place of a name",
    "placeholder": "stands for a missing value",
    "qualifier": "a bracketed qualifier; the name before the bracket is kept",
    "foreign label": "the label of another entity, with no evidence that it is a name of this one",
    "weak mix-in": "from a list that mixes neighbours in, and the label of another entity",
    "composite": "joins the names of two entities with a stroke; such a string is read as a composite",
    "no entity": "belongs to an id that no folder describes",
    "not an entity": "the item itself is a list, a category or a common noun",
    "repeated role": "a position or relation listed twice",
}

_NAMESPACE = re.compile(
    r"(?:category|kategorie|catégorie|categor[ií]a|categoria|categorie|kategori[aj]?|kategória|kategorija|"
    r"категори[яј]а?|категорія|катэгорыя|κατηγορία|תבנית|קטגוריה|تصنيف|رده|分类|分類|분류|"
    r"template|vorlage|modèle|plantilla|predefinição|sjabloon|шаблон|szablon|šablona|şablon|mall|"
    r"user|benutzer|utilisateur|usuario|usuário|участник|користувач|wikipedysta|"
    r"wikipedia|wikipédia|википедия|вікіпедія|википедија|vikipedi|ויקיפדיה|ويكيبيديا|wikipedie|"
    r"portal|portail|портал|draft|file|datei|fichier|archivo|файл|help|anexo|annexe|module|project|"
    r"special|talk)\s?[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_LIST_STARTS = frozenset("LlSsDdСсרقف")
_LIST_ENDS = ("列表", "一覧", "목록", "की सूची")
_LIST = re.compile(
    r"(?:lists? of|liste (?:der|des|de|von|over)|lista (?:de|di|över|delle|dei|degli)|lijst van|lijst met|"
    r"список|спис|seznam|danh sách|daftar|רשימת|قائمة|فهرست)\s.+|.+(?:列表|の一覧|一覧|목록|की सूची)",
    re.IGNORECASE,
)
_DISAMBIGUATION = re.compile(
    r"[(（\[][^()]*(?:disambig|begriffskl|homonymi?e|desambig|disambigua|значения|значення|ujednoznacz|doorverwijs|"
    r"anlam ayr|rozcestn|egyértelmű|消歧|曖昧さ回避|동음이의|توضيح|ابهام|פירושונים|\btypo|misspel|\bsic\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[{}|<>\\^]|\[\[|\]\]|\S#\S|https?:|''")
_MOJIBAKE = re.compile(r"\ufffd|[\ue000-\uf8ff]|[ÃÂÐÑ][\x80-\xbf]|Ã[ƒ‚„…]|â€|\w\?+\w|\?{2,}|[^\W\d_]\? ?\w")
_VERBS = re.compile(r" (?:is|was|are|were) (?:the|a|an|one|part|former|considered) |former name of|\blat \d", re.I)
_PLACEHOLDERS = frozenset({"n/a", "na", "none", "null", "nan", "unknown", "untitled", "various", "tba", "tbd", "-"})
_LONGEST_WORD = 1 + max(map(len, _PLACEHOLDERS))
_UNTIDY = re.compile(r"[&\"_]|''|  ")
_PRONOUNS = frozenset({"He", "She", "It", "They"})
_SPACE = re.compile(r"\s+")
_STRESS = re.compile(r"(?<=[\u0400-\u04ff])[\u0301\u0300]")
_JOINER_OK = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff]")
_JOINERS = re.compile(r"[\u200c\u200d]+")
_L, _G, _C = "A-Za-z\u00c0-\u024f", "\u0370-\u03ff\u1f00-\u1fff", "\u0400-\u04ff"
_MIXED = re.compile(f"[{_L}][{_G}{_C}]|[{_G}][{_L}{_C}]|[{_C}][{_L}{_G}]")
_LATIN, _GREEK, _CYRILLIC = (re.compile(f"[{span}]") for span in (_L, _G, _C))
_PLAIN = re.compile(r"[^\W\d_]{2,}(?:[ '’-][^\W\d_]{2,}){0,3}")  # most names: a few words and nothing else
# The same in letters of one alphabet: nothing in it is to be repaired once it is composed.
_ONE_ALPHABET = re.compile(
    "|".join(
        f"{word}{{2,}}(?:[ '’-]{word}{{2,}}){{0,3}}"
        for word in (
            "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]",
            "[\u0400-\u0481\u048a-\u04ff]",
            rf"[^\W\d_{_L}{_G}{_C}]",
        )
    )
)
_TWO_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_QUALIFIER = re.compile(r"(?P<base>.*\S)\s*[(（\[](?P<note>[^()（）\[\]]*)[)）\]]")
_IDEOGRAPH = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")

# Letters that look alike, so that one keyboard's letter ends up in another script's word.
_TO_CYRILLIC = str.maketrans("ABCEHIJKMOPSTXYaceijopsxyïə", "АВСЕНІЈКМОРЅТХУасеіјорѕхуїә")
_TO_GREEK = str.maketrans("ABEZHIKMNOPTYXov", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον")
_TO_LATIN = str.maketrans(
    "АВСЕНІЈКМОРЅТХУасеіјорѕхуїәΑΒΕΖΗΙΚΜΝΟΡΤΥΧοάόέίαε", "ABCEHIJKMOPSTXYaceijopsxyïəABEZHIKMNOPTYXoáóéíaɛ"
)


def repair(text: str) -> str:
    """The same name with encoding slips undone.

    HTML entities, Unicode NFC, blanks, invisible and control characters, stress marks on Cyrillic, quotes
    around the whole name, and Latin letters inside a Cyrillic word (or the other way round) that only look
    right. Joiners stay where a script needs them (Persian, Sinhala, Malayalam).

    >>> repair("  Agence d&#39;Ifni "), repair("Станисла́в Cмирно́в"), repair('"Pantheon"')
    ("Agence d'Ifni", 'Станислав Смирнов', 'Pantheon')
    """
    if text.isascii() and text.isprintable() and not _UNTIDY.search(text):
        return text.strip()
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if _visible(c) else "" for c in text) if not text.isprintable() else text
    text = _SPACE.sub(" ", _STRESS.sub("", text.replace("_", " ")))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub(_keep_joiner, text).strip("\u200c\u200d ")
    text = text.strip()
    if text.startswith("''") and text.endswith("''"):
        text = text.strip("' ")
    if len(text) > 2 and (text[0], text[-1]) in {('"', '"'), ("“", "”"), ("„", "“"), ("«", "»")}:
        inner = text[1:-1]
        if not any(quote in inner for quote in '"“”„«»'):
            text = inner.strip()
    if not text.isascii() and _MIXED.search(text):
        text = _WORD.sub(_unmix, text)
    return text


def reject(text: str, *, named: bool = False, party: bool = False) -> str | None:
    """Why `text` is no name, as one of `REASONS`; None if it may be one.

    Args:
        text: A repaired name.
        named: True for a label or an official name, which may be longer and hold more commas.
        party: True for a political party, which may be called "List of ...".

    >>> reject("Category:Harbours"), reject("Ste?phane"), reject("NATO"), reject("17")
    ('namespace', 'mojibake', None, 'no letters')
    >>> reject("TÃ¼rkiye"), reject("Türkiye")
    ('mojibake', None)
    """
    if not text:
        return "empty"
    if _PLAIN.fullmatch(text):
        return "mojibake" if _is_misread(text) else _reject_words(text, party=party)
    if not _TWO_LETTERS.search(text):
        if not any(map(str.isalpha, text)):
            return "no letters"
        if (
            not any(map(str.isdigit, text))
            and not _IDEOGRAPH.search(text)
            and not any(unicodedata.category(c) in ("Mn", "Mc") for c in text)
        ):
            return "single letter"
    if (":" in text or "：" in text) and _NAMESPACE.fullmatch(text):
        return "namespace"
    if _MARKUP.search(text):
        return "markup"
    if _MOJIBAKE.search(text) or _is_misread(text):
        return "mojibake"
    if not named and (";" in text or text.count(",") > 2):
        return "list"
    if _DISAMBIGUATION.search(text):
        return "disambiguation"
    words = text.count(" ") + 1
    if len(text) > (180 if named else 90) or words > (24 if named else 14):
        return "sentence"
    if words > 5 and _VERBS.search(text):
        return "sentence"
    return _reject_words(text, party=party)


def _is_misread(text: str) -> bool:
    """Whether the bytes of a name in Western Europe's encoding are UTF-8: no name's are by chance."""
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


def _reject_words(text: str, *, party: bool) -> str | None:
    """The checks that a name of plain words can still fail."""
    if reason := _reject_plain(text, party=party):
        return reason
    if not text.isascii() and _MIXED.search(text):
        return "mixed script"
    return None


def _reject_plain(text: str, *, party: bool) -> str | None:
    """The same for words of one alphabet."""
    if len(text) < _LONGEST_WORD:
        if text in _PRONOUNS:
            return "pronoun"
        if text.casefold() in _PLACEHOLDERS and not text.isupper():
            return "placeholder"
    if text.endswith("-variant"):
        return "placeholder"
    if not party and (text[0] in _LIST_STARTS or text.endswith(_LIST_ENDS)) and _LIST.fullmatch(text):
        return "list"
    return None


def repair_and_reject(text: str, *, named: bool = False, party: bool = False) -> tuple[str, str | None]:
    """What `repair` makes of a name and what `reject` says of that: at once, and quickly for most names.

    >>> repair_and_reject("  Agence d&#39;Ifni "), repair_and_reject("17")
    (("Agence d'Ifni", None), ('17', 'no letters'))
    """
    if _ONE_ALPHABET.fullmatch(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text, _reject_plain(text, party=party)
    text = repair(text)
    return text, reject(text, named=named, party=party)


def split_qualifier(text: str) -> tuple[str, str] | None:
    """Name and qualifier of "Name (qualifier)"; None without a bracket at the end.

    >>> split_qualifier("Gang of Four (band)"), split_qualifier("Cocos (Keeling) Islands")
    (('Gang of Four', 'band'), None)
    """
    if text[-1:] not in ")）]":
        return None
    found = _QUALIFIER.fullmatch(text)
    if not found or sum(map(str.isalpha, found["base"])) < 2 or found["base"].count("(") != found["base"].count(")"):
        return None
    return found["base"].rstrip(" ,"), found["note"].strip()


def natural_order(text: str) -> tuple[str, ...]:
    """Forms in speaking order of a Cyrillic "Surname, Given Patronymic"; empty for anything else.

    >>> natural_order("Дугин, Александр Гельевич")
    ('Александр Гельевич Дугин', 'Александр Дугин')
    >>> natural_order("Jersey City, New Jersey"), natural_order("Жоффруа, епископ")
    ((), ())
    """
    surname, comma, rest = text.partition(", ")
    if not comma or "," in rest or not _CYRILLIC.search(text):
        return ()
    given = rest.split()
    if not 1 <= len(given) <= 3 or len(surname.split()) > 2 or not rest[0].isupper():
        return ()
    surname = surname.strip()
    full = f"{rest} {surname}"
    patronymic = len(given) == 2 and re.search(r"(?:вич|вна|ична|ьич|ыч|ич|евна)$", given[1])
    return (full, f"{given[0]} {surname}") if patronymic else (full,)


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cn", "Cs") or character in "\t\n\u200c\u200d"


def _keep_joiner(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    around = text[start - 1 : start] + text[end : end + 1]
    return found[0][0] if len(around) == 2 and all(map(_JOINER_OK.match, around)) else ""


def _unmix(found: re.Match[str]) -> str:
    word = found[0]
    if not _MIXED.search(word):
        return word
    by_count = sorted(
        ((_CYRILLIC, _TO_CYRILLIC), (_GREEK, _TO_GREEK), (_LATIN, _TO_LATIN)),
        key=lambda pair: -len(pair[0].findall(word)),
    )
    forms = (word.translate(table) for _, table in by_count)
    return next((form for form in forms if not _MIXED.search(form)), word)
