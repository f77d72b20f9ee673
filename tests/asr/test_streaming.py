"""Words are shown once two hypotheses agree, and never taken back."""

from hypothesis import given
from hypothesis import strategies as st

from asr.streaming import LocalAgreement


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


def test_a_hypothesis_that_departs_settles_nothing_until_one_returns() -> None:
    agreement = LocalAgreement()
    agreement.update("a b")
    assert agreement.update("a b") == "a b"
    assert agreement.update("x y z") == ""
    assert agreement.update("x y z") == ""
    agreement.update("a b c d")
    assert agreement.update("a b c d e") == " c d"


def test_a_final_transcript_that_departs_adds_nothing() -> None:
    agreement = LocalAgreement()
    agreement.update("a b")
    agreement.update("a b")
    assert agreement.finish("a x y") == ""
    assert agreement.settled == "a b"


def test_without_hypotheses_the_final_transcript_is_given_whole() -> None:
    assert LocalAgreement().finish("all at once") == "all at once"
    assert LocalAgreement().finish("") == ""


words = st.lists(st.sampled_from(["a", "b", "c", "A,", "-"]), max_size=8).map(" ".join)


@given(st.lists(words, max_size=8), words)
def test_what_is_given_out_is_append_only_and_ends_as_the_transcript_or_a_departure(
    hypotheses: list[str], final: str
) -> None:
    agreement = LocalAgreement()
    shown = ""
    for hypothesis in hypotheses:
        shown += agreement.update(hypothesis)
        assert shown == agreement.settled
    before = shown
    shown += agreement.finish(final)
    assert shown == agreement.settled
    assert shown == before or len(shown.split()) == len(final.split())
