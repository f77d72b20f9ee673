"""Settings of the policy."""

import pytest

from dialogue.patterns.settings import require_settings, settings
from nlu.errors import NluError


def test_the_defaults_are_fit() -> None:
    require_settings("Patterns", settings())
    require_settings("Patterns", {"intents": {"get_me_out": "cancel"}})


@pytest.mark.parametrize(
    ("config", "named"),
    [({"treshold": 1}, "treshold"), ({"intents": ["stop"]}, "mapping"), ({"intents": {"stop": "halt"}}, "halt")],
)
def test_what_does_not_exist_is_named(config: dict[str, object], named: str) -> None:
    with pytest.raises(NluError, match=named):
        require_settings("Patterns", config)
