import gc

from dialogue.quiet import quiet_imports


def test_the_garbage_collector_passes_by_what_is_imported() -> None:
    before = gc.get_freeze_count()
    with quiet_imports():
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() - before >= len(made)
