"""The lines that a person at a terminal reads about a turn."""

from typing import Any

import pytest

from server.client.narration import narrate, summarize
from server.client.realtime_client import Turn


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"type": "input_audio_buffer.speech_started", "audio_start_ms": 1250}, "speech started       at 1.25 s"),
        ({"type": "input_audio_buffer.speech_stopped", "audio_end_ms": 3000}, "speech stopped       at 3.00 s"),
        (
            {"type": "conversation.item.input_audio_transcription.delta", "delta": " is"},
            "hearing              is",
        ),
        ({"type": "conversation.item.input_audio_transcription.completed", "transcript": "hi"}, "'hi'"),
        ({"type": "response.output_text.delta", "delta": " Good day."}, "answer               Good day."),
        ({"type": "response.output_audio_transcript.delta", "delta": "Yes."}, "answer               Yes."),
        ({"type": "response.done", "response": {"status": "cancelled"}}, "cancelled"),
    ],
)
def test_an_event_worth_a_line_has_one_with_its_time(event: dict[str, Any], words: str) -> None:
    line = narrate(12.345, event)
    assert line is not None
    assert line.startswith("  12.35 s  ")
    assert words in line


@pytest.mark.parametrize("kind", ["response.output_audio.delta", "session.created", "error"])
def test_other_events_have_none(kind: str) -> None:
    assert narrate(0.0, {"type": kind}) is None


def test_a_summary_says_what_was_understood_cited_and_how_long_it_took() -> None:
    metadata = {
        "heedful.intent": "ask_product",
        "heedful.confidence": "0.990",
        "heedful.entities": '[{"name": "product", "value": "Kettle"}]',
        "heedful.sources": "product:kettle#price faq:b",
        "heedful.timings_ms": '{"asr": 12, "nlu": 5}',
    }
    spoken = Turn(metadata=metadata, speech_end_seconds=1.5, first_audio_seconds=2.25)
    assert summarize(spoken) == [
        "intent      ask_product (0.990)",
        "entities    product='Kettle'",
        "sources     product:kettle#price faq:b",
        "stages      asr 12 ms, nlu 5 ms",
        "waited      0.75 s from end of speech to the first sound",
    ]


def test_a_turn_without_any_of_it_has_dashes() -> None:
    assert [line.split(maxsplit=1)[1] for line in summarize(Turn())] == ["- (-)", "-", "-", "-"]
    assert "0.50 s from sending" in summarize(Turn(first_audio_seconds=0.5))[-1]
