"""What reads questions about the tiny shop."""

import pytest

from retrieval.answering.question_reading import QuestionReader
from retrieval.index.name_index import NameIndex
from retrieval.search.retriever import HybridRetriever


@pytest.fixture
def reader(retriever: HybridRetriever) -> QuestionReader:
    return QuestionReader(retriever, NameIndex(retriever.catalogue.rows))
