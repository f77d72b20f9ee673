"""Which entry is meant, and whether it goes before what else is known."""

import pytest

from retrieval.answering.entry_answers import EntryAnswers
from retrieval.document import Document
from retrieval.options import AnswerOptions
from retrieval.properties.facts import ChosenFact
from retrieval.questions.question_reading import QuestionReader
from retrieval.search.retriever import HybridRetriever

RETURNS = "how long do I have to return a product"


@pytest.fixture
def rules(retriever: HybridRetriever) -> EntryAnswers:
    return EntryAnswers(retriever, AnswerOptions())


def test_an_entry_is_found_and_its_sentences_are_quoted(rules: EntryAnswers, reader: QuestionReader) -> None:
    reading = reader.read(RETURNS)
    entry = rules.find(reading)
    assert entry
    said = rules.quote(reading, entry)
    assert said.source_ids == ("faq:return-period",)
    assert said.text.startswith("You have 30 days.")


def test_an_entry_is_ahead_of_a_fact_that_is_less_sure(
    retriever: HybridRetriever, rules: EntryAnswers, reader: QuestionReader
) -> None:
    reading = reader.read(RETURNS)
    entry = rules.find(reading)
    weight = next(each for each in retriever.catalogue.documents("product") if each.fact("weight")).fact("weight")
    assert entry
    assert rules.is_ahead(reading, entry, None)
    assert rules.is_ahead(reading, entry, ChosenFact(weight, "weight", 0.1))
    assert not rules.is_ahead(reading, entry, ChosenFact(weight, "weight", 2.0))


def test_an_entry_judges_only_in_the_words_of_the_question(rules: EntryAnswers, reader: QuestionReader) -> None:
    plain, judging = reader.read(RETURNS), reader.read(f"{RETURNS}, is it easy")
    entry = rules.find(plain)
    assert entry
    assert rules.judges(plain, entry)
    assert not rules.judges(judging, entry)


def test_an_entry_of_the_shop_is_of_no_product(rules: EntryAnswers, reader: QuestionReader) -> None:
    assert rules.of_product(reader.read(RETURNS), Document("product:pulse-buds-2", "product", "Buds", ""), None) is None
