"""Running the graph of a model in an order that is found once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.engine.exceptions import GraphComponentException
    from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    from dialogue.runtime.model_loading import OrderedGraphRunner


class Adding(GraphComponent):  # type: ignore[misc]  # Rasa has no types
    """Adds its own number to the sum of what it is given."""

    def __init__(self, number: int) -> None:
        self._number = number

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> "Adding":
        return cls(config["number"])

    def add(self, first: int, second: int = 0) -> int:
        if first < 0:
            raise ValueError(first)
        return first + second + self._number


def node(number: int, **needs: str) -> SchemaNode:
    return SchemaNode(needs, Adding, "create", "add", {"number": number}, eager=True)


# The nodes are not in the order in which they run.
SCHEMA = GraphSchema(
    {
        "sum": node(1000, first="left", second="right"),
        "left": node(1, first="__start__"),
        "right": node(10, first="left", second="__start__"),
        "apart": node(100, first="__other__"),
    }
)


def runner(kind: type[DaskGraphRunner], folder: Path) -> DaskGraphRunner:
    return kind.create(SCHEMA, LocalModelStorage(folder), ExecutionContext(SCHEMA, "model"))


@pytest.mark.parametrize("targets", [["sum"], ["left"], ["right", "left"]])
def test_it_gives_what_rasas_runner_gives(tmp_path: Path, targets: list[str]) -> None:
    ours, theirs = runner(OrderedGraphRunner, tmp_path), runner(DaskGraphRunner, tmp_path)
    for start in (1, 2):
        expected = theirs.run({"__start__": start}, targets)
        assert ours.run({"__start__": start}, targets) == expected
        assert set(expected) == set(targets)


def test_only_what_the_targets_need_is_run(tmp_path: Path) -> None:
    assert runner(OrderedGraphRunner, tmp_path).run({"__other__": 5}, ["apart"]) == {"apart": 105}


def test_what_a_component_raises_is_named_by_rasa(tmp_path: Path) -> None:
    with pytest.raises(GraphComponentException, match="left"):
        runner(OrderedGraphRunner, tmp_path).run({"__start__": -1}, ["sum"])


class Meeting(GraphComponent):  # type: ignore[misc]  # Rasa has no types
    """Waits until two threads are in it, or not at all."""

    together = threading.Barrier(2)

    @classmethod
    def create(cls, *_: Any, **__: Any) -> "Meeting":
        return cls()

    def meet(self, seconds: float) -> bool:
        try:
            self.together.wait(seconds)
        except threading.BrokenBarrierError:
            self.together.reset()
            return False
        return True


class MeetingSideBySide(Meeting):
    """The same, which says that it may be used so."""

    side_by_side = True


@pytest.mark.parametrize(("kind", "meet"), [(Meeting, False), (MeetingSideBySide, True)])
def test_a_component_is_used_by_one_thread_at_a_time_but_for_those_that_say_otherwise(
    tmp_path: Path, kind: type[Meeting], meet: bool
) -> None:
    schema = GraphSchema({"meeting": SchemaNode({"seconds": "__start__"}, kind, "create", "meet", {}, eager=True)})
    run = OrderedGraphRunner.create(schema, LocalModelStorage(tmp_path), ExecutionContext(schema, "model")).run
    with ThreadPoolExecutor(2) as pool:
        seconds = 10.0 if meet else 0.05
        met = list(pool.map(lambda _: run({"__start__": seconds}, ["meeting"])["meeting"], range(2)))
    assert met == [meet, meet]
