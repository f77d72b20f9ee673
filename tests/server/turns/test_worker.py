"""The bounded threads, and who goes first."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from server.turns.worker import Place, Urgency, Worker, WorkerBusy


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
    third = asyncio.create_task(worker.run(lambda: 7))
    await asyncio.sleep(0)
    gate.set()
    assert list(await asyncio.gather(first, third)) == [True, 7]
    assert not ran.is_set()
    worker.close()


@contextmanager
def held(worker: Worker, threads: int = 1, urgency: Urgency = Urgency.NOW) -> Iterator[None]:
    """Some threads are busy until the end of the block."""
    gate = threading.Event()
    for _ in range(threads):
        worker.line_up(Place(urgency), gate.wait, 10)
    yield
    gate.set()


async def test_urgent_calls_go_first_then_those_of_lower_rank_then_those_that_came_first() -> None:
    worker, order = Worker(1, 8), list[str]()
    places = {
        "spare, served lately": Place(Urgency.SPARE, 2.0),
        "spare, served long ago": Place(Urgency.SPARE, 1.0),
        "soon": Place(Urgency.SOON),
        "now": Place(),
        "now, later": Place(),
    }
    with held(worker):
        calls = [worker.line_up(place, order.append, name) for name, place in places.items()]
        assert not any(call.started for call in calls)
    await asyncio.gather(*(call.outcome for call in calls))
    assert order == ["now", "now, later", "soon", "spare, served long ago", "spare, served lately"]
    worker.close()


async def test_spare_calls_leave_a_thread_to_the_others() -> None:
    worker = Worker(2, 8)
    with held(worker, urgency=Urgency.SPARE):
        second = worker.line_up(Place(Urgency.SPARE), int)
        assert not second.started
        assert await worker.run(lambda: 5) == 5
    assert await second.outcome == 0
    worker.close()


async def test_each_urgency_has_a_line_of_its_own_and_the_last_in_it_gives_way() -> None:
    worker = Worker(1, 1)
    with held(worker):
        now = worker.line_up(Place(), int)
        lately = worker.line_up(Place(Urgency.SPARE, 2.0), int)
        long_ago = worker.line_up(Place(Urgency.SPARE, 1.0), int)
        assert lately.outcome.cancelled()
        with pytest.raises(WorkerBusy):
            worker.line_up(Place(Urgency.SPARE, 3.0), int)
    assert list(await asyncio.gather(now.outcome, long_ago.outcome)) == [0, 0]
    worker.close()


async def test_nobody_hears_of_a_running_call_that_was_given_up() -> None:
    worker = Worker(1, 1)
    with held(worker, 0):
        gate = threading.Event()
        call = worker.line_up(Place(), gate.wait, 10)
        assert call.started
        call.give_up()
        gate.set()
    assert await worker.run(lambda: 3) == 3  # its thread is free again
    assert call.outcome.cancelled()
    worker.close()


async def test_closing_drops_the_calls_that_wait() -> None:
    worker = Worker(1, 1)
    with held(worker):
        waiting = worker.line_up(Place(), int)
        waiting_twice = asyncio.create_task(worker.run(int))
        closing = asyncio.to_thread(lambda: None)
        await closing
        assert not waiting.started
        waiting_twice.cancel()
    worker.close()
    assert waiting.outcome.cancelled()
