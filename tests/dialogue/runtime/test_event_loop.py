import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dialogue.errors import DialogueError
from dialogue.runtime import event_loop
from dialogue.runtime.event_loop import EventLoopThread


@pytest.fixture
def loop() -> Iterator[EventLoopThread]:
    loop = EventLoopThread("test", grace_seconds=0.2)
    yield loop
    loop.close()


def test_results_come_from_the_other_thread(loop: EventLoopThread) -> None:
    async def thread() -> str:
        return threading.current_thread().name

    assert loop.run(thread()) == "test"


def test_errors_are_raised_to_the_caller(loop: EventLoopThread) -> None:
    async def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        loop.run(fail())


def test_a_coroutine_s_own_timeout_is_its_own(loop: EventLoopThread) -> None:
    async def fail() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        loop.run(fail(), timeout_seconds=30)


def test_what_takes_too_long_is_cancelled(loop: EventLoopThread) -> None:
    cancelled = threading.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(DialogueError, match=r"0\.01 s"):
        loop.run(hang(), timeout_seconds=0.01)
    assert cancelled.wait(timeout=10)


@pytest.mark.parametrize("ending", [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError])
def test_what_ends_one_coroutine_ends_no_other(loop: EventLoopThread, ending: type[BaseException]) -> None:
    started, proceeding = threading.Event(), asyncio.Event()

    async def wait() -> str:
        started.set()
        await proceeding.wait()
        return "done"

    async def end() -> None:
        proceeding.set()
        raise ending

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(loop.run, wait(), 30)
        started.wait()
        with pytest.raises(DialogueError):
            loop.run(end(), timeout_seconds=30)
        assert waiting.result() == "done"
    assert loop.alive


async def name_of_thread() -> str:
    return threading.current_thread().name


def test_an_endless_loop_is_interrupted_and_others_go_on(
    loop: EventLoopThread, caplog: pytest.LogCaptureFixture
) -> None:
    turns = 0

    async def spin() -> None:
        nonlocal turns
        while True:
            turns += 1

    with ThreadPoolExecutor(1) as pool:
        spinning = pool.submit(loop.run, spin(), 0.2)
        waiting = loop.run(name_of_thread(), timeout_seconds=30)
        with pytest.raises(DialogueError, match=r"0\.2 s"):
            spinning.result()
    assert waiting == "test"
    assert f"{__file__}:" in caplog.text
    stopped_at = turns
    assert loop.run(name_of_thread()) == "test"
    assert turns == stopped_at


def test_a_thread_that_cannot_be_interrupted_is_replaced(loop: EventLoopThread) -> None:
    released, ended = threading.Event(), threading.Event()
    hanging = asyncio.Event()

    async def hang() -> None:
        hanging.set()
        try:
            released.wait()  # C code, which no exception reaches
            pytest.fail("it was interrupted")
        finally:
            ended.set()

    async def wait() -> None:
        await hanging.wait()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(loop.run, wait())
        with pytest.raises(DialogueError, match=r"0\.1 s"):
            loop.run(hang(), timeout_seconds=0.1)
        with pytest.raises(DialogueError, match="cancelled"):
            beside.result()
    assert loop.run(name_of_thread()) == "test"
    assert loop.alive
    released.set()
    assert ended.wait(10)


def test_a_loop_that_hangs_is_not_called_alive(loop: EventLoopThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "SLOW_SECONDS", 0.0)
    released, started = threading.Event(), threading.Event()

    async def hang() -> None:
        started.set()
        released.wait()

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(loop.run, hang())
        started.wait()
        assert not loop.alive
        released.set()
        hanging.result()
    monkeypatch.setattr(event_loop, "SLOW_SECONDS", 60.0)
    assert loop.alive


def test_a_closed_loop_says_so() -> None:
    loop = EventLoopThread("test")
    loop.close()
    loop.close()
    assert not loop.alive

    async def nothing() -> None:
        """Return at once."""

    with pytest.raises(DialogueError, match="closed"):
        loop.run(nothing())
