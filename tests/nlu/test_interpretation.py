"""An interpretation as a value, and as plain values for JSON."""

import json

import pytest

from nlu.interpretation import Entity, Intent, Interpretation

ORDER = Interpretation(
    "order 5",
    Intent("order", 0.75),
    (Intent("order", 0.75), Intent("ask", 0.25)),
    (Entity("number", "5", 6, 7, "Regex"),),
    in_scope=0.5,
    raw=object(),
)


def test_it_is_written_as_json_without_what_its_interpreter_keeps() -> None:
    assert json.loads(json.dumps(ORDER.as_dict())) == {
        "text": "order 5",
        "intent": {"name": "order", "confidence": 0.75},
        "ranking": [{"name": "order", "confidence": 0.75}, {"name": "ask", "confidence": 0.25}],
        "entities": [
            {
                "name": "number",
                "value": "5",
                "start": 6,
                "end": 7,
                "extractor": "Regex",
                "confidence": 1.0,
                "role": None,
                "group": None,
                "heard": None,
            }
        ],
        "in_scope": 0.5,
    }


@pytest.mark.parametrize("raw", [None, {"not": "hashable"}])
def test_what_its_interpreter_keeps_is_no_part_of_the_value(raw: object) -> None:
    meant = Interpretation(ORDER.text, ORDER.intent, ORDER.ranking, ORDER.entities, ORDER.in_scope, raw)
    assert meant == ORDER
    assert hash(meant) == hash(ORDER)
    assert "raw" not in repr(meant)
