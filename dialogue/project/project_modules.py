"""The Python modules of a Rasa project's own (components, importers, actions), imported from where they lie."""

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

MARK = "__heedful_project__"


@contextmanager
def own_modules(folder: Path) -> Iterator[None]:
    """Within this, what is in `folder` can be imported by its name, as Rasa can what is where it is started.

    It is imported afresh: what another project, or this one before, brought is forgotten, and is back after a failure.
    Afterwards the import path is as it was; what was imported stays for what imports it later. Not thread-safe.
    """
    place, known = folder.resolve(), set(sys.modules.copy())
    before = _forget(name for name, module in sys.modules.copy().items() if MARK in getattr(module, "__dict__", ()))
    importlib.invalidate_caches()
    sys.path.insert(0, str(place))
    with ExitStack() as undoing:
        undoing.callback(sys.modules.update, before)
        undoing.callback(lambda: _forget(_imported(place, known - set(before))))
        try:
            yield
        finally:
            sys.path.remove(str(place))
        undoing.pop_all()
    for name in _imported(place, known - set(before)):
        setattr(sys.modules[name], MARK, str(place))


def lies_in(folder: Path, name: str) -> bool:
    """Whether the imported top-level module of that name is a file or a folder right in `folder`."""
    module = sys.modules[name]
    origins = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    beginnings = {folder / f"{name}.py", folder / name, folder / name / "__init__.py"}
    return any(origin is not None and Path(origin) in beginnings for origin in origins)


def _imported(folder: Path, known: set[str]) -> list[str]:
    """The modules from `folder`, with those within them, that are not among the known ones."""
    fresh = set(sys.modules.copy()) - known
    own = {name for name in fresh if "." not in name and lies_in(folder, name)}
    return [name for name in fresh if name.partition(".")[0] in own]


def _forget(names: Iterable[str]) -> dict[str, ModuleType]:
    """Take modules out of `sys.modules`, and return them."""
    return {name: sys.modules.pop(name) for name in list(names)}
