"""A few of the examples that a model was trained on, kept next to it: what its smoke test asks."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path

from dialogue.project.rasa_project import MODEL_ENDING
from nlu.data.examples import Example, Place

COUNT = 50


def examples_path(model_path: Path) -> Path:
    """Where the examples of a model lie."""
    return model_path.with_name(model_path.name.removesuffix(MODEL_ENDING) + ".examples.jsonl")


def keep_examples(path: Path, examples: Iterable[tuple[str, str]]) -> None:
    """Write a few (text, intent) of each intent, one a line."""
    lines = (json.dumps({"text": text, "intent": intent}) for text, intent in a_few_of_each(examples, COUNT))
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def kept_examples(model_path: Path) -> list[Example]:
    """What was kept; none where no training of ours left the model there."""
    path = examples_path(model_path)
    if not path.exists():
        return []
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    return [Example(**json.loads(line), place=Place(path, number)) for number, line in lines]


def a_few_of_each(examples: Iterable[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """At most `count` of the (text, intent): the first of every intent, then the second, and so on."""
    by_intent: dict[str, list[tuple[str, str]]] = {}
    for text, intent in examples:
        by_intent.setdefault(intent, []).append((text, intent))
    return list(islice(_in_turns(by_intent.values()), count))


def _in_turns(groups: Iterable[list[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    return (member for member in chain.from_iterable(zip_longest(*groups)) if member is not None)
