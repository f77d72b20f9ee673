"""What the answering actions ask the knowledge for, and what they say of the answer."""

from collections.abc import Sequence
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.answer_manners import AnswerManner
from dialogue.runtime.answer_actions import AnswerAction, NoKnowledge, QuestionAnswerer, wishes_of
from retrieval.filtering import Filter
from retrieval.question import Answer, Question

ANSWER = Answer("It weighs 3 kg.", ("product:robin#weight",), "robin", "Robin Vacuum", 0.4)


class Knowing:
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self, answer: Answer | None) -> None:
        self.asked: list[Question] = []
        self._answer = answer

    def answer(self, question: Question) -> Answer | None:
        self.asked.append(question)
        return self._answer


def tracker(text: str, entities: Sequence[dict[str, Any]] = (), **slots: object) -> Tracker:
    message = {"text": text, "intent": {"name": "ask"}, "entities": list(entities)}
    return Tracker("me", slots, message, [], False, None, {}, "action_listen")


async def run(
    knowledge: QuestionAnswerer, tracker: Tracker, least_confidence: float = 0.0, responses: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run the action; returns the messages and the slots that it sets."""
    dispatcher = CollectingDispatcher()
    action = AnswerAction(knowledge, AnswerManner("action_a", least_confidence))
    events = await action.run(dispatcher, tracker, {"responses": dict.fromkeys(responses)})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


async def test_an_answer_is_said_with_its_sources_and_its_product_is_remembered() -> None:
    (message,), slots = await run(Knowing(ANSWER), tracker("how heavy is it"))
    assert (message["text"], message["custom"]) == ("It weighs 3 kg.", {"source_ids": ["product:robin#weight"]})
    assert slots == {"product_id": "robin", "product": "Robin Vacuum"}


async def test_the_fact_is_remembered_where_the_domain_has_a_slot_for_it() -> None:
    _, slots = await run(Knowing(ANSWER), tracker("how heavy is it", told=None))
    assert slots["told"] == "weight"
    _, slots = await run(Knowing(Answer("In three days.", (), None, None, 1.0)), tracker("when", told="weight"))
    assert slots == {"told": None}


async def test_what_was_said_last_is_asked_along() -> None:
    knowledge, asking = Knowing(ANSWER), tracker("how heavy is it")
    asking.events = [
        {"event": "bot", "text": "Hello."},
        {"event": "bot", "text": "I do not know."},
        {"event": "bot", "text": None},
        {"event": "user", "text": "how heavy is it"},
    ]
    await run(knowledge, asking)
    assert knowledge.asked[0].last_reply == "I do not know."


LIST = {"event": "bot", "text": "Two.", "data": {"custom": {"source_ids": ["product:robin", "product:wren#price"]}}}


async def test_who_points_into_a_list_asks_about_that_product_whatever_the_intent_was() -> None:
    knowledge, asking = Knowing(ANSWER), tracker("how heavy is the second one", product_id=None)
    asking.events = [LIST, {"event": "user", "text": "thanks"}, {"event": "bot", "text": "Sure."}]
    (message,), _ = await run(knowledge, asking, least_confidence=0.5)
    assert (knowledge.asked[0].product_id, knowledge.asked[0].text) == ("product:wren", "how heavy is it")
    assert message["text"] == ANSWER.text
    other = tracker("and the other one?", product_id="wren")
    other.events = [LIST]
    await run(knowledge, other)
    assert knowledge.asked[1].product_id == "product:robin"


async def test_after_a_list_no_product_is_spoken_of() -> None:
    listed = Answer("Two.", ("product:robin", "product:wren"), None, None, 1.0)
    _, slots = await run(Knowing(listed), tracker("show me vacuums", product_id="robin"))
    assert slots == {"product_id": None, "product": None}
    rule = Answer("In three days.", ("faq:delivery",), None, None, 1.0)
    _, slots = await run(Knowing(rule), tracker("how long does it take", product_id="robin"))
    assert slots == {}


async def test_what_the_slots_hold_is_asked_along() -> None:
    knowledge = Knowing(ANSWER)
    await run(knowledge, tracker("how heavy is it", product_id="robin", told="price", brand="Lark"))
    assert knowledge.asked == [Question("how heavy is it", "robin", "price", Filter(brand="Lark"))]


@pytest.mark.parametrize(
    ("responses", "said"), [(["utter_ask", "utter_no_answer"], "utter_ask"), (["utter_no_answer"], "utter_no_answer")]
)
async def test_without_an_answer_the_intent_s_own_response_is_said_where_there_is_one(
    responses: list[str], said: str
) -> None:
    (message,), slots = await run(Knowing(None), tracker("how heavy is it", told="price"), responses=responses)
    assert (message["response"], message["text"], slots) == (said, None, {})


PRODUCT = {"entity": "product", "value": "Robin Vacuum", "start": 4, "end": 9}


@pytest.mark.parametrize(
    ("least_confidence", "entities", "answered"), [(0.4, [], True), (0.5, [], False), (0.5, [PRODUCT], True)]
)
async def test_an_unsure_answer_is_given_only_where_a_product_is_named(
    least_confidence: float, entities: list[dict[str, Any]], answered: bool
) -> None:
    (message,), slots = await run(Knowing(ANSWER), tracker("the robin", entities), least_confidence)
    assert (message["text"] == ANSWER.text) == answered
    assert bool(slots) == answered


async def test_misheard_products_are_asked_for_by_their_names() -> None:
    heard = [
        PRODUCT | {"end": 9, "additional_info": {"heard": "robbing"[:5]}},
        {
            "entity": "product",
            "value": "Pulse Buds",
            "start": 14,
            "end": 24,
            "additional_info": {"heard": "pull spuds"},
        },
        {"entity": "size", "value": "5", "start": 29, "end": 33, "additional_info": {"heard": "five"}},
        {"entity": "product", "value": "Kept", "start": 0, "end": 3},
    ]
    knowledge = Knowing(ANSWER)
    await run(knowledge, tracker("the robbi and pull spuds for five", heard))
    assert knowledge.asked[0].text == "the Robin Vacuum and Pulse Buds for five"


@pytest.mark.parametrize(
    ("slots", "wishes"),
    [
        ({}, Filter()),
        ({"product_id": "a", "colour": "red", "brand": None}, Filter()),
        ({"brand": "Lark", "category": "earbuds"}, Filter(brand="Lark", category="earbuds")),
        ({"min_price": 20, "max_price": "$1,299.50"}, Filter(min_price=20, max_price=1299.5)),
        ({"in_stock": False}, Filter(in_stock=False)),
    ],
)
def test_slots_say_what_is_looked_for(slots: dict[str, object], wishes: Filter) -> None:
    assert wishes_of(slots) == wishes


@pytest.mark.parametrize(("slot", "value"), [("max_price", "cheap"), ("min_price", "nan"), ("in_stock", "maybe")])
def test_a_slot_that_cannot_be_understood_is_named(slot: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{slot} .*'{value}'"):
        wishes_of({slot: value})


async def test_without_knowledge_it_says_that_it_has_no_answer() -> None:
    (message,), slots = await run(NoKnowledge(), tracker("how heavy is it"))
    assert (message["response"], slots) == ("utter_no_answer", {})
