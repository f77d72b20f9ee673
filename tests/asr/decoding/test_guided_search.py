"""Texts weighed by what is heard and what is expected."""

from collections.abc import Sequence

import pytest
import torch
from whisper.model import Whisper
from whisper.tokenizer import Tokenizer

from asr.decoding.guided_search import Guidance, GuidedBeam, begun_with, expected_beginning, guidance_for, whole_text
from asr.decoding.sentence_model import SentenceModel
from asr.decoding.stopping import Stopping
from asr.decoding.token_rules import TokenRules
from asr.expected_sentences import ExpectedSentences, Gap
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer

SENTENCES = ExpectedSentences(
    sentences=(("make", "me", "a", Gap("drink")), ("i", "want", "a", Gap("drink"), "please")),
    entries={"drink": {("mocha",): 2, ("latte",): 2}},
)
DOUBT = -1.0


@pytest.fixture(scope="module")
def rules(tokenizer: Tokenizer) -> TokenRules:
    return TokenRules(tokenizer)


@pytest.fixture(scope="module")
def guidance(tokenizer: Tokenizer) -> Guidance:
    return guidance_for(SentenceModel(SENTENCES), tokenizer, weight=1.0)


def said(tokenizer: Tokenizer, text: str) -> list[int]:
    return [tokenizer.timestamp_begin, *tokenizer.encode(text)]


def beginning(guidance: Guidance, tokenizer: Tokenizer, text: str, doubt: float = DOUBT) -> str | None:
    tokens = said(tokenizer, text)
    kept = expected_beginning(guidance, tokens, [doubt] * len(tokens))
    return None if kept is None else tokenizer.decode(tokens[1:kept])


def test_a_second_look_begins_before_the_word_that_may_have_been_misheard_too(
    guidance: Guidance, tokenizer: Tokenizer
) -> None:
    assert beginning(guidance, tokenizer, " Make me a marker.") == " Make me"
    assert beginning(guidance, tokenizer, " Cake me a mocha.") == ""


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (" Make me a mocha.", DOUBT),  # all is expected
        (" Make me a marker.", 0.0),  # nothing is in doubt
        (" Make a me mocha.", DOUBT),  # the words are known
        (" The weather was fine in May and June.", DOUBT),  # somebody speaks of something else
        ("", DOUBT),
    ],
)
def test_there_is_no_second_look_where_it_is_not_worth_its_time(
    guidance: Guidance, tokenizer: Tokenizer, text: str, doubt: float
) -> None:
    assert beginning(guidance, tokenizer, text, doubt) is None


def wanting(options: Sequence[tuple[int, float]]) -> torch.Tensor:
    """Logits with these tokens and log probabilities, and next to nothing for the rest."""
    row = torch.full((51864,), -30.0)
    for token, score in options:
        row[token] = score
    return row


def grow(beam: GuidedBeam, lines: dict[tuple[int, ...], list[tuple[int, float]]], end: int) -> GuidedBeam:
    while not beam.over:
        beam.grow(torch.stack([wanting(lines.get(text.tokens, [(end, 0.0)])) for text in beam.open]))
    return beam


@pytest.fixture
def stopping(rules: TokenRules) -> Stopping:
    return Stopping(rules, seconds=10.0, positions=500, text_context=448)


def test_an_expected_word_wins_over_one_that_is_heard_a_little_better(
    guidance: Guidance, tokenizer: Tokenizer, rules: TokenRules, stopping: Stopping
) -> None:
    first = said(tokenizer, " Make me a marker")
    (mocha, *rest), (marker,) = tokenizer.encode(" mocha"), tokenizer.encode(" marker")
    stem = tuple(first[:-1])
    lines = {stem: [(marker, -0.2), (mocha, -1.8)]}
    lines |= {(*stem, mocha, *rest[:at]): [(token, 0.0)] for at, token in enumerate(rest)}
    rival = whole_text(guidance, first, -0.2)
    beam = grow(GuidedBeam(stopping, guidance, begun_with(guidance, stem, 0.0), rival), lines, rules.end)
    assert beam.best is not None
    assert tokenizer.decode(beam.best.tokens[1:]) == " Make me a mocha"
    assert beam.best.score > rival.score


def test_nothing_is_found_where_the_sound_speaks_clearly_against_it(
    guidance: Guidance, tokenizer: Tokenizer, rules: TokenRules, stopping: Stopping
) -> None:
    first = said(tokenizer, " Make me a marker")
    (mocha, *_), (marker,) = tokenizer.encode(" mocha"), tokenizer.encode(" marker")
    lines = {tuple(first[:-1]): [(marker, 0.0), (mocha, -12.0)]}
    rival = whole_text(guidance, first, 0.0)
    beam = grow(GuidedBeam(stopping, guidance, begun_with(guidance, first[:-1], 0.0), rival), lines, rules.end)
    assert beam.best is None


def test_words_that_were_heard_are_not_left_out(
    guidance: Guidance, tokenizer: Tokenizer, rules: TokenRules, stopping: Stopping
) -> None:
    first = said(tokenizer, " Make me a marker")
    (marker,) = tokenizer.encode(" marker")
    lines = {tuple(first[:-1]): [(marker, -0.1), (rules.end, -2.5)]}
    rival = whole_text(guidance, first, -0.05)
    beam = grow(GuidedBeam(stopping, guidance, begun_with(guidance, first[:-1], 0.0), rival), lines, rules.end)
    assert beam.best is None


def test_a_look_ends_as_soon_as_nothing_can_surpass_the_first_text(
    guidance: Guidance, tokenizer: Tokenizer, stopping: Stopping
) -> None:
    first = said(tokenizer, " Make me a marker")
    beam = GuidedBeam(stopping, guidance, begun_with(guidance, first[:-1], 0.0), whole_text(guidance, first, 10.0))
    assert beam.grow(wanting([(tokenizer.encode(" fan")[0], 0.0)])[None]) == []
    assert beam.over


@pytest.mark.heavy
def test_nothing_is_made_up_of_noise(tiny_model: Whisper) -> None:
    plain = WhisperRecognizer(tiny_model, RecognizerOptions(), sentences=SENTENCES)
    off = WhisperRecognizer(tiny_model, RecognizerOptions(sentence_weight=0.0), sentences=SENTENCES)
    noise = torch.randn(16000 * 2, generator=torch.Generator().manual_seed(0)).numpy() * 0.05
    assert plain.transcribe(noise).text == off.transcribe(noise).text
