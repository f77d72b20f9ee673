"""The BERT encoder in plain torch: token ids in, one vector a token out (Devlin et al., arXiv:1810.04805)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn
from torch.nn import functional

from nlu.encoder.mapped_weights import MappedWeights
from nlu.errors import WeightsError

HAS_ONEDNN: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


def multiplies_bfloat16() -> bool:
    """Whether this processor has instructions for products of bfloat16, AMX or AVX512-BF16, and torch uses them."""
    has = torch.cpu.get_capabilities()
    return HAS_ONEDNN and bool(has.get("amx_bf16") or has.get("avx512_bf16"))


@dataclass(frozen=True, slots=True)
class BertShape:
    """The sizes in a BERT `config.json`."""

    vocabulary: int
    positions: int
    width: int
    inner_width: int
    heads: int
    layers: int
    layer_norm_epsilon: float

    @classmethod
    def parse(cls, config: bytes) -> Self:
        """Read a Hugging Face `config.json`; raises WeightsError when it is not a BERT's."""
        try:
            values: dict[str, Any] = json.loads(config)
            if values["model_type"] != "bert" or values["hidden_act"] != "gelu":
                raise WeightsError(f"{values['model_type']!r} is not an encoder this module runs: give a BERT")
            return cls(
                vocabulary=values["vocab_size"],
                positions=values["max_position_embeddings"],
                width=values["hidden_size"],
                inner_width=values["intermediate_size"],
                heads=values["num_attention_heads"],
                layers=values["num_hidden_layers"],
                layer_norm_epsilon=values["layer_norm_eps"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"config.json is not a BERT configuration: {error!r}") from error


class Affine(NamedTuple):
    """A product with `weights` [out, in], where oneDNN multiplies in its own layout, and a sum with `bias` [out]."""

    weights: Tensor
    bias: Tensor


class Norm(NamedTuple):
    """What a layer norm multiplies with and adds, both [width]."""

    scale: Tensor
    shift: Tensor


class LayerParts(NamedTuple):
    """The weights of one layer."""

    query_key_value: Affine
    attention_out: Affine
    attention_norm: Norm
    inner: Affine
    outer: Affine
    outer_norm: Norm


class BertLayer(nn.Module):
    """The weights of self-attention and of a two-layer perceptron, each with a layer norm after it."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(shape.width, 3 * shape.width)
        self.attention_out = nn.Linear(shape.width, shape.width)
        self.attention_norm = nn.LayerNorm(shape.width)
        self.inner = nn.Linear(shape.width, shape.inner_width)
        self.outer = nn.Linear(shape.inner_width, shape.width)
        self.outer_norm = nn.LayerNorm(shape.width)

    def parts(self) -> LayerParts:
        """The weights as they are."""
        return LayerParts(
            Affine(self.query_key_value.weight, self.query_key_value.bias),
            Affine(self.attention_out.weight, self.attention_out.bias),
            Norm(self.attention_norm.weight, self.attention_norm.bias),
            Affine(self.inner.weight, self.inner.bias),
            Affine(self.outer.weight, self.outer.bias),
            Norm(self.outer_norm.weight, self.outer_norm.bias),
        )


class Bert(nn.Module):
    """The whole encoder; immutable after `load`, so any number of threads may run it at once.

    While nothing is learnt, a CPU multiplies by oneDNN, with the weights in its own layout and in the number format
    `products`. The products are the same; MKL, which torch takes else, needs two to four times as long for them on
    some processors. With bfloat16, what is multiplied is rounded to 8 bits of precision, and sums are exact.
    """

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.shape = shape
        self.products = torch.float32
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width)
        self.layers = nn.ModuleList(BertLayer(shape) for _ in range(shape.layers))
        self._arranged: list[LayerParts] | None = None
        self._mapped: MappedWeights | None = None

    @classmethod
    def load(cls, config: bytes, weights: bytes | Path) -> Self:
        """Build from Hugging Face's `config.json` and `model.safetensors`, which is mapped if it is a path.

        Raises WeightsError.
        """
        try:
            # Not on the meta device: its random initialisers import a compiler stack of 140 MB.
            model = cls(BertShape.parse(config))
            if isinstance(weights, Path):
                model._mapped = MappedWeights(weights)
            source = model._mapped.tensors if model._mapped else load_safetensors(cast(bytes, weights))
            tensors = _renamed(source, model.shape.layers)
            model.load_state_dict(tensors, assign=True)
        except (SafetensorError, KeyError, RuntimeError) as error:
            raise WeightsError(f"model.safetensors does not fit config.json: {error}") from error
        return model.eval().requires_grad_(False)

    def multiply_in(self, products: torch.dtype) -> Self:
        """Have a CPU multiply in that format from now on; returns the model itself."""
        self.products, self._arranged = products, None
        return self

    def forward(self, ids: Tensor, mask: Tensor | None, dropout: float = 0.0) -> tuple[Tensor, Tensor]:
        """Two vectors a token, after the last layer and after the middle one: float32 [batch, tokens, width].

        ids: int64 [batch, tokens]; mask: bool of that shape, False on padding, None when there is none. `dropout`
        is the share of values left out, while it is trained.
        """
        norm = Norm(self.norm.weight, self.norm.bias)
        embedded = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        hidden = _dropped(self._normed(embedded, norm), dropout)
        wide_mask = None if mask is None else mask[:, None, None, :]
        learns = norm.scale.requires_grad
        by_onednn = HAS_ONEDNN and not learns and ids.device.type == "cpu"
        layers = self._in_layout() if by_onednn else [layer.parts() for layer in self._layers()]
        middle = hidden
        for number, parts in enumerate(layers, start=1):
            hidden = self._layer(hidden, parts, wide_mask, dropout, _by_onednn if by_onednn else _by_torch)
            if number == len(layers) // 2:
                middle = hidden
        return hidden, middle

    def _layer(self, hidden: Tensor, parts: LayerParts, mask: Tensor | None, dropout: float, affine: "_Map") -> Tensor:
        """hidden: [batch, tokens, width]; mask: bool [batch, 1, 1, tokens], True where there is a token."""
        batch, tokens, width = hidden.shape
        stacked = affine(hidden, parts.query_key_value, False).view(batch, tokens, 3, self.shape.heads, -1)
        query, key, value = stacked.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        mixed = mixed.transpose(1, 2).reshape(batch, tokens, width)
        attended = _dropped(affine(mixed, parts.attention_out, False), dropout)
        hidden = self._normed(hidden + attended, parts.attention_norm)
        inner = affine(hidden, parts.inner, True)
        return self._normed(hidden + _dropped(affine(inner, parts.outer, False), dropout), parts.outer_norm)

    def _normed(self, hidden: Tensor, norm: Norm) -> Tensor:
        return torch.layer_norm(hidden, (self.shape.width,), norm.scale, norm.shift, self.shape.layer_norm_epsilon)

    def _layers(self) -> Iterator[BertLayer]:
        for layer in self.layers:
            assert isinstance(layer, BertLayer)
            yield layer

    def _in_layout(self) -> list[LayerParts]:
        """All layers for oneDNN, arranged once. Two threads may both arrange them, and either result will do."""
        if self._arranged is None:
            self._arranged = [self._arrange(layer.parts()) for layer in self._layers()]
            if self._mapped is not None:
                self._mapped.give_back()
        return self._arranged

    def _arrange(self, parts: LayerParts) -> LayerParts:
        arranged: dict[str, Any] = {
            name: Affine(torch.ops.mkldnn._reorder_linear_weight(part.weights.to(self.products)), part.bias)
            for name, part in parts._asdict().items()
            if isinstance(part, Affine)
        }
        return parts._replace(**arranged)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy is made of: it may get other weights, and torch cannot copy those that are arranged or mapped."""
        return self.__dict__ | {"_arranged": None, "_mapped": None}


_Map = Callable[[Tensor, Affine, bool], Tensor]


def _by_torch(values: Tensor, part: Affine, gelu: bool) -> Tensor:
    """values: [..., in]; returns [..., out], with `gelu` through that function."""
    product = functional.linear(values, part.weights, part.bias)
    return functional.gelu(product) if gelu else product


def _by_onednn(values: Tensor, part: Affine, gelu: bool) -> Tensor:
    """The same, in the number format of the weights."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise.default(
        values.to(part.weights.dtype), part.weights, part.bias, "gelu" if gelu else "none", [], "none"
    )
    return product


def _dropped(values: Tensor, share: float) -> Tensor:
    return functional.dropout(values, share) if share else values


def _renamed(source: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Hugging Face's tensors under our names: query, key and value stacked, the one token type folded in."""
    kinds = ("weight", "bias")
    position = source["embeddings.position_embeddings.weight"]
    renamed = {
        "tokens.weight": source["embeddings.word_embeddings.weight"],
        # One sentence at a time is encoded, so every token has type 0: its vector is part of the position's.
        "positions.weight": position + source["embeddings.token_type_embeddings.weight"][0],
    }
    renamed |= {f"norm.{kind}": source[f"embeddings.LayerNorm.{kind}"] for kind in kinds}
    parts = {
        "attention_out": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "outer_norm": "output.LayerNorm",
    }
    for index in range(layers):
        theirs, ours = f"encoder.layer.{index}", f"layers.{index}"
        for kind in kinds:
            attention = [source[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            renamed[f"{ours}.query_key_value.{kind}"] = torch.cat(attention)
            for our_part, their_part in parts.items():
                renamed[f"{ours}.{our_part}.{kind}"] = source[f"{theirs}.{their_part}.{kind}"]
    return renamed
