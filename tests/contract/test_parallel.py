"""The same answers, byte for byte, whatever the size of a batch and the number of processes."""

from __future__ import annotations

import json

import pytest

from resolver import ConfigError, InputError, Resolver
from resolver import engine as engine_module

NAMES = [
    "Türkiye", "Nicaragwa", "us", "US", "", "YPG/PKK", "Volodimir Selenskyj", "Reccep Erdogan", "Зеленскому", "Georgia",
    "Octavian Scholz", "Isreal", "الجزاءر", "Erdoğan'ın", "PKK's Syrian wing", "x" * 600, "Merckel", "土耳其",
]  # fmt: skip


def bytes_of(resolver: Resolver, names: list[str], **options: object) -> bytes:
    found = resolver.resolve_many(names, **options)  # type: ignore[arg-type]
    return b"\n".join(json.dumps(one.to_dict(), ensure_ascii=False).encode() for one in found)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_batches(bundled: Resolver, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    expected = bytes_of(bundled, NAMES)
    monkeypatch.setattr(engine_module, "BATCH", size)
    assert bytes_of(bundled, NAMES) == expected
    assert bytes_of(bundled, NAMES[::-1]).split(b"\n")[::-1] == expected.split(b"\n")


def test_workers(bundled: Resolver) -> None:
    names = NAMES * 60
    assert bytes_of(bundled, names, workers=2) == bytes_of(bundled, names)
    assert bytes_of(bundled, names, workers=2, kind="person") == bytes_of(bundled, names, kind="person")


def test_workers_are_lazy_and_keep_the_order_of_errors(bundled: Resolver) -> None:
    stream = bundled.resolve_many(["Türkiye", *["Nicaragwa"] * 3000, 7], workers=2)  # type: ignore[list-item]
    assert next(stream).qid == "Q43"
    with pytest.raises(InputError, match=r"name 3,002 must be a string"):
        list(stream)


@pytest.mark.parametrize("workers", [0, -1, 65, "2", 1.5])
def test_workers_out_of_range(bundled: Resolver, workers: object) -> None:
    with pytest.raises(ConfigError, match="workers is"):
        bundled.resolve_many([], workers=workers)  # type: ignore[arg-type]
