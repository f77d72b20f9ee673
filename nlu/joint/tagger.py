"""Tags the words of a text: a convolution over word vectors, shapes and the lexicon, and a CRF over its scores."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlu.encoder.sentence_encoder import EncodedText
from nlu.joint.bio_tags import forbidden
from nlu.joint.crf import FORBIDDEN, Chain, negative_log_likelihood
from nlu.joint.lexicon import Lexicon, count_words
from nlu.options import JointOptions

Floats = NDArray[np.float32]
Tags = NDArray[np.int64]
Shuffle = Callable[[list[Any]], None]

SHAPE_FEATURES = 6
# Word vectors have a length near 6; on the scale of the other features one weight decay suits all.
VECTOR_SCALE = np.float32(1 / 6)
WARM_UP_SHARE = 0.05
LAST_RATE_SHARE = 0.02
GRADIENT_NORM = 5.0


class EmissionNet(nn.Module):
    """A score for each tag of each word, from the word and its neighbours."""

    no_start: Tensor
    no_step: Tensor

    def __init__(self, features: int, hidden: int, tags: int, dropout: float) -> None:
        super().__init__()
        self.near = nn.Conv1d(features, hidden, 3, padding=1)
        self.out = nn.Linear(hidden, tags)
        self.direct = nn.Linear(features, tags)
        self.start = nn.Parameter(torch.zeros(tags))
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        first, steps = forbidden(tags)
        self.register_buffer("no_start", torch.where(torch.from_numpy(first), FORBIDDEN, 0.0), persistent=False)
        self.register_buffer("no_step", torch.where(torch.from_numpy(steps), FORBIDDEN, 0.0), persistent=False)
        self._dropout = dropout

    def forward(self, features: Tensor) -> Tensor:
        """features: float32 [texts, words, features]. Returns float32 [texts, words, tags]."""
        kept = functional.dropout(features, self._dropout / 3, self.training)
        hidden = functional.gelu(self.near(kept.transpose(1, 2))).transpose(1, 2)
        scores: Tensor = self.out(functional.dropout(hidden, self._dropout, self.training)) + self.direct(kept)
        return scores

    def loss(self, features: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """The CRF's negative log-likelihood of the tags, as `negative_log_likelihood` has it."""
        start, steps = self.start + self.no_start, self.transitions + self.no_step
        return negative_log_likelihood(self(features), tags, mask, start, steps)

    def chain(self) -> Chain:
        """The CRF as it was learnt."""
        start, steps = self.start + self.no_start, self.transitions + self.no_step
        return Chain(start.detach().numpy().copy(), steps.detach().numpy().copy())


@dataclass(frozen=True, slots=True)
class _Product:
    """A trained net's scores of one text as products of matrices that lie as they are read: a third of its time.

    `near`: [3 * features, hidden], of a word with both its neighbours; `last`: [hidden + features, tags].
    """

    near: Tensor
    near_bias: Tensor
    last: Tensor
    last_bias: Tensor

    @classmethod
    def of(cls, net: EmissionNet) -> "_Product":
        with torch.no_grad():
            near = net.near.weight.permute(2, 1, 0).flatten(0, 1).contiguous()
            last = torch.cat([net.out.weight, net.direct.weight], dim=1).T.contiguous()
            return cls(near, torch.as_tensor(net.near.bias), last, net.out.bias + net.direct.bias)

    def scores(self, features: Floats) -> Floats:
        """Features: float32 [words, features]. Returns float32 [words, tags]."""
        around = np.zeros((len(features) + 2, features.shape[1]), np.float32)
        around[1:-1] = features
        both = torch.from_numpy(np.concatenate([around[:-2], features, around[2:]], axis=1))
        with torch.inference_mode():
            hidden = functional.gelu(torch.addmm(self.near_bias, both, self.near))
            joined = torch.cat([hidden, torch.from_numpy(features)], dim=1)
            scores: Floats = torch.addmm(self.last_bias, joined, self.last).numpy()
        return scores


@dataclass(frozen=True, slots=True)
class Tagger:
    """A trained net with its lexicon; immutable, thread-safe."""

    net: EmissionNet
    chain: Chain
    lexicon: Lexicon
    _product: "_Product" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_product", _Product.of(self.net))

    def emissions(self, text: str, encoded: EncodedText) -> Floats:
        """The net's scores: float32 [words, tags]."""
        words = words_of(text, encoded)
        if not words:
            return np.zeros((0, self.lexicon.tags), dtype=np.float32)
        features = _joined(encoded, shapes_of(words), self.lexicon.features(words))
        return self._product.scores(features)

    def tensors(self) -> dict[str, Floats]:
        """Everything learnt, as arrays by name, but for the words of the lexicon."""
        learnt = {name: value.numpy() for name, value in self.net.state_dict().items()}
        counts = list(self.lexicon.counts.values())
        return learnt | {"counts": np.stack(counts) if counts else np.zeros((0, self.lexicon.tags), np.float32)}

    @classmethod
    def restore(cls, tensors: Mapping[str, Floats], words: Sequence[str]) -> "Tagger":
        """The tagger that `tensors` and its words came from; raises KeyError, RuntimeError or ValueError."""
        learnt = dict(tensors)
        counts = learnt.pop("counts")
        hidden, features, _ = learnt["near.weight"].shape
        net = EmissionNet(features, hidden, len(learnt["start"]), 0.0)
        net.load_state_dict({name: torch.from_numpy(value) for name, value in learnt.items()})
        net.eval().requires_grad_(False)
        known = dict(zip(words, counts, strict=True))
        return cls(net, net.chain(), Lexicon(counts.shape[1], known))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A text to learn from: features float32 [words, features], tags int64 [words]."""

    features: Floats
    tags: Tags


def train_tagger(
    texts: Sequence[str], encoded: Sequence[EncodedText], tags: Sequence[Tags], count: int, options: JointOptions
) -> Tagger:
    """Fit on texts whose words have tags below `count`; equal input gives an equal tagger."""
    words = [words_of(text, encoding) for text, encoding in zip(texts, encoded, strict=True)]
    lexicon = count_words(words, tags, count)
    lessons = [
        _Lesson(_joined(encoding, shapes_of(own), lexicon.features(own, count_words([own], [tagged], count))), tagged)
        for own, encoding, tagged in zip(words, encoded, tags, strict=True)
        if own
    ]
    with torch.random.fork_rng(devices=[]), torch.enable_grad(), _one_thread():
        torch.manual_seed(options.seed)
        net = EmissionNet(lessons[0].features.shape[1], options.entity_hidden, count, options.entity_dropout)
        _fit(net, lessons, options)
    net.eval().requires_grad_(False)
    return Tagger(net, net.chain(), lexicon)


@contextmanager
def _one_thread() -> Iterator[None]:
    """The matrices are small: on a busy machine, several threads wait for one another longer than they work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _fit(net: EmissionNet, lessons: list[_Lesson], options: JointOptions) -> None:
    batches_each = -(-len(lessons) // options.entity_batch)
    epochs = max(options.entity_epochs, -(-options.entity_min_steps // batches_each))
    steps = epochs * batches_each
    matrices = [value for value in net.parameters() if value.dim() > 1 and value is not net.transitions]
    rest = [value for value in net.parameters() if value.dim() <= 1 or value is net.transitions]
    groups = [{"params": matrices, "weight_decay": options.entity_weight_decay}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.entity_learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_share(step, steps))
    shuffle = random.Random(options.seed).shuffle
    for _ in range(epochs):
        for batch in batches_by_length([len(lesson.tags) for lesson in lessons], options.entity_batch, shuffle):
            loss = net.loss(*_stacked([lessons[index] for index in batch]))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), GRADIENT_NORM)
            optimizer.step()
            schedule.step()


def rate_share(step: int, steps: int) -> float:
    """The share of the learning rate at a step: up over the first few, then straight down."""
    return min((step + 1) / (WARM_UP_SHARE * steps + 1), 1.0) * max(LAST_RATE_SHARE, 1 - step / steps)


def batches_by_length(lengths: Sequence[int], size: int, shuffle: Shuffle) -> list[list[int]]:
    """All indices in batches of like lengths, so that little is padding, in an order of `shuffle`'s."""
    order = list(range(len(lengths)))
    shuffle(order)
    batches: list[list[int]] = []
    for begin in range(0, len(order), 16 * size):
        group = sorted(order[begin : begin + 16 * size], key=lambda index: lengths[index])
        batches += [group[at : at + size] for at in range(0, len(group), size)]
    shuffle(batches)
    return batches


def _stacked(lessons: Sequence[_Lesson]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(lesson.tags) for lesson in lessons)
    features = torch.zeros(len(lessons), longest, lessons[0].features.shape[1])
    tags = torch.zeros(len(lessons), longest, dtype=torch.int64)
    mask = torch.zeros(len(lessons), longest, dtype=torch.bool)
    for row, lesson in enumerate(lessons):
        features[row, : len(lesson.tags)] = torch.from_numpy(lesson.features)
        tags[row, : len(lesson.tags)] = torch.from_numpy(lesson.tags)
        mask[row, : len(lesson.tags)] = True
    return features, tags, mask


def words_of(text: str, encoded: EncodedText) -> list[str]:
    """The words that have vectors."""
    return [text[start:end] for start, end in encoded.word_spans]


def shapes_of(words: Sequence[str]) -> Floats:
    """What a word looks like, which the encoder, that reads small letters, cannot see: float32 [words, 6]."""
    return np.array([_shape(word) for word in words], dtype=np.float32).reshape(len(words), SHAPE_FEATURES)


def _joined(encoded: EncodedText, shapes: Floats, known: Floats) -> Floats:
    return np.concatenate([encoded.word_vectors * VECTOR_SCALE, shapes, known], axis=1, dtype=np.float32)


def _shape(word: str) -> list[float]:
    digits = sum(character.isdigit() for character in word)
    return [
        float(word.isdigit()),
        float(0 < digits < len(word)),
        min(digits, 8) / 4,
        float(word[:1].isupper()),
        float(len(word) > 1 and word.isupper()),
        float(not any(character.isalnum() for character in word)),
    ]
