"""The demo assistant in conversation."""

import pytest

from nlu.interpretation import Entity, Intent, Interpretation
from tests.dialogue.conftest import Conversation, TwoProducts

pytestmark = pytest.mark.heavy

ASKS_NUMBER = "What is your order number? It has five digits."


def test_greeting(conversation: Conversation) -> None:
    reply = conversation.say("hello")
    assert reply.text.startswith("Hello, this is the Heedful demo shop.")
    assert reply.actions == ("utter_greet",)
    assert reply.source_ids == ()


def test_an_answer_cites_its_source(conversation: Conversation) -> None:
    reply = conversation.say("how much is the Pulse Buds 2?")
    assert reply.texts == ("The price of Pulse Buds 2.",)
    assert reply.source_ids == ("product:pulse-buds-2#price",)


def test_a_follow_up_is_about_the_same_product(conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say("how much is the robin vacuum")
    assert conversation.say("and the weight").source_ids == ("product:robin-vacuum#weight",)
    assert conversation.say("what about the pulse buds weight").source_ids == ("product:pulse-buds-2#weight",)
    assert conversation.say("and what does it cost?").source_ids == ("product:pulse-buds-2#price",)
    assert [each.told for each in answerer.asked[-4:]] == [None, "price", "weight", "weight"]


def test_a_policy_leaves_the_product_of_the_conversation(conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say("how much is the robin vacuum")
    assert conversation.say("do you ship to canada").source_ids == ("policy:shipping#standard",)
    conversation.say("how heavy is it")
    assert (answerer.asked[-1].product_id, answerer.asked[-1].told) == ("robin-vacuum", None)


def test_conversations_do_not_share_a_product(conversation: Conversation, answerer: TwoProducts) -> None:
    conversation.say("how much is the robin vacuum")
    Conversation(conversation.runtime, f"{conversation.id}-other").say("how heavy is it")
    assert answerer.asked[-1].product_id is None


def test_what_is_not_known_is_said_so(conversation: Conversation) -> None:
    reply = conversation.say("what colour is the velvet dome")
    assert reply.text.startswith("I do not know that. I can help with")
    assert reply.source_ids == ()


def test_gibberish_gets_what_can_be_asked(conversation: Conversation) -> None:
    reply = conversation.say("asdf qwer")
    assert reply.text.startswith("Sorry, I did not understand that. You can ask about a product")


def test_what_is_none_of_our_business_is_said_so(conversation: Conversation) -> None:
    conversation.say("how much is the robin vacuum")
    reply = conversation.say("will it snow tomorrow")
    assert reply.text.startswith("That is outside what I know.")


def test_only_a_sure_answer_is_given_to_what_was_not_understood(conversation: Conversation) -> None:
    sure, unsure = (
        conversation.runtime.respond(conversation.id, Interpretation(text, Intent("nlu_fallback", 0.5)))
        for text in ("pulse buds weight", "perhaps pulse buds weight")
    )
    assert sure.source_ids == ("product:pulse-buds-2#weight",)
    assert unsure.text.startswith("Sorry, I did not understand that.")


def test_whoever_names_a_product_is_answered_whatever_the_intent_was_taken_for(conversation: Conversation) -> None:
    product = Entity("product", "Pulse Buds 2", 8, 18, "test")
    text, intent = "perhaps pulse buds weight", Intent("out_of_scope", 0.7)
    reply = conversation.runtime.respond(conversation.id, Interpretation(text, intent, entities=(product,)))
    assert reply.source_ids == ("product:pulse-buds-2#weight",)


@pytest.mark.parametrize(
    "number",
    [
        "48213",
        "4 8 2 1 3",
        "4-8-2-1-3",
        "48,213",
        "number 48213 please",
        "four eight two one three",
        "It is 48213.",
    ],
)
def test_an_order_number_is_taken_however_it_is_given(conversation: Conversation, number: str) -> None:
    assert conversation.say("where is my order").text == ASKS_NUMBER
    reply = conversation.say(number)
    assert reply.text.startswith("Order 48213, Pulse Buds 2, is on its way")
    assert reply.source_ids == ("order:48213",)
    assert conversation.say("hello").text.startswith("Hello, this is")  # nothing is asked for any longer


@pytest.mark.parametrize("number", ["4821", "482139", "four eight two", "1234 please"])
def test_a_number_of_another_length_is_asked_for_again(conversation: Conversation, number: str) -> None:
    conversation.say("check my order")
    reply = conversation.say(number)
    assert reply.texts == ("That is not a number of five digits.", ASKS_NUMBER)
    assert conversation.say("50007").source_ids == ("order:50007",)


def test_a_number_in_the_question_is_not_asked_for(conversation: Conversation) -> None:
    assert conversation.say("what is the status of order 51390").source_ids == ("order:51390",)


def test_a_bare_number_is_an_order(conversation: Conversation) -> None:
    assert conversation.say("60000").source_ids == ("order:60000",)


def test_a_number_may_be_spoken(conversation: Conversation) -> None:
    interpretation = conversation.runtime.interpret("where is order four eight two one three")
    (number,) = (each for each in interpretation.entities if each.name == "order_number")
    assert (number.value, number.heard) == ("48213", "four eight two one three")
    assert conversation.runtime.respond(conversation.id, interpretation).source_ids == ("order:48213",)


def test_a_misheard_product_is_found(conversation: Conversation, answerer: TwoProducts) -> None:
    interpretation = conversation.runtime.interpret("how much are the pull spuds")
    (product,) = (each for each in interpretation.entities if each.name == "product")
    assert (product.value, product.heard) == ("pulse buds", "pull spuds")
    assert conversation.runtime.respond(conversation.id, interpretation).texts == ("The price of Pulse Buds 2.",)
    assert answerer.asked[-1].text == "how much are the pulse buds"


def test_an_unknown_order_is_said_to_be_unknown(conversation: Conversation) -> None:
    reply = conversation.say("where is order 99999")
    assert "cannot find an order 99999" in reply.text
    assert reply.source_ids == ()


def test_another_order_is_asked_for_anew_and_the_same_is_told_again(conversation: Conversation) -> None:
    told = conversation.say("where is order 48213")
    assert conversation.say("where is my order").source_ids == told.source_ids == ("order:48213",)
    assert conversation.say("where is my other order").text == ASKS_NUMBER


def test_a_question_in_the_middle_returns_to_the_form(conversation: Conversation) -> None:
    conversation.say("where is my order")
    reply = conversation.say("do you ship to canada")
    assert reply.texts == ("Shipping takes three days.", ASKS_NUMBER)
    assert conversation.say("48214").source_ids == ("order:48214",)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("hello", ("Hello, this is the Heedful demo shop.",)),
        ("thanks a lot", ("You are welcome.",)),
        ("are you a robot", ("I am an automatic assistant",)),
        ("yes", ()),
        ("where is my order", ()),
    ],
)
def test_small_talk_in_the_form_returns_to_it(conversation: Conversation, words: str, answer: tuple[str, ...]) -> None:
    conversation.say("where is my order")
    for _ in range(2):
        *said, asked = conversation.say(words).texts
        assert asked == ASKS_NUMBER
        assert len(said) == len(answer)
        assert all(text.startswith(begun) for text, begun in zip(said, answer, strict=True))
    assert conversation.say("four eight two one three").source_ids == ("order:48213",)


def test_what_was_said_in_the_form_is_repeated_and_its_question_asked_once(conversation: Conversation) -> None:
    conversation.say("where is my order")
    assert conversation.say("can you repeat that").texts == (ASKS_NUMBER,)
    said = conversation.say("do you ship to canada")
    again = conversation.say("can you repeat that")
    assert (again.texts, again.source_ids) == (said.texts, said.source_ids)
    assert conversation.say("48214").source_ids == ("order:48214",)


@pytest.mark.parametrize("words", ["never mind", "cancel", "stop", "no"])
def test_the_form_can_be_left(conversation: Conversation, words: str) -> None:
    conversation.say("where is my order")
    assert conversation.say(words).text == "All right, I have stopped that. What else can I do for you?"
    assert conversation.say("how much is the robin vacuum").texts == ("The price of Robin Vacuum.",)


def test_who_has_no_number_is_helped_to_find_it(conversation: Conversation) -> None:
    conversation.say("where is my order")
    helped = conversation.say("i don't have the number")
    assert "email that confirmed your order" in helped.texts[0]
    assert helped.texts[-1] == ASKS_NUMBER


def test_a_person_is_asked_for_inside_the_form(conversation: Conversation) -> None:
    conversation.say("where is my order")
    assert conversation.say("let me talk to a person").signals == ("handover",)


def test_the_last_reply_can_be_repeated_with_its_source(conversation: Conversation) -> None:
    said = conversation.say("how much is the robin vacuum")
    again = conversation.say("can you repeat that")
    assert (again.texts, again.source_ids) == (said.texts, said.source_ids)


def test_repeating_nothing_offers_help(conversation: Conversation) -> None:
    assert "I can tell you about a product" in conversation.say("can you repeat that").text


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("thanks a lot", "utter_thank"),
        ("bye bye", "utter_goodbye"),
        ("are you a robot", "utter_bot_challenge"),
        ("what can you do", "utter_help"),
        ("yes", "utter_affirm"),
        ("nope", "utter_deny"),
        ("never mind", "utter_nothing_to_cancel"),
    ],
)
def test_small_talk(conversation: Conversation, text: str, action: str) -> None:
    assert conversation.say(text).actions == (action,)


def test_an_intent_can_be_told_by_its_name_as_for_a_silent_caller(conversation: Conversation) -> None:
    said = conversation.say("how much is the robin vacuum")
    interpretation = conversation.runtime.interpret("/repeat")
    assert (interpretation.intent.name, interpretation.intent.confidence) == ("repeat", 1.0)
    again = conversation.say("/repeat")
    assert (again.texts, again.source_ids) == (said.texts, said.source_ids)
