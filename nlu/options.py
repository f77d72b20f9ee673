"""Every setting of the encoder and of the components, with its default."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlu.errors import NluError

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """How `MiniLMEncoder` runs; two encoders with equal options give equal vectors."""

    path: Path | None = None
    """A folder or zip with config.json, tokenizer.json, model.safetensors; None: the installed package's. For
    understanding, `encoder` in the project's config.yml says which."""

    device: str = "cpu"
    """Where torch runs it: `cpu`, `cuda` or `cuda:1`."""

    precision: Precision = "auto"
    """Number format that a CPU multiplies in; auto: bfloat16 where the processor has instructions for it, which halves
    the time, float32 elsewhere. Vectors of the two formats are alike: cosines from 0.9999 (measured)."""

    max_tokens: int = 256
    """Longer texts are cut here, start and end marks included; the model was trained with 256."""

    batch_tokens: int = 4096
    """A batch holds at most this many tokens, padding included; bounds the memory of a large `embed`."""

    remembered_texts: int = 64
    """How many recently encoded single texts are kept, so that one utterance is encoded once a turn."""


Mode = Literal["frozen", "fine_tuned"]


@dataclass(frozen=True, slots=True)
class JointOptions:
    """How intents and entities are learnt from the vectors of one encoder."""

    mode: Mode = "frozen"
    """`frozen` trains in seconds; `fine_tuned` trains the encoder's layers as well, in minutes, and knows more."""

    ranking_length: int = 10
    """How many intents the ranking keeps; 0 keeps all."""

    out_of_scope_loss: float | None = None
    """The share of what is in scope that may be sent to `nlu_fallback`, so that what is out of scope goes there; None
    sends nothing there, and leaves it at telling how likely a text is in scope."""

    entity_recognition: bool = True
    """Whether entities are learnt and found."""

    l2: float = 0.05
    """Weight of the squared weights of the intents against the summed loss: 1/C of scikit-learn."""

    calibration_folds: int = 3
    """Parts of the cross-validation that confidences and the threshold of scope are set by; below 2 turns it off."""

    noisy_copies: int = 0
    """Of each example, so many copies as speech recognition might mishear it are learnt as well: its intent, not its
    entities."""

    entity_epochs: int = 8
    """How often the tagger sees each text, if that makes `entity_min_steps`."""

    entity_min_steps: int = 400
    """The least number of batches the tagger learns from."""

    entity_batch: int = 64
    """Texts that the tagger sees at once."""

    entity_hidden: int = 256
    """Width of the tagger's hidden layer."""

    entity_dropout: float = 0.3
    """Share of the hidden values left out in training; of the features, a third of it."""

    entity_learning_rate: float = 2e-3
    """The tagger's highest."""

    entity_weight_decay: float = 0.01
    """The tagger's."""

    fine_tuning_epochs: int = 6
    """How often the encoder sees each text, if that makes `fine_tuning_min_steps`."""

    fine_tuning_min_steps: int = 200
    """The least number of batches the encoder learns from."""

    fine_tuning_batch: int = 32
    """Texts that the encoder sees at once."""

    fine_tuning_learning_rate: float = 1.5e-4
    """The highest, of the last layer."""

    fine_tuning_layer_decay: float = 0.85
    """Each layer's learning rate is this times that of the one above it."""

    fine_tuning_dropout: float = 0.1
    """Share of the encoder's values left out while it is fine-tuned."""

    fine_tuning_label_smoothing: float = 0.1
    """Share of each label that is given to all intents."""

    fine_tuning_consistency: float = 1.0
    """Weight of how much two passes of a text, with other values left out, disagree on its intent; 0 makes one pass, in
    half the time."""

    device: str = "cpu"
    """Where the encoder is fine-tuned: `cpu`, `cuda` or `cuda:1`."""

    seed: int = 0
    """Of everything that is drawn; equal data and an equal seed give an equal model."""

    def __post_init__(self) -> None:
        """Raises NluError for what no training can do."""
        loss = self.out_of_scope_loss
        if loss is not None and not 0 < loss < 1:
            raise NluError(f"out_of_scope_loss is {loss}; give a share between 0 and 1, or leave it out")
        if loss is not None and self.mode == "frozen" and self.calibration_folds < 2:
            raise NluError("out_of_scope_loss needs examples held out; set calibration_folds to 2 or more")
        if self.fine_tuning_consistency < 0:
            raise NluError(f"fine_tuning_consistency is {self.fine_tuning_consistency}; give 0 or more")
        for name in ("entity_epochs", "entity_batch", "entity_hidden", "fine_tuning_epochs", "fine_tuning_batch"):
            if getattr(self, name) < 1:
                raise NluError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.ranking_length < 0:
            raise NluError(f"ranking_length is {self.ranking_length}; give the number of intents to keep, or 0 for all")


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
