"""Names worked on by several processes: the answers come back in order and are those of one process."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from resolver.collection import no_collection
from resolver.errors import ConfigError
from resolver.model import Answer, Hints
from resolver.wording import Packed, packed

if TYPE_CHECKING:
    from pathlib import Path

    from resolver.config import Config
    from resolver.engine import Resolver
    from resolver.gazetteer import Gazetteer
    from resolver.overrides import Overrides

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")

_AHEAD = 2
"""Pieces that wait for each process: enough that none idles, few enough that memory stays flat."""

PIECE = 512
"""Names handed over at a time."""

_mine: Resolver  # of a worker process: its own resolver


class Opening(NamedTuple):
    """What a worker needs to open the same gazetteer in the same way."""

    database: Path
    config: Config
    overrides: Overrides | bool


class Workers:
    """Processes with a resolver each; a context manager. They end with this process, even where it is killed.

    Args:
        opening: What each of them opens.
        count: How many.
    """

    def __init__(self, opening: Opening, count: int) -> None:
        self.count = count
        # A fork of a process with threads may hang.
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_open, initargs=(opening,))

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise ConfigError(
                "the worker processes died; a script that asks for workers has to keep its own code under"
                " `if __name__ == '__main__':`, and each worker needs about 500 MB; workers=1 needs none"
            ) from error

    def submit(self, function: Callable[[Resolver, _Given], _Got], given: _Given) -> Future[_Got]:
        """Have a process call `function(its resolver, given)`; the function is one of a module, not a closure."""
        return self._pool.submit(_call, function, given)

    def answers(
        self, pieces: Iterator[list[str]], hints: Hints, config: Config, gazetteer: Gazetteer
    ) -> Iterator[list[Answer]]:
        """The answers to each piece, in order; they come as numbers of `gazetteer`, which all processes have."""
        waiting: deque[Future[list[Answer | Packed]]] = deque()
        for piece in pieces:
            waiting.append(self.submit(_answer, (piece, hints, config)))
            if len(waiting) > _AHEAD * self.count:
                yield _unpacked(waiting.popleft().result(), gazetteer)
        while waiting:
            yield _unpacked(waiting.popleft().result(), gazetteer)


def opening_of(resolver: Resolver) -> Opening:
    """What a process needs to answer as this resolver does."""
    return Opening(resolver.database, resolver.config, resolver.rulings.overrides if resolver.rulings else False)


def _open(opening: Opening) -> None:
    global _mine
    from resolver.engine import Resolver

    Thread(target=_end_with_parent, daemon=True).start()
    _mine = Resolver.open(
        opening.database, config=opening.config, layers=opening.config.layers, overrides=opening.overrides
    )


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _call(function: Callable[[Resolver, _Given], _Got], given: _Given) -> _Got:
    return function(_mine, given)


def _answer(resolver: Resolver, given: tuple[list[str], Hints, Config]) -> list[Answer | Packed]:
    with no_collection():
        return list(map(packed, resolver.answers(*given)))


def _unpacked(answers: list[Answer | Packed], gazetteer: Gazetteer) -> list[Answer]:
    return [one.unpacked(gazetteer) if isinstance(one, Packed) else one for one in answers]
