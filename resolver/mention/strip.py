"""What may be left out of a string: punctuation, qualifiers, titles, articles, company and party forms.

Each step reads one text and gives the readings it sees in it; none of them knows names. A step that takes a
word off says for which kinds of entity the word speaks, so that "General Motors" without its "title" can only
be a person.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from resolver.lexicon import fold, table
from resolver.mention.composite import joins_names
from resolver.mention.inflect import one_word_bases
from resolver.mention.reading import NO_KINDS, Reading, ReadingKind
from resolver.model import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_ORGANIZATIONS = frozenset((
    Kind.ORGANIZATION, Kind.ARMED_GROUP, Kind.COMPANY, Kind.MEDIA, Kind.POLITICAL_PARTY, Kind.MILITARY,
    Kind.GOVERNMENT_BODY,
))  # fmt: skip
_KINDS = {
    "person": frozenset((Kind.PERSON,)),
    "organization": _ORGANIZATIONS,
    "company": frozenset((Kind.COMPANY, Kind.ORGANIZATION, Kind.MEDIA, Kind.GOVERNMENT_BODY)),
    "political_party": frozenset((Kind.POLITICAL_PARTY, Kind.ORGANIZATION, Kind.ARMED_GROUP)),
    "city": frozenset((Kind.CITY,)),
    "subdivision": frozenset((Kind.SUBDIVISION, Kind.REGION, Kind.TERRITORY)),
    "country": frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION)),
    "island": frozenset((Kind.TERRITORY, Kind.REGION, Kind.SUBDIVISION, Kind.COUNTRY)),
    "water": frozenset((Kind.WATER,)),
    "area": frozenset((Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.REGION, Kind.WATER)),
}  # fmt: skip
_EDGE = ' \t\r\n"«»„“”‟‹›()[]{}<>（）［］「」『』《》【】*_~,;:!?¡¿…|-–—،؛؟、。，'
_QUOTES = re.compile('["«»„“”‟‹›「」『』《》]+')
_BRACKETS = re.compile(r"(.*\S)\s*[(\[（［]\s*([^()\[\]（）［］]+?)\s*[)\]）］]\W*")
_OPEN_BRACKET = re.compile(r"[(\[（［][^)\]）］]*$")
# A word broken at the end of a line, as texts read from a page have it: "Stutt¬ gart", "Lontoon kaupun=gissa".
_BROKEN = re.compile(r"(?<=[^\W\d_])(?:[¬\u00ad]\s*|=(?=[^\W\d_A-Z]))")
_SPACED_ACRONYM = re.compile(r"(?:[^\W\d_]\.\s+){2,}[^\W\d_]\.?")
_COMMA = re.compile(r"\s*[,،，、]\s*")
_ACRONYM_BEFORE = re.compile(r"([A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я0-9/&.()-]{1,11}): +(\w.*\w.*)")
_DASH = re.compile(r"\s+[-–—]\s+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# Lower-case words that a person's name may begin with; before any other a title is part of a phrase.
_PARTICLES = frozenset((
    "von", "van", "de", "del", "della", "der", "den", "di", "da", "do", "dos", "du", "la", "le", "el", "al", "bin",
    "ibn", "ben", "bint", "abu", "ter", "ten", "zu", "zur", "af", "av", "d", "l",
))  # fmt: skip
_PHRASE_WORDS = frozenset(("of", "de", "di", "du", "der", "des", "von", "the", "and", "for", "in"))
_MAX_PHRASE = 5  # words of the longest form
_MAX_TITLE = 8  # words that a run of titles is looked for in
_MAX_EXPANDED, _MOST_EXPANDED = 8, 6  # words of a name with abbreviations, and readings of it
_MAX_DEMONYMS = 2  # words before a title that are no title: "South Korean President"


class _Forms(NamedTuple):
    """Forms of a table as tuples of folded words, and those that are written together with the name."""

    by_words: dict[tuple[str, ...], list[dict[str, str]]]
    firsts: frozenset[str]
    lasts: frozenset[str]
    joined: tuple[tuple[str, dict[str, str]], ...]


@lru_cache(maxsize=32_768)
def _norm(word: str) -> str:
    """A word as forms are compared: folded, without full stops and edge punctuation."""
    return fold(word).replace(".", "").strip(_EDGE) or word


@cache
def _forms(name: str) -> _Forms:
    by_words: dict[tuple[str, ...], list[dict[str, str]]] = {}
    joined = []
    for row in table(name):
        form = row["form"]
        if row.get("place") == "affix" or row.get("role") == "prefix" or form.endswith("'"):
            joined.append((fold(form), row))
            continue
        by_words.setdefault(tuple(_norm(word) for word in form.split()), []).append(row)
        if row.get("role") == "after" and _CJK.search(form):
            joined.append((form, row))
    joined.sort(key=lambda item: (-len(item[0]), item[0]))
    return _Forms(
        by_words,
        frozenset(words[0] for words in by_words),
        frozenset(words[-1] for words in by_words),
        tuple(joined),
    )


@cache
def _triggers() -> frozenset[str]:
    """Words without which no step finds anything to leave out."""
    forms = _forms("honorifics"), _forms("legal_forms")
    firsts = (_forms(name).firsts for name in ("alternatives", "articles"))
    return frozenset().union(*firsts, *(held.firsts | held.lasts for held in forms))


@cache
def _prefixes() -> tuple[str, ...]:
    """Titles that are written together with the name."""
    return tuple(form for form, row in _forms("honorifics").joined if row.get("role") == "prefix")


def is_plain(text: str) -> bool:
    """Whether it is seen at once that nothing may be left out of a name, as of most.

    It has words of letters, no title, article, legal form or word between two names among them.

    >>> is_plain("Vladmir Putin"), is_plain("President Putin"), is_plain("Putin, V."), is_plain("Владимира Путина")
    (True, False, False, False)
    """
    words = text.split(" ")
    if not all(map(str.isalpha, words)) or not _triggers().isdisjoint(map(fold, words)):
        return False
    if "\u0590" <= text[0] <= "\u06ff" or _CJK.search(text):
        return False
    if len(words) == 1:
        return not text.startswith(_prefixes())
    if len(words[0]) == 1 or _directions(words[-1:]) or any(letter > "\u024f" for letter in words[-1]):
        return False  # a name that ends in another script has base forms of its own
    # A title in front may be inflected where it is no word with a capital in English letters.
    return all(word.isascii() and not word.islower() for word in words[:-1])


def clean(text: str) -> str:
    """`text` without quotation marks, line breaks within words, outer punctuation and doubled spaces.

    Apostrophes stay.

    >>> clean("Stutt¬ gart")
    'Stuttgart'
    >>> clean(' «Роснефть», '), clean("(Moscow)"), clean("'Daesh'"), clean("U.S.")
    ('Роснефть', 'Moscow', 'Daesh', 'U.S.')
    """
    cleaned = " ".join(_QUOTES.sub(" ", _BROKEN.sub("", text)).split())
    inner = cleaned.strip(_EDGE)
    if _OPEN_BRACKET.search(inner):
        inner = cleaned.lstrip(_EDGE)  # the bracket at the end closes a qualifier
    if len(inner) > 2 and fold(inner[0]) == "'" == fold(inner[-1]):
        inner = inner[1:-1].strip()
    return inner


def unqualified(text: str, langs: Collection[str]) -> Iterator[Reading]:  # noqa: ARG001
    """The name of a text that goes on after a bracket, a comma or a dash; "Surname, Given" turned round."""
    bracket = _BRACKETS.fullmatch(text)
    if bracket and _directions(bracket[2].split()):
        yield Reading(f"{bracket[2]} {bracket[1]}", ReadingKind.REORDERED, "direction after the name")
    if bracket:
        yield Reading(bracket[1], ReadingKind.UNQUALIFIED, f"without ({bracket[2]})", hint=bracket[2])
    left, *others = _COMMA.split(text, maxsplit=2)
    if others and left and others[0] and not joins_names(text):
        if len(others) == 1 and len(others[0].split()) <= 3 and not bracket:
            detail = "given name after the comma"
            yield Reading(f"{others[0]} {left}", ReadingKind.REORDERED, detail)
        hint = ", ".join(others)
        yield Reading(left, ReadingKind.UNQUALIFIED, f"without {hint}", hint=hint)
    left, *others = _DASH.split(text, maxsplit=1)
    if others and left and others[0]:
        yield Reading(left, ReadingKind.UNQUALIFIED, f"without {others[0]}", hint=others[0])


def expanded(text: str, langs: Collection[str]) -> Iterator[Reading]:
    """The name with abbreviated words written out, a direction in front: "N. Korea", "Korea Płn.", "Germany West"."""
    if _SPACED_ACRONYM.fullmatch(text):
        yield Reading(re.sub(r"[.\s]+", "", text), ReadingKind.EXPANDED, "letters written together")
        return
    words = text.replace(".", ". ").split()
    if not 1 < len(words) <= _MAX_EXPANDED:
        return
    orders = [words]
    if _directions(words[-1:]) and not _directions(words[:-1]):
        orders.append([words[-1], *words[:-1]])
    for order in orders:
        choices = [_written_out(order, place, langs) for place in range(len(order))]
        # One letter may be an initial, too: only areas are named by a direction and another name.
        letter = any(
            len(word.rstrip(".")) == 1 and choice != [word] for word, choice in zip(order, choices, strict=True)
        )
        for choice in islice(product(*choices), _MOST_EXPANDED):
            if list(choice) != words:
                detail = "abbreviation written out" if order is words else "direction in front"
                yield Reading(
                    " ".join(choice), ReadingKind.EXPANDED, detail, kinds=_KINDS["area"] if letter else NO_KINDS
                )


def _written_out(words: list[str], place: int, langs: Collection[str]) -> list[str]:
    """What one word of a name abbreviates; the word itself where it is no abbreviation."""
    word = words[place]
    rows = _abbreviations().get(fold(word.rstrip(".")), ())
    hinted = [row for row in rows if not set(row["langs"].split("|")).isdisjoint(langs)]
    # Without a full stop a word is an abbreviation only where it can be nothing else: "N Ireland", "Р България".
    full = [row["full"] for row in hinted or rows if word.endswith(".") or (place == 0 and len(word) == 1)]
    return list(dict.fromkeys(full)) or [word]


def _directions(words: list[str]) -> bool:
    """Whether all words are directions, abbreviated or not."""
    known = _direction_words()
    return bool(words) and all(fold(word.rstrip(".")) in known for word in words)


@cache
def _abbreviations() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in table("abbreviations"):
        found.setdefault(fold(row["form"]), []).append(row)
    return found


@cache
def _direction_words() -> frozenset[str]:
    rows = [row for row in table("abbreviations") if row["part"] == "direction"]
    return frozenset(fold(row[name]) for row in rows for name in ("form", "full")) - {"new"}


def alternatives(text: str, langs: Collection[str]) -> Iterator[Reading]:  # noqa: ARG001
    """Both names of "one alias other"; the name after its acronym in "PKK: Kurdistan Workers' Party"."""
    acronym = _ACRONYM_BEFORE.fullmatch(text)
    if acronym:
        yield Reading(acronym[2], ReadingKind.ALTERNATIVE, f"after {acronym[1]}:")
        return
    words = text.split()
    forms = _forms("alternatives")
    norms = [_norm(word) for word in words]
    for start in range(1, len(words) - 1):
        if norms[start] not in forms.firsts:
            continue
        for end in range(min(start + _MAX_PHRASE, len(words) - 1), start, -1):
            if tuple(norms[start:end]) in forms.by_words:
                detail = " ".join(words[start:end])
                for part in (words[:start], words[end:]):
                    yield Reading(" ".join(part).strip(_EDGE), ReadingKind.ALTERNATIVE, detail)
                return


def untitled(text: str, langs: Collection[str]) -> Iterator[Reading]:
    """The name without the titles, offices and common nouns around it."""
    forms = _forms("honorifics")
    if _CJK.search(text):
        for form, row in forms.joined:
            if row["role"] == "after" and text.endswith(form) and len(text) >= len(form) + 2:
                yield _reading(text[: -len(form)].rstrip(), ReadingKind.UNTITLED, form, row)
                return
    words = text.split()
    if len(words) < 2:
        for form, row in forms.joined:
            if row["role"] == "prefix" and text.startswith(form) and len(text) > len(form) + 2:
                yield _reading(text[len(form) :], ReadingKind.UNTITLED, form, row)
        return
    norms = [_norm(word) for word in words]
    if tuple(norms) in forms.by_words:
        return  # "Major General" is a title as a whole
    if norms[-1] in forms.lasts:
        for row in forms.by_words.get((norms[-1],), ()):
            if row["role"] == "after":
                yield _reading(" ".join(words[:-1]), ReadingKind.UNTITLED, words[-1], row)
    cut, title = _title_end(words, norms, forms, langs)
    if title and (not words[cut][0].islower() or _may_begin_name(words, norms, cut)):
        yield _reading(" ".join(words[cut:]), ReadingKind.UNTITLED, " ".join(words[:cut]), title)


def _may_begin_name(words: list[str], norms: list[str], cut: int) -> bool:
    """Whether a lower-case word after a title can begin a name: where nothing has a capital, or as a particle."""
    if not any(word[0].isupper() for word in words):
        return norms[cut] not in _PHRASE_WORDS
    particle = re.split("['-]", norms[cut])[0]
    return particle in _PARTICLES and (cut + 1 < len(words) or norms[cut] != particle)


def _title_end(
    words: list[str], norms: list[str], forms: _Forms, langs: Collection[str]
) -> tuple[int, dict[str, str] | None]:
    """How many words in front are titles, and the table row of the last office among them."""
    place = cut = strangers = 0
    title: dict[str, str] | None = None
    last = min(len(words) - 1, _MAX_TITLE)
    while place < last:
        length, rows = _phrase_at(words, norms, place, last, forms, langs)
        roles = {row["role"]: row for row in rows}
        if "head" in roles and not (strangers and roles["head"]["kind"] != "person"):
            title = roles["head"]
            cut = place + length
            if title["kind"] != "person":
                break
        elif "tail" in roles and title:
            cut = place + length
        elif "modifier" not in roles:
            if title or strangers == _MAX_DEMONYMS or norms[place] in _PHRASE_WORDS:
                break
            strangers += 1
        place += max(length, 1)
    return cut, title


def _phrase_at(
    words: list[str], norms: list[str], place: int, last: int, forms: _Forms, langs: Collection[str]
) -> tuple[int, list[dict[str, str]]]:
    """The longest form that starts at a word, which may be inflected if it is the only one."""
    if norms[place] in forms.firsts:
        for end in range(min(place + _MAX_PHRASE, last), place, -1):
            rows = forms.by_words.get(tuple(norms[place:end]))
            if rows:
                return end - place, rows
    # Titles are common nouns: in Latin script a capital says that this is none, or that it stands first.
    word = words[place]
    if not word.isascii() or word.islower():
        for base in one_word_bases(word.strip(_EDGE), langs):
            rows = forms.by_words.get((fold(base),))
            if rows and any(row["role"] == "head" for row in rows):
                return 1, rows
    return 0, []


def articleless(text: str, langs: Collection[str]) -> Iterator[Reading]:
    """The name without an article or a distancing word in front. Arabic `al-` is no article here."""
    forms = _forms("articles")
    words = text.split()
    first = _norm(words[0]) if words else ""
    if "'" in first:
        for form, _ in forms.joined:
            if first.startswith(form) and len(first) > len(form) + 1:
                rest = text[text.index(words[0]) + len(form) :]
                yield Reading(rest, ReadingKind.ARTICLELESS, f"without {text[: len(form)]}")
                return
    if first not in forms.firsts:
        return
    for end in range(min(_MAX_PHRASE, len(words) - 1), 0, -1):
        rows = forms.by_words.get(tuple(_norm(word) for word in words[:end]))
        if not rows:
            continue
        # A single Latin letter is an initial unless the language is known.
        sure = len(first) > 1 or not first.isascii()
        if sure or not {lang for row in rows for lang in row["langs"].split("|")}.isdisjoint(langs):
            detail = f"without {' '.join(words[:end])}"
            yield Reading(" ".join(words[end:]), ReadingKind.ARTICLELESS, detail)
        return


def formless(text: str, langs: Collection[str]) -> Iterator[Reading]:  # noqa: ARG001
    """The name without the legal form of a company or the word for a party."""
    forms = _forms("legal_forms")
    if _CJK.search(text):
        for form, row in forms.joined:
            for rest in (text.removesuffix(form), text.removeprefix(form)):
                if len(rest) < len(text) and len(rest.strip()) >= 2:
                    yield _reading(rest.strip(), ReadingKind.FORMLESS, form, row)
                    return
    words = text.split()
    if len(words) < 2:
        return
    norms = [_norm(word) for word in words]
    if norms[-1] in forms.lasts:
        for start in range(max(1, len(words) - _MAX_PHRASE), len(words)):
            found = _legal_form(words[start:], norms[start:], forms, "end")
            if found:
                rest = " ".join(words[:start]).rstrip(_EDGE)
                yield _reading(rest, ReadingKind.FORMLESS, " ".join(words[start:]), found)
                break
    if norms[0] in forms.firsts:
        for end in range(min(_MAX_PHRASE, len(words) - 1), 0, -1):
            found = _legal_form(words[:end], norms[:end], forms, "start")
            if found:
                rest = " ".join(words[end:])
                yield _reading(rest, ReadingKind.FORMLESS, " ".join(words[:end]), found)
                break


def _legal_form(words: list[str], norms: list[str], forms: _Forms, place: str) -> dict[str, str] | None:
    """The form that `words` are, if it may stand at this end and is written as it has to be."""
    for row in forms.by_words.get(tuple(norms), ()):
        if row["place"] in (place, "both"):
            written = "".join(words)
            if row["capitals"] == "no" or written.isupper() or "." in written:
                return row
    return None


def without_proclitic(text: str, langs: Collection[str]) -> Iterator[Reading]:  # noqa: ARG001
    """The name without the one-letter words that Arabic and Hebrew write together with it."""
    if not "\u0590" <= text[:1] <= "\u06ff":
        return
    for row in sorted(table("proclitics"), key=lambda row: -len(row["prefix"])):
        prefix = row["prefix"]
        rest = text[len(prefix) :]
        if text.startswith(prefix) and len(rest.split(" ", 1)[0]) >= int(row["min_rest"]):
            detail = f"without {prefix} ({row['meaning']})"
            yield Reading(row["replacement"] + rest, ReadingKind.PROCLITIC, detail, row["langs"])


def _reading(text: str, kind: ReadingKind, left_out: str, row: dict[str, str]) -> Reading:
    return Reading(text, kind, f"without {left_out}", kinds=_KINDS[row["kind"]])


STEPS = (unqualified, alternatives, expanded, articleless, untitled, formless, without_proclitic)
"""Every step, in the order of trust: a reading of an earlier step is looked up first."""
