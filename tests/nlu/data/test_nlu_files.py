"""Training data with the lines it stands on, against Rasa's own reader."""

import json
from pathlib import Path

import pytest

from dialogue.quiet import quiet_imports, quiet_prints
from nlu.data.examples import NluData
from nlu.data.nlu_files import data_files, read_nlu
from nlu.data.yaml_nodes import DataError

with quiet_imports():
    from rasa.shared.data import get_data_files
    from rasa.shared.nlu.training_data.loading import load_data

YAML = """version: "3.1"
# a comment
nlu:
- intent: greet
  examples: |
    - hello

    - good morning
    no dash, so no example
- intent: faq/hours   # a retrieval intent
  examples:
  - text: |
      when do you open
    metadata: {from: 3}
  - text: "opening hours?"
- intent: yes
  examples: "- yes\\n- right"
- intent: book
  examples: |

    - to [Paris](city:PAR) with [Jo]{"entity": "person", "role": "guest"}
- synonym: New York
  examples: |
    - NYC
    - the big apple
- lookup: city
  examples: |
    - Rome
- regex: zip
  examples: |
    - \\d{5}
responses:
  utter_faq/hours:
  - text: At nine.
"""
JSON = """{
  "rasa_nlu_data": {
    "entity_synonyms": [ {"value": "New York", "synonyms": ["NYC", "nyc"]} ],
    "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
    "lookup_tables": [{"name": "city", "elements": ["Rome", "Paris"]}],
    "common_examples": [
      {"text": "hello", "intent": "greet"},
      {
        "text": "to NYC", "intent": "book",
        "entities": [{"start": 3, "end": 6, "value": "New York", "entity": "city"}]
      }
    ],
    "intent_examples": [{"text": "good evening", "intent": "greet"}]
  }
}
"""


def written(folder: Path, name: str, content: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, "utf-8")
    return folder / name


def read_by_rasa(path: Path) -> set[tuple[str, str, tuple[tuple[str, int, int], ...]]]:
    with quiet_prints():
        data = load_data(str(path))
    return {
        (
            each.get("text"),
            each.get_full_intent(),
            tuple((entity["entity"], entity["start"], entity["end"]) for entity in each.get("entities") or ()),
        )
        for each in data.training_examples
    }


def as_set(data: NluData) -> set[tuple[str, str, tuple[tuple[str, int, int], ...]]]:
    return {
        (each.text, each.label, tuple((entity.name, entity.start, entity.end) for entity in each.entities))
        for each in data.examples
    }


@pytest.mark.parametrize(("name", "content"), [("nlu.yml", YAML), ("nlu.json", JSON)])
def test_the_examples_are_those_that_rasa_reads(tmp_path: Path, name: str, content: str) -> None:
    path = written(tmp_path, name, content)
    assert as_set(read_nlu(path)) == read_by_rasa(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello", "    - hello"),
        ("good morning", "    - good morning"),
        ("opening hours?", '  - text: "opening hours?"'),
        ("to Paris with Jo", "    - to [Paris]"),
    ],
)
def test_an_example_knows_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = written(tmp_path, "nlu.yml", YAML)
    (example,) = (each for each in read_nlu(path).examples if each.text == text)
    assert YAML.splitlines()[example.place.line - 1].startswith(line)
    assert str(example.place) == f"{path}:{example.place.line}"


def test_an_entity_has_the_value_and_role_that_are_annotated(tmp_path: Path) -> None:
    example = read_nlu(written(tmp_path, "nlu.yml", YAML)).examples[-1]
    assert [(each.name, each.value, each.role) for each in example.entities] == [
        ("city", "PAR", None),
        ("person", "Jo", "guest"),
    ]


def test_a_retrieval_intent_is_an_intent_with_a_key(tmp_path: Path) -> None:
    example = next(each for each in read_nlu(written(tmp_path, "nlu.yml", YAML)).examples if "hours" in each.label)
    assert (example.intent, example.response_key, example.label) == ("faq", "hours", "faq/hours")


def test_listings_know_their_items_and_lines(tmp_path: Path) -> None:
    listings = read_nlu(written(tmp_path, "nlu.yml", YAML)).listings
    described = [(each.kind, each.name, [item.text for item in each.items]) for each in listings]
    assert described == [
        ("synonym", "New York", ["NYC", "the big apple"]),
        ("lookup", "city", ["Rome"]),
        ("regex", "zip", [r"\d{5}"]),
    ]
    assert YAML.splitlines()[listings[0].items[1].place.line - 1] == "    - the big apple"


def test_json_is_read_with_lines(tmp_path: Path) -> None:
    data = read_nlu(written(tmp_path, "nlu.json", JSON))
    assert [each.place.line for each in data.examples] == [7, 8]
    assert data.examples[1].entities[0].value == "New York"
    described = [(each.kind, each.name, len(each.items), each.place.line) for each in data.listings]
    assert described == [("synonym", "New York", 2, 3), ("lookup", "city", 2, 5), ("regex", "zip", 1, 4)]


def test_a_folder_is_read_whole_without_foreign_files(tmp_path: Path) -> None:
    written(tmp_path, "b/nlu.yaml", YAML)
    written(tmp_path, "a.json", JSON)
    written(tmp_path, "other.json", json.dumps({"rows": [1]}))
    written(tmp_path, "stories.yml", "stories:\n- story: x\n  steps: []\n")
    written(tmp_path, "empty.yml", "")
    assert len(read_nlu(tmp_path).examples) == 2 + 7


def test_the_files_are_those_that_rasa_finds_in_its_order(tmp_path: Path) -> None:
    for name in ("data/b/nlu.yml", "data/b-side.yml", "data/.hidden/nlu.yml", "data/.nlu.yaml", "elsewhere/nlu.json"):
        written(tmp_path, name, "")
    written(tmp_path, "data/notes.txt", "")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "gone.yml").symlink_to(tmp_path / "gone.yml")
    files = data_files(tmp_path / "data")
    assert [str(file) for file in files] == get_data_files(str(tmp_path / "data"), lambda _: True)
    assert len(files) == 5


def test_a_file_is_read_once_in_however_many_ways_it_is_found(tmp_path: Path) -> None:
    nlu = written(tmp_path, "data/nlu.yml", YAML)
    (tmp_path / "data" / "self").symlink_to(tmp_path / "data")
    files = data_files(tmp_path / "data", nlu, tmp_path / "data" / ".." / "data")
    assert [file.resolve() for file in files] == [nlu.resolve()]


@pytest.mark.parametrize(
    ("name", "content", "line", "cure"),
    [
        ("x.yml", "nlu:\n- intent: a\n\texamples: |\n", 3, "tabs"),
        ("x.yml", "nlu:\n- intent: a: b\n", 2, "quotes"),
        ("x.yml", "nlu:\n  - intent: a\n - intent: b\n", 3, "line"),
        ("x.yml", "nlu:\n- intent: [a\n- intent: b\n", 3, "bracket"),
        ("x.yml", "nlu:\n- intent: 'a\n", 3, "quotation mark"),
        ("x.yml", 'nlu:\n- intent: a\n  examples: |\n    - ok\n    - [x]{"entity" 3}\n', 5, '{"entity" 3}'),
        ("x.json", '{"rasa_nlu_data":\n {"common_examples": [}}', 2, "line"),
        ("x.json", "\ufeff" + JSON, 1, "save"),
        ("x.json", '{"rasa_nlu_data": {"common_examples": [\n{"intent": "a"}]}}', 2, "'text'"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_line_and_cure(
    tmp_path: Path, name: str, content: str, line: int, cure: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as raised:
        read_nlu(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert cure in str(raised.value)


def test_what_is_no_training_data_may_be_no_json(tmp_path: Path) -> None:
    written(tmp_path, "rows.json", '{"id": 1}\n{"id": 2}\n')
    written(tmp_path, "commented.json", "\ufeff{} // nothing")
    written(tmp_path, "empty.json", "")
    assert read_nlu(tmp_path) == NluData()


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes("nlu:\n- intent: gr\xfc\xdfe\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"x\.yml:2: .*UTF-8"):
        read_nlu(path)
    with pytest.raises(DataError, match=r"absent\.yml:1: "):
        read_nlu(tmp_path / "absent.yml")
