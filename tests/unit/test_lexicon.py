"""The tables load, hold only what their readers know, and fold as documented."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver import lexicon
from resolver.lexicon import fold, table
from resolver.model import Kind
from resolver.romanize import Script

TABLES = (
    "honorifics", "legal_forms", "articles", "alternatives", "endings", "proclitics", "conjunctions", "descriptors",
)  # fmt: skip


@given(st.text())
def test_fold_keeps_every_place(text):
    assert len(fold(text)) == len(text)


@given(st.text())
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


def test_fold():
    assert fold("ŁÓDŹ Ağrı Ñandú") == "lodz agri nandu"
    assert fold("Зелёный Київ") == "зеленый київ"
    assert fold("Ἀθῆναι ς") == "αθηναι σ"
    assert fold("Türkiye’nin") == fold("Türkiye'nin") == "turkiye'nin"


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_clean(name):
    rows = table(name)
    assert rows
    assert len({tuple(row.items()) for row in rows}) == len(rows)
    for row in rows:
        assert row.get("langs", "x")
        for column, cell in row.items():
            assert cell == cell.strip(), (name, row)
            assert unicodedata.is_normalized("NFC", cell), (name, row)
            assert cell or column == "replacement", (name, row)


@pytest.mark.parametrize("name", ["honorifics", "legal_forms", "articles", "conjunctions", "descriptors"])
def test_forms_are_sorted(name):
    forms = [row["form"] for row in table(name)]
    assert forms == sorted(forms)


def test_endings_name_known_scripts_and_change_something():
    scripts = {str(script) for script in Script}
    for row in table("endings"):
        assert row["script"] in scripts
        assert row["ending"] != row["replacement"], row
        assert int(row["min_stem"]) >= 1


def test_kinds_are_kinds_or_groups_of_them():
    known = {str(kind) for kind in Kind} | {"island"}
    assert {row["kind"] for name in ("honorifics", "legal_forms") for row in table(name)} <= known


def test_a_damaged_table_names_file_and_line(tmp_path, monkeypatch):
    (tmp_path / "broken.tsv").write_text("form\tlangs\nand\ten\nund\n", encoding="utf-8")
    monkeypatch.setattr(lexicon.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"broken\.tsv, line 3"):
        table("broken")
