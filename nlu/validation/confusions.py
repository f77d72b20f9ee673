"""Finds intents that the model takes for each other, from its answers about examples it was not trained on."""

from collections.abc import Iterable, Iterator

from nlu.data.examples import Listed
from nlu.evaluation.understanding import Outcome, believed
from nlu.validation.findings import Finding


def confused_intents(outcomes: Iterable[Outcome], at_least: int) -> Iterator[Finding]:
    """A hint for each pair of intents confused `at_least` so often, either way, most often first."""
    pairs: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        expected, got = outcome.example.intent, believed(outcome).name
        if expected and expected != got:
            pairs.setdefault((min(expected, got), max(expected, got)), []).append(outcome)
    for (first, second), wrong in sorted(pairs.items(), key=lambda pair: -len(pair[1])):
        if len(wrong) >= at_least:
            yield Finding(
                "hint",
                "confused-intents",
                f"{first} and {second} are confused {len(wrong)} times when the examples in question are held out",
                "move or reword these examples, add clearer ones to both intents, or make the intents one",
                wrong[0].example.place,
                tuple(_told(outcome) for outcome in wrong),
            )


def _told(outcome: Outcome) -> Listed:
    example, got = outcome.example, believed(outcome)
    return Listed(f"{example.intent}: {example.text} (taken for {got.name}, {got.confidence:.2f})", example.place)
