"""Translation: which prompt Whisper gets, and what an English-only model says to it."""

import numpy as np
import pytest
from whisper.model import Whisper

from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import Decoding
from asr.decoding.window import WindowDecoder
from asr.errors import AsrError
from asr.model.audio_encoder import ContextEncoder
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer, tokenizer_for
from tests.asr.conftest import EXACT, random_whisper


@pytest.fixture(scope="module")
def multilingual_model() -> Whisper:
    return random_whisper(context=1500, heads=2, layers=1, vocabulary=51865, text_context=448)


class PromptSearch:
    """Remembers the prompt it was given and takes every language for the third."""

    favours = True
    prompt: tuple[int, ...] = ()

    def run(
        self, features: object, prompts: list[tuple[int, ...]], seconds: list[float], temperature: float
    ) -> list[Decoding]:
        (self.prompt,) = prompts
        return [Decoding((), -0.1, 0.0, True)]

    def choose_among(self, features: object, start: int, candidates: tuple[int, ...]) -> list[int]:
        return [candidates[2]]


def test_an_english_model_refuses_to_translate_and_names_the_cure(wordy_model: Whisper) -> None:
    with pytest.raises(AsrError, match="translate.* base"):
        WhisperRecognizer(wordy_model, RecognizerOptions(model="own.pt", task="translate"))


@pytest.mark.parametrize("task", ["transcribe", "translate"])
@pytest.mark.parametrize("language", ["de", None])
def test_the_task_stands_in_the_prompt(multilingual_model: Whisper, task: str, language: str | None) -> None:
    options = RecognizerOptions(model="own.pt", task=task, language=language)  # type: ignore[arg-type]
    tokenizer = tokenizer_for(multilingual_model, language, options.task)
    search = PromptSearch()
    encoder = ContextEncoder(multilingual_model, EXACT)
    windows = WindowDecoder(encoder, search, tokenizer, TokenRules(tokenizer), options)  # type: ignore[arg-type]
    windows.decode([np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)])
    code = language or tokenizer.all_language_codes[2]
    assert tokenizer.decode(list(search.prompt)) == f"<|startoftranscript|><|{code}|><|{task}|>"
