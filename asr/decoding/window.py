"""Decodes windows of at most 30 seconds, again and with more context while the result looks wrong."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from asr.decoding.repetition import compression_ratio, echoes, repeated_tail, without_loops
from asr.decoding.token_rules import TokenRules
from asr.decoding.token_search import Decoding, TokenSearch
from asr.loudness import holds_speech
from asr.model.audio_encoder import ContextEncoder, context_positions
from asr.options import RecognizerOptions
from asr.reference_whisper import Tokenizer
from asr.samples import SAMPLE_RATE_HZ, Samples

logger = logging.getLogger(__name__)


Prompt = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of one window; no tokens where nobody spoke."""

    decoding: Decoding
    language: str


class WindowDecoder:
    """Encoder, search and judgement over windows; immutable and safe to share between threads."""

    def __init__(
        self,
        encoder: ContextEncoder,
        search: TokenSearch,
        tokenizer: Tokenizer,
        rules: TokenRules,
        options: RecognizerOptions,
    ) -> None:
        self._encoder = encoder
        self._search = search
        self._tokenizer = tokenizer
        self._rules = rules
        self._options = options
        self._weighs = options.beam_size > 1 and options.temperatures[0] == 0
        self._finds_language = options.language is None and len(rules.prompt) > 1

    def decode(self, windows: Sequence[Samples]) -> list[Heard]:
        """What is said in each of `windows`, float32 [n] mono 16 kHz, at most 30 seconds; decoded side by side."""
        positions = self._positions(max(map(len, windows)) / SAMPLE_RATE_HZ)
        if positions >= self._encoder.full_context:
            return self._decode_in_full_context(windows)
        _, prompts, decodings = self._decode_with_care(windows, positions)
        heard = [
            self._accepted(decoding, prompt, samples)
            for decoding, prompt, samples in zip(decodings, prompts, windows, strict=True)
        ]
        doubtful = [samples for samples, found in zip(windows, heard, strict=True) if found is None]
        again = iter(self._decode_in_full_context(doubtful) if doubtful else ())
        return [found or next(again) for found in heard]

    def glimpse(self, samples: Samples) -> Heard:
        """What is made of a window at a first look: a loop is cut, nothing is decoded again."""
        _, prompts, decodings = self._decode_once([samples], self._positions(len(samples) / SAMPLE_RATE_HZ))
        if self._is_silence(decodings[0]):
            return self._heard(replace(decodings[0], tokens=()), prompts[0])
        return self._heard(self._best(decodings), prompts[0])

    def _decode_once(self, windows: Sequence[Samples], positions: int) -> tuple[Tensor, list[Prompt], list[Decoding]]:
        features = self._encoder.encode(windows, positions)
        prompts = self._prompts(features)
        seconds = [len(samples) / SAMPLE_RATE_HZ for samples in windows]
        return features, prompts, self._search.run(features, prompts, seconds, self._options.temperatures[0])

    def _decode_with_care(
        self, windows: Sequence[Samples], positions: int
    ) -> tuple[Tensor, list[Prompt], list[Decoding]]:
        """The same, but the likeliest of several texts where one by itself is unsure.

        A single window is weighed from the start, which takes hardly longer; only the greedy search favours phrases.
        """
        if not self._weighs:
            return self._decode_as_expected(windows, positions)
        if len(windows) == 1 and not self._search.favours:
            features = self._encoder.encode(windows, positions)
            prompts = self._prompts(features)
            return features, prompts, [self._weigh(features, prompts[0], windows[0])]
        features, prompts, decodings = self._decode_as_expected(windows, positions)
        for row, decoding in enumerate(decodings):
            if self._is_worth_weighing(decoding):
                other = self._weigh(features[row : row + 1], prompts[row], windows[row])
                decodings[row] = self._best([decoding, other])
        return features, prompts, decodings

    def _decode_as_expected(
        self, windows: Sequence[Samples], positions: int
    ) -> tuple[Tensor, list[Prompt], list[Decoding]]:
        """The same as once, and with a second look at what is nearly as the project's sentences are."""
        features, prompts, decodings = self._decode_once(windows, positions)
        for row, decoding in enumerate(decodings):
            seconds = len(windows[row]) / SAMPLE_RATE_HZ
            decodings[row] = self._search.look_again(features[row : row + 1], prompts[row], seconds, decoding)
        return features, prompts, decodings

    def _weigh(self, features: Tensor, prompt: Prompt, samples: Samples) -> Decoding:
        return self._search.weigh(features, prompt, len(samples) / SAMPLE_RATE_HZ, self._options.beam_size)

    def _is_worth_weighing(self, decoding: Decoding) -> bool:
        """Whether the text is unsure, and not because it was drawn to a phrase that is expected."""
        unsure = decoding.average_log_probability < self._options.beam_threshold or not decoding.finished
        return unsure and not decoding.favoured

    def _positions(self, seconds: float) -> int:
        return context_positions(seconds, self._options.context_margin_seconds, self._options.min_context_seconds)

    def _accepted(self, decoding: Decoding, prompt: Prompt, samples: Samples) -> Heard | None:
        """What was heard in a short context, unless it calls for a second look."""
        if self._is_silence(decoding):
            return self._heard(replace(decoding, tokens=()), prompt)
        if self._needs_full_context(decoding, samples):
            logger.debug("decoding again in the full context: %s", decoding)
            return None
        return self._heard(decoding, prompt)

    def _decode_in_full_context(self, windows: Sequence[Samples]) -> list[Heard]:
        features, prompts, decodings = self._decode_with_care(windows, self._encoder.full_context)
        return [
            self._with_fallback(features[row : row + 1], prompts[row], len(windows[row]) / SAMPLE_RATE_HZ, decoding)
            for row, decoding in enumerate(decodings)
        ]

    def _with_fallback(self, features: Tensor, prompt: Prompt, seconds: float, decoding: Decoding) -> Heard:
        """One temperature after another until the text looks right, as Whisper does."""
        tried: list[Decoding] = []
        for temperature in (*self._options.temperatures[1:], None):
            if self._is_silence(decoding):
                return self._heard(replace(decoding, tokens=()), prompt)
            tried.append(decoding)
            if temperature is None or not self._looks_wrong(decoding):
                break
            decoding = self._search.run(features, [prompt], [seconds], temperature)[0]
        return self._heard(self._best(tried), prompt)

    def _prompts(self, features: Tensor) -> list[Prompt]:
        """What each decoding begins with, the language that is spoken there included."""
        if not self._finds_language:
            return [self._rules.prompt] * len(features)
        start, _, *rest = self._rules.prompt
        languages = self._search.choose_among(features, start, self._tokenizer.all_language_tokens)
        return [(start, language, *rest) for language in languages]

    def _heard(self, decoding: Decoding, prompt: Prompt) -> Heard:
        codes = dict(zip(self._tokenizer.all_language_tokens, self._tokenizer.all_language_codes, strict=True))
        language = str(codes[prompt[1]]) if len(prompt) > 1 else "en"
        return Heard(decoding, language)

    def _is_silence(self, decoding: Decoding) -> bool:
        unsure = decoding.average_log_probability < self._options.log_probability_threshold
        return unsure and decoding.no_speech_probability > self._options.no_speech_threshold

    def _needs_full_context(self, decoding: Decoding, samples: Samples) -> bool:
        return self._looks_wrong(decoding) or self._stops_early(decoding, samples) or self._says_it_twice(decoding)

    def _looks_wrong(self, decoding: Decoding) -> bool:
        unsure = decoding.average_log_probability < self._options.log_probability_threshold
        return unsure or self._repeats(decoding)

    def _repeats(self, decoding: Decoding) -> bool:
        words = self._words(decoding)
        ratio = compression_ratio(self._tokenizer.decode(words))
        over = ratio > self._options.compression_ratio_threshold
        return over or not decoding.finished or repeated_tail(words)[1] > 0

    def _stops_early(self, decoding: Decoding, samples: Samples) -> bool:
        """Whether the text ends long before the sound does: in a short context Whisper may stop at a pause."""
        if not decoding.tokens or decoding.tokens[-1] < self._rules.first_timestamp:
            return False
        rest = samples[round(self._rules.seconds(decoding.tokens[-1]) * SAMPLE_RATE_HZ) :]
        return holds_speech(rest, samples)

    def _says_it_twice(self, decoding: Decoding) -> bool:
        """Whether a phrase stands there twice: people do that as well, so it only calls for a second look."""
        words = self._words(decoding)
        return echoes(self._tokenizer.decode(words)) or repeated_tail(words, min_repeats=2, min_tokens=6)[1] > 0

    def _words(self, decoding: Decoding) -> list[int]:
        return [token for token in decoding.tokens if token < self._rules.first_timestamp]

    def _best(self, tried: list[Decoding]) -> Decoding:
        """The likeliest that does not repeat itself; if all do, the likeliest of all with the loop cut away."""
        whole = [decoding for decoding in tried if not self._repeats(decoding)]
        if whole:
            return max(whole, key=lambda decoding: decoding.average_log_probability)
        likeliest = max(tried, key=lambda decoding: decoding.average_log_probability)
        return replace(likeliest, tokens=tuple(without_loops(self._words(likeliest))))
