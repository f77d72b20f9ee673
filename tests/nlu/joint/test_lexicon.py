import numpy as np

from nlu.joint.lexicon import count_words

TEXTS = [["to", "Paris"], ["to", "paris"], ["room", "217"]]
TAGS = [np.array([0, 1]), np.array([0, 1]), np.array([0, 2])]


def test_a_known_word_has_the_share_of_its_tags_whatever_its_case() -> None:
    row = count_words(TEXTS, TAGS, 3).features(["PARIS"])[0]
    assert row[:3].tolist() == [0, np.float32(2 / 2.5), 0]
    assert row[3] > 0


def test_all_numbers_of_a_length_are_one_word() -> None:
    assert count_words(TEXTS, TAGS, 3).features(["981"])[0, 2] > 0


def test_a_training_text_does_not_find_itself() -> None:
    lexicon = count_words(TEXTS, TAGS, 3)
    own = count_words(TEXTS[2:], TAGS[2:], 3)
    assert not lexicon.features(["room", "217"], without=own).any()
    assert lexicon.features(["to"], without=count_words(TEXTS[:1], TAGS[:1], 3)).any()


def test_an_unknown_word_has_nothing() -> None:
    assert not count_words(TEXTS, TAGS, 3).features(["Rome"]).any()
