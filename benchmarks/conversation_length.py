"""How long a typed turn takes as its conversation grows, with conversations in memory and in an SQLite file.

The demo assistant's dialogue in this process: understanding, rules, actions and the store; the knowledge answers at
once. Each figure is the median of the eight turns that begin with the named one.
"""

import argparse
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from dialogue.options import DialogueOptions
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from retrieval.question import Answer, Question
from server.settings import load_settings

ASKED = (
    "how much is the harbor kettle",
    "is it in stock",
    "how long do I have to return a product",
    "thanks",
    "where is order 48213",
    "can you repeat that",
    "what can you do",
    "do you have headphones under 100 dollars",
)
TURNS = (4, 50, 200, 400)


class AlwaysKnowing:
    """A knowledge base with one answer."""

    def answer(self, question: Question) -> Answer | None:
        """Return the answer."""
        return Answer("It costs 39 dollars.", ("product:kettle#price",), "kettle", "Harbor Kettle", 1.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, nargs="+", default=TURNS, help="the turns that are looked at")
    turns = parser.parse_args().turns
    settings = load_settings()
    assistant = settings.path(settings.paths.assistant)
    model = train(assistant, settings.path(settings.paths.build) / "assistant")
    print("turn" + "".join(f"{turn:>9}" for turn in turns))
    with tempfile.TemporaryDirectory(prefix="heedful-benchmark-") as folder:
        for name, path in (("memory", None), ("SQLite", Path(folder) / "trackers.db")):
            options = DialogueOptions(tracker_path=path)
            with closing(RasaRuntime.load(model, AlwaysKnowing(), assistant / "actions", options)) as runtime:
                times_ms = turn_times(runtime, max(turns) + len(ASKED))
            medians = [statistics.median(times_ms[turn - 1 : turn - 1 + len(ASKED)]) for turn in turns]
            print(f"{name:6}" + "".join(f"{median:6.0f} ms" for median in medians))


def turn_times(runtime: RasaRuntime, turns: int) -> list[float]:
    """Return the milliseconds that each turn of one conversation takes; another conversation warms up the model."""
    for text in ASKED:
        runtime.respond("warm up", runtime.interpret(text))
    times_ms = []
    for number in range(turns):
        started = time.perf_counter()
        runtime.respond("long", runtime.interpret(ASKED[number % len(ASKED)]))
        times_ms.append((time.perf_counter() - started) * 1000)
    return times_ms


if __name__ == "__main__":
    main()
