"""The bounded threads."""

import asyncio
import threading

import pytest

from server.worker import Worker, WorkerBusy


async def test_a_call_runs_on_a_thread_and_its_result_or_error_comes_back() -> None:
    worker = Worker(1, 0)
    assert await worker.run(lambda: threading.current_thread().name) != threading.current_thread().name
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 / 0)
    worker.close()


async def test_a_call_beyond_the_line_is_refused_and_room_comes_back() -> None:
    worker, gate = Worker(1, 1), threading.Event()
    calls = [asyncio.create_task(worker.run(gate.wait, 10)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(WorkerBusy, match="busy"):
        await worker.run(gate.wait, 10)
    gate.set()
    assert await asyncio.gather(*calls) == [True, True]
    assert await worker.run(lambda: 5) == 5
    worker.close()


async def test_a_call_given_up_while_it_waits_never_runs_and_frees_its_place() -> None:
    worker, gate, ran = Worker(1, 1), threading.Event(), threading.Event()
    first = asyncio.create_task(worker.run(gate.wait, 10))
    second = asyncio.create_task(worker.run(ran.set))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    gate.set()
    await first
    assert await worker.run(lambda: 7) == 7
    assert not ran.is_set()
    worker.close()
