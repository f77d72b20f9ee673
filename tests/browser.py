"""A real Chromium for tests: where it is, how it is started, and a network that can be cut."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OTHER_HOST = "shop.example"
"""A name that this Chromium takes for 127.0.0.1; unlike it, no secure origin over http."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@asynccontextmanager
async def chromium(recording: Path | None = None) -> AsyncIterator[Browser]:
    """Start Chromium, with a microphone that hears `recording`, 24 kHz mono, once."""
    flags = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    flags += ["--use-fake-device-for-media-stream", f"--host-resolver-rules=MAP {OTHER_HOST} 127.0.0.1"]
    if recording is not None:
        flags.append(f"--use-file-for-fake-audio-capture={recording}%noloop")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags, chromium_sandbox=False)
        try:
            yield browser
        finally:
            await browser.close()


class Cable:
    """Carries bytes between a page and a server until it is cut; whoever connects then finds nobody."""

    def __init__(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host, int(port))
        self._writers: set[asyncio.StreamWriter] = set()
        self._whole = True

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """Give the address of the page's end."""
        listening = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        host, port = listening.sockets[0].getsockname()[:2]
        try:
            yield f"{host}:{port}"
        finally:
            listening.close()
            self.cut()

    def cut(self) -> None:
        """Drop every connection, as a network does that is gone."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def repair(self) -> None:
        """Carry what comes from now on."""
        self._whole = True

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        onward_reader, onward_writer = await asyncio.open_connection(*self._server)
        self._writers |= {writer, onward_writer}
        with suppress(OSError):
            await asyncio.gather(_copy(reader, onward_writer), _copy(onward_reader, writer))
        self._writers -= {writer, onward_writer}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(2**16):
        writer.write(data)
        await writer.drain()
    writer.close()
