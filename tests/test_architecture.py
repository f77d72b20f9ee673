"""Who may import whom, where heavy dependencies are met, and the habits that the whole house keeps.

Each check is a function from the house to what is wrong in it. It is tried twice: on the code as it is, and on the code
with one line more that breaks the wall.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from graphlib import CycleError
from pathlib import Path

import pytest

from tests.architecture import House

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "asr": set(),
    "nlu": set(),
    "retrieval": set(),
    "dialogue": {"nlu", "retrieval"},
    "server": {"asr", "nlu", "retrieval", "dialogue"},
}
"""The other packages that each may import."""

CONTRACTS = {
    "asr": {"errors", "expected_sentences", "loudness", "options", "reference_whisper", "samples", "transcript"},
    "nlu": {"errors", "options", "interpretation", "component_settings"},
    "retrieval": {
        "errors",
        "options",
        "document",
        "passage",
        "question",
        "filtering",
        "embedder",
        "progress",
        "conditions",
    },
    "dialogue": {"errors", "options", "reply", "client_tools", "late_imports", "quiet", "answer_manners"},
    "server": {"options"},
}
"""Modules in front of the rooms that all of their package's rooms may import; contracts import only contracts."""

WALLS = {
    "asr.audio": set(),
    "asr.segmentation": set(),
    "asr.model": set(),
    "asr.decoding": {"asr.model"},
    "asr.evaluation": {"asr.audio", "asr.decoding"},
    "nlu.spoken": set(),
    "nlu.names": {"nlu.spoken"},
    "nlu.data": set(),
    "nlu.encoder": set(),
    "nlu.joint": {"nlu.data", "nlu.encoder", "nlu.names", "nlu.spoken"},
    "nlu.evaluation": {"nlu.data"},
    "nlu.validation": {"nlu.data", "nlu.evaluation", "nlu.joint"},
    "nlu.components": {"nlu.encoder", "nlu.joint", "nlu.names", "nlu.spoken"},
    "retrieval.language": set(),
    "retrieval.properties": {"retrieval.language"},
    "retrieval.values": {"retrieval.language"},
    "retrieval.index": {"retrieval.language", "retrieval.values"},
    "retrieval.search": {"retrieval.index", "retrieval.language"},
    "retrieval.reading": {"retrieval.language"},
    "retrieval.reviews": {"retrieval.language", "retrieval.properties", "retrieval.search"},
    "retrieval.questions": {
        "retrieval.index",
        "retrieval.language",
        "retrieval.properties",
        "retrieval.reviews",
        "retrieval.search",
        "retrieval.values",
    },
    "retrieval.selection": {
        "retrieval.index",
        "retrieval.language",
        "retrieval.properties",
        "retrieval.questions",
        "retrieval.values",
    },
    "retrieval.answering": {
        "retrieval.index",
        "retrieval.language",
        "retrieval.properties",
        "retrieval.questions",
        "retrieval.reading",
        "retrieval.reviews",
        "retrieval.search",
        "retrieval.selection",
        "retrieval.values",
    },
    "retrieval.ingestion.rows": {"retrieval.language"},
    "retrieval.ingestion.formats": {"retrieval.ingestion.rows", "retrieval.language"},
    "retrieval.ingestion.guessing": {"retrieval.ingestion.rows", "retrieval.language"},
    "retrieval.catalogs": {"retrieval.ingestion.formats", "retrieval.language"},
    "retrieval.evaluation": {
        "retrieval.answering",
        "retrieval.ingestion.rows",
        "retrieval.language",
        "retrieval.properties",
        "retrieval.search",
    },
    "dialogue.discourse": set(),
    "dialogue.memory": set(),
    "dialogue.patterns": {"dialogue.discourse"},
    "dialogue.project": set(),
    "dialogue.validation": {"dialogue.patterns", "dialogue.project"},
    "dialogue.training": {"dialogue.patterns", "dialogue.project", "dialogue.validation"},
    "dialogue.tools": set(),
    "dialogue.stories": {"dialogue.project"},
    "dialogue.runtime": {
        "dialogue.discourse",
        "dialogue.memory",
        "dialogue.patterns",
        "dialogue.project",
        "dialogue.tools",
        "dialogue.training",
    },
    "server.telemetry": set(),
    "server.tools": set(),
    "server.wire": set(),
    "server.access": {"server.wire"},
    "server.protocol": {"server.tools", "server.wire"},
    "server.conversations": {"server.protocol", "server.wire"},
    "server.turns": {"server.access", "server.conversations", "server.protocol", "server.telemetry", "server.wire"},
    "server.endpoints": {"server.access", "server.telemetry", "server.turns", "server.wire"},
    "server.transport": {
        "server.access",
        "server.conversations",
        "server.endpoints",
        "server.protocol",
        "server.telemetry",
        "server.turns",
        "server.wire",
    },
    "server.client": {"server.wire"},
    "server.trials": {"server.client", "server.turns", "server.wire"},
    "server.evaluation": set(),
}
"""The other rooms of its package that each room may import."""

LAST_ROOMS = ("server.cli", "server.cli.commands")
"""The command line imports everything, and nothing imports it."""

AT_HOME = {
    "argon2": {"server.access.key_file"},
    "av": {"asr.audio.containers"},
    "faiss": {"retrieval.index.vectors"},
    "hibari": {"server.turns.speech"},
    "jiwer": {"asr.evaluation"},
    "matplotlib": {"server.cli", "server.trials.story_picture"},
    "onnxruntime": {"asr.segmentation.vad"},
    "prometheus_client": {"server.telemetry.prometheus_meter"},
    "pyarrow": {"retrieval.ingestion.formats.parquet"},
    "pypdf": {"retrieval.ingestion.formats.pdf_manuals"},
    "python_calamine": {"retrieval.ingestion.formats.workbooks"},
    "rasa": {
        "nlu.components",
        "dialogue.patterns.conversation_patterns",
        "dialogue.patterns.default_domain",
        "dialogue.patterns.habit_learning",
        "dialogue.patterns.signals",
        "dialogue.patterns.tracker_reading",
        "dialogue.validation",
        "dialogue.training",
        "dialogue.runtime",
    },
    "rasa_sdk": {"dialogue.runtime", "dialogue.patterns.repeat_action"},
    "selectolax": {"retrieval.ingestion"},
    "soundfile": {"asr.audio.audio_files"},
    "starlette": {"server.endpoints"},
    "spacy": {"dialogue.validation.rasa_components", "nlu.components.spacy_model"},
    "sqlite3": {
        "dialogue.memory",
        "nlu.encoder.encoding_cache",
        "retrieval.index",
        "retrieval.ingestion.intake",
        "retrieval.ingestion.variant_groups",
        "retrieval.values.value_index",
    },
    "tokenizers": {"nlu.encoder", "nlu.joint.trainer"},
    "torchaudio": {"asr.audio.signal_processing"},
    "typer": {"server.cli"},
    "uvicorn": {"server.endpoints.listener"},
    "websockets": {"server.transport", "server.client.realtime_client"},
    "whisper": {"asr.reference_whisper", "asr.evaluation.recognition"},
}
"""Where each heavy dependency is met: in these modules, or in the rooms so named."""

CONCRETE = {
    "Answerer", "Conversations", "HibariSynthesizer", "HybridRetriever", "JointTrainer", "LiveRecognizer",
    "LiveUnderstanding", "MiniLMEncoder", "RasaInterpreter", "RasaRuntime", "RasaTrainer", "RecentMeter",
    "RememberingEncoder", "SileroVad", "TaxonomyPlacer", "ThoroughRecognizer", "VadSegmenter", "WhisperRecognizer",
    "WordAligner",
}  # fmt: skip
"""Classes that do the work of a stage: in `server`, `bootstrap` alone takes them from where they are defined."""

BROAD_EXCEPTS = {
    "server.turns.pipeline": 1,
    "server.cli.app": 1,
    "dialogue.runtime.action_folder": 1,
    "dialogue.runtime.action_threads": 1,
}
"""Around one turn, at the top of the command line, and where the code of others is imported and run: actions."""

READS_ENVIRONMENT = {"server.settings", "dialogue.quiet"}
"""Settings of ours, and those that Rasa and TensorFlow take from nowhere else."""

UNTESTED = {"retrieval.embedder"}
"""Modules without a test file: nothing in a protocol alone can fail."""

MOST_MODULES = 15
"""In one room: what is taken in at a glance."""


@pytest.fixture(scope="module")
def house() -> House:
    return House.read(ROOT, tuple(PACKAGES))


def foreign_packages(house: House) -> Iterator[str]:
    for module in house.modules.values():
        for imported in house.inner_imports(module):
            package = imported.split(".")[0]
            if package not in {module.package} | PACKAGES[module.package]:
                yield f"{module.name} imports {imported}"


def crossed_walls(house: House) -> Iterator[str]:
    for module in house.modules.values():
        for imported in house.inner_imports(module):
            if imported.split(".")[0] == module.package and not _is_allowed(house, module.name, imported):
                yield f"{module.name} imports {imported}"


def _is_allowed(house: House, importer: str, imported: str) -> bool:
    here, there = house.place(importer), house.place(imported)
    if here == there or _is_contract(there):
        return True
    if here in WALLS:
        return there in WALLS[here]
    if there.startswith(LAST_ROOMS):
        return here.startswith(LAST_ROOMS)
    return not _is_contract(here)


def _is_contract(name: str) -> bool:
    package, _, module = name.partition(".")
    return not module or module in CONTRACTS[package]


def unknown_rooms(house: House) -> Iterator[str]:
    yield from sorted(house.rooms ^ (WALLS.keys() | {"server.cli.commands"}))


def unused_permissions(house: House) -> Iterator[str]:
    used = {
        (house.place(module.name), house.place(imported))
        for module in house.modules.values()
        for imported in house.inner_imports(module)
    }
    for room, others in WALLS.items():
        yield from (f"{room} never imports {other}" for other in others if (room, other) not in used)


def closed_doors(house: House) -> Iterator[str]:
    """What is imported past a room's `__all__`, and the modules that `__all__` offers and nobody takes."""
    for room in house.rooms:
        offered = house.modules[room].exports()
        inside = {name for name, module in house.modules.items() if module.folder == room and name != room}
        taken = {
            imported.rpartition(".")[2]
            for module in house.modules.values()
            for imported in house.inner_imports(module) & inside
            if module.folder != room
        }
        yield from (f"{room} does not export {name}" for name in sorted(taken - offered))
        yield from (
            f"{room} exports {name} to nobody" for name in sorted(offered - taken) if f"{room}.{name}" in inside
        )


def strayed_dependencies(house: House) -> Iterator[str]:
    for module in house.modules.values():
        for origin, _ in module.imports:
            homes = AT_HOME.get(origin.split(".")[0])
            if homes is not None and not any(f"{module.name}.".startswith(f"{home}.") for home in homes):
                yield f"{module.name} imports {origin}"


def concrete_classes(house: House) -> Iterator[str]:
    for module in house.modules.values():
        if module.package == "server" and module.name != "server.bootstrap":
            yield from (f"{module.name} names {name}" for _, name in module.imports if name in CONCRETE)


def broad_excepts(house: House) -> Iterator[str]:
    found = Counter({name: count for name, module in house.modules.items() if (count := module.broad_excepts())})
    yield from (f"{name}: {count} too many" for name, count in (found - Counter(BROAD_EXCEPTS)).items())
    yield from (f"{name}: {count} fewer" for name, count in (Counter(BROAD_EXCEPTS) - found).items())


def read_environments(house: House) -> Iterator[str]:
    found = {name for name, module in house.modules.items() if module.reads_environment()}
    yield from sorted(found ^ READS_ENVIRONMENT)


def written_globals(house: House) -> Iterator[str]:
    for name, module in house.modules.items():
        yield from (f"{name} writes the global {variable}" for variable in module.globals_written())


def crowded_rooms(house: House) -> Iterator[str]:
    sizes = Counter(module.folder for module in house.modules.values() if not module.is_package)
    yield from (f"{room} has {size} modules" for room, size in sizes.items() if size > MOST_MODULES)


def silent_folders(house: House) -> Iterator[str]:
    """Folders that do not say what they are for."""
    for name, module in house.modules.items():
        if module.is_package and not module.docstring().endswith("."):
            yield name


Check = Callable[[House], Iterator[str]]
BROKEN: tuple[tuple[Check, str, str], ...] = (
    (foreign_packages, "asr.writers", "from nlu.interpretation import Entity"),
    (foreign_packages, "retrieval.search.bm25", "import dialogue.reply"),
    (foreign_packages, "dialogue.reply", "def f():\n    from server.options import ServerOptions"),
    (crossed_walls, "asr.model.layers", "from asr.decoding import window"),
    (crossed_walls, "asr.samples", "from asr.audio.resampler import Resampler"),
    (crossed_walls, "nlu.joint.crf", "from nlu.components.joint import MiniLMJointClassifier"),
    (crossed_walls, "dialogue.project.rasa_project", "from dialogue.runtime.rasa_runtime import RasaRuntime"),
    (crossed_walls, "server.protocol.session", "from server.turns.worker import Worker"),
    (crossed_walls, "server.transport.app", "from server import bootstrap"),
    (crossed_walls, "server.bootstrap", "from server.cli import app"),
    (closed_doors, "nlu.joint", "__all__ = ['crf']"),
    (strayed_dependencies, "retrieval.search.retriever", "import faiss"),
    (strayed_dependencies, "dialogue.project.project_files", "from rasa.shared.core.domain import Domain"),
    (strayed_dependencies, "server.wire.messages", "import websockets"),
    (concrete_classes, "server.turns.pipeline", "from asr.recognizer import WhisperRecognizer"),
    (broad_excepts, "asr.recognizer", "try:\n    pass\nexcept (ValueError, Exception):\n    pass"),
    (broad_excepts, "server.turns.pipeline", "try:\n    pass\nexcept:\n    pass"),
    (read_environments, "nlu.encoder.weights", "import os\nos.environ['HOME']"),
    (written_globals, "nlu.encoder.weights", "def f():\n    global chosen\n    chosen = 1"),
)


ALL_CHECKS = (
    foreign_packages,
    crossed_walls,
    unknown_rooms,
    unused_permissions,
    closed_doors,
    strayed_dependencies,
    concrete_classes,
    broad_excepts,
    read_environments,
    written_globals,
    crowded_rooms,
    silent_folders,
)


@pytest.mark.parametrize("check", ALL_CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_walls(house: House, check: Check) -> None:
    assert list(check(house)) == []


@pytest.mark.parametrize(("check", "module", "code"), BROKEN)
def test_a_broken_wall_is_noticed(house: House, check: Check, module: str, code: str) -> None:
    assert any(module in complaint for complaint in check(house.with_code(module, code)))


@pytest.fixture(scope="module")
def tests() -> House:
    return House.read(ROOT, ("tests",))


def test_every_module_has_its_test_file(house: House, tests: House) -> None:
    modules = {
        name for name, module in house.modules.items() if not module.is_package and not name.endswith("__main__")
    }
    named = {name: "tests.{}.test_{}".format(*name.rsplit(".", 1)) for name in modules}
    assert {name for name, test in named.items() if test not in tests.modules} == UNTESTED


def test_no_test_reaches_a_private_attribute(tests: House) -> None:
    reaches = [f"{name}: {reach}" for name, module in tests.modules.items() for reach in module.private_reaches()]
    assert reaches == []
    broken = tests.with_code("tests.asr.test_samples", "chunker._held").modules["tests.asr.test_samples"]
    assert list(broken.private_reaches()) == ["chunker._held"]


def test_a_room_that_nobody_planned_is_noticed(house: House) -> None:
    assert list(unknown_rooms(house.with_module("asr.helpers.useful"))) == ["asr.helpers"]


def test_a_permission_that_is_not_used_any_more_is_noticed(house: House) -> None:
    modules = {name: module for name, module in house.modules.items() if module.folder != "nlu.validation"}
    assert "nlu.validation never imports nlu.joint" in unused_permissions(House(modules))


def test_a_crowded_room_is_noticed(house: House) -> None:
    for number in range(MOST_MODULES):
        house = house.with_module(f"asr.audio.more_{number}")
    assert [complaint.split()[0] for complaint in crowded_rooms(house)] == ["asr.audio"]


def test_a_folder_that_does_not_say_what_it_is_for_is_noticed(house: House) -> None:
    assert list(silent_folders(house.with_module("asr.audio", is_package=True))) == ["asr.audio"]


def test_a_module_that_is_no_longer_broad_is_taken_from_the_list(house: House) -> None:
    assert list(broad_excepts(house.with_module("server.cli.app"))) == ["server.cli.app: 1 fewer"]


def test_a_way_past_a_door_is_noticed(house: House) -> None:
    broken = house.with_code("retrieval.answering.answerer", "from retrieval.index.arrays import open_array")
    assert list(closed_doors(broken)) == ["retrieval.index does not export arrays"]


def test_modules_import_each_other_in_one_order(house: House) -> None:
    assert len(house.import_order()) == len(house.modules)
    with pytest.raises(CycleError, match=r"asr\.writers"):
        house.with_code("asr.transcript", "from asr.writers import WRITERS").import_order()
