r"""What people are likely to say: names of products, values of the training data, and shapes of numbers.

The recogniser favours them. A shape is `number is \d\d\d\d\d`, with a `\d` for each digit.
"""

import logging
import re
from itertools import islice

from asr.expected_sentences import ExpectedSentences
from nlu.data.examples import NluData
from nlu.data.nlu_files import read_nlu
from nlu.data.yaml_nodes import DataError
from retrieval.document import PRODUCT
from retrieval.errors import IndexUnusableError
from retrieval.index.index_folder import indexed_names
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import sources_in
from server.artifacts import index_folder
from server.expected_sentences import expected_sentences
from server.settings import Settings

logger = logging.getLogger(__name__)

FEWEST_DIGITS = 4  # of a number that is asked for; shorter ones are counts and sizes


def expected_phrases(settings: Settings) -> tuple[str, ...]:
    """Return the phrases that people are likely to say to this assistant.

    Single words are left out: they are too common to favour.
    """
    products = _product_names(settings)
    if 0 < len(products) == settings.asr.favoured_products:
        logger.info("recognition favours the names of %d products and no more ([asr] favoured_products)", len(products))
    data = _training_data(settings)
    phrases = {name for names in products for name in names} | _taught_values(data)
    return tuple(sorted(filter(_has_words, phrases)) + sorted(_number_shapes(data)))


def favoured_phrases(settings: Settings) -> tuple[str, ...]:
    """Return the phrases for the recogniser to favour: none where [asr] bias_strength is 0."""
    return expected_phrases(settings) if settings.asr.bias_strength else ()


def expected_speech(settings: Settings) -> ExpectedSentences | None:
    """Return the sentences that the assistant is trained on; None where [asr] sentence_weight is 0 or none is known."""
    data = _training_data(settings) if settings.asr.sentence_weight else NluData()
    return expected_sentences(data) if data.examples else None


def _has_words(phrase: str) -> bool:
    return " " in phrase and any(character.isalpha() for character in phrase)


def _taught_values(data: NluData) -> set[str]:
    """Return the entries of the lookup tables, and the values that examples annotate, as they are written."""
    listed = {item.text for listing in data.listings if listing.kind == "lookup" for item in listing.items}
    return listed | {example.text[span.start : span.end] for example in data.examples for span in example.entities}


def _number_shapes(data: NluData) -> set[str]:
    r"""Return how the examples say numbers: `number is \d\d\d\d\d` for "my order number is [48213](order_number)".

    Numbers differ from call to call, but they are as long, and come after the same words. Only the words that the
    entity is named after count: after other words, a number may be anything.
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


def _training_data(settings: Settings) -> NluData:
    """Read what the assistant is trained on; empty where it cannot be read."""
    folder = settings.path(settings.paths.assistant) / "data"
    if not folder.is_dir():
        return NluData()
    try:
        return read_nlu(folder)
    except DataError as error:  # a trained model serves whatever has become of its examples since
        logger.warning("the values of the training data are not favoured in recognition: %s", error)
        return NluData()


def _product_names(settings: Settings) -> list[tuple[str, ...]]:
    """Return the names of each indexed product, or of those in the knowledge folder while there is no index.

    Of a large catalogue, only the most important products: a million would neither fit nor help.
    """
    limit = settings.asr.favoured_products
    try:
        return indexed_names(index_folder(settings), limit)
    except IndexUnusableError:
        folder = settings.path(settings.paths.knowledge)
    if not folder.is_dir():
        return []
    # Indexing reports broken entries; here nobody could do anything about them.
    documents = read_sources(sources_in([folder]), lambda rejected: None)
    products = (document for document in documents if document.kind == PRODUCT)
    return [(product.title, *product.aliases) for product in islice(products, limit)]
