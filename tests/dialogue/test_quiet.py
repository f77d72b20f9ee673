import gc
import sys
from types import ModuleType

import pytest

from dialogue.quiet import quiet_imports


def test_the_garbage_collector_passes_by_what_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gc.get_freeze_count()
    with quiet_imports():
        assert not gc.isenabled()
        monkeypatch.setitem(sys.modules, "imported_for_a_test", ModuleType("imported_for_a_test"))
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() - before >= len(made)


def test_where_nothing_is_imported_nothing_is_kept_from_the_garbage_collector() -> None:
    before = gc.get_freeze_count()
    with quiet_imports():
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() <= before
    assert len(made) == 1000
