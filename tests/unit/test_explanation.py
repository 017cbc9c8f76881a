"""Explanations: every candidate, its evidence, and what would change the answer."""

from __future__ import annotations

import io
import json

import pytest

from resolver import Resolver, Status
from resolver.explain import write_explanation
from resolver.explanation import explain


def text(resolver: Resolver, name: str) -> str:
    out = io.StringIO()
    write_explanation(explain(resolver, name), out)
    return out.getvalue()


def test_an_ambiguous_name_names_the_hints_that_decide(bundled: Resolver) -> None:
    found = explain(bundled, "Georgia")
    assert found.resolution.status is Status.AMBIGUOUS
    changes = {(c.hint, c.value): c.resolution.qid for c in found.changes}
    assert changes["kind", "country"] == "Q230"
    assert changes["kind", "subdivision"] == "Q1428"
    shown = text(bundled, "Georgia")
    assert "--kind country: Georgia (Q230)" in shown
    assert "resolver override add 'Georgia' Q230" in shown


def test_a_misspelt_name_is_explained_word_by_word(bundled: Resolver) -> None:
    shown = text(bundled, "Reccep Erdogan")
    assert "matched Recep Tayyip Erdoğan (Q39259)" in shown
    assert "resembles a name on record" in shown
    assert "same word: erdogan" in shown


@pytest.mark.parametrize("name", ["Nicaragwa", "YPG/PKK", "Octavian Scholz", "", "Xyzzyx Qwrtz", "it's \x1b[31m red"])
def test_every_kind_of_answer_can_be_explained(bundled: Resolver, name: str) -> None:
    shown = text(bundled, name)
    assert "What would change the answer" in shown
    assert "\x1b" not in shown
    plain = json.loads(json.dumps(explain(bundled, name).to_dict()))
    assert plain["query"] == name
    assert all(candidate["evidence"] for candidate in plain["candidates"])


def test_hints_are_kept(bundled: Resolver) -> None:
    found = explain(bundled, "Georgia", kind="subdivision")
    assert found.resolution.qid == "Q1428"
    assert all(change.hint != "kind" for change in found.changes)
