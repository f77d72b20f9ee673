import hashlib
import pickle
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from whisper.model import Whisper

from asr.errors import CheckpointError
from asr.model.checkpoint import PACKAGED_MODELS, PackagedFile, load_model, read_packaged
from tests.asr.checkpoint_writers import (
    BFLOAT16,
    FLOAT16,
    INT8,
    INT16,
    ctranslate2_bytes,
    hugging_face_tensors,
    write_ctranslate2,
    write_hugging_face,
    write_openai,
)


def logits(model: Whisper) -> Tensor:
    mel = torch.randn(1, 80, 200, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        found: Tensor = model(mel, torch.tensor([[1, 2, 3]]))
    return found


def test_an_openai_file_gives_the_same_logits(small_model: Whisper, tmp_path: Path) -> None:
    loaded = load_model(write_openai(small_model, tmp_path / "model.pt"))
    assert loaded.dims == small_model.dims
    torch.testing.assert_close(logits(loaded), logits(small_model), rtol=0, atol=0)


@pytest.mark.parametrize("layout", ["safetensors", "shards", "pickle"])
def test_a_hugging_face_folder_gives_the_same_logits(small_model: Whisper, tmp_path: Path, layout: str) -> None:
    loaded = load_model(str(write_hugging_face(small_model, tmp_path, layout=layout)))
    assert loaded.dims == small_model.dims
    torch.testing.assert_close(logits(loaded), logits(small_model), rtol=0, atol=0)


def test_a_ctranslate2_folder_and_its_file_give_the_same_logits(small_model: Whisper, tmp_path: Path) -> None:
    folder = write_ctranslate2(small_model, tmp_path)
    for path in (folder, folder / "model.bin"):
        loaded = load_model(path)
        assert loaded.dims == small_model.dims
        torch.testing.assert_close(logits(loaded), logits(small_model), rtol=0, atol=0)


@pytest.mark.parametrize(("type_code", "tolerance"), [(FLOAT16, 2e-3), (BFLOAT16, 2e-2), (INT8, 2e-2), (INT16, 3e-3)])
def test_smaller_numbers_are_widened(small_model: Whisper, tmp_path: Path, type_code: int, tolerance: float) -> None:
    loaded = load_model(write_ctranslate2(small_model, tmp_path, type_code=type_code))
    for name, tensor in loaded.state_dict().items():
        assert tensor.dtype == torch.float32
        torch.testing.assert_close(tensor, small_model.state_dict()[name], rtol=tolerance, atol=tolerance)


def test_half_precision_files_are_loaded_in_float32(small_model: Whisper, tmp_path: Path) -> None:
    loaded = load_model(write_openai(small_model.half(), tmp_path / "model.pt"))
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}


def test_a_loaded_model_is_ready_for_inference(small_model: Whisper, tmp_path: Path) -> None:
    loaded = load_model(write_openai(small_model.train().requires_grad_(True), tmp_path / "model.pt"))
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(CheckpointError, match=r"enormous.* tiny\.en, base"):
        load_model("enormous")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"model\.bin"):
        load_model(tmp_path)


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_cut_ctranslate2_file_is_named(small_model: Whisper, tmp_path: Path, keep: int) -> None:
    whole = ctranslate2_bytes(small_model)
    cut = whole.index(b"decoder/layer_1/ffn/linear_1/weight") if keep < 0 else keep
    (tmp_path / "model.bin").write_bytes(whole[:cut])
    with pytest.raises(CheckpointError, match=r"model\.bin"):
        load_model(tmp_path)


def test_a_cut_openai_file_is_named(small_model: Whisper, tmp_path: Path) -> None:
    path = write_openai(small_model, tmp_path / "model.pt")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CheckpointError, match=r"model\.pt"):
        load_model(path)


@pytest.mark.parametrize("content", [{"weights": 1}, [1, 2], {"dims": 3, "model_state_dict": 4}])
def test_a_file_of_something_else_is_named(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "model.pt")
    with pytest.raises(CheckpointError, match=r"model\.pt"):
        load_model(tmp_path / "model.pt")


class Trap:
    """Would write a file when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["model.pt", "pytorch_model.bin"])
def test_code_in_a_pickle_does_not_run(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Trap(tmp_path / "ran"), protocol=2))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match=name):
        load_model(tmp_path / name if name.endswith("pt") else tmp_path)
    assert not (tmp_path / "ran").exists()


def test_a_cut_safetensors_file_is_named(small_model: Whisper, tmp_path: Path) -> None:
    write_hugging_face(small_model, tmp_path, layout="safetensors")
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        load_model(tmp_path)


@pytest.mark.parametrize("config", ["{", "[]", "{}"])
def test_a_bad_config_is_named(small_model: Whisper, tmp_path: Path, config: str) -> None:
    write_hugging_face(small_model, tmp_path, layout="safetensors")
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(CheckpointError, match=tmp_path.name):
        load_model(tmp_path)


def test_a_missing_tensor_is_named_and_never_left_random(small_model: Whisper, tmp_path: Path) -> None:
    state = small_model.state_dict()
    del state["decoder.blocks.1.mlp.0.weight"]
    torch.save({"dims": vars(small_model.dims), "model_state_dict": state}, tmp_path / "model.pt")
    with pytest.raises(CheckpointError, match=r"decoder\.blocks\.1\.mlp\.0\.weight"):
        load_model(tmp_path / "model.pt")


def test_a_tensor_too_many_is_named(small_model: Whisper, tmp_path: Path) -> None:
    state = small_model.state_dict() | {"decoder.surplus": torch.zeros(1)}
    torch.save({"dims": vars(small_model.dims), "model_state_dict": state}, tmp_path / "model.pt")
    with pytest.raises(CheckpointError, match=r"decoder\.surplus"):
        load_model(tmp_path / "model.pt")


def test_a_missing_shard_is_named(small_model: Whisper, tmp_path: Path) -> None:
    write_hugging_face(small_model, tmp_path, layout="shards")
    (tmp_path / "model-2.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model-2\.safetensors"):
        load_model(tmp_path)


def test_the_test_writer_uses_the_published_names(small_model: Whisper) -> None:
    names = set(hugging_face_tensors(small_model))
    assert "model.decoder.layers.1.encoder_attn.k_proj.weight" in names
    assert "model.encoder.embed_positions.weight" in names
    assert "model.decoder.layers.0.self_attn_layer_norm.bias" in names


@pytest.fixture
def package(small_model: Whisper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[PackagedFile, PackagedFile]:
    """A model in two installed packages that must not be imported."""
    content = ctranslate2_bytes(small_model)
    parts = (content[: len(content) // 2], content[len(content) // 2 :])
    files = []
    for number, part in enumerate(parts):
        folder = tmp_path / f"carried_weights_{number}"
        folder.mkdir()
        (folder / "__init__.py").write_text("raise RuntimeError('imported')")
        (folder / "part").write_bytes(part)
        files.append(PackagedFile("carried==1.0", folder.name, "part", hashlib.sha256(part).hexdigest()))
    monkeypatch.syspath_prepend(tmp_path)
    return files[0], files[1]


def test_a_model_in_two_packages_is_joined_without_importing_them(
    package: tuple[PackagedFile, PackagedFile], small_model: Whisper
) -> None:
    weights = read_packaged(package)
    torch.testing.assert_close(
        weights.tensors["encoder.conv1.weight"], small_model.encoder.conv1.weight.data, rtol=0, atol=0
    )
    assert "carried_weights_0" not in sys.modules


def test_a_changed_byte_is_noticed(package: tuple[PackagedFile, PackagedFile]) -> None:
    wrong = replace(package[1], sha256="0" * 64)
    with pytest.raises(CheckpointError, match=r"part .*carried==1\.0"):
        read_packaged((package[0], wrong))


def test_a_package_that_is_not_installed_is_named(package: tuple[PackagedFile, PackagedFile]) -> None:
    with pytest.raises(CheckpointError, match=r"not_there/part.* carried==1\.0"):
        read_packaged((replace(package[0], package="not_there"),))


def test_the_default_model_speaks_english_only() -> None:
    model = load_model("tiny.en")
    assert not model.is_multilingual
    assert (model.dims.n_audio_state, model.dims.n_audio_layer, model.dims.n_audio_head) == (384, 4, 6)


@pytest.mark.heavy
def test_the_base_model_is_multilingual() -> None:
    model = load_model("base")
    assert model.is_multilingual
    assert (model.dims.n_audio_state, model.dims.n_audio_layer, model.dims.n_audio_head) == (512, 6, 8)


def test_every_packaged_file_has_a_pinned_distribution_and_a_hash() -> None:
    for files in PACKAGED_MODELS.values():
        for file in files:
            assert "==" in file.distribution
            assert len(file.sha256) == 64
