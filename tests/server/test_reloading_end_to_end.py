"""A server with a really trained model and a real index, both replaced while clients talk with it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.memory.conversation_store import ConversationStore
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.options import EncoderOptions
from server.artifacts import built, model_path
from server.bootstrap import open_live_understanding, open_understanding
from server.building import build_index, train
from server.client.realtime_client import ClientError, open_session
from server.client.reloading import reload_server
from server.defaults import session_defaults
from server.options import ServerOptions
from server.settings import Settings, load_settings
from server.transport.app import App
from server.turns.hot_reload import LiveUnderstanding, try_reload
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from tests.dialogue.small_project import FILES, write_project
from tests.fakes import CountingRecognizer, ToneSynthesizer, wait_until
from tests.retrieval.conftest import CONCEPTS, write_lines
from tests.server.conftest import new_segmenter

pytestmark = pytest.mark.heavy

# Says who answers, once the gate is open; one that never opens would end with the turn's time limit.
GATED_ACTION = """
import asyncio
from pathlib import Path

from rasa_sdk import Action


class Order(Action):
    def name(self):
        return "action_order"

    async def run(self, dispatcher, tracker, domain):
        Path(__file__).with_name("waiting").touch()
        while not Path(__file__).with_name("gate").exists():
            await asyncio.sleep(0.01)
        dispatcher.utter_message(response="utter_greet")
        return []
"""


@dataclass(frozen=True)
class Shop:
    """A small project and its knowledge, which can be trained and indexed anew."""

    settings: Settings

    @property
    def actions(self) -> Path:
        return self.settings.path(self.settings.paths.assistant) / "actions"

    def train(self, greeting: str) -> Path:
        write_project(self.actions.parent, greeting)
        (self.actions / "__init__.py").write_text(GATED_ACTION, "utf-8")
        return train(self.settings)

    def index(self, weight: str) -> None:
        folder = self.settings.path(self.settings.paths.knowledge)
        folder.mkdir(exist_ok=True)
        robin: dict[str, object] = {"id": "robin", "name": "Robin Vacuum", "aliases": ["robin"]}
        robin |= {"description": "It maps your rooms.", "specs": {"weight": weight}}
        write_lines(folder / "products.jsonl", [robin])
        (folder / "concepts.yml").write_text(CONCEPTS, "utf-8")
        build_index(self.settings)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    root = tmp_path_factory.mktemp("shop")
    flags = [f"paths.{name}={root / name}" for name in ("assistant", "knowledge", "build")]
    return Shop(load_settings(None, {"HEEDFUL_CONFIG": ""}, flags))


@pytest.fixture
def live(shop: Shop) -> Iterator[LiveUnderstanding]:
    shop.train("Hello from one.")
    shop.index("2 kilograms")
    for left in ("waiting", "gate"):
        (shop.actions / left).unlink(missing_ok=True)
    with open_live_understanding(shop.settings, ConversationStore()) as live:
        yield live


@asynccontextmanager
async def serving(live: LiveUnderstanding, shop: Shop) -> AsyncIterator[str]:
    worker = Worker(2, 8)
    assistant = Assistant(CountingRecognizer(), live, ToneSynthesizer(), new_segmenter, reload=live.reload)
    app = App(ServerOptions(port=0), session_defaults(shop.settings), worker, assistant)
    async with app.listen() as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        yield f"ws://{host}:{port}/v1"
    worker.close()


async def test_a_turn_in_flight_is_answered_by_the_old_model_and_the_next_by_the_new(
    live: LiveUnderstanding, shop: Shop
) -> None:
    async with serving(live, shop) as url, open_session(f"{url}/realtime", speaks=False) as one:
        assert (await one.ask("I like red")).reply == "Noted."
        in_flight = asyncio.create_task(one.ask("order it"))
        await asyncio.to_thread(wait_until, (shop.actions / "waiting").exists)
        await asyncio.to_thread(shop.train, "Hello from two.")
        reloading = asyncio.create_task(asyncio.to_thread(reload_server, f"{url}/reload"))
        async with open_session(f"{url}/realtime", speaks=False) as two:
            while (await two.ask("hello")).reply == "Hello from one.":
                assert not reloading.done()
            assert (await two.ask("hello")).reply == "Hello from two."
        assert not in_flight.done()
        assert not reloading.done()
        (shop.actions / "gate").touch()
        assert (await in_flight).reply == "Hello from one."
        await reloading
        assert (await one.ask("hello")).reply == "Hello from two."
        assert (await one.ask("what was my colour")).reply == "You like red."


async def test_a_new_index_is_answered_from_and_the_product_in_question_stays(
    live: LiveUnderstanding, shop: Shop
) -> None:
    async with serving(live, shop) as url, open_session(f"{url}/realtime", speaks=False) as client:
        before = await client.ask("how heavy is the robin")
        assert "2 kilograms" in before.reply
        await asyncio.to_thread(shop.index, "3 kilograms")
        await asyncio.to_thread(reload_server, f"{url}/reload")
        after = await client.ask("how heavy is it")
        assert "3 kilograms" in after.reply
        assert after.sources == before.sources


async def test_models_that_are_broken_or_do_not_know_their_examples_are_refused(
    live: LiveUnderstanding, shop: Shop, tmp_path: Path
) -> None:
    model = model_path(shop.settings)
    sound = model.read_bytes()
    confused = write_project(tmp_path / "confused")
    examples = confused / "data" / "nlu.yml"
    names = ("greet", "like_red", "recall", "ask", "order")
    text = FILES["data/nlu.yml"]
    for old, new in zip(names, (*names[1:], names[0]), strict=True):
        text = text.replace(f"intent: {old}\n", f"intent: -{new}\n")
    examples.write_text(text.replace("intent: -", "intent: "), "utf-8")
    confused_model = (await asyncio.to_thread(_train_elsewhere, confused, tmp_path)).read_bytes()
    async with serving(live, shop) as url, open_session(f"{url}/realtime", speaks=False) as client:
        for content, reason in (
            (sound[: len(sound) // 2], "heedful train"),
            (b"", "heedful train"),
            (confused_model, "0 of 15"),
        ):
            _put(content, model)
            with pytest.raises(ClientError, match=reason):
                await asyncio.to_thread(reload_server, f"{url}/reload")
            assert (await client.ask("hello")).reply == "Hello from one."
        _put(sound, model)
        await asyncio.to_thread(reload_server, f"{url}/reload")
        assert (await client.ask("hello")).reply == "Hello from one."


def _train_elsewhere(project: Path, folder: Path) -> Path:
    from dialogue.training.incremental_training import train as train_project

    return train_project(project, folder / "models")


def _put(content: bytes, model: Path) -> None:
    draft = model.with_suffix(".draft")
    draft.write_bytes(content)
    os.replace(draft, model)


def test_a_reload_is_judged_by_what_was_trained_and_not_by_what_is_being_written(
    live: LiveUnderstanding, shop: Shop
) -> None:
    examples = shop.actions.parent / "data" / "nlu.yml"
    sound = examples.read_text("utf-8")
    for being_written in ("nlu: [", sound.replace("intent: order", "intent: greet").replace("hello", "order me one")):
        examples.write_text(being_written, "utf-8")
        live.reload()()
    shutil.rmtree(examples.parent)
    live.reload()()
    assert live.respond("me", live.interpret("hello")).text == "Hello from one."
    live.forget("me")


def test_actions_that_do_not_even_import_are_refused(live: LiveUnderstanding, shop: Shop) -> None:
    (shop.actions / "__init__.py").write_text("raise NameError('nobody knows it')\n", "utf-8")
    with pytest.raises(ProjectError, match=r"actions/__init__\.py:1"):
        live.reload()
    assert live.respond("me", live.interpret("hello")).text == "Hello from one."
    live.forget("me")


def test_what_is_built_is_told_from_what_was(live: LiveUnderstanding, shop: Shop) -> None:
    before = built(shop.settings)
    assert built(shop.settings) == before
    shop.index("4 kilograms")
    indexed = built(shop.settings)
    assert indexed != before
    shop.train("Hello from three.")
    assert built(shop.settings) != indexed
    shutil.rmtree(shop.settings.path(shop.settings.paths.build))
    assert built(shop.settings) == (None, None)


def test_understanding_and_retrieval_share_one_encoder_that_runs_as_is_set(
    live: LiveUnderstanding, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[EncoderOptions | None] = []
    load = MiniLMEncoder.load

    def recording(path: Path | None = None, options: EncoderOptions | None = None) -> MiniLMEncoder:
        loaded.append(options)
        return load(path, options)

    monkeypatch.setattr(MiniLMEncoder, "load", recording)
    own = EncoderOptions(remembered_texts=65)
    with open_understanding(replace(shop.settings, encoder=own)) as understanding:
        assert understanding.interpret("hello").intent.name == "greet"
    assert loaded == [own]


def resident_bytes() -> int:
    """The process's resident memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_twenty_reloads_leave_memory_where_it_was(live: LiveUnderstanding) -> None:
    def reload_and_talk() -> int:
        assert asyncio.run(try_reload(live.reload)) is None
        for text in ("hello", "how heavy is the robin"):
            assert live.respond("me", live.interpret(text)).text
        return resident_bytes()

    warm = [reload_and_talk() for _ in range(3)][-1]
    grown = [reload_and_talk() for _ in range(20)][-1]
    assert grown < 1.05 * warm, f"{warm / 2**20:.0f} MiB became {grown / 2**20:.0f} MiB"
