"""Every setting of speech recognition with its default and one line about it."""

from dataclasses import dataclass
from typing import Literal

Task = Literal["transcribe", "translate"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]

ENGLISH_MODEL = "tiny.en"


@dataclass(frozen=True, kw_only=True)
class RecognizerOptions:
    """How speech is turned into text."""

    model: str = ENGLISH_MODEL
    """`tiny.en`, `base`, or the path of an OpenAI `.pt` file, a Hugging Face or a CTranslate2 folder."""

    language: str | None = "en"
    """Code of the spoken language; None has a multilingual model find it out for each utterance."""

    task: Task = "transcribe"
    """`transcribe`, or `translate` for English text out of another language, which needs a multilingual model."""

    device: str = "cpu"
    """Where torch runs it: cpu, cuda or cuda:1."""

    precision: Precision = "auto"
    """Number format of the encoder, on a GPU of the decoder too; auto: bfloat16 where the processor multiplies it,
    float16 on a GPU, else float32."""

    threads: int | None = 1
    """Threads that share one matrix product, for the whole process; more pays only on an idle machine, since threads
    that wait for each other spin. None leaves what is set."""

    context_margin_seconds: float = 1.0
    """Silence after the audio that the encoder sees, so that the last word is finished."""

    min_context_seconds: float = 8.0
    """Shortest context of the encoder; Whisper begins to repeat itself below about 8 seconds."""

    quantize_decoder: bool = True
    """Hold the decoder's matrices in 8 bits, on a CPU: a decoding step moves a quarter of the memory."""

    beam_size: int = 1
    """Texts that are weighed against each other while they are written; 1: the likeliest token is always taken."""

    beam_threshold: float = -0.7
    """Where phrases are favoured, or windows recognised side by side, texts are weighed only if the mean log
    probability per token of the likeliest tokens is lower; 0: always."""

    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """Sampling temperatures tried in turn, in the full 30 s context, while the text looks wrong."""

    compression_ratio_threshold: float = 2.4
    """A text that gzip shrinks more than this repeats itself."""

    log_probability_threshold: float = -1.0
    """A text whose mean log probability per token is lower counts as failed."""

    no_speech_threshold: float = 0.6
    """With a failed text, a higher probability of "no speech" means that there was none."""

    bias_strength: float = 5.0
    """How many nats another word may be likelier than one that continues an expected phrase; 0: no favour."""

    sentence_weight: float = 1.0
    """How much it weighs against what is heard whether a word stands so in the sentences that a project is trained on;
    0: they are not asked."""

    batch_size: int = 8
    """Chunks of a long recording that are recognised side by side; on a GPU, 32 keep it busy."""

    min_audio_ms: int = 100
    """Shorter audio gives an empty transcript."""

    def __post_init__(self) -> None:
        if not self.temperatures:
            raise ValueError("temperatures is empty; give at least (0.0,)")
        if self.task == "translate" and self.model == ENGLISH_MODEL:
            raise ValueError(f"task is translate, but {ENGLISH_MODEL} knows English only; use model base")
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads is {self.threads}; give 1 or more, or None")
        if self.beam_size < 1:
            raise ValueError(f"beam_size is {self.beam_size}; give 1 or more")
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}; give 1 or more")
        if self.min_context_seconds <= 0 or self.context_margin_seconds < 0:
            raise ValueError("min_context_seconds must be above 0 and context_margin_seconds not below 0")
        if self.bias_strength < 0:
            raise ValueError(f"bias_strength is {self.bias_strength}; give 0 or more")
        if self.sentence_weight < 0:
            raise ValueError(f"sentence_weight is {self.sentence_weight}; give 0 or more")


@dataclass(frozen=True, kw_only=True)
class SegmenterOptions:
    """How a stream of audio is cut into utterances."""

    threshold: float = 0.5
    """Speech begins where the voice probability reaches this; it ends 0.15 below."""

    prefix_padding_ms: int = 300
    """Audio kept from before the beginning of speech."""

    silence_duration_ms: int = 500
    """Silence after which an utterance has ended."""

    pause_ms: int = 200
    """Silence after which what was said so far is given out, to be recognised while the silence goes on."""

    partial_ms: int = 250
    """While somebody speaks, what was said so far is given out this often, for words on the screen; 0 for never."""

    min_speech_ms: int = 64
    """Voice must last this long to begin an utterance: clicks are shorter."""

    max_utterance_ms: int = 30_000
    """A longer utterance is cut here and a new one begins at once."""

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold <= 1.0:
            raise ValueError(f"threshold is {self.threshold}; give a number above 0, up to 1")
        for name in ("prefix_padding_ms", "silence_duration_ms", "pause_ms", "partial_ms", "min_speech_ms"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 or more")
        if self.max_utterance_ms < self.prefix_padding_ms + self.min_speech_ms + 1000:
            raise ValueError(
                f"max_utterance_ms is {self.max_utterance_ms}; "
                "give at least a second more than prefix_padding_ms + min_speech_ms"
            )
