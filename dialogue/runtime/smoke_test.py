"""Whether a model that was just loaded does what it was trained for: the smoke test before it takes a server over."""

from collections.abc import Sequence

from dialogue.errors import ModelError
from dialogue.runtime.rasa_runtime import RasaRuntime
from nlu.data.examples import Example
from nlu.evaluation.understanding import Outcome, is_right

# Of examples it was trained on, a sound model misses one in a hundred; one of another project misses nearly all.
LEAST_RIGHT = 0.75


def try_out(runtime: RasaRuntime, examples: Sequence[Example]) -> None:
    """Raise ModelError unless `runtime` understands most of its own examples and can answer one of them.

    What Rasa's fallback refuses counts by the intent that it takes the place of. Without any example there is nothing
    to try. Raises ActionError or DialogueError when the answer fails.
    """
    outcomes = [Outcome(example, runtime.interpret(example.text)) for example in examples]
    understood = [outcome.interpretation for outcome in outcomes if is_right(outcome)]
    if len(understood) < LEAST_RIGHT * len(examples):
        raise ModelError(
            f"the model understands only {len(understood)} of {len(examples)} of its own examples: run `heedful train`"
        )
    if understood:
        runtime.rehearse(understood[0])
