"""The metadata of a turn, within the protocol's limits, and the order of the work."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.transcript import Transcript
from dialogue.reply import Reply
from nlu.interpretation import Entity, Intent, Interpretation
from server.input_audio import encode_audio
from server.pipeline import Assistant, TurnRunner, turn_metadata
from server.session import Session
from server.session_config import SessionConfig
from server.worker import Worker
from tests.fakes import CountingRecognizer, EchoUnderstanding, Samples, ToneSynthesizer, loud, silence
from tests.server.conftest import new_segmenter, new_telling_segmenter


def interpretation(entities: list[tuple[str, str]]) -> Interpretation:
    found = tuple(Entity(name, value, 0, 1, "test") for name, value in entities)
    return Interpretation("text", Intent("ask", 0.98765), (), found)


def test_what_was_understood_and_cited_is_told() -> None:
    reply = Reply(("Yes.",), ("product:a#price", "faq:b"), {}, ("action_answer_question",))
    told = turn_metadata(None, interpretation([("product", "Kettle")]), reply, {"asr": 12.6})
    assert told == {
        "heedful.intent": "ask",
        "heedful.confidence": "0.988",
        "heedful.entities": '[{"name": "product", "value": "Kettle"}]',
        "heedful.sources": "product:a#price faq:b",
        "heedful.actions": "action_answer_question",
        "heedful.timings_ms": '{"asr": 13}',
    }


@given(
    st.dictionaries(st.text(max_size=64), st.text(max_size=512), max_size=16),
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=700)), max_size=30),
    st.lists(st.text(min_size=1, max_size=60), max_size=40),
)
def test_the_protocols_limits_hold_and_nothing_of_the_clients_is_lost(
    client: dict[str, str], entities: list[tuple[str, str]], sources: list[str]
) -> None:
    told = turn_metadata(client, interpretation(entities), Reply((), tuple(sources)), {"asr": 1.0})
    assert len(told) <= 16
    assert all(len(key) <= 64 and len(value) <= 512 for key, value in told.items())
    assert client.items() <= told.items()
    if "heedful.entities" in told and "heedful.entities" not in client:
        json.loads(told["heedful.entities"])


class Kept:
    """An outbox that keeps everything."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def put(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    async def drained(self) -> None:
        """There is always room."""


class LongReply(EchoUnderstanding):
    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        return Reply(("First sentence. Second sentence.", "Third one."))


class NoisySynthesizer(ToneSynthesizer):
    def __init__(self) -> None:
        self.said: list[str] = []

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        self.said.append(text)
        return super().synthesize(text, speed)


def make_runner(assistant: Assistant) -> tuple[TurnRunner, Kept, Worker]:
    session = Session(SessionConfig(), assistant.new_segmenter, 0)
    outbox, worker = Kept(), Worker(1, 4)
    return TurnRunner(session, assistant, worker, outbox), outbox, worker


async def run_typed_turn(runner: TurnRunner, text: str) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    for frame in ({"type": "conversation.item.create", "item": item}, {"type": "response.create"}):
        for outputs in runner.session.receive(json.dumps(frame)):
            runner.carry_out(outputs)
    await runner.finished()


async def test_a_reply_is_spoken_sentence_by_sentence_text_before_sound() -> None:
    voice = NoisySynthesizer()
    runner, outbox, worker = make_runner(Assistant(CountingRecognizer(), LongReply(), voice, new_segmenter))
    await run_typed_turn(runner, "hello")
    worker.close()
    assert voice.said == ["First sentence.", "Second sentence.", "Third one."]
    deltas = [(e["type"].split(".")[1], e["delta"]) for e in outbox.events if e["type"].endswith(".delta")]
    texts = [text for kind, text in deltas if kind == "output_audio_transcript"]
    assert texts == ["First sentence.", " Second sentence.", " Third one."]
    assert [kind for kind, _ in deltas] == ["output_audio_transcript", "output_audio"] * 3
    assert outbox.events[-1]["response"]["output"][0]["content"][0]["transcript"] == "".join(texts)


class RecordingRecognizer(CountingRecognizer):
    def __init__(self) -> None:
        self.lengths: list[int] = []

    def transcribe(self, samples: Samples) -> Transcript:
        self.lengths.append(len(samples))
        return super().transcribe(samples)


async def hear(runner: TurnRunner, *pieces: Samples) -> None:
    """Pieces of 16 kHz audio, each given time to be worked on."""
    for piece in pieces:
        pcm = base64.b64encode(encode_audio(piece, 16_000, "audio/pcm")).decode()
        for outputs in runner.session.receive(json.dumps({"type": "input_audio_buffer.append", "audio": pcm})):
            runner.carry_out(outputs)
        await runner.finished()


async def test_an_utterance_is_recognised_once_during_the_silence_that_ends_it() -> None:
    recognizer = RecordingRecognizer()
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    await hear(runner, loud(0.5, 16_000), silence(0.3, 16_000), silence(0.4, 16_000))
    worker.close()
    assert len(recognizer.lengths) == 1
    transcripts = [e["transcript"] for e in outbox.events if e["type"].endswith("transcription.completed")]
    assert transcripts == [f"{round(recognizer.lengths[0] / 16)} milliseconds"]


async def test_speech_that_goes_on_after_a_pause_is_recognised_whole() -> None:
    recognizer = RecordingRecognizer()
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    await hear(runner, loud(0.5, 16_000), silence(0.3, 16_000), loud(0.5, 16_000), silence(0.7, 16_000))
    worker.close()
    first, last = recognizer.lengths
    assert last / 16_000 == pytest.approx(first / 16_000 + 0.8, abs=0.07)
    transcripts = [e["transcript"] for e in outbox.events if e["type"].endswith("transcription.completed")]
    assert transcripts == [f"{round(last / 16)} milliseconds"]


class WordRecognizer:
    """Hears a word in every 200 ms."""

    def transcribe(self, samples: Samples) -> Transcript:
        words = [f"w{number}" for number in range(len(samples) // 3200)]
        return Transcript(" ".join(words), "en", len(samples) / 16_000)


async def test_words_come_while_speech_goes_on_and_end_as_the_whole_transcript() -> None:
    assistant = Assistant(WordRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_telling_segmenter)
    runner, outbox, worker = make_runner(assistant)
    await hear(runner, *[loud(0.3, 16_000)] * 5, silence(0.7, 16_000))
    worker.close()
    kinds = [event["type"] for event in outbox.events]
    first_word = next(kind for kind in kinds if kind.endswith("transcription.delta"))
    assert kinds.index(first_word) < kinds.index("input_audio_buffer.speech_stopped")
    shown = "".join(e["delta"] for e in outbox.events if e["type"].endswith("transcription.delta"))
    (transcript,) = [e["transcript"] for e in outbox.events if e["type"].endswith("transcription.completed")]
    assert shown == transcript
    assert len(transcript.split()) >= 7


class BrokenRecognizer:
    def transcribe(self, samples: Samples) -> Any:
        raise RuntimeError("the model broke")


async def test_speech_that_cannot_be_recognised_is_told_and_the_turn_still_ends_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assistant = Assistant(BrokenRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    await hear(runner, loud(0.5, 16_000), silence(1.0, 16_000))
    worker.close()
    kinds = [event["type"] for event in outbox.events]
    assert kinds.count("conversation.item.input_audio_transcription.failed") == 1
    assert kinds.count("response.done") == 1
    assert "the model broke" in caplog.text
    assert "the model broke" not in json.dumps(outbox.events)
