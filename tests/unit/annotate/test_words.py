"""Words of a text: folding, boundaries, gaps, places."""

from __future__ import annotations

import pytest

from resolver.annotate.language import detect_language
from resolver.annotate.text import HARD, HYPHEN, SOFT, SPACE, UPPER, read_words, spaced


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Moscow's envoy", ["moscow", "'s", "envoy"]),
        ("the ministers' plan", ["the", "ministers", "plan"]),
        ("Türkiye’nin", ["turkiye", "'nin"]),
        ("Sana'a", ["sanaa"]),
        ("l’Ukraine", ["l", "ukraine"]),
        ("U.S.-backed", ["us", "backed"]),
        ("St. Louis", ["st", "louis"]),
        ("end.Start", ["end", "start"]),
        ("27.5", ["275"]),
        ("Straße", ["strasse"]),
        ("AT&T", ["at", "and", "t"]),
        ("東京Tower", ["東", "京", "tower"]),
        ("An\u200bkara", ["ankara"]),
        ("Cafe\u0301", ["cafe"]),
        ("", []),
        (" \n.,!?", []),
        ("🙂", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert read_words(text, frozenset({"sanaa"})).words == words


def test_an_apostrophe_divides_unless_a_name_holds_the_word() -> None:
    assert read_words("Côte d'Ivoire").words == ["cote", "d", "ivoire"]
    assert read_words("Côte d'Ivoire", frozenset({"divoire"})).words == ["cote", "divoire"]


def test_gaps_tell_what_divides() -> None:
    words = read_words("One two-three, four. Five (six)\n\nseven")
    assert list(words.gaps) == [HARD, SPACE, HYPHEN, SOFT, HARD, HARD, HARD]


def test_a_title_does_not_end_a_sentence() -> None:
    assert read_words("Gen. Smith").gaps[1] < HARD
    assert read_words("He left. Smith stayed").gaps[2] == HARD


def test_surfaces_take_the_last_stop_of_initials_along() -> None:
    words = read_words("the U.S. and Iraq.")
    assert [words.surface(i, i) for i in range(len(words))] == ["the", "U.S.", "and", "Iraq"]
    assert words.first[1] == UPPER
    assert list(words.capitals) == [0, 1, 0, 0]


def test_marks_stay_with_their_letter() -> None:
    words = read_words("Zu\u0308rich e\u0301")
    assert [words.surface(i, i) for i in range(2)] == ["Zu\u0308rich", "e\u0301"]


def test_keys_are_spaced_as_words_are() -> None:
    assert spaced("united states") == "".join(f"{word} " for word in read_words("United States").words)
    assert spaced("土耳其") == "".join(f"{word} " for word in read_words("土耳其").words)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The minister said that he was in the city.", "en"),
        ("Der Minister sagte, dass er nicht in der Stadt ist.", "de"),
        ("Министр сказал, что он не в городе и не будет.", "ru"),
        ("Міністр сказав, що він не в місті та не буде.", "uk"),
        ("Bakan bu gün için daha çok zaman istedi ve gitti.", "tr"),
        ("قال الوزير إن هذا لا يكفي وقال أيضا بعد ذلك", "ar"),
        ("", ""),
        ("xyzzy", ""),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert detect_language(read_words(text)) == lang
