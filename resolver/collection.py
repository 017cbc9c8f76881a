"""Holding back cyclic garbage collection where millions of small objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Run a block without the cyclic collector; it is on again afterwards if it was on before.

    What is made inside holds no cycles, and a collector that walks everything else again and again meanwhile
    doubles the time of a batch of answers (docs/performance.md).
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
