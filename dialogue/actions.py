"""The actions that reach into Heedful: any Rasa project may list them in its domain."""

import asyncio
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from retrieval.question import Answer, Question

NO_ANSWER_RESPONSE = "utter_no_answer"


class QuestionAnswerer(Protocol):
    """What the dialogue needs of retrieval; called from several threads."""

    def answer(self, question: Question) -> Answer | None:
        """The answer with its sources, or None when nothing relevant is known."""
        ...


class AnswerQuestionAction(Action):
    """`action_answer_question`: answers what was just asked from the knowledge base, and cites it.

    Remembers the product the answer is about in the slots `product_id` and `product`, so that "and the weight?"
    is understood. The source ids travel as `custom: {source_ids: [...]}`, which any Rasa channel passes on.
    """

    def __init__(self, answerer: QuestionAnswerer) -> None:
        self._answerer = answerer

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_answer_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say the answer, or `utter_no_answer`; return the slots to set."""
        text = tracker.latest_message.get("text") or ""
        question = Question(text=text, product_id=tracker.slots.get("product_id"))
        answer = await asyncio.to_thread(self._answerer.answer, question)
        if answer is None:
            dispatcher.utter_message(response=NO_ANSWER_RESPONSE)
            return []
        dispatcher.utter_message(text=answer.text, json_message={"source_ids": list(answer.source_ids)})
        if answer.product_id is None:
            return []
        return [SlotSet("product_id", answer.product_id), SlotSet("product", answer.product_name)]
