"""The tagger, on word vectors of its own, and its loss against the sum over every path."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlu.joint.bio_tags import forbidden
from nlu.joint.tagger import (
    SHAPE_FEATURES,
    EmissionNet,
    Tagger,
    Tags,
    batches_by_length,
    rate_share,
    shapes_of,
    train_tagger,
    words_of,
)
from nlu.options import JointOptions
from tests.nlu.joint.toy_encoding import encoded

OPTIONS = JointOptions(
    entity_min_steps=80, entity_epochs=1, entity_hidden=16, entity_batch=8, entity_learning_rate=1e-2
)
# "Call" is followed by a name of one or two words.
TEXTS = ["call Ann", "please call Bo Lee", "call Cy Dee now", "thanks Ann", "call me Bo", "now call Cy", ""]
TAGS: list[Tags] = [
    np.array(tags, dtype=np.int64) for tags in ([0, 1], [0, 0, 1, 2], [0, 1, 2, 0], [0, 1], [0, 0, 1], [0, 0, 1], [])
]


def trained(options: JointOptions = OPTIONS) -> Tagger:
    return train_tagger(TEXTS, [encoded(text) for text in TEXTS], TAGS, 3, options)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return trained()


def test_what_was_taught_is_found(tagger: Tagger) -> None:
    for text, tags in zip(TEXTS, TAGS, strict=True):
        emissions = tagger.emissions(text, encoded(text))
        assert emissions.shape == (len(tags), 3)
        assert tagger.chain.best_path(emissions).tolist() == tags.tolist()


def test_the_scores_are_those_of_the_net(tagger: Tagger) -> None:
    text = TEXTS[1]
    words, encoding = words_of(text, encoded(text)), encoded(text)
    features = [encoding.word_vectors / 6, shapes_of(words), tagger.lexicon.features(words)]
    with torch.inference_mode():
        expected = tagger.net(torch.from_numpy(np.concatenate(features, axis=1, dtype=np.float32))[None])[0].numpy()
    np.testing.assert_allclose(tagger.emissions(text, encoding), expected, atol=1e-5)


def test_equal_input_gives_an_equal_tagger_whatever_was_drawn_before(tagger: Tagger) -> None:
    torch.manual_seed(99)
    random.seed(99)
    again = trained().tensors()
    for name, value in tagger.tensors().items():
        np.testing.assert_array_equal(again[name], value, err_msg=name)
    other = trained(replace(OPTIONS, seed=1)).tensors()
    assert any(not np.array_equal(other[name], again[name]) for name in again)


def test_training_leaves_threads_gradients_and_chance_as_they_were() -> None:
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    torch.set_num_threads(3)
    try:
        with torch.no_grad():
            trained()
            assert not torch.is_grad_enabled()
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_tagger_restored_from_its_tensors_says_the_same(tagger: Tagger) -> None:
    restored = Tagger.restore(tagger.tensors(), list(tagger.lexicon.counts))
    for text in (*TEXTS, "call somebody else"):
        np.testing.assert_array_equal(restored.emissions(text, encoded(text)), tagger.emissions(text, encoded(text)))
    np.testing.assert_array_equal(restored.chain.start, tagger.chain.start)
    np.testing.assert_array_equal(restored.chain.transitions, tagger.chain.transitions)


def test_tensors_that_do_not_fit_are_refused(tagger: Tagger) -> None:
    tensors, words = tagger.tensors(), list(tagger.lexicon.counts)
    with pytest.raises(ValueError, match="zip"):
        Tagger.restore(tensors, words[1:])
    with pytest.raises(KeyError, match="counts"):
        Tagger.restore({name: value for name, value in tensors.items() if name != "counts"}, words)
    with pytest.raises(RuntimeError, match=r"out\.weight"):
        Tagger.restore(tensors | {"out.weight": tensors["out.weight"][:, 1:]}, words)
    with pytest.raises(RuntimeError, match=r"direct\.bias"):
        Tagger.restore({name: value for name, value in tensors.items() if name != "direct.bias"}, words)


def legal_paths(words: int, tags: int) -> Iterator[tuple[int, ...]]:
    first, steps = forbidden(tags)
    for path in itertools.product(range(tags), repeat=words):
        if not first[path[0]] and not any(steps[before, after] for before, after in itertools.pairwise(path)):
            yield path


@pytest.mark.parametrize("words", [1, 2, 4])
def test_the_loss_is_that_of_the_path_among_all_that_may_be(words: int) -> None:
    torch.manual_seed(words)
    net = EmissionNet(features=6, hidden=4, tags=5, dropout=0.0).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_()
        features = torch.randn(1, words, 6)
        emissions = net(features)[0].double().numpy()
    chain = net.chain()

    def score(path: tuple[int, ...]) -> float:
        steps = sum(float(chain.transitions[before, after]) for before, after in itertools.pairwise(path))
        return float(chain.start[path[0]]) + steps + sum(float(emissions[word, tag]) for word, tag in enumerate(path))

    scores = {path: score(path) for path in legal_paths(words, 5)}
    total = np.logaddexp.reduce(list(scores.values()))
    for path in list(scores)[:10]:
        with torch.no_grad():
            loss = net.loss(features, torch.tensor([path]), torch.ones(1, words, dtype=torch.bool))
        assert float(loss) == pytest.approx(float(total - scores[path]), abs=1e-3)


@given(st.integers(1, 3000))
def test_the_learning_rate_rises_then_falls_and_never_ends(steps: int) -> None:
    shares = [rate_share(step, steps) for step in range(steps)]
    assert all(0 < share <= 1 for share in shares)
    peak = shares.index(max(shares))
    assert peak <= 0.05 * steps + 1
    assert shares[: peak + 1] == sorted(shares[: peak + 1])
    assert shares[peak:] == sorted(shares[peak:], reverse=True)


@given(st.lists(st.integers(0, 30), max_size=300), st.integers(1, 9), st.integers(0, 5))
def test_batches_hold_every_text_once_and_are_no_larger_than_asked(lengths: list[int], size: int, seed: int) -> None:
    batches = batches_by_length(lengths, size, random.Random(seed).shuffle)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(0 < len(batch) <= size for batch in batches)
    assert batches == batches_by_length(lengths, size, random.Random(seed).shuffle)
    if len(lengths) <= 16 * size:  # one group: the batches cover the lengths without overlap
        spans = sorted((min(of), max(of)) for of in ([lengths[index] for index in batch] for batch in batches))
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hello", [0, 0, 0, 0, 0, 0]),
        ("Hello", [0, 0, 0, 1, 0, 0]),
        ("A", [0, 0, 0, 1, 0, 0]),
        ("USB", [0, 0, 0, 1, 1, 0]),
        ("217", [1, 0, 0.75, 0, 0, 0]),
        ("a1", [0, 1, 0.25, 0, 0, 0]),
        ("12345678901", [1, 0, 2, 0, 0, 0]),
        ("?", [0, 0, 0, 0, 0, 1]),
    ],
)
def test_the_shape_of_a_word(word: str, expected: list[float]) -> None:
    assert shapes_of([word]).tolist() == [expected]


def test_no_words_have_no_shapes() -> None:
    assert shapes_of([]).shape == (0, SHAPE_FEATURES)


def test_the_words_are_those_that_have_vectors() -> None:
    assert words_of("call Ann, now", encoded("call Ann, now")) == ["call", "Ann", ",", "now"]
