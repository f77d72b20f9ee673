"""Measures understanding against annotated examples: intents, entities, what is out of scope, and confidences."""

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.data.examples import Example
from nlu.errors import NluError
from nlu.evaluation.measures import Counts, Flags, Floats, auroc, calibration_error, share, threshold_at_loss
from nlu.interpretation import FALLBACK as FALLBACK
from nlu.interpretation import REFUSAL, Entity, Intent, Interpretation

OUT_OF_SCOPE_NAMES = ("out_of_scope", "oos", FALLBACK)
IN_SCOPE_LOSS = 0.01


class EvaluationError(NluError):
    """Nothing can be measured on what was given; the message says what is missing."""


class Interpreting(Protocol):
    """What is measured."""

    def interpret(self, text: str) -> Interpretation:
        """What `text` means."""


Trainer = Callable[[Sequence[Example]], Interpreting]
"""Learns from examples; what it returns is asked about others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made of one example."""

    example: Example
    interpretation: Interpretation


@dataclass(frozen=True, slots=True)
class Scope:
    """How well `scope_score` separates what is out of scope from the rest, whatever the model makes of it.

    `recall` is the share of the out-of-scope examples below `threshold`, the highest below which at most `loss` of the
    others lie: it is chosen on these examples themselves.
    """

    in_scope: int
    out_of_scope: int
    in_scope_accuracy: float
    auroc: float
    loss: float
    threshold: float
    recall: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The shares of the examples that the model itself refuses (`is_refused`); None where there are none of a kind."""

    in_scope: float | None
    out_of_scope: float | None


@dataclass(frozen=True, slots=True)
class NluReport:
    """Everything measured over a set of outcomes. `intents` and `entities` are sorted by name.

    `calibration_error` is that of `intent_confidences`. `strict_entities` counts role and group, too; None where no
    example has any. `entities` is empty where nothing is annotated, `scope` is None where nothing is out of scope.
    """

    examples: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    intents: tuple[tuple[str, Counts], ...]
    entities: tuple[tuple[str, Counts], ...]
    strict_entities: Counts | None
    refused: Refused
    scope: Scope | None

    @property
    def all_entities(self) -> Counts:
        """The entities of every type together."""
        return sum((counts for _, counts in self.entities), Counts())


def cross_validate(
    train: Trainer, examples: Sequence[Example], folds: int, seed: int, notice: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Interpret each example by a model trained on the other folds; `notice` gets a line about what takes long.

    An example that stands there twice is taken once. Raises EvaluationError when there is too little to divide.
    """
    examples = without_repetitions(examples)
    numbers = stratified_folds([example.label for example in examples], folds, seed)
    for fold in range(folds):
        held_out = [example for example, number in zip(examples, numbers, strict=True) if number == fold]
        if held_out:
            notice(f"fold {fold + 1} of {folds}: training")
            rest = [example for example, number in zip(examples, numbers, strict=True) if number != fold]
            model = train(rest)
            notice(f"fold {fold + 1} of {folds}")
            yield from interpret_all(model, held_out)


def interpret_all(model: Interpreting, examples: Iterable[Example]) -> Iterator[Outcome]:
    """The outcomes of the examples, one after another."""
    for example in examples:
        yield Outcome(example, model.interpret(example.text))


def without_repetitions(examples: Iterable[Example]) -> list[Example]:
    """The first example of each text and intent: a copy in another fold would give the answer away."""
    first: dict[tuple[str, str], Example] = {}
    for example in examples:
        first.setdefault((example.text, example.label), example)
    return list(first.values())


def stratified_folds(labels: Sequence[str], folds: int, seed: int) -> list[int]:
    """A fold for each example: those of a label are shuffled and dealt out, the next label where the last ended."""
    if not 2 <= folds <= len(labels):
        raise EvaluationError(f"{len(labels)} examples cannot be divided into {folds} folds: give 2 to {len(labels)}")
    members: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        members.setdefault(label, []).append(index)
    shuffle = random.Random(seed).shuffle
    for indices in members.values():
        shuffle(indices)
    dealt = [index for indices in members.values() for index in indices]
    numbers = [0] * len(labels)
    for turn, index in enumerate(dealt):
        numbers[index] = turn % folds
    return numbers


def out_of_scope_intent(examples: Iterable[Example], name: str | None = None) -> str | None:
    """The intent of what is out of scope: the one named, else a usual name that the examples have.

    Raises EvaluationError when no example has the intent named.
    """
    intents = {example.intent for example in examples}
    if name is None:
        return next((usual for usual in OUT_OF_SCOPE_NAMES if usual in intents), None)
    if name not in intents:
        raise EvaluationError(
            f"no example has the out-of-scope intent {name!r}: there are {', '.join(sorted(intents))}"
        )
    return name


def believed(outcome: Outcome) -> Intent:
    """The intent that the model believes in, as sure as if it had no fallback that took its place in the end.

    As `rasa test nlu` does; but a fallback that the examples themselves teach is an intent as any other.
    """
    interpretation = outcome.interpretation
    if interpretation.intent.name != FALLBACK or outcome.example.intent == FALLBACK:
        return interpretation.intent
    best = next((intent for intent in interpretation.ranking if intent.name != FALLBACK), interpretation.intent)
    if interpretation.intent == REFUSAL and interpretation.in_scope:
        return replace(best, confidence=min(1.0, best.confidence / interpretation.in_scope))
    return best


def is_right(outcome: Outcome, out_of_scope: str | None = None) -> bool:
    """Whether the intent is the annotated one; for what is out of scope, whether it was refused in any way."""
    if outcome.example.intent == out_of_scope and outcome.interpretation.intent.name == FALLBACK:
        return True
    return believed(outcome).name == outcome.example.intent


def report(outcomes: Sequence[Outcome], out_of_scope: str | None = None, loss: float = IN_SCOPE_LOSS) -> NluReport:
    """All figures over the outcomes, `recall` out of scope at `loss`; raises EvaluationError when there are none."""
    if not outcomes:
        raise EvaluationError("there are no examples to measure: give NLU data with intents")
    labelled = [outcome for outcome in outcomes if outcome.example.intent]
    right = [is_right(outcome, out_of_scope) for outcome in labelled]
    intents = intent_counts(labelled, out_of_scope)
    types = annotated_types(outcomes)
    entities = entity_counts(outcomes, types, _type_and_span)
    strict = entity_counts(outcomes, types, _role_and_span) if has_roles(outcomes) else None
    return NluReport(
        examples=len(outcomes),
        accuracy=share(sum(right), len(right)),
        macro_f1=float(np.mean([counts.f1 for counts in intents.values()] or [0.0])),
        calibration_error=calibration_error(*intent_confidences(labelled, out_of_scope)),
        intents=tuple(sorted(intents.items())),
        entities=tuple(sorted(entities.items())),
        strict_entities=None if strict is None else sum(strict.values(), Counts()),
        refused=refused(labelled, out_of_scope),
        scope=scope(labelled, out_of_scope, loss) if out_of_scope else None,
    )


def intent_confidences(outcomes: Sequence[Outcome], out_of_scope: str | None) -> tuple[Floats, Flags]:
    """What calibration compares: how sure the model is of the intent it believes in, float64 [n], and whether that is
    the annotated one, bool [n] (Guo et al., 2017, arXiv:1706.04599, equation 1).

    Such confidences are shared out among the intents that were learnt, so an example of none of them is left out: what
    is out of scope, unless that was learnt as an intent. How well it is refused, `Scope` and `Refused` tell.
    """
    # The fallback is ranked by who never learnt it, too.
    learnt = out_of_scope != FALLBACK and any(_is_ranked(outcome, out_of_scope) for outcome in outcomes)
    judged = [outcome for outcome in outcomes if learnt or outcome.example.intent != out_of_scope]
    best = [believed(outcome) for outcome in judged]
    right = [intent.name == outcome.example.intent for intent, outcome in zip(best, judged, strict=True)]
    return np.array([intent.confidence for intent in best], dtype=np.float64), np.array(right, dtype=bool)


def _is_ranked(outcome: Outcome, name: str | None) -> bool:
    return any(intent.name == name for intent in (outcome.interpretation.intent, *outcome.interpretation.ranking))


def predicted_name(outcome: Outcome, out_of_scope: str | None) -> str:
    """The intent to count the outcome under: a refusal of what is out of scope counts as that intent."""
    return outcome.example.intent if is_right(outcome, out_of_scope) else believed(outcome).name


def intent_counts(outcomes: Sequence[Outcome], out_of_scope: str | None = None) -> dict[str, Counts]:
    """The counts of each intent that was annotated or predicted."""
    pairs = Counter((outcome.example.intent, predicted_name(outcome, out_of_scope)) for outcome in outcomes)
    counts: dict[str, Counts] = {}
    for (expected, got), number in pairs.items():
        if expected == got:
            counts[expected] = counts.get(expected, Counts()) + Counts(right=number)
        else:
            counts[expected] = counts.get(expected, Counts()) + Counts(missed=number)
            counts[got] = counts.get(got, Counts()) + Counts(extra=number)
    return counts


def annotated_types(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """The entity types that the examples annotate; what is found of others can be neither right nor wrong."""
    return frozenset(entity.name for outcome in outcomes for entity in outcome.example.entities)


def has_roles(outcomes: Iterable[Outcome]) -> bool:
    """Whether any example annotates a role or a group."""
    return any(entity.role or entity.group for outcome in outcomes for entity in outcome.example.entities)


EntityKey = Callable[[Entity], Hashable]


def entity_counts(outcomes: Iterable[Outcome], types: frozenset[str], key: EntityKey) -> dict[str, Counts]:
    """The counts of each of `types`; an entity is right when its `key` is that of an annotated one."""
    counts = dict.fromkeys(types, Counts())
    for outcome in outcomes:
        for name in types:
            expected = {key(entity) for entity in outcome.example.entities if entity.name == name}
            found = {key(entity) for entity in outcome.interpretation.entities if entity.name == name}
            if expected or found:
                both = len(expected & found)
                counts[name] += Counts(both, len(found) - both, len(expected) - both)
    return counts


def entity_errors(outcome: Outcome, types: frozenset[str], strict: bool) -> tuple[list[Entity], list[Entity]]:
    """The annotated entities that were missed, and the found ones of these types that are not annotated.

    `strict`: one with another role or group is missed, and what was found in its place is not annotated.
    """
    key = _role_and_span if strict else _type_and_span
    expected = {key(entity): entity for entity in outcome.example.entities}
    found = {key(entity): entity for entity in outcome.interpretation.entities if entity.name in types}
    missed = [entity for identity, entity in expected.items() if identity not in found]
    return missed, [entity for identity, entity in found.items() if identity not in expected]


def _type_and_span(entity: Entity) -> Hashable:
    return entity.name, entity.start, entity.end


def _role_and_span(entity: Entity) -> Hashable:
    return entity.name, entity.start, entity.end, entity.role, entity.group


def scope_score(outcome: Outcome, out_of_scope: str) -> float:
    """How likely the text is in scope.

    The confidence of the best intent but the fallback and `out_of_scope`; where the interpreter has a score of its own,
    that, times the share that `out_of_scope` does not have.
    """
    outside = (out_of_scope, FALLBACK)
    candidates = (outcome.interpretation.intent, *outcome.interpretation.ranking)
    if outcome.interpretation.in_scope is not None:
        taught = max((intent.confidence for intent in candidates if intent.name == out_of_scope), default=0.0)
        return outcome.interpretation.in_scope * (1 - taught)
    return max((intent.confidence for intent in candidates if intent.name not in outside), default=0.0)


def is_refused(outcome: Outcome, out_of_scope: str | None = None) -> bool:
    """Whether the model refuses the text by a threshold of its own, or by taking it for what is out of scope.

    `in_scope` below 0.5 lies below the threshold that the model learnt from held-out examples
    (`nlu.joint.scope.Scale`), whether it sends such texts to its fallback or only reports the probability.
    """
    in_scope = outcome.interpretation.in_scope
    below = in_scope is not None and in_scope < 0.5
    return below or outcome.interpretation.intent.name in (FALLBACK, out_of_scope)


def refused(outcomes: Sequence[Outcome], out_of_scope: str | None = None) -> Refused:
    """What the model itself refuses of the examples in scope and of those out of it."""
    inside = [is_refused(outcome, out_of_scope) for outcome in outcomes if outcome.example.intent != out_of_scope]
    outside = [is_refused(outcome, out_of_scope) for outcome in outcomes if outcome.example.intent == out_of_scope]
    return Refused(*(share(sum(flags), len(flags)) if flags else None for flags in (inside, outside)))


def scope(outcomes: Sequence[Outcome], out_of_scope: str, loss: float = IN_SCOPE_LOSS) -> Scope | None:
    """The figures about what is out of scope; None when all or nothing is. `loss`: 0 or more, below 1."""
    outside = np.array([outcome.example.intent == out_of_scope for outcome in outcomes], dtype=bool)
    if outside.all() or not outside.any():
        return None
    scores = np.array([scope_score(outcome, out_of_scope) for outcome in outcomes])
    right = np.array([is_right(outcome, out_of_scope) for outcome in outcomes])
    threshold = threshold_at_loss(scores[~outside], loss)
    return Scope(
        in_scope=int((~outside).sum()),
        out_of_scope=int(outside.sum()),
        in_scope_accuracy=float(right[~outside].mean()),
        auroc=auroc(scores[~outside], scores[outside]),
        loss=loss,
        threshold=threshold,
        recall=float((scores[outside] < threshold).mean()),
    )


def confusion(outcomes: Sequence[Outcome], out_of_scope: str | None = None) -> tuple[list[str], NDArray[np.int64]]:
    """The names of all intents, sorted, and how often each (row) was taken for each (column)."""
    pairs = Counter((outcome.example.intent, predicted_name(outcome, out_of_scope)) for outcome in outcomes)
    names = sorted({name for pair in pairs for name in pair})
    numbers = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    for (expected, got), count in pairs.items():
        matrix[numbers[expected], numbers[got]] = count
    return names, matrix
