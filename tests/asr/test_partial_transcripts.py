"""Words are shown once two hypotheses agree, and never taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.partial_transcripts import LocalAgreement


def test_words_are_settled_once_two_hypotheses_begin_with_them() -> None:
    agreement = LocalAgreement()
    assert agreement.update("how much") == ""
    assert agreement.update("how much is") == "how much"
    assert agreement.update("how much is the cattle") == " is"
    assert agreement.update("how much is the kettle") == " the"
    assert agreement.finish("how much is the kettle?") == " kettle?"
    assert agreement.settled == "how much is the kettle?"


def test_case_and_punctuation_do_not_hold_a_word_back() -> None:
    agreement = LocalAgreement()
    agreement.update("Well, yes.")
    assert agreement.update("well yes I") == "well yes"


def test_a_word_in_dispute_holds_nothing_back_once_two_words_after_it_are_agreed_on() -> None:
    agreement = LocalAgreement()
    agreement.update("the ache of his eyes")
    assert agreement.update("the acavas overstrained eyes even") == "the"
    assert agreement.update("the ache of overstrained eyes even the") == " ache of overstrained eyes even"
    assert agreement.update("the acavas overstrained eyes even the soaring") == " the"


def test_a_single_word_that_both_share_after_a_dispute_is_not_enough() -> None:
    agreement = LocalAgreement()
    agreement.update("turn it on")
    assert agreement.update("burn him on") == ""


def settled(*hypotheses: str) -> LocalAgreement:
    """After each hypothesis was heard twice."""
    agreement = LocalAgreement()
    for hypothesis in hypotheses:
        agreement.update(hypothesis)
        agreement.update(hypothesis)
    return agreement


@pytest.mark.parametrize(
    ("first", "then", "shown"),
    [
        ("turn on the", "turn of the light now", "turn on the light now"),  # one word for another
        ("turn on", "please turn on the light", "turn on the light"),  # one more
        ("how long does", "long does the battery", "how long does the battery"),  # one less
        ("how long does", "how", "how long does"),  # nothing new
        ("a b", "x y z", "a b z"),  # nothing alike: word for word
    ],
)
def test_words_go_on_after_hypotheses_depart_from_what_was_given_out(first: str, then: str, shown: str) -> None:
    assert settled(first, then).settled == shown
    agreement = settled(first)
    agreement.finish(then)
    assert agreement.settled == shown


def test_a_single_hypothesis_that_departs_settles_nothing() -> None:
    agreement = settled("a b")
    assert agreement.update("x y z") == ""
    assert agreement.update("a b c d") == ""
    assert agreement.update("a b c d e") == " c d"


def test_without_hypotheses_the_final_transcript_is_given_whole() -> None:
    assert LocalAgreement().finish("all at once") == "all at once"
    assert LocalAgreement().finish("") == ""


words = st.lists(st.sampled_from(["a", "b", "c", "A,", "-"]), max_size=8).map(" ".join)


@given(st.lists(words, max_size=8), words)
def test_what_is_given_out_is_append_only_and_ends_no_shorter_than_needed(hypotheses: list[str], final: str) -> None:
    agreement = LocalAgreement()
    shown = ""
    for hypothesis in hypotheses:
        shown += agreement.update(hypothesis)
        assert shown == agreement.settled
    before = shown.split()
    shown += agreement.finish(final)
    assert shown == agreement.settled
    assert shown.split()[: len(before)] == before
    added = len(shown.split()) - len(before)
    assert shown.split()[len(before) :] == final.split()[len(final.split()) - added :]


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=8), st.lists(st.integers(0, 8), max_size=8))
def test_hypotheses_that_never_depart_end_as_the_transcript(final: list[str], lengths: list[int]) -> None:
    agreement = LocalAgreement()
    for length in lengths:
        agreement.update(" ".join(final[:length]))
    agreement.finish(" ".join(final))
    assert agreement.settled == " ".join(final)
