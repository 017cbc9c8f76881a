"""Sentences with their mentions: every one is found with its entity, and nothing else is linked.

tests/golden/sentences.tsv: category, language, text with mentions as [surface|id]; a line break is written \\n.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resolver import Resolver

_LINES = Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
CASES = [tuple(line.split("\t")) for line in _LINES]
_MENTION = re.compile(r"\[([^\]|]*)\|([^\]]*)\]")


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The raw text and its mentions."""
    raw, mentions, last = "", [], 0
    for match in _MENTION.finditer(text):
        raw += text[last : match.start()]
        mentions.append((len(raw), len(raw) + len(match[1]), match[2]))
        raw += match[1]
        last = match.end()
    return raw + text[last:], mentions


@pytest.mark.parametrize(("category", "lang", "text"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_mentions(bundled: Resolver, category: str, lang: str, text: str) -> None:
    raw, wanted = marked(text.replace("\\n", "\n"))
    mentions = list(bundled.annotate(raw, lang=lang))
    found = [(m.start, m.end, m.resolution.qid) for m in mentions if m.resolution.qid]
    assert found == wanted, category
    for m in mentions:
        quick = m.resolution.status, m.resolution.qid
        best = m.resolution.answer.candidates[0].entity.qid if m.resolution.answer.candidates else None
        assert quick == (m.resolution.answer.status, best if m.resolution.answer.status == "matched" else None)
