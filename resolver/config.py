"""Settings: one table that drives the code, the command line and the docs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from resolver.errors import ConfigError

CACHE_VARIABLE = "RESOLVER_CACHE"
GAZETTEER_VARIABLE = "RESOLVER_GAZETTEER"
DATA_VARIABLE = "RESOLVER_DATA"
LAYERS_VARIABLE = "RESOLVER_LAYERS"
OVERRIDES_VARIABLE = "RESOLVER_OVERRIDES"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table: a number, its allowed range and what it means."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    help: str


SETTINGS = (
    Setting("match_probability", 0.65, 0.0, 1.0, "probability", "A match needs at least this probability."),
    Setting("match_margin", 0.5, 0.0, 1.0, "probability", "A match needs this lead over the runner-up."),
    Setting("top", 5, 1, 50, "candidates", "How many candidates an answer lists."),
    Setting("max_length", 500, 1, 100_000, "characters", "Longer names are refused."),
    Setting("fuzzy", 1, 0, 1, "switch", "Whether a name that no key answers is searched for by likeness."),
)
METONYMY = ("literal", "metonymic", "context")
"""What the name of a capital comes to first: the city, the government that sits there, or what its text says."""
_TABLE = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one resolver; every number is checked against `SETTINGS`.

    Attributes:
        layers: Layers to open over the gazetteer, by name or path; see docs/layers.md. They do not change `hash`:
            which layers answered is part of the gazetteer's version.
        metonymy: `literal`, `metonymic` or `context`: whether "Moscow" is first the city or the government; see
            docs/running-text.md.
        overrides: Fingerprint of the decisions in force, set by the resolver; empty where there are none.

    >>> Config(match_probability=0.9).match_probability
    0.9
    >>> Config(top=0)
    Traceback (most recent call last):
    resolver.errors.ConfigError: setting top is 0; allowed: 1 to 50 candidates
    """

    match_probability: float = _TABLE["match_probability"].default
    match_margin: float = _TABLE["match_margin"].default
    top: int = int(_TABLE["top"].default)
    max_length: int = int(_TABLE["max_length"].default)
    fuzzy: int = int(_TABLE["fuzzy"].default)
    layers: tuple[str, ...] = ()
    metonymy: str = METONYMY[0]
    overrides: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", _names(self.layers))
        if self.metonymy not in METONYMY:
            raise ConfigError(f"setting metonymy is {self.metonymy!r}; allowed: {', '.join(METONYMY)}")
        for name, setting in _TABLE.items():
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not setting.low <= value <= setting.high:
                raise ConfigError(
                    f"setting {name} is {value!r}; allowed: {setting.low:g} to {setting.high:g} {setting.unit}"
                )

    def replace(self, **changes: float | str | tuple[str, ...]) -> Config:
        """A copy with some settings changed.

        >>> Config().replace(top=3).top
        3
        """
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def hash(self) -> str:
        """Eight hexadecimal digits that change when any setting or override does."""
        return _hash(self)


def _names(layers: object) -> tuple[str, ...]:
    """Names of layers, each once, in order."""
    if isinstance(layers, str) or not isinstance(layers, Iterable):
        raise ConfigError(f"setting layers is {layers!r}; allowed: names or paths of layers, in a list")
    return tuple(dict.fromkeys(map(str, layers)))


@lru_cache(maxsize=64)
def _hash(config: Config) -> str:
    numbers = {name: value for name, value in asdict(config).items() if name not in ("layers", "overrides")}
    text = json.dumps(numbers, sort_keys=True) + config.overrides
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def cache_dir() -> Path:
    """Where compiled gazetteers are kept: $RESOLVER_CACHE, or the platform's cache folder."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen)
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif (home := Path.home()) and (home / "Library" / "Caches").is_dir():
        base = str(home / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "qid-resolver"


def data_dir() -> Path:
    """Where a user's own layers are kept: $RESOLVER_DATA, or the platform's folder for data of applications."""
    if chosen := os.environ.get(DATA_VARIABLE):
        return Path(chosen)
    if os.name == "nt":
        base = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    elif (support := Path.home() / "Library" / "Application Support").is_dir():
        base = str(support)
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "qid-resolver"


def overrides_path() -> Path | None:
    """The file of a user's decisions: $RESOLVER_OVERRIDES, or overrides.tsv in `data_dir()`; None if that is empty."""
    chosen = os.environ.get(OVERRIDES_VARIABLE)
    if chosen is None:
        return data_dir() / "overrides.tsv"
    return Path(chosen) if chosen else None
