"""The tiny project, written anew for each test."""

from pathlib import Path

import pytest

from dialogue.quiet import quiet_imports
from tests.dialogue.training.tiny_project import FILES

with quiet_imports():
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A whole Rasa project of two intents."""
    root = tmp_path / "tiny"
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


@pytest.fixture
def chosen_by_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa's choice for a config that leaves it to Rasa, in place of a DIET of a hundred epochs."""
    chosen = {"pipeline": [{"name": "KeywordIntentClassifier"}], "policies": [{"name": "RulePolicy"}]}
    monkeypatch.setattr(
        DefaultV1Recipe, "complete_config", lambda config, keys: {**config, **{key: chosen[key] for key in keys}}
    )
