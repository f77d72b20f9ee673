"""How the parts are put together from the settings."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.errors import ModelError
from server.artifacts import model_path
from server.bootstrap import open_tested, open_understanding, segmenter_factory
from server.defaults import turn_taking
from server.settings import Settings, load_settings
from server.trials.remote_assistant import RemoteAssistant
from server.trials.trial import KITCHEN, Trial
from server.wire.session_config import ServerVad


def settings(*flags: str) -> Settings:
    return load_settings(None, {"HEEDFUL_CONFIG": ""}, flags)


def test_a_sessions_segmenter_has_what_the_protocol_sets_and_the_rest_from_the_settings() -> None:
    own = settings("segmenter.max_utterance_ms=5000", "segmenter.silence_duration_ms=900")
    rules = turn_taking(own).rules(ServerVad(silence_duration_ms=300))
    assert not segmenter_factory()(rules.segmenter).speaking
    with pytest.raises(ValueError, match="5000"):
        turn_taking(own).rules(ServerVad(prefix_padding_ms=4500))


def test_an_assistant_that_is_not_trained_is_refused() -> None:
    with pytest.raises(ModelError, match="/nowhere"), open_understanding(settings("paths.build=/nowhere")):
        pass


def test_a_trial_with_a_server_has_one_that_reads_text_only_beside_one_by_voice() -> None:
    url = "ws://127.0.0.1:9/v1/realtime"
    with open_tested(settings(), Trial(server=url)) as (assistant, as_text):
        assert isinstance(assistant, RemoteAssistant)
        assert as_text is None
    with open_tested(settings(), Trial(server=url, by_voice=True, noise=KITCHEN)) as (assistant, as_text):
        assert isinstance(assistant, RemoteAssistant)
        assert isinstance(as_text, RemoteAssistant)


@pytest.mark.heavy
def test_without_an_index_it_talks_and_says_what_it_cannot_do(
    built: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = replace(built, paths=replace(built.paths, build=str(tmp_path)))
    model_path(own).parent.mkdir()
    shutil.copy(model_path(built), model_path(own))
    with open_understanding(own, tried=True) as understanding:
        assert "heedful index" in caplog.text
        greeting = understanding.respond("me", understanding.interpret("hello"))
        answer = understanding.respond("me", understanding.interpret("how heavy is the harbor kettle"))
    assert greeting.actions == ("utter_greet",)
    assert (answer.source_ids, answer.text != "") == ((), True)
