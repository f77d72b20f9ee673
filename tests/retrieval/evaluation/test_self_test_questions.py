"""The questions that are made from an index."""

from dataclasses import replace

import pytest

from retrieval.evaluation.self_test_questions import (
    LACKING,
    MANNERS,
    NOT_THERE,
    OTHER_NUMBER,
    SPOKEN_OF,
    STATED,
    Asked,
    QuestionWriter,
    Wordings,
)
from retrieval.language.wording import words
from retrieval.properties.general import general_documents
from retrieval.search.retriever import HybridRetriever

WORDINGS = Wordings.load()


@pytest.fixture
def asked(retriever: HybridRetriever) -> list[Asked]:
    writer = QuestionWriter(retriever)
    return list(writer.questions(writer.products(50)))


def test_no_wording_stands_in_the_knowledge_that_it_tests() -> None:
    known = {tuple(words(text)) for document in general_documents() for text in document.aliases}
    names = {document.title for document in general_documents()}
    assert WORDINGS.properties.keys() <= names
    assert set(WORDINGS.of_anything) <= WORDINGS.properties.keys()
    for templates in WORDINGS.properties.values():
        assert len(templates) == len(set(templates)) >= 1
        for template in templates:
            assert template.count("{}") == 1
            assert tuple(words(template.replace("{}", "it"))) not in known


def test_every_fact_is_asked_for_in_every_manner(asked: list[Asked]) -> None:
    stated = [each for each in asked if each.kind == STATED and each.product.id == "product:pulse-buds-2"]
    product = stated[0].product
    labels = {fact.label for fact in product.facts} | {"brand"}
    assert {(each.label, each.manner) for each in stated} == {(label, m) for label in labels for m in MANNERS}
    assert {each.property for each in stated if each.label == "battery life"} == {"battery life"}
    assert all(each.question.product_id == (product.id if each.manner == SPOKEN_OF else None) for each in stated)


def test_what_the_record_lacks_is_asked_and_what_it_states_is_not(asked: list[Asked]) -> None:
    lacking = [each for each in asked if each.kind == LACKING]
    assert len({each.product.id for each in lacking}) == 5
    for each in lacking:
        assert each.facts == ()
        assert each.property not in {fact.label for fact in each.product.facts}
    described = [each.property for each in lacking if each.product.id == "product:pulse-buds-pro"]
    assert "noise cancelling" not in described


def test_products_that_are_not_there_have_names_of_no_word(asked: list[Asked], retriever: HybridRetriever) -> None:
    names = [each.question.text for each in asked if each.kind == NOT_THERE]
    assert len(names) == 5
    for text in names:
        assert any(not retriever.is_spelled_right(word) for word in words(text) if word.isalpha())
    assert not [each for each in asked if each.kind == OTHER_NUMBER]


def test_another_model_number_differs_in_its_digits_alone(retriever: HybridRetriever) -> None:
    writer = QuestionWriter(retriever)
    (product,) = writer.products(1)
    codes = [
        each.question.text
        for each in writer.questions([replace(product, title="Lamp XK-450 500ml")])
        if each.kind == OTHER_NUMBER
    ]
    assert len(codes) == 1
    assert "the Lamp XK-" in codes[0]
    assert "500ml" in codes[0]
    assert "450" not in codes[0]


def test_the_seed_decides(retriever: HybridRetriever) -> None:
    def texts(seed: int) -> list[str]:
        writer = QuestionWriter(retriever, seed)
        return [each.question.text for each in writer.questions(writer.products(3))]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)
