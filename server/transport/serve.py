"""Runs the server: opens the port, loads the models, serves until told to stop."""

import asyncio
import logging
import os
import signal
import time
from contextlib import ExitStack
from functools import partial

from server.artifacts import Built, built
from server.bootstrap import open_assistant
from server.defaults import session_defaults
from server.settings import Settings
from server.transport.app import App
from server.turns.hot_reload import watch
from server.turns.memory import release_unused_memory
from server.turns.worker import Worker

logger = logging.getLogger(__name__)


async def serve_forever(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; running sessions are closed with 1001.

    The port is open while the models load (/healthz answers, /readyz says 503). A model that cannot be loaded raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    worker = Worker(settings.server.threads, settings.server.max_waiting)
    app = App(settings.server, session_defaults(settings), worker)
    started = time.monotonic()
    found = built(settings)
    with ExitStack() as models:
        async with await app.listen() as server:
            host, port = next(iter(server.sockets)).getsockname()[:2]
            logger.info("listening on %s:%d, loading the models", host, port)
            loading = asyncio.create_task(asyncio.to_thread(models.enter_context, open_assistant(settings)))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([loading, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not loading.done():
                logger.info("stopped while loading")
                logging.shutdown()
                os._exit(0)  # loading cannot be interrupted, and has nothing to lose
            app.assistant = await loading
            watching = asyncio.create_task(_watch(settings, app, found))
            release_unused_memory()
            logger.info("ready after %.1f s: ws://%s:%d/v1/realtime", time.monotonic() - started, host, port)
            await stopping
            logger.info("stopping")
            watching.cancel()
        worker.close()


async def _watch(settings: Settings, app: App, loaded: Built) -> None:
    if settings.server.watch_seconds:
        await watch(partial(built, settings), loaded, app.reload, settings.server.watch_seconds)
