"""Every error this package raises, in one tree.

    ResolverError
      ConfigError(ValueError)                     a setting out of range: names setting, value, range
      GazetteerError
        GazetteerNotFound(FileNotFoundError)      no file there
        GazetteerVersionError                     written by another version of the format
        GazetteerCorrupt                          truncated, damaged or inconsistent
      InputError(ValueError)                      what the caller passed: name, column, file, date, kind
      OverrideConflict                            two human decisions contradict each other
      SourceError                                 a remote source: network, rate limit, bad payload

"No match" is never an error: it is a resolution with status `unmatched`. Each message says what went
wrong, where, and what to do next, in one line.
"""

from __future__ import annotations


class ResolverError(Exception):
    """Base of all errors of this package; the command line prints it as one line."""


class ConfigError(ResolverError, ValueError):
    """A setting has a value outside its allowed range."""


class GazetteerError(ResolverError):
    """A gazetteer can't be opened, read or built."""


class GazetteerNotFound(GazetteerError, FileNotFoundError):
    """No gazetteer at the given path."""


class GazetteerVersionError(GazetteerError):
    """The file's format is older or newer than this package reads."""


class GazetteerCorrupt(GazetteerError):
    """The file is damaged or contradicts itself."""

    @classmethod
    def unreadable(cls, path: object, error: Exception) -> GazetteerCorrupt:
        """The error for a database file that DuckDB can't read: where, the reason, and what to do."""
        reason = str(error).splitlines()[0].removeprefix("IO Error: ").rstrip("!.")
        return cls(f"can't read {path}: {reason}; make it anew with `resolver gazetteer build --into FILE`")


class InputError(ResolverError, ValueError):
    """The caller's input can't be used: not a string, unknown kind, unreadable file, unparsable date."""


class OverrideConflict(ResolverError):
    """Two human decisions about the same name differ; the message shows both."""


class SourceError(ResolverError):
    """A remote source failed.

    Attributes:
        retry_after: Seconds to wait before trying again, None when the source did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
