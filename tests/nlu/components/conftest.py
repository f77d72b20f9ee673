"""A model storage for one component."""

from pathlib import Path

import pytest

from dialogue.quiet import quiet_imports

with quiet_imports():
    import rasa.core.agent  # noqa: F401 - imported lazily otherwise, and then not quietly
    from rasa.engine.storage.local_model_storage import LocalModelStorage


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)
