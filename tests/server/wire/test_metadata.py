"""What of a turn the client reads in the metadata of its response."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dialogue.reply import Reply
from nlu.interpretation import Entity, Intent, Interpretation
from server.wire.metadata import turn_metadata


def interpretation(entities: list[tuple[str, str]]) -> Interpretation:
    found = tuple(Entity(name, value, 0, 1, "test") for name, value in entities)
    return Interpretation("text", Intent("ask", 0.98765), (), found)


def test_what_was_understood_and_cited_is_added() -> None:
    reply = Reply(("Yes.",), ("product:a#price", "faq:b"), ("action_answer_question",))
    pairs = turn_metadata(None, interpretation([("product", "Kettle")]), reply, {"asr": 12.6})
    assert pairs == {
        "heedful.intent": "ask",
        "heedful.confidence": "0.988",
        "heedful.entities": '[{"name": "product", "value": "Kettle"}]',
        "heedful.sources": "product:a#price faq:b",
        "heedful.actions": "action_answer_question",
        "heedful.timings_ms": '{"asr": 13}',
    }


@given(
    st.dictionaries(st.text(max_size=64), st.text(max_size=512), max_size=16),
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=700)), max_size=30),
    st.lists(st.text(min_size=1, max_size=60), max_size=40),
)
def test_the_protocols_limits_hold_and_nothing_of_the_clients_is_lost(
    client: dict[str, str], entities: list[tuple[str, str]], sources: list[str]
) -> None:
    pairs = turn_metadata(client, interpretation(entities), Reply((), tuple(sources)), {"asr": 1.0})
    assert len(pairs) <= 16
    assert all(len(key) <= 64 and len(value) <= 512 for key, value in pairs.items())
    assert client.items() <= pairs.items()
    if "heedful.entities" in pairs and "heedful.entities" not in client:
        json.loads(pairs["heedful.entities"])


def test_whole_entities_and_sources_are_kept_where_not_all_fit() -> None:
    entities = [("product", "x" * 200)] * 3
    sources = ("product:" + "a" * 250,) * 3
    pairs = turn_metadata(None, interpretation(entities), Reply((), sources), {})
    assert len(json.loads(pairs["heedful.entities"])) == 2
    assert pairs["heedful.sources"] == sources[0]


def test_the_clients_pairs_take_the_room() -> None:
    client = {str(number): "x" for number in range(14)}
    pairs = turn_metadata(client, interpretation([]), Reply(()), {})
    assert sorted(pairs.keys() - client.keys()) == ["heedful.confidence", "heedful.intent"]
