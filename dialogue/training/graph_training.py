"""Trains the graph that a recipe makes of a config.yml, with what this process gives to its components."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.quiet import quiet_imports
from nlu.components.services import ComponentServices, ServingModelStorage
from retrieval.progress import Progress

with quiet_imports():
    from rasa.engine.caching import TrainingCache
    from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema, SchemaNode
    from rasa.engine.recipes.recipe import Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.storage import ModelStorage
    from rasa.engine.training.components import PrecomputedValueProvider
    from rasa.engine.training.graph_trainer import GraphTrainer
    from rasa.engine.validation import validate
    from rasa.shared.data import TrainingType
    from rasa.shared.importers.importer import TrainingDataImporter


def train_graph(
    importer: TrainingDataImporter,
    kind: TrainingType,
    archive: Path,
    cache: TrainingCache,
    services: ComponentServices,
    progress: Progress,
) -> None:
    """Train the components of pipeline and policies, and write the model to `archive`.

    What is in `cache` is not trained again. Does what `rasa.model_training` does, which has no way to give it a cache
    or a storage. Raises what Rasa and the components raise.
    """
    recipe = Recipe.recipe_for_name(importer.get_config().get("recipe"))
    config, _, _ = recipe.auto_configure(importer.get_config_file_for_auto_config(), importer.get_config(), kind)
    graph = recipe.graph_config_for_recipe(config, {}, training_type=kind)
    validate(graph)
    progress.begin("training", sum(map(_learns, graph.train_schema.nodes.values())), "component")
    with tempfile.TemporaryDirectory(prefix="heedful-training-") as folder:
        storage = ServingModelStorage(Path(folder), services)
        GraphTrainer(storage, cache, _WatchedRunners(progress)).train(graph, importer, archive)


def _learns(node: SchemaNode) -> bool:
    """Whether the node is a component that learns something: these are the targets of training, besides its inputs."""
    return bool(node.is_target and not node.is_input)


@dataclass(frozen=True, slots=True)
class _WatchedRunners:
    """Makes graph runners whose components are reported; given to GraphTrainer, which only calls `create`, as a class
    of runners is.
    """

    progress: Progress

    def create(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> DaskGraphRunner:
        """Make a runner. One without hooks only finds out what changed: there nothing is reported."""
        watched = [*hooks, _ProgressHook(graph_schema, self.progress)] if hooks else None
        return DaskGraphRunner.create(graph_schema, model_storage, execution_context, watched)


class _ProgressHook(GraphNodeHook):
    """Reports which component is trained, and each that is done."""

    def __init__(self, graph: GraphSchema, progress: Progress) -> None:
        self._graph = graph
        self._progress = progress

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        received_inputs: dict[str, Any],
    ) -> dict[str, Any]:
        """Report what begins, but for a component that is restored."""
        node = self._graph.nodes[node_name]
        if _learns(node) and node.uses is not PrecomputedValueProvider:
            self._progress.describe(f"training {node.uses.__name__}")
        return {}

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        output: Any,
        input_hook_data: dict[str, Any],
    ) -> None:
        """Count what is trained or restored."""
        if _learns(self._graph.nodes[node_name]):
            self._progress.advance(1)
