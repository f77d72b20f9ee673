"""What holds until a client or a project says otherwise, taken from the settings."""

from dataclasses import replace

from pydantic import ValidationError

from dialogue.options import DialogueOptions
from server.protocol.turn_taking import TurnTaking
from server.settings import Settings, SettingsError
from server.wire.session_config import Audio, AudioInput, InputTranscription, ServerVad, SessionConfig


def session_defaults(settings: Settings) -> SessionConfig:
    """Return the configuration of a session before its client changes it.

    Raises:
        SettingsError: the protocol does not allow what is set.
    """
    own = settings.segmenter
    try:
        detection = ServerVad(
            threshold=own.threshold,
            prefix_padding_ms=own.prefix_padding_ms,
            silence_duration_ms=own.silence_duration_ms,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsError(f"segmenter.{first['loc'][0]} = {first['input']!r}: {first['msg']}") from error
    transcription = InputTranscription(model=settings.asr.model, language=settings.asr.language)
    return SessionConfig(audio=Audio(input=AudioInput(transcription=transcription, turn_detection=detection)))


def turn_taking(settings: Settings) -> TurnTaking:
    """Return how turns are taken where a client does not say it."""
    return TurnTaking(settings.segmenter, settings.turns)


def dialogue_options(settings: Settings) -> DialogueOptions:
    """Return the settings of the dialogue, with whole paths, and the project's own endpoints.yml where none is set."""
    options = settings.dialogue
    if options.tracker_path is not None:
        options = replace(options, tracker_path=settings.path(str(options.tracker_path)))
    if options.endpoints_path is not None:
        return replace(options, endpoints_path=settings.path(str(options.endpoints_path)))
    endpoints = settings.path(settings.paths.assistant) / "endpoints.yml"
    return replace(options, endpoints_path=endpoints) if endpoints.is_file() else options
