"""Sentences with gaps."""

from asr.expected_sentences import ExpectedSentences, Gap


def test_gaps_of_one_table_are_alike_and_nothing_is_expected_by_default() -> None:
    assert Gap("size") == Gap("size")
    assert not ExpectedSentences().sentences
    assert not ExpectedSentences().entries
