"""Model numbers, and which contradict each other."""

import pytest

from retrieval.catalogs.model_numbers import codes_of, contradict, model_numbers
from retrieval.document import PRODUCT, Document, Fact


def product(title: str, text: str = "", *facts: Fact) -> Document:
    return Document("product:x", PRODUCT, title, text, facts=facts)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_contradiction"),
    [
        ("Black ink T060320", "Black ink T042320", True),
        ("Camera DSC-T300/B", "Camera DSCT500B", True),
        ("Lamp KX-TG10", "Fan KXU93221", True),
        ("Black ink T060320", "Black ink T060-320", False),
        ("Camera DSC-W55", "Camera DSCW55B", False),
        ("Camera 1901B004", "Camera EOS40DBODY", False),
        ("Black ink T060320", "Black ink", False),
        ("Bottle 500ml", "Bottle 750ml", False),
    ],
)
def test_numbers_of_one_scheme_that_differ_contradict(ours: str, theirs: str, is_contradiction: bool) -> None:
    left, right = model_numbers(product(ours)), model_numbers(product(theirs))
    assert contradict(left, right) is contradict(right, left) is is_contradiction


def test_what_the_other_describes_or_states_is_mentioned() -> None:
    ours = model_numbers(product("Black ink T060320"))
    assert not contradict(ours, model_numbers(product("Black ink T042320", "Also sold as T060320.")))
    stated = model_numbers(product("Black ink", "", Fact("model-no", "Model No", "T042-320")))
    assert stated.codes == {"t042320"}
    assert contradict(ours, stated)


def test_codes_have_letters_and_digits() -> None:
    assert codes_of("Kettle SBV-40S in 2024, abc, 16gb") == {"sbv40s", "16gb"}
    assert model_numbers(product("Kettle SBV-40S, 16gb, win7x")).codes == {"sbv40s"}
