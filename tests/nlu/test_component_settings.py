"""Settings of components become options, and unusable settings are refused with their name."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from nlu.component_settings import (
    joint_settings,
    read_options,
    require_confidence,
    require_joint_settings,
    require_known_keys,
    require_mapping,
    require_names,
)
from nlu.errors import NluError
from nlu.options import JointOptions, SoundOptions


def test_options_are_what_the_settings_say_and_else_the_defaults() -> None:
    assert read_options({"min_confidence": 0.9, "entities": ["city"]}, SoundOptions) == SoundOptions(min_confidence=0.9)
    assert read_options({}, SoundOptions) == SoundOptions()


def test_the_joint_component_has_every_joint_option_and_an_encoder() -> None:
    settings = joint_settings()
    assert set(settings) == {"encoder"} | {field.name for field in fields(JointOptions)}
    assert read_options(settings, JointOptions) == JointOptions()
    require_joint_settings("Joint", {"name": "Joint", **settings})


@pytest.mark.parametrize(("setting", "value"), [("epochs", 3), ("mode", "warm"), ("mode", None)])
def test_the_joint_component_refuses_a_setting_and_a_mode_that_there_is_not(setting: str, value: object) -> None:
    with pytest.raises(NluError, match=f"Joint .*{value!r}|Joint .*'{setting}'"):
        require_joint_settings("Joint", {setting: value})


def test_the_first_unknown_setting_is_named_with_those_that_there_are() -> None:
    require_known_keys("Part", {"name": "Part", "size": 1}, {"size": 0, "colour": ""})
    with pytest.raises(NluError, match="Part .*'a'.*colour, size"):
        require_known_keys("Part", {"b": 1, "a": 2, "size": 3}, {"size": 0, "colour": ""})


@pytest.mark.parametrize(
    ("require", "value"),
    [
        (require_names, None),
        (require_names, []),
        (require_names, ["city"]),
        (require_mapping, {}),
        (require_mapping, {"price": "MONEY"}),
        (require_confidence, 0),
        (require_confidence, 0.999),
    ],
)
def test_usable_values_are_taken(require: Callable[[str, str, object], None], value: object) -> None:
    require("Part", "thing", value)


@pytest.mark.parametrize(
    ("require", "value"),
    [
        (require_names, "city"),
        (require_names, ["city", 5]),
        (require_mapping, None),
        (require_mapping, ["price"]),
        (require_mapping, {"price": 5}),
        (require_mapping, {5: "price"}),
        (require_confidence, None),
        (require_confidence, "high"),
        (require_confidence, True),
        (require_confidence, 1),
        (require_confidence, -0.1),
        (require_confidence, float("nan")),
    ],
)
def test_unusable_values_are_refused_with_the_setting(
    require: Callable[[str, str, object], None], value: object
) -> None:
    with pytest.raises(NluError, match="Part: thing "):
        require("Part", "thing", value)
