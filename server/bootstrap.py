"""The one place that names the concrete classes and puts them together.

Model libraries are slow to import, and most commands need only one of them: each function imports what it makes.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from server.artifacts import assistant_project, has_index, index_folder, model_path, require_built
from server.defaults import dialogue_options, turn_taking
from server.settings import Settings

if TYPE_CHECKING:
    from asr.recognizer import WhisperRecognizer
    from asr.samples import Samples
    from asr.transcript import Transcript
    from dialogue.memory.conversation_store import ConversationStore
    from dialogue.project.rasa_project import Project
    from dialogue.runtime.conversations import Conversations
    from dialogue.runtime.rasa_nlu import RasaInterpreter, RasaTrainer
    from dialogue.runtime.rasa_runtime import RasaRuntime
    from dialogue.stories.tested_assistant import TestedAssistant
    from nlu.data.examples import Listing, NluData
    from nlu.encoder.sentence_encoder import MiniLMEncoder
    from nlu.joint.trainer import JointTrainer
    from nlu.options import JointOptions
    from retrieval.answering.answerer import Answerer
    from retrieval.catalogs.taxonomy import TaxonomyPlacer
    from retrieval.search.retriever import HybridRetriever
    from server.protocol.input_audio import NewSegmenter
    from server.telemetry.meter import Meter
    from server.trials.speaker import Speaker
    from server.trials.trial import Trial
    from server.turns.hot_reload import LiveRecognizer, LiveUnderstanding
    from server.turns.pipeline import Assistant
    from server.turns.speech import Synthesizer

logger = logging.getLogger(__name__)


def load_recognizer(settings: Settings) -> "WhisperRecognizer":
    """Load the speech recogniser, which favours what is likely to be said."""
    from asr.recognizer import WhisperRecognizer
    from server.expected_phrases import expected_speech, favoured_phrases

    return WhisperRecognizer.load(settings.asr, favoured_phrases(settings), expected_speech(settings))


def load_aligner(settings: Settings) -> "Callable[[Samples, Transcript], Transcript]":
    """Make what gives a transcript of samples (float32 [n], mono 16 kHz) the times of its words.

    Its model is loaded when it is first asked.
    """
    from asr.model.checkpoint import load_model
    from asr.segmentation.vad import SileroVad
    from asr.word_timestamps import WordAligner

    return WordAligner(partial(load_model, settings.asr.model), settings.asr, SileroVad.load().stream()).align


def segmenter_factory() -> "NewSegmenter":
    """Make a segmenter for each session."""
    from asr.segmentation.vad import SileroVad
    from asr.segmentation.vad_segmenter import VadSegmenter

    detector = SileroVad.load()
    return lambda options: VadSegmenter(options, detector.stream())


def load_encoder(settings: Settings) -> "MiniLMEncoder":
    """Load the text encoder that understanding and retrieval share."""
    from nlu.encoder.sentence_encoder import MiniLMEncoder

    return MiniLMEncoder.shared(settings.encoder)


def load_joint_trainer(
    settings: Settings, options: "JointOptions | None" = None, listings: "Sequence[Listing]" = ()
) -> "JointTrainer":
    """Make what trains our own heads on examples, without Rasa; its encoder remembers each text."""
    from nlu.joint.trainer import JointTrainer, RememberingEncoder
    from nlu.options import JointOptions

    return JointTrainer(RememberingEncoder.load(options=settings.encoder), options or JointOptions(), listings)


def rasa_trainer(settings: Settings, project: "Project", data: "NluData") -> "RasaTrainer":
    """Make what trains the NLU pipeline of a Rasa project on examples."""
    from dialogue.runtime.rasa_nlu import RasaTrainer

    return RasaTrainer(project, data, settings.encoder)


def load_interpreter(settings: Settings, model: Path, project: Path) -> "RasaInterpreter":
    """Load a trained model of the project for understanding alone."""
    from dialogue.runtime.rasa_nlu import RasaInterpreter

    return RasaInterpreter.load(model, project, settings.encoder)


def load_placer(settings: Settings, taxonomy: Path) -> "TaxonomyPlacer":
    """Make what places products in the taxonomy of a file."""
    from retrieval.catalogs.taxonomy import TaxonomyPlacer, read_taxonomy

    return TaxonomyPlacer(read_taxonomy(taxonomy), load_encoder(settings), settings.taxonomy)


def load_hearing(settings: Settings) -> "Callable[[Samples], str]":
    """Make what hears a recording as a session does: its utterances, one after the other."""
    from asr.longform import ThoroughRecognizer, transcribe

    recognizer, new_segmenter = ThoroughRecognizer(load_recognizer(settings)), segmenter_factory()
    options = settings.segmenter

    def hear(samples: "Samples") -> str:
        heard = transcribe([samples], recognizer, new_segmenter(options), options)
        return " ".join(text for _, transcript in heard if (text := transcript.text.strip()))

    return hear


def load_speaker(trial: "Trial") -> "Speaker":
    """Make what says the lines of a test, in the noise that the trial asks for."""
    from asr.audio.audio_files import read_audio
    from server.trials.kitchen_noise import kitchen_noise
    from server.trials.speaker import Speaker
    from server.trials.trial import KITCHEN

    noise = None
    if trial.noise is not None:
        noise = kitchen_noise() if trial.noise == KITCHEN else read_audio(Path(trial.noise))
    return Speaker(load_synthesizer(), noise, trial.snr_db)


@contextmanager
def open_tested(settings: Settings, trial: "Trial") -> "Iterator[tuple[TestedAssistant, TestedAssistant | None]]":
    """Open the assistant that a trial asks for; with one that is tested by voice, the same that reads text."""
    from dialogue.stories.tested_assistant import TypedAssistant
    from server.trials.remote_assistant import RemoteAssistant
    from server.trials.spoken_assistant import SpokenAssistant

    speaker = load_speaker(trial) if trial.by_voice else None
    with ExitStack() as stack:
        if trial.server is not None:
            typed: TestedAssistant = stack.enter_context(RemoteAssistant(trial.server, trial.api_key))
            if speaker is None:
                yield typed, None
            else:
                yield stack.enter_context(RemoteAssistant(trial.server, trial.api_key, speaker)), typed
            return
        understanding = stack.enter_context(open_understanding(settings))
        typed = TypedAssistant(understanding)
        if speaker is None:
            yield typed, None
        else:
            yield SpokenAssistant(understanding, speaker, load_hearing(settings)), typed


@contextmanager
def open_knowledge(settings: Settings) -> "Iterator[tuple[HybridRetriever, Answerer]]":
    """Open the index: what searches it, and what quotes answers from it."""
    from retrieval.answering.answerer import Answerer
    from retrieval.properties.general import GeneralKnowledge
    from retrieval.reading.reader import Reader
    from retrieval.reading.turn_reader import TurnReader, labels_of
    from retrieval.search.retriever import HybridRetriever

    encoder = load_encoder(settings)
    with HybridRetriever.open(index_folder(settings), encoder, settings.search) as retriever:
        turns = TurnReader(Reader.load(encoder), labels_of(retriever.catalogue.rows))
        yield retriever, Answerer(retriever, settings.answer, GeneralKnowledge.load(encoder), turns)


@contextmanager
def open_understanding(
    settings: Settings, conversations: "Conversations | None" = None, *, tried: bool = False
) -> "Iterator[RasaRuntime]":
    """Open the trained assistant, to go on with `conversations`; `tried`: raise unless its smoke tests succeed."""
    require_built(settings)
    from dialogue.runtime.answer_actions import NoKnowledge
    from dialogue.runtime.rasa_runtime import RasaRuntime
    from dialogue.runtime.smoke_test import try_out
    from dialogue.training.kept_examples import kept_examples
    from retrieval.search.smoke_test import try_search

    model, actions = model_path(settings), assistant_project(settings).actions
    knowledge = open_knowledge(settings) if has_index(settings) else nullcontext((None, NoKnowledge()))
    with knowledge as (retriever, answerer):
        options, encoder = dialogue_options(settings), settings.encoder
        runtime = RasaRuntime.load(model, answerer, actions, options, conversations, encoder)
        with closing(runtime):
            if retriever is None and runtime.asks_knowledge:
                logger.warning(
                    "nothing is indexed in %s: questions get no answer. Run `heedful index FILE...`",
                    index_folder(settings),
                )
            if tried:
                if retriever is not None:
                    try_search(retriever)
                try_out(runtime, kept_examples(model))
            yield runtime


@contextmanager
def open_live_understanding(settings: Settings, store: "ConversationStore") -> "Iterator[LiveUnderstanding]":
    """Open the trained assistant so that it can be loaded again while conversations go on; `store` keeps them."""
    from dialogue.runtime.conversations import Conversations
    from server.turns.hot_reload import LiveUnderstanding

    with closing(Conversations(dialogue_options(settings), store)) as conversations:
        first = open_understanding(settings, conversations)
        with closing(LiveUnderstanding(first, lambda: open_understanding(settings, conversations, tried=True))) as live:
            yield live


def server_meter() -> "Meter":
    """Make what keeps the figures of a server, for /metrics and the console."""
    from server.telemetry.recent_meter import RecentMeter

    return RecentMeter()


def load_synthesizer() -> "Synthesizer":
    """Load the voice."""
    from server.turns.speech import HibariSynthesizer

    return HibariSynthesizer()


@contextmanager
def open_assistant(settings: Settings) -> "Iterator[Assistant]":
    """Load every model, each on a thread of its own. Raises the error of a part that cannot be loaded: never half."""
    import torch  # noqa: F401 - here, once: of a module that several threads import at once, a thread may see a half

    from asr.longform import ThoroughRecognizer
    from retrieval.index.index_folder import passage_of
    from retrieval.search.suggestions import suggested_questions
    from server.conversations.reception import Reception
    from server.turns.hot_reload import LiveRecognizer
    from server.turns.pipeline import Assistant
    from server.turns.processors import multiply_on

    with ExitStack() as stack:
        reception = stack.enter_context(closing(Reception.of(dialogue_options(settings), settings.limits)))
        with _without_warnings(), ThreadPoolExecutor(4, thread_name_prefix="heedful-load") as pool:
            understanding = pool.submit(stack.enter_context, open_live_understanding(settings, reception.store))
            recognizer = pool.submit(load_recognizer, settings)
            synthesizer = pool.submit(load_synthesizer)
            new_segmenter = pool.submit(segmenter_factory)
            hearing, live = LiveRecognizer(ThoroughRecognizer(recognizer.result())), understanding.result()
            multiply_on(settings.asr.threads)
        yield Assistant(
            hearing,
            live,
            synthesizer.result(),
            new_segmenter.result(),
            turn_taking(settings),
            settings.limits,
            reload=partial(_reload, settings, live, recognizer.result(), hearing),
            reception=reception,
            broken=lambda: None if live.alive else "the dialogue does not answer: the log says what it is at",
            align=load_aligner(settings),
            source=lambda name: passage_of(index_folder(settings), name) if has_index(settings) else None,
            suggestions=lambda: suggested_questions(index_folder(settings)) if has_index(settings) else (),
        )


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Ignore warnings until the end of the block, whichever thread warns.

    Parts that are loaded on threads each set warnings aside for a while, and put back what another has set.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _reload(
    settings: Settings, understanding: "LiveUnderstanding", recognizer: "WhisperRecognizer", hearing: "LiveRecognizer"
) -> "Callable[[], None]":
    """Load what was trained and indexed since, and favour its names; returns what closes the old model at its end."""
    from asr.longform import ThoroughRecognizer
    from server.expected_phrases import expected_speech, favoured_phrases

    favouring = ThoroughRecognizer(recognizer.favouring(favoured_phrases(settings), expected_speech(settings)))
    close_old = understanding.reload()
    hearing.exchange(favouring)
    return close_old
