"""Questions answered by several processes: batches come back in order, as columns, and are those of one process.

A worker ends with its parent, even where the parent was killed.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

from resolver.errors import ConfigError
from resolver.parallel import Opening
from resolver.table.batches import joined, resolve_asked
from resolver.table.hints import Asked

if TYPE_CHECKING:
    import pyarrow as pa

    from resolver.engine import Resolver

PIECE = 512
"""Questions handed over at a time."""
WORTHWHILE = 4000
"""Names that no settled key answers, from which on processes pay for their start."""

_mine: Resolver  # of a worker process: its own resolver


def slow_share(resolver: Resolver, sample: Sequence[Asked]) -> float:
    """The part of some questions that no settled key answers, in [0, 1]; 0 for none."""
    if not sample:
        return 0.0
    plain = [asked.name for asked in sample if not any(asked[1:])]
    settled = sum(number is not None for number in resolver.settled_numbers(plain)) if plain else 0
    return (len(sample) - settled) / len(sample)


def answers_of(
    resolver: Resolver, batches: Iterable[Sequence[Asked]], workers: int
) -> Iterator[tuple[Sequence[Asked], pa.RecordBatch]]:
    """Each batch of questions with its answers, in order; hints that can't be read count as none.

    Args:
        resolver: What resolves, or what the processes open anew.
        batches: Batches of distinct questions.
        workers: How many processes; 1 is this one.

    Raises:
        ConfigError: the processes can't be started.
    """
    if workers == 1:
        for batch in batches:
            yield batch, resolve_asked(resolver, batch, lenient=True)
        return
    opening = Opening(resolver.database, resolver.config, resolver.rulings.overrides if resolver.rulings else False)
    # A fork of a process with threads may hang.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_open, initargs=(opening,))
    waiting: deque[tuple[Sequence[Asked], list[Future[bytes]]]] = deque()
    try:
        for batch in batches:
            waiting.append((batch, [pool.submit(_answer, piece) for piece in _pieces(batch)]))
            if len(waiting) > workers:
                yield _collected(*waiting.popleft())
        while waiting:
            yield _collected(*waiting.popleft())
    except BrokenProcessPool as error:
        raise ConfigError(
            "the worker processes died; a script that asks for workers has to keep its own code under"
            " `if __name__ == '__main__':`, and each worker needs about 500 MB; workers=1 needs none"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _pieces(batch: Sequence[Asked]) -> Iterator[list[Asked]]:
    rest = iter(batch)
    while piece := list(islice(rest, PIECE)):
        yield piece


def _collected(batch: Sequence[Asked], found: Sequence[Future[bytes]]) -> tuple[Sequence[Asked], pa.RecordBatch]:
    import pyarrow as pa

    parts = []
    for one in found:
        with pa.ipc.open_stream(one.result()) as stream:
            parts += list(stream)
    return batch, joined(parts)


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


def _answer(piece: list[Asked]) -> bytes:
    import pyarrow as pa

    answers = resolve_asked(_mine, piece, lenient=True)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, answers.schema) as stream:
        stream.write_batch(answers)
    return bytes(sink.getvalue())
