"""The network of the reader: a small transformer over the words of reply and turn and the labels of a schema.

Words and labels are rows of one sequence (Vaswani et al., arXiv:1706.03762); a word and a label attend to each other
with a bias that comes from how well they match, which is what carries over to labels that were never seen.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.reading.features import LABEL_FEATURES, PAIR_FEATURES, VALUE_FEATURES, WORD_FEATURES
from retrieval.reading.reading import Act, Operator, Reference

MOST_WORDS = 48  # of a turn
MOST_REPLY_WORDS = 24  # of the end of a reply


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """The sizes of the network."""

    encoder_width: int = 768  # both layers of the encoder
    width: int = 128
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1


class Batch(NamedTuple):
    """Turns beside each other: b turns, r words of the reply, n of the turn, l labels, v values; padded with zeros.

    reply [b, r, encoder_width]; turn [b, n, encoder_width]; words [b, n, WORD_FEATURES]; label_means [b, l, 3,
    encoder_width]; labels [b, l, LABEL_FEATURES]; pairs [b, l, n, PAIR_FEATURES]; values [b, l, v, VALUE_FEATURES], all
    float32. has_reply [b, r], has_word [b, n], has_label [b, l], has_value [b, l, v]: bool, false for padding.
    """

    reply: Tensor
    turn: Tensor
    words: Tensor
    label_means: Tensor
    labels: Tensor
    pairs: Tensor
    values: Tensor
    has_reply: Tensor
    has_word: Tensor
    has_label: Tensor
    has_value: Tensor


class Scores(NamedTuple):
    """What the network says, as logits.

    acts [b, acts]; references [b, references]; asked [b, l]; operators [b, l, 1 + operators], of which the first is
    "not wished"; inside [b, l, n], whose value a word is in, against 0 for none; begins [b, l, n], whether it begins a
    value; values [b, l, v].
    """

    acts: Tensor
    references: Tensor
    asked: Tensor
    operators: Tensor
    inside: Tensor
    begins: Tensor
    values: Tensor


class ReaderNetwork(nn.Module):
    """Reads turns against schemas."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.word = nn.Linear(shape.encoder_width, width)
        self.word_features = nn.Linear(WORD_FEATURES, width)
        self.label_texts = nn.ModuleList(nn.Linear(shape.encoder_width, width, bias=False) for _ in range(3))
        self.label_features = nn.Linear(LABEL_FEATURES, width)
        self.summary = nn.Parameter(torch.zeros(width))
        self.kinds = nn.Parameter(torch.zeros(4, width))  # summary, reply, turn, label
        self.positions = nn.Parameter(torch.zeros(MOST_REPLY_WORDS + MOST_WORDS, width))
        self.pair_bias = nn.Sequential(nn.Linear(PAIR_FEATURES, 16), nn.GELU(), nn.Linear(16, 2 * shape.heads))
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(shape.dropout)
        self.acts = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, len(Act) + len(Reference)))
        self.asked = _head(width + LABEL_FEATURES, 64, 1)
        self.operators = _head(width + LABEL_FEATURES, 64, 1 + len(Operator))
        self.spans_word = nn.Linear(width, 3 * 64)
        self.spans_label = nn.Linear(width, 3 * 64)
        self.spans_pair = _head(PAIR_FEATURES + WORD_FEATURES + 2 * 16, 48, 3)
        self.narrow_word = nn.Linear(width, 16)
        self.narrow_label = nn.Linear(width, 16)
        self.values = _head(VALUE_FEATURES + 16, 32, 1)

    def forward(self, batch: Batch) -> Scores:
        """The scores of a batch."""
        replies, words = batch.reply.shape[1], batch.turn.shape[1]
        rows = self.drop(self._rows(batch))
        bias = self._bias(batch)
        for layer in self.layers:
            rows = layer(rows, bias)
        rows = self.norm(rows)
        summary, said, labels = rows[:, 0], rows[:, 1 + replies : 1 + replies + words], rows[:, 1 + replies + words :]
        return self._scores(batch, summary, said, labels)

    def _rows(self, batch: Batch) -> Tensor:
        replies, words = batch.reply.shape[1], batch.turn.shape[1]
        reply = self.word(batch.reply) + self.kinds[1] + self.positions[MOST_REPLY_WORDS - replies : MOST_REPLY_WORDS]
        turn = self.word(batch.turn) + self.word_features(batch.words) + self.kinds[2]
        turn = turn + self.positions[MOST_REPLY_WORDS : MOST_REPLY_WORDS + words]
        texts = sum(layer(batch.label_means[:, :, at]) for at, layer in enumerate(self.label_texts))
        labels = texts + self.label_features(batch.labels) + self.kinds[3]
        summary = (self.summary + self.kinds[0]).expand(len(turn), 1, -1)
        return torch.cat([summary, reply, turn, labels], dim=1)

    def _bias(self, batch: Batch) -> Tensor:
        """What is added to the attention, [b, heads, rows, rows]: how words and labels match; none to padding."""
        replies, words, heads = batch.reply.shape[1], batch.turn.shape[1], self.shape.heads
        there = torch.cat(
            [torch.ones_like(batch.has_word[:, :1]), batch.has_reply, batch.has_word, batch.has_label], dim=1
        )
        count = there.shape[1]
        bias = torch.zeros(len(there), heads, count, count)
        pairs = self.pair_bias(batch.pairs).permute(0, 3, 1, 2)  # [b, 2 * heads, l, n]
        first, last = 1 + replies, 1 + replies + words
        bias[:, :, last:, first:last] = pairs[:, :heads]
        bias[:, :, first:last, last:] = pairs[:, heads:].transpose(2, 3)
        return bias.masked_fill(~there[:, None, None], -1e4)

    def _scores(self, batch: Batch, summary: Tensor, said: Tensor, labels: Tensor) -> Scores:
        mean = (said * batch.has_word[..., None]).sum(dim=1) / batch.has_word.sum(dim=1, keepdim=True)
        most = said.masked_fill(~batch.has_word[..., None], -1e4).amax(dim=1)
        acts = self.acts(self.drop(torch.cat([summary, mean, most], dim=-1)))
        known = torch.cat([self.drop(labels), batch.labels], dim=-1)
        inside, begins, asking = self._spans(batch, said, labels)
        narrow = self.narrow_label(labels)[:, :, None].expand(-1, -1, batch.values.shape[2], -1)
        return Scores(
            acts[:, : len(Act)],
            acts[:, len(Act) :],
            self.asked(known)[..., 0] + asking.masked_fill(~batch.has_word[:, None], -1e4).amax(dim=2),
            self.operators(known),
            inside,
            begins,
            self.values(torch.cat([batch.values, narrow], dim=-1))[..., 0].masked_fill(~batch.has_value, -1e4),
        )

    def _spans(self, batch: Batch, said: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of each word and label, [b, l, n]: in a value of it, begins one, asks for it."""
        count = batch.has_label.shape[1]
        words = self.spans_word(said).unflatten(-1, (3, 64)).transpose(1, 2)  # [b, 3, n, 64]
        wanted = self.spans_label(labels).unflatten(-1, (3, 64)).transpose(1, 2)  # [b, 3, l, 64]
        products = (wanted @ words.transpose(-1, -2)) / 8  # [b, 3, l, n]
        columns = [
            batch.pairs,
            batch.words[:, None].expand(-1, count, -1, -1),
            self.narrow_word(said)[:, None].expand(-1, count, -1, -1),
            self.narrow_label(labels)[:, :, None].expand(-1, -1, said.shape[1], -1),
        ]
        scores = self.spans_pair(torch.cat(columns, dim=-1)).permute(0, 3, 1, 2) + products
        return scores[:, 0].masked_fill(~batch.has_label[..., None], -1e4), scores[:, 1], scores[:, 2]


class _Layer(nn.Module):
    """Attention with a bias and a feed-forward block, norms before each."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.first_norm, self.second_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, rows: Tensor, bias: Tensor) -> Tensor:
        """[b, rows, width], with what is added to the attention, [b, heads, rows, rows]."""
        parts = self.query_key_value(self.first_norm(rows)).unflatten(-1, (3, self.heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        rows = rows + self.drop(self.out(seen.transpose(1, 2).flatten(2)))
        done: Tensor = rows + self.drop(self.outer(functional.gelu(self.inner(self.second_norm(rows)))))
        return done


def _head(inner: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inner, hidden), nn.GELU(), nn.Linear(hidden, out))
