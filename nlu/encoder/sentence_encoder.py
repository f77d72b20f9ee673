"""The sentence encoder: a text's vector, and the vectors of its words, from all-MiniLM-L6-v2."""

import copy
import functools
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from nlu.encoder.bert import Bert, multiplies_bfloat16
from nlu.encoder.unpacking import default_cache
from nlu.encoder.weights import encoder_identity, read_encoder_files
from nlu.errors import NluError, WeightsError
from nlu.options import EncoderOptions

Vectors = NDArray[np.float32]

LEARNT_PARTS = ("norm", "layers")
"""What fine-tuning changes; the embeddings stay."""
NO_WORDS: Vectors = np.zeros((0, 0), dtype=np.float32)


WARMING_UP = "Hello, can you help me?"


@dataclass(frozen=True, slots=True)
class EncodedText:
    """One text's vectors; the arrays are read-only.

    sentence: float32 [dimension], the meaning, L2-normalised. wording: float32 [dimension], the mean of the middle
    layer, L2-normalised: it tells apart phrasings that mean nearly the same. word_vectors: float32
    [words, 2 * dimension], the mean of each word's token vectors of the last and of the middle layer, side by side.
    word_spans: the words' character offsets into the text, end exclusive. Words after the token limit are absent.
    """

    sentence: Vectors
    wording: Vectors
    word_vectors: Vectors
    word_spans: tuple[tuple[int, int], ...]


class MiniLMEncoder:
    """A frozen BERT with mean pooling, as sentence-transformers runs it; thread-safe."""

    def __init__(self, model: Bert, tokenizer: Tokenizer, identity: str, options: EncoderOptions) -> None:
        self.identity = identity
        self.dimension: int = model.shape.width
        self.bert = model
        self.tokenizer = tokenizer
        self.options = options
        self._recent: OrderedDict[str, EncodedText] = OrderedDict()
        self._recent_lock = threading.Lock()

    @classmethod
    def load(cls, path: Path | None = None, options: EncoderOptions | None = None) -> Self:
        """Load a folder or zip (`None`: the installed package); raises WeightsError when it is not whole, and NluError
        for a precision that this processor does not have.
        """
        options = options or EncoderOptions()
        if path is not None:
            options = replace(options, path=path)
        files = read_encoder_files(options.path, default_cache())
        model = Bert.load(files.config, files.weights).multiply_in(_products(options.precision))
        tokenizer = _load_tokenizer(files.tokenizer, options.max_tokens)
        identity = encoder_identity(files.name, files.sha256)
        return cls(model.to(options.device), tokenizer, identity, options)

    def with_layers(self, tensors: Mapping[str, Vectors]) -> "MiniLMEncoder":
        """The encoder with other weights in place of those named; raises RuntimeError when they do not fit.

        Equal weights give an equal identity.
        """
        bert = copy.copy(self.bert)
        bert._modules = dict(self.bert._modules) | {
            name: copy.deepcopy(self.bert.get_submodule(name)) for name in LEARNT_PARTS
        }
        weights = {name: torch.from_numpy(value).to(self.options.device) for name, value in tensors.items()}
        missing, unexpected = bert.load_state_dict(weights, strict=False)
        if unexpected or {name.split(".")[0] for name in missing} & set(LEARNT_PARTS):
            raise RuntimeError(f"weights of another encoder: {unexpected or missing}")
        digest = hashlib.sha256(b"".join(tensors[name].tobytes() for name in sorted(tensors))).hexdigest()
        identity = f"{self.identity}+{digest[:16]}"
        return MiniLMEncoder(bert.eval().requires_grad_(False), self.tokenizer, identity, self.options)

    def layer_tensors(self) -> dict[str, Vectors]:
        """The weights that fine-tuning changes, as `with_layers` takes them."""
        return layer_tensors(self.bert)

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has `word`, in lower case, whole."""
        return self.tokenizer.token_to_id(word) is not None

    def tokenize(self, texts: Sequence[str]) -> list[Encoding]:
        """The tokens of each text."""
        tokens: list[Encoding] = self.tokenizer.encode_batch(list(texts))
        return tokens

    @staticmethod
    @functools.cache
    def shared(options: EncoderOptions = EncoderOptions()) -> "MiniLMEncoder":  # noqa: B008 - frozen
        """The one encoder of this process for these options: graph components and retrieval use the same."""
        encoder = MiniLMEncoder.load(options=options)
        encoder.encode_all([WARMING_UP])  # weights are arranged for the processor when they are first used
        return encoder

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised vector a text, float32 [n, dimension]; a single text goes through `encode`."""
        if len(texts) == 1:
            return self.encode(texts[0]).sentence[np.newaxis].copy()
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in self._batches(texts):
            vectors[batch.indices] = _pooled(batch.last, batch.mask)
        return vectors

    def encode(self, text: str) -> EncodedText:
        """The vectors of one text and of its words; the last few texts are answered from memory."""
        with self._recent_lock:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
        (encoded,) = self.encode_all([text])
        with self._recent_lock:
            self._recent[text] = encoded
            while len(self._recent) > self.options.remembered_texts:
                self._recent.popitem(last=False)
        return encoded

    def encode_all(self, texts: Sequence[str], words: bool = True) -> list[EncodedText]:
        """The vectors of many texts and of their words, in the order given; nothing is remembered.

        Without `words`, the texts have none, which is cheaper.
        """
        encoded: dict[int, EncodedText] = {}
        for batch in self._batches(texts):
            sentences, wordings = _pooled(batch.last, batch.mask), _pooled(batch.middle, batch.mask)
            both = torch.cat([batch.last, batch.middle], dim=-1).numpy() if words else NO_WORDS
            for row, index in enumerate(batch.indices):
                spans, vectors = _words(batch.tokens[row], both[row]) if words else ((), NO_WORDS)
                encoded[index] = EncodedText(frozen(sentences[row]), frozen(wordings[row]), frozen(vectors), spans)
        return [encoded[index] for index in range(len(texts))]

    def _batches(self, texts: Sequence[str]) -> "Iterator[_Batch]":
        tokens = self.tokenizer.encode_batch(list(texts))
        by_length = sorted(range(len(texts)), key=lambda index: len(tokens[index].ids))
        lengths = [len(encoding.ids) for encoding in tokens]
        for group in _groups(by_length, lengths, self.options.batch_tokens):
            yield self._run(group, [tokens[index] for index in group])

    @torch.inference_mode()
    def _run(self, indices: list[int], tokens: list[Encoding]) -> "_Batch":
        longest = max(len(encoding.ids) for encoding in tokens)
        ids = torch.zeros((len(tokens), longest), dtype=torch.int64)
        mask = torch.zeros((len(tokens), longest), dtype=torch.bool)
        for row, encoding in enumerate(tokens):
            ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
            mask[row, : len(encoding.ids)] = True
        device = self.options.device
        padded = not bool(mask.all())
        last, middle = self.bert(ids.to(device), mask.to(device) if padded else None)
        return _Batch(indices, tokens, last.cpu(), middle.cpu(), mask)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts run together: their numbers, tokens, and vectors [texts, tokens, dimension] with what is no padding."""

    indices: list[int]
    tokens: list[Encoding]
    last: Tensor
    middle: Tensor
    mask: Tensor


def _products(precision: str) -> torch.dtype:
    """The number format that a CPU multiplies in."""
    if precision == "bfloat16" and not multiplies_bfloat16():
        raise NluError("precision is 'bfloat16', which this processor has no instructions for; set it to auto")
    wanted = precision == "bfloat16" or (precision == "auto" and multiplies_bfloat16())
    return torch.bfloat16 if wanted else torch.float32


def _load_tokenizer(content: bytes, max_tokens: int) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_buffer(content)  # from_str and from_file raise bare Exception on a malformed file
    except ValueError as error:
        raise WeightsError(f"tokenizer.json cannot be read: {error}") from error
    tokenizer.no_padding()  # the file pads to 128
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _groups(ordered: list[int], lengths: list[int], batch_tokens: int) -> list[list[int]]:
    """Cut indices, shortest first, into groups whose padded size stays within `batch_tokens`."""
    groups: list[list[int]] = []
    for index in ordered:
        if groups and (len(groups[-1]) + 1) * lengths[index] <= batch_tokens:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


@torch.inference_mode()
def _pooled(hidden: Tensor, mask: Tensor) -> Vectors:
    """Mean over each row's tokens, start and end marks included, then L2 norm."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
    vectors: Vectors = torch.nn.functional.normalize(mean, dim=-1).numpy()
    return vectors


def layer_tensors(bert: Bert) -> dict[str, Vectors]:
    """The weights of all layers, without the embeddings: float32, by name."""
    state = bert.state_dict()
    return {name: value.cpu().numpy() for name, value in state.items() if name.split(".")[0] in LEARNT_PARTS}


def token_positions(tokens: Encoding) -> list[list[int]]:
    """The positions of each word's tokens; a word is a run of word pieces between spaces and punctuation."""
    positions: dict[int, list[int]] = {}
    for position, word in enumerate(tokens.word_ids):
        if word is not None:
            positions.setdefault(word, []).append(position)
    return list(positions.values())


def word_spans(tokens: Encoding, positions: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """The words' character offsets."""
    return tuple((tokens.offsets[group[0]][0], tokens.offsets[group[-1]][1]) for group in positions)


def _words(tokens: Encoding, hidden: Vectors) -> tuple[tuple[tuple[int, int], ...], Vectors]:
    """The words' spans and vectors."""
    positions = token_positions(tokens)
    vectors = [hidden[group].mean(axis=0) for group in positions]
    found = np.stack(vectors) if vectors else np.zeros((0, hidden.shape[1]), dtype=np.float32)
    return word_spans(tokens, positions), found


def frozen(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """A copy as float32 that cannot be written to."""
    copied = vectors.astype(np.float32)
    copied.setflags(write=False)
    return copied
