"""Asking for entries in a roundabout way."""

from benchmarks.entries import Asked, demo, measure, read_wordings


def test_a_wording_names_every_entry_that_answers_it() -> None:
    (asked,) = read_wordings("6 33\tdo u ship abroad\n")
    assert asked == Asked("do u ship abroad", frozenset({"faq:6", "faq:33"}))


def test_the_alternatives_are_asked_and_not_indexed() -> None:
    documents, questions = demo()
    assert not any(document.aliases for document in documents)
    assert {id_ for asked in questions for id_ in asked.right} <= {document.id for document in documents}


def test_the_halves_are_of_much_the_same_size_and_always_the_same() -> None:
    _, questions = demo()
    reported = sum(asked.is_reported for asked in questions)
    assert 0.4 < reported / len(questions) < 0.6


def test_counts_the_questions_whose_right_entry_comes_first() -> None:
    asked = [Asked("a", frozenset({"faq:1", "faq:2"})), Asked("b", frozenset({"faq:3"}))]
    right, _ = measure(lambda _: "faq:2", asked)
    assert right == 1
