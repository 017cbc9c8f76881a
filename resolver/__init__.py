"""Messy names in, Wikidata QIDs out: an embedded entity resolver.

>>> from resolver import Resolver
>>> with Resolver.open() as r:
...     r.resolve("Türkiye").qid
'Q43'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from resolver.annotate import Annotation
    from resolver.comparison import Comparison, compare
    from resolver.config import Config
    from resolver.engine import Resolver
    from resolver.errors import (
        ConfigError,
        GazetteerCorrupt,
        GazetteerError,
        GazetteerNotFound,
        GazetteerVersionError,
        InputError,
        OverrideConflict,
        ResolverError,
        SourceError,
    )
    from resolver.model import (
        Alias,
        Candidate,
        Entity,
        Evidence,
        Kind,
        Register,
        Resolution,
        Role,
        Status,
        Strength,
    )
    from resolver.table.run import resolve_table
    from resolver.table.udf import register

_HOME = {
    "Annotation": "annotate",
    "register": "table.udf",
    "resolve_table": "table.run",
    "Comparison": "comparison",
    "compare": "comparison",
    "Config": "config",
    "Resolver": "engine",
    "ConfigError": "errors",
    "GazetteerCorrupt": "errors",
    "GazetteerError": "errors",
    "GazetteerNotFound": "errors",
    "GazetteerVersionError": "errors",
    "InputError": "errors",
    "OverrideConflict": "errors",
    "ResolverError": "errors",
    "SourceError": "errors",
    "Alias": "model",
    "Candidate": "model",
    "Entity": "model",
    "Evidence": "model",
    "Kind": "model",
    "Register": "model",
    "Resolution": "model",
    "Role": "model",
    "Status": "model",
    "Strength": "model",
}

__all__ = [
    "Alias",
    "Annotation",
    "Candidate",
    "Comparison",
    "Config",
    "ConfigError",
    "Entity",
    "Evidence",
    "GazetteerCorrupt",
    "GazetteerError",
    "GazetteerNotFound",
    "GazetteerVersionError",
    "InputError",
    "Kind",
    "OverrideConflict",
    "Register",
    "Resolution",
    "Resolver",
    "ResolverError",
    "Role",
    "SourceError",
    "Status",
    "Strength",
    "compare",
    "register",
    "resolve_table",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import resolver` costs nothing."""
    if name in _HOME:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f"resolver.{_HOME[name]}"), name)
        return value
    raise AttributeError(f"module 'resolver' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
