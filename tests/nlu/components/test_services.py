"""What a process gives to its components, and what they have without it."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dialogue.quiet import quiet_imports
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from nlu.options import EncoderOptions
from tests.nlu.components.driving import CONTEXT, read

with quiet_imports():
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource

    from nlu.components.joint import MiniLMJointClassifier
    from nlu.components.services import ComponentServices, EncodingCache, ServingModelStorage, services_of

pytestmark = pytest.mark.heavy

EXAMPLES = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
- intent: leave
  examples: |
    - goodbye
    - see you
"""


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really encoded, in their order."""
    texts_so_far: list[str] = []
    encode_all = MiniLMEncoder.encode_all

    def listening(self: MiniLMEncoder, texts: Sequence[str], words: bool = True) -> list[EncodedText]:
        texts_so_far.extend(texts)
        return encode_all(self, texts, words)

    monkeypatch.setattr(MiniLMEncoder, "encode_all", listening)
    return texts_so_far


def train(storage: LocalModelStorage, **settings: object) -> None:
    config = {**MiniLMJointClassifier.get_default_config(), "entity_min_steps": 10, **settings}
    MiniLMJointClassifier.create(config, storage, Resource("joint"), CONTEXT).train(read(EXAMPLES))


def test_a_storage_carries_its_services_and_keeps_models_as_rasa_s_does(tmp_path: Path) -> None:
    services = ComponentServices(EncoderOptions(max_tokens=64))
    storage = ServingModelStorage(tmp_path, services)
    assert services_of(storage) is services
    with storage.write_to(Resource("part")) as folder:
        (folder / "file").touch()
    assert (tmp_path / "part" / "file").exists()


def test_under_rasa_alone_components_have_the_defaults(storage: LocalModelStorage) -> None:
    assert services_of(storage) == ComponentServices()
    assert ComponentServices().encoder_options == EncoderOptions()


def test_the_encoder_runs_as_is_said_and_is_the_one_that_the_setting_names(tmp_path: Path) -> None:
    services = ComponentServices(EncoderOptions(remembered_texts=7, path=tmp_path / "not-for-components"))
    encoder = services.encoder({"encoder": None})
    assert encoder is MiniLMEncoder.shared(EncoderOptions(remembered_texts=7))
    with pytest.raises(Exception, match="absent"):
        services.encoder({"encoder": str(tmp_path / "absent")})


def test_texts_of_an_earlier_training_are_not_encoded_again(tmp_path: Path, encoded: list[str]) -> None:
    cache = EncodingCache(tmp_path / "kept" / "encodings.sqlite", 2**20)
    for number in range(2):
        (tmp_path / f"{number}").mkdir()
        train(ServingModelStorage(tmp_path / f"{number}", ComponentServices(encodings=cache)))
    assert sorted(encoded) == ["goodbye", "hello", "hi there", "see you"]


def test_vectors_are_the_same_with_the_cache_and_without(tmp_path: Path) -> None:
    cache = EncodingCache(tmp_path / "encodings.sqlite", 2**20)
    plain, keeping = ComponentServices(), ComponentServices(encodings=cache)
    for _ in range(2):
        (one_text,) = keeping.training_encoder({}).encode_all(["hello"])
        np.testing.assert_array_equal(one_text.sentence, plain.training_encoder({}).encode_all(["hello"])[0].sentence)


def test_without_services_nothing_is_kept_and_the_log_says_what_takes_long(
    storage: LocalModelStorage, tmp_path: Path, encoded: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "nlu"):
        train(storage)
        train(storage)
    assert sorted(set(encoded)) == ["goodbye", "hello", "hi there", "see you"]
    assert len(encoded) == 8
    assert {path.name for path in tmp_path.iterdir()} == {"joint"}
    assert {"encoding", "fitting"} <= set(caplog.messages)


def test_what_takes_long_is_described_to_who_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    described: list[str] = []
    train(ServingModelStorage(tmp_path, ComponentServices(describe=described.append)))
    assert described == ["encoding", "fitting"]
    assert caplog.messages == []
