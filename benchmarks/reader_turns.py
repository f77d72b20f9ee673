"""Turns to teach and to judge the reader with: those of the Schema-Guided Dialogue set, as examples against a schema.

A. Rastogi et al., "Towards Scalable Multi-Domain Conversational Agents" (AAAI 2020), train part, CC BY-SA 4.0. Acts of
several services in one turn are joined; the labels are those of one service at a time.
"""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.language.wording import NUMBER_WORDS, words
from retrieval.reading.reading import Act, Operator, Reference
from retrieval.reading.schema import Label

SGD = Path(__file__).parents[2] / "shared" / "bench" / "conversations" / "training" / "sgd"
LEFT_OUT = ("Homes_1", "Movies_1", "Hotels_2", "Events_2")
"""The services that nothing is learnt or chosen on."""
SAMPLES = 24  # values of a label that has no list of them, as a catalogue's column would show

_ACTS = {
    "INFORM": Act.FIND,
    "REQUEST": Act.ASK,
    "REQUEST_ALTS": Act.ANOTHER,
    "SELECT": Act.CHOOSE,
    "AFFIRM": Act.YES,
    "AFFIRM_INTENT": Act.YES,
    "NEGATE": Act.NO,
    "NEGATE_INTENT": Act.NO,
    "THANK_YOU": Act.THANKS,
    "GOODBYE": Act.GOODBYE,
}
_ASKED_BY_INTENT = {
    "GetTimesForMovie": "show_time",
    "GetEventDates": "date",
    "CheckBalance": "balance",
    "GetAvailableTime": "available_start_time",
}
"""Intents of the set that are a question for one label: "what time does it show" begins a search there."""
SGD_ACTS = frozenset(Act) - {Act.REFINE}
"""The acts that the set tells, or never has; it does not tell a refined search from another one, nor references."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that a turn wishes; `span` in characters where it stands in the turn."""

    label: str
    operator: Operator
    value: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A turn after a reply, of a schema that has a name, and its meaning; `known_acts` are those that could be told."""

    schema: str
    reply: str
    text: str
    acts: frozenset[Act]
    asked: frozenset[str]
    wanted: tuple[Wanted, ...]
    references: frozenset[Reference] = frozenset()
    known_acts: frozenset[Act] = SGD_ACTS
    knows_references: bool = False


@dataclass(frozen=True, slots=True)
class Turns:
    """Examples, and the labels of each schema."""

    examples: list[Example]
    schemas: dict[str, tuple[Label, ...]]


def read_sgd(folder: Path = SGD) -> Turns:
    """Read all turns, in the order of the file."""
    services = {each["service_name"]: each for each in json.loads((folder / "schema.json").read_text("utf-8"))}
    with gzip.open(folder / "turns.jsonl.gz", "rt", encoding="utf-8") as lines:
        turns = [json.loads(line) for line in lines]
    acts: dict[tuple[str, str, str], set[Act]] = defaultdict(set)
    offered: set[tuple[str, str]] = set()  # dialogue and service
    for turn in turns:
        if turn["offered"]:
            offered.add((turn["dialogue"], turn["service"]))
        has_offer = (turn["dialogue"], turn["service"]) in offered
        acts[_key(turn)] |= set(_acts(turn, services[turn["service"]], has_offer))
    examples = [_example(turn, frozenset(acts[_key(turn)])) for turn in turns]
    return Turns(examples, {name: _labels(service, turns) for name, service in services.items()})


def sampled(examples: Sequence[Example], services: Sequence[str], most: int, seed: int = 0) -> list[Example]:
    """At most so many different turns of each of the services, drawn by a seed."""
    drawn: list[Example] = []
    for service in services:
        own = list(dict.fromkeys(example for example in examples if example.schema == service))
        random.Random(f"{seed}{service}").shuffle(own)
        drawn += own[:most]
    return drawn


def _key(turn: Mapping[str, Any]) -> tuple[str, str, str]:
    return turn["dialogue"], turn["system"], turn["user"]


def _acts(turn: Mapping[str, Any], service: Mapping[str, Any], has_offer: bool) -> Iterator[Act]:
    """The acts of a turn. Whoever wants to book takes what was offered; before any offer, it is a search that begins:
    the set says "book a table" of the one service and "find a table" of the other for the same words.
    """
    to_do = {intent["name"] for intent in service["intents"] if intent["is_transactional"]}
    for name, _, value in turn["acts"]:
        if value in _ASKED_BY_INTENT:
            yield Act.ASK
        elif name == "INFORM_INTENT":
            yield Act.CHOOSE if value in to_do and has_offer else Act.FIND
        else:
            yield _ACTS[name]


def _example(turn: Mapping[str, Any], acts: frozenset[Act]) -> Example:
    text = turn["user"]
    asked = frozenset(
        _ASKED_BY_INTENT.get(value, label)
        for act, label, value in turn["acts"]
        if act == "REQUEST" or value in _ASKED_BY_INTENT
    )
    wanted = tuple(_wanted(text, label, value) for act, label, value in turn["acts"] if act == "INFORM")
    return Example(turn["service"], turn["system"], text, acts, asked, wanted)


def _wanted(text: str, label: str, value: str) -> Wanted:
    if value == "dontcare":
        return Wanted(label, Operator.ANY, "")
    return Wanted(label, Operator.IS, value, span_of(text, value))


def span_of(text: str, value: str) -> tuple[int, int] | None:
    """Where `value` stands in `text` as whole words, in digits or in words; None where it does not."""
    spelt = [value, *(word for word, number in NUMBER_WORDS.items() if str(number) == value)]
    for each in spelt:
        start = text.lower().find(each.lower())
        while start >= 0:
            end = start + len(each)
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                return start, end
            start = text.lower().find(each.lower(), start + 1)
    return None


def _labels(service: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> tuple[Label, ...]:
    """The labels, with the values that the assistant told where the schema has no list of them."""
    told: dict[str, dict[str, None]] = defaultdict(dict)
    for turn in turns:
        if turn["service"] == service["service_name"]:
            for label, values in turn["offered"].items():
                told[label] |= dict.fromkeys(values)
    labels = []
    for slot in service["slots"]:
        values = list(slot["possible_values"] if slot["is_categorical"] else told[slot["name"]])
        if len(values) > SAMPLES:
            values = random.Random(slot["name"]).sample(values, SAMPLES)
        labels.append(Label(slot["name"], slot["description"], tuple(values)))
    return tuple(labels)


def joined(pieces: Sequence[tuple[str, Wanted | None]]) -> tuple[str, tuple[Wanted, ...]]:
    """The pieces as one text, and what they wish with its place in it."""
    text, wanted = "", []
    for piece, wish in pieces:
        if wish is not None:
            wanted.append(replace(wish, span=(len(text), len(text) + len(piece))))
        text += piece
    return text, tuple(wanted)


def normal(value: str) -> str:
    """A value as it is compared: words in lower case, numbers in digits, without an article before it."""
    said = [str(NUMBER_WORDS.get(word, word)) for word in words(value)]
    while len(said) > 1 and said[0] in ("the", "a", "an", "on", "at", "in"):
        said = said[1:]
    return " ".join(said)
