"""Questions answered by several processes: batches come back in order, as columns, and are those of one process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING

from resolver.collection import no_collection
from resolver.parallel import PIECE, Workers, opening_of
from resolver.table.batches import joined, resolve_asked
from resolver.table.hints import Asked

if TYPE_CHECKING:
    import pyarrow as pa

    from resolver.engine import Resolver

WORTHWHILE = 4000
"""Names that no settled key answers, from which on processes pay for their start."""


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
    with Workers(opening_of(resolver), workers) as pool:
        waiting: deque[tuple[Sequence[Asked], list[Future[bytes]]]] = deque()
        for batch in batches:
            waiting.append((batch, [pool.submit(_answer, piece) for piece in _pieces(batch)]))
            if len(waiting) > workers:
                yield _collected(*waiting.popleft())
        while waiting:
            yield _collected(*waiting.popleft())


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


def _answer(resolver: Resolver, piece: list[Asked]) -> bytes:
    import pyarrow as pa

    with no_collection():
        answers = resolve_asked(resolver, piece, lenient=True)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, answers.schema) as stream:
        stream.write_batch(answers)
    return bytes(sink.getvalue())
