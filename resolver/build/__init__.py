"""The writing side: facts -> source tables -> one compiled gazetteer. The reading side never imports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from resolver import bundle
from resolver.errors import GazetteerError


def build_gazetteer(
    *,
    into: Path | None = None,
    facts: Sequence[Path] = (),
    tables: Path | None = None,
    seeds: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[str, Path]:
    """Build the source tables if facts are given, then compile, check and publish a gazetteer.

    Args:
        into: The .duckdb file to write; None means the user's cache, where it is found without being named.
        facts: Folders of facts; with any, the source tables are made anew from them first.
        tables: Folder of source tables; None means the package's.
        seeds: Folder of seeds; None means the package's.
        progress: Called with a stage and the part done in [0, 1].

    Returns:
        Version and path.

    Raises:
        InputError: facts or tables that can't be used.
        GazetteerError: a check failed, or the target can't be written; what was there stays.
    """
    from resolver.build.pipeline import build_tables

    root = bundle.data_root()
    tables, seeds = tables or root / "gazetteers", seeds or root / "seeds"
    if facts:
        build_tables(facts, tables, seeds=seeds, progress=_in_parts(progress))
    folders = bundle.theme_folders(tables, seeds / "curated")
    target = into or bundle.cached_database(folders)
    version = bundle.compile_with_index(
        folders, target, progress, lambda database: _inspect(database, seeds / "checks")
    )
    return version, target


def _in_parts(progress: Callable[[str, float], None] | None) -> Callable[[str, int, int], None] | None:
    """The first stage counts steps, the second tells a part; the bar shows the first as its own run."""
    if progress is None:
        return None
    return lambda step, number, total: progress(f"source tables: {step}", (number - 1) / total)


def _inspect(database: Path, lists: Path) -> None:
    from resolver.build.checks import check_gazetteer
    from resolver.engine import Resolver

    problems = check_gazetteer(Resolver.open(database, layers=[], overrides=False), lists if lists.is_dir() else None)
    if problems:
        shown = "; ".join(map(str, problems[:5]))
        raise GazetteerError(f"the gazetteer fails {len(problems)} checks and is not published: {shown}")
