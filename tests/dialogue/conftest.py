"""The demo assistant, trained once and kept in `build/`, with a knowledge base of two products."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dialogue.reply import Reply
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from retrieval.question import Answer, Question
from tests.conftest import building

REPOSITORY = Path(__file__).parents[2]
ASSISTANT = REPOSITORY / "data" / "assistant"
MODELS = REPOSITORY / "build" / "assistant"  # where all tests find it

PRODUCTS = {"pulse buds": ("pulse-buds-2", "Pulse Buds 2"), "robin": ("robin-vacuum", "Robin Vacuum")}
FACTS = {"cost": "price", "how much": "price", "heavy": "weight", "weight": "weight"}


@dataclass
class TwoProducts:
    """A small knowledge base: knows two products, two facts of each, and one policy."""

    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Answer | None:
        self.asked.append(question)
        text = question.text.lower()
        if "crash" in text:
            raise RuntimeError("the index is gone")
        if "ship" in text:
            return Answer("Shipping takes three days.", ("policy:shipping#standard",), None, None, 1.0)
        named = next((product for alias, product in PRODUCTS.items() if alias in text), None)
        remembered = next((product for product in PRODUCTS.values() if product[0] == question.product_id), None)
        fact = next((fact for word, fact in FACTS.items() if word in text), None)
        product = named or remembered
        if product is None or fact is None:
            return None
        return Answer(
            f"The {fact} of {product[1]}.",
            (f"product:{product[0]}#{fact}",),
            *product,
            0.4 if "perhaps" in text else 0.9,
        )


@dataclass(frozen=True)
class Conversation:
    """One conversation of a runtime, driven by text."""

    runtime: RasaRuntime
    id: str

    def say(self, text: str) -> Reply:
        return self.runtime.respond(self.id, self.runtime.interpret(text))


@pytest.fixture(scope="session")
def model_path() -> Path:
    with building():
        return train(ASSISTANT, MODELS)


@pytest.fixture(scope="session")
def answerer() -> TwoProducts:
    return TwoProducts()


@pytest.fixture(scope="session")
def runtime(model_path: Path, answerer: TwoProducts) -> Iterator[RasaRuntime]:
    runtime = RasaRuntime.load(model_path, answerer, ASSISTANT / "actions")
    yield runtime
    runtime.close()


_numbers = itertools.count()


@pytest.fixture
def conversation(runtime: RasaRuntime) -> Conversation:
    return Conversation(runtime, f"conversation-{next(_numbers)}")
