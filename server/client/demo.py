"""What `heedful demo` does: a server of its own, one spoken question, one typed follow-up."""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.client.realtime_client import Turn
from server.client.talk import talk
from server.settings import Settings

QUESTION = "data/audio/battery-question.wav"
FOLLOW_UP = "and what does it cost?"
READY_WITHIN_SECONDS = 120


class DemoError(Exception):
    """The server of the demo did not come up."""


def run_demo(settings: Settings, out: Path, say: Callable[[str], None]) -> list[Turn]:
    """Start a server, ask, stop the server; returns the two turns."""
    host = settings.server.host
    port = settings.server.port if _is_free(host, settings.server.port) else free_port(host)
    base = f"{host}:{port}"
    with running_server(settings, port) as server:
        say(f"--- server ready on {base} after {server.ready_seconds:.1f} s")
        question = settings.path(QUESTION)
        url = f"ws://{base}/v1/realtime"
        return asyncio.run(talk(url, settings.server.api_key, question, [FOLLOW_UP], out, say))


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server process that answers, and how long it took to."""

    process_id: int
    ready_seconds: float


@contextmanager
def running_server(settings: Settings, port: int) -> Iterator[RunningServer]:
    """A `heedful serve` of its own on that port, ready; stopped in the end.

    Raises:
        DemoError: it ended or was not ready in time; what it printed is in the message.
    """
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port)]
    command += ["--config", str(settings.file)] if settings.file else []
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=settings.folder, stderr=subprocess.PIPE, text=True)
    try:
        _wait_until_ready(process, f"http://{settings.server.host}:{port}/readyz")
        yield RunningServer(process.pid, time.monotonic() - started)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _wait_until_ready(process: "subprocess.Popen[str]", url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoError(f"the server ended with status {process.returncode}: {process.communicate()[1]}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise DemoError(f"the server was not ready within {READY_WITHIN_SECONDS} s")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) != 0


def free_port(host: str) -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
