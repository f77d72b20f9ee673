"""Memory that nothing uses goes back to the system."""

import gc
import weakref

from server.turns.memory import release_unused_memory


class Loop:
    """Something that only the garbage collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_what_only_the_collector_can_free_is_freed() -> None:
    gc.disable()
    try:
        alive = weakref.ref(Loop())
        assert alive() is not None
        release_unused_memory()
        assert alive() is None
    finally:
        gc.enable()
