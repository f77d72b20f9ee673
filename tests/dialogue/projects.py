"""A small Rasa project in which nothing is wrong, for tests that break it."""

from collections.abc import Mapping
from pathlib import Path

SOUND = {
    "config.yml": """recipe: default.v1
assistant_id: tiny
language: en
pipeline:
- name: KeywordIntentClassifier
policies:
- name: RulePolicy
""",
    "domain.yml": """version: "3.1"
intents:
- greet
- leave:
    use_entities: []
slots:
  name:
    type: text
    mappings:
    - type: from_text
      conditions:
      - active_loop: ask_form
        requested_slot: name
forms:
  ask_form:
    required_slots:
    - name
responses:
  utter_hello:
  - text: "Hello."
  utter_ask_name:
  - text: "Your name?"
  utter_later:
  - text: "Later."
actions:
- action_note
""",
    "data/nlu.yml": """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
- intent: leave
  examples: |
    - goodbye
""",
    "data/rules.yml": """version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_hello
  - action: ask_form
  - active_loop: ask_form
- rule: leave
  steps:
  - intent: leave
  - action: action_note
""",
    "actions/note.py": 'NAME, SAID = "action_note", "utter_later"\n',
}


def write_project(root: Path, files: Mapping[str, str] = SOUND) -> Path:
    """Write the files below `root` and return it."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    return root
