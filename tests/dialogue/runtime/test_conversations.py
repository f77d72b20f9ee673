"""Several models at once, on the same conversations."""

import gc
import json
import tarfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.errors import ConversationFileError, DialogueError, ModelError, ProjectError
from dialogue.options import DialogueOptions
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.conversations import ENDPOINTS, Conversations, read_endpoints
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from retrieval.question import Answer, Question
from tests.dialogue.conftest import Conversation, TwoProducts
from tests.dialogue.small_project import write_project

with quiet_imports():
    from rasa.core.utils import AvailableEndpoints

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("conversations")
    return train(write_project(root / "small"), root / "models")


@pytest.fixture(params=["memory", "file"])
def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    path = tmp_path / "trackers.db" if request.param == "file" else None
    with closing(Conversations(DialogueOptions(tracker_path=path))) as conversations:
        yield conversations


def test_endpoints_are_those_that_rasa_reads(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.yml"
    path.write_text("".join(f"{kind}:\n  url: http://{kind}.example\n  type: {kind}\n" for kind in ENDPOINTS), "utf-8")
    with quiet_prints():
        rasas = AvailableEndpoints.read_endpoints(str(path))
    ours = read_endpoints(path)
    for name, endpoint in vars(rasas).items():
        assert vars(getattr(ours, name)) == vars(endpoint)


def test_an_endpoints_file_may_name_nothing(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.yml"
    path.write_text("# nothing yet\n", "utf-8")
    assert set(vars(read_endpoints(path)).values()) == {None}


def test_the_next_model_goes_on_where_the_last_one_was(model: Path, conversations: Conversations) -> None:
    old = RasaRuntime.load(model, TwoProducts(), conversations=conversations)
    Conversation(old, "me").say("I like red")
    new = RasaRuntime.load(model, TwoProducts(), conversations=conversations)
    assert Conversation(new, "me").say("what was my colour").texts == ("You like red.",)
    old.close()
    assert Conversation(new, "me").say("what was my colour").texts == ("You like red.",)
    with pytest.raises(DialogueError, match="closed"):
        Conversation(old, "me").say("hello")
    new.forget("me")
    assert Conversation(new, "me").say("what was my colour").texts == ("You like None.",)
    new.close()


def test_a_conversation_goes_on_though_the_next_model_lacks_what_it_was_about(
    model: Path, conversations: Conversations, tmp_path: Path
) -> None:
    poorer = write_project(tmp_path / "poorer")
    for name in ("domain.yml", "data/nlu.yml", "data/rules.yml"):
        path = poorer / name
        path.write_text(_without_red(path.read_text("utf-8")), "utf-8")
    old = RasaRuntime.load(model, TwoProducts(), conversations=conversations)
    Conversation(old, "me").say("I like red")
    with closing(RasaRuntime.load(train(poorer, tmp_path), TwoProducts(), conversations=conversations)) as new:
        assert Conversation(new, "me").say("hello").texts == ("Hello from one.",)
    old.close()


FORM = "forms:\n  ask_size: {required_slots: [size]}"


def test_a_conversation_leaves_a_form_that_the_next_model_lacks(
    model: Path, conversations: Conversations, tmp_path: Path
) -> None:
    asking = write_project(tmp_path / "asking")
    for name, before, after in (
        (
            "domain.yml",
            "\nslots:",
            f"\n{FORM}\nslots:\n  size: {{type: text, mappings: [{{type: from_intent, intent: order, value: big}}]}}",
        ),
        ("domain.yml", "responses:", "responses:\n  utter_ask_size:\n    - text: Which size?"),
        ("data/rules.yml", "- action: utter_noted", "- action: ask_size\n      - active_loop: ask_size"),
    ):
        path = asking / name
        path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    old = RasaRuntime.load(train(asking, tmp_path), TwoProducts(), conversations=conversations)
    assert Conversation(old, "me").say("I like red").texts == ("Which size?",)
    with closing(RasaRuntime.load(model, TwoProducts(), conversations=conversations)) as new:
        assert Conversation(new, "me").say("hello").texts == ("Hello from one.",)
        assert Conversation(new, "me").say("what was my colour").texts == ("You like red.",)
    old.close()


class Silent:
    """Does not answer until it is given up."""

    def __init__(self) -> None:
        self.given_up = threading.Event()

    def answer(self, question: Question) -> Answer | None:
        self.given_up.wait()
        return None


def test_a_turn_that_takes_too_long_is_given_up_and_the_next_one_is_not(model: Path) -> None:
    knowledge = Silent()
    options = DialogueOptions(turn_timeout_seconds=1)
    with closing(RasaRuntime.load(model, knowledge, options=options)) as runtime:
        with pytest.raises(DialogueError, match="1"):
            Conversation(runtime, "me").say("how heavy is the robin")
        knowledge.given_up.set()
        assert Conversation(runtime, "me").say("hello").texts == ("Hello from one.",)


def _without_red(text: str) -> str:
    """The project's YAML without the colour and all that is about it."""
    text = text.replace(" like_red, recall,", "")
    for beginning, end in (
        ("  colour:", "  product_id:"),
        ("  utter_noted:", "  utter_no_answer:"),
        ("  - intent: like_red", "  - intent: ask"),
        ("  - rule: like red", "  - rule: ask"),
    ):
        if beginning in text and end in text:
            text = text[: text.index(beginning)] + text[text.index(end) :]
    return text


def test_a_closed_model_is_freed_though_its_conversations_go_on(model: Path, conversations: Conversations) -> None:
    answerer = TwoProducts()
    held = weakref.ref(answerer)
    runtime = RasaRuntime.load(model, answerer, model.parents[1] / "small" / "actions", conversations=conversations)
    Conversation(runtime, "me").say("how heavy is the robin")
    runtime.close()
    del answerer
    gc.collect()
    assert held() is None


@pytest.mark.parametrize("version", ["3.6.20", "3.9.0"])
def test_a_model_of_another_rasa_is_refused(model: Path, tmp_path: Path, version: str) -> None:
    with tarfile.open(model) as archive:
        archive.extractall(tmp_path / "inside", filter="data")
    metadata = tmp_path / "inside" / "metadata.json"
    told = json.loads(metadata.read_text("utf-8")) | {"rasa_open_source_version": version}
    metadata.write_text(json.dumps(told), "utf-8")
    with tarfile.open(tmp_path / "foreign.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "inside", arcname="")
    with pytest.raises(ModelError, match=rf"trained .*{version}.*3\.6\.21.*heedful train"):
        RasaRuntime.load(tmp_path / "foreign.tar.gz", TwoProducts())


def test_endpoints_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.yml"
    path.write_text("tracker_store: [", "utf-8")
    with pytest.raises(ProjectError, match=r"endpoints\.yml"):
        Conversations(DialogueOptions(endpoints_path=path))


def test_a_damaged_file_of_conversations_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "trackers.db"
    path.write_bytes(b"nonsense" * 1000)
    with pytest.raises(ConversationFileError, match=r"trackers\.db"):
        Conversations(DialogueOptions(tracker_path=path))
