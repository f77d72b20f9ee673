"""A Rasa project's own `actions`, imported from where they lie and made ready to run in this process."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.utils import all_subclasses

from dialogue.errors import ProjectError


def register_folder(executor: ActionExecutor, path: Path) -> None:
    """Register every Action defined in the package or module at `path` (a folder `actions` or an `actions.py`).

    It is imported afresh under its own name, as `rasa run actions` does, so `from actions.x import y` works in it.
    Raises ProjectError when it cannot be imported; what was imported before is then left as it was.
    """
    name = path.stem
    known = sys.modules.get(name)
    if known is not None and not getattr(known, "__heedful_actions__", False):
        raise ProjectError(f"{path} cannot be imported: a module named {name} is in use, give the folder another name")
    with _replaced_modules(name), _first_in_path(path.parent):
        try:
            importlib.invalidate_caches()
            _import_all(name)
        except (ImportError, SyntaxError) as error:
            raise ProjectError(f"the actions in {path} cannot be imported: {error}") from error
    for action in _actions_of(name):
        executor.register_action(action)


def _import_all(name: str) -> None:
    package = importlib.import_module(name)
    package.__dict__["__heedful_actions__"] = True
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), prefix=f"{name}."):
        importlib.import_module(found.name)


def _actions_of(name: str) -> Iterable[type[Action]]:
    """The concrete Action classes of the modules now loaded under `name`, not of those they replaced."""
    for action in all_subclasses(Action):
        module = sys.modules.get(action.__module__)
        ours = action.__module__ == name or action.__module__.startswith(f"{name}.")
        # A class of the same name that is not the module's own is left over from an earlier import.
        current = ours and getattr(module, action.__name__, None) is action
        if current and not inspect.isabstract(action):
            yield action


@contextmanager
def _replaced_modules(name: str) -> Iterator[None]:
    """Import the module called `name` and those within it afresh; what was imported before is back after a failure."""
    before = _forget_modules(name)
    with ExitStack() as undoing:
        undoing.callback(sys.modules.update, before)
        undoing.callback(_forget_modules, name)
        yield
        undoing.pop_all()


@contextmanager
def _first_in_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _forget_modules(name: str) -> dict[str, ModuleType]:
    """Take the modules called `name` and those within it out of `sys.modules`, and return them."""
    stale = [each for each in sys.modules if each == name or each.startswith(f"{name}.")]
    return {each: sys.modules.pop(each) for each in stale}
