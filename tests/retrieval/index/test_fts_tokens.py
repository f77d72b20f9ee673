"""The words of the word search."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval.index.fts_tokens import Tokenizer

TEXTS = ["Weighs 3.5 kilograms", "", "WH-1000XM5 Éclair", "Cafés, weighing"]
WORDS = [["weigh", "3", "5", "kilogram"], [], ["wh", "1000xm5", "eclair"], ["cafe", "weigh"]]


def test_words_are_in_one_case_without_accents_and_stemmed() -> None:
    assert Tokenizer().split(TEXTS) == WORDS


def test_one_text_may_be_one_word_several_or_none() -> None:
    words = [Tokenizer().of_word(text) for text in ("batteries", "wi-fi", "...")]
    assert words == [("batteri",), ("wi", "fi"), ()]


def test_a_text_that_cannot_be_written_spoils_no_later_one() -> None:
    tokenizer = Tokenizer()
    with pytest.raises(UnicodeEncodeError):
        tokenizer.split(["kettle", "\ud800"])
    assert tokenizer.split(["pot"]) == [["pot"]]


def test_threads_do_not_get_each_other_s_words() -> None:
    tokenizer = Tokenizer()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: tokenizer.split(TEXTS), range(40))) == [WORDS] * 40
