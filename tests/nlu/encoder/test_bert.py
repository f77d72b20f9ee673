"""The encoder's forward pass: by torch while it learns, by oneDNN on a CPU when it does not."""

import copy

import pytest
import torch
from torch import Tensor, nn

from nlu.encoder.bert import Bert, BertLayer, BertShape, multiplies_bfloat16

SHAPE = BertShape(vocabulary=50, positions=64, width=24, inner_width=40, heads=3, layers=4, layer_norm_epsilon=1e-12)
LENGTHS = (7, 3, 5)


@pytest.fixture
def bert() -> Bert:
    torch.manual_seed(0)
    return Bert(SHAPE).requires_grad_(False)


def texts() -> tuple[Tensor, Tensor]:
    """Token ids [texts, tokens], padded, and the mask of what is no padding."""
    ids = torch.randint(0, SHAPE.vocabulary, (len(LENGTHS), max(LENGTHS)), generator=torch.Generator().manual_seed(1))
    mask = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    return ids, mask


def forward(bert: Bert, ids: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    with torch.inference_mode():
        last, middle = bert(ids, mask)
    return last, middle


def as_torch_has_it(bert: Bert, ids: Tensor) -> tuple[Tensor, Tensor]:
    """The same weights in torch's own transformer layers."""
    hidden = bert.norm(bert.tokens(ids) + bert.positions.weight[: ids.shape[1]])
    middle = hidden
    for number, layer in enumerate(bert.layers, start=1):
        assert isinstance(layer, BertLayer)
        theirs = nn.TransformerEncoderLayer(
            SHAPE.width,
            SHAPE.heads,
            SHAPE.inner_width,
            dropout=0.0,
            activation="gelu",
            layer_norm_eps=SHAPE.layer_norm_epsilon,
            batch_first=True,
        )
        ours = {
            "self_attn.in_proj": layer.query_key_value,
            "self_attn.out_proj.": layer.attention_out,
            "linear1.": layer.inner,
            "linear2.": layer.outer,
            "norm1.": layer.attention_norm,
            "norm2.": layer.outer_norm,
        }
        weights = {
            f"{name}{'' if name.endswith('.') else '_'}{kind}": value
            for name, module in ours.items()
            for kind, value in module.state_dict().items()
        }
        theirs.load_state_dict(weights)
        hidden = theirs(hidden)
        if number == SHAPE.layers // 2:
            middle = hidden
    return hidden, middle


def test_the_vectors_are_those_of_torchs_own_layers(bert: Bert) -> None:
    ids, _ = texts()
    last, middle = forward(bert, ids)
    expected_last, expected_middle = as_torch_has_it(bert, ids)
    torch.testing.assert_close(last, expected_last.detach(), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(middle, expected_middle.detach(), atol=1e-5, rtol=1e-5)


def test_both_ways_give_the_same_vectors(bert: Bert) -> None:
    ids, mask = texts()
    learning = copy.deepcopy(bert).requires_grad_(True)
    for given in (None, mask):
        for quick, slow in zip(forward(bert, ids, given), learning(ids, given), strict=True):
            torch.testing.assert_close(quick, slow.detach(), atol=1e-5, rtol=1e-5)


def test_padding_changes_nothing(bert: Bert) -> None:
    ids, mask = texts()
    together = forward(bert, ids, mask)[0]
    for row, length in enumerate(LENGTHS):
        alone = forward(bert, ids[row : row + 1, :length])[0][0]
        torch.testing.assert_close(together[row, :length], alone, atol=1e-5, rtol=1e-5)


def test_what_is_learnt_counts_in_every_pass(bert: Bert) -> None:
    ids, _ = texts()
    before = forward(bert, ids)[0]
    learning = copy.deepcopy(bert).requires_grad_(True)
    optimizer = torch.optim.SGD(learning.parameters(), lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        now = learning(ids, None)[0]
        now[..., 0].sum().backward()
        optimizer.step()
    assert not torch.allclose(now, before, atol=0.01)
    torch.testing.assert_close(forward(bert, ids)[0], before)  # the model that was copied is as it was


def test_a_copy_may_get_other_weights_after_use(bert: Bert) -> None:
    ids, _ = texts()
    expected = forward(bert, ids)[0]
    for made in (copy.copy(bert), copy.deepcopy(bert)):
        torch.testing.assert_close(forward(made, ids)[0], expected)
    other = copy.deepcopy(bert)
    other.load_state_dict(Bert(SHAPE).state_dict())
    assert not torch.allclose(forward(other, ids)[0], expected, atol=0.1)


@pytest.mark.skipif(not multiplies_bfloat16(), reason="this processor has no instructions for bfloat16")
def test_products_in_bfloat16_are_those_of_torch_but_for_rounding(bert: Bert) -> None:
    ids, mask = texts()
    exact = forward(bert, ids, mask)[0]
    rounded = forward(bert.multiply_in(torch.bfloat16), ids, mask)[0]
    assert rounded.dtype == torch.float32
    assert not torch.equal(rounded, exact)  # the weights were arranged anew
    torch.testing.assert_close(rounded, exact, atol=0.1, rtol=0.02)
    learning = copy.deepcopy(bert).requires_grad_(True)  # in full precision
    torch.testing.assert_close(learning(ids, mask)[0].detach(), exact, atol=1e-5, rtol=1e-5)
