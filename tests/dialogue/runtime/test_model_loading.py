"""Loading of a trained model, and what its components are given."""

import asyncio
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from nlu.options import EncoderOptions
from retrieval.progress import Untold
from tests.dialogue.projects import SOUND, write_project
from tests.dialogue.reporting_component import REPORTING

with quiet_imports():
    from rasa.core.actions.action import RemoteAction
    from rasa.core.channels.channel import CollectingOutputChannel
    from rasa.core.nlg import TemplatedNaturalLanguageGenerator
    from rasa.core.policies import rule_policy
    from rasa.core.tracker_store import InMemoryTrackerStore
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionExecutionRejected,
        ActiveLoop,
        Event,
        SlotSet,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.shared.data import TrainingType
    from rasa.utils.endpoints import EndpointConfig

    from dialogue.runtime.model_loading import UNUSABLE, RulePolicy, load_agent
    from dialogue.training.graph_training import train_graph
    from dialogue.training.rasa_importer import project_importer
    from dialogue.training.training_cache import NoCache
    from nlu.components.services import ComponentServices

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("loading")
    config = SOUND["config.yml"].replace("policies:", f"- name: {REPORTING}\npolicies:")
    project = Project.at(write_project(root / "tiny", SOUND | {"config.yml": config}))
    archive = root / "model.tar.gz"
    with quiet_prints():
        train_graph(project_importer(project), TrainingType.BOTH, archive, NoCache(), ComponentServices(), Untold())
    return archive


def test_components_are_given_what_the_process_has_for_them(model: Path) -> None:
    with quiet_prints():
        agent = load_agent(model, ComponentServices(EncoderOptions(max_tokens=77)))
        parsed = asyncio.run(agent.parse_message("hello"))
    assert (parsed["intent"]["name"], parsed["max_tokens"]) == ("greet", 77)


def test_an_agent_talks_and_keeps_its_trackers_where_it_is_said(model: Path) -> None:
    store = InMemoryTrackerStore(None)
    with quiet_prints():
        agent = load_agent(model, ComponentServices(), tracker_store=store)
        (said, *_) = asyncio.run(agent.handle_text("hello", sender_id="me"))
    assert said["text"] == "Hello."
    assert agent.is_ready()
    assert "greet" in store.domain.intents
    assert asyncio.run(store.retrieve("me")) is not None


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_a_damaged_archive_is_unusable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    with pytest.raises(UNUSABLE):
        load_agent(tmp_path / "model.tar.gz", ComponentServices())


class Unchecked(EndpointConfig):  # type: ignore[misc]
    """Answers what Rasa's schema refuses: a tuple in the place of a list."""

    async def request(self, *_: Any, **__: Any) -> Any:
        return {"events": ({"event": "slot", "name": "size", "value": "big"},), "responses": []}


async def test_rasa_does_not_check_again_what_the_endpoint_has_checked() -> None:
    action = RemoteAction("action_any", Unchecked("http://127.0.0.1"))
    tracker, domain = DialogueStateTracker.from_events("c", []), Domain.empty()
    channel = CollectingOutputChannel()
    assert await action.run(channel, TemplatedNaturalLanguageGenerator({}), tracker, domain) == [SlotSet("size", "big")]


RULE_DOMAIN = {
    "intents": ["greet", "order", "stop"],
    "slots": {"size": {"type": "categorical", "values": ["big", "small"], "mappings": [{"type": "custom"}]}},
    "forms": {"order_form": {"required_slots": ["size"]}},
    "responses": {"utter_greet": [{"text": "Hello."}], "utter_stop": [{"text": "Stopped."}]},
    "actions": ["action_default_fallback"],
}
LISTENING = {"action_name": "action_listen"}
RULES_LEARNT = {
    "rules": {
        json.dumps([{"prev_action": LISTENING, "user": {"intent": "greet"}}]): "utter_greet",
        json.dumps(
            [{"prev_action": LISTENING, "user": {"intent": "greet"}}, {"prev_action": {"action_name": "utter_greet"}}]
        ): "action_listen",
        json.dumps(
            [
                {"prev_action": LISTENING, "user": {"intent": "stop"}, "active_loop": {"name": "order_form"}},
                {"prev_action": {"action_name": "utter_stop"}, "active_loop": {"name": "order_form"}},
            ]
        ): "action_listen",
        json.dumps([{"prev_action": LISTENING, "user": {"intent": "stop"}}]): "utter_stop",
        json.dumps([{}]): "utter_greet",
    },
    "rules_for_loop_unhappy_path": {
        json.dumps([{"prev_action": LISTENING, "user": {"intent": "stop"}, "active_loop": {"name": "order_form"}}]): (
            "loop_was_interrupted"
        )
    },
    "rules_not_in_stories": [json.dumps([{}]), json.dumps([{"prev_action": LISTENING, "user": {"intent": "stop"}}])],
}
RULE_EVENTS = st.lists(
    st.one_of(
        st.builds(lambda name: UserUttered("x", {"name": name, "confidence": 1.0}), st.sampled_from(["greet", "stop"])),
        st.builds(
            ActionExecuted,
            st.sampled_from(["action_listen", "action_listen", "utter_greet", "utter_stop", "order_form"]),
        ),
        st.builds(SlotSet, st.just("size"), st.sampled_from(["big", None])),
        st.builds(ActiveLoop, st.sampled_from(["order_form", None])),
        st.builds(ActionExecutionRejected, st.just("order_form")),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(RULE_EVENTS)
def test_rules_predict_what_rasa_s_policy_predicts(events: list[Event]) -> None:
    with quiet_prints():
        domain = Domain.from_dict(RULE_DOMAIN)
    predictions = []
    for kind in (rule_policy.RulePolicy, RulePolicy):
        tracker = DialogueStateTracker("me", domain.slots)
        for event in events:
            tracker.update(event)
        parts: Any = (None, None, ExecutionContext(GraphSchema({})))
        policy = kind(kind.get_default_config(), *parts, lookup=copy.deepcopy(RULES_LEARNT))
        predictions.append(policy.predict_action_probabilities(tracker, domain))
    theirs, ours = (vars(prediction) for prediction in predictions)
    assert ours == theirs
