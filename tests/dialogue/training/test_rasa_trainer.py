"""What there is to train of a project, and what is wrong where it cannot be trained."""

from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from dialogue.runtime.rasa_runtime import RasaRuntime
from nlu.options import EncoderOptions
from retrieval.progress import Progress, Untold
from tests.dialogue.conftest import TwoProducts
from tests.dialogue.training.tiny_project import NotedProgress, replace_in

with quiet_imports():
    from dialogue.training.kept_examples import kept_examples
    from dialogue.training.rasa_trainer import train_nlu_with_rasa, train_with_rasa

pytestmark = pytest.mark.heavy

UNSAID = "recipe: default.v1\nassistant_id: tiny\nlanguage: en\n"


def trained(project: Path, folder: Path, progress: Progress | None = None) -> Path:
    """Train into a folder of its own."""
    cache = folder / "cache" / "code"
    return train_with_rasa(Project.at(project), folder / "models", cache, EncoderOptions(), progress or Untold())


def test_a_model_is_left_with_a_few_of_its_examples(project: Path, tmp_path: Path) -> None:
    model = trained(project, tmp_path)
    assert model.parent == tmp_path / "models"
    assert [example.text for example in kept_examples(model)] == ["hello", "goodbye", "good morning", "see you"]


def test_the_pipeline_alone_is_trained_on_one_file(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yml"
    empty.write_text('version: "3.1"\nnlu: []\n', "utf-8")
    replace_in(project / "config.yml", "nlu.components.joint.MiniLMJointClassifier", "KeywordIntentClassifier")
    model = train_nlu_with_rasa(Project.at(project), project / "data" / "nlu.yml", tmp_path, EncoderOptions())
    assert model.is_file()
    with pytest.raises(ProjectError, match=str(empty)):
        train_nlu_with_rasa(Project.at(project), empty, tmp_path, EncoderOptions())


@pytest.mark.usefixtures("chosen_by_rasa")
def test_of_a_project_without_stories_only_the_pipeline_is_trained(project: Path, tmp_path: Path) -> None:
    (project / "data" / "rules.yml").unlink()
    noted = NotedProgress()
    trained(project, tmp_path, noted)
    assert (noted.done, noted.total) == (1, 1)
    (project / "config.yml").write_text(UNSAID + "pipeline:\n", "utf-8")
    trained(project, tmp_path)
    assert "policies" not in (project / "config.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "cure"),
    [
        ("data/nlu.yml", "- intent: leave", "- intend: leave", 8, "as Rasa's format has it"),
        ("domain.yml", '- text: "Bye."', '- txt: "Bye."', 8, "as Rasa's format has it"),
        ("domain.yml", "responses:", "slots: {a: {type: odd, mappings: []}}\nresponses:", 4, "take a type"),
        ("data/rules.yml", "    steps:\n      - intent: leave", "    stops:\n      - intent: leave", 8, "as Rasa's"),
        ("data/rules.yml", "utter_bye", "utter_bye\n      - slot_was_set: [{where: here}]", 12, "add the slots"),
        ("data/rules.yml", "- intent: leave", "- intent: greet", 8, "let the rules and stories agree"),
        ("config.yml", "joint.MiniLM", "joint.Absent", 6, "fix the component's name"),
        ("config.yml", "nlu.components.joint.MiniLMJoint", "nlu.gone.MiniLMIntent", 6, "MiniLMJointClassifier"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "ConveRTTokenizer", 6, "that Rasa 3.6 has"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "DietClassifier", 6, "write DIETClassifier"),
        ("config.yml", "joint.MiniLMJointClassifier", "joint", 6, "registered with Rasa"),
        ("config.yml", "components.joint.MiniLMJointClassifier", "options.JointOptions", 6, "registered with Rasa"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "5", 6, "that Rasa 3.6 has"),
        ("config.yml", "RulePolicy", "FormPolicy", 8, "that Rasa 3.6 has"),
        ("config.yml", "policies:", "importers:\n  - name: nlu.options.JointOptions\npolicies:", 8, "fix the"),
        ("config.yml", "policies:", "importers:\n  - name: nowhere.Importer\npolicies:", 8, "install what it needs"),
        ("config.yml", "- name: nlu", "- name: SpacyNLP\n    model: xx_gone\n  - name: nlu", 6, "xx_gone), or write"),
        (
            "config.yml",
            "- name: nlu",
            "- name: DIETClassifier\n  - name: nlu",
            6,
            "put what the component needs before",
        ),
        (
            "config.yml",
            "- name: nlu",
            "- name: WhitespaceTokenizer\n    token_pattern: '('\n  - name: nlu",
            6,
            "WhitespaceTokenizer stopped with error: missing )",
        ),
        (
            "config.yml",
            "- name: RulePolicy",
            "- name: TEDPolicy\n    number_of_transformer_layers: 1",
            8,
            "cannot use number_of_transformer_layers: 1: give a mapping such as {'text': 1, ",
        ),
        ("config.yml", "- name: RulePolicy", "- nam: RulePolicy", 8, "as Rasa's format has it"),
        ("config.yml", "default.v1", "default.v9", 2, "write recipe: default.v1"),
    ],
)
def test_a_mistake_names_its_file_its_line_and_its_cure(
    project: Path, tmp_path: Path, name: str, old: str, new: str, place: int, cure: str
) -> None:
    replace_in(project / name, old, new)
    with pytest.raises(ProjectError) as raised:
        trained(project, tmp_path)
    assert f"{project / name}:{place}: " in str(raised.value)
    assert cure in str(raised.value)


@pytest.mark.parametrize("steps_before", [8, 9])
def test_of_rules_that_contradict_each_other_the_later_is_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps_before: int
) -> None:
    # Rasa sorts rules by the text of a number that goes on from one training to the next.
    monkeypatch.setattr("rasa.shared.core.training_data.structures.STEP_COUNT", steps_before)
    replace_in(project / "data/rules.yml", "- intent: leave", "- intent: greet")
    with pytest.raises(ProjectError, match=r"rules\.yml:8: "):
        trained(project, tmp_path)


@pytest.mark.parametrize(("name", "lacking"), [("domain.yml", "domain"), ("data/rules.yml", "story and no rule")])
def test_without_a_domain_or_stories_a_project_learns_to_understand_and_says_so(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, lacking: str
) -> None:
    (project / name).unlink()
    runtime = RasaRuntime.load(trained(project, tmp_path), TwoProducts())
    assert caplog.messages == [f"there is no {lacking}: only understanding is trained, and nothing that answers"]
    assert runtime.interpret("good morning").intent.name == "greet"
    runtime.close()


def test_without_examples_a_project_learns_the_dialogue_and_says_so(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (project / "data" / "nlu.yml").unlink()
    trained(project, tmp_path)
    assert caplog.messages == ["there are no examples: only the dialogue is trained, and nothing that understands"]
    (project / "domain.yml").unlink()
    with pytest.raises(ProjectError, match="neither examples nor stories"):
        trained(project, tmp_path)
