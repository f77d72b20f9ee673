"""A whole Rasa project of two intents, and the progress of its training, noted."""

from dataclasses import dataclass, field
from pathlib import Path

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: tiny
language: en
pipeline:
  - name: nlu.components.joint.MiniLMJointClassifier
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, leave]
responses:
  utter_hello:
    - text: "Hello."
  utter_bye:
    - text: "Bye."
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - good morning
  - intent: leave
    examples: |
      - goodbye
      - see you
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps:
      - intent: greet
      - action: utter_hello
  - rule: leave
    steps:
      - intent: leave
      - action: utter_bye
""",
}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@dataclass
class NotedProgress:
    """Remembers what is reported of a training."""

    total: int = 0
    done: int = 0
    names: list[str] = field(default_factory=list)

    def begin(self, what: str, total: int, unit: str) -> None:
        self.total = total

    def describe(self, what: str) -> None:
        self.names.append(what)

    def advance(self, done: int) -> None:
        self.done += done
