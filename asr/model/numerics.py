"""Chooses where and in which number formats a model computes."""

from dataclasses import dataclass

import torch

from asr.errors import AsrError
from asr.options import RecognizerOptions


@dataclass(frozen=True, slots=True)
class Numerics:
    """Where the recogniser computes, and in which formats.

    `quantized`: the matrices that a step of the decoder multiplies by are held in 8 bits.
    """

    device: torch.device
    encoder: torch.dtype
    decoder: torch.dtype
    quantized: bool


def choose_numerics(options: RecognizerOptions) -> Numerics:
    """The formats that the options ask for, as far as this machine has them.

    Raises AsrError for a device that is unknown or absent.
    """
    device = _device(options.device)
    if device.type != "cpu":
        half = torch.float16 if options.precision == "auto" else getattr(torch, options.precision)
        return Numerics(device, half, half, quantized=False)
    if options.precision == "auto":
        encoder = torch.bfloat16 if multiplies_bfloat16() else torch.float32
    else:
        encoder = getattr(torch, options.precision)
    # A step of the decoder moves weights and multiplies little: 8 bits make it quick, half precision does not.
    return Numerics(device, encoder, torch.float32, quantized=options.quantize_decoder and multiplies_eight_bits())


def _device(name: str) -> torch.device:
    kind, _, index = name.partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdecimal()):
        raise AsrError(f"asr.device is {name!r}; give cpu, cuda or cuda:1")
    if kind == "cuda" and not (torch.cuda.is_available() and int(index or 0) < torch.cuda.device_count()):
        raise AsrError(f"asr.device is {name!r}, but torch finds no such GPU; set it to cpu")
    return torch.device(name)


def multiplies_bfloat16() -> bool:
    """Whether this processor has instructions for products of bfloat16: AMX or AVX512-BF16."""
    has = torch.cpu.get_capabilities()
    return bool(has.get("amx_bf16") or has.get("avx512_bf16"))


def multiplies_eight_bits() -> bool:
    """Whether this build of torch can multiply 8-bit matrices on this processor."""
    return bool(torch.backends.quantized.engine != "none")
