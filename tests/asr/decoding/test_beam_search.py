"""Texts are weighed with logits written by hand, and with a real decoder."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from whisper.model import Whisper

from asr.decoding.beam_search import Beam
from asr.decoding.stopping import Stopping
from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import TokenSearch
from asr.model.text_decoder import CachedDecoder
from tests.asr.conftest import EXACT

FIRST, END = 50363, 50256
A, B, C = 300, 301, 302
Script = dict[tuple[int, ...], dict[int, float]]  # what may follow a text, with its probability


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


def logits(*chances: dict[int, float]) -> Tensor:
    """One row for each open text; what is not named is as good as impossible."""
    rows = torch.full((len(chances), 51864), -60.0)
    for row, chance in zip(rows, chances, strict=True):
        for token, probability in chance.items():
            row[token] = torch.tensor(probability).log()
    return rows


def follow(script: Script, rules: TokenRules, width: int, seconds: float = 8.0) -> Beam:
    """The beam when each text goes on as the script says; the decoder's rows are kept as the beam asks."""
    beam = Beam(Stopping(rules, seconds, 400, 448), width)
    texts: list[tuple[int, ...]] = [()]
    while True:
        parents = beam.grow(logits(*(script[text] for text in texts)))
        assert [one.tokens[:-1] for one in beam.open] == [texts[parent] for parent in parents]
        texts = [one.tokens for one in beam.open]
        if beam.over:
            return beam


def best(beam: Beam) -> tuple[int, ...]:
    assert beam.best is not None
    return beam.best.tokens


# Greedily it is A; B comes out likelier.
FORK: Script = {
    (): {at(0): 1.0},
    (at(0),): {A: 0.55, B: 0.45},
    (at(0), A): {C: 0.3, END: 0.7},
    (at(0), B): {C: 1.0},
    (at(0), B, C): {END: 1.0},
}


def test_the_likelier_whole_wins_over_the_likelier_beginning(rules: TokenRules) -> None:
    assert best(follow(FORK, rules, 1)) == (at(0), A)
    assert best(follow(FORK, rules, 2)) == (at(0), B, C)
    assert follow(FORK, rules, 2).best.score == pytest.approx(torch.tensor(0.45).log().item(), abs=1e-4)  # type: ignore[union-attr]


def test_a_text_does_not_end_where_it_would_rather_go_on(rules: TokenRules) -> None:
    script: Script = {
        (): {at(0): 1.0},
        (at(0),): {A: 1.0},
        (at(0), A): {END: 0.4, B: 0.6},
        (at(0), A, B): {C: 0.5, END: 0.5 + 1e-3},
    }
    assert best(follow(script, rules, 3)) == (at(0), A, B)


def test_a_text_that_has_fallen_far_behind_is_given_up(rules: TokenRules) -> None:
    script: Script = {(): {at(0): 1.0}, (at(0),): {A: 0.999, B: 0.001}, (at(0), A): {END: 1.0}}
    assert best(follow(script, rules, 2)) == (at(0), A)  # the script does not say how B goes on


def test_texts_do_not_differ_in_a_time_alone(rules: TokenRules) -> None:
    script: Script = {
        (): {at(0): 0.6, at(0.02): 0.4},
        (at(0),): {A: 0.6, B: 0.4},
        (at(0), A): {END: 1.0},
        (at(0), B): {END: 1.0},
    }
    assert best(follow(script, rules, 2)) == (at(0), A)


def test_a_segment_that_closes_with_the_sound_ends_the_text(rules: TokenRules) -> None:
    script: Script = {(): {at(0): 1.0}, (at(0),): {A: 1.0}, (at(0), A): {at(2): 1.0}}
    assert best(follow(script, rules, 2, seconds=2.0)) == (at(0), A, at(2))


def test_a_loop_is_never_a_text(rules: TokenRules) -> None:
    loop = [at(0), *[A] * 30]
    script: Script = {tuple(loop[:length]): {loop[length]: 1.0} for length in range(len(loop))}
    beam = follow(script, rules, 2)
    assert (beam.best, beam.open) == (None, [])
    assert beam.leading.tokens == tuple(loop[:16])


def test_no_more_is_said_than_fits_into_the_time(rules: TokenRules) -> None:
    words = [at(0), *range(300, 600)]
    script: Script = {tuple(words[:length]): {words[length]: 1.0} for length in range(len(words))}
    beam = follow(script, rules, 2, seconds=1.0)
    assert beam.best is None
    assert beam.leading.tokens == tuple(words[: 24 + 14])


@given(st.lists(st.floats(0.2, 1.0), min_size=12, max_size=12))
def test_a_wide_beam_finds_the_likeliest_of_all_texts(rules: TokenRules, weights: list[float]) -> None:
    """Two words, each one of three, with chances so near to each other that none is given up."""
    shares = torch.tensor(weights).reshape(4, 3)
    chances = [dict(zip((A, B, C), row, strict=True)) for row in (shares / shares.sum(1, keepdim=True)).tolist()]
    script: Script = {(): {at(0): 1.0}, (at(0),): chances[0]}
    for word, chance in zip((A, B, C), chances[1:], strict=True):
        script[at(0), word] = chance
        script |= {(at(0), word, other): {END: 1.0} for other in (A, B, C)}
    likeliest = max(chances[0][one] * script[at(0), one][two] for one, two in itertools.product((A, B, C), repeat=2))
    found = follow(script, rules, 9).best
    assert found is not None
    assert found.score == pytest.approx(math.log(likeliest), abs=1e-4)


def test_a_beam_of_one_is_greedy_with_a_real_decoder(wordy_model: Whisper, rules: TokenRules) -> None:
    search = TokenSearch(CachedDecoder(wordy_model, EXACT), rules)
    for seed in range(4):
        features = torch.randn(1, 500, 8, generator=torch.Generator().manual_seed(seed)) * 2
        greedy = search.run(features, [rules.prompt], [3.0], 0.0)[0]
        one = search.weigh(features, rules.prompt, 3.0, 1)
        assert greedy.finished
        assert one.tokens == greedy.tokens
        assert one.average_log_probability == pytest.approx(greedy.average_log_probability, abs=1e-4)
        assert one.no_speech_probability == pytest.approx(greedy.no_speech_probability, abs=1e-6)
