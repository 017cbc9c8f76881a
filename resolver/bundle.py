"""Find the compiled gazetteer, or have it made on first use.

The one door from the reading side to the writing side: `resolver.build` is imported here, inside a function,
and only when nothing compiled is there yet.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resolver.config import GAZETTEER_VARIABLE, cache_dir
from resolver.errors import GazetteerError, GazetteerNotFound, InputError

if TYPE_CHECKING:
    from resolver.gazetteer import Gazetteer

DATABASE = "gazetteer.duckdb"
EXACT = "gazetteer.exact"
FUZZY_MARK = "made-from"
FUZZY_FORMAT = 2
LOCK_SECONDS = 300
_EXACT_PART = 0.6  # of the time it takes to compile and index

Progress = Callable[[str, float], None]


def data_root() -> Path:
    """The folder with gazetteers/ and seeds/ that the package brings.

    Raises:
        GazetteerNotFound: the installation lacks its data.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "data", package.parent):
        if (root / "gazetteers").is_dir() and (root / "seeds" / "curated").is_dir():
            return root
    raise GazetteerNotFound(f"no gazetteers/ beside {package}; reinstall the package")


def theme_folders(tables: Path, curated: Path) -> list[Path]:
    """Theme folders in order of authority: bulk tables first, curated rows last.

    Raises:
        InputError: one of the two is no folder.
    """
    for base in (tables, curated):
        if not base.is_dir():
            raise InputError(f"no folder {base}; it should hold one folder of source tables a theme")
    return [folder for base in (tables, curated) for folder in sorted(base.iterdir()) if folder.is_dir()]


def source_folders() -> list[Path]:
    """The theme folders that the package brings."""
    root = data_root()
    return theme_folders(root / "gazetteers", root / "seeds" / "curated")


def check_lists() -> Path | None:
    """The folder of names that have to resolve, None where the installation has none."""
    lists = data_root() / "seeds" / "checks"
    return lists if lists.is_dir() else None


def cached_database(folders: list[Path]) -> Path:
    """Where the gazetteer compiled from these folders is kept."""
    return cache_dir() / _signature(folders) / DATABASE


def compiled_path(path: str | os.PathLike[str] | None = None, progress: Progress | None = None) -> Path:
    """The database file of the gazetteer to use, compiled now where it is not there yet.

    Args:
        path: A ready file; None means $RESOLVER_GAZETTEER, else the bundled gazetteer in the user's cache.
        progress: Told of stage and part done while compiling.

    Raises:
        GazetteerError: the file is missing, or the cache can't be written.
    """
    chosen = path or os.environ.get(GAZETTEER_VARIABLE)
    if chosen:
        database = Path(chosen)
        if not database.is_file():
            raise GazetteerNotFound(f"no gazetteer at {database}; build one with `resolver gazetteer build`")
        return database
    folders = source_folders()
    database = cached_database(folders)
    if not exact_beside(database).is_file():
        _compile_once(folders, database, progress)
    return database


def exact_beside(database: Path) -> Path:
    """Where the arrays of a database file belong."""
    return database.with_suffix(".exact")


def exact_path(database: Path, progress: Progress | None = None) -> Path:
    """The arrays beside a database file, or those made from it in the user's cache."""
    beside = exact_beside(database)
    if beside.is_file():
        return beside
    status = database.stat()
    name = hashlib.blake2b(f"{database.resolve()}|{status.st_size}|{status.st_mtime_ns}".encode(), digest_size=8)
    derived = cache_dir() / f"from-{name.hexdigest()}" / EXACT
    if not derived.is_file():
        from resolver.build.reopen import derive_exact

        derive_exact(database, derived, progress)
    return derived


def fuzzy_mark(version: str) -> str:
    """What stands in a complete folder of fuzzy indexes: the gazetteer's version, and that of their own format."""
    return f"{version} {FUZZY_FORMAT}"


def fuzzy_folder(gazetteer: Gazetteer, progress: Progress | None = None) -> Path:
    """The folder of the fuzzy indexes of one gazetteer, made now where they are not there yet.

    They belong beside the arrays they are made from; where that folder can't be written, in the user's cache.

    Args:
        gazetteer: One gazetteer, without layers.
        progress: Told of stage and part done while they are made.

    Raises:
        GazetteerError: the cache can't be written.
    """
    beside = gazetteer.path.with_suffix(".fuzzy")
    name = hashlib.blake2b(f"{gazetteer.path.resolve()}|{gazetteer.version}".encode(), digest_size=8).hexdigest()
    for folder in (beside, cache_dir() / f"from-{name}" / beside.name):
        if (mark := folder / FUZZY_MARK).is_file() and mark.read_text() == fuzzy_mark(gazetteer.version):
            return folder
    from filelock import FileLock

    from resolver.build.fuzzy import build_fuzzy

    folder = beside if os.access(beside.parent, os.W_OK) else cache_dir() / f"from-{name}" / beside.name
    mark = folder / FUZZY_MARK
    try:
        cache_dir().mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir() / "fuzzy.lock", timeout=LOCK_SECONDS):
            if not (mark.is_file() and mark.read_text() == fuzzy_mark(gazetteer.version)):
                build_fuzzy(gazetteer, folder, progress)
    except OSError as error:
        raise GazetteerError(
            f"can't write to {folder.parent} ({error.strerror or error}); set RESOLVER_CACHE to a folder with 1 GB free"
        ) from error
    return folder


def layer_files(
    name: str, path: Path, folders: Sequence[Path], base: Gazetteer, progress: Progress | None = None
) -> tuple[Path, Path]:
    """The arrays of a layer, and the file that says where it touches `base`; made now where they are not there yet.

    Args:
        name: What the layer is called.
        path: Its folder of source tables, or its compiled .duckdb file.
        folders: Its theme folders; none for a compiled file.
        base: The gazetteer it lies on.
        progress: Told of stage and part done while compiling.

    Raises:
        InputError: its tables can't be used.
        GazetteerError: the cache can't be written.
    """
    digest = hashlib.blake2b(f"{path}|{base.version}|{_signature([*folders] or [path.parent])}".encode(), digest_size=8)
    if not folders:
        digest.update(f"{path.stat().st_size}|{path.stat().st_mtime_ns}".encode())
    home = cache_dir() / "layers" / f"{name}-{hashlib.blake2b(str(path).encode(), digest_size=4).hexdigest()}"
    made = home / digest.hexdigest()
    contact = made / "layer.contact"
    if folders:
        exact = made / "layer.exact"
        if not contact.is_file():
            _in_layer_cache(made, lambda: _compile_layer(name, folders, base, made / "layer.duckdb", progress))
    else:
        exact = exact_path(path, progress)
    if not contact.is_file():
        _in_layer_cache(made, lambda: _write_contact(exact, base, folders, contact))
        _forget(home, made)
    return exact, contact


def _in_layer_cache(folder: Path, make: Callable[[], None]) -> None:
    """Make something in the cache of a layer while no other process does."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent.with_name("layers.lock"), timeout=LOCK_SECONDS):
            make()
    except Timeout as error:
        raise GazetteerError(f"another process has been compiling a layer for {LOCK_SECONDS} s; wait") from error
    except OSError as error:
        raise GazetteerError(
            f"can't write to {folder} ({error.strerror or error}); set RESOLVER_CACHE to a folder with room"
        ) from error


def _compile_layer(
    name: str, folders: Sequence[Path], base: Gazetteer, target: Path, progress: Progress | None
) -> None:
    from resolver.build.layer import compile_layer

    if not exact_beside(target).is_file():
        compile_layer(name, folders, base, target, progress)


def _write_contact(exact: Path, base: Gazetteer, folders: Sequence[Path], contact: Path) -> None:
    from resolver.build.layer import write_contact
    from resolver.gazetteer import Gazetteer

    if not contact.is_file():
        write_contact(Gazetteer(exact), base, folders, contact)


def _signature(folders: list[Path]) -> str:
    """A folder name that changes with the package's version, any source table, and the code that reads them."""
    from resolver import __version__
    from resolver.gazetteer import FORMAT

    digest = hashlib.blake2b(digest_size=6)
    package = Path(__file__).parent
    code = (package, package / "build", package / "romanize")
    for folder in (*folders, *sorted({folder.parent for folder in folders}), *code):
        for file in sorted(folder.iterdir()):
            if file.suffix in (".parquet", ".tsv", ".py") and file.is_file():
                status = file.stat()
                digest.update(f"{folder.name}/{file.name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return f"gazetteer-{__version__}-{FORMAT}-{digest.hexdigest()}"


def compile_with_index(
    folders: Sequence[Path],
    database: Path,
    progress: Progress | None = None,
    inspect: Callable[[Path], None] | None = None,
) -> str:
    """Compile source tables, then index their names for fuzzy search; arguments and errors as of both.

    Returns:
        The gazetteer's version.
    """
    from resolver.build.compile import compile_gazetteer
    from resolver.gazetteer import Gazetteer

    tell = progress or (lambda _stage, _part: None)
    version = compile_gazetteer(folders, database, lambda stage, part: tell(stage, _EXACT_PART * part), inspect)
    fuzzy_folder(
        Gazetteer(exact_beside(database)), lambda stage, part: tell(stage, _EXACT_PART + (0.99 - _EXACT_PART) * part)
    )
    tell("ready", 1.0)
    return version


def _compile_once(folders: list[Path], database: Path, progress: Progress | None) -> None:
    """Compile under a lock, so that of two processes one works and the other waits for it."""
    from filelock import FileLock, Timeout

    folder = database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # One lock for the whole cache: whoever holds it deletes what others have compiled.
        lock = FileLock(folder.with_name("gazetteer.lock"), timeout=LOCK_SECONDS)
        with lock:
            if not exact_beside(database).is_file():
                compile_with_index(folders, database, progress)
                _forget_others(folder)
    except Timeout as error:
        raise GazetteerError(
            f"another process has been compiling {database} for {LOCK_SECONDS} s; wait, or delete {lock.lock_file}"
        ) from error
    except OSError as error:
        raise GazetteerError(
            f"can't write to {folder} ({error.strerror or error}); set RESOLVER_CACHE to a folder with 1 GB"
            f" free, or {GAZETTEER_VARIABLE} to a ready file"
        ) from error


def _forget_others(folder: Path) -> None:
    """Delete what this version compiled from earlier data, a quarter gigabyte each; open readers keep theirs."""
    from resolver import __version__

    _forget(folder.parent, folder, f"gazetteer-{__version__}-*")


def _forget(parent: Path, kept: Path, pattern: str = "*") -> None:
    import shutil

    for other in parent.glob(pattern):
        if other.is_dir() and other != kept:
            shutil.rmtree(other, ignore_errors=True)
