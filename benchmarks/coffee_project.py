"""A Rasa project that takes coffee orders, written for the recordings of `benchmarks.speech_intent`.

The kinds of values come from the benchmark's own grammar, which its systems are given as well. The sentences are ours:
ways to order, filled with values by chance. None of the benchmark's sentences is learnt.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import yaml

GRAMMAR = Path("nlu") / "picovoice_barista" / "coffee_maker.yaml"
INTENT = "orderDrink"
OPENINGS = (
    "I'd like",
    "could I have",
    "can I get",
    "please make me",
    "I'll take",
    "I want",
    "get me",
    "make me",
    "let me have",
    "may I order",
    "give me",
    "brew me",
    "",
)
ORDERS = (
    "a {size} {coffeeDrink}",
    "a {size} {roast} {coffeeDrink}",
    "a {roast} {coffeeDrink}",
    "a {coffeeDrink}",
    "a {coffeeDrink} with {milkAmount}",
    "a {size} {coffeeDrink} with {sugarAmount}",
    "a {numberOfShots} {coffeeDrink}",
    "a {size} {numberOfShots} {coffeeDrink} with {milkAmount}",
    "a {roast} {size} {coffeeDrink} with {milkAmount} and {sugarAmount}",
    "a {numberOfShots} {roast} {coffeeDrink} with {sugarAmount}",
    "a {roast} {numberOfShots} {coffeeDrink} with {sugarAmount} and {milkAmount}",
    "a {size} {roast} {numberOfShots} {coffeeDrink} with {milkAmount} and {sugarAmount}",
    "a {numberOfShots} {size} {roast} {coffeeDrink} with {milkAmount}",
    "a {coffeeDrink} with {sugarAmount} and {milkAmount}",
)
EXAMPLES = 160
SMALL_TALK = {
    "greet": ("hello", "hi", "good morning", "hey there", "good afternoon"),
    "goodbye": ("bye", "goodbye", "see you later", "that is all", "thanks and bye"),
}
CONFIG_HEAD = "recipe: default.v1\nassistant_id: coffee\nlanguage: en\n"
BEST = """pipeline:
- name: nlu.components.joint.MiniLMJointClassifier
- name: nlu.components.sound_alike.SoundAlikeEntityExtractor
- name: EntitySynonymMapper
"""
POLICIES = "policies:\n- name: RulePolicy\n"
RULES = 'version: "3.1"\nrules:\n- rule: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n'
Pipeline = Literal["demo", "best"]
DEMO_CONFIG = Path("data") / "assistant" / "config.yml"


def write_coffee_project(folder: Path, shared: Path, pipeline: Pipeline) -> Path:
    """Write the project into `folder`; its pipeline is the demo shop's own, or the shortest that knows sounds."""
    values = read_values(shared / GRAMMAR)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "nlu.yml").write_text(nlu_yaml(values), "utf-8")
    (folder / "data" / "rules.yml").write_text(RULES, "utf-8")
    domain = {
        "version": "3.1",
        "intents": [INTENT, *SMALL_TALK],
        "entities": list(values),
        "responses": {"utter_greet": [{"text": "Hello."}]},
    }
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, sort_keys=False), "utf-8")
    (folder / "config.yml").write_text(f"{CONFIG_HEAD}{_demo_pipeline() if pipeline == 'demo' else BEST}{POLICIES}")
    return folder


def read_values(grammar: Path) -> dict[str, list[str]]:
    """Read what may be ordered: the values of each slot."""
    slots = yaml.safe_load(grammar.read_text("utf-8"))["context"]["slots"]
    return {str(slot): [str(value) for value in values] for slot, values in slots.items()}


def nlu_yaml(values: Mapping[str, Sequence[str]]) -> str:
    """Write the training data: examples, and a lookup table for each slot."""
    lines = ['version: "3.1"', "nlu:", f"- intent: {INTENT}", "  examples: |"]
    lines += [f"    - {order}" for order in dict.fromkeys(orders(values, EXAMPLES, seed=0))]
    for intent, texts in SMALL_TALK.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    for slot, entries in values.items():
        lines += [f"- lookup: {slot}", "  examples: |", *(f"    - {entry}" for entry in entries)]
    return "\n".join(lines) + "\n"


def orders(values: Mapping[str, Sequence[str]], count: int, seed: int) -> Iterator[str]:
    """Make annotated orders: each template and each opening in turn, with values by chance."""
    chance = random.Random(seed)
    for number in range(count):
        order = ORDERS[number % len(ORDERS)]
        filled = order.format(**{slot: f"[{chance.choice(entries)}]({slot})" for slot, entries in values.items()})
        yield re.sub(r"\ba (?=\[[aeiou])", "an ", f"{chance.choice(OPENINGS)} {filled}".strip())


def _demo_pipeline() -> str:
    """Return the pipeline of the demo shop as it stands in its config.yml."""
    config = yaml.safe_load(DEMO_CONFIG.read_text("utf-8"))
    return yaml.safe_dump({"pipeline": config["pipeline"]}, sort_keys=False)
