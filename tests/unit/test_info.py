"""What a gazetteer holds, counted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from resolver import GazetteerCorrupt, Resolver
from resolver.gazetteer import FORMAT
from resolver.info import gazetteer_info, write_info

if TYPE_CHECKING:
    from pathlib import Path


def test_counts_are_those_of_the_tables(mini: Resolver) -> None:
    info = gazetteer_info(mini)
    held = mini.gazetteer
    assert (info["path"], info["version"], info["format"]) == (str(mini.database), held.version, FORMAT)
    assert info["bytes"] == mini.database.stat().st_size
    assert info["entities"] == len(held.qids)
    assert info["aliases"] == len(held.alias_entity) == sum(info["roles"].values())
    assert info["keys"] == len(held)
    assert (info["relations"], info["positions"], info["provisional"]) == (2, 0, 2)
    assert info["kinds"]["country"] == sum(held.entity_at(n).kind == "country" for n in range(len(held.qids)))
    assert sum(info["kinds"].values()) == info["entities"]
    for name in ("registers", "strengths"):
        assert sum(info[name].values()) == info["aliases"]
    assert set(info["sources"]) == {"test", "derived"}


def test_counts_go_down(mini: Resolver) -> None:
    info = gazetteer_info(mini)
    for name in ("kinds", "roles", "languages", "sources"):
        counts = list(info[name].values())
        assert counts == sorted(counts, reverse=True)


def test_as_lines(mini: Resolver) -> None:
    out = io.StringIO()
    write_info(gazetteer_info(mini), out)
    text = out.getvalue()
    assert text.startswith(f"{mini.database}\nversion {mini.gazetteer.version}, format {FORMAT}, ")
    assert "entities" in text
    assert "more, in --format json" in text  # more languages than are shown


def test_a_database_that_has_gone_bad(mini: Resolver, tmp_path: Path) -> None:
    database = tmp_path / "bad.duckdb"
    database.write_bytes(b"no database, just text that is long enough to be read as a header" * 100)
    with pytest.raises(GazetteerCorrupt, match=r"bad\.duckdb"):
        gazetteer_info(Resolver(mini.gazetteer, database, mini.config))
