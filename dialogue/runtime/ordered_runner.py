"""Runs the graph of a loaded model in an order that is found once: Rasa finds it anew in each run, several a turn."""

from collections.abc import Iterable
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.engine.graph import GraphNode
    from rasa.engine.runner.dask import DaskGraphRunner


class OrderedGraphRunner(DaskGraphRunner):
    """Rasa's runner without dask, which checks, sorts and schedules the whole graph in each run."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._steps = cache(self._find_steps)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what the targets need, by default the graph's own; returns the outputs of the targets by their names.

        Raises what a component raises, as Rasa wraps it.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs = dict(inputs or {})
        for name, node, needs in self._steps(wanted):
            _, outputs[name] = node(*((need, outputs[need]) if need in outputs else need for need in needs))
        return {name: outputs[name] for name in wanted}

    def _find_steps(self, targets: Iterable[str]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
        """Find the nodes that the targets need, in an order in which each comes after those that it needs."""
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, self._instantiated_nodes[name], needs[name]) for name in order if name in nodes]
