"""Trains an encoder's layers for one assistant: both tasks at once, from the text down to the frozen embeddings.

What is learnt here is the encoder alone; the heads that teach it are thrown away, and others fitted on its vectors.
Every text is shown twice at once, with other values left out, and the two are to agree (R-Drop: Liang et al.,
arXiv:2106.14448).
"""

import copy
import random
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlu.encoder.bert import multiplies_bfloat16
from nlu.encoder.sentence_encoder import MiniLMEncoder, layer_tensors, token_positions, word_spans
from nlu.joint.entity_head import AnnotatedText, tags_of
from nlu.joint.tagger import batches_by_length, rate_share
from nlu.options import JointOptions

LOGIT_SCALE = 20.0
"""Of the teaching intent head: its vectors have length one."""
HEAD_LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.01
GRADIENT_NORM = 1.0
NO_TAG = -100

Weights = dict[str, NDArray[np.float32]]


def fine_tune(
    examples: Sequence[AnnotatedText],
    encoder: MiniLMEncoder,
    options: JointOptions,
    notice: Callable[[str], None] = lambda _: None,
) -> MiniLMEncoder:
    """A new encoder whose vectors tell these examples' intents and entities apart; `encoder` stays as it is."""
    with (
        torch.random.fork_rng(devices=[options.device] if options.device.startswith("cuda") else []),
        torch.enable_grad(),
    ):
        torch.manual_seed(options.seed)
        lesson = _Lesson(examples, encoder, options)
        if lesson.intents or lesson.tags_count > 1:
            lesson.learn(notice)
        return encoder.with_layers(lesson.layers())


class _Lesson:
    """The encoder under training, its two teaching heads, and the examples as numbers."""

    def __init__(self, examples: Sequence[AnnotatedText], encoder: MiniLMEncoder, options: JointOptions) -> None:
        self._options = options
        self._times = 2 if options.fine_tuning_consistency and options.fine_tuning_dropout else 1
        self._device = torch.device(options.device)
        self._tokens = encoder.tokenize([example.text for example in examples])
        self.intents = sorted({example.intent for example in examples} - {""})
        numbers = {name: number for number, name in enumerate(self.intents)}
        self._labels = [numbers.get(example.intent, NO_TAG) for example in examples]
        self._tags, self.tags_count = self._token_tags(examples, encoder)
        self._bert = copy.deepcopy(encoder.bert).to(self._device).requires_grad_(True)
        self._bert.tokens.requires_grad_(False)
        self._bert.positions.requires_grad_(False)
        width = encoder.dimension
        self._intent_head = nn.Linear(2 * width, max(len(self.intents), 1)).to(self._device)
        self._tag_head = nn.Linear(2 * width, self.tags_count).to(self._device)

    def _token_tags(self, examples: Sequence[AnnotatedText], encoder: MiniLMEncoder) -> tuple[list[list[int]], int]:
        """The tag of each token, that of its word; NO_TAG on the marks at both ends."""
        positions = [token_positions(tokens) for tokens in self._tokens]
        spans = [word_spans(tokens, own) for tokens, own in zip(self._tokens, positions, strict=True)]
        tags, labels = tags_of(examples, spans, lambda kind: kind.name)
        spread = [[NO_TAG] * len(tokens.ids) for tokens in self._tokens]
        for row, own, words in zip(spread, tags, positions, strict=True):
            for tag, group in zip(own.tolist(), words, strict=True):
                for position in group:
                    row[position] = tag
        return spread, 1 + 2 * len(labels)

    def learn(self, notice: Callable[[str], None]) -> None:
        """All epochs."""
        options = self._options
        batches_each = -(-len(self._tokens) // options.fine_tuning_batch)
        epochs = max(options.fine_tuning_epochs, -(-options.fine_tuning_min_steps // batches_each))
        optimizer = torch.optim.AdamW(
            self._groups(), betas=(0.9, 0.98), eps=1e-6, weight_decay=WEIGHT_DECAY, fused=True
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_share(step, epochs * batches_each))
        shuffle = random.Random(options.seed).shuffle
        values = [value for group in optimizer.param_groups for value in group["params"]]
        for epoch in range(epochs):
            notice(f"fine-tuning, epoch {epoch + 1} of {epochs}")
            for batch in batches_by_length(
                [len(tokens.ids) for tokens in self._tokens], options.fine_tuning_batch, shuffle
            ):
                optimizer.zero_grad(set_to_none=True)
                self._loss(batch).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(values, GRADIENT_NORM)
                optimizer.step()
                schedule.step()

    def _groups(self) -> list[dict[str, object]]:
        """The learning rate of each layer, smaller the deeper it lies."""
        rate, decay = self._options.fine_tuning_learning_rate, self._options.fine_tuning_layer_decay
        depth = len(self._bert.layers)
        groups: list[dict[str, object]] = [
            {"params": list(layer.parameters()), "lr": rate * decay ** (depth - 1 - number)}
            for number, layer in enumerate(self._bert.layers)
        ]
        groups.append({"params": list(self._bert.norm.parameters()), "lr": rate * decay**depth})
        heads = [*self._intent_head.parameters(), *self._tag_head.parameters()]
        return [*groups, {"params": heads, "lr": HEAD_LEARNING_RATE}]

    def _loss(self, batch: list[int]) -> Tensor:
        ids, mask, labels, tags = self._stacked(batch * self._times)
        kind = self._device.type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind != "cpu" or multiplies_bfloat16()):
            last, middle = self._bert(ids, None if bool(mask.all()) else mask, self._options.fine_tuning_dropout)
        both = torch.stack([last.float(), middle.float()], dim=2)
        weights = mask[:, :, None, None].float()
        pooled = functional.normalize((both * weights).sum(dim=1) / weights.sum(dim=1), dim=-1)
        loss = both.new_zeros(())
        if bool((labels != NO_TAG).any()):
            logits = LOGIT_SCALE * self._intent_head(pooled.flatten(1))
            smoothing = self._options.fine_tuning_label_smoothing
            loss = loss + functional.cross_entropy(logits, labels, ignore_index=NO_TAG, label_smoothing=smoothing)
            if self._times > 1:
                loss = loss + self._options.fine_tuning_consistency * divergence(logits, labels != NO_TAG)
        if self.tags_count > 1:
            scores = self._tag_head(both.flatten(2))
            loss = loss + functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=NO_TAG)
        return loss

    def _stacked(self, batch: list[int]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        longest = max(len(self._tokens[index].ids) for index in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.int64)
        mask = torch.zeros(len(batch), longest, dtype=torch.bool)
        tags = torch.full((len(batch), longest), NO_TAG, dtype=torch.int64)
        for row, index in enumerate(batch):
            own = self._tokens[index].ids
            ids[row, : len(own)] = torch.tensor(own)
            mask[row, : len(own)] = True
            tags[row, : len(own)] = torch.tensor(self._tags[index])
        labels = torch.tensor([self._labels[index] for index in batch])
        device = self._device
        return ids.to(device), mask.to(device), labels.to(device), tags.to(device)

    def layers(self) -> Weights:
        """What was learnt, by name."""
        return layer_tensors(self._bert)


def divergence(logits: Tensor, counted: Tensor) -> Tensor:
    """The mean of both Kullback-Leibler divergences of what each text in the first half is taken for from what the same
    text in the second is. logits: [2 * n, intents]; counted: bool [2 * n].
    """
    first, second = functional.log_softmax(logits[counted], dim=1).chunk(2)
    pairs = ((first, second), (second, first))
    both = [functional.kl_div(given, target, reduction="batchmean", log_target=True) for given, target in pairs]
    return torch.stack(both).mean()
