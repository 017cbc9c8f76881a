"""Progress of long work on a terminal, or two plain lines where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress


_T = TypeVar("_T")
_EVERY = 0.5  # seconds


def reporter(title: str, stream: TextIO) -> Callable[[str, float], None]:
    """A callback for long work: stage and part done in [0, 1]; 1 ends it.

    Args:
        title: What is being done, in words.
        stream: Where to tell it; a bar on a terminal, one line at the start and one at the end elsewhere.
    """
    started = time.monotonic()
    bar: Progress | None = None
    told = False

    def report(stage: str, part: float) -> None:
        nonlocal bar, told
        if not stream.isatty():
            if not told:
                stream.write(f"{title} …\n")
            elif part >= 1:
                stream.write(f"{title}: done in {time.monotonic() - started:.0f} s\n")
            told = True
            stream.flush()
            return
        if bar is None:
            bar = _bar(stream)
            bar.add_task(title, total=1.0, stage="")
            bar.start()
        bar.update(bar.task_ids[0], completed=part, stage=stage)
        if part >= 1:
            bar.stop()

    return report


def counted(items: Iterable[_T], unit: str, stream: TextIO) -> Iterator[_T]:
    """The items, counted on a terminal while they pass: how many so far, and how many a second."""
    if not stream.isatty():
        yield from items
        return
    started = told = time.monotonic()
    for count, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - told > _EVERY:
            told = now
            stream.write(f"\r{count:,} {unit}, {count / (now - started):,.0f} a second \x1b[K")
            stream.flush()
    if told > started:
        stream.write("\r\x1b[K")


def _bar(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[stage]}"),
        TimeElapsedColumn(),
        console=Console(file=stream),
        transient=True,
    )
