"""The policy in a small project with two forms that has no rule for any pattern."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.options import DialogueOptions
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from tests.dialogue.conftest import Conversation, TwoProducts

pytestmark = pytest.mark.heavy

POLICY = "  - name: dialogue.patterns.conversation_patterns.ConversationPatterns\n"
FILES = {
    "config.yml": f"""
recipe: default.v1
assistant_id: gym
language: en
pipeline:
  - name: WhitespaceTokenizer
  - {{name: nlu.components.joint.MiniLMJointClassifier, entity_min_steps: 60}}
  - {{name: FallbackClassifier, threshold: 0.5}}
policies:
{POLICY}  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [join, book, inform, ask_hours]
entities: [plan, day]
slots:
  plan: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: plan}]}
  day: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: day}]}
forms:
  join_form: {required_slots: [plan, day]}
  book_form: {required_slots: [day]}
responses:
  utter_ask_plan: [{text: "Which plan?"}]
  utter_ask_day: [{text: "Which day?"}]
  utter_help_plan: [{text: "There are bronze, silver and gold."}]
  utter_joined: [{text: "Plan {plan} from {day}."}]
  utter_booked: [{text: "Booked for {day}."}]
  utter_hours: [{text: "From six to ten."}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: join
    examples: |
      - I want to become a member
      - sign me up for the gym
      - I would like to join
      - how do I get a membership
  - intent: book
    examples: |
      - book a class for me
      - reserve a place in yoga
      - I want to book a course
      - put me down for pilates
  - intent: inform
    examples: |
      - the [silver](plan) plan
      - [gold](plan)
      - [bronze](plan) please
      - I take [silver](plan)
      - on [monday](day)
      - [tuesday](day) please
      - [friday](day)
      - make it [wednesday](day)
  - intent: ask_hours
    examples: |
      - when are you open
      - what are your opening hours
      - how late can I come
      - until when is the gym open
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: join
    steps: [{intent: join}, {action: join_form}, {active_loop: join_form}]
  - rule: joined
    condition: [{active_loop: join_form}]
    steps:
      - action: join_form
      - active_loop: null
      - slot_was_set: [{requested_slot: null}]
      - action: utter_joined
  - rule: book
    steps: [{intent: book}, {action: book_form}, {active_loop: book_form}]
  - rule: booked
    condition: [{active_loop: book_form}]
    steps:
      - action: book_form
      - active_loop: null
      - slot_was_set: [{requested_slot: null}]
      - action: utter_booked
  - rule: hours
    steps: [{intent: ask_hours}, {action: utter_hours}]
""",
}
_numbers = itertools.count()


def write(folder: Path, *, with_patterns: bool) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if with_patterns else text.replace(POLICY, ""), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaRuntime]:
    folder = tmp_path_factory.mktemp("gym")
    model = train(write(folder, with_patterns=True), folder / "models")
    runtime = RasaRuntime.load(model, TwoProducts(), None, DialogueOptions())
    yield runtime
    runtime.close()


@pytest.fixture
def conversation(runtime: RasaRuntime) -> Conversation:
    return Conversation(runtime, f"gym-{next(_numbers)}")


def test_an_answer_in_the_middle_of_a_form_then_the_form_again(conversation: Conversation) -> None:
    conversation.say("I want to become a member")
    assert conversation.say("when are you open").texts == ("From six to ten.", "Which plan?")
    assert conversation.say("silver").texts == ("Which day?",)
    assert conversation.say("on friday").texts == ("Plan silver from friday.",)


def test_a_form_is_left_by_a_word_that_the_project_does_not_know(conversation: Conversation) -> None:
    conversation.say("I want to become a member")
    assert "stopped" in conversation.say("forget it, I changed my mind").text
    assert conversation.say("when are you open").texts == ("From six to ten.",)


def test_a_person_is_asked_for_in_a_form_and_a_client_learns_of_it(conversation: Conversation) -> None:
    conversation.say("book a class for me")
    reply = conversation.say("let me talk to a person")
    assert reply.signals == ("handover",)
    assert "person" in reply.text
    assert conversation.say("when are you open").signals == ()


def test_who_cannot_answer_gets_the_help_of_the_slot_then_leaves(conversation: Conversation) -> None:
    conversation.say("I want to become a member")
    assert conversation.say("I have no idea").texts == ("There are bronze, silver and gold.", "Which plan?")
    assert "leave that open" in conversation.say("I really don't know").text
    assert conversation.say("when are you open").texts == ("From six to ten.",)


def test_a_value_is_corrected_in_the_form_and_after_it(conversation: Conversation) -> None:
    conversation.say("I want to become a member")
    conversation.say("the silver plan")
    assert conversation.say("no, sorry, I meant gold").texts[-1] == "Which day?"
    assert conversation.say("on monday").texts == ("Plan gold from monday.",)
    assert conversation.say("sorry, I meant friday").texts == ("Plan gold from friday.",)


def test_what_is_not_understood_is_not_met_with_the_same_words_twice(conversation: Conversation) -> None:
    texts = [conversation.say(noise).text for noise in ("florp garm", "garm zill", "zill florp")]
    assert len(set(texts)) == 3
    assert "person" in texts[-1]
    assert conversation.say("yes please").signals == ("handover",)


def test_without_the_line_the_project_behaves_as_before(tmp_path: Path) -> None:
    model = train(write(tmp_path, with_patterns=False), tmp_path / "models")
    runtime = RasaRuntime.load(model, TwoProducts(), None, DialogueOptions())
    try:
        conversation = Conversation(runtime, "plain")
        conversation.say("I want to become a member")
        assert conversation.say("let me talk to a person").signals == ()
    finally:
        runtime.close()
