"""Is this installation in order? Versions, paths, the gazetteer's bytes, room on the disk, and one name resolved.

Nothing is written or compiled, and no network is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from resolver.errors import ResolverError

DISTRIBUTION = "qid-resolver"
NEEDED = 1_000_000_000
"""Bytes that compiling a gazetteer and its indexes needs, at most."""


class State(StrEnum):
    """Verdict on one point."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the examination.

    Attributes:
        name: What was looked at.
        state: ok; note: worth knowing; wrong: something has to be done.
        detail: What was found.
        advice: What to do next; empty where nothing is to be done.
    """

    name: str
    state: State
    detail: str
    advice: str = ""


def doctor(path: str | os.PathLike[str] | None = None) -> list[Check]:
    """Examine the installation.

    Args:
        path: The gazetteer to look at; None means the one that `Resolver.open()` would take.

    Returns:
        Checks in a fixed order; no check raises.

    >>> all(check.detail for check in doctor())
    True
    """
    checks: list[Check] = []
    examined: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("python", _python),
        ("packages", _packages),
        ("cache", _cache),
        ("temporary folder", _temporary),
        ("gazetteer", lambda: _gazetteer(path)),
        ("layers", _layers),
        ("overrides", _overrides),
        ("output", _output),
    ]
    for name, examine in examined:
        try:
            checks.extend(examine())
        except Exception as error:  # an examination that fails is itself a finding
            words = str(error) if isinstance(error, ResolverError | OSError) else f"{type(error).__name__}: {error}"
            checks.append(Check(name, State.WRONG, " ".join(words.split())))
    return checks


def _python() -> Iterator[Check]:
    from resolver import __version__

    yield Check("resolver", State.OK, f"{__version__} in {Path(__file__).parent}")
    detail = f"{platform.python_version()} ({platform.python_implementation()}), {platform.platform(terse=True)}"
    if sys.byteorder != "little":
        yield Check("python", State.WRONG, detail, "gazetteer files are for little-endian machines only")
    else:
        yield Check("python", State.OK, detail)


def _packages() -> Iterator[Check]:
    """Versions that were asked for at installation against those that are there."""
    import re
    from importlib import metadata

    try:
        required = [line for line in metadata.requires(DISTRIBUTION) or () if "extra ==" not in line]
    except metadata.PackageNotFoundError:
        yield Check("packages", State.NOTE, f"{DISTRIBUTION} is not installed as a package; it runs from its folder")
        return
    there, wrong = [], []
    for line in sorted(required):
        name = re.split(r"[^A-Za-z0-9_.-]", line.split(";")[0].strip())[0]
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        there.append(f"{name} {version}")
        wrong += [f"{name} is {version}, needed is {line.split(';')[0].strip()}" for _ in [0] if _unmet(line, version)]
    if wrong:
        yield Check("packages", State.WRONG, "; ".join(wrong), f"pip install --upgrade {DISTRIBUTION}")
    else:
        yield Check("packages", State.OK, ", ".join(there))


def _unmet(line: str, version: str) -> bool:
    """Whether a version lies outside the bounds of a requirement such as `duckdb<3,>=1.5`."""
    import re

    def numbers(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", text)[:3])

    here = numbers(version)
    for bound, text in re.findall(r"(>=|<)\s*([\d.]+)", line.split(";")[0]):
        if (bound == ">=" and here < numbers(text)) or (bound == "<" and here >= numbers(text)):
            return True
    return False


def _cache() -> Iterator[Check]:
    from resolver.config import CACHE_VARIABLE, cache_dir

    folder = cache_dir()
    told = f"{folder}" + (f" (${CACHE_VARIABLE})" if os.environ.get(CACHE_VARIABLE) else "")
    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{told}: {_size(held)} used, {_size(free)} free"
    advice = f"set {CACHE_VARIABLE} to a folder with 1 GB free"
    if not _writable(existing):
        yield Check("cache", State.WRONG, f"{told} can't be written to", advice)
    elif free < NEEDED:
        yield Check("cache", State.WRONG, detail, f"free some room, or {advice}")
    else:
        yield Check("cache", State.OK, detail)


def _temporary() -> Iterator[Check]:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if _writable(folder):
        yield Check("temporary folder", State.OK, f"{folder}: {_size(free)} free")
    else:
        yield Check("temporary folder", State.WRONG, f"{folder} can't be written to", "set TMPDIR to a writable folder")


def _gazetteer(path: str | os.PathLike[str] | None) -> Iterator[Check]:
    from resolver.bundle import FUZZY_MARK, cached_database, exact_beside, fuzzy_mark, source_folders
    from resolver.config import GAZETTEER_VARIABLE, cache_dir

    chosen = path or os.environ.get(GAZETTEER_VARIABLE)
    if chosen:
        database = Path(chosen)
        if not database.is_file():
            yield Check("gazetteer", State.WRONG, f"no gazetteer at {database}", "resolver gazetteer build --into FILE")
            return
    else:
        database = cached_database(source_folders())
        if not exact_beside(database).is_file():
            detail = "not compiled yet; the first use does it, in about 20 s"
            yield Check("gazetteer", State.NOTE, detail, "resolver resolve Ankara")
            return
    yield from _database(database)
    arrays = exact_beside(database)
    if not arrays.is_file():
        detail = f"no {arrays.name} beside it; it is made in the cache on first use"
        yield Check("arrays", State.NOTE, detail)
        return
    yield from _arrays(arrays, database)
    beside = arrays.with_suffix(".fuzzy")
    marks = (beside / FUZZY_MARK, *cache_dir().glob(f"from-*/{beside.name}/{FUZZY_MARK}"))
    if any(mark.is_file() and mark.read_text() == fuzzy_mark(_version(arrays)) for mark in marks):
        yield Check("fuzzy indexes", State.OK, "made")
    else:
        detail = "not made yet; the first misspelt name does it, in about 20 s"
        yield Check("fuzzy indexes", State.NOTE, detail)


def _database(database: Path) -> Iterator[Check]:
    import duckdb

    advice = "delete it and build it anew: resolver gazetteer build"
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            facts = dict(con.execute("SELECT name, value FROM manifest").fetchall())
            entities, aliases = con.execute(
                "SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM alias)"
            ).fetchall()[0]
    except duckdb.Error as error:
        yield Check("gazetteer", State.WRONG, f"{database}: {str(error).splitlines()[0]}", advice)
        return
    told = f"version {facts.get('version')}, {entities:,} entities, {aliases:,} names"
    detail = f"{database}: {told}, {_size(database.stat().st_size)}"
    yield Check("gazetteer", State.OK, detail)


def _version(arrays: Path) -> str:
    from resolver.arrays import Arrays

    return str(Arrays(arrays).meta.get("version"))


def _arrays(path: Path, database: Path) -> Iterator[Check]:
    """Whether every byte is as it was written, and one name is answered from it."""
    import duckdb

    from resolver.arrays import Arrays
    from resolver.engine import Resolver

    started = time.monotonic()
    arrays = Arrays(path)
    digest = hashlib.blake2b(digest_size=4)
    for name in arrays.names():
        digest.update(name.encode())
        digest.update(arrays.text(name))
    version = str(arrays.meta.get("version"))
    advice = f"delete {path}; it is made anew from the database"
    if version.partition("+")[2] != digest.hexdigest():
        yield Check("arrays", State.WRONG, f"{path} is damaged: its bytes are not those of {version}", advice)
        return
    with duckdb.connect(str(database), read_only=True) as con:
        told = dict(con.execute("SELECT name, value FROM manifest").fetchall()).get("version")
    if told != version:
        yield Check("arrays", State.WRONG, f"{path} is {version}, the database beside it {told}", advice)
        return
    yield Check("arrays", State.OK, f"every byte as written, checked in {time.monotonic() - started:.1f} s")
    started = time.monotonic()
    with Resolver.open(database, layers=[], overrides=False) as resolver:
        found = resolver.resolve("Türkiye")
    detail = f"Türkiye is {found.qid or found.status}, answered in {(time.monotonic() - started) * 1e3:.0f} ms"
    yield Check("answer", State.OK if found.candidates else State.NOTE, detail)


def _layers() -> Iterator[Check]:
    from resolver.config import LAYERS_VARIABLE
    from resolver.layers import known_layers

    known = known_layers()
    asked = [name for name in os.environ.get(LAYERS_VARIABLE, "").split(os.pathsep) if name]
    missing = [name for name in asked if name not in known and not Path(name).exists()]
    detail = f"{', '.join(known) or 'none'} in the data folder; open by default: {', '.join(asked) or 'none'}"
    if missing:
        advice = f"take {missing[0]} out of {LAYERS_VARIABLE}, or make it with resolver gazetteer add"
        yield Check("layers", State.WRONG, f"{LAYERS_VARIABLE} names {', '.join(missing)}, which is not there", advice)
    else:
        yield Check("layers", State.OK, detail)


def _overrides() -> Iterator[Check]:
    from resolver.config import overrides_path

    path = overrides_path()
    if path is None or not path.exists():
        yield Check("overrides", State.OK, f"none ({path or 'switched off'})")
        return
    from resolver.overrides import Overrides

    try:
        yield Check("overrides", State.OK, f"{len(Overrides.read(path)):,} decisions in {path}")
    except ResolverError as error:
        yield Check("overrides", State.WRONG, str(error), "mend the row, then resolver override check")


def _output() -> Iterator[Check]:
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if encoding in ("utf-8", "utf8", ""):
        yield Check("output", State.OK, encoding or "unknown")
    else:
        yield Check("output", State.NOTE, f"{encoding}: some names can't be shown", "set PYTHONIOENCODING=utf-8")


def _writable(folder: Path) -> bool:
    """Whether a file can be made in a folder; tried, since permissions alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


# -- showing it


def write_checks(checks: list[Check], out: TextIO) -> None:
    """One line a check, folded at 80 columns, and what to do below it."""
    import textwrap

    for check in checks:
        lines = textwrap.wrap(check.detail, 80 - 24, break_on_hyphens=False) or [""]
        out.write(f"{check.state:5} {check.name:17} {lines[0]}\n")
        out.writelines(f"{'':24}{line}\n" for line in lines[1:])
        if check.advice:
            out.write(f"{'':24}-> {check.advice}\n")
    wrong = sum(check.state is State.WRONG for check in checks)
    out.write(
        f"\n{'1 point needs' if wrong == 1 else f'{wrong} points need'} attention\n" if wrong else "\nall in order\n"
    )


def write_json(checks: list[Check], out: TextIO) -> None:
    """The checks as a JSON array."""
    rows = [
        {"name": check.name, "state": str(check.state), "detail": check.detail, "advice": check.advice}
        for check in checks
    ]
    out.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
