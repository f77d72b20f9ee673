"""What is judged wrong and tried again, with searches whose results are given."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from torch import Tensor
from whisper.model import Whisper
from whisper.tokenizer import Tokenizer

from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import Decoding
from asr.decoding.window import WindowDecoder
from asr.model.audio_encoder import ContextEncoder
from asr.options import RecognizerOptions, Task
from asr.recognizer import tokenizer_for
from asr.samples import Samples
from tests.asr.conftest import EXACT

FIRST = 50363
SOUND = np.random.default_rng(0).normal(0, 0.1, 5 * 16_000).astype(np.float32)
SHORT, FULL = 400, 1500  # encoder positions


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


def decoding(
    *words: int, end: float = 4.9, probability: float = -0.2, no_speech: float = 0.0, finished: bool = True
) -> Decoding:
    return Decoding((at(0), *words, at(end)), probability, no_speech, finished)


GOOD = decoding(300, 301, 302)
LOOP = decoding(*[300, 301, 302] * 6, finished=False)


class GivenSearch:
    """Answers with the given decodings in order; remembers the (positions, temperature or width) it was asked with."""

    def __init__(self, *results: Decoding, favours: bool = False) -> None:
        self.results = list(results)
        self.favours = favours
        self.asked: list[tuple[int, float]] = []
        self.rows: list[int] = []
        self.second_look: Decoding | None = None

    def look_again(self, features: Tensor, prompt: tuple[int, ...], seconds: float, first: Decoding) -> Decoding:
        assert (len(features), prompt) == (1, (50257,))
        return self.second_look or first

    def run(
        self, features: Tensor, prompts: list[tuple[int, ...]], seconds: list[float], temperature: float
    ) -> list[Decoding]:
        assert prompts == [(50257,)] * len(features)
        assert len(seconds) == len(features)
        self.rows.append(len(features))
        self.asked += [(features.shape[1], temperature)] * len(features)
        return self.results[len(self.asked) - len(features) : len(self.asked)]

    def weigh(self, features: Tensor, prompt: tuple[int, ...], seconds: float, width: int) -> Decoding:
        assert (len(features), prompt, seconds) == (1, (50257,), 5.0)
        self.asked.append((features.shape[1], width))
        return self.results[len(self.asked) - 1]


class Decode:
    """Runs a `WindowDecoder` on a search whose results are given."""

    def __init__(self, model: Whisper, tokenizer: Tokenizer, rules: TokenRules) -> None:
        self._encoder = ContextEncoder(model, EXACT)
        self._tokenizer = tokenizer
        self._rules = rules

    def __call__(self, search: GivenSearch, samples: Samples = SOUND, **options: object) -> Decoding:
        return self.all(search, [samples], **options)[0]

    def all(self, search: GivenSearch, windows: list[Samples], **options: object) -> list[Decoding]:
        return [heard.decoding for heard in self._windows(search, **options).decode(windows)]

    def glimpse(self, search: GivenSearch) -> Decoding:
        return self._windows(search).glimpse(SOUND).decoding

    def _windows(self, search: GivenSearch, **options: object) -> WindowDecoder:
        settings = RecognizerOptions(**options)  # type: ignore[arg-type]
        return WindowDecoder(self._encoder, search, self._tokenizer, self._rules, settings)  # type: ignore[arg-type]


@pytest.fixture
def decode(wordy_model: Whisper, tokenizer: Tokenizer, rules: TokenRules) -> Decode:
    return Decode(wordy_model, tokenizer, rules)


def test_a_good_text_in_the_short_context_is_taken(decode: Decode) -> None:
    search = GivenSearch(GOOD)
    assert decode(search) == GOOD
    assert search.asked == [(SHORT, 0.0)]


def test_what_a_second_look_finds_is_taken_and_a_glimpse_does_without(decode: Decode) -> None:
    search = GivenSearch(GOOD)
    search.second_look = decoding(400, 401)
    assert decode(search) == search.second_look
    search.asked.clear()
    assert decode.glimpse(search) == GOOD


@pytest.mark.parametrize(
    "bad",
    [
        LOOP,
        decoding(300, 301, finished=False),
        decoding(*[300, 301, 302] * 4),
        decoding(300, probability=-1.5),
        decoding(300, end=2.0),  # three seconds of sound are left
        decoding(*[300, 301, 302] * 2),
        Decoding((at(0),), -0.2, 0.0, True),
    ],
)
def test_a_doubtful_text_is_decoded_again_in_the_full_context(decode: Decode, bad: Decoding) -> None:
    search = GivenSearch(bad, GOOD)
    assert decode(search) == GOOD
    assert search.asked == [(SHORT, 0.0), (FULL, 0.0)]


def test_a_phrase_said_twice_is_believed_in_the_full_context(decode: Decode) -> None:
    twice = decoding(*[300, 301, 302] * 2)
    assert decode(GivenSearch(twice, twice)) == twice


def test_silence_behind_the_text_is_not_taken_for_speech_left_out(decode: Decode) -> None:
    samples = SOUND.copy()
    samples[2 * 16_000 :] *= 0.01
    early = decoding(300, end=2.0)
    assert decode(GivenSearch(early), samples) == early


def test_temperatures_rise_until_the_text_looks_right(decode: Decode) -> None:
    search = GivenSearch(LOOP, LOOP, LOOP, GOOD)
    assert decode(search) == GOOD
    assert search.asked == [(SHORT, 0.0), (FULL, 0.0), (FULL, 0.2), (FULL, 0.4)]


def test_of_unsure_texts_the_likeliest_is_taken(decode: Decode) -> None:
    results = [decoding(300 + index, probability=-1.5 + index / 10) for index in range(3)]
    found = decode(GivenSearch(results[0], *results), temperatures=(0.0, 0.5, 1.0))
    assert found == results[2]


def test_a_loop_is_never_preferred_to_an_unsure_text(decode: Decode) -> None:
    unsure = decoding(300, probability=-3.0)
    assert decode(GivenSearch(LOOP, LOOP, unsure), temperatures=(0.0, 1.0)) == unsure


def test_a_loop_that_will_not_go_away_is_cut(decode: Decode) -> None:
    assert decode(GivenSearch(LOOP, LOOP), temperatures=(0.0,)).tokens == (300, 301, 302)


def test_no_speech_ends_the_search_with_no_words(decode: Decode) -> None:
    search = GivenSearch(decoding(300, probability=-1.5, no_speech=0.9))
    assert decode(search).tokens == ()
    assert len(search.asked) == 1


def test_a_sure_text_is_taken_whatever_the_probability_of_no_speech(decode: Decode) -> None:
    sure = decoding(300, no_speech=0.9)
    assert decode(GivenSearch(sure)) == sure


def test_audio_that_fills_the_window_is_decoded_once(decode: Decode) -> None:
    search = GivenSearch(decoding(300, end=29.0))
    decode(search, np.tile(SOUND, 6)[: 29 * 16_000])
    assert search.asked == [(FULL, 0.0)]


def test_of_windows_side_by_side_the_doubtful_ones_are_decoded_again_together(decode: Decode) -> None:
    other, cured, sure = decoding(400, 401), decoding(500), decoding(600)
    search = GivenSearch(LOOP, GOOD, decoding(300, probability=-1.5), other, cured, sure)
    assert decode.all(search, [SOUND] * 4) == [cured, GOOD, sure, other]
    assert search.asked == [(SHORT, 0.0)] * 4 + [(FULL, 0.0)] * 2
    assert search.rows == [4, 2]


def test_full_windows_side_by_side_get_their_own_temperatures(decode: Decode) -> None:
    whole = np.tile(SOUND, 6)[: 29 * 16_000]
    first, second = decoding(300, end=29.0), decoding(301, end=29.0)
    search = GivenSearch(first, LOOP, second)
    assert decode.all(search, [whole, whole]) == [first, second]
    assert search.asked == [(FULL, 0.0), (FULL, 0.0), (FULL, 0.2)]


def test_a_window_without_phrases_is_weighed_at_once(decode: Decode) -> None:
    search = GivenSearch(GOOD)
    assert decode(search, beam_size=3) == GOOD
    assert search.asked == [(SHORT, 3)]


@pytest.mark.parametrize("unsure", [decoding(300, probability=-0.8), decoding(300, finished=False), LOOP])
def test_where_phrases_are_favoured_an_unsure_text_is_weighed_against_others(decode: Decode, unsure: Decoding) -> None:
    search = GivenSearch(unsure, GOOD, favours=True)
    assert decode(search, beam_size=3) == GOOD
    assert search.asked == [(SHORT, 0.0), (SHORT, 3)]


def test_the_unsure_of_windows_side_by_side_are_weighed(decode: Decode) -> None:
    search = GivenSearch(GOOD, decoding(300, probability=-0.8), decoding(400))
    assert decode.all(search, [SOUND] * 2, beam_size=2) == [GOOD, decoding(400)]
    assert search.asked == [(SHORT, 0.0)] * 2 + [(SHORT, 2)]


def test_the_likelier_of_two_is_taken_and_a_loop_is_not(decode: Decode) -> None:
    unsure = decoding(300, probability=-0.8)
    assert decode(GivenSearch(unsure, decoding(301, probability=-0.9), favours=True), beam_size=3) == unsure
    likely_loop = replace(LOOP, average_log_probability=-0.1)
    assert decode(GivenSearch(unsure, likely_loop, favours=True), beam_size=3) == unsure


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (GOOD, {}),
        (replace(decoding(300, probability=-0.8), favoured=True), {}),
        (decoding(300, probability=-0.8), {"beam_size": 1}),
        (decoding(300, probability=-0.8), {"beam_threshold": -0.9}),
        (decoding(300, probability=-0.8), {"temperatures": (0.2,)}),
    ],
)
def test_what_is_sure_or_drawn_to_an_expected_phrase_is_not_weighed(
    decode: Decode, text: Decoding, options: dict[str, Any]
) -> None:
    search = GivenSearch(text, favours=True)
    assert decode(search, **{"beam_size": 3, **options}) == text
    assert len(search.asked) == 1


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (GOOD, (300, 301, 302)),
        (LOOP, (300, 301, 302)),
        (decoding(300, probability=-1.5), (300,)),
        (decoding(300, probability=-1.5, no_speech=0.9), ()),
    ],
)
def test_a_glimpse_is_one_look_without_loops(decode: Decode, found: Decoding, words: tuple[int, ...]) -> None:
    search = GivenSearch(found)
    assert tuple(token for token in decode.glimpse(search).tokens if token < FIRST) == words
    assert search.asked == [(SHORT, 0.0)]


class PromptSearch:
    """Remembers the prompt it was given and takes every language for the third."""

    favours = True
    prompt: tuple[int, ...] = ()

    def run(
        self, features: object, prompts: list[tuple[int, ...]], seconds: list[float], temperature: float
    ) -> list[Decoding]:
        (self.prompt,) = prompts
        return [Decoding((), -0.1, 0.0, True)]

    def look_again(self, features: object, prompt: object, seconds: float, first: Decoding) -> Decoding:
        return first

    def choose_among(self, features: object, start: int, candidates: tuple[int, ...]) -> list[int]:
        return [candidates[2]]


@pytest.mark.parametrize("task", ["transcribe", "translate"])
@pytest.mark.parametrize("language", ["de", None])
def test_the_task_and_the_language_stand_in_the_prompt(
    multilingual_model: Whisper, task: Task, language: str | None
) -> None:
    options = RecognizerOptions(model="own.pt", task=task, language=language)
    tokenizer = tokenizer_for(multilingual_model, language, task)
    search = PromptSearch()
    encoder = ContextEncoder(multilingual_model, EXACT)
    windows = WindowDecoder(encoder, search, tokenizer, TokenRules(tokenizer), options)  # type: ignore[arg-type]
    (heard,) = windows.decode([SOUND])
    code = language or tokenizer.all_language_codes[2]
    assert tokenizer.decode(list(search.prompt)) == f"<|startoftranscript|><|{code}|><|{task}|>"
    assert heard.language == code
