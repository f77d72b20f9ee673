"""The actions that reach into Heedful: any Rasa project may list them in its domain."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogue.answer_manners import NO_ANSWER_RESPONSE, AnswerManner
from dialogue.discourse.keeping import DISCOURSE, discourse_of
from dialogue.discourse.resolving import resolve
from retrieval.filtering import Filter
from retrieval.language.money import money_of
from retrieval.question import Answer, Question, products_of


class QuestionAnswerer(Protocol):
    """What the dialogue needs of retrieval; called from several threads."""

    def answer(self, question: Question) -> Answer | None:
        """The answer with its sources, or None when nothing relevant is known."""
        ...


class NoKnowledge:
    """Knows nothing: for a project without an index."""

    def answer(self, question: Question) -> Answer | None:
        """Answer nothing."""
        return None


class AnswerAction(Action):
    """Answers what was just asked from the knowledge base, and cites it.

    What the slots `brand`, `category`, `min_price`, `max_price` and `in_stock` hold, where the domain has them, counts
    in a search that leaves it open. Remembers the product the answer is about in the slots `product_id` and
    `product`, and in `told`, where the domain has it, the fact that the answer gives. The source ids travel as
    `custom: {source_ids: [...]}`, which any Rasa channel passes on. Without an answer the response
    `utter_<intent>` is said, such as `utter_out_of_scope`, where the domain has it, else `utter_no_answer`.
    """

    def __init__(self, answerer: QuestionAnswerer, manner: AnswerManner) -> None:
        self._answerer = answerer
        self._manner = manner

    def name(self) -> str:
        """Return the action's name in the domain."""
        return self._manner.action

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say the answer, or that there is none; return the slots to set."""
        state = discourse_of(reversed(tracker.events), tracker.slots)
        resolved = resolve(_as_meant(tracker), state, wishes_of(tracker.slots), _last_reply(tracker))
        answer = await asyncio.to_thread(self._answerer.answer, resolved.question)
        # Whoever names one of our products asks about it, whatever the intent was taken for; so does who points at one.
        is_about_ours = resolved.is_about_ours or _names_product(tracker)
        least_confidence = 0.0 if is_about_ours else self._manner.least_confidence
        if answer is None or answer.confidence < least_confidence:
            dispatcher.utter_message(response=_no_answer_response(tracker, domain))
            return []
        state = state.after(resolved.question, answer)
        sources = {"source_ids": list(answer.source_ids)}
        dispatcher.utter_message(text=answer.text, json_message=sources, **{DISCOURSE: state.as_dict()})
        told = [SlotSet("told", answer.told)] if "told" in tracker.slots else []
        if answer.product_id is None:
            several = len(products_of(answer.source_ids)) > 1
            # After a list, nothing by itself is spoken of any more.
            return [*told, SlotSet("product_id", None), SlotSet("product", None)] if several else told
        return [*told, SlotSet("product_id", answer.product_id), SlotSet("product", answer.product_name)]


def wishes_of(slots: Mapping[str, Any]) -> Filter:
    """What the slots say of the products that are looked for.

    Raises:
        ValueError: a price is not a number, or what is to be in stock is not a bool.
    """
    in_stock = slots.get("in_stock")
    if in_stock is not None and not isinstance(in_stock, bool):
        raise ValueError(f"the slot in_stock holds {in_stock!r}; give it the type bool in the domain")
    low, high = (_price_of(slots, name) for name in ("min_price", "max_price"))
    return Filter(
        brand=slots.get("brand"), category=slots.get("category"), min_price=low, max_price=high, in_stock=in_stock
    )


def _price_of(slots: Mapping[str, Any], name: str) -> float | None:
    """The amount of money in a slot, such as 300 or "$1,299.50"."""
    value = slots.get(name)
    if value is None:
        return None
    money = money_of(str(value))
    if money is None:
        raise ValueError(f"the slot {name} holds {value!r}; set it to an amount such as 300 or $1,299.50")
    return money.amount


def _as_meant(tracker: Tracker) -> str:
    """What was asked, with each product that was misheard under its name."""
    text: str = tracker.latest_message.get("text") or ""
    entities = tracker.latest_message.get("entities", [])
    for entity in sorted(entities, key=lambda entity: entity.get("start", 0), reverse=True):
        start, end, info = entity.get("start"), entity.get("end"), entity.get("additional_info") or {}
        if entity.get("entity") == "product" and info.get("heard") == text[start:end]:
            text = text[:start] + str(entity["value"]) + text[end:]
    return text


def _last_reply(tracker: Tracker) -> str:
    """What the assistant said last."""
    said = (event.get("text") for event in reversed(tracker.events) if event.get("event") == "bot")
    return next(filter(None, said), "")


def _names_product(tracker: Tracker) -> bool:
    return any(entity.get("entity") == "product" for entity in tracker.latest_message.get("entities", []))


def _no_answer_response(tracker: Tracker, domain: dict[str, Any]) -> str:
    own = f"utter_{tracker.latest_message.get('intent', {}).get('name')}"
    return own if own in domain.get("responses", {}) else NO_ANSWER_RESPONSE
