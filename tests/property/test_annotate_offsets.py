"""Offsets are right in any text: hostile Unicode, zero width, mixed directions, emoji, any length and cut."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolver import Resolver
from resolver.annotate import parts
from resolver.annotate.hashes import words_set
from resolver.annotate.text import read_words

PIECES = st.sampled_from((
    "Ankara", "Türkiye", "Tu\u0308rkiye", "U.S.", "US", "us", "Volodymyr Zelenskyy", "Zelenskyy's", "YPG/PKK",
    "土耳其", "Турция", "Турции", "\u200b", "\u200d",
    "\u202e", "\u200f", "\u00ad",
    "🙂", "👩‍👩‍👧", "İ", "ß", "ﬁ", "AT&T", "'s", "’s", ".",
    "...", "\n", "\n\n", "\r\n", "\t", "  ", ",", "“", "”", "(", ")", "-", "—", "\x00", "\ud800", "\ufeff",
    "ل", "وتركيا",
    "\u0301", "a\u0301\u0301", "ᄒ\u1161\u11ab", "हिन्दी", "٣", "①", "Q43",
))  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join) | st.lists(PIECES, max_size=25).map(" ".join)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_words_stand_where_they_say(text: str) -> None:
    words = read_words(text)
    assert all(word and " " not in word for word in words.words)
    last = 0
    for start, end in zip(words.starts, words.ends, strict=True):
        assert last <= start < end <= len(text)
        last = end
    same = {word: number for word, number in zip(words.words, words.hashes.tolist(), strict=True) if word != "and"}
    assert len(set(same.values())) == len(same)
    sizes = {len(x) for x in (words.words, words.starts, words.ends, words.first, words.gaps, words.capitals)}
    assert len(sizes) == 1


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_texts_of_single_bytes_are_read_like_others(text: str) -> None:
    narrow, wide = read_words(text), read_words(f"{text}\n\nЖ")
    assert wide.words == [*narrow.words, "ж"]
    for name in ("starts", "ends", "first", "capitals", "gaps"):
        assert list(getattr(wide, name))[:-1] == list(getattr(narrow, name))
    assert wide.hashes[:-1].tolist() == narrow.hashes.tolist()


@given(st.lists(st.text("abcdé", min_size=1, max_size=4)), st.lists(st.text("abcdé", min_size=1, max_size=4)))
def test_a_set_of_hashes_holds_what_a_set_holds(held: list[str], asked: list[str]) -> None:
    words = read_words(" ".join(asked))
    assert words_set(read_words(" ".join(held)).words).has(words.hashes).tolist() == [
        word in read_words(" ".join(held)).words for word in words.words
    ]


@given(TEXTS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mentions_stand_where_they_say(mini: Resolver, text: str) -> None:
    last = 0
    for mention in mini.annotate(text, unknown=True):
        assert text[mention.start : mention.end] == mention.surface
        assert last <= mention.start < mention.end <= len(text)
        last = mention.end
        assert mention.resolution.query == mention.surface
        status, qid = mention.resolution.status, mention.resolution.qid
        assert (mention.resolution.answer.status, mention.resolution.qid) == (status, qid)
        assert mention.resolution.to_dict()["status"] in ("matched", "ambiguous", "unmatched", "composite")


@given(TEXTS, st.integers(min_value=2, max_value=30))
@settings(max_examples=100, deadline=None)
def test_parts_cover_a_text_once(text: str, size: int) -> None:
    ends = [0]
    for begin, end in parts(text, size):
        assert begin == ends[-1] < end
        ends.append(end)
    assert ends[-1] == len(text)
