"""The BERT encoder in plain torch: token ids in, one vector a token out (Devlin et al., arXiv:1810.04805)."""

import json
from dataclasses import dataclass
from typing import Any, Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn
from torch.nn import functional

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


class Linear(nn.Linear):
    """A linear layer that has its weights in oneDNN's own layout, where nothing is learnt on a CPU.

    The products are the same; MKL, which torch takes else, needs two to four times as long for them on some
    processors. With `products` bfloat16, what is multiplied is rounded to 8 bits of precision, and sums are exact.
    Thread-safe: two threads may both arrange the weights, and either result will do.
    """

    products: torch.dtype = torch.float32
    _arranged: tuple[Tensor, tuple[object, ...], Tensor] | None = None

    def forward(self, input: Tensor, gelu: bool = False) -> Tensor:
        """input: [..., in_features]; returns [..., out_features], which may have the number format `products`.

        `gelu`: through that function.
        """
        on_cpu = input.device.type == "cpu" and self.weight.dtype == torch.float32
        if torch.is_grad_enabled() or not on_cpu or not HAS_ONEDNN:
            product = super().forward(input)
            return functional.gelu(product) if gelu else product
        values, then = input.to(self.products), "gelu" if gelu else "none"
        fused: Tensor = torch.ops.mkldnn._linear_pointwise(values, self._in_layout(), self.bias, then, [], "none")
        return fused

    def _in_layout(self) -> Tensor:
        """The weights as they are now, arranged once."""
        known = self._arranged
        state = (self.products, 0 if self.weight.is_inference() else self.weight._version)
        if known is None or known[0] is not self.weight or known[1] != state:
            arranged = torch.ops.mkldnn._reorder_linear_weight(self.weight.detach().to(self.products))
            known = self._arranged = (self.weight, state, arranged)
        return known[2]

    def __getstate__(self) -> dict[str, Any]:
        """What a copy is made of: the arranged weights are not, since torch cannot copy them."""
        return {name: value for name, value in self.__dict__.items() if name != "_arranged"}


class BertLayer(nn.Module):
    """Self-attention and a two-layer perceptron, each with a residual and a layer norm after it."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query_key_value = Linear(shape.width, 3 * shape.width)
        self.attention_out = Linear(shape.width, shape.width)
        self.attention_norm = nn.LayerNorm(shape.width, eps=shape.layer_norm_epsilon)
        self.inner = Linear(shape.width, shape.inner_width)
        self.outer = Linear(shape.inner_width, shape.width)
        self.outer_norm = nn.LayerNorm(shape.width, eps=shape.layer_norm_epsilon)

    def forward(self, hidden: Tensor, mask: Tensor | None, dropout: float = 0.0) -> Tensor:
        """hidden: [batch, tokens, width]; mask: bool [batch, 1, 1, tokens], True where there is a token."""
        batch, tokens, width = hidden.shape
        stacked = self.query_key_value(hidden).view(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = stacked.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        mixed = mixed.transpose(1, 2).reshape(batch, tokens, width)
        hidden = self.attention_norm(hidden + _dropped(self.attention_out(mixed), dropout))
        inner = self.inner(hidden, gelu=True)
        normed: Tensor = self.outer_norm(hidden + _dropped(self.outer(inner), dropout))
        return normed


class Bert(nn.Module):
    """The whole encoder; immutable after `load`, so any number of threads may run it at once."""

    def __init__(self, shape: BertShape) -> None:
        super().__init__()
        self.shape = shape
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.layer_norm_epsilon)
        self.layers = nn.ModuleList(BertLayer(shape) for _ in range(shape.layers))

    @classmethod
    def load(cls, config: bytes, weights: bytes) -> Self:
        """Build from Hugging Face's `config.json` and `model.safetensors`; raises WeightsError."""
        try:
            # Not on the meta device: its random initialisers import a compiler stack of 140 MB.
            model = cls(BertShape.parse(config))
            tensors = _renamed(load_safetensors(weights), model.shape.layers)
            model.load_state_dict(tensors, assign=True)
        except (SafetensorError, KeyError, RuntimeError) as error:
            raise WeightsError(f"model.safetensors does not fit config.json: {error}") from error
        return model.eval().requires_grad_(False)

    def multiply_in(self, products: torch.dtype) -> Self:
        """Have a CPU multiply in that format from now on; returns the model itself."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.products = products
        return self

    def forward(self, ids: Tensor, mask: Tensor | None, dropout: float = 0.0) -> tuple[Tensor, Tensor]:
        """Two vectors a token, after the last layer and after the middle one: float32 [batch, tokens, width].

        ids: int64 [batch, tokens]; mask: bool of that shape, False on padding, None when there is none. `dropout`
        is the share of values left out, while it is trained.
        """
        hidden: Tensor = self.norm(self.tokens(ids) + self.positions.weight[: ids.shape[1]])
        hidden = _dropped(hidden, dropout)
        wide_mask = None if mask is None else mask[:, None, None, :]
        middle = hidden
        for number, layer in enumerate(self.layers, start=1):
            hidden = layer(hidden, wide_mask, dropout)
            if number == len(self.layers) // 2:
                middle = hidden
        return hidden, middle


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
