"""Our reading of a project's files beside Rasa's own, which it has to equal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.patterns.default_domain import POLICY, with_defaults
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.training.rasa_importer import project_importer
from tests.dialogue.conftest import ASSISTANT

with quiet_imports():
    from rasa.shared.exceptions import YamlException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

pytestmark = pytest.mark.heavy

DOMAIN = """
version: "3.1"
intents: [greet, faq, "yes"]
entities: [city]
responses:
  utter_hello:
    - text: "Hello."
  utter_faq/hours:
    - text: "From nine to five."
"""
STORIES = """
version: "3.1"
stories:
  - story: told in words
    steps:
      - user: "good [evening](time)"
      - bot: "Good evening."
  - story: told by intents
    steps:
      - intent: greet
      - action: utter_hello
"""
PLAIN = """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - hello from [Köln](city) 👋
      - hello
  - intent: faq/hours
    examples: |
      - when do you open
  - intent: yes
    examples: |
      - of course
  - synonym: Cologne
    examples: |
      - Köln
  - lookup: city
    examples: |
      - Rome
  - regex: zip
    examples: |
      - [0-9]{5}
  - intent: greet
    examples: "- hi"
"""
# Each differs from a plain file in another way.
OTHERS = {
    "answers.yml": 'version: "3.1"\nresponses:\n  utter_faq/price:\n    - text: "Ten."\nnlu:\n  - intent: faq/price\n'
    "    examples: |\n      - how much\n",
    "metadata.yml": 'version: "3.1"\nnlu:\n  - intent: greet\n    metadata: {sure: true}\n    examples:\n'
    "      - text: |\n          good day\n        metadata: 7\n",
    "escaped.yml": 'version: "3.1"\nnlu:\n  - intent: greet\n    examples: |\n      - caf\\u00e9\n',
    "empty.yml": 'version: "3.1"\nnlu:\n',
    "old.json": '{"rasa_nlu_data": {"common_examples": [{"text": "salut", "intent": "greet"}]}}',
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet_prints():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text("recipe: default.v1\nlanguage: en\npipeline: []\npolicies: []\n", "utf-8")
    (tmp_path / "domain.yml").write_text(DOMAIN, "utf-8")
    for name, content in {"stories.yml": STORIES, "plain.yml": PLAIN, **OTHERS}.items():
        (tmp_path / "data" / name).write_text(content, "utf-8")
    return Project.at(tmp_path)


def assert_as_rasa(project: Project) -> None:
    ours = project_importer(project)
    rasas = TrainingDataImporter.load_from_config(str(project.config), project.rasa_domain, project.rasa_data)
    assert ours.get_nlu_data().fingerprint() == rasas.get_nlu_data().fingerprint()
    theirs = with_defaults(rasas.get_domain()) if POLICY in project.config.read_text("utf-8") else rasas.get_domain()
    assert ours.get_domain().fingerprint() == theirs.fingerprint()
    assert ours.get_stories().fingerprint() == rasas.get_stories().fingerprint()
    assert ours.get_config() == rasas.get_config()


def test_a_project_of_everything_is_read_as_rasa_reads_it(project: Project) -> None:
    assert_as_rasa(project)
    texts = {message.get("text") for message in project_importer(project).get_nlu_data().training_examples}
    assert {"hello from Köln 👋", "how much", "good day", "café", "of course", "hi", "salut", "good evening"} <= texts


def test_the_demo_s_project_is_read_as_rasa_reads_it() -> None:
    assert_as_rasa(Project.at(ASSISTANT))


def test_a_plain_file_is_spared_rasa_s_notation_and_schema(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    validated: list[str] = []
    monkeypatch.setattr(RasaYAMLReader, "validate", lambda self, _: validated.append(Path(self.filename).name))
    importer = project_importer(project)
    for _ in range(2):
        importer.get_domain()
        importer.get_nlu_data()
        importer.get_nlu_data(language="en")
    assert sorted(validated) == sorted(name for name in OTHERS if name.endswith(".yml"))


@pytest.mark.parametrize(
    "mistake", ["  - intent: greet\n    intent: leave\n    examples: |\n      - hi\n", "  - intend: a\n"]
)
def test_a_mistake_is_told_as_rasa_tells_it(project: Project, mistake: str) -> None:
    (project.folder / "data" / "wrong.yml").write_text(f'version: "3.1"\nnlu:\n{mistake}', "utf-8")
    with pytest.raises(YamlException):
        project_importer(project).get_nlu_data()
