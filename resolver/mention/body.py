"""Strings that name a body of a country by the country: "Military Forces of Mali (2021-)", "the Kenyan police"."""

from __future__ import annotations

import re
from functools import cache

from resolver.lexicon import fold, table
from resolver.mention.composite import EMPTY, OF
from resolver.mention.reading import Body

_EDGE = " \t\r\n\"«»„“”'’‘,;:.!?…"

# The years for which a data set lists a body: "Military Forces of Mali (2021-)".
_YEARS = re.compile(r"\s*[(\[]\s*(?:since |from )?\d{4}\s*(?:[-–—/]\s*(?:\d{4}|present)?)?\s*[)\]]\s*$")
_MAX_BODY = 3  # words of the longest form


def parse_body(text: str) -> Body | None:
    """The government, army or police of a country that a phrase names by the country; None where it is no such phrase.

    >>> parse_body("Military Forces of Mali (2021-)")
    Body(relation='armed_forces_of', country_text='Mali', adjective=False)
    >>> parse_body("the Kenyan police")
    Body(relation='police_of', country_text='Kenyan', adjective=True)
    >>> parse_body("Government House") is None
    True
    """
    words = _YEARS.sub("", text).strip(_EDGE).split()
    norms = [fold(word).strip(_EDGE) for word in words]
    while norms and norms[0] in EMPTY:
        del words[0], norms[0]
    for length in range(min(_MAX_BODY, len(words) - 1), 0, -1):
        rest = len(words) - length
        row = _body_forms().get(" ".join(norms[:length]))
        if row and row["order"] == "bare":
            return Body(row["relation"], " ".join(words[length:]))
        if row and rest > 1 and norms[length] in OF:
            after = next((n for n in range(length + 1, len(words)) if norms[n] not in EMPTY), len(words))
            return Body(row["relation"], " ".join(words[after:])) if after < len(words) else None
        row = _body_forms().get(" ".join(norms[rest:]))
        if row and row["order"] == "both" and words[0][0].isupper():
            return Body(row["relation"], " ".join(words[:rest]), adjective=True)
    return None


@cache
def _body_forms() -> dict[str, dict[str, str]]:
    return {fold(row["form"]): row for row in table("bodies")}
