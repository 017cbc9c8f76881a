"""A key as the words that are aligned: legal forms of several words, spelt numbers and spaced letters as one."""

from __future__ import annotations

from functools import lru_cache

from resolver.features.forms import load_forms


@lru_cache(maxsize=1 << 14)
def words(key: str, *, group: str = "any") -> tuple[str, ...]:
    """The words of a latin key, ready to be aligned; cached.

    Legal forms become their short form, "forty four" becomes "44", and, except in names of people, a run of
    single letters becomes one word.

    Args:
        key: Words separated by single spaces.
        group: Group of kinds, see `resolver.features.GROUPS`.

    >>> words("open joint stock company gazprom"), words("brigade forty four"), words("a b c company")
    (('jsc', 'gazprom'), ('brigade', '44'), ('abc', 'company'))
    >>> words("j k rowling", group="person")
    ('j', 'k', 'rowling')
    """
    found = key.split()
    forms = load_forms()
    if len(found) > 1:
        if not forms.phrase_starts.isdisjoint(found):
            found = _short_forms(found, forms.phrases)
        if not forms.tens.isdisjoint(found):
            found = _numbers(found, forms.number)
        if group != "person" and sum(len(word) == 1 for word in found) > 1:
            found = _joined_letters(found)
    return tuple(found)


def _short_forms(found: list[str], phrases: dict[tuple[str, ...], str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(found):
        for size in range(5, 1, -1):
            short = phrases.get(tuple(found[at : at + size]))
            if short is not None and size < len(found):
                out.append(short)
                at += size
                break
        else:
            out.append(found[at])
            at += 1
    return out


def _numbers(found: list[str], number: dict[str, str]) -> list[str]:
    out: list[str] = []
    tens = ""
    for word in found:
        value = number.get(word, "")
        if tens and len(value) == 1:
            out[-1] = str(int(tens) + int(value))
            tens = ""
            continue
        tens = value if len(value) == 2 and value[1] == "0" and value != "10" else ""
        out.append(word)
    return out


def _joined_letters(found: list[str]) -> list[str]:
    out: list[str] = []
    run = ""
    for word in (*found, ""):
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            out.append(run)
            run = ""
        if word:
            out.append(word)
    return out
