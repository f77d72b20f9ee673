"""A linear-chain conditional random field over tags: its loss for training, its best path and its marginals.

Lafferty, McCallum and Pereira, "Conditional random fields" (2001). Scores are natural logarithms, not normalised.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]
Tags = NDArray[np.int64]

FORBIDDEN = -1e4
"""The score of what cannot be; its exponential is zero."""
TINY = 1e-30


@dataclass(frozen=True, slots=True)
class Chain:
    """start: float32 [tags], of a first tag; transitions: float32 [from, to]; what cannot be has FORBIDDEN added."""

    start: Floats
    transitions: Floats

    def best_path(self, emissions: Floats) -> Tags:
        """The likeliest tags (Viterbi). emissions: float32 [words, tags]."""
        words = len(emissions)
        if not words:
            return np.zeros(0, dtype=np.int64)
        score = emissions[0] + self.start
        came_from = np.zeros(emissions.shape, dtype=np.int64)
        for word in range(1, words):
            reached = score[:, np.newaxis] + self.transitions
            came_from[word] = reached.argmax(axis=0)
            score = reached.max(axis=0) + emissions[word]
        path = np.zeros(words, dtype=np.int64)
        path[-1] = int(score.argmax())
        for word in range(words - 1, 0, -1):
            path[word - 1] = came_from[word, path[word]]
        return path

    def marginals(self, emissions: Floats) -> Floats:
        """How likely each tag of each word is, over all paths: float32 [words, tags], each row sums to one."""
        if not len(emissions):
            return np.zeros(emissions.shape, dtype=np.float32)
        steps = np.exp(self.transitions)
        forward, backward = np.zeros_like(emissions), np.zeros_like(emissions)
        forward[0] = emissions[0] + self.start
        for word in range(1, len(emissions)):
            forward[word] = _log_product(forward[word - 1], steps) + emissions[word]
        for word in range(len(emissions) - 2, -1, -1):
            backward[word] = _log_product(backward[word + 1] + emissions[word + 1], steps.T)
        joint = forward + backward
        shares = np.exp(joint - joint.max(axis=1, keepdims=True))
        result: Floats = shares / shares.sum(axis=1, keepdims=True)
        return result


def _log_product(scores: Floats, steps: Floats) -> Floats:
    highest = scores.max()
    result: Floats = np.log(np.exp(scores - highest) @ steps + np.float32(TINY)) + highest
    return result


def negative_log_likelihood(
    emissions: Tensor, tags: Tensor, mask: Tensor, start: Tensor, transitions: Tensor
) -> Tensor:
    """The mean over the texts of -log p(tags); differentiable.

    emissions: float32 [texts, words, tags]; tags: int64 and mask: bool [texts, words], True where there is a word, and
    there is always a first one.
    """
    steps = transitions.exp()
    scores = emissions[:, 0] + start
    for word in range(1, emissions.shape[1]):
        highest = scores.max(dim=1, keepdim=True).values.detach()
        reached = torch.log((scores - highest).exp() @ steps + TINY) + highest + emissions[:, word]
        scores = torch.where(mask[:, word, None], reached, scores)
    own = (emissions.gather(2, tags[..., None])[..., 0] * mask).sum(dim=1) + start[tags[:, 0]]
    own = own + (transitions[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]).sum(dim=1)
    return (scores.logsumexp(dim=1) - own).mean()
