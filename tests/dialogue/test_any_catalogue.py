"""The assistant for any catalogue: small talk is answered, and all else asks the knowledge."""

import itertools
from collections.abc import Iterator

import pytest

from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from tests.conftest import building
from tests.dialogue.conftest import MODELS, REPOSITORY, Conversation, TwoProducts

pytestmark = pytest.mark.heavy

PROJECT = REPOSITORY / "data" / "any-catalogue"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def runtime(answerer: TwoProducts) -> Iterator[RasaRuntime]:
    with building():
        model = train(PROJECT, MODELS)
    runtime = RasaRuntime.load(model, answerer, None)
    yield runtime
    runtime.close()


@pytest.fixture
def conversation(runtime: RasaRuntime) -> Conversation:
    return Conversation(runtime, f"any-catalogue-{next(_numbers)}")


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("good morning to you", "utter_greet"),
        ("bye now", "utter_goodbye"),
        ("lovely, thanks so much", "utter_thank"),
        ("that was everything, thank you", "utter_thank"),
        ("yes", "utter_affirm"),
        ("no", "utter_deny"),
        ("what kind of things can you do", "utter_help"),
        ("are you a real person", "utter_bot_challenge"),
        ("please let me speak to a human being", "utter_ask_person"),
        ("you are no use at all", "utter_complain"),
    ],
)
def test_small_talk_asks_nothing_of_the_knowledge(
    text: str, action: str, conversation: Conversation, answerer: TwoProducts
) -> None:
    asked = len(answerer.asked)
    assert conversation.say(text).actions == (action,)
    assert len(answerer.asked) == asked


@pytest.mark.parametrize(
    "text",
    [
        "a canoe for three",
        "has it got a sunroof",
        "which is the slowest",
        "thanks, and how heavy is the second one",
        "no, the other one",
        "do they take cheques",
        "what do owners think of it",
        "zyx wvut",
    ],
)
def test_all_else_asks_the_knowledge(text: str, conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say(text)
    assert answerer.asked[-1].text == text


def test_what_it_is_about_is_remembered(conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say("how much is the robin")
    assert conversation.say("what is its weight").source_ids == ("product:robin-vacuum#weight",)
    assert (answerer.asked[-1].product_id, answerer.asked[-1].told) == ("robin-vacuum", "price")


def test_the_last_reply_is_said_again_with_its_sources(conversation: Conversation) -> None:
    first = conversation.say("how much is the robin")
    assert conversation.say("could you repeat that").texts == first.texts
    again = conversation.say("once more please")
    assert (again.texts, again.source_ids) == (first.texts, first.source_ids)


def test_there_is_help_where_nothing_can_be_said_again(conversation: Conversation) -> None:
    assert conversation.say("say that again").text.startswith("Tell me what you are looking for")


def test_a_client_learns_that_a_person_is_wanted(conversation: Conversation) -> None:
    reply = conversation.say("please let me speak to a human being")
    assert (reply.actions, reply.signals) == (("utter_ask_person",), ("handover",))


def test_what_the_project_has_no_word_for_is_a_pattern(conversation: Conversation, answerer: TwoProducts) -> None:
    asked = len(answerer.asked)
    assert conversation.say("forget it, never mind").actions == ("utter_nothing_to_cancel",)
    assert len(answerer.asked) == asked
