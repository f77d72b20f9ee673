"""What becomes of actions that do not end as they should."""

import asyncio
import threading
import traceback

import pytest

from dialogue.errors import ActionError
from dialogue.runtime.action_threads import ActionThreads, Raised, Returned, TimedOut

SOON = 0.05


async def thread_name() -> str:
    return threading.current_thread().name


def innermost(frames: traceback.StackSummary) -> str:
    """Return the source of the last line of this file."""
    return [frame.line or "" for frame in frames if frame.filename == __file__][-1]


async def test_an_action_runs_on_a_thread_of_its_own() -> None:
    assert await ActionThreads(30).run(thread_name) == Returned("action")


@pytest.mark.parametrize(
    "error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, RecursionError]
)
async def test_whatever_an_action_raises_comes_back_as_a_value(error: type[BaseException]) -> None:
    async def fail() -> None:
        raise error

    threads = ActionThreads(30)
    ending = await threads.run(fail)
    assert isinstance(ending, Raised)
    assert type(ending.error) is error
    assert await threads.run(thread_name) == Returned("action")


async def test_others_run_while_one_blocks_its_thread() -> None:
    threads, unblocked = ActionThreads(30), threading.Event()

    async def block() -> bool:
        return unblocked.wait()

    blocking = asyncio.create_task(threads.run(block))
    assert await threads.run(thread_name) == Returned("action")
    unblocked.set()
    assert await blocking == Returned(True)


async def test_one_that_waits_too_long_is_cancelled_and_the_line_in_which_it_waited_is_known() -> None:
    cancelled = threading.Event()

    async def inner() -> None:
        await asyncio.Event().wait()  # for ever

    async def wait() -> None:
        try:
            await inner()
        finally:
            cancelled.set()

    ending = await ActionThreads(SOON).run(wait)
    assert isinstance(ending, TimedOut)
    assert "for ever" in innermost(ending.frames)
    assert await asyncio.to_thread(cancelled.wait, 30)


async def test_one_that_blocks_too_long_is_counted_as_stuck_until_it_returns() -> None:
    threads, unblocked, alive = ActionThreads(SOON), threading.Event(), threading.Event()
    ran: list[threading.Thread] = []

    async def block() -> None:
        ran.append(threading.current_thread())
        alive.set()
        unblocked.wait()  # too long

    ending = await threads.run(block)
    assert isinstance(ending, TimedOut)
    assert any("too long" in (frame.line or "") for frame in ending.frames)
    assert threads.stuck == 1
    unblocked.set()
    await asyncio.to_thread(ran[0].join)
    assert threads.stuck == 0


async def test_an_endless_loop_is_interrupted() -> None:
    ran: list[threading.Thread] = []

    async def loop() -> None:
        ran.append(threading.current_thread())
        while True:
            """Go on."""

    assert isinstance(await ActionThreads(SOON).run(loop), TimedOut)
    await asyncio.to_thread(ran[0].join, 30)
    assert not ran[0].is_alive()


async def test_an_action_is_given_up_with_the_turn_that_waits_for_it() -> None:
    threads, started, unblocked = ActionThreads(30), asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def block() -> None:
        loop.call_soon_threadsafe(started.set)
        unblocked.wait()

    turn = asyncio.create_task(threads.run(block))
    await started.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert threads.stuck == 1
    unblocked.set()


async def test_an_action_is_refused_at_once_while_all_threads_are_taken() -> None:
    threads, unblocked = ActionThreads(SOON, most_threads=2), threading.Event()

    async def block() -> None:
        unblocked.wait()

    await asyncio.gather(*(threads.run(block) for _ in range(2)))
    with pytest.raises(ActionError, match="2"):
        await threads.run(thread_name)
    unblocked.set()
