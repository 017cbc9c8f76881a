"""Signals of prominence that the facts offer: the highest office a person held, capitals, population.

They become columns of the entities table; the second stage turns them into a prior (docs/prior.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

OFFICES: tuple[str, ...] = ("head_of_state", "head_of_government", "minister", "legislator", "official")

_NOT_FIRST = re.compile(
    r"\b(?:vice|deputy|former deputy|assistant|under|parliamentary|first lady|spouse|spokes|adviser|advisor|"
    r"secretary to|office of|chief of staff|permanent|chief minister|minister-counsell?or)\b|deputy|spokes",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:(?:acting|interim|first|current|\d+(?:st|nd|rd|th)) )*"
    r"(?:(?:state )?president|monarch|king|queen|emperor|empress|sultan|emir|grand duke|supreme leader|tsar|"
    r"head of state|sovereign prince|head of the commonwealth|captain regent|amir)"
    r"(?: of (?:the )?(?P<where>.+?))?",
    re.IGNORECASE,
)
_GOVERNMENT = re.compile(
    r"(?:(?:acting|interim|first|current|\d+(?:st|nd|rd|th)) )*"
    r"(?:prime minister|premier|federal chancellor|chancellor|taoiseach|head of government|"
    r"president of the government|chairman of the council of ministers|minister-president)"
    r"(?: of (?:the )?(?P<where>.+?))?",
    re.IGNORECASE,
)
_MINISTER = re.compile(
    r"\bminist(?:er|ro|ra|re)\b|secretary of (?:state|defen[cs]e|the treasury|homeland|commerce|energy|labor|"
    r"agriculture|the interior|education|transportation|health|veterans)|\battorney[- ]general\b|"
    r"\bchancellor of the exchequer\b|\bforeign secretary\b|\bhome secretary\b",
    re.IGNORECASE,
)
_LEGISLATOR = re.compile(
    r"(?i:\bmember of (?:the )?(?:\w+ ){0,4}(?:parliament|assembly|congress|senate|bundestag|knesset|duma|rada|"
    r"sejm|house|legislat\w+|national council|riksdag|storting|folketing|majlis)|\bsenator\b|\bdeputy of\b|"
    r"\bspeaker of\b|\blegislator\b|\bcongress(?:man|woman)\b|\brepresentative for\b)|\bM\.?P\.?\b"
)
_ROLE_IN_TEXT = re.compile(
    r"\b(?i:president|king|queen|emperor|sultan|monarch|prime minister|chancellor|premier)\b of (?:the )?"
    r"(?P<where>[A-Z][\w' -]+?)(?=[,;(]| from | since | between | in | and |$)"
)
_POLITICIAN = re.compile(r"\bpolitician\b", re.IGNORECASE)
_OFFICIAL = re.compile(
    r"\b(?:ambassador|governor|mayor|judge|justice|admiral|commander|diplomat|spokes\w+|"
    r"secretary-general|prosecutor|permanent representative|commissioner|politician)\b",
    re.IGNORECASE,
)
_CAPITAL = {
    "True": "country",
    "alternative": "country",
    "region": "subdivision",
    "subdivision": "subdivision",
}
_LEGISLATOR_SOURCES = frozenset({"everypol15", "commons", "congress"})


def office(titles: Iterable[str], description: str, sources: Collection[str], countries: Collection[str]) -> str | None:
    """The highest office a person held, one of `OFFICES`, or None.

    Args:
        titles: Titles of positions, as the sources write them.
        description: One phrase about the person.
        sources: Source tags; some sources list legislators only.
        countries: Casefolded names of countries, so that "President of Castile" is no head of state.

    >>> office(["Deputy Prime Minister"], "", [], ["turkey"])
    'minister'
    >>> office([], "12th president of Turkey", [], ["turkey"])
    'head_of_state'
    >>> office(["President of the Senate"], "", [], ["turkey"])
    'official'
    """
    found: set[str] = set()
    for title in titles:
        found.add(_rank(title, countries))
    for part in re.split(r"[;,]", description):
        held = _ROLE_IN_TEXT.search(part)
        if held and not _NOT_FIRST.search(part) and _is_country(held["where"], countries):
            head = re.search(r"prime minister|chancellor|premier", held[0], re.IGNORECASE)
            found.add("head_of_government" if head else "head_of_state")
        else:
            found.add(_rank(part.split(" since ")[0].strip(), countries, loose=True))
    if _LEGISLATOR_SOURCES & set(sources):
        found.add("legislator")
    return next((name for name in OFFICES if name in found), None)


def capital(extra: dict[str, Any]) -> str | None:
    """`country`, `subdivision` or None, from the flag a source gives.

    >>> capital({"capital": True}), capital({"capital": "region"}), capital({})
    ('country', 'subdivision', None)
    """
    return _CAPITAL.get(str(extra.get("capital")))


def _rank(title: str, countries: Collection[str], *, loose: bool = False) -> str:
    if not _NOT_FIRST.search(title):
        for pattern, rank in ((_STATE, "head_of_state"), (_GOVERNMENT, "head_of_government")):
            held = pattern.fullmatch(title)
            where = held["where"] if held else None
            # A bare "President" is the country's when it is a listed position, not in a free description.
            if held and (_is_country(where, countries) if where else not loose):
                return rank
    if _MINISTER.search(title) and not re.search(r"chief minister|shadow", title, re.IGNORECASE):
        return "minister"
    if _LEGISLATOR.search(title):
        return "legislator"
    return "official" if not loose or _OFFICIAL.search(title) else ""


def _is_country(name: str, countries: Collection[str]) -> bool:
    folded = name.casefold().strip()
    bare = re.sub(
        r"^(?:the |islamic |federal |people's |democratic )*(?:republic|kingdom|state) of (?:the )?",
        "",
        folded,
    )
    return folded in countries or bare in countries or folded == "republic"
