import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from whisper.decoding import ApplyTimestampRules, SuppressBlank, SuppressTokens
from whisper.model import Whisper
from whisper.tokenizer import Tokenizer

from asr.decoding.token_rules import TokenRules

LAST = 50363 + 1500  # the timestamp of 30 seconds
said_tokens = st.lists(st.one_of(st.integers(50363, 50500), st.integers(200, 260)), max_size=6)


def whispers_own(tokenizer: Tokenizer, logits: Tensor, said: list[int]) -> Tensor:
    never = [*tokenizer.non_speech_tokens, *tokenizer.all_language_tokens, tokenizer.no_speech]
    never += [tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm]
    tokens, logits = torch.tensor([[tokenizer.sot, *said]]), logits[None].clone()
    for rule in (SuppressBlank(tokenizer, 1), SuppressTokens(never), ApplyTimestampRules(tokenizer, 1, 50)):
        rule.apply(logits, tokens)
    return logits[0]


@settings(deadline=None, max_examples=50)
@given(said_tokens, st.integers(0, 1000), st.floats(-8, 8))
def test_equals_whispers_own_rules(
    rules: TokenRules, tokenizer: Tokenizer, said: list[int], seed: int, timestamp_bonus: float
) -> None:
    logits = torch.randn(51864, generator=torch.Generator().manual_seed(seed))
    logits[rules.first_timestamp :] += timestamp_bonus
    expected = whispers_own(tokenizer, logits, said)
    rules.apply(logits, said, LAST)
    torch.testing.assert_close(logits, expected)


def test_no_timestamp_lies_behind_the_context(rules: TokenRules) -> None:
    logits = torch.zeros(51864)
    rules.apply(logits, [rules.first_timestamp, 300], rules.first_timestamp + 10)
    assert torch.isinf(logits[rules.first_timestamp + 11 :]).all()
    assert torch.isfinite(logits[rules.first_timestamp + 10])


def test_a_segment_is_closed_by_a_timestamp_after_words(rules: TokenRules) -> None:
    first = rules.first_timestamp
    assert rules.closes_segment([first, 300, first + 5])
    assert not rules.closes_segment([first])
    assert not rules.closes_segment([first, 300])
    assert not rules.closes_segment([first, 300, first + 5, first + 5])


@pytest.mark.parametrize(("steps", "seconds"), [(0, 0.0), (50, 1.0), (1500, 30.0)])
def test_a_timestamp_token_is_a_fiftieth_of_a_second(rules: TokenRules, steps: int, seconds: float) -> None:
    assert rules.seconds(rules.first_timestamp + steps) == pytest.approx(seconds)


def test_the_prompt_of_an_english_model_is_one_token(rules: TokenRules, wordy_model: Whisper) -> None:
    assert rules.prompt == (50257,)
    assert not wordy_model.is_multilingual
