"""Every setting of the encoder and of the components, with its default."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """How `MiniLMEncoder` runs; two encoders with equal options give equal vectors."""

    path: Path | None = None
    """A folder or zip with config.json, tokenizer.json, model.safetensors; None: the installed package's."""

    device: str = "cpu"
    """Where torch runs it: `cpu`, `cuda` or `cuda:1`."""

    max_tokens: int = 256
    """Longer texts are cut here, start and end marks included; the model was trained with 256."""

    batch_tokens: int = 4096
    """A batch holds at most this many tokens, padding included; bounds the memory of a large `embed`."""

    remembered_texts: int = 64
    """How many recently encoded single texts are kept, so that one utterance is encoded once a turn."""


@dataclass(frozen=True, slots=True)
class IntentOptions:
    """How the intent head is fitted."""

    l2: float = 0.05
    """Weight of the squared weights against the summed loss: 1/C of scikit-learn."""

    calibration_folds: int = 3
    """Parts of the cross-validation that sets the temperature of the confidences; below 2 turns it off."""

    noisy_copies: int = 0
    """Of each example, so many copies as speech recognition might mishear it are learnt as well."""

    ranking_length: int = 10
    """How many intents the ranking keeps; 0 keeps all."""


@dataclass(frozen=True, slots=True)
class EntityOptions:
    """How the entity head is fitted."""

    l2: float = 0.3
    """Weight of the squared weights against the summed loss: 1/C of scikit-learn."""


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """How names of a catalogue are found by sound."""

    min_confidence: float = 0.6
    """What is not likelier than this to be the name said is left out. Chosen on the development half of
    `benchmarks.spoken`: 0.5 finds half a name in a hundred more, and twice as many that nobody said."""

    sound_weight: float = 0.4
    """Of the likeness of sounds in the likeness of a name; the letters have what the two weights leave."""

    consonant_weight: float = 0.3
    """Of the likeness of the consonants alone."""

    grams: int = 8
    """Groups of three sounds, the rarest of a stretch of text, by which names are looked up."""

    candidates: int = 12
    """Names compared with one stretch of text."""

    calibration: tuple[float, float, float, float] = (-17.56, 20.94, 4.48, -0.97)
    """Intercept and weights of the confidence: of the likeness, the length, the ordinary words."""


@dataclass(frozen=True, slots=True)
class NoiseOptions:
    """How much examples are misheard."""

    misheard: float = 0.15
    """Share of the words that become another of like sound, where there is one."""

    dropped: float = 0.2
    """Share of the unstressed words, such as articles, that are missing."""


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """What `heedful validate` takes for a finding."""

    min_examples: int = 5
    """An intent with fewer examples is told."""

    near_duplicate_similarity: float = 0.93
    """Cosine of two sentence vectors from which texts of different intents count as nearly the same."""

    confusion_folds: int = 5
    """Parts of the cross-validation that finds confused intents; below 2 turns it off."""

    min_confusions: int = 3
    """Pairs of intents confused less often are not told."""
