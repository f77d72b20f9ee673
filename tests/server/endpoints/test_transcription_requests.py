"""Recordings in, text out, over real sockets with the stock client; stand-in models."""

import asyncio
import io
import json
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import soundfile
from openai import AsyncOpenAI, BadRequestError, InternalServerError
from starlette.datastructures import FormData, Headers, UploadFile

from asr.samples import Samples
from asr.segmentation.vad_segmenter import VadSegmenter
from asr.transcript import Hints, Transcript
from server.endpoints.errors import ApiError
from server.endpoints.transcription_requests import read_form
from server.options import LimitOptions, ServerOptions
from server.transport.app import App
from server.turns.file_transcription import Wishes
from tests.fakes import CountingRecognizer, LoudnessDetector, loud, silence
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask

RATE = 16_000


def talk(seconds: float = 1.0, form: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(
        file, np.concatenate([silence(0.5, RATE), loud(seconds, RATE), silence(1, RATE)]), RATE, format=form
    )
    return file.getvalue()


def limit(app: App, **limits: int) -> None:
    assert app.assistant is not None
    app.assistant = replace(app.assistant, limits=LimitOptions(**limits))


def client(address: str) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="sesame", base_url=f"http://{address}/v1", max_retries=0)


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
async def test_the_stock_client_gets_the_text_in_every_form(form: str) -> None:
    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (_, address), client(address) as openai:
        file = (f"talk.{form.lower()}", talk(form=form))
        plain = await openai.audio.transcriptions.create(file=file, model="whisper-1")
        text: Any = await openai.audio.transcriptions.create(file=file, model="whisper-1", response_format="text")
        verbose = await openai.audio.transcriptions.create(
            file=file, model="whisper-1", response_format="verbose_json", timestamp_granularities=["word", "segment"]
        )
        subtitles: Any = await openai.audio.transcriptions.create(file=file, model="any", response_format="srt")
    assert plain.text.endswith("milliseconds")
    assert text == f"{plain.text}\n"
    assert verbose.text == plain.text
    assert verbose.duration == pytest.approx(2.5, abs=0.1)
    assert verbose.segments is not None
    assert len(verbose.segments) == 1
    assert "-->" in subtitles


async def test_a_long_recording_comes_as_it_is_recognised() -> None:
    parts = [part for _ in range(14) for part in (loud(4, RATE), silence(1, RATE))]
    file = io.BytesIO()
    soundfile.write(file, np.concatenate(parts), RATE, format="FLAC")
    async with serving() as (_, address), client(address) as openai:
        stream = await openai.audio.transcriptions.create(file=("talk.flac", file.getvalue()), model="m", stream=True)
        events = [event async for event in stream]
    kinds = [event.type for event in events]
    assert kinds == ["transcript.text.delta"] * (len(kinds) - 1) + ["transcript.text.done"]
    assert len(kinds) > 3
    assert "".join(event.delta for event in events[:-1]) == events[-1].text


@pytest.mark.parametrize(
    ("content", "limits", "code"),
    [
        (b"", {}, "invalid_audio"),
        (b"no sound", {}, "invalid_audio"),
        (talk(4), {"max_recording_seconds": 2}, "audio_too_long"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_what_cannot_be_recognised_is_refused(
    content: bytes, limits: dict[str, int], code: str, stream: bool
) -> None:
    async with serving() as (app, address), client(address) as openai:
        limit(app, **limits)
        with pytest.raises(BadRequestError) as refused:
            await openai.audio.transcriptions.create(file=("talk.wav", content), model="m", stream=stream)
    assert (refused.value.code, refused.value.param) == (code, "file")
    assert "talk.wav" in refused.value.message


async def test_an_upload_beyond_the_limit_is_refused_and_the_next_one_is_taken() -> None:
    async with serving() as (app, address), client(address) as openai:
        limit(app, max_upload_bytes=100_000)
        large = await ask(address, "POST", "/v1/audio/transcriptions", bytes(2 * 2**20))
        assert (large.status, large.error["code"]) == (413, "request_too_large")
        assert (await openai.audio.transcriptions.create(file=("t.wav", talk()), model="m")).text


async def test_only_so_many_recordings_are_worked_on_at_a_time() -> None:
    class Gated(CountingRecognizer):
        entered, gate = threading.Event(), threading.Event()

        def transcribe(self, samples: Samples) -> Transcript:
            self.entered.set()
            assert self.gate.wait(10)
            return super().transcribe(samples)

    async with serving() as (app, address), client(address) as openai:
        limit(app, max_requests=1)
        assert app.assistant is not None
        app.assistant = replace(app.assistant, recognizer=Gated())
        first = asyncio.create_task(openai.audio.transcriptions.create(file=("a.wav", talk()), model="m"))
        assert await asyncio.to_thread(Gated.entered.wait, 10)
        with pytest.raises(InternalServerError) as refused:
            await openai.audio.transcriptions.create(file=("b.wav", talk()), model="m")
        assert (refused.value.status_code, refused.value.code) == (503, "server_busy")
        Gated.gate.set()
        assert (await first).text
        assert (await openai.audio.transcriptions.create(file=("b.wav", talk()), model="m")).text


async def test_silence_is_told() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(RATE), RATE, format="WAV")
    async with serving() as (_, address), client(address) as openai:
        raw = await openai.audio.transcriptions.with_raw_response.create(file=("s.wav", file.getvalue()), model="m")
    assert json.loads(raw.text)["text"] == ""
    assert "digital silence" in json.loads(raw.text)["note"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
        ),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(content_type: str, body: bytes) -> None:
    async with serving() as (_, address):
        answer = await ask(address, "POST", "/v1/audio/transcriptions", body, Content_Type=content_type)
    assert answer.status == 400
    assert answer.error["message"]


def form(*fields: tuple[str, str]) -> FormData:
    file = UploadFile(io.BytesIO(b"x"), filename="talk.wav", headers=Headers())
    return FormData([("file", file), *fields])


def test_wishes_are_read_with_brackets_or_without() -> None:
    asked = read_form(
        form(("language", "EN"), ("prompt", "Pulse Buds, kettle."), ("keywords[]", "Mira"), ("stream", "true"))
    )
    assert asked.wishes == Wishes(Hints("en", ("Mira", "Pulse Buds", "kettle")))
    assert (asked.format, asked.streams) == ("json", True)
    assert read_form(form(("timestamp_granularities[]", "word"))).wishes == Wishes(words=True)
    others = form(("languages", "de"), ("temperature", "0.2"), ("vad_filter", "true"))
    assert read_form(others).wishes == Wishes(Hints("de"))


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (("response_format", "diarized_json"), "response_format"),
        (("timestamp_granularities[]", "letter"), "timestamp_granularities"),
        (("include[]", "logprobs"), "include"),
        (("known_speaker_names[]", "Ann"), "known_speaker_names"),
        (("prompt", "x" * 20_000), "prompt"),
    ],
)
def test_what_would_change_the_answer_and_is_not_done_here_is_refused(field: tuple[str, str], named: str) -> None:
    with pytest.raises(ApiError, match=named) as refused:
        read_form(form(field))
    assert refused.value.param == named


def test_two_languages_are_refused() -> None:
    with pytest.raises(ApiError, match="de, en"):
        read_form(form(("languages[]", "en"), ("languages[]", "de")))


class GatedDetector(LoudnessDetector):
    """Waits to be let go on, and counts the seconds that it listens to."""

    def __init__(self) -> None:
        self.entered, self.gate = threading.Event(), threading.Event()
        self.seconds = 0.0

    def probabilities(self, samples: Samples) -> Samples:
        self.entered.set()
        assert self.gate.wait(10)
        self.seconds += len(samples) / RATE
        return super().probabilities(samples)


async def test_hours_of_silence_are_given_up_when_their_client_has_gone() -> None:
    detector, hour = GatedDetector(), 3600
    quiet = io.BytesIO()
    soundfile.write(quiet, silence(hour, 8000), 8000, format="FLAC")
    async with serving() as (app, address):
        assert app.assistant is not None
        app.assistant = replace(app.assistant, new_segmenter=lambda options: VadSegmenter(options, detector))
        async with client(address) as openai:
            sent = ("a.flac", quiet.getvalue())
            waiting = asyncio.create_task(openai.audio.transcriptions.create(file=sent, model="m"))
            assert await asyncio.to_thread(detector.entered.wait, 10)
            waiting.cancel()
        detector.gate.set()
        await asyncio.wait_for(app.drain(), 10)
    assert detector.seconds < hour / 2
