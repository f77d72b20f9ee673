import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlu.joint.bio_tags import forbidden
from nlu.joint.crf import FORBIDDEN, Chain, negative_log_likelihood

TAGS = 5


def chain(seed: int) -> Chain:
    rng = np.random.default_rng(seed)
    first, steps = forbidden(TAGS)
    start, transitions = rng.normal(size=TAGS), rng.normal(size=(TAGS, TAGS))
    return Chain(
        (start + np.where(first, FORBIDDEN, 0)).astype(np.float32),
        (transitions + np.where(steps, FORBIDDEN, 0)).astype(np.float32),
    )


def score(chain: Chain, emissions: NDArray[np.float32], path: tuple[int, ...]) -> float:
    steps = sum(float(chain.transitions[a, b]) for a, b in itertools.pairwise(path))
    return float(chain.start[path[0]]) + steps + sum(float(emissions[word, tag]) for word, tag in enumerate(path))


@given(st.integers(1, 4), st.integers(0, 10_000))
def test_all_is_as_the_sum_over_every_path_has_it(words: int, seed: int) -> None:
    model = chain(seed)
    emissions = np.random.default_rng(seed + 1).normal(size=(words, TAGS)).astype(np.float32)
    paths = list(itertools.product(range(TAGS), repeat=words))
    scores = np.array([score(model, emissions, path) for path in paths])
    best = paths[int(scores.argmax())]
    assert tuple(model.best_path(emissions).tolist()) == best
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    expected = np.zeros((words, TAGS))
    for path, share in zip(paths, shares, strict=True):
        expected[np.arange(words), path] += share
    np.testing.assert_allclose(model.marginals(emissions), expected, atol=1e-4)
    loss = negative_log_likelihood(
        torch.from_numpy(emissions)[None],
        torch.tensor([best]),
        torch.ones(1, words, dtype=torch.bool),
        torch.from_numpy(model.start),
        torch.from_numpy(model.transitions),
    )
    assert float(loss) == pytest.approx(-np.log(shares.max()), abs=1e-3)


def test_padding_changes_no_loss() -> None:
    model, emissions = chain(1), torch.randn(1, 3, TAGS, generator=torch.Generator().manual_seed(0))
    start, transitions = torch.from_numpy(model.start), torch.from_numpy(model.transitions)
    tags, mask = torch.tensor([[1, 2, 0]]), torch.tensor([[True, True, False]])
    padded = negative_log_likelihood(emissions, tags, mask, start, transitions)
    cut = negative_log_likelihood(emissions[:, :2], tags[:, :2], mask[:, :2], start, transitions)
    assert float(padded) == pytest.approx(float(cut), abs=1e-5)


def test_no_words_have_no_tags() -> None:
    assert chain(0).best_path(np.zeros((0, TAGS), np.float32)).tolist() == []
    assert chain(0).marginals(np.zeros((0, TAGS), np.float32)).shape == (0, TAGS)
