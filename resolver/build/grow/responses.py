"""Answers of Wikidata kept on disk: nothing is asked twice, and an interrupted run goes on where it stopped.

One compressed file an answer, named by what was asked, written under another name and renamed: a killed run leaves
whole files only. A run reads answers that are no older than its start; `--resume` gives it the start of the run before.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from resolver.config import cache_dir
from resolver.errors import SourceError

KEEP_DAYS = 60


class Responses:
    """The answers of one service.

    Args:
        service: Its address; answers of two services never mix.
        folder: Where they are kept; None means the user's cache.
        newer_than: Answers from before this time (seconds since 1970) are not read; None reads none at all.
    """

    def __init__(self, service: str, folder: Path | None = None, newer_than: float | None = None) -> None:
        self._service = service
        self.folder = folder or cache_dir() / "wikidata" / "answers"
        self.newer_than = newer_than

    def get(self, asked: dict[str, Any], *, within: float | None = None) -> Any | None:
        """The kept answer, None where there is none that is new enough.

        Args:
            asked: What was asked.
            within: Seconds; an answer this young is good even if it is older than the run, as for superclasses.
        """
        path = self._path(asked)
        try:
            written = path.stat().st_mtime
        except OSError:
            return None
        young = within is not None and written >= time.time() - within
        if not young and (self.newer_than is None or written < self.newer_than):
            return None
        try:
            return json.loads(gzip.decompress(path.read_bytes()))["answer"]
        except (OSError, EOFError, ValueError, KeyError):
            return None  # damaged by another hand: ask again

    def put(self, asked: dict[str, Any], answer: Any) -> None:
        """Keep an answer.

        Raises:
            SourceError: The folder can't be written.
        """
        path = self._path(asked)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        body = json.dumps({"asked": asked, "answer": answer}, ensure_ascii=False, separators=(",", ":"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(gzip.compress(body.encode(), compresslevel=3))
            partial.replace(path)
        except OSError as error:
            raise SourceError(
                f"can't keep answers in {self.folder} ({error.strerror}); set RESOLVER_CACHE to a folder with room"
            ) from error

    def forget_old(self, days: float = KEEP_DAYS) -> int:
        """Remove answers older than this; returns how many."""
        oldest = time.time() - days * 86_400
        gone = 0
        for path in self.folder.glob("*/*.json.gz"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
            except OSError:  # another run is faster
                continue
        return gone

    def _path(self, asked: dict[str, Any]) -> Path:
        text = json.dumps([self._service, asked], sort_keys=True, ensure_ascii=False)
        name = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return self.folder / name[:2] / f"{name}.json.gz"


class RunRecord:
    """When an unfinished run began, so that `--resume` knows which answers are its own.

    Args:
        name: What the run is, such as `pull` with its seeds, folder and languages.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        digest = hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
        self.path = (folder or cache_dir() / "wikidata" / "runs") / f"{digest}.json"

    def unfinished_since(self) -> float | None:
        """The start of the run of this name that did not finish, None if there is none."""
        try:
            return float(json.loads(self.path.read_text(encoding="utf-8"))["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, *, resume: bool) -> float:
        """Record a start, or take up the one on record; returns its time."""
        started = self.unfinished_since() if resume else None
        if started is None:
            started = time.time()
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text(json.dumps({"started": started}), encoding="utf-8")
            except OSError as error:
                raise SourceError(
                    f"can't write to {self.path.parent} ({error.strerror}); set RESOLVER_CACHE to a folder with room"
                ) from error
        return started

    def finish(self) -> None:
        """Forget the run: it is done."""
        self.path.unlink(missing_ok=True)
