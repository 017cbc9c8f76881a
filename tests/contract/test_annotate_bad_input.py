"""Texts nobody should have to read: no crash, and every offset points at what it says."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver import InputError, Resolver, Status
from resolver.render import Document
from resolver.render.document import leaves

NAMES = ("Türkiye", "Vladimir Putin", "PKK", "YPG/PKK", "Zelenskiy", "Kyiv", "Владимир Путин", "土耳其", "Georgia")


def check(resolver: Resolver, text: str, **options: object) -> list[tuple[int, int, str, str | None]]:
    """Annotate, and see that every mention stands where it says and none overlaps another."""
    last, found = 0, []
    for mention in resolver.annotate(text, **options):  # type: ignore[arg-type]
        assert last <= mention.start < mention.end <= len(text)
        assert mention.surface == text[mention.start : mention.end]
        last = mention.end
        found.append((mention.start, mention.end, mention.surface, mention.resolution.qid))
    return found


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\x00", "\ufeff", "…", "🇹🇷", "\u200b\u200d", "'", "-", "1999", "\ud800"]
)
def test_nothing_is_found_in_nothing(mini: Resolver, text: str) -> None:
    assert check(mini, text, unknown=True) == []


@pytest.mark.parametrize("value", [None, 7, b"Ankara", ["Ankara"]])
def test_what_is_no_text_is_told(mini: Resolver, value: object) -> None:
    with pytest.raises(InputError, match="must be a string"):
        list(mini.annotate(value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "surface", "qid"),
    [
        ("🇹🇷🇹🇷 Türkiye 👩‍👩‍👧", "Türkiye", "Q43"),
        ("\U0001f600\U0001f600 Vladimir Putin", "Vladimir Putin", "Q7747"),
        ("\u202eTürkiye\u202c", "Türkiye", "Q43"),
        ("\u2067Türkiye\u2069 \u200fPKK\u200e", "Türkiye", "Q43"),
        ("Istanbul İİİ ﬃ ß ŉ Türkiye", "Türkiye", "Q43"),
        ("«Türkiye»", "Türkiye", "Q43"),
        ("“Türkiye”", "Türkiye", "Q43"),
        ("(Türkiye)", "Türkiye", "Q43"),
        ("Türkiye’s", "Türkiye", "Q43"),
        ("\r\n\r\nTürkiye\r\n", "Türkiye", "Q43"),
        ("Vladimir\nPutin", "Vladimir\nPutin", "Q7747"),
        ("Vladimir\r\n   Putin", "Vladimir\r\n   Putin", "Q7747"),
        ("Vladimir\u00a0Putin", "Vladimir\u00a0Putin", "Q7747"),
        (unicodedata.normalize("NFD", "Türkiye"), unicodedata.normalize("NFD", "Türkiye"), "Q43"),
        ("e\u0301\u0301\u0301 Türkiye", "Türkiye", "Q43"),
    ],
)
def test_offsets_are_code_points_of_the_raw_text(mini: Resolver, text: str, surface: str, qid: str) -> None:
    assert (text.index(surface), text.index(surface) + len(surface), surface, qid) in check(mini, text)


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u200c", "\u2060", "\ufeff", "\u00ad"])
@pytest.mark.parametrize(("first", "second", "qid"), [("Tür", "kiye", "Q43"), ("Vladimir Pu", "tin", "Q7747")])
def test_characters_of_no_width_inside_a_name(mini: Resolver, hidden: str, first: str, second: str, qid: str) -> None:
    name = first + hidden + second
    text = f"In {name}, {name} again"
    assert [row for row in check(mini, text) if row[3] == qid] == [
        (3, 3 + len(name), name, qid),
        (5 + len(name), 5 + 2 * len(name), name, qid),
    ]


def test_mixed_directions(mini: Resolver) -> None:
    text = "قال Vladimir Putin في Türkiye إن 土耳其 و Владимир Путин"
    found = {(surface, qid) for _, _, surface, qid in check(mini, text)}
    assert found >= {("Vladimir Putin", "Q7747"), ("Türkiye", "Q43")}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(NAMES), st.text(max_size=6), st.sampled_from("\u200b\u202e\u0301🇹🇷'’-/.\n\x00")),
        max_size=10,
    )
)
def test_any_text_keeps_its_offsets(mini: Resolver, pieces: list[str]) -> None:
    text = "".join(pieces)
    check(mini, text)
    check(mini, text, unknown=True)


def test_a_word_without_end_and_a_text_without_words(mini: Resolver) -> None:
    started = time.perf_counter()
    for text in (
        "x" * 300_000,
        "Türkiye" * 30_000,
        "Vladimir " * 30_000,
        "/".join(["PKK"] * 30_000),
        "\u0301" * 300_000,
    ):
        check(mini, text)
    assert time.perf_counter() - started < 30


def test_every_mention_has_a_resolution_like_everywhere(mini: Resolver) -> None:
    text = "Türkiye and YPG/PKK met Georgia."
    for mention in mini.annotate(text):
        said = mention.resolution.to_dict()
        assert said["query"]
        assert said["gazetteer_version"] == mini.gazetteer.version
        assert all(isinstance(leaf.status, Status) for leaf in leaves(mention.resolution))
    assert Document("a", text, mini.annotate(text)).held().mentions


@pytest.mark.slow
def test_a_hundred_megabytes_in_one_line(bundled: Resolver) -> None:
    """Time linear in the text, memory that does not follow the number of mentions, offsets right to the end."""
    resource = pytest.importorskip("resource")
    chance = random.Random(5)
    words = ["said", "that", "the", "talks", "would", "continue", "after", "Türkiye", "Vladimir Putin", "NATO", "Kyiv"]
    piece = " ".join(chance.choices(words, k=100_000)) + ". "
    text = piece * (100_000_000 // len(piece) + 1)
    assert "\n" not in text
    assert len(text.encode()) > 100_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count, last = 0, None
    for mention in bundled.annotate(text, lang="en"):
        count += 1
        if count % 1009 == 0:
            assert text[mention.start : mention.end] == mention.surface
        last = mention
    assert last is not None
    assert last.end > len(text) - 200
    assert count > 1_000_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 1024
