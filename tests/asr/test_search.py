"""The search is tried with a decoder that has learnt its lines by heart."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor
from whisper.model import Whisper

from asr.decoder import CachedDecoder
from asr.search import TokenSearch
from asr.token_rules import TokenRules

FIRST, END, NO_SPEECH, WORD = 50363, 50256, 50361, 300
FEATURES = torch.zeros(500, 8)  # ten seconds


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


@dataclass
class ReciterState:
    said: int = 0
    steps: list[list[int]] = field(default_factory=list)


class Reciter:
    """Wants to say its lines, one token a step, then the end for ever."""

    text_context = 448

    def __init__(self, lines: list[int], certainty: float = 20.0, no_speech: float = 0.0) -> None:
        self.lines = lines
        self.certainty = certainty
        self.no_speech = no_speech
        self.started: list[ReciterState] = []

    def start(self, features: Tensor, room: int) -> ReciterState:
        self.started.append(ReciterState())
        return self.started[-1]

    def step(self, state: ReciterState, tokens: list[int]) -> Tensor:
        state.steps.append(tokens)
        wanted = self.lines[state.said] if state.said < len(self.lines) else END
        state.said += 1
        logits = torch.zeros(len(tokens), 51864)
        logits[:, wanted] = self.certainty
        logits[0, NO_SPEECH] += self.no_speech
        return logits


def search(reciter: Reciter, rules: TokenRules) -> TokenSearch:
    return TokenSearch(reciter, rules)  # type: ignore[arg-type]


def test_says_the_likeliest_tokens_until_the_end(rules: TokenRules) -> None:
    lines = [at(0), WORD, WORD + 1, at(4)]
    reciter = Reciter(lines)
    decoding = search(reciter, rules).run(FEATURES, (50257,), 8.0, 0.0)
    assert decoding.tokens == tuple(lines)
    assert decoding.finished
    assert decoding.average_log_probability == pytest.approx(0.0, abs=1e-3)
    assert reciter.started[0].steps == [[50257], *([token] for token in lines)]


def test_stops_when_a_segment_closes_at_the_end_of_the_sound(rules: TokenRules) -> None:
    lines = [at(0), WORD, at(5), at(5), WORD, WORD, at(9)]
    decoding = search(Reciter(lines), rules).run(FEATURES, (50257,), 5.05, 0.0)
    assert decoding.tokens == tuple(lines[:3])
    assert decoding.finished


def test_a_loop_is_left_at_once(rules: TokenRules) -> None:
    decoding = search(Reciter([at(0), *[WORD, WORD + 1] * 100]), rules).run(FEATURES, (50257,), 10.0, 0.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 30


def test_a_loop_is_seen_through_the_timestamps_in_it(rules: TokenRules) -> None:
    turns = [token for turn in range(40) for token in (at(turn / 5), WORD, WORD + 1, WORD + 2, at(turn / 5 + 0.1))]
    decoding = search(Reciter(turns), rules).run(FEATURES, (50257,), 10.0, 0.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 40


def test_more_tokens_than_fit_into_the_time_are_not_said(rules: TokenRules) -> None:
    decoding = search(Reciter([at(0), *range(300, 600)]), rules).run(FEATURES, (50257,), 1.0, 0.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 60


def test_never_fills_more_than_half_of_the_text_context(rules: TokenRules) -> None:
    decoding = search(Reciter([at(0), *range(300, 700)]), rules).run(FEATURES, (50257,), 30.0, 0.0)
    assert len(decoding.tokens) == 224


def test_the_probability_of_no_speech_comes_from_the_first_step(rules: TokenRules) -> None:
    loud = search(Reciter([at(0), WORD]), rules).run(FEATURES, (50257,), 8.0, 0.0)
    quiet = search(Reciter([at(0), WORD], no_speech=40.0), rules).run(FEATURES, (50257,), 8.0, 0.0)
    assert loud.no_speech_probability < 0.01
    assert quiet.no_speech_probability > 0.99


def test_a_temperature_samples_the_same_each_time(rules: TokenRules) -> None:
    reciter = Reciter([at(0), *range(300, 310), at(6)], certainty=9.0)
    runs = {search(reciter, rules).run(FEATURES, (50257,), 8.0, 1.0) for _ in range(3)}
    greedy = search(reciter, rules).run(FEATURES, (50257,), 8.0, 0.0)
    assert len(runs) == 1
    assert runs.pop().tokens != greedy.tokens


def test_the_likeliest_candidate_is_chosen(rules: TokenRules) -> None:
    assert search(Reciter([50270]), rules).choose_among(FEATURES, 50257, (50260, 50270, 50280)) == 50270


def test_obeys_the_rules_with_a_real_decoder(wordy_model: Whisper, rules: TokenRules) -> None:
    decoder = CachedDecoder(wordy_model, quantize_vocabulary=True)
    decoding = TokenSearch(decoder, rules).run(torch.randn(500, 8), rules.prompt, 3.0, 0.0)
    assert decoding.tokens[0] >= FIRST
    assert END not in decoding.tokens
    assert decoding.average_log_probability < 0
