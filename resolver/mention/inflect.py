"""Case endings: which base forms an inflected name may come from.

Driven by lexicon/endings.tsv. A row says that a word which ends so in some cases of a language ends otherwise in
the base form, after at least `min_stem` letters. In languages whose words agree, the words of a name change
together and in one case, or only the first ones do (the rest are a genitive of their own); elsewhere only the
last word changes.

Nothing here knows names: most proposals are wrong, and the gazetteer says which one is right.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain, islice, product
from typing import TYPE_CHECKING, NamedTuple

from resolver.lexicon import fold, table
from resolver.normalize import exact_key
from resolver.romanize import Script, detect_script

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MAX_PROPOSALS = 12
"""Most base forms proposed for one string."""

_AGREEING = frozenset(("ru", "uk", "bg", "mk", "sr", "pl", "cs", "sk", "sl", "hr", "bs", "de", "el", "lt", "lv"))
_LONGEST_ACRONYM = 4  # a word in capitals up to this length has no endings of its own
_MAX_COMBINATIONS = 4  # of base forms of the words of one name
_MAX_WORDS = 6  # longer strings are titles and sentences, where endings prove nothing
_JOINTS = frozenset("':-")  # signs that an ending is joined by
# Languages whose endings are so short and common that only a hint makes them worth a look-up.
_ON_REQUEST = frozenset(("et", "lt", "lv", "ro", "sq"))
# What no spelling has where a stem meets an ending: a soft sign after a vowel, a short i after a consonant,
# a hard i after a velar or a hush, a fleeting e after a vowel.
_IMPOSSIBLE = re.compile(
    "[аеёиоуыэюяіїє]ь|[бвгджзклмнпрстфхцчшщь]й|[гкхжшщчьйаеиоуыэюя]ы|ь[ао]|ii|[aeiouy](?:ek|ec|ac)$"
)
_CASE_NAMES = {
    "abl": "ablative", "acc": "accusative", "ade": "adessive", "all": "allative", "ben": "benefactive",
    "cau": "causal", "com": "comitative", "cop": "copula", "dat": "dative", "definite": "definite form",
    "del": "delative", "ela": "elative", "equ": "equative", "erg": "ergative", "ess": "essive", "gen": "genitive",
    "ill": "illative", "ine": "inessive", "ins": "instrumental", "loc": "locative", "nom": "nominative",
    "par": "partitive", "particle": "particle", "poss": "possessive", "sub": "sublative", "sup": "superessive",
    "ter": "terminative", "tra": "translative",
}  # fmt: skip


class Rule(NamedTuple):
    """One row of lexicon/endings.tsv.

    `rank` is the row's place, the longer endings first and rare changes last. `slots` are the groups of
    languages, cases and numbers in which words agree by this rule, as one key each.
    """

    rank: int
    slots: tuple[str, ...]
    langs: tuple[str, ...]
    ending: str
    replacement: str
    cases: tuple[str, ...]
    part: str
    min_stem: int


class Proposal(NamedTuple):
    """A base form, the language whose rule proposed it, the case, and the ending that was taken off."""

    text: str
    lang: str
    case: str
    ending: str
    joined: bool

    @property
    def detail(self) -> str:
        """One phrase for people: case and ending."""
        return f"{_CASE_NAMES[self.case]} -{self.ending.lstrip(':-')}"


class _Base(NamedTuple):
    """One word without an ending."""

    text: str
    rule: Rule


@cache
def _rules() -> dict[Script, dict[str, list[Rule]]]:
    """Rules by script and folded ending."""
    rules: dict[Script, dict[str, list[Rule]]] = {}
    for place, row in enumerate(table("endings")):
        ending = fold(row["ending"])
        langs, cases = tuple(row["langs"].split("|")), tuple(row["case"].split("|"))
        number = "plural" if row["part"] == "plural" else ""
        rule = Rule(
            rank=place - (0 if row["part"] == "rare" else 10_000 * len(ending)),
            slots=tuple(f"{case} {row['langs']} {number}" for case in cases if _AGREEING.issuperset(langs)),
            langs=langs,
            ending=row["ending"],
            replacement=row["replacement"],
            cases=cases,
            part=row["part"],
            min_stem=int(row["min_stem"]),
        )
        rules.setdefault(Script(row["script"]), {}).setdefault(ending, []).append(rule)
    return rules


@cache
def _lengths(script: Script) -> range:
    """Lengths of this script's endings, longest first."""
    return range(max(map(len, _rules().get(script, {"": []}))), 0, -1)


class _Langs(NamedTuple):
    """Languages whose rules apply, and whether the caller named them."""

    langs: frozenset[str]
    hinted: bool


@cache
def _wanted(script: Script, langs: frozenset[str]) -> _Langs:
    """The languages whose rules apply: those hinted at, else every usual one of the script."""
    known = {lang for rules in _rules()[script].values() for rule in rules for lang in rule.langs}
    return _Langs(frozenset(known & langs or known - _ON_REQUEST), bool(known & langs))


@lru_cache(maxsize=32_768)
def _bases(word: str, script: Script, wanted: _Langs, alone: bool) -> list[_Base]:
    """Every base form of one word, the longest ending first."""
    endings = _rules()[script]
    folded = fold(word)
    # Only in Latin do accents tell endings apart; one may be left out, but another is another ending.
    accented = word.lower().replace("’", "'") if script is Script.LATIN else folded
    acronym = len(word) <= _LONGEST_ACRONYM and word.isupper()
    found = []
    for length in _lengths(script):
        stem = len(word) - length
        ending = folded[stem:]
        for rule in endings.get(ending, ()) if stem > 0 else ():
            if wanted.langs.isdisjoint(rule.langs) or (acronym and rule.part != "joined"):
                continue
            # Without a hint one letter proves little; within a longer name the other words help.
            least = rule.min_stem + (length == 1 and alone and not wanted.hinted) - bool(rule.slots and not alone)
            if stem < least or (rule.part == "hinted" and not wanted.hinted):
                continue
            if rule.part == "attributive" and alone:
                continue
            exact = accented.endswith(rule.ending)
            if not exact and (not accented.endswith(ending) or (length < 3 and not wanted.hinted)):
                continue
            if rule.replacement and _IMPOSSIBLE.match(folded[stem - 1] + rule.replacement):
                continue
            replacement = rule.replacement.upper() if len(word) > 3 and word.isupper() else rule.replacement
            found.append((rule.rank - 5_000 * exact, _Base(word[:stem] + replacement, rule)))
    found.sort(key=lambda item: item[0])
    return [base for _, base in found]


def base_forms(text: str, *, langs: Collection[str] = ()) -> Iterator[Proposal]:
    """Base forms that `text` may be an inflected form of, the likeliest first, at most `MAX_PROPOSALS`.

    Args:
        text: Words between single spaces.
        langs: Languages of the text; empty, or none that has endings here, means any of the script's.

    >>> [p.text for p in base_forms("Владимира Путина", langs=["ru"])][0]
    'Владимир Путин'
    >>> [(p.text, p.detail) for p in base_forms("Türkiye'nin")]
    [('Türkiye', "genitive -'nin")]
    >>> list(base_forms("NATO"))
    []
    """
    script = detect_script(text)
    words = text.split()
    if len(words) > _MAX_WORDS or script not in _rules():
        return
    wanted = _wanted(script, frozenset(langs))
    seen = {fold(text)}
    for proposal in islice(_proposals(words, script, wanted), 4 * MAX_PROPOSALS):
        folded = fold(proposal.text)
        if folded not in seen:
            seen.add(folded)
            yield proposal
            if len(seen) > MAX_PROPOSALS:
                return


def one_word_bases(word: str, langs: Collection[str]) -> list[str]:
    """Every base form of one word, without ranking or bound.

    >>> "президент" in one_word_bases("президента", ["ru"])
    True
    """
    script = detect_script(word)
    if script not in _rules():
        return []
    return [base.text for base in _bases(word, script, _wanted(script, frozenset(langs)), True)]


@cache
def _key_endings(script: Script) -> dict[str, frozenset[str]]:
    """Keys of the endings of a script to those of the endings of their base forms."""
    found: dict[str, set[str]] = {}
    for rules in _rules().get(script, {}).values():
        for rule in rules:
            found.setdefault(exact_key(rule.ending), set()).add(exact_key(rule.replacement))
    return {ending: frozenset(replacements) for ending, replacements in found.items()}


def bases_of_key(key: str) -> Iterator[str]:
    """Keys of all base forms that a name of one word may have by its key alone, whatever its capitals and language.

    >>> "украина" in bases_of_key("украины"), list(bases_of_key("כהן"))
    (True, [])
    """
    endings = _key_endings(detect_script(key))
    for length in range(1, len(key)):
        for replacement in endings.get(key[-length:], ()):
            yield key[:-length] + replacement


def inflected_words(word: str, text: str, langs: Collection[str]) -> list[str]:
    """Every base form that `base_forms(text)` may give one of its words; empty where it gives none at all."""
    script, words = detect_script(text), text.split()
    if len(words) > _MAX_WORDS or script not in _rules():
        return []
    return [base.text for base in _bases(word, script, _wanted(script, frozenset(langs)), len(words) == 1)]


def without_joined_ending(word: str) -> str:
    """A word without an ending that a sign joins to it (`'s`, `'nın`, `:n`); the word itself if it has none.

    >>> without_joined_ending("PKK’nın"), without_joined_ending("Hamas's"), without_joined_ending("Hamas")
    ('PKK', 'Hamas', 'Hamas')
    """
    script = detect_script(word)
    if not _JOINTS.intersection(fold(word)) or script not in _rules():
        return word
    bases = _bases(word, script, _wanted(script, frozenset()), True)
    return next((base.text for base in bases if base.rule.part == "joined"), word)


def _proposals(words: list[str], script: Script, wanted: _Langs) -> Iterator[Proposal]:
    alone = len(words) == 1
    last = _bases(words[-1], script, wanted, alone)
    joined = [base for base in last if base.rule.part == "joined"]
    if joined or alone:
        for base in joined or last:
            yield _proposal([*words[:-1], base.text], base.rule, _first(base.rule.langs, wanted.langs))
        return
    changes = _changes(words, script, wanted)
    complete = [change for change in changes if all(change[1])]
    partial = [change for change in changes if not all(change[1])]
    if script is Script.LATIN and not wanted.hinted:
        # A first word in -a before another that stays is a name in any language: one letter proves nothing.
        partial = [
            (key, slots)
            for key, slots in partial
            if slots[-1] or any(slot and len(slot.rule.ending) > 1 for slot in slots)
        ]
    for change in complete + partial:
        yield from _changed(words, change, len(words), wanted.langs)
    for base in last:
        yield _proposal([*words[:-1], base.text], base.rule, _first(base.rule.langs, wanted.langs))
    for change in complete + partial:
        for end in range(1, len(words)):
            if change[1][end - 1] and any(change[1][end:]):
                yield from _changed(words, change, end, wanted.langs)


class _Slot(NamedTuple):
    """What one word can come from in one group of languages, case and number."""

    texts: tuple[str, ...]
    rule: Rule


@lru_cache(maxsize=32_768)
def _slots(word: str, script: Script, wanted: _Langs) -> dict[str, _Slot]:
    """The slots of one word of a longer name, the likeliest base form first in each."""
    found: dict[str, list[_Base]] = {}
    for base in _bases(word, script, wanted, False):
        for key in base.rule.slots:
            found.setdefault(key, []).append(base)
    return {
        key: _Slot(tuple(base.text for base in bases[:_MAX_COMBINATIONS]), bases[0].rule)
        for key, bases in found.items()
    }


_Change = tuple[str, list[_Slot | None]]


def _changes(words: list[str], script: Script, wanted: _Langs) -> list[_Change]:
    """Slot by slot what each word can come from, the longest endings first."""
    by_word = [_slots(word, script, wanted) for word in words]
    # Languages and cases with the same base forms say the same once.
    distinct: dict[tuple[tuple[str, ...] | None, ...], tuple[int, _Change]] = {}
    for key in dict.fromkeys(chain.from_iterable(by_word)):
        slots = [slots_of_word.get(key) for slots_of_word in by_word]
        rank = sum(slot.rule.rank for slot in slots if slot)
        texts = tuple(slot and slot.texts for slot in slots)
        known = distinct.get(texts)
        if known is None or rank < known[0]:
            distinct[texts] = (rank, (key, slots))
    return [change for _, change in sorted(distinct.values(), key=lambda item: item[0])]


def _changed(words: list[str], change: _Change, end: int, langs: frozenset[str]) -> Iterator[Proposal]:
    """The words with the first `end` of them in their base forms, in every combination up to a few."""
    key, slots = change
    slots = slots[:end]
    rule = next(slot.rule for slot in reversed(slots) if slot)
    choices = [slot.texts if slot else (word,) for slot, word in zip(slots, words, strict=False)]
    for bases in islice(product(*choices), _MAX_COMBINATIONS):
        yield _proposal([*bases, *words[end:]], rule, _first(rule.langs, langs), key.partition(" ")[0])


def _first(own: tuple[str, ...], wanted: frozenset[str]) -> str:
    return next((lang for lang in own if lang in wanted), own[0])


def _proposal(words: list[str], rule: Rule, lang: str, case: str = "") -> Proposal:
    return Proposal(" ".join(words), lang, case or rule.cases[0], rule.ending, rule.part == "joined")
