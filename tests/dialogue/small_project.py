"""A whole Rasa project that trains in seconds: a slot, an answer, an action of its own, a greeting that can change."""

from pathlib import Path

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: small
language: en
pipeline:
  - {name: nlu.components.joint.MiniLMJointClassifier, entity_min_steps: 40}
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, like_red, recall, ask, order]
slots:
  colour:
    type: text
    influence_conversation: false
    mappings:
      - type: from_intent
        intent: like_red
        value: red
  product_id:
    type: text
    influence_conversation: false
    mappings:
      - type: custom
  product:
    type: text
    influence_conversation: false
    mappings:
      - type: custom
responses:
  utter_greet:
    - text: "Hello from one."
  utter_noted:
    - text: "Noted."
  utter_recall:
    - text: "You like {colour}."
  utter_no_answer:
    - text: "I do not know."
actions: [action_answer_question, action_order]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - good morning
      - hi there
  - intent: like_red
    examples: |
      - I like red
      - red is my colour
      - make it red
  - intent: recall
    examples: |
      - which colour do I like
      - what was my colour
      - do you remember my colour
  - intent: ask
    examples: |
      - how heavy is the robin
      - how much does the robin cost
      - what is the weight of the robin
  - intent: order
    examples: |
      - order it
      - buy one for me
      - I want to order
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps:
      - intent: greet
      - action: utter_greet
  - rule: like red
    steps:
      - intent: like_red
      - action: utter_noted
  - rule: recall
    steps:
      - intent: recall
      - action: utter_recall
  - rule: ask
    steps:
      - intent: ask
      - action: action_answer_question
  - rule: order
    steps:
      - intent: order
      - action: action_order
""",
    "actions/__init__.py": """
from pathlib import Path

from rasa_sdk import Action


class Order(Action):
    def name(self):
        return "action_order"

    def run(self, dispatcher, tracker, domain):
        Path(__file__).with_name("ordered").touch()
        return []
""",
}


def write_project(root: Path, greeting: str = "Hello from one.") -> Path:
    """The project in `root`, new or with another greeting."""
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.replace("Hello from one.", greeting), "utf-8")
    return root
