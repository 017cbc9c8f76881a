"""Settings: one table, checked values, a hash that tells them apart."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import TYPE_CHECKING

import pytest

from resolver import Config, ConfigError
from resolver.config import SETTINGS, cache_dir

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_and_the_class_hold_the_same_settings() -> None:
    numbers = [field.name for field in fields(Config) if field.name not in ("layers", "metonymy", "overrides")]
    assert numbers == [setting.name for setting in SETTINGS]
    for setting in SETTINGS:
        assert getattr(Config(), setting.name) == setting.default
        assert setting.low <= setting.default <= setting.high


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_values_outside_the_range_are_refused(setting: object) -> None:
    name, low, high = setting.name, setting.low, setting.high
    for value in (low - 1, high + 1, float("nan"), float("inf"), "5", None, True):
        with pytest.raises(ConfigError, match=f"setting {name} is .*; allowed: ") as caught:
            Config(**{name: value})
        assert "\n" not in str(caught.value)
    for value in (low, high):
        assert getattr(Config(**{name: value}), name) == value


def test_an_error_of_configuration_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="match_margin"):
        Config(match_margin=2)


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().top = 3  # type: ignore[misc]


def test_every_setting_changes_the_hash() -> None:
    hashes = {Config().hash} | {Config(**{s.name: s.low}).hash for s in SETTINGS}
    assert len(hashes) == len(SETTINGS) + 1
    assert Config().hash == Config().replace(top=5).hash
    assert all(len(value) == 8 and int(value, 16) >= 0 for value in hashes)


def test_replace_checks_too() -> None:
    with pytest.raises(ConfigError):
        Config().replace(top=51)
    assert Config().replace(top=3) == Config(top=3)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESOLVER_CACHE", str(tmp_path / "mine"))
    assert cache_dir() == tmp_path / "mine"
    monkeypatch.delenv("RESOLVER_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "xdg"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_dir() == tmp_path / "xdg" / "qid-resolver"


def test_a_stricter_threshold_is_obeyed(mini_path: Path) -> None:
    from resolver import Resolver

    names = ["Türkiye", "Putin", "Ankara", "US"]
    loose, strict = Resolver.open(mini_path), Resolver.open(mini_path, config=Config(match_probability=0.95))
    assert [r.qid for r in loose.resolve_many(names)] == ["Q43", "Q7747", "Q3640", "Q30"]
    assert [r.qid for r in strict.resolve_many(names)] == ["Q43", None, None, "Q30"]
    assert [r.qid for r in map(strict.resolve, names)] == ["Q43", None, None, "Q30"]
    assert {r.config_hash for r in strict.resolve_many(names)} == {strict.config.hash} != {loose.config.hash}


def test_layers_are_names_and_no_part_of_the_hash() -> None:
    assert Config(layers=["mine", "other", "mine"]).layers == ("mine", "other")  # type: ignore[arg-type]
    assert Config(layers=("mine",)).hash == Config().hash
    for wrong in ("mine", None, 3):
        with pytest.raises(ConfigError, match="setting layers"):
            Config(layers=wrong)  # type: ignore[arg-type]
