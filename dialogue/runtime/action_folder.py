"""A Rasa project's own `actions`, imported from where they lie and made ready to run in this process."""

import importlib
import inspect
import pkgutil
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.utils import all_subclasses

from dialogue.errors import ProjectError
from dialogue.project.project_modules import lies_in


def register_folder(executor: ActionExecutor, path: Path) -> None:
    """Register every Action defined in the package or module at `path` (a folder `actions` or an `actions.py`).

    It is imported under its own name, as `rasa run actions` does, so `from actions.x import y` works in it; for this,
    `own_modules` has to be open on the folder it is in. Raises ProjectError when it cannot be imported.
    """
    name = path.stem
    if name in sys.modules and not lies_in(path.parent.resolve(), name):
        raise ProjectError(f"{path} cannot be imported: a module named {name} is in use, give the folder another name")
    try:
        _import_all(name)
    except Exception as error:  # the code is the project's and its libraries': it may raise anything
        raise ProjectError(f"the actions in {path} cannot be imported: {_located(error, path)}") from error
    for action in _actions_of(name):
        executor.register_action(action)


def _located(error: BaseException, path: Path) -> str:
    """Return what was raised, and in which line of the project's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f"{frame.filename}:{frame.lineno}: " for frame in frames if Path(frame.filename).is_relative_to(path.parent)]
    where = "" if isinstance(error, SyntaxError) else next(reversed(own), "")
    return f"{where}{type(error).__name__}: {error}"


def _import_all(name: str) -> None:
    package = importlib.import_module(name)
    if getattr(package, "__file__", "") is None:
        del package.__file__  # no __init__.py: `inspect` fails where the file of a module became none
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
