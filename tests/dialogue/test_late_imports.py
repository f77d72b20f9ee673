import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Optional, get_args

import pytest

from dialogue.late_imports import LateName, LateRegistry, import_late

UNUSED = "('tensorflow', 'keras', 'jax', 'sklearn', 'matplotlib', 'boto3', 'pymongo', 'aiogram', 'slack_sdk')"


def python(code: str) -> list[str]:
    """Run code in a Python of its own; returns the lines that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_loading_a_model_imports_nothing_that_it_does_not_need() -> None:
    code = f"""
import sys
import dialogue.runtime.rasa_runtime
import rasa.graph_components.validators.default_recipe_validator
print([name for name in {UNUSED} if name in sys.modules])
"""
    assert python(code) == ["[]"]


def test_training_and_validating_import_no_tensorflow() -> None:
    code = """
import sys
import dialogue.training.rasa_trainer, dialogue.validation.rasa_validator
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
print(DefaultV1Recipe._from_registry("RulePolicy").clazz.__name__)
print([name for name in ("tensorflow", "keras", "jax") if name in sys.modules])
"""
    assert python(code) == ["RulePolicy", "[]"]


def test_each_stock_component_is_there_when_it_is_looked_up() -> None:
    code = """
import sys
import dialogue.training.rasa_trainer
from dialogue.late_imports import LATE, TENSORFLOW_COMPONENTS, LateName
from importlib import import_module
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
found = [DefaultV1Recipe._from_registry(name).clazz for name in TENSORFLOW_COMPONENTS]
assert all(isinstance(each, type) and issubclass(each, GraphComponent) for each in found)
assert [each.__module__ for each in found] == list(TENSORFLOW_COMPONENTS.values())
assert "tensorflow" in sys.modules
for module, deferred in LATE.items():
    import_module(module)
    for source, names in deferred.items():
        for name in names:
            late, real = getattr(sys.modules[module], name), getattr(import_module(source), name)
            assert isinstance(late, LateName) and (not isinstance(real, type) or issubclass(real, late))
print(len(found))
"""
    assert python(code) == ["6"]


def test_all_channels_are_there_when_they_are_asked_for() -> None:
    code = """
import sys
import dialogue.runtime.rasa_runtime
from rasa.core.channels import UserMessage
print("rasa.core.channels.slack" in sys.modules)
from rasa.core.channels import BUILTIN_CHANNELS, UserMessage as same
from rasa.core.channels.rest import RestInput
print(BUILTIN_CHANNELS["rest"] is RestInput, same is UserMessage, len(BUILTIN_CHANNELS))
"""
    assert python(code) == ["False", "True True 15"]


def test_a_late_name_is_used_as_what_it_names() -> None:
    late = LateName("fractions", "Fraction")
    assert late(1, 2) == Fraction(1, 2)
    assert late.from_float(0.5) == Fraction(1, 2)
    assert isinstance(Fraction(1), late)  # type: ignore[arg-type]
    assert not isinstance(1, late)  # type: ignore[arg-type]
    assert issubclass(Fraction, late)  # type: ignore[arg-type]
    assert late.__name__ == "Fraction"


def test_a_late_name_is_found_where_what_it_names_is() -> None:
    late = LateName("fractions", "Fraction")
    assert late in {Fraction, int}
    assert late in [int, Fraction]
    assert {Fraction}.intersection([late])
    assert late not in {int}
    assert late != LateName("no.such.module", "Fraction")
    assert LateName("no.such.module", "Thing") not in {Fraction, None}


def test_a_class_can_inherit_from_a_late_name() -> None:
    late = LateName("fractions", "Fraction")

    class Share(late):  # type: ignore[misc, valid-type]
        pass

    assert Share.__mro__[1] is Fraction


def test_naming_a_late_name_in_an_annotation_imports_nothing() -> None:
    late = LateName("no.such.module", "Thing")
    assert "no.such.module.Thing" in repr(late)
    assert get_args(Optional[late])[0] is late  # noqa: UP045 - what Rasa writes
    with pytest.raises(AttributeError):
        _ = late.__wrapped__


def test_what_is_not_there_fails_when_it_is_used() -> None:
    with pytest.raises(ModuleNotFoundError):
        LateName("no.such.module", "Thing")()
    with pytest.raises(AttributeError):
        LateName("fractions", "Thing")()


def test_only_the_statement_that_is_listed_is_deferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deferring.py").write_text(
        "from colorsys import rgb_to_hsv\nfrom colorsys import hsv_to_rgb\ndef later():\n    import colorsys\n"
        "    return colorsys\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_late({"deferring": {"colorsys": ("rgb_to_hsv",)}})

    import colorsys

    import deferring  # type: ignore[import-not-found]

    assert isinstance(deferring.rgb_to_hsv, LateName)
    assert deferring.hsv_to_rgb is colorsys.hsv_to_rgb
    assert deferring.later() is colorsys


def test_a_module_that_imports_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "changed_since.py").write_text("from colorsys import hsv_to_rgb\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_late({"changed_since": {"colorsys": ("rgb_to_hsv",)}})
    with pytest.raises(ImportError, match="changed_since does not import from colorsys"):
        import changed_since  # type: ignore[import-not-found]  # noqa: F401


def test_a_package_runs_its_code_when_more_than_its_light_module_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "services"
    package.mkdir()
    (package / "__init__.py").write_text("from services.base import Base\nran = Base.ran\nBase.ran = True\n")
    (package / "base.py").write_text("class Base:\n    ran = False\n")
    (package / "other.py").write_text("value = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_late({}, {"services": "services.base"})

    import services  # type: ignore[import-not-found]
    from services import Base
    from services.other import value  # type: ignore[import-not-found]

    assert (Base.ran, value, services.__name__) == (False, 3, "services")
    assert services.ran is False
    assert Base.ran is True
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = services.nothing


def test_asking_twice_installs_one_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_late({"once": {}})
    found = len(sys.meta_path)
    import_late({"once": {}})
    assert len(sys.meta_path) == found


def test_a_registry_has_what_is_neither_late_nor_there_not() -> None:
    registry = LateRegistry(Known=1)
    assert "Known" in registry
    assert "Unknown" not in registry
