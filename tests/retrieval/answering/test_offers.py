"""Why things are offered."""

from retrieval.answering.offers import closest, why
from retrieval.conditions import Condition
from retrieval.document import Document, Fact


def place(name: str, **specs: str) -> Document:
    facts = tuple(Fact(label, label.replace("_", " "), text) for label, text in specs.items())
    return Document(f"product:{name}", "product", name, "", facts=facts, brand="Oak")


ASH = place("Ash", stars="4", area="east", parking="free parking", pets_allowed="no")
BIRCH = place("Birch", stars="3", area="east", parking="paid parking", pets_allowed="yes")
EAST, PARKING = Condition(("area",), ("east",)), Condition(("parking",))


def test_what_all_have_is_said_once_and_what_one_has_of_it() -> None:
    assert why([ASH, BIRCH], [EAST, PARKING]) == (" All have this: area east. Ash: free parking. Birch: paid parking.")
    assert why([ASH], [EAST, Condition(("pets allowed",), is_wanted=False)]) == (
        " It has this: area east, no pets allowed."
    )
    assert why([ASH], [Condition(("brand",), ("oak",))]) == " It has this: brand Oak."
    assert why([ASH], []) == ""


def test_what_no_record_tells_is_said() -> None:
    assert why([ASH], [], ["sea view"]) == " The catalogue does not tell about this: sea view."


def test_the_closest_says_what_is_otherwise() -> None:
    text = closest([BIRCH], [Condition(("stars",), low=4, high=4), Condition(("pool",))])
    assert text == (
        "We have nothing that meets all of that. Other than wished in stars and pool: "
        "the Birch (stars 3, no pool stated)."
    )
