"""All errors of the package have one base."""

import importlib
import inspect
import pkgutil

import asr
from asr.errors import AsrError


def test_every_error_that_the_package_defines_is_an_asr_error() -> None:
    names = [module.name for module in pkgutil.walk_packages(asr.__path__, "asr.")]
    errors = {
        kind
        for name in names
        for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith("asr.")
    }
    assert {"AudioError", "CheckpointError", "ManifestError"} <= {kind.__name__ for kind in errors}
    assert [kind for kind in errors if not issubclass(kind, AsrError)] == []
