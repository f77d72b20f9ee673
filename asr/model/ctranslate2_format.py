"""Reads Whisper weights from a CTranslate2 `model.bin` into the names of OpenAI's model.

The file is plain binary, little endian: uint32 version, spec name, uint32 revision, uint32 count, the variables,
then aliases (CTranslate2, `ModelSpec._serialize`). A string is a uint16 length and that many bytes, the last one
NUL. A variable is its name, uint8 rank, uint32 dimensions, uint8 type, uint32 bytes and the data.
"""

import re
import struct
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from asr.errors import CheckpointError
from asr.model.checkpoint_reader import CURE, HEAD_WIDTH, Weights

BINARY_VERSION = 6
FLOAT16, BFLOAT16 = 4, 5
TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", FLOAT16: "<f2", BFLOAT16: "<u2"}

_LAYER = re.compile(r"^(encoder|decoder)/layer_(\d+)/(self_attention|attention|ffn)/(.+)$")
_PLAIN = {
    "encoder/conv1/weight": "encoder.conv1.weight",
    "encoder/conv1/bias": "encoder.conv1.bias",
    "encoder/conv2/weight": "encoder.conv2.weight",
    "encoder/conv2/bias": "encoder.conv2.bias",
    "encoder/position_encodings/encodings": "encoder.positional_embedding",
    "encoder/layer_norm/gamma": "encoder.ln_post.weight",
    "encoder/layer_norm/beta": "encoder.ln_post.bias",
    "decoder/embeddings/weight": "decoder.token_embedding.weight",
    "decoder/position_encodings/encodings": "decoder.positional_embedding",
    "decoder/layer_norm/gamma": "decoder.ln.weight",
    "decoder/layer_norm/beta": "decoder.ln.bias",
}
# Linear layers in the order in which CTranslate2 numbers them; several names are stacked by rows.
_LINEAR = {
    ("self_attention", 0): ("query", "key", "value"),
    ("self_attention", 1): ("out",),
    ("attention", 0): ("query",),
    ("attention", 1): ("key", "value"),
    ("attention", 2): ("out",),
    ("ffn", 0): ("0",),
    ("ffn", 1): ("2",),
}
_PART = {"self_attention": "attn", "attention": "cross_attn", "ffn": "mlp"}
_NORM = {"gamma": "weight", "beta": "bias"}


class _Cursor:
    """A place in a buffer that moves on as values are read; running off the end raises struct.error."""

    def __init__(self, content: bytes | bytearray) -> None:
        self._content = memoryview(content)
        self._offset = 0

    def number(self, code: str) -> int:
        (value,) = struct.unpack_from(f"<{code}", self._content, self._offset)
        self._offset += struct.calcsize(code)
        return int(value)

    def take(self, size_bytes: int) -> memoryview:
        if self._offset + size_bytes > len(self._content):
            raise struct.error(f"{size_bytes} bytes wanted, {len(self._content) - self._offset} left")
        self._offset += size_bytes
        return self._content[self._offset - size_bytes : self._offset]

    def text(self) -> str:
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode("utf-8")


def parse_ctranslate2(content: bytes | bytearray, origin: str) -> Weights:
    """The weights in the bytes of a `model.bin`; `origin` names them in errors.

    8 and 16 bit integers are multiplied out, so the result is always float32. Raises CheckpointError when the
    content is cut short, damaged or not a Whisper model.
    """
    try:
        variables = _read_variables(_Cursor(content))
        return _to_weights(variables)
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{origin} is not a whole CTranslate2 Whisper model ({error}); {CURE}") from error


def _read_variables(cursor: _Cursor) -> dict[str, Tensor]:
    version, spec = cursor.number("I"), cursor.text()
    if version > BINARY_VERSION or spec != "WhisperSpec":
        raise ValueError(f"binary version {version} of {spec!r}; known: up to {BINARY_VERSION} of 'WhisperSpec'")
    cursor.number("I")  # revision of the spec
    variables = {}
    for _ in range(cursor.number("I")):
        name = cursor.text()
        variables[name] = _read_tensor(cursor, name)
    return variables


def _read_tensor(cursor: _Cursor, name: str) -> Tensor:
    shape = [cursor.number("I") for _ in range(cursor.number("B"))]
    type_code = cursor.number("B")
    if type_code not in TYPES:
        raise ValueError(f"variable {name!r} has unknown type {type_code}")
    array = np.frombuffer(cursor.take(cursor.number("I")), dtype=TYPES[type_code]).reshape(shape)
    if type_code == BFLOAT16:  # the upper half of a float32
        array = (array.astype("<u4") << 16).view("<f4")
    return torch.from_numpy(array.astype(np.float32))


def _to_weights(variables: dict[str, Tensor]) -> Weights:
    tensors: dict[str, Tensor] = {}
    for name, tensor in variables.items():
        scale = variables.get(f"{name}_scale")
        if scale is not None:  # quantised = value x scale, one scale a row or one in all
            tensor = tensor / (scale[:, None] if scale.ndim else scale)
        tensors.update(_rename(name, tensor))
    heads = (_heads(variables, "encoder", tensors), _heads(variables, "decoder", tensors))
    return Weights(tensors, *heads)


def _rename(name: str, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    if name in _PLAIN:
        yield _PLAIN[name], tensor
    elif match := _LAYER.match(name):
        stack, number, part, rest = match.groups()
        block = f"{stack}.blocks.{number}.{_PART[part]}"
        *owner, kind = rest.split("/")
        if owner == ["layer_norm"]:
            yield f"{block}_ln.{_NORM[kind]}", tensor
        elif kind in ("weight", "bias"):
            names = _LINEAR[part, int(owner[0].removeprefix("linear_"))]
            for own_name, rows in zip(names, tensor.chunk(len(names)), strict=True):
                if not (own_name == "key" and kind == "bias"):  # Whisper's key has none; it is stored as zeros
                    yield f"{block}.{own_name}.{kind}", rows.contiguous()


def _heads(variables: dict[str, Tensor], stack: str, tensors: dict[str, Tensor]) -> int:
    heads = variables.get(f"{stack}/num_heads")
    if heads is not None:
        return int(heads)
    return tensors[f"{stack}.positional_embedding"].shape[1] // HEAD_WIDTH
