"""What the settings become."""

from pathlib import Path

import pytest

from retrieval.document import Document
from retrieval.index.index_folder import build_index
from server.bootstrap import expected_phrases, segmenter_factory, session_defaults, turn_taking
from server.protocol.session_config import ServerVad
from server.settings import Settings, SettingsError, load_settings
from tests.conftest import ROOT
from tests.retrieval.toy_embedder import WordHashEmbedder


def settings(*flags: str) -> Settings:
    return load_settings(None, {"HEEDFUL_CONFIG": ""}, flags)


def test_sessions_begin_with_the_turn_detection_that_is_set() -> None:
    flags = ("segmenter.silence_duration_ms=350", "segmenter.threshold=0.7", "segmenter.prefix_padding_ms=100")
    detection = session_defaults(settings(*flags)).audio.input.turn_detection
    assert detection is not None
    assert detection.model_dump(include={"silence_duration_ms", "threshold", "prefix_padding_ms"}) == {
        "silence_duration_ms": 350,
        "threshold": 0.7,
        "prefix_padding_ms": 100,
    }


@pytest.mark.parametrize("flag", ["segmenter.silence_duration_ms=50", "segmenter.prefix_padding_ms=6000"])
def test_what_the_protocol_does_not_allow_is_named_in_one_line(flag: str) -> None:
    with pytest.raises(SettingsError, match=flag.split("=")[0]) as refused:
        session_defaults(settings(flag))
    assert "\n" not in str(refused.value)


def test_a_sessions_segmenter_has_what_the_protocol_sets_and_the_rest_from_the_settings() -> None:
    own = settings("segmenter.max_utterance_ms=5000", "segmenter.silence_duration_ms=900")
    rules = turn_taking(own).rules(ServerVad(silence_duration_ms=300))
    assert not segmenter_factory()(rules.segmenter).speaking
    with pytest.raises(ValueError, match="5000"):
        turn_taking(own).rules(ServerVad(prefix_padding_ms=4500))


def test_the_recogniser_expects_the_products_names_and_other_names_of_several_words() -> None:
    flags = ("paths.build=/nowhere", "paths.assistant=/nowhere", "paths.knowledge=" + str(ROOT / "data" / "knowledge"))
    phrases = expected_phrases(settings(*flags))
    assert {"Pulse Buds 2", "pulse buds two", "Harbor Kettle"} <= set(phrases)
    assert all(" " in phrase for phrase in phrases)


def test_without_knowledge_nothing_is_expected() -> None:
    assert (
        expected_phrases(settings("paths.build=/nowhere", "paths.assistant=/nowhere", "paths.knowledge=/nowhere")) == ()
    )


def test_the_products_that_are_indexed_are_expected_wherever_they_came_from(tmp_path: Path) -> None:
    lamp = Document("product:a", "product", "Oak Lamp", "Shines.", aliases=("lamp", "desk lamp"))
    build_index([lamp], WordHashEmbedder(), tmp_path / "index")
    assert expected_phrases(settings(f"paths.build={tmp_path}", "paths.assistant=/nowhere")) == (
        "Oak Lamp",
        "desk lamp",
    )


def test_of_a_large_catalogue_some_names_are_expected_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lamps = [Document(f"product:{at}", "product", f"Lamp {at}", "Shines.") for at in range(3)]
    build_index(lamps, WordHashEmbedder(), tmp_path / "index")
    flags = (f"paths.build={tmp_path}", "paths.assistant=/nowhere", "asr.favoured_products=2")
    with caplog.at_level("INFO"):
        assert expected_phrases(settings(*flags)) == ("Lamp 0", "Lamp 1")
    assert "the names of 2 products and no more" in caplog.text


def test_no_more_of_the_knowledge_folder_is_expected_either() -> None:
    knowledge = str(ROOT / "data" / "knowledge")
    flags = ("paths.build=/nowhere", "paths.assistant=/nowhere", f"paths.knowledge={knowledge}")
    few, none = (expected_phrases(settings(*flags, f"asr.favoured_products={count}")) for count in (3, 0))
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


def test_the_values_of_the_training_data_are_expected(tmp_path: Path) -> None:
    flags = ("paths.build=/nowhere", "paths.knowledge=/nowhere", f"paths.assistant={tmp_path}")
    data = tmp_path / "data" / "nlu.yml"
    data.parent.mkdir()
    data.write_text(TAUGHT)
    shapes = (r"number is \d\d\d\d\d", r"order \d\d\d\d\d")
    assert expected_phrases(settings(*flags)) == ("New York", "flat white", *shapes)


def test_broken_training_data_keeps_no_server_from_starting(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = tmp_path / "data" / "nlu.yml"
    data.parent.mkdir()
    data.write_text("nlu: [")
    flags = ("paths.build=/nowhere", "paths.knowledge=/nowhere", f"paths.assistant={tmp_path}")
    assert expected_phrases(settings(*flags)) == ()
    assert f"{data}:2" in caplog.text
