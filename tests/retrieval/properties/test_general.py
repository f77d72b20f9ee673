"""What is known of things in general, and its vectors."""

from collections.abc import Sequence

import numpy as np
import pytest

from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.document import CONCEPT, Document
from retrieval.embedder import Vectors
from retrieval.language.concepts import concept_of
from retrieval.properties.general import GeneralKnowledge, general_documents, key_of, packed, shipped_vectors
from tests.retrieval.toy_embedder import WordHashEmbedder

BY_NAME = {document.title: concept_of(document, is_general=True) for document in general_documents()}


def test_names_are_given_once() -> None:
    assert len(BY_NAME) == len(general_documents()) > 100


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("weight_g", "weight"),
        ("Item Weight", "weight"),
        ("Gewicht", "weight"),
        ("Farbe", "colour"),
        ("Matière", "material"),
        ("Precio", "price"),
        ("swimming_pool", "pool"),
        ("Öffnungszeiten", "opening hours"),
    ],
)
def test_a_property_is_known_by_the_labels_that_shops_use(label: str, name: str) -> None:
    assert BY_NAME[name].place_of(label) is not None


def test_a_property_of_another_language_is_spoken_of_in_english() -> None:
    assert BY_NAME["weight"].spoken("Gewicht") == "weight"
    assert BY_NAME["weight"].spoken("net weight") == "net weight"


def test_the_nearest_wording_counts() -> None:
    documents = [
        Document(f"{CONCEPT}:{name}", CONCEPT, name, "", asks) for name, asks in (("a", ("x", "y")), ("b", ("z",)))
    ]
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    found = GeneralKnowledge(documents, vectors).likeness(np.array([0, 1], np.float32))
    assert found == pytest.approx({"concept:a": 1.0, "concept:b": 0.8})


def test_another_encoder_embeds_the_wordings_itself() -> None:
    embedder = WordHashEmbedder()
    known = GeneralKnowledge.load(embedder)
    likeness = known.likeness(embedder.embed(["how heavy is it"])[0])
    assert max(likeness, key=likeness.__getitem__) == "concept:general/weight"


def test_packed_vectors_are_nearly_the_same_and_belong_to_one_key() -> None:
    vectors = np.array([[0.6, 0.8], [-1.0, 0.0]], np.float32)
    held = packed(vectors, key_of("model", ["a", "b"]))
    found = shipped_vectors(held, key_of("model", ["a", "b"]))
    assert found is not None
    assert found == pytest.approx(vectors, abs=0.01)
    assert shipped_vectors(held, key_of("model", ["a", "c"])) is None


class Unused:
    """The shipped encoder by name, which must not be asked to embed."""

    dimension = 384

    def __init__(self, identity: str) -> None:
        self.identity = identity

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} wordings: run `python -m benchmarks.shops vectors`")

    def knows(self, word: str) -> bool:
        return True


@pytest.mark.heavy
def test_the_shipped_vectors_are_those_of_the_shipped_wordings_and_encoder() -> None:
    encoder = MiniLMEncoder.shared()
    known = GeneralKnowledge.load(Unused(encoder.identity))
    likeness = known.likeness(encoder.embed(["what does the thing weigh"])[0])
    assert max(likeness, key=likeness.__getitem__) == "concept:general/weight"
