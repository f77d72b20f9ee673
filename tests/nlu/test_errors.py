"""All errors of the package have one base."""

import importlib
import inspect
import pkgutil

import nlu
from nlu.errors import NluError


def test_every_error_that_the_package_defines_is_an_nlu_error() -> None:
    names = [module.name for module in pkgutil.walk_packages(nlu.__path__, "nlu.")]
    errors = {
        kind
        for name in names
        if not name.startswith("nlu.components")  # they import Rasa, and raise its errors
        for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith("nlu.")
    }
    assert {"WeightsError", "TrainingError", "DataError", "MarkupError"} <= {kind.__name__ for kind in errors}
    assert [kind for kind in errors if not issubclass(kind, NluError)] == []
