"""Runs the server: opens the port, loads the models, serves until a signal stops it."""

import asyncio
import faulthandler
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from dialogue.errors import DialogueError
from server.options import ServerOptions
from server.protocol.session import Session
from server.telemetry.meter import Meter
from server.transport.app import App
from server.turns.hot_reload import watch
from server.turns.memory import release_after_use, release_unused_memory
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig

logger = logging.getLogger(__name__)


SIGNALS = (signal.SIGINT, signal.SIGTERM)
# After the turns: for close frames, for calls that threads are still at, and for the models.
CLOSING_SECONDS = 15
EXPIRY_SECONDS = 3600
STDERR = 2


async def serve_forever(
    options: ServerOptions,
    session_defaults: SessionConfig,
    open_assistant: Callable[[], AbstractContextManager[Assistant]],
    look: Callable[[], object],
    meter: Meter | None = None,
    versions: Callable[[], Mapping[str, str]] = dict,
) -> None:
    """Serve until SIGINT or SIGTERM: turns under way may end, then sessions are closed with 1001.

    The port is open while the models load (/healthz answers, /readyz says 503). A model that cannot be loaded raises.
    `look` returns what is trained and indexed now: if that changes, it is loaded, where the options say so.
    `meter` takes the figures of the server, to which `versions` names the model and the index that are built.
    A second signal ends the process at once, and so does work that goes on for longer than `drain_seconds` and a bit.
    """
    worker = Worker(options.threads, options.max_turns_per_session)
    app = App(options, session_defaults, worker, meter=meter or Meter(), versions=versions)
    started = time.monotonic()
    seen = look()
    with _stop_signal() as stop, ExitStack() as watchdog, ExitStack() as models:
        async with app.listen() as server:
            host, port = next(iter(server.sockets)).getsockname()[:2]
            logger.info("listening on %s:%d, loading the models", host, port)
            loading = asyncio.create_task(asyncio.to_thread(_load, models, open_assistant, session_defaults))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([loading, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not loading.done():
                logger.info("stopped while loading")
                logging.shutdown()
                os._exit(0)  # loading cannot be interrupted, and has nothing to lose
            app.take(await loading)
            tidying = release_after_use(
                lambda: app.ended_sessions, lambda: any(one.busy for one in app.live_sessions())
            )
            caring = [asyncio.create_task(care) for care in (_watch(app, look, seen), _expire(app), tidying)]
            release_unused_memory()
            logger.info("ready after %.1f s: ws://%s:%d/v1/realtime", time.monotonic() - started, host, port)
            await stopping
            for task in caring:
                task.cancel()
            watchdog.enter_context(_ending_within(options.drain_seconds + CLOSING_SECONDS))
            await _drain(app)
        worker.close()


@contextmanager
def _stop_signal() -> Iterator[asyncio.Event]:
    """Have the first signal set an event, and the second one end the process, as without a handler."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in SIGNALS}

    def note_first() -> None:
        stop.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        loop.add_signal_handler(number, note_first)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _drain(app: App) -> None:
    seconds = app.options.drain_seconds
    logger.info("stopping: turns under way have %g s to end; a second signal ends all at once", seconds)
    try:
        async with asyncio.timeout(seconds):
            await app.drain()
    except TimeoutError:
        logger.warning("turns that took longer than %g s were given up", seconds)
        await app.cut_short()


@contextmanager
def _ending_within(seconds: float) -> Iterator[None]:
    """End the process, with what its threads are at on stderr, if the block takes longer.

    Nothing in Python stops a thread, and one may hold the interpreter's lock: faulthandler's watchdog needs neither.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=STDERR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _load(
    models: ExitStack, open_assistant: Callable[[], AbstractContextManager[Assistant]], defaults: SessionConfig
) -> Assistant:
    assistant = models.enter_context(open_assistant())
    # What a first session imports takes a second, and a failed import within it keeps that session's frames for good.
    Session(defaults, assistant.new_segmenter, 0, turn_taking=assistant.turn_taking)
    return assistant


async def _expire(app: App) -> None:
    """Delete conversations that were kept for long enough, now and every hour; until cancelled."""
    while app.assistant is not None:
        try:
            for conversation_id in await app.assistant.reception.expire():
                await asyncio.to_thread(app.assistant.understanding.forget, conversation_id)
        except DialogueError as error:
            logger.error("old conversations could not be deleted: %s", error)
        await asyncio.sleep(EXPIRY_SECONDS)


async def _tidy(app: App) -> None:
    await release_after_use(lambda: app.ended_sessions, lambda: any(session.busy for session in app.live_sessions()))


async def _watch(app: App, look: Callable[[], object], seen: object) -> None:
    if app.options.watch_seconds:
        await watch(look, seen, app.reload, app.options.watch_seconds)
