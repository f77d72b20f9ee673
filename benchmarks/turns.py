"""What a user waits for: start-up, typed turns, spoken turns, memory. `make bench` prints it.

A server of its own is started cold and asked over a real websocket. The spoken questions are synthetic: the built-in
voice says them at the pace of speech. "End of speech" is where voice activity ended, so the silence that ends a turn
(500 ms by default) is part of the wait.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from server.client.demo import LocalServer, free_port, running_server
from server.client.realtime_client import open_session
from server.settings import Settings, load_settings
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ

TYPED = (
    "how much is the pulse buds 2?",
    "and how heavy are they?",
    "what is your return policy?",
    "do you have headphones under 100 dollars?",
    "what do people say about the battery of the pulse buds 2?",
    "what can you do?",
)
SPOKEN = (
    "How long does the battery of the Pulse Buds 2 last?",
    "What does it cost?",
    "Can I return it if I do not like it?",
    "Do you have headphones under one hundred dollars?",
    "How heavy is the Harbor Kettle?",
    "What are your opening hours?",
    "Thank you, goodbye.",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often the lists of questions are asked")
    arguments = parser.parse_args()
    settings = load_settings()
    at = settings.server
    local = LocalServer(at.host, free_port(at.host), at.api_key, settings.folder, settings.file)
    url = f"ws://{local.address}/v1/realtime"
    with running_server(local) as server:
        time.sleep(2)
        idle_mib = resident_mib(server.process_id)
        typed = asyncio.run(typed_turns(url, settings, arguments.rounds))
        spoken, stages = asyncio.run(spoken_turns(url, settings, arguments.rounds))
        busy_mib = resident_mib(server.process_id)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; Whisper {settings.asr.model}")
    print(f"{'server ready from a cold start':42}{server.ready_seconds:8.1f} s      (bar: under 4)")
    print(f"{'memory when idle':42}{idle_mib:8.0f} MiB    (bar: under 950)")
    print(f"{'memory after the turns':42}{busy_mib:8.0f} MiB")
    report("typed turn, to the whole answer", typed, "(bar: p50 under 60)")
    report("end of speech to the first sound", spoken, "(bar: p50 under 1200)")
    for stage, times in stages.items():
        report(f"  of which {stage}", times, "")


def report(name: str, times_ms: Sequence[float], bar: str) -> None:
    """One line: median and 95th percentile."""
    ordered = sorted(times_ms)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{name:42}{statistics.median(ordered):8.0f} ms p50 {p95:6.0f} ms p95, n={len(ordered)}  {bar}")


async def typed_turns(url: str, settings: Settings, rounds: int) -> list[float]:
    """Milliseconds from sending to `response.done`, for each typed question; the first round is not counted."""
    times: list[float] = []
    for number in range(rounds + 1):
        async with open_session(url, settings.server.api_key, speaks=False) as client:
            for question in TYPED:
                turn = await client.ask(question)
                times += [turn.done_seconds * 1000] if number else []
    return times


async def spoken_turns(url: str, settings: Settings, rounds: int) -> tuple[list[float], dict[str, list[float]]]:
    """Milliseconds from the end of speech to the first sound, and what each stage took."""
    voice = HibariSynthesizer()
    clips = [voice.synthesize(question) for question in SPOKEN]
    waits: list[float] = []
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        async with open_session(url, settings.server.api_key) as client:
            for clip in clips:
                turn = await client.talk(clip, SPEECH_RATE_HZ)
                if turn.wait_seconds is not None:
                    waits.append(turn.wait_seconds * 1000)
                for stage, ms in turn.timings_ms.items():
                    stages.setdefault(stage, []).append(ms)
    return waits, stages


def resident_mib(process_id: int) -> float:
    """The resident memory of a process, from Linux's /proc."""
    for line in Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{process_id}/status tells no VmRSS")


if __name__ == "__main__":
    main()
