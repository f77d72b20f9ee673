"""The search is tried with a decoder that has learnt its lines by heart."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor
from whisper.model import Whisper
from whisper.tokenizer import Tokenizer

from asr.decoding.phrase_bias import PhraseBias
from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import Decoding, TokenSearch
from asr.model.text_decoder import CachedDecoder
from tests.asr.conftest import EXACT

FIRST, END, NO_SPEECH, WORD = 50363, 50256, 50361, 300
FEATURES = torch.zeros(1, 500, 8)  # ten seconds


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


@dataclass
class ReciterState:
    said: int = 0
    steps: list[list[int]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=lambda: [0])

    def keep(self, rows: list[int]) -> None:
        assert rows == [0]


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

    def step(self, state: ReciterState, tokens: list[list[int]]) -> Tensor:
        state.steps.append(list(tokens[0]))
        wanted = self.lines[state.said] if state.said < len(self.lines) else END
        state.said += 1
        logits = torch.zeros(1, len(tokens[0]), 51864)
        logits[0, :, wanted] = self.certainty
        logits[0, 0, NO_SPEECH] += self.no_speech
        return logits


def recite(reciter: Reciter, rules: TokenRules, seconds: float, temperature: float = 0.0) -> Decoding:
    search = TokenSearch(reciter, rules)  # type: ignore[arg-type]
    return search.run(FEATURES, [(50257,)], [seconds], temperature)[0]


def test_says_the_likeliest_tokens_until_the_end(rules: TokenRules) -> None:
    lines = [at(0), WORD, WORD + 1, at(4)]
    reciter = Reciter(lines)
    decoding = recite(reciter, rules, 8.0)
    assert decoding.tokens == tuple(lines)
    assert decoding.finished
    assert decoding.average_log_probability == pytest.approx(0.0, abs=1e-3)
    assert reciter.started[0].steps == [[50257], *([token] for token in lines)]


def test_stops_when_a_segment_closes_at_the_end_of_the_sound(rules: TokenRules) -> None:
    lines = [at(0), WORD, at(5), at(5), WORD, WORD, at(9)]
    decoding = recite(Reciter(lines), rules, 5.05)
    assert decoding.tokens == tuple(lines[:3])
    assert decoding.finished


def test_a_loop_is_left_at_once(rules: TokenRules) -> None:
    decoding = recite(Reciter([at(0), *[WORD, WORD + 1] * 100]), rules, 10.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 30


def test_a_loop_is_seen_through_the_timestamps_in_it(rules: TokenRules) -> None:
    turns = [token for turn in range(40) for token in (at(turn / 5), WORD, WORD + 1, WORD + 2, at(turn / 5 + 0.1))]
    decoding = recite(Reciter(turns), rules, 10.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 40


def test_more_tokens_than_fit_into_the_time_are_not_said(rules: TokenRules) -> None:
    decoding = recite(Reciter([at(0), *range(300, 600)]), rules, 1.0)
    assert not decoding.finished
    assert len(decoding.tokens) < 60


def test_never_fills_more_than_half_of_the_text_context(rules: TokenRules) -> None:
    decoding = recite(Reciter([at(0), *range(300, 700)]), rules, 30.0)
    assert len(decoding.tokens) == 224


def test_the_probability_of_no_speech_comes_from_the_first_step(rules: TokenRules) -> None:
    loud = recite(Reciter([at(0), WORD]), rules, 8.0)
    quiet = recite(Reciter([at(0), WORD], no_speech=40.0), rules, 8.0)
    assert loud.no_speech_probability < 0.01
    assert quiet.no_speech_probability > 0.99


def test_a_temperature_samples_the_same_each_time(rules: TokenRules) -> None:
    reciter = Reciter([at(0), *range(300, 310), at(6)], certainty=9.0)
    runs = {recite(reciter, rules, 8.0, 1.0) for _ in range(3)}
    greedy = recite(reciter, rules, 8.0)
    assert len(runs) == 1
    assert runs.pop().tokens != greedy.tokens


def test_the_likeliest_candidate_is_chosen(rules: TokenRules) -> None:
    search = TokenSearch(Reciter([50270]), rules)  # type: ignore[arg-type]
    assert search.choose_among(FEATURES, 50257, (50260, 50270, 50280)) == [50270]


def test_obeys_the_rules_with_a_real_decoder(wordy_model: Whisper, rules: TokenRules) -> None:
    decoder = CachedDecoder(wordy_model, EXACT)
    decoding = TokenSearch(decoder, rules).run(torch.randn(1, 500, 8), [rules.prompt], [3.0], 0.0)[0]
    assert decoding.tokens[0] >= FIRST
    assert END not in decoding.tokens
    assert decoding.average_log_probability < 0


@pytest.mark.parametrize("phrases", [(), ("harbor kettle", "a lot of tea", "it is")])
@pytest.mark.parametrize("temperature", [0.0, 0.4])
def test_rows_say_what_each_would_say_alone(
    wordy_model: Whisper, tokenizer: Tokenizer, rules: TokenRules, phrases: tuple[str, ...], temperature: float
) -> None:
    """Also when rows end at different times, or take tokens back that began a phrase."""
    bias = PhraseBias(phrases, tokenizer, 8.0) if phrases else None
    search = TokenSearch(CachedDecoder(wordy_model, EXACT), rules, bias)
    features = torch.randn(5, 500, 8, generator=torch.Generator().manual_seed(1)) * 2
    seconds = [0.4, 1.0, 9.0, 3.0, 2.0]
    alone = [
        search.run(features[row : row + 1], [rules.prompt], [each], temperature)[0] for row, each in enumerate(seconds)
    ]
    together = search.run(features, [rules.prompt] * 5, seconds, temperature)
    assert [one.tokens for one in together] == [one.tokens for one in alone]
    assert len({len(one.tokens) for one in alone}) > 1
    for one, other in zip(together, alone, strict=True):
        assert one.average_log_probability == pytest.approx(other.average_log_probability, abs=1e-4)
        assert one.no_speech_probability == pytest.approx(other.no_speech_probability, abs=1e-6)
