"""Sessions and servers on stand-in models."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from asr.audio.sample_codec import encode_pcm16
from asr.options import SegmenterOptions
from asr.samples import Samples
from asr.segmentation.vad_segmenter import VadSegmenter
from server.options import LimitOptions, ServerOptions
from server.protocol.input_audio import NewSegmenter
from server.protocol.outputs import Output, Send
from server.protocol.session import Session
from server.protocol.turn_taking import TurnTaking
from server.telemetry.meter import Meter
from server.transport.app import App
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig
from tests.fakes import CountingRecognizer, EchoUnderstanding, LoudnessDetector, ToneSynthesizer


def append(samples: Samples) -> str:
    """An append frame with these 24 kHz samples."""
    audio = base64.b64encode(encode_pcm16(samples)).decode()
    return json.dumps({"type": "input_audio_buffer.append", "audio": audio})


def new_segmenter(options: SegmenterOptions) -> VadSegmenter:
    """Without parts of running speech: tests of those ask for them."""
    return VadSegmenter(replace(options, partial_ms=0), LoudnessDetector())


def new_telling_segmenter(options: SegmenterOptions) -> VadSegmenter:
    return VadSegmenter(options, LoudnessDetector())


def make_session(
    segmenter: NewSegmenter = new_segmenter,
    turn_taking: TurnTaking | None = None,
    limits: LimitOptions | None = None,
    max_turns: int = 32,
    languages: frozenset[str] | None = None,
    **config: Any,
) -> Session:
    numbers: dict[str, int] = {}

    def make_id(prefix: str) -> str:
        numbers[prefix] = numbers.get(prefix, 0) + 1
        return f"{prefix}_{numbers[prefix]}"

    return Session(
        SessionConfig(**config),
        segmenter,
        1_800_000_000,
        make_id,
        turn_taking or TurnTaking(),
        limits or LimitOptions(),
        max_turns=max_turns,
        languages=languages,
    )


class Driver:
    """Feeds a session and keeps what comes out: `events` to send, `work` to do.

    `rate_limits` are apart from the events: one follows each response, and few tests are about it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events: list[dict[str, Any]] = []
        self.rate_limits: list[dict[str, Any]] = []
        self.work: list[Output] = []
        self.take(session.start())

    def take(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Send):
                limits = output.event["type"] == "rate_limits.updated"
                (self.rate_limits if limits else self.events).append(output.event)
            else:
                self.work.append(output)

    def send(self, frame: dict[str, Any] | str | bytes) -> list[dict[str, Any]]:
        """The events that answer a frame."""
        before = len(self.events)
        for outputs in self.session.receive(json.dumps(frame) if isinstance(frame, dict) else frame):
            self.take(outputs)
        return self.events[before:]

    def detect(self, **detection: Any) -> None:
        """Set the turn detection."""
        audio = {"input": {"turn_detection": detection}}
        events = self.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
        assert [event["type"] for event in events] == ["session.updated"]

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


@pytest.fixture
def driver() -> Driver:
    return Driver(make_session())


@asynccontextmanager
async def serving(
    understanding: Any = None,
    options: ServerOptions | None = None,
    worker: Worker | None = None,
    meter: Meter | None = None,
) -> AsyncIterator[tuple[App, str]]:
    """A server on a free port with stand-in models; gives the app and its `host:port`."""
    worker = worker or Worker(2, 8)
    app = App(options or ServerOptions(port=0), SessionConfig(), worker, meter=meter or Meter())
    app.take(Assistant(CountingRecognizer(), understanding or EchoUnderstanding(), ToneSynthesizer(), new_segmenter))
    async with app.listen() as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        yield app, f"{host}:{port}"
    worker.close()
