"""How a component's settings in config.yml become options, and which settings are refused."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar, get_args

from nlu.errors import NluError
from nlu.options import JointOptions, Mode

Options = TypeVar("Options")


def read_options(config: Mapping[str, Any], kind: type[Options]) -> Options:
    """Return the options of dataclass `kind` that `config` sets; the rest keep their defaults."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in config.items() if name in names})


def require_known_keys(component: str, config: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Raise NluError on a setting that `component` does not have."""
    unknown = sorted(set(config) - set(defaults) - {"name"})
    if unknown:
        raise NluError(f"{component} has no setting {unknown[0]!r}: it has {', '.join(sorted(defaults))}")


def require_mode(component: str, mode: object) -> None:
    """Raise NluError unless `mode` is a known mode."""
    if mode not in get_args(Mode):
        raise NluError(f"{component} has no mode {mode!r}: it has {', '.join(get_args(Mode))}")


def joint_settings() -> dict[str, Any]:
    """Return every setting of the joint component with its default: those of `JointOptions`, and the encoder's folder
    (null: the installed package).
    """
    return {"encoder": None, **asdict(JointOptions())}


def require_joint_settings(component: str, config: Mapping[str, Any]) -> None:
    """Raise NluError on a setting or a mode that the joint component does not have."""
    defaults = joint_settings()
    require_known_keys(component, config, defaults)
    require_mode(component, config.get("mode", defaults["mode"]))


def require_names(component: str, setting: str, value: object) -> None:
    """Raise NluError unless `value` is a list of names, or null for all of them."""
    if value is not None and not _are_names(value):
        raise NluError(f"{component}: {setting} is {value!r}; make it a list of entities, or null for all")


def require_mapping(component: str, setting: str, value: object) -> None:
    """Raise NluError unless `value` is a mapping from names to names."""
    if not isinstance(value, Mapping) or not _are_names([*value, *value.values()]):
        raise NluError(f"{component}: {setting} is {value!r}; make it a mapping of names to entities, or leave it out")


def require_confidence(component: str, setting: str, value: object) -> None:
    """Raise NluError unless `value` is a number in [0, 1)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise NluError(f"{component}: {setting} is {value!r}; make it a number, at least 0 and less than 1")


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
