"""The demo assistant's files: whole, consistent, and in step with the catalogue."""

import asyncio
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from dialogue.project.project_modules import own_modules
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.action_folder import register_folder
from tests.dialogue.conftest import ASSISTANT, REPOSITORY

with quiet_imports():
    import rasa.core.agent
    from rasa.core.test import test as run_test_stories
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.validator import Validator

pytestmark = pytest.mark.heavy

CATALOGUE = REPOSITORY / "data" / "knowledge" / "products.jsonl"
LOOKUP = ASSISTANT / "data" / "products.yml"


@pytest.fixture(scope="module")
def actions() -> ModuleType:
    """The project's `actions` package, imported as the runtime does."""
    with own_modules(ASSISTANT):
        register_folder(ActionExecutor(), ASSISTANT / "actions")
    return sys.modules["actions"]


def test_rasa_finds_nothing_wrong_with_the_project() -> None:
    with quiet_prints() as printed:
        importer = TrainingDataImporter.load_from_dict(
            {}, str(ASSISTANT / "config.yml"), str(ASSISTANT / "domain.yml"), [str(ASSISTANT / "data")]
        )
        validator = Validator.from_importer(importer)
        assert validator.verify_domain_validity()
        assert validator.verify_nlu(ignore_warnings=False)
        assert validator.verify_forms_in_stories_rules()
        assert validator.verify_form_slots()
        assert validator.verify_slot_mappings()
        assert validator.verify_actions_in_stories_rules()
        assert validator.verify_story_structure(ignore_warnings=False)
    assert "error" not in printed.getvalue().lower()


def test_the_test_stories_pass(model_path: Path, tmp_path: Path) -> None:
    with quiet_prints():
        agent = rasa.core.agent.Agent.load(str(model_path))
        report = asyncio.run(
            run_test_stories(
                str(ASSISTANT / "tests" / "test_stories.yml"), agent, e2e=True, out_directory=str(tmp_path)
            )
        )
    assert report["accuracy"] == 1, list(tmp_path.iterdir())


def test_the_lookup_table_has_the_names_of_the_catalogue() -> None:
    (lookup,) = yaml.safe_load(LOOKUP.read_text("utf-8"))["nlu"]
    listed = [line.removeprefix("- ") for line in lookup["examples"].splitlines()]
    products = [json.loads(line) for line in CATALOGUE.read_text("utf-8").splitlines()]
    wanted = {name.lower(): name for product in products for name in (product["name"], *product["aliases"])}
    cure = f"write the names and aliases of {CATALOGUE} into {LOOKUP}, one a line"
    assert lookup["lookup"] == "product"
    assert {name.lower() for name in listed} == set(wanted), cure
    assert len(listed) == len(wanted), cure


def test_orders_can_all_be_told(actions: ModuleType) -> None:
    orders = sys.modules["actions.orders"]
    book = orders.read_orders()
    assert len(book) >= 10
    for number, order in book.items():
        assert number.isdigit()
        assert len(number) == 5
        said = orders.describe_order(number, order)
        assert said.startswith(f"Order {number}, {order.items[0]}")
        assert "a date we will send you" not in said
        assert "refunded ." not in said


def told(actions: ModuleType, text: str, **slots: str | None) -> tuple[list[str], dict[str, Any], list[str]]:
    """What the action says to `text`, the slots that it sets, and the actions that it asks for."""
    dispatcher = CollectingDispatcher()
    latest = {"text": text, "intent": {}, "entities": []}
    tracker = Tracker("1", slots, latest, [], False, None, {}, "action_listen")
    events = sys.modules["actions.order_actions"].ActionOrderStatus().run(dispatcher, tracker, {})
    values = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return (
        [message["text"] for message in dispatcher.messages],
        values,
        [event["name"] for event in events if event["event"] == "followup"],
    )


def test_an_order_is_told_and_remembered_with_its_product(actions: ModuleType) -> None:
    (said,), slots, then = told(actions, "48213", order_number="48213")
    assert said.startswith("Order 48213, Pulse Buds 2")
    assert slots == {
        "order_number": None,
        "last_order": "48213",
        "product": "Pulse Buds 2",
        "product_id": "pulse-buds-2",
    }
    assert then == []


def test_an_order_of_two_things_leaves_open_which_is_spoken_of(actions: ModuleType) -> None:
    _, slots, _ = told(actions, "50007", order_number="50007")
    assert (slots["product"], slots["product_id"]) == (None, None)


def test_without_a_number_the_order_spoken_of_last_is_told_again(actions: ModuleType) -> None:
    (said,), slots, _ = told(actions, "when does it come", last_order="48213")
    assert said.startswith("Order 48213")
    assert slots["last_order"] == "48213"
    (said,), slots, _ = told(actions, "and the other one, 48214", order_number="48214", last_order="48213")
    assert (said[:11], slots["last_order"]) == ("Order 48214", "48214")


def test_for_another_order_its_number_is_asked_for(actions: ModuleType) -> None:
    assert told(actions, "and my other order", last_order="48213") == ([], {"last_order": None}, ["order_status_form"])


def test_an_unknown_number_is_not_remembered(actions: ModuleType) -> None:
    (said,), slots, _ = told(actions, "12345", order_number="12345")
    assert "cannot find an order 12345" in said
    assert slots == {"order_number": None}


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ("four eight two", "utter_wrong_order_number"),
        ("it is 4821", "utter_wrong_order_number"),
        ("where would that be written", "utter_help_order_number"),
    ],
)
def test_what_has_no_digit_is_met_with_help(actions: ModuleType, said: str, response: str) -> None:
    dispatcher = CollectingDispatcher()
    tracker = Tracker("1", {}, {"text": said}, [], False, None, {}, "action_listen")
    form = sys.modules["actions.order_form_validation"].ValidateOrderStatusForm()
    assert form.validate_order_number(said, dispatcher, tracker, {}) == {"order_number": None}
    assert [message["response"] for message in dispatcher.messages] == [response]


def test_ordered_items_are_in_the_catalogue(actions: ModuleType) -> None:
    products = [json.loads(line) for line in CATALOGUE.read_text("utf-8").splitlines()]
    orders = sys.modules["actions.orders"]
    items = {item for order in orders.read_orders().values() for item in order.items}
    assert {(item, orders.product_id(item)) for item in items} <= {(each["name"], each["id"]) for each in products}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("48213", "48213"),
        ("4 8 2 1 3", "48213"),
        ("4-8-2-1-3", "48213"),
        ("48,213", "48213"),
        ("number 48213 please", "48213"),
        ("four eight two one three", "48213"),
        ("Four, eight, two, one, three.", "48213"),
        ("forty eight two thirteen", "48213"),
        ("eight double three four six", "83346"),
        ("five oh double one two", "50112"),
        ("sixty zero zero zero", "60000"),
        ("i bought 2 things, it is 50007", "50007"),
        ("00007", "00007"),
        ("482134", None),
        ("4821", None),
        ("48213 or 48214", None),
        ("where is my order", None),
        ("", None),
    ],
)
def test_order_numbers_are_read_as_said(actions: ModuleType, said: str, number: str | None) -> None:
    assert sys.modules["actions.order_numbers"].read_order_number(said) == number
