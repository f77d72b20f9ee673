"""Every setting of the text encoder, with its default."""

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

    ranking_length: int = 10
    """How many intents the ranking keeps; 0 keeps all."""


@dataclass(frozen=True, slots=True)
class EntityOptions:
    """How the entity head is fitted."""

    l2: float = 0.3
    """Weight of the squared weights against the summed loss: 1/C of scikit-learn."""


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
