import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.fingerprint import fingerprint_path
from dialogue.training.incremental_training import CACHE, train
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from retrieval.progress import Untold
from tests.dialogue.conftest import Conversation, TwoProducts

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.model_training import train as rasa_train

pytestmark = pytest.mark.heavy

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: tiny
language: en
pipeline:
  - name: nlu.components.joint.MiniLMJointClassifier
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, leave]
responses:
  utter_hello:
    - text: "Hello."
  utter_bye:
    - text: "Bye."
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - good morning
  - intent: leave
    examples: |
      - goodbye
      - see you
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps:
      - intent: greet
      - action: utter_hello
  - rule: leave
    steps:
      - intent: leave
      - action: utter_bye
""",
}

# What a config of Rasa's own has, with small networks and one epoch. Compiling DIET would take 16 seconds.
STOCK = """
recipe: default.v1
assistant_id: tiny
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 1
    constrain_similarities: true
    number_of_transformer_layers: 1
    transformer_size: 16
    embedding_dimension: 8
    run_eagerly: true
  - name: EntitySynonymMapper
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: TEDPolicy
    epochs: 1
    constrain_similarities: true
    number_of_transformer_layers: {dialogue: 1}
    transformer_size: {dialogue: 16}
    embedding_dimension: 8
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A whole Rasa project of two intents."""
    root = tmp_path / "tiny"
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_trained_project_talks(project: Path, tmp_path: Path) -> None:
    model = train(project, tmp_path / "models")
    assert model == Project.at(project).model_in(tmp_path / "models")
    runtime = RasaRuntime.load(model, TwoProducts())
    conversation = Conversation(runtime, "me")
    assert [conversation.say(text).text for text in ("good morning", "see you")] == ["Hello.", "Bye."]
    runtime.close()
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == [CACHE]


def test_rasa_itself_trains_and_runs_our_components(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain, config, data = (str(project / name) for name in ("domain.yml", "config.yml", "data"))
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "cache"))
    with quiet_prints():
        trained = rasa_train(domain, config, data, str(tmp_path / "models"))
        parsed = asyncio.run(Agent.load(trained.model).parse_message("goodbye"))
    assert parsed["intent"]["name"] == "leave"
    assert 0 < parsed["in_scope"] <= 1


def test_nothing_is_trained_when_nothing_changed(project: Path, tmp_path: Path) -> None:
    first = train(project, tmp_path).stat().st_mtime_ns
    assert train(project, tmp_path).stat().st_mtime_ns == first
    replace_in(project / "data" / "nlu.yml", "- see you", "- farewell")
    assert train(project, tmp_path).stat().st_mtime_ns > first


def test_a_damaged_model_is_trained_again(project: Path, tmp_path: Path) -> None:
    model = train(project, tmp_path)
    model.write_bytes(b"")
    assert train(project, tmp_path).stat().st_size > 0
    fingerprint_path(model).write_text("not json", "utf-8")
    before = model.stat().st_mtime_ns
    assert train(project, tmp_path).stat().st_mtime_ns > before


@dataclass
class Told(Untold):
    """Remembers what it was told."""

    total: int = 0
    done: int = 0
    names: list[str] = field(default_factory=list)

    def begin(self, what: str, total: int, unit: str) -> None:
        self.total = total

    def describe(self, what: str) -> None:
        self.names.append(what)

    def advance(self, done: int) -> None:
        self.done += done


def trained(project: Path | Project, output: Path) -> list[str]:
    """What was trained, rather than taken from before; all of it is accounted for."""
    told = Told()
    train(project, output, told)
    assert (told.total, told.done) == (2, 2)
    return [name for name in told.names if name.startswith("training ")]


def test_only_what_changed_is_trained_again(project: Path, tmp_path: Path) -> None:
    nlu, rules, domain = (project / name for name in ("data/nlu.yml", "data/rules.yml", "domain.yml"))
    assert trained(project, tmp_path) == ["training RulePolicy", "training MiniLMJointClassifier"]
    replace_in(nlu, "- see you", "- farewell")
    assert trained(project, tmp_path) == ["training MiniLMJointClassifier"]
    replace_in(rules, "rule: leave", "rule: take leave")
    assert trained(project, tmp_path) == ["training RulePolicy"]
    replace_in(domain, "Bye.", "So long.")
    assert trained(project, tmp_path) == []
    assert (
        Conversation(RasaRuntime.load(train(project, tmp_path), TwoProducts()), "me").say("farewell").text == "So long."
    )


def test_what_takes_long_is_told_and_not_logged(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = "mode: fine_tuned\n    fine_tuning_epochs: 2\n    fine_tuning_min_steps: 2"
    replace_in(project / "config.yml", "policies:", f"    {settings}\npolicies:")
    told = Told()
    train(project, tmp_path, told)
    begun = told.names.index("training MiniLMJointClassifier")
    epochs = [f"fine-tuning, epoch {number} of 2" for number in (1, 2)]
    assert told.names[begun + 1 :] == [*epochs, "encoding", "fitting"]
    assert caplog.messages == []


def test_what_other_code_trained_is_not_taken(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trained(project, tmp_path)
    monkeypatch.setattr("dialogue.training.fingerprint.default_identity", lambda: "another encoder")
    assert trained(project, tmp_path) == first
    (cache,) = (tmp_path / CACHE).iterdir()
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1


def test_only_new_texts_are_encoded(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode_all = MiniLMEncoder.encode_all

    def listening(self: MiniLMEncoder, texts: Sequence[str], words: bool = True) -> list[EncodedText]:
        encoded.extend(texts)
        return encode_all(self, texts, words)

    monkeypatch.setattr(MiniLMEncoder, "encode_all", listening)
    train(project, tmp_path)
    assert sorted(encoded) == ["good morning", "goodbye", "hello", "see you"]
    encoded.clear()
    replace_in(project / "data" / "nlu.yml", "- see you", "- see you\n      - farewell")
    train(project, tmp_path)
    assert encoded == ["farewell"]


OWN_COMPONENT = """
from own_words import WORD
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class Marker(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set("entities", [{"entity": "mark", "value": WORD, "start": 0, "end": 1}], add_to_output=True)
        return messages
"""


def test_a_project_brings_components_of_its_own(project: Path, tmp_path: Path) -> None:
    def marked(folder: Path) -> str:
        runtime = RasaRuntime.load(train(folder, tmp_path / "models"), TwoProducts(), folder / "actions")
        (entity,) = runtime.interpret("hello").entities
        runtime.close()
        return entity.value

    replace_in(project / "domain.yml", "responses:", "entities: [mark]\nresponses:")
    replace_in(project / "config.yml", "policies:", "  - name: own_parts.marker.Marker\npolicies:")
    (project / "own_parts").mkdir()
    (project / "own_parts" / "marker.py").write_text(OWN_COMPONENT, "utf-8")
    (project / "own_words.py").write_text("WORD = 'one'", "utf-8")
    other = shutil.copytree(project, tmp_path / "elsewhere" / "tiny")
    replace_in(other / "own_words.py", "one", "other")
    assert [marked(project), marked(other)] == ["one", "other"]
    replace_in(project / "own_words.py", "one", "changed")
    assert marked(project) == "changed"
    (project / "own_words.py").write_text("WORD = (", "utf-8")
    with pytest.raises(ProjectError, match=r"config.yml:7: own_parts.marker.Marker cannot be used.*own_words.py"):
        train(project, tmp_path / "models")


def test_other_data_and_a_domain_in_parts_are_trained_on(project: Path, tmp_path: Path) -> None:
    (project / "data" / "rules.yml").rename(tmp_path / "elsewhere.yml")
    domain = project / "domain.yml"
    head, responses = domain.read_text("utf-8").split("responses:")
    domain.unlink()
    (project / "domain").mkdir()
    (project / "domain" / "intents.yml").write_text(head, "utf-8")
    (project / "domain" / "responses.yml").write_text('version: "3.1"\nresponses:' + responses, "utf-8")
    parts = Project.at(project, data=[project / "data", tmp_path / "elsewhere.yml"])
    runtime = RasaRuntime.load(train(parts, tmp_path / "models"), TwoProducts())
    assert Conversation(runtime, "me").say("see you").text == "Bye."
    runtime.close()


UNSAID = "recipe: default.v1\nassistant_id: tiny\nlanguage: en\n"


@pytest.fixture
def chosen_by_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa's choice for a config that leaves it to Rasa, in place of a DIET of a hundred epochs."""
    chosen = {"pipeline": [{"name": "KeywordIntentClassifier"}], "policies": [{"name": "RulePolicy"}]}
    monkeypatch.setattr(
        DefaultV1Recipe, "complete_config", lambda config, keys: {**config, **{key: chosen[key] for key in keys}}
    )


@pytest.mark.usefixtures("chosen_by_rasa")
@pytest.mark.parametrize("empty", ["pipeline:\npolicies:\n", "pipeline:\n# - name: Other\n", ""])
def test_what_rasa_writes_into_the_config_is_no_change(project: Path, tmp_path: Path, empty: str) -> None:
    (project / "config.yml").write_text(UNSAID + empty, "utf-8")
    first = train(project, tmp_path).stat().st_mtime_ns
    assert "#   - name: KeywordIntentClassifier" in (project / "config.yml").read_text("utf-8")
    assert train(project, tmp_path).stat().st_mtime_ns == first
    replace_in(project / "config.yml", "language: en", "language: de")
    assert train(project, tmp_path).stat().st_mtime_ns > first


@pytest.mark.usefixtures("chosen_by_rasa")
def test_of_a_project_without_stories_only_the_pipeline_is_trained(project: Path, tmp_path: Path) -> None:
    (project / "data" / "rules.yml").unlink()
    told = Told()
    train(project, tmp_path / "models", told)
    assert (told.done, told.total) == (1, 1)
    (project / "config.yml").write_text(UNSAID + "pipeline:\n", "utf-8")
    train(project, tmp_path / "models")
    assert "policies" not in (project / "config.yml").read_text("utf-8")


def test_importers_find_the_projects_that_they_join(project: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    (whole / "data").mkdir(parents=True)
    config = (project / "config.yml").read_text("utf-8")
    (whole / "config.yml").write_text(
        f"{config}importers:\n- name: MultiProjectImporter\nimports:\n- ../tiny\n", "utf-8"
    )
    runtime = RasaRuntime.load(train(whole, tmp_path / "models"), TwoProducts())
    assert Conversation(runtime, "me").say("good morning").text == "Hello."
    runtime.close()
    replace_in(project / "domain.yml", "Hello.", "Good morning to you.")
    runtime = RasaRuntime.load(train(whole, tmp_path / "models"), TwoProducts())
    assert Conversation(runtime, "me").say("good morning").text == "Good morning to you."
    runtime.close()


def test_stock_components_are_trained_as_they_are(project: Path, tmp_path: Path) -> None:
    (project / "config.yml").write_text(STOCK, "utf-8")
    told = Told()
    runtime = RasaRuntime.load(train(project, tmp_path / "models", told), TwoProducts())
    assert {"training DIETClassifier", "training TEDPolicy", "training RulePolicy"} <= set(told.names)
    assert told.done == told.total
    assert {each.name for each in runtime.interpret("good morning").ranking} == {"greet", "leave"}
    runtime.close()


def test_actions_without_code_do_not_keep_a_project_from_being_trained(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replace_in(project / "domain.yml", "responses:", "actions: [action_call]\nresponses:")
    train(project, tmp_path / "models")
    (warning,) = caplog.messages
    assert warning.startswith(f"{project / 'domain.yml'}:4: there is no code here for action_call")


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "cure"),
    [
        (
            "data/nlu.yml",
            "    examples: |\n      - goodbye",
            "   examples: |\n      - goodbye",
            9,
            "line this entry up",
        ),
        ("data/nlu.yml", "- goodbye", '- [goodbye]{"entity": }', 10, "write it like"),
        ("data/nlu.yml", "- intent: leave", "- intend: leave", 8, "as Rasa's format has it"),
        ("domain.yml", "intents: [greet", "intents: {greet", 3, "close the bracket"),
        ("domain.yml", '- text: "Bye."', '- txt: "Bye."', 8, "as Rasa's format has it"),
        ("domain.yml", "responses:", "slots: {a: {type: odd, mappings: []}}\nresponses:", 4, "take a type"),
        ("data/rules.yml", "    steps:\n      - intent: leave", "    stops:\n      - intent: leave", 8, "as Rasa's"),
        ("data/rules.yml", "utter_bye", "utter_bye\n      - slot_was_set: [{where: here}]", 12, "add the slots"),
        ("data/rules.yml", "- intent: leave", "- intent: greet", 8, "let the rules and stories agree"),
        ("config.yml", "joint.MiniLM", "joint.Absent", 6, "mend the component's name"),
        ("config.yml", "nlu.components.joint.MiniLMJoint", "nlu.gone.MiniLMIntent", 6, "MiniLMJointClassifier"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "ConveRTTokenizer", 6, "that Rasa 3.6 has"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "DietClassifier", 6, "write DIETClassifier"),
        ("config.yml", "joint.MiniLMJointClassifier", "joint", 6, "registered with Rasa"),
        ("config.yml", "components.joint.MiniLMJointClassifier", "options.JointOptions", 6, "registered with Rasa"),
        ("config.yml", "nlu.components.joint.MiniLMJointClassifier", "5", 6, "that Rasa 3.6 has"),
        ("config.yml", "RulePolicy", "FormPolicy", 8, "that Rasa 3.6 has"),
        ("config.yml", "policies:", "importers:\n  - name: nlu.options.JointOptions\npolicies:", 8, "mend the"),
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
        train(project, tmp_path / "models")
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
        train(project, tmp_path)


@pytest.mark.parametrize(("name", "lacking"), [("domain.yml", "domain"), ("data/rules.yml", "story and no rule")])
def test_without_a_domain_or_stories_a_project_learns_to_understand_and_says_so(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, lacking: str
) -> None:
    (project / name).unlink()
    runtime = RasaRuntime.load(train(project, tmp_path / "models"), TwoProducts())
    assert caplog.messages == [f"there is no {lacking}: only understanding is trained, and nothing that answers"]
    assert runtime.interpret("good morning").intent.name == "greet"
    runtime.close()


def test_without_examples_a_project_learns_the_dialogue_and_says_so(
    project: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (project / "data" / "nlu.yml").unlink()
    train(project, tmp_path / "models")
    assert caplog.messages == ["there are no examples: only the dialogue is trained, and nothing that understands"]
    (project / "domain.yml").unlink()
    with pytest.raises(ProjectError, match="neither examples nor stories"):
        train(project, tmp_path / "models")


@pytest.mark.parametrize("name", ["config.yml", "data"])
def test_a_folder_that_is_no_project_is_refused(project: Path, tmp_path: Path, name: str) -> None:
    path = project / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ProjectError, match=f"has no {name}"):
        train(project, tmp_path / "models")
