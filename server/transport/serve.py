"""Runs the server: opens the port, loads the models, serves until a signal stops it."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from server.options import ServerOptions
from server.protocol.session_config import SessionConfig
from server.transport.app import App
from server.turns.hot_reload import watch
from server.turns.memory import release_unused_memory
from server.turns.pipeline import Assistant
from server.turns.worker import Worker

logger = logging.getLogger(__name__)


async def serve_forever(
    options: ServerOptions,
    session_defaults: SessionConfig,
    open_assistant: Callable[[], AbstractContextManager[Assistant]],
    look: Callable[[], object],
) -> None:
    """Serve until SIGINT or SIGTERM; running sessions are closed with 1001.

    The port is open while the models load (/healthz answers, /readyz says 503). A model that cannot be loaded raises.
    `look` returns what is trained and indexed now: if that changes, it is loaded, where the options say so.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    worker = Worker(options.threads, options.max_turns_per_session)
    app = App(options, session_defaults, worker)
    started = time.monotonic()
    seen = look()
    with ExitStack() as models:
        async with await app.listen() as server:
            host, port = next(iter(server.sockets)).getsockname()[:2]
            logger.info("listening on %s:%d, loading the models", host, port)
            loading = asyncio.create_task(asyncio.to_thread(models.enter_context, open_assistant()))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([loading, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not loading.done():
                logger.info("stopped while loading")
                logging.shutdown()
                os._exit(0)  # loading cannot be interrupted, and has nothing to lose
            app.assistant = await loading
            watching = asyncio.create_task(_watch(app, look, seen))
            release_unused_memory()
            logger.info("ready after %.1f s: ws://%s:%d/v1/realtime", time.monotonic() - started, host, port)
            await stopping
            logger.info("stopping")
            watching.cancel()
        worker.close()


async def _watch(app: App, look: Callable[[], object], seen: object) -> None:
    if app.options.watch_seconds:
        await watch(look, seen, app.reload, app.options.watch_seconds)
