"""One encoder for all tests of `nlu`."""

import pytest

from nlu.encoder.sentence_encoder import MiniLMEncoder


@pytest.fixture(scope="session")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder.shared()
