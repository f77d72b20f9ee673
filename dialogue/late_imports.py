"""Rasa without what most models never use: TensorFlow above all, which is imported when it is first needed.

Rasa 3.6 imports TensorFlow, and with it Keras and JAX, whatever a model is made of: 3 seconds and 400 MiB. None of
Heedful's own components needs it, only DIETClassifier, TEDPolicy and four more of Rasa's. It also imports scikit-learn,
matplotlib, the clients of databases, and those of fifteen chat services. Rasa's modules reach all of them by the few
import statements in `LATE`. A module listed there is executed with an `import` of its own, which gives it a `LateName`
for each of those names: an object that imports what it names when it is called, asked for an attribute, inherited from,
or compared with by `isinstance`. All other imports, those of the same names elsewhere included, are Python's own, so a
project with stock components gets the real classes, and TensorFlow with them.

Rasa finds components by their names in a registry, which a class enters when its module is imported. `LateRegistry`
imports the module of a late component when its name is looked up. A package in `LATE_PACKAGES` runs its own code when a
name is asked for that its light module lacks.

A Rasa whose modules import something else is refused with an ImportError, never half deferred.
"""

import builtins
import sys
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType, SimpleNamespace
from typing import Any

Late = Mapping[str, Mapping[str, tuple[str, ...]]]
"""For each module that defers: the modules that it imports from, with the names that it takes as in its source."""

TENSORFLOW_COMPONENTS = {
    "DIETClassifier": "rasa.nlu.classifiers.diet_classifier",
    "ConveRTFeaturizer": "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "LanguageModelFeaturizer": "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "ResponseSelector": "rasa.nlu.selectors.response_selector",
    "TEDPolicy": "rasa.core.policies.ted_policy",
    "UnexpecTEDIntentPolicy": "rasa.core.policies.unexpected_intent_policy",
}
"""Rasa's components that need TensorFlow, and the modules that they are in."""

RECIPE = "rasa.engine.recipes.default_recipe"

LATE: Late = {
    "rasa.utils.train_utils": {
        "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
        "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    },
    "rasa.graph_components.validators.default_recipe_validator": {
        TENSORFLOW_COMPONENTS[name]: (name,) for name in ("DIETClassifier", "ResponseSelector", "TEDPolicy")
    },
    "rasa.engine.recipes.default_components": {module: (name,) for name, module in TENSORFLOW_COMPONENTS.items()},
    RECIPE: {},
    "rasa.utils.tensorflow.model_data": {"sklearn.model_selection": ("train_test_split",)},
    "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer": {
        "sklearn.feature_extraction.text": ("CountVectorizer",)
    },
    "rasa.nlu.classifiers.logistic_regression_classifier": {"sklearn.linear_model": ("LogisticRegression",)},
    # rasa.nlu.test imports matplotlib.
    "rasa.nlu.extractors.crf_entity_extractor": {"rasa.nlu.test": ("determine_token_labels",)},
    "rasa.core.test": {"rasa.nlu.test": ("EntityEvaluationResult", "evaluate_entities")},
    "rasa.core.tracker_store": {
        "boto3.dynamodb.conditions": ("Key",),
        "pymongo.collection": ("Collection",),
    },
}

LATE_PACKAGES: Mapping[str, str] = {"rasa.core.channels": "rasa.core.channels.channel"}
"""Packages, each with the light module of its own that has what is mostly asked of it."""


class LateName:
    """A class or a function of a module that is imported when it is first used.

    It equals what it names, as soon as that is there, and has its hash: so it is found in a set of classes. In a set
    of its own it would not be found again once the module is imported.
    """

    def __init__(self, module: str, name: str) -> None:
        self.__module__ = module
        self.__name__ = self.__qualname__ = name

    def __repr__(self) -> str:
        return f"<{self.__module__}.{self.__name__}, imported when it is used>"

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        return self._real()(*arguments, **settings)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what `typing` asks of any annotation
            raise AttributeError(f"{self!r} has no {name}")
        return getattr(self._real(), name)

    def __mro_entries__(self, _: tuple[object, ...]) -> tuple[type, ...]:
        return (self._real(),)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._real())

    def __subclasscheck__(self, other: type) -> bool:
        return issubclass(other, self._real())

    def __eq__(self, other: object) -> bool:
        return self is other or (other is not None and other is self._imported())

    def __hash__(self) -> int:
        return hash(self._imported()) if self._imported() is not None else id(self)

    def _imported(self) -> Any:
        """Return what it names if its module is imported already."""
        return getattr(sys.modules.get(self.__module__), self.__name__, None)

    def _real(self) -> Any:
        return getattr(_imported(self.__module__), self.__name__)


class LateRegistry(dict[str, Any]):
    """Rasa's components by name, as its recipe keeps them; those that need TensorFlow enter when they are looked up."""

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name) and isinstance(name, str) and name in TENSORFLOW_COMPONENTS:
            _imported(TENSORFLOW_COMPONENTS[name])
        return super().__contains__(name)


def import_late(late: Late = LATE, packages: Mapping[str, str] = LATE_PACKAGES) -> None:
    """Let the modules and packages that are imported from now on defer what is listed; harmless when called again."""
    finder = _LateFinder(late, packages)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)


@dataclass(frozen=True)
class _LateFinder(MetaPathFinder):
    """Finds what is listed where Python itself does, and has it executed by a loader of ours."""

    late: Late
    packages: Mapping[str, str]

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self.late and name not in self.packages:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin is not None:
            if name in self.late:
                spec.loader = _LateLoader(name, spec.origin, self.late[name])
            else:
                spec.loader = _LatePackageLoader(name, spec.origin, self.packages[name])
        return spec


class _LateLoader(SourceFileLoader):
    """Executes a module with an `import` that gives it a `LateName` for each of the names listed."""

    def __init__(self, name: str, path: str, late: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(name, path)
        self._late = late

    def exec_module(self, module: ModuleType) -> None:
        unseen = set(self._late)

        def import_or_defer(name: str, context: Any = None, local: Any = None, names: Any = (), level: int = 0) -> Any:
            if level or tuple(names or ()) != self._late.get(name):
                return builtins.__import__(name, context, local, names, level)
            unseen.discard(name)
            return SimpleNamespace(**{taken: LateName(name, taken) for taken in names})

        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_or_defer}
        super().exec_module(module)
        if unseen:
            raise ImportError(f"{module.__name__} does not import from {', '.join(sorted(unseen))} as it used to")
        if module.__name__ == RECIPE:
            recipe = module.DefaultV1Recipe
            recipe._registered_components = LateRegistry(recipe._registered_components)


class _LatePackageLoader(SourceFileLoader):
    """Executes a package once a name is asked for that its light module lacks."""

    def __init__(self, name: str, path: str, light: str) -> None:
        super().__init__(name, path)
        self._light = light
        self._once = threading.RLock()

    def exec_module(self, module: ModuleType) -> None:
        def find(name: str) -> Any:
            light = import_module(self._light)
            if not name.startswith("__") and hasattr(light, name):
                return getattr(light, name)
            with self._once:
                if not name.startswith("__") and module.__dict__.pop("__getattr__", None):
                    SourceFileLoader.exec_module(self, module)
            if name not in module.__dict__:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            return module.__dict__[name]

        module.__dict__["__getattr__"] = find


def _imported(name: str) -> ModuleType:
    """Import a module without the warnings of old libraries that it brings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(name)
