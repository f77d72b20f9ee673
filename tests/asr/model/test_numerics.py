import pytest
import torch

from asr.errors import AsrError
from asr.model.numerics import choose_numerics
from asr.options import RecognizerOptions


def test_bfloat16_is_taken_where_the_processor_multiplies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for capable, format_ in (({"amx_bf16": True}, torch.bfloat16), ({"avx512_bf16": True}, torch.bfloat16)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda capable=capable: capable)
        assert choose_numerics(RecognizerOptions()).encoder == format_
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": False})
    assert choose_numerics(RecognizerOptions()).encoder == torch.float32


@pytest.mark.parametrize(("precision", "format_"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_a_format_that_is_named_is_taken(precision: str, format_: torch.dtype) -> None:
    numerics = choose_numerics(RecognizerOptions(precision=precision))  # type: ignore[arg-type]
    assert (numerics.encoder, numerics.decoder) == (format_, torch.float32)


def test_a_processor_without_eight_bit_kernels_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.model.numerics.multiplies_eight_bits", lambda: True)
    assert choose_numerics(RecognizerOptions()).quantized
    assert not choose_numerics(RecognizerOptions(quantize_decoder=False)).quantized
    monkeypatch.setattr("asr.model.numerics.multiplies_eight_bits", lambda: False)
    assert not choose_numerics(RecognizerOptions()).quantized


def test_a_gpu_computes_in_half_precision_and_without_eight_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    numerics = choose_numerics(RecognizerOptions(device="cuda:1"))
    assert (numerics.encoder, numerics.decoder, numerics.quantized) == (torch.float16, torch.float16, False)
    assert choose_numerics(RecognizerOptions(device="cuda", precision="bfloat16")).decoder == torch.bfloat16
    with pytest.raises(AsrError, match="'cuda:2'"):
        choose_numerics(RecognizerOptions(device="cuda:2"))


def test_a_gpu_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(AsrError, match="'cuda'"):
        choose_numerics(RecognizerOptions(device="cuda"))


@pytest.mark.parametrize("name", ["gpu", "cuda:-1", "cuda:x", "mps", ""])
def test_an_unknown_device_is_named(name: str) -> None:
    with pytest.raises(AsrError, match=f"'{name}'"):
        choose_numerics(RecognizerOptions(device=name))
