"""What a turn, and those of others, come to when a project's action does what it likes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from dialogue.errors import ActionError
from dialogue.options import DialogueOptions
from dialogue.reply import Reply
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from nlu.interpretation import Intent, Interpretation
from tests.dialogue.conftest import TwoProducts
from tests.dialogue.projects import SOUND, write_project

pytestmark = pytest.mark.heavy

ACTIONS = """
import asyncio
import sys
import time
from rasa_sdk import Action

class Own(BaseException): pass

def do(order, dispatcher):
    match order:
        case "sleep": time.sleep(3)
        case "loop":
            while True: pass
        case "exit": sys.exit(3)
        case "interrupt": raise KeyboardInterrupt
        case "generator": raise GeneratorExit
        case "cancel": raise asyncio.CancelledError
        case "own": raise Own("secret")
        case "stop": raise StopIteration
        case "memory": raise MemoryError
        case "recurse": return do(order, dispatcher)
        case "nonsense": return [{"event": "nonsense"}]
        case "garbage": dispatcher.utter_message(text="garbage"); return "garbage"
        case "number": dispatcher.utter_message(text=12345)
        case "surrogate": dispatcher.utter_message(text="bad \\ud800")
        case "sources": dispatcher.utter_message(text="a", json_message={"source_ids": ["x" * 5000, 7, None]})
        case "slot": return [{"event": "slot", "name": "name", "value": "Ada"}]

class Evil(Action):
    def name(self): return "action_note"
    def run(self, dispatcher, tracker, domain): return do(tracker.latest_message["text"], dispatcher)

class AsyncEvil(Action):
    def name(self): return "action_async"
    async def run(self, dispatcher, tracker, domain):
        order = tracker.latest_message["text"]
        if order == "sleep":
            await asyncio.sleep(3)
        return do(order, dispatcher)
"""
RULES = """version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_hello
- rule: leave
  steps:
  - intent: leave
  - action: action_note
- rule: look
  steps:
  - intent: look
  - action: utter_later
  - action: action_note
  - action: utter_hello
- rule: wait
  steps:
  - intent: wait
  - action: action_async
"""
DOMAIN = (
    SOUND["domain.yml"]
    .replace("intents:\n", "intents:\n- look\n- wait\n")
    .replace("actions:\n", "actions:\n- action_async\n")
)
NLU = SOUND["data/nlu.yml"] + "".join(
    f"- intent: {intent}\n  examples: |\n    - {intent}\n" for intent in ("look", "wait")
)
ENDING = ["sleep", "loop", "exit", "interrupt", "generator", "cancel", "own", "stop", "memory", "recurse", "nonsense"]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaRuntime]:
    root = tmp_path_factory.mktemp("actions")
    files = {"domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/rules.yml": RULES, "actions/note.py": ACTIONS}
    project = write_project(root / "project", SOUND | files)
    options = DialogueOptions(action_timeout_seconds=0.3)
    with closing(RasaRuntime.load(train(project, root), TwoProducts(), project / "actions", options)) as runtime:
        yield runtime


def say(runtime: RasaRuntime, intent: str, text: str, conversation_id: str = "me") -> Reply:
    return runtime.respond(conversation_id, Interpretation(text, Intent(intent, 1.0)))


@pytest.mark.parametrize("intent", ["leave", "wait"])
@pytest.mark.parametrize("order", ENDING)
def test_whatever_ends_an_action_ends_its_turn_alone(runtime: RasaRuntime, intent: str, order: str) -> None:
    with pytest.raises(ActionError, match=r"note\.py:\d+"):
        say(runtime, intent, order)
    assert say(runtime, "greet", "hello").texts == ("Hello.",)
    assert runtime.alive


def test_what_was_said_before_is_kept_and_nothing_follows(runtime: RasaRuntime) -> None:
    reply = say(runtime, "look", "exit")
    assert (reply.texts, reply.actions) == (("Later.",), ("utter_later", "action_note"))
    assert say(runtime, "look", "fine").texts == ("Later.", "Hello.")


@pytest.mark.parametrize(
    ("order", "texts"),
    [("garbage", ("garbage",)), ("number", ("12345",)), ("surrogate", ("bad \ufffd",)), ("sources", ("a",))],
)
def test_what_can_be_said_is_said(runtime: RasaRuntime, order: str, texts: tuple[str, ...]) -> None:
    reply = say(runtime, "leave", order)
    assert (reply.texts, reply.source_ids) == (texts, ())


@pytest.mark.parametrize("intent", ["leave", "wait"])
def test_others_go_on_while_an_action_sleeps(runtime: RasaRuntime, intent: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        sleeping = pool.submit(say, runtime, intent, "sleep", "sleeper")
        for _ in range(3):
            assert say(runtime, "greet", "hello", "other").texts == ("Hello.",)
        assert not sleeping.done()
        assert isinstance(sleeping.exception(), ActionError)
