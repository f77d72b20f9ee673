"""The keys under which components keep what the text has."""

from dialogue.runtime.conversion import interpretation_of
from nlu.components.heard import ADDITIONAL_INFO, HEARD


def test_what_was_heard_is_read_back_from_where_the_components_write_it() -> None:
    entity = {"entity": "size", "value": "5", "start": 0, "end": 4, ADDITIONAL_INFO: {HEARD: "five"}}
    (read,) = interpretation_of({"text": "five", "intent": {}, "entities": [entity]}).entities
    assert read.heard == "five"
