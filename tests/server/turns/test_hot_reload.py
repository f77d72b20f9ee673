"""One model after another, with stand-ins: who answers when, and when the old one is closed."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from asr.samples import Samples
from asr.transcript import Transcript
from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Intent, Interpretation
from server.turns.hot_reload import LiveRecognizer, LiveUnderstanding, try_reload, watch
from tests.fakes import CountingRecognizer, EchoUnderstanding, loud, wait_until

HELLO = Interpretation("hello", Intent("echo", 1.0))


def reload_and_close(live: LiveUnderstanding) -> None:
    """Exchange the model and close the old one, as a server does."""
    live.reload()()


class Numbered(EchoUnderstanding):
    """Says which model it is; answers only while it is open, and once its gate is."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.open = True
        self.entered, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        self.entered.set()
        assert self.gate.wait(10)
        assert self.open, "closed while it answered"
        return Reply((f"model {self.number}",))


class Shelf:
    """The models that were opened, in order."""

    def __init__(self) -> None:
        self.models: list[Numbered] = []
        self.refuse = self.jam = False

    @contextmanager
    def open(self) -> Iterator[Numbered]:
        if self.refuse:
            raise OSError("the disk is on fire")
        model = Numbered(len(self.models) + 1)
        self.models.append(model)
        yield model
        model.open = False
        if self.jam:
            raise OSError("the disk is full")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def live(shelf: Shelf) -> LiveUnderstanding:
    return LiveUnderstanding(shelf.open(), shelf.open)


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def test_the_new_model_answers_and_the_old_one_is_closed(live: LiveUnderstanding, shelf: Shelf) -> None:
    assert live.respond("me", HELLO).text == "model 1"
    reload_and_close(live)
    assert live.respond("me", HELLO).text == "model 2"
    assert [model.open for model in shelf.models] == [False, True]
    live.close()
    assert not shelf.models[1].open


def test_a_turn_that_waited_goes_on_with_the_current_model(live: LiveUnderstanding, shelf: Shelf) -> None:
    with live.hold() as held:
        assert held.go_on("me", [ToolOutput("look", "a tree")]).text == "look returned a tree."
    reload_and_close(live)
    assert live.go_on("me", [ToolOutput("look", "a tree")]).text == "look returned a tree."
    live.close()


def test_a_turn_keeps_to_its_model_which_is_closed_after_it(
    live: LiveUnderstanding, shelf: Shelf, background: ThreadPoolExecutor
) -> None:
    with live.hold() as turn:
        interpretation = turn.interpret("hello")
        reloading = background.submit(reload_and_close, live)
        wait_until(lambda: live.respond("other", HELLO).text == "model 2")
        assert turn.respond("me", interpretation).text == "model 1"
        assert not reloading.done()
    reloading.result(10)
    assert [model.open for model in shelf.models] == [False, True]


def test_a_call_whose_turn_was_given_up_still_keeps_its_model_open(
    live: LiveUnderstanding, shelf: Shelf, background: ThreadPoolExecutor
) -> None:
    shelf.models[0].gate.clear()
    with live.hold() as turn:
        answering = background.submit(turn.respond, "me", HELLO)
        assert shelf.models[0].entered.wait(10)
    reloading = background.submit(reload_and_close, live)
    wait_until(lambda: live.respond("other", HELLO).text == "model 2")
    assert not reloading.done()
    shelf.models[0].gate.set()
    assert answering.result(10).text == "model 1"
    reloading.result(10)


def test_a_model_that_is_refused_leaves_the_old_one(live: LiveUnderstanding, shelf: Shelf) -> None:
    shelf.refuse = True
    with pytest.raises(OSError, match="on fire"):
        reload_and_close(live)
    assert live.respond("me", HELLO).text == "model 1"
    shelf.refuse = False
    reload_and_close(live)
    assert live.respond("me", HELLO).text == "model 2"


async def test_an_old_model_that_cannot_be_closed_is_no_refusal(
    live: LiveUnderstanding, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.jam = True
    assert await try_reload(live.reload) is None
    assert live.respond("me", HELLO).text == "model 2"
    assert "the disk is full" in caplog.text


def test_closing_closes_a_replaced_model_too(live: LiveUnderstanding, shelf: Shelf) -> None:
    live.reload()
    assert [model.open for model in shelf.models] == [True, True]
    live.close()
    assert [model.open for model in shelf.models] == [False, False]


def test_closing_waits_for_a_reload(live: LiveUnderstanding, shelf: Shelf, background: ThreadPoolExecutor) -> None:
    with live.hold():
        reloading = background.submit(reload_and_close, live)
        wait_until(lambda: live.respond("other", HELLO).text == "model 2")
        closing = background.submit(live.close)
        assert shelf.models[1].open
    reloading.result(10)
    closing.result(10)
    assert [model.open for model in shelf.models] == [False, False]


def test_it_is_alive_while_its_current_model_is(live: LiveUnderstanding, shelf: Shelf) -> None:
    seen = [live.alive]
    shelf.models[0].alive = False
    seen.append(live.alive)
    reload_and_close(live)
    seen.append(live.alive)
    assert seen == [True, False, True]


def test_forgetting_asks_the_current_model(live: LiveUnderstanding, shelf: Shelf) -> None:
    reload_and_close(live)
    shelf.models[1].turns["me"] = 3
    live.forget("me")
    assert shelf.models[1].turns == {}


def test_turns_never_meet_a_closed_model_however_often_it_changes(
    live: LiveUnderstanding, background: ThreadPoolExecutor
) -> None:
    stop = threading.Event()

    def talk() -> int:
        turns = 0
        while not stop.is_set():
            with live.hold() as turn:
                first = turn.respond("me", HELLO).text
                assert turn.respond("me", HELLO).text == first
            turns += 1
        return turns

    talking = [background.submit(talk) for _ in range(4)]
    for _ in range(5):
        reload_and_close(live)
    stop.set()
    assert all(turns.result(10) for turns in talking)
    assert live.respond("me", HELLO).text == "model 6"


class Named(CountingRecognizer):
    def __init__(self, name: str) -> None:
        self.name = name

    def transcribe(self, samples: Samples) -> Transcript:
        return Transcript(self.name, "en", 1.0)


def test_another_recogniser_hears_the_next_utterance() -> None:
    live = LiveRecognizer(Named("old"))
    assert live.transcribe(loud(0.1)).text == "old"
    live.exchange(Named("new"))
    assert live.transcribe(loud(0.1)).text == "new"


async def test_a_refusal_is_given_back_and_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> Callable[[], None]:
        raise OSError("the disk is on fire")

    assert await try_reload(refuse) == "the disk is on fire"
    assert "reload refused, the old model stays: the disk is on fire" in caplog.text
    assert await try_reload(lambda: lambda: None) is None


async def test_the_event_loop_goes_on_while_a_model_loads() -> None:
    gate = threading.Event()

    def load() -> Callable[[], None]:
        assert gate.wait(10)
        return lambda: None

    reloading = asyncio.create_task(try_reload(load))
    await asyncio.sleep(0)
    gate.set()  # nobody else could
    assert await reloading is None


async def test_the_watch_reloads_once_for_every_change() -> None:
    built, looked, reloaded = [1], asyncio.Queue[int](), asyncio.Queue[int]()
    loop = asyncio.get_running_loop()

    def look() -> int:
        loop.call_soon_threadsafe(looked.put_nowait, built[0])
        return built[0]

    async def reload() -> None:
        reloaded.put_nowait(built[0])

    watching = asyncio.create_task(watch(look, 1, reload, 0.0))
    for number in (1, 2, 3):
        built[0] = number
        while await asyncio.wait_for(looked.get(), 10) != number:
            pass
        await asyncio.wait_for(looked.get(), 10)  # it looked again after it had reloaded
    watching.cancel()
    assert [reloaded.get_nowait() for _ in range(reloaded.qsize())] == [2, 3]


def test_what_is_remembered_branched_and_set_aside_is_in_the_current_model(
    live: LiveUnderstanding, shelf: Shelf
) -> None:
    reload_and_close(live)
    live.remember("me", Reply(("hello",)))
    live.branch("me", "aside")
    live.set_aside("me")
    model = shelf.models[1]
    assert (model.past, model.set_aside_ids) == ({"me": ["hello"], "aside": ["hello"]}, ["me"])
