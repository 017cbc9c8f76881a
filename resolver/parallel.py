"""Names worked on by several processes: the answers come back in order and are those of one process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from resolver.errors import ConfigError
from resolver.model import Answer, Hints

if TYPE_CHECKING:
    from pathlib import Path

    from resolver.config import Config
    from resolver.engine import Resolver
    from resolver.overrides import Overrides

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
    """Processes that answer names; a context manager.

    Args:
        opening: What each of them opens.
        count: How many.
    """

    def __init__(self, opening: Opening, count: int) -> None:
        self._count = count
        self._pool = ProcessPoolExecutor(
            count, mp_context=get_context("spawn"), initializer=_open, initargs=(opening,)
        )  # a fork of a process with threads may hang

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def answers(self, pieces: Iterator[list[str]], hints: Hints, config: Config) -> Iterator[list[Answer]]:
        """The answers to each piece, in order.

        Raises:
            ConfigError: the processes can't be started.
        """
        waiting: deque[Future[list[Answer]]] = deque()
        try:
            for piece in pieces:
                waiting.append(self._pool.submit(_answer, piece, hints, config))
                if len(waiting) > _AHEAD * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ConfigError(
                "the worker processes died; a script that asks for workers has to keep its own code under"
                " `if __name__ == '__main__':`, and each worker needs about 500 MB"
            ) from error


def _open(opening: Opening) -> None:
    global _mine
    from resolver.engine import Resolver

    _mine = Resolver.open(
        opening.database, config=opening.config, layers=opening.config.layers, overrides=opening.overrides
    )


def _answer(names: list[str], hints: Hints, config: Config) -> list[Answer]:
    return _mine.answers(names, hints, config)
