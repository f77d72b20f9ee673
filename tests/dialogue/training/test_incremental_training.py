"""From a project to a model that talks, without work when nothing changed."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.fingerprint import fingerprint_path
from dialogue.training.incremental_training import CACHE, train
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from tests.dialogue.conftest import Conversation, TwoProducts
from tests.dialogue.training.tiny_project import NotedProgress, replace_in

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.model_training import train as rasa_train

pytestmark = pytest.mark.heavy

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


def trained(project: Path | Project, output: Path) -> list[str]:
    """What was trained, rather than taken from before; all of it is accounted for."""
    noted = NotedProgress()
    train(project, output, noted)
    assert (noted.total, noted.done) == (2, 2)
    return [name for name in noted.names if name.startswith("training ")]


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
    noted = NotedProgress()
    train(project, tmp_path, noted)
    begun = noted.names.index("training MiniLMJointClassifier")
    epochs = [f"fine-tuning, epoch {number} of 2" for number in (1, 2)]
    assert noted.names[begun + 1 :] == [*epochs, "encoding", "fitting"]
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


@pytest.mark.usefixtures("chosen_by_rasa")
@pytest.mark.parametrize("empty", ["pipeline:\npolicies:\n", "pipeline:\n# - name: Other\n", ""])
def test_what_rasa_writes_into_the_config_is_no_change(project: Path, tmp_path: Path, empty: str) -> None:
    (project / "config.yml").write_text(UNSAID + empty, "utf-8")
    first = train(project, tmp_path).stat().st_mtime_ns
    assert "#   - name: KeywordIntentClassifier" in (project / "config.yml").read_text("utf-8")
    assert train(project, tmp_path).stat().st_mtime_ns == first
    replace_in(project / "config.yml", "language: en", "language: de")
    assert train(project, tmp_path).stat().st_mtime_ns > first


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
    noted = NotedProgress()
    runtime = RasaRuntime.load(train(project, tmp_path / "models", noted), TwoProducts())
    assert {"training DIETClassifier", "training TEDPolicy", "training RulePolicy"} <= set(noted.names)
    assert noted.done == noted.total
    assert {each.name for each in runtime.interpret("good morning").ranking} == {"greet", "leave"}
    runtime.close()


FEW_USE = """
  - name: CRFEntityExtractor
  - name: LogisticRegressionClassifier
  - name: ResponseSelector
    epochs: 1
    constrain_similarities: true
    number_of_transformer_layers: 0
    retrieval_intent: faq
    run_eagerly: true
policies:
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    epochs: 1
    constrain_similarities: true
    number_of_transformer_layers: {dialogue: 1}
    transformer_size: {dialogue: 16}
"""
QUESTIONS = """
  - intent: faq/when
    examples: |
      - when?
      - at what time
  - intent: faq/where
    examples: |
      - where?
      - at what place
"""


def test_stock_components_that_few_use_train_and_answer(project: Path, tmp_path: Path) -> None:
    """Each of them needs a library that is not imported before."""
    (project / "config.yml").write_text(STOCK[: STOCK.index("  - name: DIETClassifier")] + FEW_USE, "utf-8")
    domain, nlu, rules = project / "domain.yml", project / "data" / "nlu.yml", project / "data" / "rules.yml"
    replace_in(domain, "[greet, leave]", "[greet, leave, faq]\nentities: [name]")
    replace_in(
        domain, "responses:", "responses:\n  utter_faq/when: [{text: At nine.}]\n  utter_faq/where: [{text: There.}]"
    )
    replace_in(nlu, "nlu:\n", f"nlu:{QUESTIONS}")
    replace_in(nlu, "- hello", "- hello\n      - I am [Ann](name)")
    replace_in(rules, "rules:", "rules:\n  - {rule: faq, steps: [{intent: faq}, {action: utter_faq}]}")
    runtime = RasaRuntime.load(train(project, tmp_path / "models"), TwoProducts())
    assert Conversation(runtime, "me").say("at what time").text in ("At nine.", "There.")
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
        ("domain.yml", "intents: [greet", "intents: {greet", 3, "close the bracket"),
    ],
)
def test_a_file_that_cannot_be_read_names_its_line_and_its_cure(
    project: Path, tmp_path: Path, name: str, old: str, new: str, place: int, cure: str
) -> None:
    replace_in(project / name, old, new)
    with pytest.raises(ProjectError) as raised:
        train(project, tmp_path / "models")
    assert f"{project / name}:{place}: " in str(raised.value)
    assert cure in str(raised.value)


@pytest.mark.parametrize("name", ["config.yml", "data"])
def test_a_folder_that_is_no_project_is_refused(project: Path, tmp_path: Path, name: str) -> None:
    path = project / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ProjectError, match=f"has no {name}"):
        train(project, tmp_path / "models")
