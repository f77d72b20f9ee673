"""What the settings mean for a session and a dialogue that say nothing themselves."""

from pathlib import Path

import pytest

from server.defaults import dialogue_options, session_defaults, turn_taking
from server.settings import Settings, SettingsError, load_settings


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


def test_sessions_begin_with_the_model_and_the_language_that_are_set() -> None:
    transcription = session_defaults(settings("asr.model=base", "asr.language=de")).audio.input.transcription
    assert transcription is not None
    assert (transcription.model, transcription.language) == ("base", "de")


@pytest.mark.parametrize("flag", ["segmenter.silence_duration_ms=50", "segmenter.prefix_padding_ms=6000"])
def test_what_the_protocol_does_not_allow_is_named_in_one_line(flag: str) -> None:
    with pytest.raises(SettingsError, match=flag.split("=")[0]) as refused:
        session_defaults(settings(flag))
    assert "\n" not in str(refused.value)


def test_turns_are_taken_as_is_set() -> None:
    own = settings("turns.complete_ms=250", "segmenter.max_utterance_ms=5000")
    taking = turn_taking(own)
    assert (taking.segmenter, taking.options) == (own.segmenter, own.turns)


def test_a_project_brings_its_own_endpoints_unless_others_are_set(tmp_path: Path) -> None:
    own = settings(f"paths.assistant={tmp_path}")
    assert dialogue_options(own).endpoints_path is None
    (tmp_path / "endpoints.yml").touch()
    assert dialogue_options(own).endpoints_path == tmp_path / "endpoints.yml"
    other = settings(f"paths.assistant={tmp_path}", "dialogue.endpoints_path=/other.yml")
    assert dialogue_options(other).endpoints_path == Path("/other.yml")


def test_paths_of_the_dialogue_count_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "heedful.toml"
    file.write_text('[dialogue]\ntracker_path = "kept/conversations.db"\nendpoints_path = "endpoints.yml"\n')
    options = dialogue_options(load_settings(file, {}))
    assert options.tracker_path == tmp_path / "kept" / "conversations.db"
    assert options.endpoints_path == tmp_path / "endpoints.yml"
