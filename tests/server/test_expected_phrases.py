"""What the recogniser is made to expect: names of products, values of the training data, shapes of numbers."""

from pathlib import Path

import pytest

from retrieval.document import Document
from retrieval.index.index_folder import build_index
from server.expected_phrases import expected_phrases, expected_speech, favoured_phrases
from server.settings import Settings, load_settings
from tests.conftest import ROOT
from tests.retrieval.toy_embedder import WordHashEmbedder

KNOWLEDGE = f"paths.knowledge={ROOT / 'data' / 'knowledge'}"


def settings(*flags: str) -> Settings:
    """Nothing is built, taught or known but what the flags say."""
    nothing = (f"paths.{name}=/nowhere" for name in ("build", "assistant", "knowledge"))
    return load_settings(None, {"HEEDFUL_CONFIG": ""}, (*nothing, *flags))


def test_the_products_names_and_other_names_of_several_words_are_expected() -> None:
    phrases = expected_phrases(settings(KNOWLEDGE))
    assert {"Pulse Buds 2", "pulse buds two", "Harbor Kettle"} <= set(phrases)
    assert all(" " in phrase for phrase in phrases)


def test_without_knowledge_nothing_is_expected() -> None:
    assert expected_phrases(settings()) == ()


def test_the_products_that_are_indexed_are_expected_wherever_they_came_from(tmp_path: Path) -> None:
    lamp = Document("product:a", "product", "Oak Lamp", "Shines.", aliases=("lamp", "desk lamp", "12 34"))
    build_index([lamp], WordHashEmbedder(), tmp_path / "index")
    assert expected_phrases(settings(f"paths.build={tmp_path}", KNOWLEDGE)) == ("Oak Lamp", "desk lamp")


def test_of_a_large_catalogue_some_names_are_expected_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lamps = [Document(f"product:{at}", "product", f"Lamp {at}", "Shines.") for at in range(3)]
    build_index(lamps, WordHashEmbedder(), tmp_path / "index")
    with caplog.at_level("INFO"):
        phrases = expected_phrases(settings(f"paths.build={tmp_path}", "asr.favoured_products=2"))
    assert phrases == ("Lamp 0", "Lamp 1")
    assert "2 products" in caplog.text


def test_no_more_of_the_knowledge_folder_is_expected_either() -> None:
    few, none = (expected_phrases(settings(KNOWLEDGE, f"asr.favoured_products={count}")) for count in (3, 0))
    assert 0 < len(few) < 20
    assert none == ()


TAUGHT = """version: "3.1"
nlu:
  - lookup: city
    examples: |
      - New York
      - Boston
  - intent: order
    examples: |
      - one [flat white](drink) please
      - two [lattes](drink)
      - order [4 8 2 1 3](order_number)
      - it is [48213](order_number), a box of [12](box_size)
      - my Order Number is [48-213](order_number)
"""


def teach(folder: Path, text: str) -> Path:
    file = folder / "data" / "nlu.yml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


def test_the_values_and_the_shapes_of_numbers_in_the_training_data_are_expected(tmp_path: Path) -> None:
    teach(tmp_path, TAUGHT)
    shapes = (r"number is \d\d\d\d\d", r"order \d\d\d\d\d")
    assert expected_phrases(settings(f"paths.assistant={tmp_path}")) == ("New York", "flat white", *shapes)


def test_broken_training_data_keeps_no_server_from_starting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = teach(tmp_path, "nlu: [")
    assert expected_phrases(settings(f"paths.assistant={tmp_path}")) == ()
    assert f"{file}:2" in caplog.text


def test_nothing_is_favoured_where_the_strength_is_0() -> None:
    assert "Harbor Kettle" in favoured_phrases(settings(KNOWLEDGE))
    assert favoured_phrases(settings(KNOWLEDGE, "asr.bias_strength=0")) == ()


def test_the_sentences_of_the_training_data_are_expected_unless_they_weigh_nothing(tmp_path: Path) -> None:
    teach(tmp_path, TAUGHT)
    expected = expected_speech(settings(f"paths.assistant={tmp_path}"))
    assert expected is not None
    assert len(expected.sentences) == 5
    assert expected_speech(settings(f"paths.assistant={tmp_path}", "asr.sentence_weight=0")) is None
    assert expected_speech(settings()) is None
