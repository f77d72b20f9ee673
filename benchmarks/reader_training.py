"""Teaches the reader's network: schemas varied from turn to turn, one pass after another, with a falling rate."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.reader_batches import NO_VALUE, Item, Targets, collated, targets_of
from benchmarks.reader_turns import Example
from nlu.encoder.bert import multiplies_bfloat16
from retrieval.embedder import WordEncoder
from retrieval.reading.network import Batch, NetworkShape, ReaderNetwork, Scores
from retrieval.reading.reader import Inputs
from retrieval.reading.schema import EncodedLabel, EncodedSchema, EncodedText, encoded_text


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How the network learns."""

    epochs: int = 3
    batch: int = 32
    rate: float = 2e-3
    weight_decay: float = 0.05
    dropped_labels: float = 0.25  # the share of labels left out that a turn does not speak of
    strange_labels: int = 6  # at most so many of other schemas are put among them
    drawn_schemas: int = 12  # of each schema that has variants, anew for each pass
    seed: int = 0


Variants = Mapping[str, Sequence[Sequence[EncodedLabel]]]
"""For each schema its encoded labels, in variants with other names; labels at the same place mean the same."""


class DrawnSchema(NamedTuple):
    """Some labels of a schema in one of their variants, and some of other schemas; how each of its own is named."""

    schema: EncodedSchema
    renamed: dict[str, str]


class Lessons:
    """Examples as items, each against a variant of its schema that was drawn for the pass."""

    def __init__(
        self, examples: Sequence[Example], variants: Variants, encoder: WordEncoder, options: TrainingOptions
    ) -> None:
        self._examples = examples
        self._variants = variants
        self._encoder = encoder
        self._options = options
        self._random = random.Random(options.seed)
        self._strange = [label for each in variants.values() for labels in each for label in labels]

    def __len__(self) -> int:
        return len(self._examples)

    def epoch(self) -> Iterator[list[Item]]:
        """All examples once, in batches of turns of about the same length."""
        drawn = {name: self._draw(variants) for name, variants in self._variants.items()}
        order = list(range(len(self._examples)))
        self._random.shuffle(order)
        size = self._options.batch
        for first in range(0, len(order), 20 * size):
            near = sorted(order[first : first + 20 * size], key=lambda at: len(self._examples[at].text))
            batches = [near[start : start + size] for start in range(0, len(near), size)]
            self._random.shuffle(batches)
            for batch in batches:
                yield [self._item(self._examples[at], drawn) for at in batch]

    def _item(self, example: Example, drawn: Mapping[str, Sequence[DrawnSchema]]) -> Item:
        """The example against a drawn schema that has all labels that it speaks of."""
        spoken_of = example.asked | {wanted.label for wanted in example.wanted}
        fitting = [each for each in drawn[example.schema] if spoken_of <= set(each.renamed)]
        schema, renamed = self._random.choice(fitting)
        return item_of(example, schema, self._encoder, renamed)

    def _draw(self, variants: Sequence[Sequence[EncodedLabel]]) -> list[DrawnSchema]:
        """Schemas of the pass; every third of them is whole, and so is the first."""
        count = self._options.drawn_schemas if len(variants) > 1 else max(self._options.drawn_schemas // 6, 1)
        return [self._drawn(variants, 0 if at % 3 == 0 else self._options.dropped_labels) for at in range(count)]

    def _drawn(self, variants: Sequence[Sequence[EncodedLabel]], dropped: float) -> DrawnSchema:
        names = [label.label.name for label in variants[0]]
        kept = [at for at in range(len(names)) if self._random.random() >= dropped] or [0]
        labels = {names[at]: self._random.choice(variants)[at] for at in kept}
        renamed = {name: label.label.name for name, label in labels.items()}
        drawn = list({label.label.name: label for label in labels.values()}.values())
        if len(drawn) < len(labels):  # two have come to the same name
            renamed = {name: name for name in labels}
            drawn = [variants[0][at] for at in kept]
        own = {label.label.name for label in drawn} | set(names)
        for label in self._random.sample(self._strange, self._random.randint(0, self._options.strange_labels)):
            if label.label.name not in own:
                drawn.append(label)
                own.add(label.label.name)
        self._random.shuffle(drawn)
        return DrawnSchema(EncodedSchema.of(drawn), renamed)


def item_of(
    example: Example, schema: EncodedSchema, encoder: WordEncoder, renamed: Mapping[str, str] | None = None
) -> Item:
    """An example against a schema, whose labels may be named otherwise."""
    turn, reply = _encoded(example, encoder)
    inputs = Inputs.of(turn, reply, schema)
    return Item(inputs, targets_of(example, inputs.turn, schema.labels, renamed or {}))


def _encoded(example: Example, encoder: WordEncoder) -> tuple[EncodedText, EncodedText]:
    texts = (example.text, example.reply)
    turn, reply = (encoded_text(text, words) for text, words in zip(texts, encoder.encode_all(texts), strict=True))
    return turn, reply


def train(lessons: Lessons, options: TrainingOptions, shape: NetworkShape = NetworkShape()) -> ReaderNetwork:  # noqa: B008 - frozen
    """A network that has learnt the lessons; prints a line an epoch."""
    torch.manual_seed(options.seed)
    network = ReaderNetwork(shape).train()
    steps = options.epochs * -(-len(lessons) // options.batch)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=options.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, steps + options.epochs, pct_start=0.1)
    for epoch in range(options.epochs):
        total, count, began = 0.0, 0, time.process_time()
        for items in lessons.epoch():
            batch, targets = collated(items)
            with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
                scores = network(batch)
            loss = loss_of(Scores(*(part.float() for part in scores)), batch, targets)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.detach()), count + 1
            if count % 100 == 0:
                print(f"  {count} {total / count:.4f} {time.process_time() - began:.0f} s", flush=True)
        print(
            f"epoch {epoch + 1}: loss {total / count:.4f}, {time.process_time() - began:.0f} s of processor", flush=True
        )
    return network.eval()


def loss_of(scores: Scores, batch: Batch, targets: Targets) -> Tensor:
    """The sum of what each part is wrong by, over what is known and no padding."""
    labels = batch.has_label
    pairs = labels[:, :, None] & batch.has_word[:, None, :]
    operators = functional.cross_entropy(scores.operators[labels], targets.operators[labels])
    with_value = labels & (targets.values != NO_VALUE)
    values = scores.values[with_value]
    chosen = functional.cross_entropy(values, targets.values[with_value]) if len(values) else values.sum()
    return (
        2 * _binary(scores.acts, targets.acts, targets.acts_known > 0)
        + 2 * _binary(scores.references, targets.references, targets.references_known > 0)
        + 4 * _binary(scores.asked, targets.asked, labels)
        + 4 * operators
        + 3 * _owners(scores.inside, targets.inside, batch.has_word)
        + 5 * _binary(scores.begins, targets.begins, pairs)
        + 0.3 * chosen
    )


def _owners(inside: Tensor, targets: Tensor, words: Tensor) -> Tensor:
    """Each word is of one label or of none; where it is of several, any of them is right."""
    scores = torch.cat([torch.zeros_like(inside[:, :1]), inside], dim=1)
    right = torch.cat([(targets.sum(dim=1, keepdim=True) == 0).to(targets.dtype), targets], dim=1)
    right = right / right.sum(dim=1, keepdim=True)
    return functional.cross_entropy(scores.transpose(1, 2)[words], right.transpose(1, 2)[words])


def _binary(scores: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    if not known.any():
        return scores.sum() * 0
    return functional.binary_cross_entropy_with_logits(scores[known], targets[known])
