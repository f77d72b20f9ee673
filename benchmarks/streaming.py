"""Recognition as it is lived: words on the screen, the wait for the final text, many at once. Part of `make bench-asr`.

A server of its own is streamed the public clips in ../shared/bench/asr over real websockets at the pace of speech, in
transcription sessions. The same sound is cut and recognised here beforehand, without a clock: that tells what the
final texts must be and when each word was spoken (its end, by `asr.words`).
"""

import argparse
import asyncio
import base64
import contextlib
import difflib
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from websockets.asyncio.client import ClientConnection, connect

from asr.audio.audio_files import read_audio
from asr.longform import ThoroughRecognizer
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.speech_events import SpeechStarted, SpeechStopped
from asr.transcript import Transcript
from benchmarks.asr import DATA, read_entries
from benchmarks.turns import resident_mib
from server.bootstrap import load_aligner, load_recognizer, segmenter_factory
from server.client.demo import LocalServer, free_port, running_server
from server.defaults import session_defaults, turn_taking
from server.protocol.input_audio import InputAudio
from server.settings import Settings, load_settings
from server.wire.audio_formats import encode_audio

CHUNK_MS = 40
CHUNK_BYTES = CHUNK_MS * 24_000 * 2 // 1000
GAP_SECONDS = 1.2  # between clips; the silence that ends a turn is shorter
QUIET = 5e-4  # the noise of a quiet microphone, -66 dB
SHORT_SECONDS = 6.0
LONGEST_CLIP_SECONDS = 15.0
PATIENCE_SECONDS = 20.0  # for final texts after the last sound
SILENT_SECONDS = 6.0
PARTS = ("silence", "alone", "many")
SETS = ("command", "misc", "barista", "read")
EVENT = "conversation.item.input_audio_transcription"


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance as recognised offline: its text, its length, and its words with the end of each in the track."""

    text: str
    seconds: float
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Track:
    """What one microphone picks up: 24 kHz PCM, and the utterances in it."""

    pcm: bytes
    utterances: tuple[Spoken, ...]

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.pcm) / 48_000


@dataclass(slots=True)
class Shown:
    """What a client saw of one utterance; times are seconds since it began to stream."""

    words: list[tuple[str, float]] = field(default_factory=list)
    text: str = ""
    ended: float = 0.0  # when the last of the silence that ended it was sent
    final: float | None = None

    @property
    def lag_ms(self) -> float:
        """How long the final text came after the end of the turn."""
        assert self.final is not None
        return (self.final - self.ended) * 1000


@dataclass(slots=True)
class Heard:
    """What came of a track."""

    track: Track
    shown: dict[str, Shown] = field(default_factory=dict)  # by item, in the order they were committed
    errors: list[str] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)  # when each chunk was
    complete: asyncio.Event = field(default_factory=asyncio.Event)  # all final texts have come

    @property
    def finals(self) -> list[Shown]:
        """The utterances whose final text came."""
        return [one for one in self.shown.values() if one.final is not None]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=8, help="how many speak at once")
    parser.add_argument("--seconds", type=float, default=100.0, help="how long one speaks; many speak half of it")
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS, help="what to measure")
    parser.add_argument("--model", help="tiny.en, base or a path; else that of heedful.toml")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark clips are absent: {DATA}")
    os.environ.update({"HEEDFUL_ASR_MODEL": arguments.model} if arguments.model else {})
    settings = load_settings()
    lengths = [arguments.seconds] if "alone" in arguments.parts else []
    lengths += [arguments.seconds / 2] * arguments.streams if "many" in arguments.parts else []
    tracks = make_tracks(settings, lengths)
    at = settings.server
    local = LocalServer(at.host, free_port(at.host), at.api_key, settings.folder, settings.file)
    url = f"ws://{local.address}/v1/realtime?intent=transcription"
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; Whisper {settings.asr.model}", flush=True)
    with running_server(local) as server:
        for count in (0, 1, arguments.streams) if "silence" in arguments.parts else ():
            report_silence(count, asyncio.run(silence(url, settings, server.process_id, count)))
        if "alone" in arguments.parts:
            alone, *tracks = tracks
            print(f"--- one stream, {alone.seconds:.0f} s", flush=True)
            report_alone(asyncio.run(listen(url, settings, [alone]))[0])
        if "many" in arguments.parts:
            print(f"--- {len(tracks)} streams at once, {max(track.seconds for track in tracks):.0f} s", flush=True)
            report_many(asyncio.run(listen(url, settings, tracks)))
        print(f"{'memory of the server afterwards':42}{resident_mib(server.process_id):8.0f} MiB")


# What is streamed ----------------------------------------------------------------------------------------------


def make_tracks(settings: Settings, lengths_seconds: Sequence[float]) -> list[Track]:
    """Tracks of about these lengths, of different clips."""
    recognizer = load_recognizer(settings)
    live = ThoroughRecognizer(recognizer)
    align = load_aligner(settings)
    clips = choose_clips()
    tracks = []
    for length in lengths_seconds:
        samples = joined(clips, length)
        pcm = encode_audio(samples, SAMPLE_RATE_HZ, "audio/pcm")
        cuts = list(cut(settings, pcm))
        spoken = [(start, part, live.transcribe(part)) for start, part in cuts]
        utterances = tuple(as_spoken(start, part, align(part, transcript)) for start, part, transcript in spoken)
        tracks.append(Track(pcm, utterances))
    return tracks


def choose_clips() -> Iterator[Path]:
    """Clips of the sets, shuffled the same way each time, over and over: three short ones, then a longer one."""
    entries = [entry for name in SETS for entry in read_entries(name)[:60] if entry["seconds"] <= LONGEST_CLIP_SECONDS]
    random.Random(5).shuffle(entries)
    short = cycle(entry for entry in entries if entry["seconds"] < SHORT_SECONDS - 1)
    longer = cycle(entry for entry in entries if entry["seconds"] >= SHORT_SECONDS - 1)
    while True:
        yield from (DATA / next(some)["audio"] for some in (short, short, short, longer))


def joined(clips: Iterator[Path], seconds: float) -> Samples:
    """Clips with quiet between them, float32 [n] mono 16 kHz, until they last that long."""
    rng = np.random.default_rng(5)
    parts: list[Samples] = []
    while sum(map(len, parts)) < seconds * SAMPLE_RATE_HZ:
        gap = rng.normal(0, QUIET, int(GAP_SECONDS * SAMPLE_RATE_HZ)).astype(np.float32)
        parts += [gap, read_audio(next(clips))]
    return np.concatenate([*parts, parts[0]])


def cut(settings: Settings, pcm: bytes) -> Iterator[tuple[float, Samples]]:
    """The utterances as the server cuts them: where in the track each begins, in seconds, and its 16 kHz samples."""
    buffer = InputAudio(segmenter_factory(), session_defaults(settings).audio.input, turn_taking(settings))
    start_ms = 0
    for event in buffer.append(pcm):
        if isinstance(event, SpeechStarted):
            start_ms = event.start_ms
        elif isinstance(event, SpeechStopped):
            yield start_ms / 1000, event.utterance.samples


def as_spoken(start: float, samples: Samples, transcript: Transcript) -> Spoken:
    """The utterance with the times of its words, which the aligner may have split at hyphens."""
    words: list[tuple[str, float]] = []
    for word in (word for segment in transcript.segments for word in segment.words):
        glued = bool(words) and not word.text.startswith(" ")
        before = words.pop()[0] if glued else ""
        words.append((before + word.text.strip(), start + word.end_seconds))
    return Spoken(transcript.text, len(samples) / SAMPLE_RATE_HZ, tuple(words))


# How it is streamed --------------------------------------------------------------------------------------------


async def listen(url: str, settings: Settings, tracks: Sequence[Track]) -> list[Heard]:
    """Stream the tracks, each on a connection of its own, all at once."""
    return await asyncio.gather(*(hear(url, settings, track) for track in tracks))


async def hear(url: str, settings: Settings, track: Track) -> Heard:
    """Stream one track and note what comes."""
    heard = Heard(track)
    frames = list(as_frames(track.pcm))
    async with connect(url, additional_headers=headers(settings), compression=None) as connection:
        await connection.recv()  # session.created
        started = time.perf_counter()
        reading = asyncio.create_task(note(connection, heard, started))
        await send(connection, frames, started, heard.sent)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(heard.complete.wait(), PATIENCE_SECONDS if track.utterances else 0)
        reading.cancel()
    return heard


def headers(settings: Settings) -> dict[str, str]:
    """What the server asks of clients."""
    return {"Authorization": f"Bearer {settings.server.api_key}"} if settings.server.api_key else {}


def as_frames(pcm: bytes) -> Iterator[str]:
    """The messages that carry the sound, a chunk in each."""
    for at in range(0, len(pcm), CHUNK_BYTES):
        audio = base64.b64encode(pcm[at : at + CHUNK_BYTES]).decode("ascii")
        yield json.dumps({"type": "input_audio_buffer.append", "audio": audio})


async def send(connection: ClientConnection, frames: Sequence[str], started: float, sent: list[float]) -> None:
    """Send each chunk once it has been "spoken"."""
    for number, frame in enumerate(frames, 1):
        await asyncio.sleep(started + number * CHUNK_MS / 1000 - time.perf_counter())
        await connection.send(frame)
        sent.append(time.perf_counter() - started)


async def note(connection: ClientConnection, heard: Heard, started: float) -> None:
    """Note the events of one connection, with their times."""
    async for frame in connection:
        seconds = time.perf_counter() - started
        event: dict[str, Any] = json.loads(frame)
        shown = heard.shown.setdefault(event["item_id"], Shown()) if "item_id" in event else Shown()
        match event["type"]:
            case "input_audio_buffer.speech_stopped":
                chunk = -(-event["audio_end_ms"] // CHUNK_MS) - 1
                shown.ended = heard.sent[min(chunk, len(heard.sent) - 1)]  # the server may be quicker than `send`
            case kind if kind == f"{EVENT}.delta":
                shown.words += [(word, seconds) for word in event["delta"].split()]
            case kind if kind == f"{EVENT}.completed":
                shown.text, shown.final = event["transcript"], seconds
                if len(heard.finals) == len(heard.track.utterances):
                    heard.complete.set()
            case kind if kind in ("error", f"{EVENT}.failed"):
                heard.errors.append(event["error"]["message"])


async def silence(url: str, settings: Settings, process_id: int, clients: int) -> float:
    """The server's use of the processor while that many stream a quiet room, in percent of one core."""
    samples = np.random.default_rng(5).normal(0, QUIET, int((SILENT_SECONDS + 2) * SAMPLE_RATE_HZ)).astype(np.float32)
    track = Track(encode_audio(samples, SAMPLE_RATE_HZ, "audio/pcm"), ())
    streaming = [asyncio.create_task(hear(url, settings, track)) for _ in range(clients)]
    await asyncio.sleep(1)
    before, started = processor_seconds(process_id), time.perf_counter()
    await asyncio.sleep(SILENT_SECONDS)
    used = 100 * (processor_seconds(process_id) - before) / (time.perf_counter() - started)
    await asyncio.gather(*streaming)
    return used


def processor_seconds(process_id: int) -> float:
    """What a process has used so far, all threads, from Linux's /proc."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# What came of it -----------------------------------------------------------------------------------------------


def report_silence(clients: int, percent: float) -> None:
    """One line."""
    print(f"{f'processor while {clients} stream silence':42}{percent:8.1f} % of one core")


def report_alone(heard: Heard) -> None:
    """What one person at a quiet server gets."""
    report_words([heard], "(bar: p50 under 700)")
    pairs = zip(heard.finals, heard.track.utterances, strict=False)
    lags = [shown.lag_ms for shown, spoken in pairs if spoken.seconds <= SHORT_SECONDS]
    line(f"end of turn to final text, up to {SHORT_SECONDS:g} s", lags, "(bar: p50 under 60, p95 under 250)")
    line("end of turn to final text, all", [shown.lag_ms for shown in heard.finals])
    report_finals([heard])


def report_many(all_heard: Sequence[Heard]) -> None:
    """What many at once get, and whether the server falls behind them."""
    report_words(all_heard)
    line("end of turn to final text", [shown.lag_ms for heard in all_heard for shown in heard.finals])
    longest = max((shown.lag_ms for heard in all_heard for shown in heard.finals), default=float("nan"))
    print(f"{'  the longest':42}{longest:8.0f} ms")
    line("  first half", [lag for heard in all_heard for lag in half(heard, first=True)])
    line("  second half", [lag for heard in all_heard for lag in half(heard, first=False)])
    behind = [max(b - a for a, b in pairwise(heard.sent)) for heard in all_heard]
    print(f"{'longest gap between chunks sent':42}{max(behind) * 1000:8.0f} ms    (paced at {CHUNK_MS})")
    report_finals(all_heard)


def half(heard: Heard, *, first: bool) -> list[float]:
    """The lags of one half of the utterances."""
    lags = [shown.lag_ms for shown in heard.finals]
    return lags[: len(lags) // 2] if first else lags[len(lags) // 2 :]


def report_finals(all_heard: Sequence[Heard]) -> None:
    """Whether every final text came and is the one of offline recognition."""
    wanted = [spoken.text for heard in all_heard for spoken in heard.track.utterances]
    same = sum(
        shown.text == spoken.text
        for heard in all_heard
        for shown, spoken in zip(heard.finals, heard.track.utterances, strict=False)
    )
    print(f"{'final text equals offline recognition':42}{same:8} of {len(wanted)} utterances")
    for error in dict.fromkeys(error for heard in all_heard for error in heard.errors):
        print(f"  error: {error}")


def report_words(all_heard: Sequence[Heard], bar: str = "") -> None:
    """From the end of each word to when the client could show it."""
    delays: list[float] = []
    early: list[float] = []
    wrong = 0
    for shown, spoken in ((s, u) for h in all_heard for s, u in zip(h.finals, h.track.utterances, strict=False)):
        assert shown.final is not None
        shown_rightly = matches(shown, spoken)
        seen = [shown_rightly.get(number, shown.final) for number in range(len(spoken.words))]
        waits = [(seconds - end) * 1000 for seconds, (_, end) in zip(seen, spoken.words, strict=True)]
        delays += waits
        early += [ms for ms, seconds in zip(waits, seen, strict=True) if seconds < shown.final - 0.001]
        wrong += len(shown.words) - len(shown_rightly)
    line("words: spoken to shown", delays, bar)
    line("  of which before the final text came", early)
    print(f"{'  words shown that were not in it':42}{wrong:8}")


def matches(shown: Shown, spoken: Spoken) -> dict[int, float]:
    """When the words of the final text were shown, by their numbers; without those shown otherwise or not at all."""
    ours, final = [bare(word) for word, _ in shown.words], [bare(word) for word, _ in spoken.words]
    blocks = difflib.SequenceMatcher(None, ours, final, autojunk=False).get_matching_blocks()
    return {block.b + at: shown.words[block.a + at][1] for block in blocks for at in range(block.size)}


def bare(word: str) -> str:
    """The word without case and punctuation, by which shown and final words are compared."""
    return "".join(character for character in word.casefold() if character.isalnum()) or word


def line(name: str, times_ms: Sequence[float], bar: str = "") -> None:
    """One line: median and 95th percentile."""
    p50, p95 = np.percentile(times_ms, (50, 95)) if times_ms else (float("nan"),) * 2
    print(f"{name:42}{p50:8.0f} ms p50 {p95:6.0f} ms p95, n={len(times_ms)}  {bar}", flush=True)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
