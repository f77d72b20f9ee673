"""Whether one bad client harms the others: a polite client types beside each kind of abuse, against a real server.

The abusive client runs in a process of its own (`benchmarks.abuse_kinds`) and is killed at the end of its time. Inputs
from files are tried in the same way: `.jsonl` and `.json` hold the frames of one session, and anything else is sent to
the port as it stands. Programs are run with the port in the variable PORT.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.abuse_kinds import KINDS
from benchmarks.turns import TYPED, resident_mib
from server.client.demo import LocalServer, free_port, running_server
from server.client.realtime_client import ClientError, open_session
from server.settings import load_settings
from server.turns.memory import TIDY_SECONDS
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ

PAUSE_SECONDS = 0.05
LONGEST_TURN_SECONDS = 60.0
SETTLING_SECONDS = 2.0
SPOKEN_EVERY = 100
AT_ONCE = 8


@dataclass(slots=True)
class Beside:
    """What a polite client met beside one kind of abuse."""

    times_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def be_polite(url: str, seconds: float) -> Beside:
    """Type one question after the other for so long, and connect again after an error."""
    met, until = Beside(), time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            async with asyncio.timeout(LONGEST_TURN_SECONDS), open_session(url, speaks=False) as client:
                while time.monotonic() < until:
                    await asyncio.sleep(PAUSE_SECONDS)
                    turn = await client.ask(TYPED[len(met.times_ms) % len(TYPED)])
                    met.times_ms.append(turn.done_seconds * 1000)
        except (ClientError, OSError, TimeoutError) as error:
            met.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(PAUSE_SECONDS)
    return met


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """Run a program until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def beside(command: Sequence[str], local: LocalServer, seconds: float) -> Beside:
    """Be polite while the program runs."""
    with running(command, local.port):
        time.sleep(1.0)  # it has started by then
        return asyncio.run(be_polite(f"ws://{local.address}/v1/realtime", seconds))


def report(name: str, met: Beside, before_mib: float, after_mib: float) -> None:
    """Print one line of the table."""
    ordered = sorted(met.times_ms) or [float("inf")]
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(
        f"{name:30}{statistics.median(ordered):8.0f}{p95:8.0f}{ordered[-1]:9.0f}{len(met.errors):8}"
        f"{before_mib:9.0f}{after_mib:8.0f}",
        flush=True,
    )
    for error in dict.fromkeys(met.errors):
        print(f"    {error}", flush=True)


async def use_and_close(url: str, count: int) -> None:
    """Open so many sessions, a few at a time; each takes a typed turn, and some a spoken one."""
    voice = HibariSynthesizer()
    clip = voice.synthesize("How much is the Harbor Kettle?")
    places = asyncio.Semaphore(AT_ONCE)

    async def visit(number: int) -> None:
        speaks = number % SPOKEN_EVERY == 0
        async with places, open_session(url, speaks=speaks) as client:
            await client.ask(TYPED[number % len(TYPED)])
            if speaks:
                await client.talk(clip, SPEECH_RATE_HZ)

    await asyncio.gather(*map(visit, range(count)))


def measure_sessions(local: LocalServer, process_id: int, count: int) -> None:
    """Print what the server's memory is like before and after so many sessions."""
    url = f"ws://{local.address}/v1/realtime"
    idle_mib = resident_mib(process_id)
    asyncio.run(use_and_close(url, SPOKEN_EVERY))
    time.sleep(2 * TIDY_SECONDS)
    warm_mib = resident_mib(process_id)
    asyncio.run(use_and_close(url, count))
    time.sleep(2 * TIDY_SECONDS)
    after_mib = resident_mib(process_id)
    print(f"memory when idle {idle_mib:.0f} MiB, after {SPOKEN_EVERY} sessions {warm_mib:.0f} MiB")
    print(f"after {count} more sessions {after_mib:.0f} MiB, {after_mib / warm_mib - 1:+.1%} (bar: within 5 %)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), help="the kinds of abuse; none: leave them out")
    parser.add_argument("--inputs", nargs="*", type=Path, default=[], help="files to send in addition")
    parser.add_argument("--programs", nargs="*", default=[], help="Python programs to run, each with its arguments")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long the polite client types beside each")
    parser.add_argument("--sessions", type=int, default=1000, help="sessions opened, used and closed; 0: none")
    arguments = parser.parse_args()
    settings = load_settings()
    local = LocalServer("127.0.0.1", free_port("127.0.0.1"), "", settings.folder, settings.file)
    given = [*arguments.kinds, *map(str, arguments.inputs)]
    tried = {Path(name).name: ["-m", "benchmarks.abuse_kinds", name, local.address] for name in given}
    tried |= {Path(program).name: program.split() for program in arguments.programs}
    with running_server(local) as server:
        if arguments.sessions:
            measure_sessions(local, server.process_id, arguments.sessions)
        print(f"{'beside':30}{'p50 ms':>8}{'p95 ms':>8}{'slowest':>9}{'errors':>8}{'MiB':>9}{'after':>8}")
        for name, command in {"nobody": ["-c", ""], **tried, "nobody again": ["-c", ""]}.items():
            before_mib = resident_mib(server.process_id)
            met = beside(command, local, arguments.seconds)
            time.sleep(SETTLING_SECONDS)
            report(name, met, before_mib, resident_mib(server.process_id))


if __name__ == "__main__":
    main()
