"""Turns the samples of an utterance into a transcript."""

import copy
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
from tiktoken import Encoding

from asr.decoding.guided_search import Guidance, guidance_for
from asr.decoding.phrase_bias import PhraseBias
from asr.decoding.sentence_model import SentenceModel
from asr.decoding.timestamps import split_window
from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import TokenSearch
from asr.decoding.window import Heard, WindowDecoder
from asr.errors import AsrError
from asr.expected_sentences import ExpectedSentences
from asr.model.audio_encoder import ContextEncoder
from asr.model.checkpoint import load_model
from asr.model.numerics import choose_numerics
from asr.model.text_decoder import CachedDecoder
from asr.options import RecognizerOptions, Task
from asr.reference_whisper import LANGUAGES, Tokenizer, Whisper, get_tokenizer
from asr.samples import SAMPLE_RATE_HZ, Samples, check_finite
from asr.transcript import Hints, Segment, Transcript

LONGEST_SHORT_SAMPLES = 28 * SAMPLE_RATE_HZ  # longer audio goes through in windows
WINDOW_SAMPLES = 30 * SAMPLE_RATE_HZ
SHORTEST_STEP_SAMPLES = SAMPLE_RATE_HZ  # a window always moves on by a second, whatever its timestamps say
SILENCE_PEAK = 1e-4  # -80 dB of full scale


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which languages a model has tokens for."""

    is_multilingual: bool
    num_languages: int

    @classmethod
    def of(cls, model: Whisper) -> "Vocabulary":
        """Read it off the model."""
        return cls(model.is_multilingual, model.num_languages)


class WhisperRecognizer:
    """Whisper, made quick for utterances: it looks at as much time as the audio has, not always at 30 seconds.

    Immutable after loading; safe to share between threads.
    """

    def __init__(
        self,
        model: Whisper,
        options: RecognizerOptions,
        phrases: Sequence[str] = (),
        sentences: ExpectedSentences | None = None,
    ) -> None:
        """Take what is needed of the model, whose weights in full precision may go.

        `phrases`: what is likely to be said, such as names; `sentences`: how it is said. Raises AsrError for a language
        the model lacks.
        """
        self.vocabulary = Vocabulary.of(model)
        self._options = options
        self._tokenizer = tokenizer_for(self.vocabulary, options.language, options.task)
        self._rules = TokenRules(self._tokenizer)
        numerics = choose_numerics(options)
        self._decoder = CachedDecoder(model, numerics)
        self._encoder = ContextEncoder(model, numerics)
        self._bias = self._favour(phrases)
        self._guidance = self._guide(sentences)
        self._windows = self._make_windows()

    @classmethod
    def load(
        cls,
        options: RecognizerOptions | None = None,
        phrases: Sequence[str] = (),
        sentences: ExpectedSentences | None = None,
    ) -> "WhisperRecognizer":
        """Loads the weights that the options name. Raises CheckpointError, or AsrError for the language."""
        options = options or RecognizerOptions()
        if options.threads is not None:
            torch.set_num_threads(options.threads)
        return cls(load_model(options.model), options, phrases, sentences)

    def favouring(self, phrases: Sequence[str], sentences: ExpectedSentences | None = None) -> "WhisperRecognizer":
        """The same recogniser, on the same weights, with other phrases and sentences that are likely to be said."""
        other = copy.copy(self)
        other._bias = self._favour(phrases)
        other._guidance = self._guide(sentences)
        other._windows = other._make_windows()
        return other

    @property
    def languages(self) -> frozenset[str]:
        """The codes of the languages it can be told to hear: English alone, or those that Whisper was trained on."""
        return frozenset(self._tokenizer.all_language_codes) if self.vocabulary.is_multilingual else frozenset({"en"})

    def hinted(self, hints: Hints) -> "WhisperRecognizer":
        """The same recogniser for a speaker of that language, on the same weights, with phrases in addition to its own.

        Raises AsrError for a language the model lacks.
        """
        as_set = hints.language in (None, self._options.language)
        if as_set and not hints.phrases:
            return self
        other = copy.copy(self)
        if not as_set:
            other._options = replace(self._options, language=hints.language)
            other._tokenizer = tokenizer_for(self.vocabulary, hints.language, self._options.task)
            other._rules = TokenRules(other._tokenizer)
            other._guidance = None  # the sentences are of the project's own language
        other._bias = other._favour(hints.phrases, self._bias)
        other._windows = other._make_windows()
        return other

    def _favour(self, phrases: Sequence[str], base: PhraseBias | None = None) -> PhraseBias | None:
        strength = self._options.bias_strength
        return PhraseBias(phrases, self._tokenizer, strength, base) if phrases and strength > 0 else base

    def _guide(self, sentences: ExpectedSentences | None) -> Guidance | None:
        weight = self._options.sentence_weight
        if sentences is None or not sentences.sentences or weight == 0:
            return None
        return guidance_for(SentenceModel(sentences), self._tokenizer, weight)

    def _make_windows(self) -> WindowDecoder:
        search = TokenSearch(self._decoder, self._rules, self._bias, self._guidance)
        return WindowDecoder(self._encoder, search, self._tokenizer, self._rules, self._options)

    def transcribe(self, samples: Samples) -> Transcript:
        """The text of `samples`: float32 [n] mono 16 kHz, of any length.

        Empty for silence and for less than `min_audio_ms`. Raises AudioError when a sample is NaN or infinite.
        """
        return self.transcribe_all([samples])[0]

    def glimpse(self, samples: Samples) -> Transcript:
        """The text at a first look: what seems wrong is not decoded again. Up to 28 s; longer audio is transcribed.

        samples, and what is raised: as for `transcribe`.
        """
        check_finite(samples, "the utterance")
        if self._is_silent(samples):
            return self._silence(samples)
        if len(samples) > LONGEST_SHORT_SAMPLES:
            return self._transcribe_long(samples)
        window = samples.astype(np.float32, copy=False)
        return self._whole(self._windows.glimpse(window), window)

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        """The texts of several utterances, those of at most 28 s side by side: `batch_size` at a time.

        All of a batch get the context that the longest needs, so a text may differ a little from that of `transcribe`.
        """
        for samples in utterances:
            check_finite(samples, "the utterance")
        found = {index: self._silence(samples) for index, samples in enumerate(utterances) if self._is_silent(samples)}
        rest = sorted(
            (index for index in range(len(utterances)) if index not in found), key=lambda i: len(utterances[i])
        )
        short = [index for index in rest if len(utterances[index]) <= LONGEST_SHORT_SAMPLES]
        for start in range(0, len(short), self._options.batch_size):
            group = short[start : start + self._options.batch_size]
            found |= zip(group, self._transcribe_short([utterances[index] for index in group]), strict=True)
        found |= {index: self._transcribe_long(utterances[index]) for index in rest[len(short) :]}
        return [found[index] for index in range(len(utterances))]

    def _is_silent(self, samples: Samples) -> bool:
        too_short = len(samples) * 1000 < self._options.min_audio_ms * SAMPLE_RATE_HZ
        return too_short or bool(np.abs(samples).max() < SILENCE_PEAK)

    def _silence(self, samples: Samples) -> Transcript:
        seconds = len(samples) / SAMPLE_RATE_HZ
        return Transcript("", self._options.language or "en", seconds, no_speech_probability=1.0)

    def _transcribe_short(self, utterances: Sequence[Samples]) -> list[Transcript]:
        windows = [samples.astype(np.float32, copy=False) for samples in utterances]
        heard = self._windows.decode(windows)
        return [self._whole(part, samples) for part, samples in zip(heard, windows, strict=True)]

    def _whole(self, heard: Heard, samples: Samples) -> Transcript:
        """The transcript of an utterance that is one window."""
        segments, _ = self._segments(heard, 0, len(samples), last=True)
        return _transcript(segments, [heard], len(samples) / SAMPLE_RATE_HZ)

    def _transcribe_long(self, samples: Samples) -> Transcript:
        """Window by window, each beginning where the one before left off."""
        segments: list[Segment] = []
        heard: list[Heard] = []
        seek = 0
        while (rest := len(samples) - seek) * 1000 >= self._options.min_audio_ms * SAMPLE_RATE_HZ:
            size = rest if rest <= LONGEST_SHORT_SAMPLES else min(rest, WINDOW_SAMPLES)
            heard += self._windows.decode([samples[seek : seek + size].astype(np.float32, copy=False)])
            found, step = self._segments(heard[-1], seek, size, last=size == rest)
            segments += found
            seek += max(step, SHORTEST_STEP_SAMPLES)
        return _transcript(segments, heard, len(samples) / SAMPLE_RATE_HZ)

    def _segments(self, heard: Heard, seek: int, size: int, *, last: bool) -> tuple[list[Segment], int]:
        """The segments of the window that begins at sample `seek`, and how many samples to go on."""
        offset = seek / SAMPLE_RATE_HZ
        timed, step_seconds = split_window(heard.decoding.tokens, self._rules, size / SAMPLE_RATE_HZ, last=last)
        texts = [self._tokenizer.decode(list(part.tokens)).strip() for part in timed]
        segments = [
            Segment(
                offset + part.start_seconds,
                offset + part.end_seconds,
                text,
                heard.decoding.average_log_probability,
                heard.decoding.no_speech_probability,
            )
            for part, text in zip(timed, texts, strict=True)
            if text
        ]
        return segments, round(step_seconds * SAMPLE_RATE_HZ)


def _transcript(segments: Sequence[Segment], heard: Sequence[Heard], seconds: float) -> Transcript:
    spoken = [part.decoding for part in heard if part.decoding.tokens]
    probabilities = [decoding.average_log_probability for decoding in spoken]
    return Transcript(
        text=" ".join(segment.text for segment in segments),
        language=heard[0].language,
        duration_seconds=seconds,
        segments=tuple(segments),
        average_log_probability=float(np.mean(probabilities)) if segments else 0.0,
        no_speech_probability=float(np.mean([part.decoding.no_speech_probability for part in heard])),
    )


def tokenizer_for(model: Vocabulary | Whisper, language: str | None, task: Task = "transcribe") -> Tokenizer:
    """Whisper's tokenizer for a model, a language and a task. Raises AsrError when the model cannot do that."""
    if not model.is_multilingual and task == "translate":
        raise AsrError("the model knows English only and cannot translate; use model base")
    if not model.is_multilingual and language not in (None, "en"):
        raise AsrError(f"the model knows English only and cannot hear {language!r}; use model base, or language en")
    with warnings.catch_warnings():  # whisper leaves its vocabulary file to the garbage collector to close
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            found = get_tokenizer(
                model.is_multilingual, num_languages=model.num_languages, language=language, task=task
            )
        except ValueError as error:
            raise AsrError(f"Whisper does not know the language {language!r}; use a code such as en") from error
    found.encoding = cast(Encoding, _PlainEncoding(found.encoding))
    return found


class _PlainEncoding:
    """Tokens of texts in which the names of special tokens are ordinary text.

    tiktoken itself refuses such a text, and takes a sixth of a second at first to compile what finds them.
    """

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding

    def encode(self, text: str) -> list[int]:
        return self._encoding.encode_ordinary(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoding, name)


def language_name(code: str) -> str:
    """Whisper's name of a language, such as `english`; the code itself for one that it does not know."""
    name: str = LANGUAGES.get(code, code)
    return name
