"""Loads a trained model into a Rasa agent whose components are given what this process has for them."""

import json
import tarfile
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dialogue.quiet import quiet_imports
from dialogue.runtime.processor import LoadedProcessor
from nlu.components.services import ComponentServices, ServingModelStorage
from nlu.errors import NluError

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.core.lock_store import LockStore
    from rasa.core.policies import rule_policy
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH
    from rasa.core.tracker_store import TrackerStore
    from rasa.engine.exceptions import GraphComponentException
    from rasa.engine.graph import ExecutionContext, GraphNode, GraphSchema
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.runner.interface import GraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.storage import ModelMetadata
    from rasa.exceptions import ModelNotFound
    from rasa.shared.core.domain import State
    from rasa.shared.exceptions import RasaException
    from rasa.utils.endpoints import EndpointConfig
    from rasa.version import __version__ as RASA_VERSION

    from nlu.components.spacy_amounts import with_brief_amounts
    from nlu.components.spacy_model import with_bounded_spacy

# What a model that is damaged, or was trained by other code, makes Rasa raise.
UNUSABLE = (
    RasaException,
    GraphComponentException,
    ModelNotFound,
    NluError,
    tarfile.TarError,
    zlib.error,
    OSError,
    EOFError,
    ImportError,
    SyntaxError,
    ValueError,
    KeyError,
)


HELD_SECONDS = 5.0
"""How long a component is waited for that another thread uses; one that hangs there must not hold up all others."""


def load_agent(
    model_path: Path,
    services: ComponentServices,
    *,
    action_endpoint: EndpointConfig | None = None,
    generator: EndpointConfig | None = None,
    tracker_store: TrackerStore | None = None,
    lock_store: LockStore | None = None,
) -> Agent:
    """Load a model as `Agent.load` does; raises one of UNUSABLE when it is damaged or was trained by other code."""
    metadata, runner = _load_graph(model_path, services)
    agent = Agent(metadata.domain, generator, tracker_store, lock_store, action_endpoint)
    agent.processor = LoadedProcessor(
        metadata,
        runner,
        model_path=model_path,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        generator=agent.nlg,
        action_endpoint=action_endpoint,
    )
    return agent


def _load_graph(model_path: Path, services: ComponentServices) -> tuple[ModelMetadata, GraphRunner]:
    """Unpack the model and load its components."""
    with tempfile.TemporaryDirectory(prefix="heedful-model-") as folder:
        _, metadata = LocalModelStorage.from_model_archive(Path(folder), model_path)
        _require_this_rasa(metadata)
        schema = with_brief_amounts(with_brief_rules(with_bounded_spacy(metadata.predict_schema)))
        context = ExecutionContext(graph_schema=schema, model_id=metadata.model_id)
        runner = OrderedGraphRunner.create(schema, ServingModelStorage(Path(folder), services), context)
    return metadata, runner


class RulePolicy(rule_policy.RulePolicy):
    """Rasa's policy of that name, which looks no further back than its longest rule.

    What is before cannot decide: Rasa compares a rule with as many states as the rule has. Yet it copies and compares
    those of the whole conversation, twice for each action. One more state is kept, since the key that Rasa makes of
    states that no rule fits must not be that of a rule.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        rules = [*self.lookup.get(RULES, ()), *self.lookup.get(RULES_FOR_LOOP_UNHAPPY_PATH, ())]
        self._most_states = 1 + max((len(json.loads(rule)) for rule in rules), default=0)

    def _prediction_states(self, *arguments: Any, **settings: Any) -> list[State]:
        return list(super()._prediction_states(*arguments, **settings)[-self._most_states :])


def with_brief_rules(schema: GraphSchema) -> GraphSchema:
    """Return `schema` with our RulePolicy wherever it has Rasa's."""
    nodes = {
        name: replace(node, uses=RulePolicy) if node.uses is rule_policy.RulePolicy else node
        for name, node in schema.nodes.items()
    }
    return GraphSchema(nodes)


def _require_this_rasa(metadata: ModelMetadata) -> None:
    """Rasa itself refuses older models only; a newer one may hold what this one takes for something else."""
    if metadata.rasa_open_source_version != RASA_VERSION:
        raise ValueError(f"it was trained with Rasa {metadata.rasa_open_source_version}, this is {RASA_VERSION}")


class OrderedGraphRunner(DaskGraphRunner):
    """Rasa's runner without dask: it finds the order of the graph once, and not several times a turn.

    It may run on several threads. A component is used by one of them at a time, but for those whose class says
    `side_by_side`: most of Rasa's and of projects' were written for one thread.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._steps = cache(self._find_steps)
        self._used = {name: threading.Lock() for name in self._instantiated_nodes}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what the targets need, by default the graph's own; returns the outputs of the targets by their names.

        Raises what a component raises, as Rasa wraps it.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs = dict(inputs or {})
        for name, node, needs in self._steps(wanted):
            given = [(need, outputs[need]) if need in outputs else need for need in needs]
            with self._using(name, node):
                _, outputs[name] = node(*given)
        return {name: outputs[name] for name in wanted}

    @contextmanager
    def _using(self, name: str, node: GraphNode) -> Iterator[None]:
        alone = not getattr(node._component_class, "side_by_side", False)
        held = alone and self._used[name].acquire(timeout=HELD_SECONDS)
        try:
            yield
        finally:
            if held:
                self._used[name].release()

    def _find_steps(self, targets: Iterable[str]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
        """Find the nodes that the targets need, in an order in which each comes after those that it needs."""
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, self._instantiated_nodes[name], needs[name]) for name in order if name in nodes]
