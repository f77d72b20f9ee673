"""The threads, and what becomes of the calls that wait for them."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import pytest

from server.turns.fair_line import Place, Urgency
from server.turns.worker import Call, Shared, Worker


def somewhere(worker: Worker, urgency: Urgency = Urgency.TYPED) -> Place:
    """A place of a session that asks for nothing else."""
    return worker.lane().place(urgency)


@contextmanager
def held(worker: Worker) -> Iterator[None]:
    """One thread is busy until the end of the block."""
    gate = threading.Event()
    worker.line_up(somewhere(worker), gate.wait, 10)
    yield
    gate.set()


async def test_a_call_runs_on_a_thread_and_its_result_or_error_comes_back() -> None:
    worker = Worker(1, 8)
    assert await worker.run(somewhere(worker), lambda: threading.current_thread()) != threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        await worker.run(somewhere(worker), lambda: 1 / 0)
    worker.close()


async def test_calls_start_in_the_order_of_the_fair_line() -> None:
    worker, order = Worker(1, 8), list[str]()
    greedy, polite = worker.lane(), worker.lane()
    with held(worker):
        calls = [worker.line_up(greedy.place(Urgency.TYPED), order.append, name) for name in ("greedy 1", "greedy 2")]
        calls.append(worker.line_up(polite.place(Urgency.TYPED), order.append, "polite"))
        calls.append(worker.line_up(polite.place(Urgency.LIVE), order.append, "live"))
        assert not any(call.started for call in calls)
    await asyncio.gather(*(call.outcome for call in calls))
    assert order == ["live", "greedy 1", "polite", "greedy 2"]
    worker.close()


async def test_a_cancelled_call_that_waits_never_starts() -> None:
    worker, ran = Worker(1, 8), threading.Event()
    with held(worker):
        waiting = asyncio.create_task(worker.run(somewhere(worker), ran.set))
        await asyncio.sleep(0)
        waiting.cancel()
        later = asyncio.create_task(worker.run(somewhere(worker), int))
        await asyncio.sleep(0)
    assert await later == 0
    assert waiting.cancelled()
    assert not ran.is_set()
    worker.close()


async def test_a_running_call_that_was_given_up_holds_its_thread_to_the_end_and_nobody_hears_of_it() -> None:
    worker, gate = Worker(1, 8), threading.Event()
    running = worker.line_up(somewhere(worker), gate.wait, 10)
    running.give_up()
    next_call = worker.line_up(somewhere(worker), int)
    assert running.started
    assert not next_call.started
    gate.set()
    assert await next_call.outcome == 0
    assert running.outcome.cancelled()
    worker.close()


async def test_a_call_that_waits_for_something_else_lets_another_one_compute() -> None:
    worker, gate = Worker(1, 8, look_seconds=0.01), threading.Event()
    waiting = worker.line_up(somewhere(worker), gate.wait, 30)
    assert await worker.run(somewhere(worker), int) == 0
    gate.set()
    assert await waiting.outcome
    assert await worker.run(somewhere(worker), int) == 0
    worker.close()


async def test_a_call_that_computes_keeps_its_thread() -> None:
    worker, gate, looked = Worker(1, 8, look_seconds=0.1), threading.Event(), asyncio.Event()

    def compute() -> None:
        while not gate.is_set():
            sum(range(1000))

    computing = worker.line_up(somewhere(worker), compute)
    next_call = worker.line_up(somewhere(worker), int)
    asyncio.get_running_loop().call_later(0.25, looked.set)
    await looked.wait()
    assert not next_call.started
    gate.set()
    await asyncio.gather(computing.outcome, next_call.outcome)
    worker.close()


async def test_closing_drops_the_calls_that_wait() -> None:
    worker = Worker(1, 8)
    with held(worker):
        waiting = worker.line_up(somewhere(worker), int)
    worker.close()
    assert not waiting.started
    assert waiting.outcome.cancelled()


def doubled(numbers: Sequence[int], done: list[list[int]]) -> list[int]:
    done.append(list(numbers))
    return [2 * 12 // number for number in numbers]


def sharing(worker: Worker, done: list[list[int]], number: int, kind: str = "number") -> Call[int]:
    return worker.line_up_shared(somewhere(worker, Urgency.LIVE), Shared(partial(doubled, done=done), number, kind))


async def test_calls_of_one_kind_that_wait_are_done_at_once_up_to_a_bound() -> None:
    worker, done = Worker(1, 8), list[list[int]]()
    with held(worker):
        calls = [sharing(worker, done, number) for number in (1, 2, 3, 4, 6, 8, 12, 24, 2, 3)]
        other = sharing(worker, done, 12, "other")
    assert [await call.outcome for call in calls] == [24, 12, 8, 6, 4, 3, 2, 1, 12, 8]
    assert await other.outcome == 2
    assert done == [[1, 2, 3, 4, 6, 8, 12, 24], [2, 3], [12]]
    worker.close()


async def test_a_call_alone_starts_at_once() -> None:
    worker, done = Worker(1, 8), list[list[int]]()
    assert sharing(worker, done, 1).started
    worker.close()


async def test_of_calls_that_fail_together_only_those_fail_that_fail_by_themselves() -> None:
    worker, done = Worker(1, 8), list[list[int]]()
    with held(worker):
        good, bad = sharing(worker, done, 1), sharing(worker, done, 0)
    assert await good.outcome == 24
    with pytest.raises(ZeroDivisionError):
        await bad.outcome
    assert done == [[1, 0], [1], [0]]
    worker.close()


async def test_a_call_that_was_given_up_does_not_go_along() -> None:
    worker, done = Worker(1, 8), list[list[int]]()
    with held(worker):
        calls = [sharing(worker, done, number) for number in (1, 2, 3)]
        calls[1].give_up()
    assert (await calls[0].outcome, await calls[2].outcome) == (24, 8)
    assert done == [[1, 3]]
    worker.close()


@pytest.mark.parametrize("takers", [2, 20, 60])
async def test_sessions_that_take_a_conversation_from_each_other_hold_others_up_no_more_than_one_does(
    takers: int,
) -> None:
    worker, started = Worker(1, 8), list[str]()
    with held(worker):
        for _ in range(takers):
            worker.line_up(worker.lane("theirs").place(Urgency.TYPED), started.append, "theirs")
        greedy = [worker.lane("theirs") for _ in range(2)]
        polite = worker.line_up(worker.lane("ours").place(Urgency.TYPED), started.append, "ours")
    await polite.outcome
    assert greedy[0] is greedy[1] is not worker.lane("other")
    assert started.index("ours") <= 1
    worker.close()
