"""What is said where a file can't be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver.table.partial import _unwritable


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            "IO Error: Failed to create checkpoint because of error:"
            ' Could not write file "/data/a.duckdb.partial": No space left on device',
            "No space left on device); make room",
        ),
        ('IO Error: Cannot open file "/data/a.duckdb.partial": Permission denied', "Permission denied); check the"),
        ("IO Error: something else\nand more", "something else); check the folder"),
    ],
)
def test_the_reason_without_the_path(told: str, reason: str) -> None:
    message = _unwritable(Path("a.duckdb"), RuntimeError(told))
    assert message.startswith(f"can't write a.duckdb ({reason}")
    assert "\n" not in message
