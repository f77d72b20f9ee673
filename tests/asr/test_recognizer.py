"""The real model, and a random one where only the handling counts."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from whisper.model import Whisper

from asr.audio.audio_files import read_audio
from asr.decoding.repetition import compression_ratio
from asr.errors import AsrError, AudioError
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer, tokenizer_for
from asr.reference_whisper import get_tokenizer
from asr.samples import Samples
from asr.transcript import Hints
from tests.conftest import ROOT

Speak = Callable[[str], Samples]

KEYWORDS = ["garden", "train", "apples", "museum", "piano", "station", "weather"]
SPOKEN_WORDS = ["do", "you", "have", "these", "headphones", "in", "black"]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def test_speech_becomes_its_words(recognizer: WhisperRecognizer, speech: Samples) -> None:
    transcript = recognizer.transcribe(speech)
    assert words(transcript.text) == SPOKEN_WORDS
    assert transcript.language == "en"
    assert transcript.duration_seconds == pytest.approx(len(speech) / 16_000)
    assert -1.0 < transcript.average_log_probability < 0.0
    assert transcript.no_speech_probability < 0.5


def test_segments_tell_where_the_words_are(recognizer: WhisperRecognizer, speech: Samples) -> None:
    transcript = recognizer.transcribe(speech)
    assert " ".join(segment.text for segment in transcript.segments) == transcript.text
    assert 0 <= transcript.segments[0].start_seconds < transcript.segments[-1].end_seconds
    assert transcript.segments[-1].end_seconds <= transcript.duration_seconds


def test_a_glimpse_of_what_is_clear_is_the_transcript(recognizer: WhisperRecognizer, speech: Samples) -> None:
    for samples in (speech, speech[:1000], np.zeros(16_000, dtype=np.float32), np.tile(speech, 15)):
        assert recognizer.glimpse(samples).text == recognizer.transcribe(samples).text


@pytest.mark.parametrize("count", [0, 1, 1599])
def test_less_than_a_tenth_of_a_second_is_nothing(recognizer: WhisperRecognizer, count: int) -> None:
    transcript = recognizer.transcribe(np.full(count, 0.5, dtype=np.float32))
    assert (transcript.text, transcript.segments) == ("", ())
    assert transcript.duration_seconds == count / 16_000


@pytest.mark.parametrize("seconds", [1, 40])
def test_silence_is_nothing(recognizer: WhisperRecognizer, seconds: int) -> None:
    transcript = recognizer.transcribe(np.zeros(seconds * 16_000, dtype=np.float32))
    assert (transcript.text, transcript.segments, transcript.average_log_probability) == ("", (), 0.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_refused(recognizer: WhisperRecognizer, bad: float) -> None:
    samples = np.zeros(16_000, dtype=np.float32)
    samples[5] = bad
    with pytest.raises(AudioError, match="NaN"):
        recognizer.transcribe(samples)
    with pytest.raises(AudioError, match="NaN"):
        recognizer.glimpse(samples)


def test_threads_get_the_same_as_one_after_another(recognizer: WhisperRecognizer, speech: Samples) -> None:
    inputs = [speech, speech[: len(speech) // 2], speech[len(speech) // 2 :]]
    alone = [recognizer.transcribe(samples) for samples in inputs]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(recognizer.transcribe, inputs)) == alone


def test_a_context_too_short_for_whisper_brings_no_loop(
    recognizer: WhisperRecognizer, tiny_model: Whisper, speech: Samples
) -> None:
    hasty = RecognizerOptions(min_context_seconds=0.1, context_margin_seconds=0.0)
    transcript = WhisperRecognizer(tiny_model, hasty).transcribe(speech)
    assert compression_ratio(transcript.text) < 2.4
    assert len(words(transcript.text)) <= 2 * len(SPOKEN_WORDS)


def test_several_utterances_are_heard_as_one_by_one(
    recognizer: WhisperRecognizer, tiny_model: Whisper, speech: Samples
) -> None:
    """In their order, whatever their lengths, with silence and a long recording among them."""
    silence = np.zeros(16_000, dtype=np.float32)
    long = np.concatenate([speech, np.zeros(27 * 16_000, dtype=np.float32), speech])
    utterances = [speech, silence, long, speech[: len(speech) // 2], speech[:100], speech]
    together = WhisperRecognizer(tiny_model, RecognizerOptions(batch_size=2)).transcribe_all(utterances)
    assert [one.text for one in together] == [recognizer.transcribe(samples).text for samples in utterances]
    assert [one.duration_seconds for one in together] == [len(samples) / 16_000 for samples in utterances]
    assert recognizer.transcribe_all([]) == []


@pytest.mark.heavy
def test_long_audio_is_heard_to_its_end_in_order(recognizer: WhisperRecognizer, speak: Speak) -> None:
    sentences = [
        "The garden behind the house is full of roses.",
        "Our train leaves from the second platform tonight.",
        "She bought three apples and a bottle of milk.",
        "The museum opens every morning at nine.",
        "My brother plays the piano after dinner.",
        "We will meet you at the station tomorrow.",
        "The weather was cold but the sun was shining.",
    ]
    pause = np.zeros(32_000, dtype=np.float32)
    transcript = recognizer.transcribe(np.concatenate([part for text in sentences for part in (speak(text), pause)]))
    times = [time for segment in transcript.segments for time in (segment.start_seconds, segment.end_seconds)]
    assert transcript.duration_seconds > 30
    assert times == sorted(times)
    heard = [word for word in words(transcript.text) if word in KEYWORDS]
    assert heard == KEYWORDS


def test_a_random_model_ends_on_long_noise(wordy_model: Whisper) -> None:
    recognizer = WhisperRecognizer(wordy_model, RecognizerOptions(temperatures=(0.0,)))
    noise = np.random.default_rng(0).normal(0, 0.1, 70 * 16_000).astype(np.float32)
    transcript = recognizer.transcribe(noise)
    assert all(0 <= segment.start_seconds <= segment.end_seconds <= 70 for segment in transcript.segments)


def test_an_english_model_refuses_another_language(wordy_model: Whisper) -> None:
    with pytest.raises(AsrError, match="'de'.* base"):
        WhisperRecognizer(wordy_model, RecognizerOptions(language="de"))


def test_an_english_model_refuses_to_translate(wordy_model: Whisper) -> None:
    with pytest.raises(AsrError, match="translate.* base"):
        WhisperRecognizer(wordy_model, RecognizerOptions(model="own.pt", task="translate"))


def test_an_unknown_language_is_named(multilingual_model: Whisper) -> None:
    with pytest.raises(AsrError, match="'klingon'"):
        WhisperRecognizer(multilingual_model, RecognizerOptions(language="klingon"))


def test_the_names_of_special_tokens_are_ordinary_text(wordy_model: Whisper) -> None:
    tokenizer = tokenizer_for(wordy_model, "en")
    tokens = tokenizer.encode("the <|endoftext|> sign")
    assert tokenizer.eot not in tokens
    assert tokenizer.decode(tokens) == "the <|endoftext|> sign"
    assert tokenizer.encode("Pulse Buds 2") == get_tokenizer(False).encode("Pulse Buds 2")
    assert tokenizer.non_speech_tokens == get_tokenizer(False).non_speech_tokens


def test_a_multilingual_model_is_told_its_language(multilingual_model: Whisper) -> None:
    tokenizer = tokenizer_for(multilingual_model, "de")
    assert tokenizer.decode([tokenizer.sot_sequence[1]]) == "<|de|>"


def test_an_untold_language_is_found_out(multilingual_model: Whisper) -> None:
    recognizer = WhisperRecognizer(multilingual_model, RecognizerOptions(language=None, temperatures=(0.0,)))
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    assert recognizer.transcribe(noise).language in tokenizer_for(multilingual_model, None).all_language_codes


@pytest.mark.heavy
def test_the_base_model_finds_out_english(speech: Samples) -> None:
    transcript = WhisperRecognizer.load(RecognizerOptions(model="base", language=None)).transcribe(speech)
    assert transcript.language == "en"
    assert words(transcript.text) == SPOKEN_WORDS


@pytest.mark.heavy
def test_recorded_speech_is_mostly_right(recognizer: WhisperRecognizer, bench_audio: Path) -> None:
    lines = (bench_audio / "read.jsonl").read_text(encoding="utf-8").splitlines()
    read = [entry for entry in map(json.loads, lines) if "train-clean" in entry["audio"]][:5]
    missed = spoken = 0
    for entry in read:
        expected = words(entry["text"])
        heard = set(words(recognizer.transcribe(read_audio(bench_audio / entry["audio"])).text))
        missed += sum(word not in heard for word in expected)
        spoken += len(expected)
    assert missed < 0.15 * spoken


def test_a_speaker_of_another_language_gets_a_recogniser_on_the_same_weights(multilingual_model: Whisper) -> None:
    recognizer = WhisperRecognizer(multilingual_model, RecognizerOptions(model="base"))
    noise = np.random.default_rng(3).normal(0, 0.1, 16_000).astype(np.float32)
    assert {"en", "de"} < recognizer.languages
    german = recognizer.hinted(Hints("de"))
    assert (german.glimpse(noise).language, recognizer.glimpse(noise).language) == ("de", "en")
    assert german.vocabulary is recognizer.vocabulary
    assert recognizer.hinted(Hints("en")) is recognizer.hinted(Hints()) is recognizer
    with pytest.raises(AsrError, match="klingon"):
        recognizer.hinted(Hints("klingon"))


def test_an_english_model_hears_english_alone(wordy_model: Whisper) -> None:
    recognizer = WhisperRecognizer(wordy_model, RecognizerOptions())
    assert recognizer.languages == {"en"}
    with pytest.raises(AsrError, match="'de'"):
        recognizer.hinted(Hints("de"))


def test_phrases_of_one_speaker_are_favoured_for_that_speaker_alone(recognizer: WhisperRecognizer) -> None:
    question = read_audio(ROOT / "data/audio/battery-question.wav")
    before = recognizer.transcribe(question).text
    assert "pulse buds too" in before
    hinted = recognizer.hinted(Hints(phrases=("Pulse Buds 2",)))
    assert "pulse buds 2" in hinted.transcribe(question).text.lower()
    assert recognizer.transcribe(question).text == before
