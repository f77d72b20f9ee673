import concurrent.futures
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.errors import ActionError, DialogueError, ModelError
from dialogue.options import DialogueOptions
from dialogue.reply import Reply
from dialogue.runtime.rasa_runtime import LONG_CHARACTERS, RasaRuntime
from nlu.interpretation import Intent, Interpretation
from tests.dialogue.conftest import ASSISTANT, Conversation, TwoProducts

pytestmark = pytest.mark.heavy


def test_interpretation_has_ranking_and_entities(runtime: RasaRuntime) -> None:
    text = "how much is the robin vacuum"
    interpretation = runtime.interpret(text)
    assert interpretation.text == text
    assert interpretation.intent == interpretation.ranking[0]
    assert interpretation.intent.name == "ask_product"
    (product,) = interpretation.entities
    assert (product.name, text[product.start : product.end]) == ("product", "robin vacuum")


def test_a_misheard_product_is_still_a_product(runtime: RasaRuntime) -> None:
    (entity,) = runtime.interpret("what does the golden widget 7 cost").entities
    assert (entity.name, entity.value, entity.extractor) == ("product", "golden widget 7", "MiniLMJointClassifier")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_silence_is_met_with_silence(conversation: Conversation, text: str) -> None:
    assert conversation.runtime.interpret(text) == Interpretation(text, Intent("", 0.0))
    assert conversation.say(text) == Reply(())


def test_the_interpretation_given_is_the_one_answered(conversation: Conversation) -> None:
    heard = Interpretation("good day", Intent("greet", 1.0))
    assert conversation.runtime.respond(conversation.id, heard).actions == ("utter_greet",)
    corrected = replace(conversation.runtime.interpret("hello"), intent=Intent("goodbye", 1.0))
    assert conversation.runtime.respond(conversation.id, corrected).actions == ("utter_goodbye",)


def test_a_forgotten_conversation_starts_afresh(conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say("how much is the robin vacuum")
    conversation.say("where is my order")
    conversation.runtime.forget(conversation.id)
    assert conversation.say("how heavy is it").actions == ("action_answer_question",)
    assert answerer.asked[-1].product_id is None


def test_the_slots_of_the_last_turn_are_given_with_what_they_held_in_it(conversation: Conversation) -> None:
    assert conversation.runtime.slot_values(conversation.id) == {}
    conversation.say("where is my order")
    conversation.say("48213")
    values = conversation.runtime.slot_values(conversation.id)
    assert "48213" in values["order_number"]
    assert values["order_number"][-1] is None
    conversation.say("hello")
    assert values["order_number"] != conversation.runtime.slot_values(conversation.id)["order_number"] == (None,)


def test_a_turn_that_is_taken_back_leaves_no_trace(conversation: Conversation, answerer: TwoProducts) -> None:
    for _ in range(3):
        conversation.say("how much is the robin vacuum")
        conversation.runtime.rewind(conversation.id)
    conversation.say("how heavy is it")
    assert answerer.asked[-1].product_id is None
    conversation.runtime.rewind(conversation.id)
    conversation.say("how much is the robin vacuum")
    conversation.say("how much are the pulse buds")
    conversation.runtime.rewind(conversation.id)
    conversation.say("how heavy is it")
    assert answerer.asked[-1].product_id == "robin-vacuum"


def test_a_form_that_a_turn_began_is_left_when_it_is_taken_back(conversation: Conversation) -> None:
    asked = conversation.say("where is my order")
    conversation.runtime.rewind(conversation.id)
    assert conversation.say("hello").actions == ("utter_greet",)
    assert conversation.say("where is my order") == asked


def test_taking_back_what_never_was_is_harmless(runtime: RasaRuntime) -> None:
    runtime.rewind("nobody")


def test_forgetting_what_never_was_is_harmless(runtime: RasaRuntime) -> None:
    runtime.forget("nobody")


def test_a_failing_action_fails_the_turn_and_no_other(conversation: Conversation) -> None:
    with pytest.raises(ActionError, match="the index is gone"):
        conversation.say("how much is the crash test")
    assert conversation.say("how much is the robin vacuum").texts == ("The price of Robin Vacuum.",)


def test_many_threads_hold_their_own_conversations(runtime: RasaRuntime) -> None:
    def talk(number: int) -> tuple[str, ...]:
        conversation = Conversation(runtime, f"thread-{number}")
        product = ("robin vacuum", "pulse buds 2")[number % 2]
        conversation.say(f"how much is the {product}")
        return conversation.say("and the weight").source_ids

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        found = list(pool.map(talk, range(12)))
    assert found == [("product:robin-vacuum#weight",), ("product:pulse-buds-2#weight",)] * 6


def test_long_and_short_texts_are_understood_side_by_side_as_alone(runtime: RasaRuntime) -> None:
    asked = ("how much is the robin vacuum and the weight of the pulse buds 2 ", "hello ")
    texts = [text * count for count in (1, 12, 25) for text in asked]
    alone = [runtime.interpret(text) for text in texts]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        together = list(pool.map(runtime.interpret, texts * 3))
    assert max(map(len, texts)) > LONG_CHARACTERS > min(map(len, texts))
    assert together == alone * 3


def test_conversations_outlive_the_runtime_in_a_file(model_path: Path, answerer: TwoProducts, tmp_path: Path) -> None:
    options = DialogueOptions(tracker_path=tmp_path / "trackers" / "conversations.db")
    for text in ("how much is the robin vacuum", "and the weight"):
        runtime = RasaRuntime.load(model_path, answerer, ASSISTANT / "actions", options)
        reply = Conversation(runtime, "me").say(text)
        if text == "and the weight":
            runtime.forget("me")
            assert Conversation(runtime, "me").say("and the weight").source_ids == ()
        runtime.close()
    assert reply.source_ids == ("product:robin-vacuum#weight",)


def test_what_was_said_elsewhere_is_taken_in(conversation: Conversation, answerer: TwoProducts) -> None:
    runtime = conversation.runtime
    runtime.remember(conversation.id, Reply(("Welcome back.",)))
    runtime.remember(conversation.id, runtime.interpret("how much is the robin vacuum"))
    runtime.remember(conversation.id, Reply(("It costs 300 dollars.",)))
    assert conversation.say("and the weight").source_ids == ("product:robin-vacuum#weight",)


def test_a_turn_of_the_past_that_fails_is_left_out(conversation: Conversation) -> None:
    runtime = conversation.runtime
    runtime.remember(conversation.id, runtime.interpret("how much is the crash test"))
    assert conversation.say("how much is the robin vacuum").texts == ("The price of Robin Vacuum.",)


def test_a_branch_knows_what_was_said_and_its_origin_does_not_hear_of_it(conversation: Conversation) -> None:
    runtime, aside = conversation.runtime, Conversation(conversation.runtime, f"{conversation.id}-aside")
    conversation.say("how much is the robin vacuum")
    runtime.branch(conversation.id, aside.id)
    assert aside.say("and the weight").source_ids == ("product:robin-vacuum#weight",)
    aside.say("how much are the pulse buds 2")
    runtime.forget(aside.id)
    assert conversation.say("and the weight").source_ids == ("product:robin-vacuum#weight",)


def test_a_conversation_set_aside_goes_on(conversation: Conversation) -> None:
    conversation.say("how much is the robin vacuum")
    conversation.runtime.set_aside(conversation.id)
    assert conversation.say("and the weight").source_ids == ("product:robin-vacuum#weight",)


def test_a_missing_model_names_the_cure(tmp_path: Path, answerer: TwoProducts) -> None:
    with pytest.raises(ModelError, match="heedful train"):
        RasaRuntime.load(tmp_path / "absent.tar.gz", answerer)


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.99])
def test_a_damaged_model_names_the_cure(model_path: Path, answerer: TwoProducts, tmp_path: Path, keep: float) -> None:
    whole = model_path.read_bytes()
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(ModelError, match="heedful train"):
        RasaRuntime.load(damaged, answerer)


@pytest.mark.parametrize("place", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9])
def test_a_model_with_one_byte_changed_is_refused(
    model_path: Path, answerer: TwoProducts, tmp_path: Path, place: float
) -> None:
    content = bytearray(model_path.read_bytes())
    content[int(place * len(content))] ^= 0xFF
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.tar\.gz.*heedful train"):
        RasaRuntime.load(damaged, answerer)


def test_a_closed_runtime_says_so(model_path: Path, answerer: TwoProducts) -> None:
    runtime = RasaRuntime.load(model_path, answerer)
    runtime.close()
    runtime.close()
    with pytest.raises(DialogueError, match="closed"):
        runtime.interpret("hello")


class ActionServer(http.server.BaseHTTPRequestHandler):
    """An action server that says the name of the action asked for."""

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"events": [], "responses": [{"text": f"{call['next_action']} ran elsewhere"}]}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def endpoints(tmp_path: Path) -> Iterator[Path]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ActionServer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    path = tmp_path / "endpoints.yml"
    path.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{server.server_port}/webhook\n", "utf-8")
    yield path
    server.shutdown()
    thread.join()
    server.server_close()


def test_actions_run_on_the_project_s_own_server(model_path: Path, answerer: TwoProducts, endpoints: Path) -> None:
    options = DialogueOptions(endpoints_path=endpoints)
    runtime = RasaRuntime.load(model_path, answerer, ASSISTANT / "actions", options)
    conversation = Conversation(runtime, "remote")
    assert "action_order_status ran elsewhere" in conversation.say("where is order 48213").texts
    assert conversation.say("how much is the robin vacuum").texts == ("The price of Robin Vacuum.",)
    runtime.close()


def test_endpoints_without_an_action_server_run_actions_here(model_path: Path, answerer: TwoProducts) -> None:
    options = DialogueOptions(endpoints_path=ASSISTANT / "endpoints.yml")
    runtime = RasaRuntime.load(model_path, answerer, ASSISTANT / "actions", options)
    assert Conversation(runtime, "local").say("where is order 48213").source_ids == ("order:48213",)
    runtime.close()
