"""The way of one turn: the order of its work, how it ends, and what is left of it."""

import asyncio
import base64
import gc
import json
import logging
import threading
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np
import pytest

from asr.audio.resampler import Resampler
from asr.samples import Samples
from asr.transcript import Recognizer, Transcript
from dialogue.client_tools import NO_TOOLS, ToolOffer
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from server.bootstrap import load_recognizer, segmenter_factory
from server.protocol.session import Session
from server.protocol.turn_taking import TurnOptions, TurnTaking
from server.settings import Settings
from server.turns.fair_line import Place, Urgency
from server.turns.pipeline import Assistant, TurnRunner
from server.turns.speech import HibariSynthesizer
from server.turns.worker import Call, Worker
from server.wire.audio_formats import SPEECH_RATE_HZ, encode_audio
from server.wire.session_config import Audio, AudioInput, SemanticVad, ServerVad, SessionConfig
from tests.fakes import CountingRecognizer, EachByItself, EchoUnderstanding, ToneSynthesizer, loud, silence
from tests.server.conftest import new_segmenter, new_telling_segmenter

P = ParamSpec("P")
R = TypeVar("R")


class Kept:
    """An outbox that keeps everything but the rate limits that follow each response."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def put(self, event: dict[str, Any]) -> None:
        if event["type"] != "rate_limits.updated":
            self.events.append(event)

    def wait_for(self, done: asyncio.Task[None]) -> None:
        """Nothing is kept."""

    async def drained(self) -> None:
        """There is always room."""


class LongReply(EchoUnderstanding):
    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        return Reply(("First sentence. Second sentence.", "Third one."))


class NoisySynthesizer(ToneSynthesizer):
    def __init__(self) -> None:
        self.said: list[str] = []

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        self.said.append(text)
        return super().synthesize(text, speed)


def make_runner(
    assistant: Assistant,
    detection: ServerVad | SemanticVad | None = ServerVad(),  # noqa: B008 - frozen
    kind: Literal["realtime", "transcription"] = "realtime",
    worker: Worker | None = None,
) -> tuple[TurnRunner, Kept, Worker]:
    config = SessionConfig(type=kind, audio=Audio(input=AudioInput(turn_detection=detection)))
    session = Session(config, assistant.new_segmenter, 0, turn_taking=assistant.turn_taking)
    outbox, worker = Kept(), worker or Worker(1, 4)
    return TurnRunner(session, assistant, worker, outbox), outbox, worker


def receive_now(runner: TurnRunner, frame: dict[str, Any]) -> None:
    for outputs in runner.session.receive(json.dumps(frame)):
        runner.carry_out(outputs)


def answer_now(runner: TurnRunner, **content: str) -> None:
    item = {"type": "message", "role": "user", "content": [content]}
    receive_now(runner, {"type": "conversation.item.create", "item": item})
    receive_now(runner, {"type": "response.create"})


def type_now(runner: TurnRunner, text: str) -> None:
    answer_now(runner, type="input_text", text=text)


async def run_typed_turn(runner: TurnRunner, text: str) -> None:
    type_now(runner, text)
    await runner.finished()


def pcm(samples: Samples) -> str:
    """16 kHz audio, as it is sent."""
    return base64.b64encode(encode_audio(samples, 16_000, "audio/pcm")).decode()


class NotingWorker(Worker):
    """Notes how urgent the calls are."""

    def __init__(self) -> None:
        super().__init__(1, 8)
        self.urgencies: list[Urgency] = []

    def line_up(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        self.urgencies.append(place.urgency)
        return super().line_up(place, function, *args, **kwargs)


class SlowSpeaker(ToneSynthesizer):
    """Takes a second and a half for each sentence."""

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        return np.ones(36_000, np.float32) / 8


async def test_a_sentence_that_is_played_much_later_is_not_urgent() -> None:
    worker = NotingWorker()
    runner, outbox, _ = make_runner(
        Assistant(CountingRecognizer(), LongReply(), SlowSpeaker(), new_segmenter), worker=worker
    )
    runner.now = lambda: 0.0
    await hear(runner, loud(0.5, 16_000), silence(1, 16_000))
    worker.close()
    assert worker.urgencies[-3:] == [Urgency.LIVE, Urgency.LIVE, Urgency.TYPED]
    assert outbox.events[-1]["response"]["status"] == "completed"


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


class Interrupting(Kept):
    """An outbox whose client sends a frame, about the last reply, as soon as it hears a sound."""

    def __init__(self, frame: dict[str, Any]) -> None:
        super().__init__()
        self.frame = frame
        self.runner: TurnRunner | None = None

    async def drained(self) -> None:
        if runner := self.runner:
            self.runner = None
            about = {"item_id": self.events[-1]["item_id"]} if "content_index" in self.frame else {}
            receive_now(runner, self.frame | about)


async def interrupt(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a typed turn that a client's frame interrupts."""
    assistant = Assistant(CountingRecognizer(), LongReply(), ToneSynthesizer(), new_segmenter)
    runner, _, worker = make_runner(assistant)
    outbox = Interrupting(frame)
    outbox.runner, runner.outbox = runner, outbox
    await run_typed_turn(runner, "hello")
    worker.close()
    return outbox.events


async def test_a_cancelled_reply_says_what_was_understood() -> None:
    done = (await interrupt({"type": "response.cancel"}))[-1]["response"]
    assert done["status"] == "cancelled"
    assert done["metadata"]["heedful.intent"] == LongReply().interpret("hello").intent.name


async def test_a_reply_that_is_truncated_while_it_is_made_ends_with_the_words_heard() -> None:
    truncate = {"type": "conversation.item.truncate", "content_index": 0, "audio_end_ms": 100}  # half of the sentence
    done, truncated = (await interrupt(truncate))[-2:]
    assert truncated["type"] == "conversation.item.truncated"
    assert done["response"]["output"][0]["content"][0]["transcript"] == "First"


class RecordingRecognizer(CountingRecognizer):
    def __init__(self) -> None:
        self.lengths: list[int] = []

    def transcribe(self, samples: Samples) -> Transcript:
        self.lengths.append(len(samples))
        return super().transcribe(samples)


def append_now(runner: TurnRunner, *pieces: Samples) -> None:
    """Pieces of 16 kHz audio."""
    for piece in pieces:
        receive_now(runner, {"type": "input_audio_buffer.append", "audio": pcm(piece)})


async def hear(runner: TurnRunner, *pieces: Samples) -> None:
    """Pieces of 16 kHz audio, each given time to be worked on."""
    for piece in pieces:
        append_now(runner, piece)
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


class WordRecognizer(EachByItself):
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


SEMANTIC = SemanticVad(type="semantic_vad")


class SayingRecognizer(EachByItself):
    """Hears the texts that it was made with, whatever the sound; the last one again and again."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def transcribe(self, samples: Samples) -> Transcript:
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        return Transcript(text, "en", len(samples) / 16_000)


def heard(outbox: Kept) -> list[str]:
    return [e["transcript"] for e in outbox.events if e["type"].endswith("transcription.completed")]


async def test_a_complete_turn_is_answered_as_soon_as_its_words_are_known() -> None:
    recognizer = SayingRecognizer("Where is my order?", "the recording was recognised twice")
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, SEMANTIC)
    await hear(runner, loud(0.5, 16_000), silence(0.5, 16_000))
    worker.close()
    assert heard(outbox) == ["Where is my order?"]
    assert outbox.events[-1]["type"] == "response.done"


async def test_an_unfinished_turn_waits_for_the_rest_of_its_sentence() -> None:
    recognizer = SayingRecognizer("I would like the", "I would like the kettle.")
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, SEMANTIC)
    await hear(runner, loud(0.5, 16_000), silence(0.5, 16_000), silence(3, 16_000))
    assert heard(outbox) == []
    await hear(runner, loud(0.5, 16_000), silence(0.5, 16_000))
    worker.close()
    assert heard(outbox) == ["I would like the kettle."]


async def test_a_pause_in_which_a_turn_was_held_open_is_not_heard() -> None:
    recognizer = RecordingRecognizer()
    patient = ServerVad(silence_duration_ms=2500)
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, patient)
    await hear(runner, loud(0.512, 16_000), silence(2.048, 16_000), loud(0.512, 16_000), silence(3, 16_000))
    worker.close()
    spoken = round(recognizer.lengths[-1] / 16)
    assert heard(outbox) == [f"{spoken} milliseconds"]
    assert spoken < 0.512 * 2000 + 600 + 900


class GatedRecognizer(SayingRecognizer):
    """Goes on only once the gate is open."""

    def __init__(self, *texts: str) -> None:
        super().__init__(*texts)
        self.entered, self.gate = threading.Event(), threading.Event()

    def transcribe(self, samples: Samples) -> Transcript:
        self.entered.set()
        assert self.gate.wait(timeout=10)
        return super().transcribe(samples)


async def test_a_pause_is_judged_though_the_only_thread_is_still_at_the_words_before_it() -> None:
    recognizer = GatedRecognizer("Where is", "Where is my order?")
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_telling_segmenter)
    runner, outbox, worker = make_runner(assistant, SEMANTIC)
    append_now(runner, loud(0.5, 16_000))
    assert recognizer.entered.wait(timeout=10)
    append_now(runner, silence(0.5, 16_000))
    recognizer.gate.set()
    await hear(runner, silence(0.1, 16_000))
    worker.close()
    assert heard(outbox) == ["Where is my order?"]


@pytest.mark.heavy
async def test_a_sentence_that_breaks_off_is_one_turn_with_the_real_models(settings: Settings) -> None:
    voice = HibariSynthesizer()
    assistant = Assistant(load_recognizer(settings), EchoUnderstanding(), voice, segmenter_factory())
    runner, outbox, worker = make_runner(assistant, SEMANTIC)
    for text in ("I would like a large coffee with", "two sugars please."):
        spoken = Resampler(SPEECH_RATE_HZ, 16_000).push(voice.synthesize(text))
        await hear(runner, spoken, silence(0.5, 16_000), silence(1.5, 16_000))
        await hear(runner, silence(0.1, 16_000))
    worker.close()
    (transcript,) = heard(outbox)
    assert {"coffee", "sugars"} <= set(transcript.lower().rstrip(".").replace(",", "").split())


def hold(worker: Worker, free: threading.Event) -> Call[bool]:
    """Keep a thread busy until it is let go."""
    return worker.line_up(worker.lane().place(Urgency.LIVE), free.wait, 10)


async def test_where_no_thread_is_free_the_middling_silence_ends_the_turn() -> None:
    recognizer = SayingRecognizer("I would like the")
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, SEMANTIC)
    free = threading.Event()
    busy = hold(worker, free)
    append_now(runner, loud(0.5, 16_000), silence(0.9, 16_000))
    assert "input_audio_buffer.speech_stopped" not in [event["type"] for event in outbox.events]
    append_now(runner, silence(0.2, 16_000))
    assert "input_audio_buffer.speech_stopped" in [event["type"] for event in outbox.events]
    free.set()
    await busy.outcome
    await runner.finished()
    worker.close()


class CitingUnderstanding(EchoUnderstanding):
    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        self.turns[conversation_id] = self.turns.get(conversation_id, 0) + 1
        return Reply(("The kettle is $40.", "Anything else?"), ("product:kettle#price",), ("action_answer",))


def spoken_texts(outbox: Kept) -> list[str]:
    items = [event["response"]["output"] for event in outbox.events if event["type"] == "response.done"]
    return [item["content"][0]["transcript"] for output in items for item in output]


async def test_to_a_silent_user_the_last_reply_is_said_again_with_its_sources() -> None:
    understanding = CitingUnderstanding()
    assistant = Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, ServerVad(idle_timeout_ms=1000))
    await hear(runner, loud(0.5, 16_000), silence(0.7, 16_000))
    await hear(runner, silence(2.0, 16_000))
    worker.close()
    first, again = spoken_texts(outbox)
    assert first == again == "The kettle is $40. Anything else?"
    metadata = outbox.events[-1]["response"]["metadata"]
    assert metadata["heedful.sources"] == "product:kettle#price"
    assert metadata["heedful.intent"] == metadata["heedful.actions"] == ""
    assert list(understanding.turns.values()) == [1]  # the dialogue was not bothered


async def test_a_silent_user_can_be_left_to_the_dialogue() -> None:
    turn_taking = TurnTaking(options=TurnOptions(idle_message="/silence"))
    assistant = Assistant(CountingRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter, turn_taking)
    runner, outbox, worker = make_runner(assistant, ServerVad(idle_timeout_ms=1000))
    await hear(runner, loud(0.5, 16_000), silence(0.7, 16_000))
    await hear(runner, silence(2.0, 16_000))
    worker.close()
    assert spoken_texts(outbox)[1] == "You said /silence. That was turn 2."


class BrokenRecognizer(EachByItself):
    def transcribe(self, samples: Samples) -> Any:
        raise RuntimeError("the model broke")


async def test_speech_that_cannot_be_recognised_is_reported_and_the_turn_still_ends_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assistant = Assistant(BrokenRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    with caplog.at_level(logging.INFO):
        await hear(runner, loud(0.5, 16_000), silence(1.0, 16_000))
    worker.close()
    kinds = [event["type"] for event in outbox.events]
    (turn,) = [vars(record)["turn"] for record in caplog.records if record.getMessage().endswith(": failed")]
    assert [event["response"]["id"] for event in outbox.events if event["type"] == "response.done"] == [turn]
    assert kinds.count("conversation.item.input_audio_transcription.failed") == 1
    assert kinds.count("response.done") == 1
    assert "the model broke" in caplog.text
    assert "the model broke" not in json.dumps(outbox.events)


def held_by(runner: TurnRunner) -> int:
    """How many objects can be reached from it, other than the items of the conversation and what others own."""
    shared = (runner.outbox, runner.worker, runner.assistant, runner.session.conversation)
    seen, found = {id(thing) for thing in shared}, [runner]
    for thing in found:
        for other in gc.get_referents(thing):
            if id(other) not in seen and not isinstance(other, type | ModuleType | FunctionType):
                seen.add(id(other))
                found.append(other)
    return len(found)


async def commit_often(runner: TurnRunner, count: int, *, delete: bool) -> None:
    """Utterances that the client commits; `delete`: it takes each item out again."""
    for _ in range(count):
        append_now(runner, loud(0.12, 16_000))
        receive_now(runner, {"type": "input_audio_buffer.commit"})
        await runner.finished()
        if delete:
            receive_now(runner, {"type": "conversation.item.delete", "item_id": runner.session.conversation.last_id})


@pytest.mark.parametrize("recognizer", [CountingRecognizer(), BrokenRecognizer()])
@pytest.mark.parametrize(("kind", "delete"), [("transcription", False), ("realtime", True)])
async def test_utterances_that_nobody_answers_leave_nothing_behind(
    recognizer: Recognizer, kind: Literal["transcription", "realtime"], delete: bool
) -> None:
    assistant = Assistant(recognizer, EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant, None, kind)
    await commit_often(runner, 2, delete=delete)
    before = held_by(runner)
    await commit_often(runner, 20, delete=delete)
    after = held_by(runner)
    worker.close()
    assert sum(event["type"] == "input_audio_buffer.committed" for event in outbox.events) == 22
    assert after - before < 20  # one thing of each utterance would be as many


async def test_the_conversation_of_an_out_of_band_response_ends_with_it() -> None:
    understanding = EchoUnderstanding()
    assistant = Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    aside = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "aside"}]}
    receive_now(runner, {"type": "response.create", "response": {"conversation": "none", "input": [aside]}})
    await runner.finished()
    assert spoken_texts(outbox) == ["You said aside. That was turn 1."]
    assert understanding.turns == {}
    await run_typed_turn(runner, "hello")
    assert list(understanding.turns) == [runner.session.conversation_id]
    await runner.close()
    assert understanding.turns == {}
    worker.close()


async def test_a_recording_that_failed_fails_one_response_and_not_the_next() -> None:
    assistant = Assistant(BrokenRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    content = [{"type": "input_text", "text": "hello"}, {"type": "input_audio", "audio": pcm(loud(0.1, 16_000))}]
    item = {"type": "message", "role": "user", "content": content}
    receive_now(runner, {"type": "conversation.item.create", "item": item})
    await runner.finished()
    for _ in range(2):
        receive_now(runner, {"type": "response.create", "response": {"conversation": "none"}})
        await runner.finished()
    worker.close()
    responses = [event["response"] for event in outbox.events if event["type"] == "response.done"]
    assert [response["status"] for response in responses] == ["failed", "completed"]
    assert "recognising the speech" in responses[0]["status_details"]["error"]["message"]
    assert spoken_texts(outbox) == ["You said hello. That was turn 1."]


class Forgetful(EchoUnderstanding):
    """Cannot drop a conversation whose store is away."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def forget(self, conversation_id: str) -> None:
        self.asked.append(conversation_id)
        raise OSError("the store is away")


async def test_a_conversation_that_cannot_be_forgotten_is_logged_and_keeps_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    understanding = Forgetful()
    assistant = Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    runner, outbox, worker = make_runner(assistant)
    await run_typed_turn(runner, "hello")
    await runner.close()
    worker.close()
    assert outbox.events[-1]["response"]["status"] == "completed"
    assert understanding.asked == [runner.session.conversation_id]
    assert runner.session.conversation_id in caplog.text


class ListingUnderstanding(EchoUnderstanding):
    """Keeps what it interpreted, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.interpreted: list[str] = []

    def interpret(self, text: str) -> Interpretation:
        self.interpreted.append(text)
        return super().interpret(text)


class ListedRecognizer(CountingRecognizer):
    def __init__(self, order: list[str]) -> None:
        self.order = order

    def transcribe(self, samples: Samples) -> Transcript:
        transcript = super().transcribe(samples)
        self.order.append(f"heard {transcript.text}")
        return transcript


async def test_live_speech_goes_before_recordings_and_these_before_typed_text() -> None:
    understanding, worker, free = ListingUnderstanding(), Worker(1, 4), threading.Event()
    order = understanding.interpreted
    recognizer = ListedRecognizer(order)
    assistant = Assistant(recognizer, understanding, ToneSynthesizer(), new_segmenter)
    runners = [make_runner(assistant, worker=worker)[0] for _ in range(3)]
    typing, putting_in, speaking = runners
    hold(worker, free)
    type_now(typing, "typed")
    answer_now(putting_in, type="input_audio", audio=pcm(loud(2, 16_000)))
    append_now(speaking, loud(0.5, 16_000), silence(0.7, 16_000))
    free.set()
    await asyncio.gather(*(runner.finished() for runner in runners))
    worker.close()
    assert order[0].startswith("heard")
    assert order[0] != "heard 2000 milliseconds"
    assert order.index("heard 2000 milliseconds") < order.index("typed")


def ask_aside(runner: TurnRunner, text: str) -> None:
    aside = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    receive_now(runner, {"type": "response.create", "response": {"conversation": "none", "input": [aside]}})


async def test_a_session_that_asks_for_too_much_is_refused_and_the_others_are_answered_in_turn() -> None:
    understanding, worker, free = ListingUnderstanding(), Worker(1, 4), threading.Event()
    assistant = Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    greedy, got, _ = make_runner(assistant, worker=worker)
    polite, polite_got, _ = make_runner(assistant, worker=worker)
    hold(worker, free)
    for number in range(5):
        ask_aside(greedy, f"greedy {number}")
    await asyncio.sleep(0)
    type_now(polite, "polite")
    await asyncio.sleep(0)
    free.set()
    await asyncio.gather(greedy.finished(), polite.finished())
    worker.close()
    refused, *answered = [event["response"] for event in got.events if event["type"] == "response.done"]
    assert refused["status_details"]["error"]["code"] == "server_busy"
    assert "4 turns" in refused["status_details"]["error"]["message"]
    assert [response["status"] for response in answered] == ["completed"] * 4
    assert polite_got.events[-1]["response"]["status"] == "completed"
    assert understanding.interpreted[:2] == ["greedy 0", "polite"]


async def test_a_response_that_is_cancelled_before_it_has_a_thread_is_never_worked_on() -> None:
    understanding, worker, free = ListingUnderstanding(), Worker(1, 4), threading.Event()
    assistant = Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    runner, outbox, _ = make_runner(assistant, worker=worker)
    busy = hold(worker, free)
    type_now(runner, "never mind")
    await asyncio.sleep(0)
    receive_now(runner, {"type": "response.cancel"})
    free.set()
    await busy.outcome
    await runner.finished()
    worker.close()
    assert understanding.interpreted == []
    assert [e["response"]["status"] for e in outbox.events if e["type"] == "response.done"] == ["cancelled"]


class Failing(EchoUnderstanding):
    """Fails in the turns whose numbers are given."""

    def __init__(self, *failures: int) -> None:
        super().__init__()
        self.calls = 0
        self.failures = failures

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        self.calls += 1
        if self.calls in self.failures:
            raise RuntimeError("this turn fails")
        return super().respond(conversation_id, interpretation)


@pytest.mark.parametrize("failures", [(), (2,), (3,), (2, 3, 4)])
async def test_a_turn_that_is_answered_anew_counts_once(failures: tuple[int, ...]) -> None:
    understanding = Failing(*failures)
    runner, outbox, worker = make_runner(
        Assistant(CountingRecognizer(), understanding, ToneSynthesizer(), new_segmenter)
    )
    await run_typed_turn(runner, "hello")
    await run_typed_turn(runner, "good day")
    for _ in range(3):
        receive_now(runner, {"type": "response.create"})
        await runner.finished()
    worker.close()
    done = [event["response"] for event in outbox.events if event["type"] == "response.done"]
    assert [response["status"] for response in done].count("failed") == len(failures)
    assert done[-1]["output"][0]["content"][0]["transcript"].endswith("good day. That was turn 2.")
    assert understanding.turns == {runner.session.conversation_id: 2}
