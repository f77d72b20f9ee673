"""A reply as one text."""

import pytest

from dialogue.client_tools import ToolCall
from dialogue.reply import Reply


@pytest.mark.parametrize(
    ("texts", "text"), [((), ""), (("Hello.",), "Hello."), (("One.", "Two. Three."), "One. Two. Three.")]
)
def test_the_text_is_all_messages_in_order(texts: tuple[str, ...], text: str) -> None:
    assert Reply(texts).text == text


def test_silence_has_no_sources_and_no_actions() -> None:
    assert (Reply(()).source_ids, Reply(()).actions) == ((), ())
    assert hash(Reply(())) == hash(Reply(()))


def test_two_replies_are_given_as_one_that_waits_for_the_later_calls() -> None:
    early, late = ToolCall("early", "{}"), ToolCall("late", "{}")
    both = Reply(("One.",), ("a", "b"), ("x",), (early,)) + Reply(("Two.",), ("b", "c"), ("y",), (late,))
    assert both == Reply(("One.", "Two."), ("a", "b", "c"), ("x", "y"), (late,))
