"""Annotating: what a caller sees, over the mini gazetteer."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from resolver import Annotation, Config, InputError, Resolver, Status
from resolver.annotate import PART
from resolver.annotate.automaton import SPANS, TRIE, open_names, sound_of, write_names
from resolver.errors import GazetteerCorrupt


def links(resolver: Resolver, text: str, **options: object) -> list[tuple[str, str | None]]:
    return [(m.surface, m.resolution.qid) for m in resolver.annotate(text, **options)]


def test_an_annotation(mini: Resolver) -> None:
    (mention,) = mini.annotate("They went to Ukraine.")
    assert isinstance(mention, Annotation)
    assert (mention.start, mention.end, mention.surface) == (13, 20, "Ukraine")
    assert mention.resolution.status is Status.MATCHED
    assert mention.resolution.qid == "Q212"
    data = json.loads(json.dumps(mention.to_dict()))
    assert set(data) == {"start", "end", "surface", "resolution"}
    assert data["resolution"]["query"] == "Ukraine"
    assert data["resolution"]["alias"]["text"] == "Ukraine"
    assert data["resolution"]["gazetteer_version"] == mini.gazetteer.version
    with pytest.raises(AttributeError):
        mention.start = 0  # type: ignore[misc]


def test_it_is_lazy_and_pickles(mini: Resolver) -> None:
    stream = mini.annotate("Ukraine and Syria. " * 3)
    first = next(stream)
    assert pickle.loads(pickle.dumps(first)) == first


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\ud800", "🙂", "...", "\u200b", "\ufeff"])
def test_texts_without_names(mini: Resolver, text: str) -> None:
    assert list(mini.annotate(text)) == []


@pytest.mark.parametrize("text", [None, 3, b"Ankara", ["Ankara"]])
def test_what_is_no_text_is_refused(mini: Resolver, text: object) -> None:
    with pytest.raises(InputError, match="a text must be a string"):
        list(mini.annotate(text))  # type: ignore[arg-type]


def test_unknown_hints_are_refused(mini: Resolver) -> None:
    with pytest.raises(InputError, match="not a language"):
        list(mini.annotate("Ankara", lang="?"))
    with pytest.raises(InputError, match="not a date"):
        list(mini.annotate("Ankara", as_of="yesterday"))


def test_capitals_are_evidence(mini: Resolver) -> None:
    assert links(mini, "The US told us. The turkey is in Turkey.") == [("US", "Q30"), ("Turkey", "Q43")]


def test_names_that_the_gazetteer_lacks(mini: Resolver) -> None:
    text = "A baker called Ezekiel Putin-Brown yesterday visited Ezekiel Syria somewhere in Ukraine."
    assert links(mini, text) == [("Ukraine", "Q212")]
    unknown = [m for m in mini.annotate(text, unknown=True) if m.resolution.status is Status.UNMATCHED]
    assert "Ezekiel Syria" in [m.surface for m in unknown]
    assert all(m.resolution.qid is None for m in unknown)


def test_a_stranger_of_the_same_surname_stays_one(mini: Resolver) -> None:
    assert links(mini, "We know Ezekiel Zelenskyy. As for Zelenskyy, he bakes.") == []


def test_coreference_by_surname(mini: Resolver) -> None:
    text = "After Volodymyr Zelenskyy spoke, Zelenskyy's team left."
    found = list(mini.annotate(text))
    assert [m.resolution.qid for m in found] == ["Q3874799", "Q3874799"]
    assert found[1].surface == "Zelenskyy"
    assert "coreference" in {e.name for e in found[1].resolution.evidence}


def test_an_acronym_that_the_text_defines(mini: Resolver) -> None:
    text = "The Anadolu Agency (AA) wrote it; the AA says more."
    assert links(mini, text) == [(name, "x-anadolu-agency") for name in ("Anadolu Agency", "AA", "AA")]
    assert links(mini, "The AA says more.") == []


def test_demonyms_with_their_role(mini: Resolver) -> None:
    found = list(mini.annotate("The Turkish and Syrian-led teams met."))
    assert [(m.surface, m.resolution.qid, m.resolution.alias.role) for m in found if m.resolution.alias] == [
        ("Turkish", "Q43", "demonym"),
        ("Syrian", "Q858", "demonym"),
    ]


def test_composites_are_read_as_their_parts(mini: Resolver) -> None:
    assert links(mini, "The YPG/PKK issue") == [("YPG", "Q277036"), ("PKK", "Q152220")]


def test_the_day_of_a_text(mini: Resolver) -> None:
    then = next(mini.annotate("The Soviet Union", as_of=date(1980, 5, 1))).resolution
    now = next(mini.annotate("The Soviet Union", as_of="2020-05-01")).resolution
    assert then.as_of == date(1980, 5, 1)
    assert "inside_validity" in {e.name for e in then.evidence}
    assert "outside_validity" in {e.name for e in now.evidence}


def test_inflected_names(mini: Resolver) -> None:
    assert links(mini, "Он говорил о Турции с Владимиром Путиным.", lang="ru") == [
        ("Турции", "Q43"),
        ("Владимиром Путиным", "Q7747"),
    ]


def test_the_same_text_gives_the_same_answers(mini: Resolver) -> None:
    text = "Georgia, Ankara and Zelenskyy. Volodymyr Zelenskyy is in Georgia."
    assert list(mini.annotate(text)) == list(mini.annotate(text))


def test_a_long_text_is_read_in_parts(mini: Resolver) -> None:
    sentence = "Then Volodymyr Zelenskyy left for Ukraine. "
    times = PART // len(sentence) + 50
    found = list(mini.annotate(sentence * times))
    assert len(found) == 2 * times
    assert found[-1].end == len(sentence) * times - 2


def test_one_line_of_any_length(mini: Resolver) -> None:
    text = "x" * (3 * PART) + " Ukraine " + "," * PART
    assert links(mini, text) == [("Ukraine", "Q212")]


def test_memory_does_not_grow_with_the_text(mini: Resolver) -> None:
    list(mini.annotate("Ukraine"))

    def peak(times: int) -> int:
        text = "Ukraine saw Syria. " * times
        tracemalloc.start()
        for _ in mini.annotate(text):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(60_000) < 1.5 * peak(20_000)


def test_the_names_are_made_once_and_whole(mini: Resolver, tmp_path: Path) -> None:
    stages: list[float] = []
    write_names(mini.gazetteer, tmp_path, lambda _stage, done: stages.append(done))
    assert stages == sorted(stages)
    assert stages[-1] == 1.0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([TRIE, SPANS])
    names = open_names(mini.gazetteer, tmp_path / "gazetteer.duckdb")
    assert names.number("united states ") is not None
    assert names.begins("united ")
    assert not names.begins("unixx ")


def test_a_damaged_file_is_one_line(mini: Resolver, tmp_path: Path) -> None:
    write_names(mini.gazetteer, tmp_path)
    (tmp_path / SPANS).write_bytes(b"nothing")
    with pytest.raises(GazetteerCorrupt):
        open_names(mini.gazetteer, tmp_path / "gazetteer.duckdb")


def test_names_that_sound_alike() -> None:
    assert sound_of("vladmir puttin") == sound_of("vladimir putin")
    assert sound_of("putin") == 0


def test_context_beside_a_name(bundled: Resolver) -> None:
    for name, context, qid in [
        ("Georgia", "Tbilisi", "Q230"),
        ("Georgia", "Atlanta", "Q1428"),
        ("Tripoli", ["Beirut", "Sidon"], "Q168954"),
        ("Tripoli", "Fighting went on in Benghazi.", "Q3579"),
        ("Springfield", "Illinois", "Q28515"),
    ]:
        answer = bundled.resolve(name, context=context)
        assert answer.qid == qid, name
        assert {"coherence", "related", "beside"} & {e.name for e in answer.evidence}
    assert bundled.resolve("Georgia", context=["Q230"]).qid == "Q230"
    assert bundled.resolve("Georgia", context="nothing known").status is Status.AMBIGUOUS
    with pytest.raises(InputError):
        bundled.resolve("Georgia", context="Q999999999999")


def test_metonymy_keeps_both_readings(bundled: Resolver) -> None:
    def best(text: str, policy: str) -> list[tuple[str, str | None]]:
        reader = Resolver(bundled.gazetteer, bundled.database, Config(metonymy=policy))
        found = list(reader.annotate(text, lang="en"))
        for mention in found:
            roles = {c.alias.role == "metonym" for c in mention.resolution.candidates}
            assert roles == {True, False}, mention
        return [(m.surface, m.resolution.kind) for m in found]

    talk, trip = "Moscow and Washington have begun a dialogue.", "He flew to Moscow."
    assert best(talk, "context") == [("Moscow", "government_body"), ("Washington", "government_body")]
    assert best(trip, "context") == [("Moscow", "city")]
    assert best(talk, "literal") == [("Moscow", "city"), ("Washington", "city")]
    assert best(trip, "metonymic") == [("Moscow", "government_body")]


def test_the_policy_for_single_names(bundled: Resolver) -> None:
    reader = Resolver(bundled.gazetteer, bundled.database, Config(metonymy="metonymic"))
    answer = reader.resolve("Ankara")
    assert [c.entity.kind for c in answer.candidates[:2]] == ["government_body", "city"]
    assert next(iter(reader.resolve_many(["Ankara"]))).qid == answer.qid
