"""The linear layers of the encoder, whose weights are arranged once where nothing is learnt."""

import copy

import pytest
import torch

from nlu.bert import Linear, multiplies_bfloat16


@pytest.fixture
def layer() -> Linear:
    torch.manual_seed(0)
    return Linear(24, 40)


def plain(layer: Linear, values: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.linear(values, layer.weight, layer.bias)


@pytest.mark.parametrize("shape", [(24,), (1, 1, 24), (1, 9, 24), (3, 50, 24), (0, 24)])
def test_the_products_are_those_of_torch(layer: Linear, shape: tuple[int, ...]) -> None:
    values = torch.randn(shape)
    with torch.inference_mode():
        torch.testing.assert_close(layer(values), plain(layer, values), atol=1e-5, rtol=1e-5)
        through_gelu = torch.nn.functional.gelu(plain(layer, values))
        torch.testing.assert_close(layer(values, gelu=True), through_gelu, atol=1e-5, rtol=1e-5)


def test_weights_that_were_learnt_since_are_arranged_anew(layer: Linear) -> None:
    values = torch.randn(2, 24)
    with torch.inference_mode():
        layer(values)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    layer(values).square().sum().backward()
    optimizer.step()
    with torch.inference_mode():
        torch.testing.assert_close(layer(values), plain(layer, values), atol=1e-5, rtol=1e-5)
    layer.load_state_dict({"weight": torch.zeros(40, 24), "bias": torch.ones(40)}, assign=True)
    with torch.inference_mode():
        assert (layer(values) == 1).all()


def test_a_layer_can_be_copied_after_use(layer: Linear) -> None:
    values = torch.randn(2, 24)
    with torch.inference_mode():
        expected = layer(values)
        torch.testing.assert_close(copy.deepcopy(layer)(values), expected)


@pytest.mark.skipif(not multiplies_bfloat16(), reason="this processor has no instructions for bfloat16")
def test_products_in_bfloat16_are_those_of_torch_but_for_rounding(layer: Linear) -> None:
    values = torch.randn(3, 5, 24)
    with torch.inference_mode():
        exact = layer(values)
        layer.products = torch.bfloat16
        rounded = layer(values).float()
        assert not torch.equal(rounded, exact)  # the weights were arranged anew
        torch.testing.assert_close(rounded, exact, atol=0.02, rtol=0.02)
        assert torch.equal(copy.deepcopy(layer)(values).float(), rounded)


def test_what_is_learnt_is_learnt_in_full_precision(layer: Linear) -> None:
    layer.products = torch.bfloat16
    values = torch.randn(2, 24)
    assert torch.equal(layer(values), plain(layer, values))
    assert torch.equal(layer(values, gelu=True), torch.nn.functional.gelu(plain(layer, values)))
