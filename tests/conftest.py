"""The real models, loaded once for all tests that are about them."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from server.settings import Settings, load_settings

if TYPE_CHECKING:
    from server.turns.hot_reload import LiveUnderstanding
    from server.turns.pipeline import Assistant

# Models of these sizes gain nothing from more threads and lose much on a busy machine. Set before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Speed is measured in benchmarks; a slow machine must not fail a property.
hypothesis.settings.register_profile("heedful", deadline=None)
hypothesis.settings.load_profile("heedful")

ROOT = Path(__file__).parents[1]
BENCH = ROOT.parent / "shared" / "bench"


@contextmanager
def building() -> Iterator[None]:
    """Nobody else, of the processes that run tests, writes into `build/` meanwhile: the second finds all made."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    with (folder / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(autouse=True)
def every_event_is_valid() -> Iterator[None]:
    """Fail any test in which a session sends what the stock client's newest types refuse."""
    if "server.protocol.session" not in sys.modules:  # nothing can be sent, and the types take a second to import
        yield
        return
    from tests.wire_oracle import watching

    complaints: list[str] = []
    with watching(complaints):
        yield
    assert complaints == []


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The project's own settings, with nothing from this machine's environment."""
    return load_settings(ROOT / "heedful.toml", {})


@pytest.fixture(scope="session")
def built(settings: Settings) -> Settings:
    """The settings, with the demo assistant trained and its knowledge indexed (both only if something changed)."""
    from server.building import build_index, train

    with building():
        train(settings)
        build_index(settings)
    return settings


@pytest.fixture(scope="session")
def assistant(built: Settings) -> Iterator["Assistant"]:
    """Every model of the demo, loaded."""
    # Warnings are errors in tests, and Rasa's imports warn. They are silenced for the whole process, so the thread that
    # imports Rasa must not do it while another imports something, too.
    import dialogue.runtime.rasa_runtime  # noqa: F401
    from server.bootstrap import open_assistant

    with open_assistant(built) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def tool_talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator["LiveUnderstanding"]:
    """A small project that calls functions of the client's, trained and loaded."""
    from dialogue.runtime.rasa_runtime import RasaRuntime
    from dialogue.training.incremental_training import train
    from server.turns.hot_reload import LiveUnderstanding
    from tests.dialogue.conftest import TwoProducts
    from tests.dialogue.projects import write_project
    from tests.dialogue.tools.tool_project import FILES

    root = tmp_path_factory.mktemp("tools")
    project = write_project(root / "project", FILES)
    runtime = RasaRuntime.load(train(project, root / "models"), TwoProducts(), project / "actions")
    with closing(LiveUnderstanding(closing(runtime), lambda: closing(runtime))) as live:
        yield live
