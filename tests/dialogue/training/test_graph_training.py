"""Training of a graph: what is trained, what is restored, and what the components are given."""

from pathlib import Path

import pytest

from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from nlu.options import EncoderOptions
from tests.dialogue.reporting_component import REPORTING
from tests.dialogue.training.tiny_project import NotedProgress, replace_in

with quiet_imports():
    from rasa.engine.caching import TrainingCache
    from rasa.shared.data import TrainingType

    from dialogue.training.graph_training import train_graph
    from dialogue.training.rasa_importer import project_importer
    from dialogue.training.training_cache import FolderCache, NoCache
    from nlu.components.services import ComponentServices

pytestmark = pytest.mark.heavy


@pytest.fixture
def light(project: Path) -> Path:
    """The tiny project with a pipeline that trains at once."""
    pipeline = f"KeywordIntentClassifier\n  - name: {REPORTING}"
    replace_in(project / "config.yml", "nlu.components.joint.MiniLMJointClassifier", pipeline)
    return project


def trained(
    project: Path, archive: Path, cache: TrainingCache, kind: TrainingType = TrainingType.BOTH
) -> NotedProgress:
    noted = NotedProgress()
    services = ComponentServices(EncoderOptions(), describe=noted.describe)
    with quiet_prints():
        train_graph(project_importer(Project.at(project)), kind, archive, cache, services, noted)
    return noted


def test_each_component_is_reported_and_may_describe_what_it_does(light: Path, tmp_path: Path) -> None:
    noted = trained(light, tmp_path / "model.tar.gz", NoCache())
    assert (tmp_path / "model.tar.gz").is_file()
    assert sorted(noted.names) == [
        "reporting",
        "training KeywordIntentClassifier",
        "training Reporting",
        "training RulePolicy",
    ]
    assert noted.names.index("reporting") == noted.names.index("training Reporting") + 1
    assert (noted.done, noted.total) == (3, 3)


def test_what_is_restored_is_counted_and_not_reported(light: Path, tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "cache", 10)
    trained(light, tmp_path / "first.tar.gz", cache)
    again = trained(light, tmp_path / "second.tar.gz", cache)
    assert (again.names, again.done, again.total) == ([], 3, 3)
    replace_in(light / "data" / "rules.yml", "rule: leave", "rule: take leave")
    changed = trained(light, tmp_path / "third.tar.gz", cache)
    assert (changed.names, changed.done, changed.total) == (["training RulePolicy"], 3, 3)
    assert trained(light, tmp_path / "fourth.tar.gz", NoCache()).names != []


def test_only_what_is_asked_for_is_trained(light: Path, tmp_path: Path) -> None:
    noted = trained(light, tmp_path / "model.tar.gz", NoCache(), TrainingType.CORE)
    assert (noted.names, noted.total) == (["training RulePolicy"], 1)
