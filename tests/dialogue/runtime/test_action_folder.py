import inspect
import sys
from pathlib import Path

import pytest
from rasa_sdk.executor import ActionExecutor

from dialogue.errors import ProjectError
from dialogue.project.project_modules import own_modules
from dialogue.runtime.action_folder import register_folder

ACTION = """
from rasa_sdk import Action
{imports}

class Say(Action):
    def name(self):
        return "{name}"

    def run(self, dispatcher, tracker, domain):
        return []
"""


def write_action(path: Path, name: str, imports: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ACTION.format(name=name, imports=imports), "utf-8")


def registered(path: Path) -> set[str]:
    executor = ActionExecutor()
    with own_modules(path.parent):
        register_folder(executor, path)
    return set(executor.actions)


def test_every_module_of_the_package_is_registered(tmp_path: Path) -> None:
    folder = tmp_path / "actions"
    write_action(folder / "__init__.py", "action_one")
    write_action(folder / "two.py", "action_two", imports="from .helpers import nothing")
    write_action(folder / "deep" / "__init__.py", "action_three", imports="from actions.helpers import nothing")
    (folder / "helpers.py").write_text("nothing = None\n", "utf-8")
    assert registered(folder) == {"action_one", "action_two", "action_three"}


def test_a_single_file_will_do(tmp_path: Path) -> None:
    write_action(tmp_path / "actions.py", "action_alone")
    assert registered(tmp_path / "actions.py") == {"action_alone"}


def test_a_folder_without_init_will_do(tmp_path: Path) -> None:
    write_action(tmp_path / "actions" / "one.py", "action_one")
    assert registered(tmp_path / "actions") == {"action_one"}


def test_a_folder_without_init_that_follows_a_file_does_not_confuse_inspect(tmp_path: Path) -> None:
    write_action(tmp_path / "old" / "actions.py", "action_old")
    write_action(tmp_path / "new" / "actions" / "new.py", "action_new")
    with own_modules(tmp_path / "old"):
        register_folder(ActionExecutor(), tmp_path / "old" / "actions.py")
        inspect.getmodule(inspect.currentframe(), "no-such-file.py")
    sys.modules.pop("actions", None)
    with own_modules(tmp_path / "new"):
        register_folder(ActionExecutor(), tmp_path / "new" / "actions")
        assert inspect.getmodule(inspect.currentframe(), "no-such-file-either.py") is None


def test_two_projects_do_not_mix(tmp_path: Path) -> None:
    for project in ("a", "b"):
        write_action(tmp_path / project / "actions" / "__init__.py", f"action_{project}")
    assert registered(tmp_path / "a" / "actions") == {"action_a"}
    assert registered(tmp_path / "b" / "actions") == {"action_b"}
    assert registered(tmp_path / "a" / "actions") == {"action_a"}


def test_the_import_path_is_left_as_it_was(tmp_path: Path) -> None:
    write_action(tmp_path / "actions" / "__init__.py", "action_one")
    before = list(sys.path)
    registered(tmp_path / "actions")
    assert sys.path == before


@pytest.mark.parametrize("mistake", ["import a_module_that_is_not_there", "def ("])
def test_what_cannot_be_imported_is_named(tmp_path: Path, mistake: str) -> None:
    folder = tmp_path / "actions"
    write_action(folder / "__init__.py", "action_one", imports=mistake)
    with pytest.raises(ProjectError, match=str(folder)):
        registered(folder)


def test_what_an_action_stumbles_over_while_it_is_imported_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "actions"
    write_action(folder / "__init__.py", "action_one", imports="from actions.prices import PRICES")
    (folder / "prices.py").write_text("import json\n\nPRICES = json.loads('no json')\n", "utf-8")
    with pytest.raises(ProjectError, match=r"actions/prices\.py:3: JSONDecodeError: Expecting value"):
        registered(folder)
    (folder / "prices.py").write_text("PRICES = open('no_such_prices.csv')\n", "utf-8")
    with pytest.raises(ProjectError, match=r"prices\.py:1: FileNotFoundError: .*no_such_prices\.csv"):
        registered(folder)


def test_a_library_s_own_error_is_named_with_the_line_that_met_it(tmp_path: Path) -> None:
    folder = tmp_path / "actions"
    write_action(folder / "__init__.py", "action_one", imports="import yaml; yaml.safe_load('[')")
    with pytest.raises(ProjectError, match=r"actions/__init__\.py:\d+: ParserError"):
        registered(folder)
    assert "actions" not in sys.modules or Path(str(sys.modules["actions"].__file__)).parent != folder


def test_a_name_in_use_is_refused(tmp_path: Path) -> None:
    write_action(tmp_path / "json" / "__init__.py", "action_one")
    with pytest.raises(ProjectError, match="another name"):
        registered(tmp_path / "json")


def test_actions_that_cannot_be_imported_leave_those_before_them_imported(tmp_path: Path) -> None:
    write_action(tmp_path / "a" / "actions" / "__init__.py", "action_a")
    assert registered(tmp_path / "a" / "actions") == {"action_a"}
    before = sys.modules["actions"]
    write_action(tmp_path / "b" / "actions" / "__init__.py", "action_b", imports="import nowhere_to_be_found")
    with pytest.raises(ProjectError, match="nowhere_to_be_found"):
        registered(tmp_path / "b" / "actions")
    assert sys.modules["actions"] is before
