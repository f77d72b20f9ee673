"""The one place that names the concrete classes and puts them together."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from server.settings import Settings, SettingsError

if TYPE_CHECKING:  # the models are slow to import, and most commands need only one of them
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from asr.longform import ThoroughRecognizer
    from asr.options import SegmenterOptions
    from asr.recognizer import WhisperRecognizer
    from asr.segmentation.vad_segmenter import VadSegmenter
    from asr.transcript import Transcript
    from dialogue.options import DialogueOptions
    from dialogue.project.rasa_project import Project
    from dialogue.runtime.conversations import Conversations
    from dialogue.runtime.rasa_runtime import RasaRuntime
    from nlu.data.examples import Example, NluData
    from nlu.encoder.sentence_encoder import MiniLMEncoder
    from retrieval.answering.answerer import Answerer
    from retrieval.index.index_folder import IndexReport
    from retrieval.ingestion.indexing import SourceReport
    from retrieval.progress import Progress
    from retrieval.search.retriever import HybridRetriever
    from server.protocol.input_audio import NewSegmenter
    from server.protocol.session_config import SessionConfig
    from server.protocol.turn_taking import TurnTaking
    from server.turns.hot_reload import LiveRecognizer, LiveUnderstanding
    from server.turns.pipeline import Assistant

logger = logging.getLogger(__name__)

FEWEST_DIGITS = 4  # of a number that is asked for; shorter ones are counts and sizes

Built: TypeAlias = tuple[tuple[int, int] | None, ...]


def index_folder(settings: Settings) -> Path:
    """Where the knowledge index is kept."""
    return settings.path(settings.paths.build) / "index"


def model_folder(settings: Settings) -> Path:
    """Where trained assistants are kept."""
    return settings.path(settings.paths.build) / "assistant"


def results_folder(settings: Settings) -> Path:
    """Where evaluations leave what they measured."""
    return settings.path(settings.paths.build) / "evaluation"


def expected_phrases(settings: Settings) -> tuple[str, ...]:
    """What people are likely to say here: names of products, and the values that the assistant's training data lists.

    Single words are too common to favour. Numbers are never the same again, but as long, and after the same words.
    """
    known = _known_names(settings)
    if 0 < len(known) == settings.asr.favoured_products:
        logger.info("recognition favours the names of %d products and no more ([asr] favoured_products)", len(known))
    names = {name for product in known for name in product}
    taught = _training_data(settings)
    names |= _taught_values(taught)
    return tuple(sorted(name for name in names if " " in name and _has_letters(name)) + sorted(_number_shapes(taught)))


def _has_letters(name: str) -> bool:
    return any(character.isalpha() for character in name)


def _taught_values(data: "NluData") -> set[str]:
    """The entries of the assistant's lookup tables, and the values that its examples annotate, as they are written."""
    listed = {item.text for listing in data.listings if listing.kind == "lookup" for item in listing.items}
    return listed | {example.text[one.start : one.end] for example in data.examples for one in example.entities}


def _number_shapes(data: "NluData") -> set[str]:
    r"""How the examples say numbers: `number is \d\d\d\d\d` for "my order number is [48213](order_number)".

    Only after words that the entity is named after: after others, a number may be anything.
    """
    shapes: set[str] = set()
    for example in data.examples:
        for entity in example.entities:
            digits = re.sub(r"[ ,-]", "", example.text[entity.start : entity.end])
            naming = "|".join(re.escape(word) for word in entity.name.lower().split("_"))
            before = re.search(rf".*\b((?:{naming})\b[a-z' ]* )$", example.text[: entity.start].lower())
            if before and digits.isdecimal() and len(digits) >= FEWEST_DIGITS:
                shapes.add(before[1] + r"\d" * len(digits))
    return shapes


def _training_data(settings: Settings) -> "NluData":
    """What the assistant is trained on; nothing where it cannot be read."""
    from nlu.data.examples import NluData
    from nlu.data.nlu_files import read_nlu
    from nlu.data.yaml_nodes import DataError

    folder = settings.path(settings.paths.assistant) / "data"
    if not folder.is_dir():
        return NluData()
    try:
        return read_nlu(folder)
    except DataError as error:  # a trained model serves whatever has become of its examples since
        logger.warning("the values of the training data are not favoured in recognition: %s", error)
        return NluData()


def _known_names(settings: Settings) -> "list[tuple[str, ...]]":
    """The names of each product that is indexed, or of those in the knowledge folder while there is no index.

    Of a large catalogue, those of the most important products: a million would neither fit nor help.
    """
    from retrieval.document import PRODUCT
    from retrieval.errors import IndexUnusableError
    from retrieval.index.index_folder import indexed_names
    from retrieval.ingestion.intake import read_sources
    from retrieval.ingestion.sources import sources_in

    limit = settings.asr.favoured_products
    try:
        return indexed_names(index_folder(settings), limit)
    except IndexUnusableError:
        folder = settings.path(settings.paths.knowledge)
    if not folder.is_dir():
        return []
    # What is broken is told when it is indexed; here nobody could do anything about it.
    documents = read_sources(sources_in([folder]), lambda rejected: None)
    products = (document for document in documents if document.kind == PRODUCT)
    return [(product.title, *product.aliases) for product in islice(products, limit)]


def load_recognizer(settings: Settings) -> "WhisperRecognizer":
    """The speech recogniser, which favours what is likely to be said."""
    from asr.recognizer import WhisperRecognizer

    return WhisperRecognizer.load(settings.asr, _favoured_phrases(settings))


def _favoured_phrases(settings: Settings) -> tuple[str, ...]:
    return expected_phrases(settings) if settings.asr.bias_strength else ()


def load_aligner(
    settings: Settings, recognizer: "WhisperRecognizer"
) -> "Callable[[NDArray[np.float32], Transcript], Transcript]":
    """Gives a transcript of samples (float32 [n], mono 16 kHz) the times of its words."""
    from asr.segmentation.vad import SileroVad
    from asr.word_timestamps import WordAligner

    return WordAligner(recognizer.model, settings.asr, SileroVad.load().stream()).align


def segmenter_factory(settings: Settings) -> "NewSegmenter":
    """Makes a segmenter for each session; what the protocol does not set comes from the settings."""
    from asr.segmentation.vad import SileroVad
    from asr.segmentation.vad_segmenter import VadSegmenter

    detector = SileroVad.load()

    def new_segmenter(options: "SegmenterOptions") -> "VadSegmenter":
        own = settings.segmenter
        chosen = replace(
            own,
            threshold=options.threshold,
            prefix_padding_ms=options.prefix_padding_ms,
            silence_duration_ms=options.silence_duration_ms,
        )
        return VadSegmenter(chosen, detector.stream())

    return new_segmenter


def turn_taking(settings: Settings) -> "TurnTaking":
    """How turns are taken where a client does not say it."""
    from server.protocol.turn_taking import TurnTaking

    return TurnTaking(settings.segmenter, settings.turns)


def session_defaults(settings: Settings) -> "SessionConfig":
    """How a session is set before its client changes it.

    Raises:
        SettingsError: the protocol does not allow what is set.
    """
    from pydantic import ValidationError

    from server.protocol.session_config import Audio, AudioInput, InputTranscription, ServerVad, SessionConfig

    own = settings.segmenter
    try:
        detection = ServerVad(
            threshold=own.threshold,
            prefix_padding_ms=own.prefix_padding_ms,
            silence_duration_ms=own.silence_duration_ms,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SettingsError(f"segmenter.{first['loc'][0]} = {first['input']!r}: {first['msg']}") from error
    transcription = InputTranscription(model=settings.asr.model, language=settings.asr.language)
    return SessionConfig(audio=Audio(input=AudioInput(transcription=transcription, turn_detection=detection)))


def load_encoder(settings: Settings) -> "MiniLMEncoder":
    """The text encoder that understanding and retrieval share."""
    from nlu.encoder.sentence_encoder import MiniLMEncoder

    return MiniLMEncoder.shared(settings.encoder)


def build_index(
    settings: Settings,
    paths: "Sequence[Path]" = (),
    maps: "Sequence[Path]" = (),
    taxonomy: "Path | None" = None,
    progress: "Progress | None" = None,
    *,
    update: bool = False,
) -> "SourceReport":
    """Index files and folders, or the knowledge folder when none are named, unless nothing changed.

    `maps` are column maps for files with foreign columns; products are placed in the `taxonomy` of a file. `update`:
    what the index has besides stays.
    """
    from retrieval.catalogs.taxonomy import TaxonomyPlacer, read_taxonomy
    from retrieval.ingestion.column_map_files import read_map
    from retrieval.ingestion.indexing import index_sources
    from retrieval.ingestion.sources import sources_in

    sources = sources_in(paths or [settings.path(settings.paths.knowledge)], [read_map(path) for path in maps])
    places = read_taxonomy(taxonomy) if taxonomy else ()
    encoder = load_encoder(settings)
    placer = TaxonomyPlacer(places, encoder, settings.taxonomy) if places else None
    return index_sources(
        sources,
        encoder,
        index_folder(settings),
        settings.ingest,
        progress,
        placer,
        index_options=settings.index,
        update=update,
    )


def forget(settings: Settings, document_ids: "Sequence[str]", progress: "Progress | None" = None) -> "IndexReport":
    """Remove documents from the index, and with a product its reviews."""
    from retrieval.index.index_update import update_index

    folder, encoder = index_folder(settings), load_encoder(settings)
    return update_index(folder, encoder, forget=document_ids, progress=progress, options=settings.index)


def open_retriever(settings: Settings) -> "HybridRetriever":
    """The knowledge, to search in."""
    from retrieval.search.retriever import HybridRetriever

    return HybridRetriever.open(index_folder(settings), load_encoder(settings), settings.search)


@contextmanager
def open_answerer(settings: Settings) -> "Iterator[Answerer]":
    """The knowledge that answers are quoted from."""
    from retrieval.answering.answerer import Answerer

    with open_retriever(settings) as retriever:
        yield Answerer(retriever, settings.answer)


def train(settings: Settings, project: "Project | None" = None, progress: "Progress | None" = None) -> Path:
    """Train a project, else the assistant of the settings, unless nothing changed; returns the model's file."""
    from dialogue.training.incremental_training import train as train_project

    chosen = project or settings.path(settings.paths.assistant)
    return train_project(chosen, model_folder(settings), progress, settings.encoder)


def model_path(settings: Settings) -> Path:
    """The file of the trained assistant."""
    from dialogue.project.rasa_project import Project

    return Project.at(settings.path(settings.paths.assistant)).model_in(model_folder(settings))


def require_built(settings: Settings) -> None:
    """Raise ModelError or IndexUnusableError when nothing is trained or indexed, without importing what loads them."""
    from dialogue.project.rasa_project import require_model
    from retrieval.index.manifest import read_manifest

    require_model(model_path(settings))
    read_manifest(index_folder(settings))


@contextmanager
def open_understanding(
    settings: Settings, conversations: "Conversations | None" = None, *, tried: bool = False
) -> "Iterator[RasaRuntime]":
    """The trained assistant, with its actions and its knowledge.

    It goes on with `conversations`; None: with its own. `tried`: raise unless its smoke test succeeds.
    """
    require_built(settings)
    from dialogue.project.rasa_project import Project
    from dialogue.runtime.rasa_runtime import RasaRuntime
    from dialogue.training.kept_examples import kept_examples
    from retrieval.answering.answerer import Answerer

    project = settings.path(settings.paths.assistant)
    actions = Project.at(project).actions
    options = _dialogue_options(settings, project)
    with open_retriever(settings) as retriever:
        answerer = Answerer(retriever, settings.answer)
        runtime = RasaRuntime.load(model_path(settings), answerer, actions, options, conversations, settings.encoder)
        with closing(runtime):
            if tried:
                _try_out(runtime, retriever, kept_examples(model_path(settings)))
            yield runtime


def _try_out(runtime: "RasaRuntime", retriever: "HybridRetriever", examples: "Sequence[Example]") -> None:
    from dialogue.runtime.smoke_test import try_out
    from retrieval.search.smoke_test import try_search

    try_search(retriever)
    try_out(runtime, examples)


@contextmanager
def open_live_understanding(settings: Settings) -> "Iterator[LiveUnderstanding]":
    """The trained assistant, which can be loaded anew while conversations go on."""
    from dialogue.runtime.conversations import Conversations
    from server.turns.hot_reload import LiveUnderstanding

    options = _dialogue_options(settings, settings.path(settings.paths.assistant))
    with closing(Conversations(options)) as conversations:
        live = LiveUnderstanding(
            open_understanding(settings, conversations),
            lambda: open_understanding(settings, conversations, tried=True),
        )
        with closing(live):
            yield live


def built(settings: Settings) -> "Built":
    """Tells what is trained and indexed now from what will be later: a change of either changes it."""
    from retrieval.index.manifest import FILE_NAME

    return tuple(_state(path) for path in (model_path(settings), index_folder(settings) / FILE_NAME))


def _state(path: Path) -> tuple[int, int] | None:
    """Which file this is: both are written anew beside the old one and then renamed."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _dialogue_options(settings: Settings, project: Path) -> "DialogueOptions":
    """The settings, with the project's own endpoints.yml where none is set."""
    endpoints = project / "endpoints.yml"
    if settings.dialogue.endpoints_path is None and endpoints.is_file():
        return replace(settings.dialogue, endpoints_path=endpoints)
    return settings.dialogue


@contextmanager
def open_assistant(settings: Settings) -> "Iterator[Assistant]":
    """Every model, loaded side by side.

    Raises the error of the part that cannot be loaded: a server never starts with half of its models.
    """
    import torch  # noqa: F401 - here, once: of a module that several threads import at once, one may see a half

    from server.turns.hot_reload import LiveRecognizer
    from server.turns.pipeline import Assistant
    from server.turns.speech import HibariSynthesizer

    with ExitStack() as stack, ThreadPoolExecutor(4, thread_name_prefix="heedful-load") as pool:
        understanding = pool.submit(stack.enter_context, open_live_understanding(settings))
        recognizer = pool.submit(load_recognizer, settings)
        synthesizer = pool.submit(HibariSynthesizer)
        new_segmenter = pool.submit(segmenter_factory, settings)
        hearing = LiveRecognizer(_thorough(recognizer.result()))
        yield Assistant(
            hearing,
            understanding.result(),
            synthesizer.result(),
            new_segmenter.result(),
            turn_taking(settings),
            reload=partial(_reload, settings, understanding.result(), recognizer.result(), hearing),
        )


def _reload(
    settings: Settings, understanding: "LiveUnderstanding", recognizer: "WhisperRecognizer", hearing: "LiveRecognizer"
) -> None:
    """Load what was trained and indexed since, and favour the names that the knowledge has now."""
    phrases = _favoured_phrases(settings)
    understanding.reload()
    hearing.current = _thorough(recognizer.favouring(phrases))


def _thorough(recognizer: "WhisperRecognizer") -> "ThoroughRecognizer":
    """What sessions ask, at start and after a reload alike."""
    from asr.longform import ThoroughRecognizer

    return ThoroughRecognizer(recognizer)
