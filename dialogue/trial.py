"""Whether a model that was just loaded does what it was trained for: the smoke test before it takes a server over."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from dialogue.errors import ModelError
from dialogue.rasa_runtime import RasaRuntime
from nlu.examples import Example
from nlu.interpretation import Interpretation

EXAMPLES = 50
# Of examples it was trained on, a sound model misses one in a hundred; one of another project misses nearly all.
LEAST_RIGHT = 0.75


def try_out(runtime: RasaRuntime, examples: Sequence[Example]) -> None:
    """Raise ModelError unless `runtime` understands most of its own examples and can answer one of them.

    Examples of intents that the model does not know are left out: they may be newer than the model. Without any
    example there is nothing to try. Raises ActionError or DialogueError when the answer fails.
    """
    known = [example for example in examples if example.intent in runtime.intents]
    if examples and not known:
        raise ModelError("the model knows none of the intents of its project: run `heedful train`")
    chosen = a_few_of_each(known, EXAMPLES)
    understood = _understood(runtime, chosen)
    if len(understood) < LEAST_RIGHT * len(chosen):
        raise ModelError(
            f"the model understands only {len(understood)} of {len(chosen)} of its own examples: run `heedful train`"
        )
    if understood:
        runtime.rehearse(understood[0])


def _understood(runtime: RasaRuntime, examples: Sequence[Example]) -> list[Interpretation]:
    """The interpretations that agree with their labels."""
    found = ((example, runtime.interpret(example.text)) for example in examples)
    return [interpretation for example, interpretation in found if interpretation.intent.name == example.intent]


def a_few_of_each(examples: Iterable[Example], count: int) -> list[Example]:
    """At most `count` of the examples: the first of every intent, then the second, and so on."""
    by_intent: dict[str, list[Example]] = {}
    for example in examples:
        by_intent.setdefault(example.intent, []).append(example)
    return list(islice(_in_turns(by_intent.values()), count))


def _in_turns(groups: Iterable[list[Example]]) -> Iterator[Example]:
    return (example for example in chain.from_iterable(zip_longest(*groups)) if example is not None)
