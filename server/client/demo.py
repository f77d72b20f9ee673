"""What `heedful demo` does: a server of its own, one spoken question, one typed follow-up."""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from server.client.realtime_client import Turn
from server.client.talk import talk

FOLLOW_UP = "and what does it cost?"
READY_WITHIN_SECONDS = 120


class DemoError(Exception):
    """The server of the demo did not come up."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A `heedful serve` that is to be started: where it listens, its key, and where it finds its settings."""

    host: str
    port: int
    api_key: str
    folder: Path
    config: Path | None

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server process that answers, and how long it took to."""

    process_id: int
    ready_seconds: float


def run_demo(server: LocalServer, question: Path, out: Path, say: Callable[[str], None]) -> list[Turn]:
    """Start the server, at another port if its own is taken, ask and stop it; returns the two turns.

    `question`: a recording; the spoken reply to it goes to `out`.
    """
    if not _is_free(server):
        server = replace(server, port=free_port(server.host))
    with running_server(server) as running:
        say(f"--- server ready on {server.address} after {running.ready_seconds:.1f} s")
        url = f"ws://{server.address}/v1/realtime"
        return asyncio.run(talk(url, server.api_key, question, [FOLLOW_UP], out, say))


@contextmanager
def running_server(server: LocalServer) -> Iterator[RunningServer]:
    """Run a `heedful serve` until the end of the block, which begins when it is ready.

    Raises:
        DemoError: it ended or was not ready in time; what it printed is in the message.
    """
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(server.port)]
    command += ["--config", str(server.config)] if server.config else []
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:  # a pipe that nobody reads would stop the server once it is full
        process = subprocess.Popen(command, cwd=server.folder, stderr=log)
        try:
            _wait_until_ready(process, log, f"http://{server.address}/readyz")
            yield RunningServer(process.pid, time.monotonic() - started)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: TextIO, url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise DemoError(f"the server ended with status {process.returncode}: {log.read()}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise DemoError(f"the server was not ready within {READY_WITHIN_SECONDS} s")


def _is_free(server: LocalServer) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((server.host, server.port)) != 0


def free_port(host: str) -> int:
    """Find a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
