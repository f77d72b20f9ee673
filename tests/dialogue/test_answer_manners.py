"""The names by which a project asks for an answer."""

from dialogue.answer_manners import ANSWER_ACTIONS, MANNERS, RENAMED_ACTIONS


def test_every_name_is_of_another_manner() -> None:
    assert len({manner.action for manner in MANNERS}) == len(MANNERS)
    assert len({manner.least_confidence for manner in MANNERS}) == len(MANNERS)
    assert all(0 <= manner.least_confidence <= 1 for manner in MANNERS)


def test_an_old_name_leads_to_one_that_there_is() -> None:
    assert set(RENAMED_ACTIONS.values()) <= ANSWER_ACTIONS
    assert not RENAMED_ACTIONS.keys() & ANSWER_ACTIONS
