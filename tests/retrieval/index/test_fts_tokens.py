"""The words of the word search."""

import pytest

from retrieval.index.fts_tokens import Tokenizer


def test_words_are_in_one_case_without_accents_and_stemmed() -> None:
    assert Tokenizer().split(["Cafés, weighing", "", "x"]) == [["cafe", "weigh"], [], ["x"]]


def test_a_text_that_cannot_be_written_spoils_no_later_one() -> None:
    tokenizer = Tokenizer()
    with pytest.raises(UnicodeEncodeError):
        tokenizer.split(["kettle", "\ud800"])
    assert tokenizer.split(["pot"]) == [["pot"]]
